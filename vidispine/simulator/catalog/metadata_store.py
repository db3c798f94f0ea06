"""Rows of metadata: the versions of groups, fields and values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vidispine.simulator.accounts.entities import EntityRef
from vidispine.simulator.database.conditions import marks
from vidispine.simulator.http.errors import conflict
from vidispine.simulator.http.formats import serial_of, site_id

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from vidispine.simulator.database.connection import Database


class Node(NamedTuple):
    """A version of a group, field or value: a row of the table ``metadata``."""

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


_INSERT = f"INSERT INTO metadata VALUES (NULL{', ?' * (len(Node._fields) - 1)})"  # noqa: S608 - only marks


class Change(NamedTuple):
    """A change set: a row of the table ``change_set``."""

    serial: int
    kind: str
    owner: int
    user: str
    changed: int


class MetadataStore:
    """Stores nodes and change sets."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self, entity: EntityRef) -> list[Node]:
        """Return the current nodes of an entity."""
        return self.of([entity.serial], entity.kind)

    def of(self, owners: Sequence[int], kind: str) -> list[Node]:
        """Return the current nodes of several entities of one kind."""
        of_owners = f"kind = ? AND owner IN ({marks(owners)})"
        statement = f"SELECT * FROM metadata WHERE {of_owners} AND removed IS NULL ORDER BY id"  # noqa: S608
        return self._database.records(Node, statement, kind, *owners)

    def owner(self, uuid: str) -> EntityRef | None:
        """Return the entity that has a current node, ``None`` when there is none."""
        statement = "SELECT kind, owner FROM metadata WHERE uuid = ? AND removed IS NULL"
        return self._database.find(EntityRef, statement, uuid)

    def at(self, entity: EntityRef, change: int) -> list[Node]:
        """Return the nodes of an entity after a change set."""
        present = "change <= ? AND (removed IS NULL OR removed > ?)"
        statement = f"SELECT * FROM metadata WHERE kind = ? AND owner = ? AND {present} ORDER BY id"  # noqa: S608
        return self._database.records(Node, statement, *entity, change, change)

    def changed_by(self, entity: EntityRef, change: int) -> tuple[list[Node], list[Node]]:
        """Return the nodes that a change set added, and those that it removed without a replacement."""
        statement = "SELECT * FROM metadata WHERE kind = ? AND owner = ? AND (change = ? OR removed = ?) ORDER BY id"
        rows = self._database.records(Node, statement, *entity, change, change)
        written = [node for node in rows if node.change == change]
        replaced = {node.uuid for node in written}
        return written, [node for node in rows if node.removed == change and node.uuid not in replaced]

    def changes(self, entity: EntityRef) -> list[Change]:
        """Return the change sets of an entity, oldest first."""
        statement = "SELECT * FROM change_set WHERE kind = ? AND owner = ? ORDER BY serial"
        return self._database.records(Change, statement, *entity)

    def change(self, entity: EntityRef, id: str) -> Change | None:
        """Return a change set of an entity, ``None`` when it is missing."""
        statement = "SELECT * FROM change_set WHERE kind = ? AND owner = ? AND serial = ?"
        return self._database.find(Change, statement, *entity, serial_of(id, "CHANGE"))

    def latest(self, entity: EntityRef) -> int | None:
        """Return the serial number of the latest change set of an entity."""
        statement = "SELECT max(serial) FROM change_set WHERE kind = ? AND owner = ?"
        serial: int | None = self._database.value(statement, *entity)
        return serial

    def check_revision(self, entity: EntityRef, revision: str) -> None:
        """Check that a change is based on the current revision.

        :param revision: comma-separated ids of change sets
        :raises ApiError: the metadata changed since then
        """
        latest = self.latest(entity)
        if latest is not None and latest not in [serial_of(id.strip(), "CHANGE") for id in revision.split(",")]:
            raise conflict("metadata", entity.id, f"the metadata changed since {revision}; it is at {site_id(latest)}")

    def add_change(self, entity: EntityRef, user: str, now: int) -> int:
        """Add a change set. Return its serial number."""
        return self._database.insert("change_set", kind=entity.kind, owner=entity.serial, user=user, changed=now)

    def add(self, nodes: Sequence[Node], free_text: Collection[str]) -> None:
        """Add versions of nodes, in this order.

        :param nodes: the nodes. Their ``id`` is ignored
        :param free_text: UUIDs of the values that are searched as free text
        """
        if not nodes:
            return
        self._database.execute_many(_INSERT, [node[1:] for node in nodes])
        first = self._database.value("SELECT last_insert_rowid()") - len(nodes) + 1
        texts = [(id, node.value) for id, node in enumerate(nodes, first) if node.uuid in free_text]
        self._database.execute_many("INSERT INTO free_text (rowid, value) VALUES (?, ?)", texts)

    def remove(self, node: Node, change: int) -> None:
        """Mark a node as removed."""
        self._database.execute("UPDATE metadata SET removed = ? WHERE id = ?", [change, node.id])
        if node.node == "value":
            self._database.delete("free_text", rowid=node.id)

    def forget(self, entity: EntityRef) -> None:
        """Delete all nodes and change sets of an entity."""
        values = "SELECT id FROM metadata WHERE kind = ? AND owner = ? AND node = 'value' AND removed IS NULL"
        self._database.execute(f"DELETE FROM free_text WHERE rowid IN ({values})", entity)  # noqa: S608
        for table in ("metadata", "change_set"):
            self._database.delete(table, kind=entity.kind, owner=entity.serial)
