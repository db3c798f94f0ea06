"""Users and groups as documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from vidispine.simulator.accounts.group_store import is_role
from vidispine.simulator.formats import SITE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vidispine.simulator.http.requests import Call

__all__ = ["group_document", "group_list", "user_document", "user_list"]


def user_list(call: Call, names: Iterable[str]) -> dict[str, Any]:
    """Return a list of users, as it stands in a document."""
    users = [_brief_user(call, name) for name in names]
    return {"hits": len(users), **({"user": users} if users else {})}


def _brief_user(call: Call, name: str) -> dict[str, Any]:
    row = call.world.database.row("SELECT * FROM user WHERE name = ?", name)
    document: dict[str, Any] = {"userName": name, "loc": f"{call.root}/user/{quote(name, safe='')}"}
    if row is not None and row["real_name"] is not None:
        document["realName"] = row["real_name"]
    return {**document, "disabled": row is not None and not row["enabled"], "origin": SITE}


def user_document(call: Call, name: str) -> dict[str, Any]:
    """Return a user with groups and metadata."""
    document = _brief_user(call, name)
    groups = call.users.groups.parents("user", name)
    if groups:
        document["groupList"] = group_list(call, groups)
    pairs = call.world.simple_metadata.pairs(f"user:{name}")
    return {**document, **({"metadata": {"field": pairs}} if pairs else {})}


def group_list(call: Call, names: Iterable[str]) -> dict[str, Any]:
    """Return a list of groups, as it stands in a document."""
    groups = [_brief_group(call, name) for name in names]
    return {"hits": len(groups), **({"group": groups} if groups else {})}


def _brief_group(call: Call, name: str) -> dict[str, Any]:
    description = call.users.groups.description(name)
    return {
        "groupName": name,
        "loc": f"{call.root}/group/{quote(name, safe='')}",
        **({"description": description} if description else {}),
        "role": is_role(name),
        "origin": SITE,
    }


def group_document(call: Call, name: str) -> dict[str, Any]:
    """Return a group with its members and the groups next to it."""
    groups, document = call.users.groups, _brief_group(call, name)
    for member, names in (
        ("parentGroupList", groups.parents("group", name)),
        ("childGroupList", groups.children(name)),
    ):
        if names:
            document[member] = group_list(call, names)
    users = groups.users(name)
    if users:
        document["userList"] = user_list(call, users)
    pairs = call.world.simple_metadata.pairs(f"group:{name}")
    return {**document, **({"metadata": {"field": pairs}} if pairs else {})}
