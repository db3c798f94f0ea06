"""What the simulated server does with groups and roles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.documents import group_document, group_list, user_list
from vidispine.simulator.accounts.group_store import is_role
from vidispine.simulator.accounts.search import matching
from vidispine.simulator.http.arguments import page_of, texts_of
from vidispine.simulator.http.errors import forbidden, invalid, not_found
from vidispine.simulator.http.requests import table
from vidispine.simulator.http.responses import Answer, lines
from vidispine.simulator.simple_metadata import metadata_handlers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine.simulator.http.requests import Call

__all__ = ["GROUPS"]

READ, WRITE = "_group_read", "_group_write"


def _group(call: Call, role: str, name: str = "group-name") -> str:
    """Return the name of the group that a request is about.

    :param role: that the caller needs
    :param name: of the parameter
    """
    call.need(role)
    return _existing(call, call.arguments[name])


def _existing(call: Call, group: str) -> str:
    if not call.users.groups.exists(group):
        raise not_found("Group", group)
    return group


def _user(call: Call, name: str) -> str:
    if call.users.find(name) is None:
        raise not_found("User", name)
    return name


def _names(call: Call, names: Sequence[str]) -> Answer:
    return Answer(group_list(call, names), lines(list(names)))


def get_groups(call: Call) -> Answer:
    """Answer with the groups and roles."""
    call.need(READ)
    names = call.users.groups.names(call.arguments.get("role"))
    first, number, _ = page_of(call, len(names))
    page = names[max(first - 1, 0) :][:number]
    return Answer({**group_list(call, page), "hits": len(names)}, lines(page))


def search_groups(call: Call) -> Answer:
    """Answer with the groups that match a search document."""
    call.need(READ)
    texts = {name: call.users.groups.description(name) for name in call.users.groups.names(call.arguments.get("role"))}
    rows = [{"groupname": name, "description": text} for name, text in texts.items()]
    names = [row["groupname"] for row in matching(call.body, rows)]
    page = names[: page_of(call, 10)[1]]
    return Answer({**group_list(call, page), "hits": len(names)}, lines(page))


def get_group(call: Call) -> Answer:
    """Answer with one group."""
    name = _group(call, READ)
    return Answer(group_document(call, name), name)


def update_or_create_group(call: Call) -> Answer:
    """Make a group, or bring it in line with a document."""
    call.need(WRITE)
    name, body, groups = call.arguments["group-name"], call.body or {}, call.users.groups
    if not is_role(name):
        if not re.fullmatch(r"[^_\W][\w .-]*", name):
            raise invalid("group-name", name, "a group's name is letters, digits, _, -, . and spaces", context="group")
        groups.put(name, body.get("description"))
    _existing(call, name)
    if call.arguments.get("clear", False):
        for user in groups.users(name):
            groups.leave(name, "user", user)
        for child in groups.children(name):
            groups.leave(name, "group", child)
    for user in body.get("userList", {}).get("user", ()):
        _set(call, name, "user", _user(call, user["userName"]), user)
    for child in body.get("childGroupList", {}).get("group", ()):
        _set(call, name, "group", _existing(call, child.get("groupName", "")), child)
    for parent in body.get("parentGroupList", {}).get("group", ()):
        _set(call, _existing(call, parent.get("groupName", "")), "group", name, parent)
    for pair in body.get("metadata", {}).get("field", ()):
        call.world.simple_metadata.put(f"group:{name}", pair["key"], pair["value"])
    return Answer()


def _set(call: Call, group: str, kind: str, member: str, entry: dict[str, Any]) -> None:
    if entry.get("remove", False):
        call.users.groups.leave(group, kind, member)
    else:
        _join(call, group, kind, member)


def _join(call: Call, group: str, kind: str, member: str) -> None:
    groups = call.users.groups
    if kind == "group" and (member == group or group in groups.children(member, traverse=True)):
        raise invalid("child-groupname", member, "a group cannot be inside itself", context="group")
    groups.join(group, kind, member)


def delete_group(call: Call) -> Answer:
    """Remove a group."""
    _delete(call, _group(call, WRITE))
    return Answer()


def delete_groups(call: Call) -> Answer:
    """Remove groups; all of them or, when one is not there, none."""
    call.need(WRITE)
    names = [_existing(call, name) for name in texts_of(call.arguments["name"])]
    for name in names:
        _delete(call, name)
    return Answer()


def _delete(call: Call, name: str) -> None:
    if is_role(name):
        raise forbidden(f"{name} is a role and cannot be deleted")
    call.users.groups.remove(name)
    call.world.simple_metadata.clear(f"group:{name}")


def get_group_children(call: Call) -> Answer:
    """Answer with the groups inside a group."""
    name = _group(call, READ)
    return _names(call, call.users.groups.children(name, call.arguments.get("traverse", False)))


def get_group_parents(call: Call) -> Answer:
    """Answer with the groups that a group is in."""
    name = _group(call, READ)
    return _names(call, call.users.groups.parents("group", name, call.arguments.get("traverse", False)))


def get_group_users(call: Call) -> Answer:
    """Answer with the users in a group."""
    name = _group(call, READ)
    users = call.users.groups.users(name, call.arguments.get("traverse", False))
    return Answer(user_list(call, users), lines(users))


def get_group_description(call: Call) -> Answer:
    """Answer with what a group is for."""
    return Answer(text=call.users.groups.description(_group(call, READ)))


def update_group_description(call: Call) -> Answer:
    """Say what a group is for."""
    name = _group(call, WRITE)
    if is_role(name):
        raise forbidden(f"{name} is a role and cannot be changed")
    call.users.groups.put(name, (call.body or b"").decode(errors="replace"))
    return Answer()


def get_group_role(call: Call) -> Answer:
    """Answer whether a group is a role."""
    return Answer(text="true" if is_role(_group(call, READ)) else "false")


def add_group_to_group(call: Call) -> Answer:
    """Put a group into another."""
    _join(call, _group(call, WRITE), "group", _group(call, WRITE, "child-groupname"))
    return Answer()


def delete_group_from_group(call: Call) -> Answer:
    """Take a group out of another."""
    call.users.groups.leave(_group(call, WRITE), "group", _group(call, WRITE, "child-groupname"))
    return Answer()


def add_user_to_group(call: Call) -> Answer:
    """Put a user into a group, or give a role."""
    _join(call, _group(call, WRITE), "user", _user(call, call.arguments["username"]))
    return Answer()


def delete_user_from_group(call: Call) -> Answer:
    """Take a user out of a group, or a role away."""
    call.users.groups.leave(_group(call, WRITE), "user", _user(call, call.arguments["username"]))
    return Answer()


def _owner(call: Call) -> str:
    return f"group:{_existing(call, call.arguments['group-name'])}"


GROUPS = table(
    [
        add_group_to_group,
        add_user_to_group,
        delete_group,
        delete_group_from_group,
        delete_groups,
        delete_user_from_group,
        get_group,
        get_group_children,
        get_group_description,
        get_group_parents,
        get_group_role,
        get_group_users,
        get_groups,
        search_groups,
        update_group_description,
        update_or_create_group,
        *metadata_handlers("group", _owner, READ, WRITE),
    ]
)
