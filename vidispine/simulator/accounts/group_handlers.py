"""Operations on groups and roles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.documents import group_document, group_list, user_list
from vidispine.simulator.accounts.group_store import is_role
from vidispine.simulator.accounts.user_handlers import find_matches
from vidispine.simulator.database.simple_metadata import register_simple_metadata
from vidispine.simulator.http.arguments import read_page, split_values
from vidispine.simulator.http.errors import forbidden, invalid_input
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response, text_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine.simulator.http.requests import Request

READ, WRITE = "_group_read", "_group_write"


def _group(request: Request, role: str, name: str = "group-name") -> str:
    """Return the name of the group that the path addresses.

    :param role: the role that the user needs
    :param name: name of the path parameter
    """
    request.require_role(role)
    return request.users.groups.check(request.arguments[name])


def _names(request: Request, names: Sequence[str]) -> Response:
    return Response(group_list(request, names), text_lines(list(names)))


@operation(READ)
def get_groups(request: Request) -> Response:
    names = request.users.groups.names(request.arguments.get("role"))
    first, number, _ = read_page(request, len(names))
    page = names[max(first - 1, 0) :][:number]
    return Response({**group_list(request, page), "hits": len(names)}, text_lines(page))


@operation(READ)
def search_groups(request: Request) -> Response:
    groups = request.users.groups
    names = groups.names(request.arguments.get("role"))
    rows = [{"groupname": name, "description": groups.description(name)} for name in names]
    names = [row["groupname"] for row in find_matches(request.body, rows)]
    page = names[: read_page(request, 10)[1]]
    return Response({**group_list(request, page), "hits": len(names)}, text_lines(page))


@operation()
def get_group(request: Request) -> Response:
    name = _group(request, READ)
    return Response(group_document(request, name), name)


def _notify(request: Request, event: str, name: str) -> None:
    # Groups have no number, so that a notification is about all of them.
    request.state.media.notifier.entity("group", event, 0, {"group": name, "user": request.user.name})


@operation(WRITE)
def update_or_create_group(request: Request) -> None:
    name, body, groups = request.arguments["group-name"], request.body or {}, request.users.groups
    if not is_role(name):
        if not re.fullmatch(r"[^_\W][\w .-]*", name):
            explanation = "a group's name is letters, digits, _, -, . and spaces"
            raise invalid_input("group-name", name, explanation, context="group")
        event = "modify" if groups.exists(name) else "create"
        groups.put(name, body.get("description"))
        _notify(request, event, name)
    groups.check(name)
    if request.arguments.get("clear", False):
        groups.remove_members(name)
    for user in body.get("userList", {}).get("user", ()):
        _set(request, name, "user", request.users.get(user["userName"]).name, user)
    for child in body.get("childGroupList", {}).get("group", ()):
        _set(request, name, "group", groups.check(child.get("groupName", "")), child)
    for parent in body.get("parentGroupList", {}).get("group", ()):
        _set(request, groups.check(parent.get("groupName", "")), "group", name, parent)
    request.state.simple_metadata.put_pairs(f"group:{name}", body.get("metadata", {}).get("field", ()))


def _set(request: Request, group: str, kind: str, member: str, entry: dict[str, Any]) -> None:
    if entry.get("remove", False):
        request.users.groups.remove_member(group, kind, member)
    else:
        _join(request, group, kind, member)


def _join(request: Request, group: str, kind: str, member: str) -> None:
    groups = request.users.groups
    if kind == "group" and (member == group or group in groups.children(member, traverse=True)):
        raise invalid_input("child-groupname", member, "a group cannot be inside itself", context="group")
    groups.add_member(group, kind, member)


@operation()
def delete_group(request: Request) -> None:
    _delete(request, _group(request, WRITE))


@operation(WRITE)
def delete_groups(request: Request) -> None:
    """Delete several groups. If one of them is missing, none is deleted."""
    names = [request.users.groups.check(name) for name in split_values(request.arguments["name"])]
    for name in names:
        _delete(request, name)


def _delete(request: Request, name: str) -> None:
    if is_role(name):
        raise forbidden(f"{name} is a role and cannot be deleted")
    request.users.groups.remove(name)
    _notify(request, "delete", name)
    request.state.simple_metadata.clear(f"group:{name}")


@operation()
def get_group_children(request: Request) -> Response:
    name = _group(request, READ)
    return _names(request, request.users.groups.children(name, request.arguments.get("traverse", False)))


@operation()
def get_group_parents(request: Request) -> Response:
    name = _group(request, READ)
    return _names(request, request.users.groups.parents("group", name, request.arguments.get("traverse", False)))


@operation()
def get_group_users(request: Request) -> Response:
    name = _group(request, READ)
    users = request.users.groups.users(name, request.arguments.get("traverse", False))
    return Response(user_list(request, users), text_lines(users))


@operation()
def get_group_description(request: Request) -> Response:
    return Response(text=request.users.groups.description(_group(request, READ)))


@operation()
def update_group_description(request: Request) -> None:
    name = _group(request, WRITE)
    if is_role(name):
        raise forbidden(f"{name} is a role and cannot be changed")
    request.users.groups.put(name, (request.body or b"").decode(errors="replace"))


@operation()
def get_group_role(request: Request) -> Response:
    return Response(text="true" if is_role(_group(request, READ)) else "false")


@operation()
def add_group_to_group(request: Request) -> None:
    _join(request, _group(request, WRITE), "group", _group(request, WRITE, "child-groupname"))


@operation()
def delete_group_from_group(request: Request) -> None:
    request.users.groups.remove_member(_group(request, WRITE), "group", _group(request, WRITE, "child-groupname"))


@operation()
def add_user_to_group(request: Request) -> None:
    """Add a user to a group, or grant a role."""
    _join(request, _group(request, WRITE), "user", request.users.get(request.arguments["username"]).name)


@operation()
def delete_user_from_group(request: Request) -> None:
    """Remove a user from a group, or revoke a role."""
    group, user = _group(request, WRITE), request.users.get(request.arguments["username"])
    request.users.groups.remove_member(group, "user", user.name)


def _owner(request: Request) -> str:
    return f"group:{request.users.groups.check(request.arguments['group-name'])}"


register_simple_metadata("group", _owner, READ, WRITE)
