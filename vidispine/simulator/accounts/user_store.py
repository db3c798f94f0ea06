"""Users, passwords, tokens, and the authentication of requests."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
from typing import TYPE_CHECKING, Any

from werkzeug.security import check_password_hash, generate_password_hash

from vidispine.simulator.http import errors

if TYPE_CHECKING:
    from collections.abc import Iterable
    from sqlite3 import Row

    from werkzeug.datastructures import Authorization

    from vidispine.simulator.accounts.group_store import GroupStore
    from vidispine.simulator.database.connection import Database
    from vidispine.simulator.jobs.timeline import Timeline

ADMINISTRATOR = "_administrator"
SUPER_USER = "_super_access_user"
DEFAULT_ROLES = ("_job_read", "_job_write")
"""Default roles of users that a test adds."""

DEFAULT_TOKEN_SECONDS = 60
MAX_TOKEN_SECONDS = 60
"""Only administrators may create tokens with a longer lifetime."""
TOKEN_REFRESH_MILLISECONDS = 10_000
"""Minimum interval between two extensions of a token."""
MAX_ADMINISTRATOR_TOKEN_SECONDS = 100 * 365 * 24 * 3600
"""Maximum lifetime of a token, so that its end is a valid date."""

KEY_PREFIX = "VSID"
"""Prefix of the ids of access keys. Clients send id and secret as Basic credentials."""

# Unlike scrypt, PBKDF2 is part of every build of Python. In memory, one iteration is enough, and it keeps
# simulators cheap to create.
_FILE_HASH_METHOD, _MEMORY_HASH_METHOD = "pbkdf2:sha256:50000", "pbkdf2:sha256:1"


class User:
    """A user and its roles."""

    __slots__ = ("is_enabled", "name", "roles")

    def __init__(self, name: str, roles: Iterable[str], is_enabled: bool = True) -> None:
        self.name = name
        self.roles = frozenset(roles)
        self.is_enabled = is_enabled

    @property
    def is_administrator(self) -> bool:
        """Whether the user is an administrator."""
        return ADMINISTRATOR in self.roles

    def has_role(self, role: str) -> bool:
        """Return whether the user has a role, directly or by a role that includes it."""
        return role in self.roles or self.is_administrator or SUPER_USER in self.roles


class UserStore:
    """Stores users and authenticates requests: ``vidicore.users``. Only hashes of passwords are stored."""

    anonymous = User("", ())
    """The user of requests without credentials."""

    def __init__(self, database: Database, timeline: Timeline, groups: GroupStore) -> None:
        self._database = database
        self._timeline = timeline
        self._method = _MEMORY_HASH_METHOD if database.path is None else _FILE_HASH_METHOD
        self.groups = groups
        """The groups and roles of users."""
        # Passwords that this process verified, so that the expensive check runs once for each. The digests use a key
        # that never leaves the process.
        self._verified: dict[str, tuple[str, bytes]] = {}
        self._key = secrets.token_bytes(32)

    # Called by tests

    def add(self, name: str, password: str, roles: Iterable[str] | None = None) -> None:
        """Add a user, or replace the password and roles of an existing one.

        :param name: name of the user, without a colon
        :param password: the password
        :param roles: roles such as ``_job_read``. ``_administrator`` and ``_super_access_user`` include all others.
            Default: ``_job_read`` and ``_job_write``
        :raises ValueError: a name, password or role is invalid
        """
        granted = DEFAULT_ROLES if roles is None else (roles,) if isinstance(roles, str) else tuple(roles)
        _check_user(name, password, granted)
        hashed = self._hash_digest(digest_password(password))
        with self._timeline.transaction():
            self._database.execute("INSERT OR IGNORE INTO user (name, enabled) VALUES (?, 1)", [name])
            self._database.execute("UPDATE user SET password = ?, enabled = 1 WHERE name = ?", [hashed, name])
            self.groups.set_roles(name, granted)

    def disable(self, name: str) -> None:
        """Disable a user. Its credentials and tokens are rejected with 401, requests for new tokens with 409.

        :raises ValueError: the user is missing
        """
        self._set_enabled(name, False)

    def enable(self, name: str) -> None:
        """Enable a user.

        :raises ValueError: the user is missing
        """
        self._set_enabled(name, True)

    def _set_enabled(self, name: str, enabled: bool) -> None:
        with self._timeline.transaction():
            if self.find(name) is None:
                raise ValueError(f"there is no user {name!r}")
            self._database.execute("UPDATE user SET enabled = ? WHERE name = ?", [enabled, name])

    def ensure_administrator(self, name: str, password: str) -> None:
        """Create the administrator if it is missing or has another password."""
        with self._timeline.transaction():
            user = self.find(name)
            is_right = self.has_password(name, digest_password(password))
        if user is None or not user.is_administrator or not user.is_enabled or not is_right:
            self.add(name, password, roles=[ADMINISTRATOR])

    # Called by requests

    def authenticate(self, authorization: Authorization | None, run_as: str | None) -> User:
        """Return the user who sends a request.

        :param authorization: the ``Authorization`` header
        :param run_as: the ``RunAs`` header, by which administrators act as another user
        :raises ApiError: the credentials are missing or wrong, or ``RunAs`` is not allowed
        """
        if authorization is None:
            raise errors.not_authorized("this request needs credentials")
        if authorization.type == "basic":
            name, secret = authorization.username or "", authorization.password or ""
            user = self._by_key(name, secret) if name.startswith(KEY_PREFIX) else self._by_password(name, secret)
        elif authorization.type == "token":
            user = self._by_token(authorization.token or "")
        else:
            raise errors.not_authorized("the simulator supports Basic and token credentials only")
        return user if run_as is None else self._run_as(user, run_as)

    def _by_key(self, id: str, secret: str) -> User:
        with self._timeline.reading():
            row = self._database.row("SELECT * FROM access_key WHERE id = ?", id)
            user = None if row is None else self.find(row["user"])
        is_right = row is not None and hmac.compare_digest(row["digest"], _digest(secret))
        if row is None or user is None or not is_right or not row["is_active"] or not user.is_enabled:
            raise errors.not_authorized("the access key is wrong or inactive")
        return user

    def _by_password(self, name: str, password: str) -> User:
        with self._timeline.reading():
            row = self._row(name)
            user, hashed = self._user(row), None if row is None else row["password"]
        # An unknown name takes as long as a wrong password and gets the same response.
        if not self._verify(name, password, hashed) or user is None or not user.is_enabled:
            raise errors.not_authorized("user name or password is wrong")
        return user

    def _verify(self, name: str, password: str, hashed: str | None) -> bool:
        if hashed is None:
            check_password_hash(f"{self._method}$salt${'0' * 64}", password)
            return False
        digest = hashlib.blake2b(f"{name}\0{password}".encode(errors="surrogatepass"), key=self._key).digest()
        known_hash, known_digest = self._verified.get(name, ("", b""))
        if known_hash == hashed and hmac.compare_digest(known_digest, digest):
            return True
        if not check_password_hash(hashed, digest_password(password)):
            return False
        self._verified[name] = (hashed, digest)
        return True

    def _by_token(self, token: str) -> User:
        digest = _digest(token)
        with self._timeline.transaction() as now:
            row = self._database.row("SELECT * FROM token WHERE digest = ?", digest)
            user = None if row is None else self.find(row["user"])
            is_valid = row is not None and now < row["begun"] + row["milliseconds"]
            if row is None or user is None or not is_valid or not user.is_enabled:
                raise errors.not_authorized("the token is wrong or has expired")
            if row["refreshing"] and now - row["begun"] >= TOKEN_REFRESH_MILLISECONDS:
                self._database.execute("UPDATE token SET begun = ? WHERE digest = ?", [now, digest])
            return user

    def _run_as(self, user: User, name: str) -> User:
        if not user.is_administrator:
            raise errors.forbidden("only administrators may use RunAs")
        with self._timeline.reading():
            return self.get(name)

    # Within a transaction of the timeline

    def set_password(self, name: str, digest: str) -> None:
        """Set the password of a user.

        :param digest: result of :func:`digest_password`
        """
        self._database.execute("UPDATE user SET password = ? WHERE name = ?", [self._hash_digest(digest), name])

    def _hash_digest(self, digest: str) -> str:
        """Return the stored hash of a password."""
        return generate_password_hash(digest.lower(), method=self._method)

    def has_password(self, name: str, digest: str) -> bool:
        """Return whether a password is correct. See :meth:`set_password`."""
        row = self._row(name)
        return row is not None and bool(row["password"]) and check_password_hash(row["password"], digest)

    def add_key(self, now: int, user: str, name: str | None) -> tuple[str, str]:
        """Create an access key. Return its id and its secret, which is not stored."""
        id = KEY_PREFIX + "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(16))
        secret = secrets.token_urlsafe(30)
        values = {"id": id, "user": user, "name": name, "created": now}
        self._database.insert("access_key", **values, is_active=1, digest=_digest(secret))
        return id, secret

    def get(self, name: str) -> User:
        """Return a user.

        :raises ApiError: the user is missing
        """
        user = self.find(name)
        if user is None:
            raise errors.not_found("User", name)
        return user

    def find(self, name: str) -> User | None:
        """Return a user, ``None`` when it is missing."""
        return self._user(self._row(name))

    def _row(self, name: str) -> Row | None:
        return self._database.row("SELECT * FROM user WHERE name = ?", name)

    def _user(self, row: Row | None) -> User | None:
        return None if row is None else User(row["name"], self.groups.roles_of(row["name"]), bool(row["enabled"]))

    def new_token(self, now: int, by: User, name: str, seconds: int | None, refreshing: bool) -> str:
        """Create a token.

        :param by: the requesting user
        :param seconds: lifetime. Default: 60
        :param refreshing: extend the lifetime on use
        :raises ApiError: the lifetime or the user is not allowed, or the user is missing
        """
        if name != by.name and not by.is_administrator:
            raise errors.forbidden("only administrators may create tokens for other users")
        if not self.get(name).is_enabled:
            raise errors.conflict("User", name, "the user is disabled")
        seconds = DEFAULT_TOKEN_SECONDS if seconds is None else seconds
        if not 1 <= seconds <= MAX_ADMINISTRATOR_TOKEN_SECONDS:
            explanation = f"seconds must be from 1 to {MAX_ADMINISTRATOR_TOKEN_SECONDS}"
            raise errors.invalid_input("seconds", str(seconds), explanation)
        if seconds > MAX_TOKEN_SECONDS and not by.is_administrator:
            allowed = f"tokens that are valid for more than {MAX_TOKEN_SECONDS} seconds"
            raise errors.forbidden(f"only administrators may create {allowed}")
        token = secrets.token_urlsafe(32)
        self._database.execute("DELETE FROM token WHERE begun + milliseconds <= ?", [now])
        lifetime = {"begun": now, "milliseconds": seconds * 1000, "refreshing": refreshing}
        self._database.insert("token", digest=_digest(token), user=name, **lifetime)
        return token


def digest_password(password: str) -> str:
    """Return the digest of a password, which clients may send instead of the password."""
    return hashlib.md5(password.encode(errors="surrogatepass"), usedforsecurity=False).hexdigest()


def _check_user(name: Any, password: Any, roles: Iterable[Any]) -> None:
    if not isinstance(name, str) or not name or ":" in name or not name.isprintable():
        raise ValueError(f"the name of a user is text without a colon, not {name!r}")
    if not isinstance(password, str):
        raise ValueError(f"the password of {name} must be text")
    for role in roles:
        if not isinstance(role, str) or not re.fullmatch(r"_[a-z_]+", role):
            raise ValueError(f"a role must have the form _job_read, not {role!r}")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
