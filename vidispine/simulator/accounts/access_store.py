"""Who may do what with an entity: its own access controls, and those of the collections that it is in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine.simulator.accounts.entities import Subject
from vidispine.simulator.accounts.group_store import Groups
from vidispine.simulator.accounts.user_store import SUPER_USER
from vidispine.simulator.formats import serial_of, site_id
from vidispine.simulator.http.errors import forbidden, not_found
from vidispine.simulator.sql import ALWAYS, Condition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vidispine.simulator.accounts.user_store import User
    from vidispine.simulator.database import Database

__all__ = ["LEVELS", "AccessControl", "AccessControls"]

LEVELS = ("NONE", "READ", "WRITE", "ALL", "OWNER")
"""Permissions, each including those before it."""

_EFFECTIVE = """
    WITH RECURSIVE above (serial) AS (
        SELECT collection FROM collection_member WHERE kind = ? AND member = ?
        UNION SELECT collection FROM collection_member, above WHERE kind = 'collection' AND member = serial
    ) SELECT * FROM access_control WHERE (kind = ? AND owner = ?)
        OR (kind = 'collection' AND recursive AND owner IN (SELECT serial FROM above)) ORDER BY serial
"""


class AccessControl(NamedTuple):
    """A row of the table."""

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

    def to_json(self, root: str) -> dict[str, Any]:
        """Return the control as a document.

        :param root: where the client found the API
        """
        id = site_id(self.serial)
        who = {"user": self.user, "group": self.user_group, "grantor": self.grantor}
        return {
            "id": id,
            "loc": f"{root}/{self.kind}/{site_id(self.owner)}/access/{id}",
            **{name: value for name, value in who.items() if value is not None},
            "permission": self.permission,
            "recursive": bool(self.recursive),
            **json.loads(self.document),
        }


class AccessControls:
    """All access controls."""

    def __init__(self, database: Database) -> None:
        """Speak about the access controls in this database."""
        self._database = database
        self._groups = Groups(database)

    # Lists

    def add(self, subject: Subject, grantor: str | None, document: Mapping[str, Any]) -> AccessControl:
        """Add a control to an entity.

        :param document: as a client sends it
        """
        rest = {name: document[name] for name in ("operation", "priority", "appliesTo") if name in document}
        serial = self._database.insert(
            "access_control", kind=subject.kind, owner=subject.serial, grantor=grantor, user=document.get("user"),
            user_group=document.get("group"), permission=document["permission"],
            level=LEVELS.index(document["permission"]), recursive=document.get("recursive", True),
            document=json.dumps(rest),
        )  # fmt: skip
        return self.get(subject, site_id(serial))

    def add_owner(self, subject: Subject, user: str) -> AccessControl:
        """Add the control of an entity's owner. It does not count for what is in a collection: else whoever puts
        something into a collection of their own could do everything with it.
        """
        return self.add(subject, None, {"user": user, "permission": "OWNER", "recursive": False})

    def of(self, subject: Subject) -> list[AccessControl]:
        """Return the controls of an entity itself."""
        rows = self._database.rows(
            "SELECT * FROM access_control WHERE kind = ? AND owner = ? ORDER BY serial", *subject
        )
        return [AccessControl(*row) for row in rows]

    def get(self, subject: Subject, id: str) -> AccessControl:
        """Return a control of an entity by its id.

        :raises Fault: there is none
        """
        row = self._database.row(
            "SELECT * FROM access_control WHERE kind = ? AND owner = ? AND serial = ?",
            *subject, serial_of(id, "ACCESS"),
        )  # fmt: skip
        if row is None:
            raise not_found("AccessControl", id)
        return AccessControl(*row)

    def remove(self, control: AccessControl) -> None:
        """Remove a control."""
        self._database.execute("DELETE FROM access_control WHERE serial = ?", [control.serial])

    def forget(self, subject: Subject) -> None:
        """Remove all controls of an entity."""
        self._database.execute("DELETE FROM access_control WHERE kind = ? AND owner = ?", subject)

    # Checks

    def inherited(self, subject: Subject) -> list[AccessControl]:
        """Return the controls that count for an entity: its own, and the recursive ones of collections above it."""
        return [AccessControl(*row) for row in self._database.rows(_EFFECTIVE, *subject, *subject)]

    def effective(self, subject: Subject, user: str) -> Iterator[AccessControl]:
        """Give the controls by which a user gets at an entity."""
        groups = set(self._groups.of_user(user))
        for control in self.inherited(subject):
            if control.user == user or control.user_group in groups:
                yield control

    def check(self, subject: Subject, user: User, permission: str) -> None:
        """Refuse who may not do something with an entity.

        :raises Fault: the user may not
        """
        if user.may(SUPER_USER):
            return
        best = max(
            (control.level for control in self.effective(subject, user.name) if not _is_part(control)), default=0
        )
        if best < LEVELS.index(permission):
            raise forbidden(f"{user.name} has no permission {permission} on {subject.kind} {subject.id}")

    def visible(self, kind: str, user: User) -> Condition:
        """Return the condition that a row of an entity's table is one that a user may read."""
        if user.may(SUPER_USER):
            return ALWAYS
        groups = self._groups.of_user(user.name)
        marks = ", ".join("?" * len(groups))
        mine = f"level >= 1 AND json_type(document, '$.operation') IS NULL AND (user = ? OR user_group IN ({marks}))"
        text = (
            f"serial IN (SELECT owner FROM access_control WHERE kind = ? AND {mine}"  # noqa: S608 - values are apart
            " UNION SELECT member FROM collection_member WHERE kind = ? AND collection IN ("
            "WITH RECURSIVE below (serial) AS ("
            f"SELECT owner FROM access_control WHERE kind = 'collection' AND recursive AND {mine}"
            " UNION SELECT member FROM collection_member, below WHERE kind = 'collection' AND collection = serial"
            ") SELECT serial FROM below))"
        )
        return Condition(text, [kind, user.name, *groups, kind, user.name, *groups])


def _is_part(control: AccessControl) -> bool:
    """Return whether a control is about a part of the entity only, such as one field."""
    return "operation" in json.loads(control.document)
