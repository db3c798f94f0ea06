"""Users, groups and access controls as documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from vidispine._documents.json import load_json
from vidispine.simulator.accounts.access_store import LEVELS
from vidispine.simulator.accounts.group_store import is_role
from vidispine.simulator.accounts.user_store import SUPER_USER
from vidispine.simulator.http.formats import SITE, site_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vidispine.simulator.accounts.access_store import AccessControl
    from vidispine.simulator.accounts.entities import EntityRef
    from vidispine.simulator.accounts.user_store import User
    from vidispine.simulator.http.requests import Request


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
    related = {"parentGroupList": groups.parents("group", name), "childGroupList": groups.children(name)}
    document.update({member: group_list(request, names) for member, names in related.items() if names})
    users = groups.users(name)
    if users:
        document["userList"] = user_list(request, users)
    pairs = request.state.simple_metadata.pairs(f"group:{name}")
    return {**document, **({"metadata": {"field": pairs}} if pairs else {})}


# Access controls


_TYPES = ("GENERIC", "METADATA", "SHAPE", "URI")


def permissions(request: Request, entity: EntityRef) -> list[dict[str, str]]:
    """Return the permissions of the requesting user on an entity."""
    best = 3 if request.user.has_role(SUPER_USER) else 0
    for control in request.state.access.effective(entity, request.user.name):
        if access_type(control) == "GENERIC":
            best = max(best, min(control.level, 3))
    return [{"type": type, "permission": LEVELS[best]} for type in _TYPES]


def merged_access(request: Request, entity: EntityRef, user: User | None = None) -> dict[str, Any]:
    """Return the access controls that apply to a user and an entity.

    :param user: default: the requesting user
    """
    user = user or request.user
    wanted = request.arguments.get("permission") or request.arguments.get("mergedPermission") or "READ"
    type_ = request.arguments.get("mergedType") or "GENERIC"
    least = LEVELS.index(wanted) if wanted in LEVELS else 0
    entries = []
    if user.has_role(SUPER_USER):
        entry = {"permission": "ALL", "effectivePermission": "ALL", "type": "GENERIC", "priority": 0}
        entries.append({"username": user.name, "superUser": True, **entry, "matches": True})
    for control in request.state.access.effective(entity, user.name):
        entry = access_entry(control, entity)
        entry["matches"] = control.level >= least and entry["type"] == type_
        entries.append({"username": user.name, **entry})
    query = {"username": user.name, "item": entity.id, "type": type_, "permission": wanted}
    return {"query": query, **({"access": entries} if entries else {})}


def access_entry(control: AccessControl, entity: EntityRef) -> dict[str, Any]:
    """Return the document of a control that applies to an entity. It may be inherited from a collection."""
    entry: dict[str, Any] = {
        "id": site_id(control.serial),
        "permission": control.permission,
        "effectivePermission": control.permission,
        "type": access_type(control),
        "priority": load_json(control.document).get("priority", 0),
    }
    optional = {"group": control.user_group, "grantor": control.grantor, "extradata": _part(control)}
    if (control.kind, control.owner) != entity:
        optional["collection"] = site_id(control.owner)
    return {**entry, **{name: value for name, value in optional.items() if value is not None}}


def access_type(control: AccessControl) -> str:
    """Return what a control covers: the whole entity, or a part of it."""
    operation = load_json(control.document).get("operation", {})
    return next(iter(operation), "generic").upper()


def _part(control: AccessControl) -> str | None:
    """Return the field, shape tag or URI type that a control covers."""
    operation = load_json(control.document).get("operation", {})
    parts: dict[str, str] = next(iter(operation.values()), {})
    return next(iter(parts.values()), None)
