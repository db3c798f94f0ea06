"""Access control: the controls of entities, and those they inherit from collections."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine._documents.json import load_json
from vidispine.simulator.accounts.entities import EntityRef
from vidispine.simulator.accounts.schema import READABLE
from vidispine.simulator.accounts.user_store import SUPER_USER
from vidispine.simulator.database.conditions import ALWAYS, Condition, marks
from vidispine.simulator.http.errors import forbidden, not_found
from vidispine.simulator.http.formats import serial_of, site_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vidispine.simulator.accounts.group_store import GroupStore
    from vidispine.simulator.accounts.user_store import User
    from vidispine.simulator.database.connection import Database

LEVELS = ("NONE", "READ", "WRITE", "ALL", "OWNER")
"""Permissions. Each includes the previous ones."""

ABOVE = """
    WITH RECURSIVE above (serial) AS (
        SELECT collection FROM collection_member WHERE kind = ? AND member = ?
        UNION SELECT collection FROM collection_member, above WHERE kind = 'collection' AND member = serial
    )
"""
"""The collections that contain an entity, at any depth."""

_EFFECTIVE = f"""
    {ABOVE} SELECT * FROM access_control WHERE (kind = ? AND owner = ?)
        OR (kind = 'collection' AND recursive AND owner IN (SELECT serial FROM above)) ORDER BY serial
"""  # noqa: S608 - a constant


class AccessControl(NamedTuple):
    """A row of the table ``access_control``."""

    serial: int
    kind: str
    owner: int
    grantor: str | None
    user: str | None
    user_group: str | None
    permission: str
    level: int
    recursive: int
    document: str

    def to_json(self, base_url: str) -> dict[str, Any]:
        """Return the document of the control.

        :param base_url: URL of the API as the client addressed it
        """
        id = site_id(self.serial)
        who = {"user": self.user, "group": self.user_group, "grantor": self.grantor}
        return {
            "id": id,
            "loc": f"{base_url}/{self.kind}/{site_id(self.owner)}/access/{id}",
            **{name: value for name, value in who.items() if value is not None},
            "permission": self.permission,
            "recursive": bool(self.recursive),
            **load_json(self.document),
        }


class AccessStore:
    """Stores access controls and checks permissions."""

    def __init__(self, database: Database, groups: GroupStore) -> None:
        self._database = database
        self._groups = groups

    def add(self, entity: EntityRef, grantor: str | None, document: Mapping[str, Any]) -> AccessControl:
        """Add a control to an entity.

        :param document: the client's document
        """
        rest = {name: document[name] for name in ("operation", "priority", "appliesTo") if name in document}
        values: dict[str, Any] = {
            "kind": entity.kind,
            "owner": entity.serial,
            "grantor": grantor,
            "user": document.get("user"),
            "user_group": document.get("group"),
            "permission": document["permission"],
            "level": LEVELS.index(document["permission"]),
            "recursive": document.get("recursive", True),
            "document": json.dumps(rest),
        }
        return AccessControl(self._database.insert("access_control", **values), **values)

    def add_owner(self, entity: EntityRef, user: str) -> AccessControl:
        """Add the control of the owner. It is not recursive: otherwise users would gain full access to an item by
        adding it to one of their collections.
        """
        return self.add(entity, None, {"user": user, "permission": "OWNER", "recursive": False})

    def of(self, entity: EntityRef) -> list[AccessControl]:
        """Return the controls of an entity, without inherited ones."""
        statement = "SELECT * FROM access_control WHERE kind = ? AND owner = ? ORDER BY serial"
        return self._database.records(AccessControl, statement, *entity)

    def get(self, entity: EntityRef, id: str) -> AccessControl:
        """Return a control of an entity.

        :raises ApiError: the control is missing
        """
        serial = serial_of(id, "ACCESS")
        for control in self.of(entity):
            if control.serial == serial:
                return control
        raise not_found("AccessControl", id)

    def remove(self, control: AccessControl) -> None:
        """Remove a control."""
        self._database.delete("access_control", serial=control.serial)

    def forget(self, entity: EntityRef) -> None:
        """Remove all controls of an entity."""
        self._database.delete("access_control", kind=entity.kind, owner=entity.serial)

    # Checks

    def with_inherited(self, entity: EntityRef) -> list[AccessControl]:
        """Return the controls of an entity, including the recursive ones of its collections."""
        return self._database.records(AccessControl, _EFFECTIVE, *entity, *entity)

    def effective(self, entity: EntityRef, user: str) -> Iterator[AccessControl]:
        """Iterate over the controls that apply to a user."""
        groups = set(self._groups.groups_of_user(user))
        for control in self.with_inherited(entity):
            if control.user == user or control.user_group in groups:
                yield control

    def check(self, entity: EntityRef, user: User, permission: str) -> None:
        """Check the permission of a user on an entity.

        :raises ApiError: the user does not have the permission
        """
        if user.has_role(SUPER_USER):
            return
        levels = [control.level for control in self.effective(entity, user.name) if not _is_partial(control)]
        if max(levels, default=0) < LEVELS.index(permission):
            raise forbidden(f"{user.name} has no permission {permission} on {entity.kind} {entity.id}")

    def visible(self, kind: str, user: User) -> Condition:
        """Return the condition for the rows of entities that a user may read."""
        if user.has_role(SUPER_USER):
            return ALWAYS
        groups = self._groups.groups_of_user(user.name)
        # Users may have an entry for each of many items: each part of the condition reads only an index.
        readable = f"SELECT owner FROM access_control WHERE kind = ? AND {READABLE}"  # noqa: S608 - a constant
        of_user, of_groups = f"{readable} AND user = ?", f"{readable} AND user_group IN ({marks(groups)})"
        text = (
            f"serial IN ({of_user}) OR serial IN ({of_groups})"  # noqa: S608 - values are bound
            " OR serial IN (SELECT member FROM collection_member WHERE kind = ? AND collection IN ("
            "WITH RECURSIVE below (serial) AS ("
            f"SELECT * FROM ({of_user} AND recursive UNION {of_groups} AND recursive)"
            " UNION SELECT member FROM collection_member, below WHERE kind = 'collection' AND collection = serial"
            ") SELECT serial FROM below))"
        )
        own = [user.name, "collection", *groups]
        return Condition(text, [kind, user.name, kind, *groups, kind, "collection", *own])


def _is_partial(control: AccessControl) -> bool:
    """Return whether a control covers only a part of the entity, such as one field."""
    return "operation" in load_json(control.document)
