"""What users may do with entities, as documents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.access_store import LEVELS
from vidispine.simulator.accounts.user_store import SUPER_USER
from vidispine.simulator.formats import site_id

if TYPE_CHECKING:
    from vidispine.simulator.accounts.access_store import AccessControl
    from vidispine.simulator.accounts.entities import Subject
    from vidispine.simulator.accounts.user_store import User
    from vidispine.simulator.http.requests import Call

__all__ = ["merged_access", "permissions"]

_TYPES = ("GENERIC", "METADATA", "SHAPE", "URI")


def permissions(call: Call, subject: Subject) -> list[dict[str, str]]:
    """Return how much the calling user may do with an entity."""
    best = 3 if call.user.may(SUPER_USER) else 0
    for control in call.world.access.effective(subject, call.user.name):
        if access_type(control) == "GENERIC":
            best = max(best, min(control.level, 3))
    return [{"type": type, "permission": LEVELS[best]} for type in _TYPES]


def merged_access(call: Call, subject: Subject, user: User | None = None) -> dict[str, Any]:
    """Return by which entries a user gets at an entity.

    :param user: who; the calling user when ``None``
    """
    user = user or call.user
    wanted = call.arguments.get("permission") or call.arguments.get("mergedPermission") or "READ"
    type_ = call.arguments.get("mergedType") or "GENERIC"
    least = LEVELS.index(wanted) if wanted in LEVELS else 0
    entries = []
    if user.may(SUPER_USER):
        entries.append(
            {"username": user.name, "superUser": True, "permission": "ALL", "effectivePermission": "ALL",
             "matches": True, "priority": 0, "type": "GENERIC"}
        )  # fmt: skip
    for control in call.world.access.effective(subject, user.name):
        entry = entry_of(control, subject)
        entry["matches"] = control.level >= least and entry["type"] == type_
        entries.append({"username": user.name, **entry})
    query = {"username": user.name, "item": subject.id, "type": type_, "permission": wanted}
    return {"query": query, **({"access": entries} if entries else {})}


def entry_of(control: AccessControl, subject: Subject) -> dict[str, Any]:
    """Return a control as an entry about an entity, which may have it from a collection."""
    entry: dict[str, Any] = {
        "id": site_id(control.serial),
        "permission": control.permission,
        "effectivePermission": control.permission,
        "type": access_type(control),
        "priority": json.loads(control.document).get("priority", 0),
    }
    optional = {"group": control.user_group, "grantor": control.grantor, "extradata": _part(control)}
    if (control.kind, control.owner) != subject:
        optional["collection"] = site_id(control.owner)
    return {**entry, **{name: value for name, value in optional.items() if value is not None}}


def access_type(control: AccessControl) -> str:
    """Return what a control is about: the entity as a whole, or a part of it."""
    operation = json.loads(control.document).get("operation", {})
    return next(iter(operation), "generic").upper()


def _part(control: AccessControl) -> str | None:
    """Return the field, shape tag or type of URI that a control is about."""
    operation = json.loads(control.document).get("operation", {})
    parts: dict[str, str] = next(iter(operation.values()), {})
    return next(iter(parts.values()), None)
