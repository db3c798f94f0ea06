"""What the simulated server does with users."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.documents import group_list, user_document, user_list
from vidispine.simulator.accounts.group_store import is_role
from vidispine.simulator.accounts.search import matching
from vidispine.simulator.accounts.user_store import ADMINISTRATOR, digest_password
from vidispine.simulator.http.arguments import page_of, texts_of
from vidispine.simulator.http.errors import conflict, forbidden, invalid, not_found, not_implemented
from vidispine.simulator.http.requests import table
from vidispine.simulator.http.responses import Answer, lines
from vidispine.simulator.simple_metadata import metadata_handlers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vidispine.simulator.http.requests import Call

__all__ = ["USERS"]

READ = "_user_read"


def _user(call: Call, role: str | None = None) -> str:
    """Return the name of the user that a request is about.

    :param role: that the caller needs to ask about somebody else
    """
    name: str = call.arguments["username"]
    if name != call.user.name:
        call.need(role or ADMINISTRATOR)
    if call.users.find(name) is None:
        raise not_found("User", name)
    return name


def _digest(text: str, form: str) -> str:
    """Return a password as it is compared, from the form in which a client sends it."""
    if form == "raw" and text:
        return digest_password(text)
    if form == "md5" and re.fullmatch("[0-9a-fA-F]{32}", text):
        return text.lower()
    if form not in ("raw", "md5"):
        raise invalid("type", form, "a password is raw or md5")
    raise invalid("password", None, "the password is empty, or no MD5 hash; to send it as it is say raw", "user")


def create_user(call: Call) -> Answer:
    """Make a user."""
    call.need(ADMINISTRATOR)
    name = call.body["userName"]
    if not name or ":" in name or not name.isprintable() or name.startswith("VSID"):
        raise invalid("userName", name, "the name of a user is text without a colon", context="user")
    if call.users.find(name) is not None:
        raise conflict("User", name, "there is such a user already")
    call.world.database.execute("INSERT INTO user (name, enabled) VALUES (?, 1)", [name])
    _write(call, name, call.body)
    return Answer()


def update_user(call: Call) -> Answer:
    """Change a user, as far as the document says."""
    name = _user(call)
    if call.body["userName"] != name:
        raise invalid("userName", call.body["userName"], "a user cannot be renamed", context="user")
    _write(call, name, call.body)
    return Answer(user_document(call, name))


def _write(call: Call, name: str, document: Mapping[str, Any]) -> None:
    if "password" in document:
        call.users.set_password(name, _digest(document["password"], call.arguments.get("passwordType", "md5")))
    if "realName" in document:
        _set_real_name(call, name, document["realName"])
    if "groupList" in document:
        call.need(ADMINISTRATOR)
        _join(call, name, document["groupList"].get("group", ()))
    for pair in document.get("metadata", {}).get("field", ()):
        call.world.simple_metadata.put(f"user:{name}", pair["key"], pair["value"])


def _set_real_name(call: Call, name: str, text: str) -> None:
    call.world.database.execute("UPDATE user SET real_name = ? WHERE name = ?", [text, name])


def _join(call: Call, name: str, groups: Iterable[Mapping[str, Any]]) -> None:
    for group in groups:
        parent = group.get("groupName", "")
        if not call.users.groups.exists(parent):
            raise not_found("Group", parent)
        if group.get("remove", False):
            call.users.groups.leave(parent, "user", name)
        else:
            call.users.groups.join(parent, "user", name)


def disable_user(call: Call) -> Answer:
    """Disable a user."""
    call.need(ADMINISTRATOR)
    if call.arguments.get("hard", False):
        raise not_implemented("the simulator does not remove users for good; it disables them")
    name = _user(call)
    if name == call.user.name:
        raise forbidden("nobody can disable themselves")
    call.world.database.execute("UPDATE user SET enabled = 0 WHERE name = ?", [name])
    # There is no job to answer with.
    return Answer(status=204)


def enable_user(call: Call) -> Answer:
    """Let a disabled user in again."""
    call.need(ADMINISTRATOR)
    call.world.database.execute("UPDATE user SET enabled = 1 WHERE name = ?", [_user(call)])
    return Answer()


def get_user(call: Call) -> Answer:
    """Answer with one user."""
    return Answer(user_document(call, _user(call, READ)))


def get_users(call: Call) -> Answer:
    """Answer with the users that there are."""
    call.need(READ)
    names = [row["name"] for row in call.world.database.rows("SELECT name FROM user ORDER BY name")]
    wanted = texts_of(call.arguments.get("name"))
    names = [name for name in names if not wanted or name in wanted]
    return _page(call, names, len(names))


def search_users(call: Call) -> Answer:
    """Answer with the users that match a search document."""
    call.need(READ)
    rows = [
        {"username": row["name"], "realname": row["real_name"] or ""}
        for row in call.world.database.rows("SELECT name, real_name FROM user ORDER BY name")
    ]
    return _page(call, [row["username"] for row in matching(call.body, rows)], 10)


def _page(call: Call, names: list[str], number: int) -> Answer:
    first, number, _ = page_of(call, number)
    page = names[max(first - 1, 0) :][:number]
    return Answer({**user_list(call, page), "hits": len(names)}, lines(page))


# Groups and roles


def get_user_groups(call: Call) -> Answer:
    """Answer with the groups that a user is in."""
    name = _user(call, READ)
    found = call.users.groups.parents("user", name, call.arguments.get("traverse", False))
    every = call.arguments.get("allgroups", False)
    return Answer(group_list(call, [group for group in found if every or not is_role(group)]))


def get_user_groups_and_roles(call: Call) -> Answer:
    """Answer with the groups and roles that a user is in, by way of other groups too."""
    return Answer(group_list(call, call.users.groups.of_user(_user(call, READ))))


def get_user_roles(call: Call) -> Answer:
    """Answer with the roles that a user has, by way of groups too."""
    return Answer(group_list(call, call.users.groups.roles_of(_user(call, READ))))


def add_user_to_groups(call: Call) -> Answer:
    """Put a user into groups, and with ``move`` out of all others."""
    call.need(ADMINISTRATOR)
    name = _user(call)
    if call.arguments.get("move", False):
        for group in call.users.groups.parents("user", name):
            call.users.groups.leave(group, "user", name)
    _join(call, name, call.body.get("group", ()))
    return Answer()


# Single properties


def get_user_real_name(call: Call) -> Answer:
    """Answer with a user's real name."""
    name = _user(call, READ)
    return Answer(text=call.world.database.value("SELECT real_name FROM user WHERE name = ?", name) or "")


