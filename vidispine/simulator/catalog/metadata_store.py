"""The rows that metadata is kept in: each version of each group, field and value."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, NamedTuple

from vidispine.simulator.accounts.entities import Subject
from vidispine.simulator.formats import serial_of, site_id
from vidispine.simulator.http.errors import conflict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine.simulator.catalog.field_store import Field
    from vidispine.simulator.database import Database

__all__ = ["Metadata", "Node"]


class Node(NamedTuple):
    """A version of a group, field or value: a row of the table, whose columns these are."""

    id: int
    kind: str
    owner: int
    uuid: str
    parent: str | None
    within: str | None
    node: str
    name: str
    start: str
    stop: str
    track: str | None
    lang: str | None
    user: str
    changed: int
    change: int
    removed: int | None
    value: str | None
    folded: str | None
    number: float | None


class Change(NamedTuple):
    """A change set: who changed something, and when."""

    serial: int
    kind: str
    owner: int
    user: str
    changed: int


class Metadata:
    """Reads and adds rows, and knows nothing of documents."""

    def __init__(self, database: Database) -> None:
        """Speak about the metadata in this database."""
        self._database = database

    def live(self, subject: Subject) -> list[Node]:
        """Return what describes an entity now."""
        return self.of([subject.serial], subject.kind)

    def of(self, owners: Sequence[int], kind: str) -> list[Node]:
        """Return what describes several entities of one kind now."""
        marks = ", ".join("?" * len(owners))
        statement = f"SELECT * FROM metadata WHERE kind = ? AND owner IN ({marks}) AND removed IS NULL ORDER BY id"  # noqa: S608
        return [Node(*row) for row in self._database.rows(statement, kind, *owners)]

    def at(self, subject: Subject, change: int) -> list[Node]:
        """Return what described an entity after a change set."""
        rows = self._database.rows(
            "SELECT * FROM metadata WHERE kind = ? AND owner = ? AND change <= ?"
            " AND (removed IS NULL OR removed > ?) ORDER BY id",
            *subject, change, change,
        )  # fmt: skip
        return [Node(*row) for row in rows]

    def changed_by(self, subject: Subject, change: int) -> tuple[list[Node], list[Node]]:
        """Return what a change set wrote, and what it took away without writing something in its place."""
        rows = [
            Node(*row)
            for row in self._database.rows(
                "SELECT * FROM metadata WHERE kind = ? AND owner = ? AND (change = ? OR removed = ?) ORDER BY id",
                *subject, change, change,
            )
        ]  # fmt: skip
        written = [node for node in rows if node.change == change]
        replaced = {node.uuid for node in written}
        return written, [node for node in rows if node.removed == change and node.uuid not in replaced]

    def changes(self, subject: Subject) -> list[Change]:
        """Return the change sets of an entity, the oldest first."""
        rows = self._database.rows("SELECT * FROM change_set WHERE kind = ? AND owner = ? ORDER BY serial", *subject)
        return [Change(*row) for row in rows]

    def change(self, subject: Subject, id: str) -> Change | None:
        """Return one change set of an entity by its id."""
        row = self._database.row(
            "SELECT * FROM change_set WHERE kind = ? AND owner = ? AND serial = ?", *subject, serial_of(id, "CHANGE")
        )
        return None if row is None else Change(*row)

    def latest(self, subject: Subject) -> int | None:
        """Return the last change set of an entity."""
        serial: int | None = self._database.value(
            "SELECT max(serial) FROM change_set WHERE kind = ? AND owner = ?", *subject
        )
        return serial

    def check_revision(self, subject: Subject, revision: str) -> None:
        """Refuse a change that is based on anything but the present state.

        :param revision: ids of change sets, with commas between
        :raises Fault: something changed since
        """
        latest = self.latest(subject)
        if latest is not None and latest not in [serial_of(id.strip(), "CHANGE") for id in revision.split(",")]:
            raise conflict("metadata", subject.id, f"the metadata changed since {revision}; it is at {site_id(latest)}")

    def add_change(self, subject: Subject, user: str, now: int) -> int:
        """Add a change set and return its number."""
        return self._database.insert("change_set", kind=subject.kind, owner=subject.serial, user=user, changed=now)

    def add(self, node: Node, field: Field | None = None) -> Node:
        """Add a version of something.

        :param node: with an ``id`` that is not used, and without what searches compare
        :param field: the field that a value is of
        """
        values = node._asdict()
        del values["id"]
        values["uuid"] = node.uuid or str(uuid.uuid4())
        if node.value is not None and field is not None and field.is_indexed:
            values["folded"] = node.value.casefold()
            values["number"] = field.number(node.value) if field.is_number else None
        id = self._database.insert("metadata", **values)
        if node.value is not None and field is not None and field.is_free_text:
            self._database.execute("INSERT INTO free_text (rowid, value) VALUES (?, ?)", [id, node.value])
        return Node(id, **values)

    def remove(self, node: Node, change: int) -> None:
        """Let a version end."""
        self._database.execute("UPDATE metadata SET removed = ? WHERE id = ?", [change, node.id])
        if node.node == "value":
            self._database.execute("DELETE FROM free_text WHERE rowid = ?", [node.id])

    def forget(self, subject: Subject) -> None:
        """Delete all that was ever said of an entity."""
        values = "SELECT id FROM metadata WHERE kind = ? AND owner = ? AND node = 'value' AND removed IS NULL"
        for statement in (
            f"DELETE FROM free_text WHERE rowid IN ({values})",  # noqa: S608 - values are apart
            "DELETE FROM metadata WHERE kind = ? AND owner = ?",
            "DELETE FROM change_set WHERE kind = ? AND owner = ?",
        ):
            self._database.execute(statement, subject)
