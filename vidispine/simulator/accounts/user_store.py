"""Users, their roles, and how a request proves whose it is."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
from typing import TYPE_CHECKING, Any

from werkzeug.security import check_password_hash, generate_password_hash

from vidispine.simulator.accounts.group_store import Groups
from vidispine.simulator.http import errors as faults

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.datastructures import Authorization

    from vidispine.simulator.database import Database
    from vidispine.simulator.jobs.timeline import Timeline

__all__ = ["ADMINISTRATOR", "SUPER_USER", "User", "Users", "digest_password"]

ADMINISTRATOR = "_administrator"
SUPER_USER = "_super_access_user"
DEFAULT_ROLES = ("_job_read", "_job_write")
"""Roles of a user for whom none are given."""

DEFAULT_TOKEN_SECONDS = 60
MAX_TOKEN_SECONDS = 60
"""Longer ones are for administrators."""
TOKEN_REFRESH_MILLISECONDS = 10_000
"""The clock of a token is not restarted more often than this."""
LONGEST_TOKEN_SECONDS = 100 * 365 * 24 * 3600
"""What even an administrator cannot exceed, so that times stay within a calendar's."""

KEY_PREFIX = "VSID"
"""What the ids of access keys begin with; with the secret as the password they are Basic credentials."""

# There in every build of Python, as scrypt is not. What stands in no file need not be slow to guess, and tests make
# many simulators.
_HASH_IN_A_FILE, _HASH_IN_MEMORY = "pbkdf2:sha256:50000", "pbkdf2:sha256:1"


class User:
    """Who makes a request, and what they may do."""

    __slots__ = ("is_enabled", "name", "roles")

    def __init__(self, name: str, roles: Iterable[str], is_enabled: bool = True) -> None:
        self.name = name
        self.roles = frozenset(roles)
        self.is_enabled = is_enabled

    @property
    def is_administrator(self) -> bool:
        """Whether the user may do everything."""
        return ADMINISTRATOR in self.roles

    def may(self, role: str) -> bool:
        """Return whether the user has a role, or one that includes it."""
        return role in self.roles or self.is_administrator or SUPER_USER in self.roles


