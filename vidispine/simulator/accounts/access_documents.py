"""Access to entities, as documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine._documents.json import load_json
from vidispine.simulator.accounts.access_store import LEVELS
from vidispine.simulator.accounts.user_store import SUPER_USER
from vidispine.simulator.formats import site_id

if TYPE_CHECKING:
    from vidispine.simulator.accounts.access_store import AccessControl
    from vidispine.simulator.accounts.entities import EntityRef
    from vidispine.simulator.accounts.user_store import User
    from vidispine.simulator.http.requests import Request

__all__ = ["merged_access", "permissions"]

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
        entries.append(
            {"username": user.name, "superUser": True, "permission": "ALL", "effectivePermission": "ALL",
             "matches": True, "priority": 0, "type": "GENERIC"}
        )  # fmt: skip
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
