"""Users and groups as documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from vidispine.simulator.accounts.group_store import is_role
from vidispine.simulator.formats import SITE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vidispine.simulator.http.requests import Request

__all__ = ["group_document", "group_list", "user_document", "user_list"]


def user_list(request: Request, names: Iterable[str]) -> dict[str, Any]:
    """Return a user list document."""
    users = [_brief_user(request, name) for name in names]
    return {"hits": len(users), **({"user": users} if users else {})}


def _brief_user(request: Request, name: str) -> dict[str, Any]:
    row = request.state.database.row("SELECT * FROM user WHERE name = ?", name)
    document: dict[str, Any] = {"userName": name, "loc": f"{request.base_url}/user/{quote(name, safe='')}"}
    if row is not None and row["real_name"] is not None:
        document["realName"] = row["real_name"]
    return {**document, "disabled": row is not None and not row["enabled"], "origin": SITE}


def user_document(request: Request, name: str) -> dict[str, Any]:
    """Return the document of a user, with groups and metadata."""
    document = _brief_user(request, name)
    groups = request.users.groups.parents("user", name)
    if groups:
        document["groupList"] = group_list(request, groups)
    pairs = request.state.simple_metadata.pairs(f"user:{name}")
    return {**document, **({"metadata": {"field": pairs}} if pairs else {})}


def group_list(request: Request, names: Iterable[str]) -> dict[str, Any]:
    """Return a group list document."""
    groups = [_brief_group(request, name) for name in names]
    return {"hits": len(groups), **({"group": groups} if groups else {})}


def _brief_group(request: Request, name: str) -> dict[str, Any]:
    description = request.users.groups.description(name)
    return {
        "groupName": name,
        "loc": f"{request.base_url}/group/{quote(name, safe='')}",
        **({"description": description} if description else {}),
        "role": is_role(name),
        "origin": SITE,
    }


def group_document(request: Request, name: str) -> dict[str, Any]:
    """Return the document of a group, with members, parents and children."""
    groups, document = request.users.groups, _brief_group(request, name)
    for member, names in (
        ("parentGroupList", groups.parents("group", name)),
        ("childGroupList", groups.children(name)),
    ):
        if names:
            document[member] = group_list(request, names)
    users = groups.users(name)
    if users:
        document["userList"] = user_list(request, users)
    pairs = request.state.simple_metadata.pairs(f"group:{name}")
    return {**document, **({"metadata": {"field": pairs}} if pairs else {})}