class Users:
    """The users of the simulator: ``vidicore.users``. Passwords are kept as hashes only."""

    def __init__(self, database: Database, timeline: Timeline) -> None:
        """Speak about the users in this database."""
        self._database = database
        self._timeline = timeline
        self._method = _HASH_IN_MEMORY if database.path is None else _HASH_IN_A_FILE
        self.groups = Groups(database)
        """Which groups and roles users are in."""
        # Passwords that were found right in this process, so that the costly check is made once for each. They are
        # kept as digests with a key that never leaves the process.
        self._known: dict[str, tuple[str, bytes]] = {}
        self._key = secrets.token_bytes(32)

    # For tests

    def add(self, name: str, password: str, roles: Iterable[str] | None = None) -> None:
        """Add a user, or give a known one another password and other roles.

        :param name: the user's name, without a colon
        :param password: the password in clear; its hash is kept
        :param roles: such as ``_job_read``; ``_administrator`` and ``_super_access_user`` include all others. When
            ``None``: ``_job_read`` and ``_job_write``
        :raises ValueError: a name, password or role that cannot be
        """
        given = DEFAULT_ROLES if roles is None else (roles,) if isinstance(roles, str) else tuple(roles)
        _check_user(name, password, given)
        hashed = self._hashed(digest_password(password))
        with self._timeline.moment():
            self._database.execute("INSERT OR IGNORE INTO user (name, enabled) VALUES (?, 1)", [name])
            self._database.execute("UPDATE user SET password = ?, enabled = 1 WHERE name = ?", [hashed, name])
            self.groups.set_roles(name, given)

    def disable(self, name: str) -> None:
        """Keep a user out: credentials and tokens are refused, new tokens a conflict.

        :raises ValueError: there is no such user
        """
        self._set_enabled(name, False)

    def enable(self, name: str) -> None:
        """Let a disabled user in again.

        :raises ValueError: there is no such user
        """
        self._set_enabled(name, True)

    def _set_enabled(self, name: str, enabled: bool) -> None:
        with self._timeline.moment():
            if self.find(name) is None:
                raise ValueError(f"there is no user {name!r}")
            self._database.execute("UPDATE user SET enabled = ? WHERE name = ?", [enabled, name])

    def ensure_administrator(self, name: str, password: str) -> None:
        """Make sure that there is this administrator with this password."""
        with self._timeline.moment():
            user = self.find(name)
            hashed = self._hash(name)
        right = user is not None and user.is_administrator and user.is_enabled
        if not right or not hashed or not check_password_hash(hashed, digest_password(password)):
            self.add(name, password, roles=[ADMINISTRATOR])

    # For requests

    def authenticate(self, authorization: Authorization | None, run_as: str | None) -> User:
        """Return whose request this is.

        :param authorization: the header of this name
        :param run_as: the header ``RunAs``: an administrator's request is then another user's
        :raises Fault: credentials are missing or wrong, or may not be used so
        """
        if authorization is None:
            raise faults.not_authorized("this request needs credentials")
        if authorization.type == "basic":
            user = self._by_basic(authorization.username or "", authorization.password or "")
        elif authorization.type == "token":
            user = self._by_token(authorization.token or "")
        else:
            raise faults.not_authorized("the simulator knows Basic and token credentials only")
        return user if run_as is None else self._run_as(user, run_as)

    def _by_basic(self, name: str, password: str) -> User:
        return self._by_key(name, password) if name.startswith(KEY_PREFIX) else self._by_password(name, password)

    def _by_key(self, id: str, secret: str) -> User:
        with self._timeline.moment():
            row = self._database.row("SELECT * FROM access_key WHERE id = ?", id)
            user = None if row is None else self.find(row["user"])
        is_right = row is not None and hmac.compare_digest(row["digest"], _digest(secret))
        if row is None or user is None or not is_right or not row["is_active"] or not user.is_enabled:
            raise faults.not_authorized("the access key is wrong or inactive")
        return user

    def _by_password(self, name: str, password: str) -> User:
        with self._timeline.moment():
            user = self.find(name)
            hashed = self._hash(name)
        # A name that nobody has takes as long as a wrong password, and gets the same answer.
        if not self._is_right(name, password, hashed) or user is None or not user.is_enabled:
            raise faults.not_authorized("user name or password is wrong")
        return user

    def _is_right(self, name: str, password: str, hashed: str | None) -> bool:
        if hashed is None:
            check_password_hash(f"{self._method}$salt${'0' * 64}", password)
            return False
        digest = hmac.new(self._key, f"{name}\0{password}".encode(errors="surrogatepass"), "sha256").digest()
        known_hash, known_digest = self._known.get(name, ("", b""))
        if known_hash == hashed and hmac.compare_digest(known_digest, digest):
            return True
        if not check_password_hash(hashed, digest_password(password)):
            return False
        self._known[name] = (hashed, digest)
        return True

    def _by_token(self, token: str) -> User:
        digest = _digest(token)
        with self._timeline.moment() as now:
            row = self._database.row("SELECT * FROM token WHERE digest = ?", digest)
            user = None if row is None else self.find(row["user"])
            is_valid = row is not None and now < row["begun"] + row["milliseconds"]
            if row is None or user is None or not is_valid or not user.is_enabled:
                raise faults.not_authorized("the token is wrong or has expired")
            if row["refreshing"] and now - row["begun"] >= TOKEN_REFRESH_MILLISECONDS:
                self._database.execute("UPDATE token SET begun = ? WHERE digest = ?", [now, digest])
            return user

    def _run_as(self, user: User, name: str) -> User:
        if not user.is_administrator:
            raise faults.forbidden("RunAs is for administrators")
        with self._timeline.moment():
            other = self.find(name)
        if other is None:
            raise faults.not_found("User", name)
        return other

    # Within a moment of the timeline

    def set_password(self, name: str, digest: str) -> None:
        """Give a user another password.

        :param digest: as :func:`digest_password` makes it, and as clients may send it
        """
        self._database.execute("UPDATE user SET password = ? WHERE name = ?", [self._hashed(digest), name])

    def _hashed(self, digest: str) -> str:
        """Return what is kept of a password."""
        return generate_password_hash(digest.lower(), method=self._method)

    def has_password(self, name: str, digest: str) -> bool:
        """Return whether this is a user's password; as :meth:`set_password`."""
        hashed = self._hash(name)
        return hashed is not None and check_password_hash(hashed, digest)

    def add_key(self, now: int, user: str, name: str | None) -> tuple[str, str]:
        """Add an access key for a user and return its id and its secret, which is not kept."""
        id = KEY_PREFIX + "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(16))
        secret = secrets.token_urlsafe(30)
        self._database.execute(
            "INSERT INTO access_key (id, user, name, is_active, digest, created) VALUES (?, ?, ?, 1, ?, ?)",
            [id, user, name, _digest(secret), now],
        )
        return id, secret

    def find(self, name: str) -> User | None:
        """Return a user by name."""
        row = self._database.row("SELECT * FROM user WHERE name = ?", name)
        return None if row is None else User(row["name"], self.groups.roles_of(name), bool(row["enabled"]))

    def _hash(self, name: str) -> str | None:
        hashed: str | None = self._database.value("SELECT password FROM user WHERE name = ?", name)
        return hashed

    def new_token(self, now: int, by: User, name: str, seconds: int | None, refreshing: bool) -> str:
        """Return a new token for a user.

        :param by: who asks for it
        :param seconds: how long it is valid, 60 when ``None``
        :param refreshing: whether using it makes it valid for so long again
        :raises Fault: it may not be, or there is no such user
        """
        if name != by.name and not by.is_administrator:
            raise faults.forbidden("a token for somebody else is for administrators to ask for")
        user = self.find(name)
        if user is None:
            raise faults.not_found("User", name)
        if not user.is_enabled:
            raise faults.conflict("User", name, "the user is disabled")
        seconds = DEFAULT_TOKEN_SECONDS if seconds is None else seconds
        if not 1 <= seconds <= LONGEST_TOKEN_SECONDS:
            raise faults.invalid("seconds", str(seconds), f"seconds must be from 1 to {LONGEST_TOKEN_SECONDS}")
        if seconds > MAX_TOKEN_SECONDS and not by.is_administrator:
            raise faults.forbidden(
                f"tokens for more than {MAX_TOKEN_SECONDS} seconds are for administrators to ask for"
            )
        token = secrets.token_urlsafe(32)
        self._database.execute("DELETE FROM token WHERE begun + milliseconds <= ?", [now])
        self._database.execute(
            "INSERT INTO token (digest, user, milliseconds, refreshing, begun) VALUES (?, ?, ?, ?, ?)",
            [_digest(token), name, seconds * 1000, refreshing, now],
        )
        return token


def digest_password(password: str) -> str:
    """Return the form of a password that clients may send in place of it."""
    return hashlib.md5(password.encode(errors="surrogatepass"), usedforsecurity=False).hexdigest()


def _check_user(name: Any, password: Any, roles: Iterable[Any]) -> None:
    if not isinstance(name, str) or not name or ":" in name or not name.isprintable():
        raise ValueError(f"the name of a user is text without a colon, not {name!r}")
    if not isinstance(password, str):
        raise ValueError(f"the password of {name} must be text")
    for role in roles:
        if not isinstance(role, str) or not re.fullmatch(r"_[a-z_]+", role):
            raise ValueError(f"a role looks like _job_read, not like {role!r}")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