def update_user_real_name(call: Call) -> Answer:
    """Change a user's real name."""
    _set_real_name(call, _user(call), _text(call))
    return Answer()


def update_user_password(call: Call) -> Answer:
    """Give a user another password."""
    call.users.set_password(_user(call), _digest(_text(call), call.arguments.get("type", "md5")))
    return Answer()


def validate_user_password(call: Call) -> Answer:
    """Answer whether a password is a user's."""
    name = _user(call)
    is_right = call.users.has_password(name, _digest(_text(call), call.arguments.get("type", "md5")))
    return Answer(text="true" if is_right else "false")


def _text(call: Call) -> str:
    text: str = (call.body or b"").decode(errors="replace")
    return text


def _owner(call: Call) -> str:
    name: str = call.arguments["username"]
    if call.users.find(name) is None:
        raise not_found("User", name)
    return f"user:{name}"


USERS = table(
    [
        add_user_to_groups,
        create_user,
        disable_user,
        enable_user,
        get_user,
        get_user_groups,
        get_user_groups_and_roles,
        get_user_real_name,
        get_user_roles,
        get_users,
        search_users,
        update_user,
        update_user_password,
        update_user_real_name,
        validate_user_password,
        *metadata_handlers("user", _owner, READ, "_user_metadata_write"),
    ]
)
