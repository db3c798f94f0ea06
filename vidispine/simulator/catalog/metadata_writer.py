"""Applies a metadata document to an entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from vidispine.simulator.catalog.metadata_store import Node
from vidispine.simulator.catalog.time_codes import GENERIC, seconds
from vidispine.simulator.http.errors import invalid_input, not_found, not_implemented

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vidispine.simulator.accounts.entities import EntityRef
    from vidispine.simulator.catalog.field_store import Field, FieldStore
    from vidispine.simulator.catalog.metadata_store import MetadataStore
    from vidispine.simulator.database.connection import Database

CLIENT_FIELDS = frozenset({"created"})
"""System fields that clients may write."""


class _Position(NamedTuple):
    """Where a node is written: a timespan, and a group or none."""

    start: str
    stop: str
    group: str | None = None

    def holds(self, node: Node) -> bool:
        return (node.start, node.stop, node.parent) == self


class MetadataWriter:
    """One write to one entity. Unchanged nodes get no new version. Without changes, there is no change set."""

    def __init__(
        self, metadata: MetadataStore, database: Database, fields: FieldStore, entity: EntityRef, user: str, now: int
    ) -> None:
        """Start a write.

        :param user: name of the writing user. ``system`` may write system fields
        """
        self._metadata = metadata
        self._database = database
        self._fields = fields
        self._entity = entity
        self._user = user
        self._now = now
        self._nodes = {node.uuid: node for node in metadata.current(entity)}
        self._added: dict[str, Node] = {}
        """New versions of nodes, by UUID, in the order in which they are stored."""
        self._free_text: set[str] = set()
        self.change: int | None = None
        """Serial number of the change set, ``None`` until something changes."""

    def write(self, document: Mapping[str, Any]) -> None:
        """Apply a document.

        :raises ApiError: the document is invalid, or names unknown fields or groups
        """
        if "template" in document:
            raise not_implemented("the simulator does not support metadata templates")
        if "group" in document:
            self._write_types(document["group"])
        for timespan in document.get("timespan", ()):
            position = _read_position(timespan)
            fields, groups = timespan.get("field", ()), timespan.get("group", ())
            if not fields and not groups:
                for node in [node for node in self._nodes.values() if position.holds(node) and self._may_clear(node)]:
                    self._remove(node)
            self._write_fields(position, fields)
            self._write_groups(position, groups)
        self._store()

    def _may_clear(self, node: Node) -> bool:
        return node.node == "group" or (node.node == "field" and not self._fields.get(node.name).is_system)

    def _write_types(self, names: Iterable[str]) -> None:
        """Set the groups that define the type of the entity."""
        present = {node.name: node for node in self._nodes.values() if node.node == "type"}
        wanted = dict.fromkeys(names)
        for name in wanted:
            self._check_group(name)
            if name not in present:
                self._add("type", name, _Position(*GENERIC))
        for name, node in present.items():
            if name not in wanted:
                self._remove(node)

    def _check_group(self, name: str) -> None:
        if self._database.row("SELECT 1 FROM field_group WHERE name = ?", name) is None:
            raise not_found("metadata-field-group", name)

    # Groups

    def _write_groups(self, position: _Position, groups: Iterable[Mapping[str, Any]]) -> None:
        # Several groups of one name in a document are several groups, not changes to the same one.
        written: set[str] = set()
        for group in groups:
            _reject_reference(group)
            here = [node for node in self._nodes.values() if node.node == "group" and position.holds(node)]
            present = [node for node in here if _matches_group(node, group) and node.uuid not in written]
            if group.get("mode") == "remove":
                for node in present:
                    self._remove(node)
                continue
            if present and group.get("mode") != "add":
                node = present[0]
            else:
                name = group.get("name")
                if not name:
                    raise invalid_input("group", None, "a group needs a name", context="metadata")
                self._check_group(name)
                node = self._add("group", name, position)
            written.add(node.uuid)
            inside = _Position(position.start, position.stop, node.uuid)
            self._write_fields(inside, group.get("field", ()))
            self._write_groups(inside, group.get("group", ()))

    # Fields

    def _write_fields(self, position: _Position, fields: Iterable[Mapping[str, Any]]) -> None:
        for document in fields:
            _reject_reference(document)
            present = self._present(position, document)
            name = document.get("name") or (present.name if present else None)
            if not name:
                raise invalid_input("field", None, "a field needs a name", context="metadata")
            field = self._fields.get(name)
            self._write_field(position, field, document, present)

    def _present(self, position: _Position, document: Mapping[str, Any]) -> Node | None:
        node = self._nodes.get(document.get("uuid", ""))
        if node is not None and node.node == "field":
            return node
        name, track = document.get("name"), document.get("track")
        for node in self._nodes.values():
            if node.node == "field" and (node.name, node.track) == (name, track) and position.holds(node):
                return node
        return None

    def _write_field(
        self, position: _Position, field: Field, document: Mapping[str, Any], present: Node | None
    ) -> None:
        values = [] if present is None else [n for n in self._nodes.values() if n.parent == present.uuid]
        wanted = _new_values(document, values)
        if [value.pair for value in wanted] == [(n.value, n.lang) for n in values] and (present or not wanted):
            return
        is_protected = field.is_system and field.name not in CLIENT_FIELDS and self._user != "system"
        if is_protected or field.name.startswith("__"):
            raise invalid_input(field.name, None, f"{field.name} is set by the server", context="metadata")
        if not wanted:
            if present is not None:
                self._remove(present)
            return
        if present:
            node = self._add_version(present)
        else:
            node = self._add("field", field.name, position, track=document.get("track"))
        self._write_values(field, node, values, wanted)

    def _write_values(self, field: Field, node: Node, present: Sequence[Node], wanted: Sequence[_Value]) -> None:
        for value in wanted:
            field.check(value.text)
        same = 0
        # Values are ordered by their rows. Those before the first difference stay; the others get new rows.
        while same < len(present) and same < len(wanted) and wanted[same].is_unchanged(present[same]):
            same += 1
        for left in present[same:]:
            self._remove(left)
        position = _Position(node.start, node.stop, node.uuid)
        for value in wanted[same:]:
            more = {"within": node.parent, "lang": value.lang, "value": value.text, "uuid": value.uuid}
            self._add("value", field.name, position, field, **more)

    # Rows

    def _number(self) -> int:
        if self.change is None:
            self.change = self._metadata.add_change(self._entity, self._user, self._now)
        return self.change

    def _author(self) -> dict[str, Any]:
        """Return the columns that say who writes, and when."""
        return {"user": self._user, "changed": self._now, "change": self._number()}

    def _add(self, node: str, name: str, at: _Position, field: Field | None = None, **values: Any) -> Node:
        """Add a node.

        :param values: more columns
        """
        value = values.get("value")
        if value is not None and field is not None and field.is_indexed:
            values["folded"] = value.casefold()
            values["number"] = field.number(value) if field.is_number else None
        kind, owner = self._entity
        row: dict[str, Any] = dict.fromkeys(Node._fields)
        row.update(kind=kind, owner=owner, node=node, name=name, start=at.start, stop=at.stop, parent=at.group)
        row.update(self._author(), **values)
        row["uuid"] = row["uuid"] or str(uuid4())
        return self._add_row(Node(**row), field)

    def _add_row(self, row: Node, field: Field | None = None) -> Node:
        if field is not None and field.is_free_text:
            self._free_text.add(row.uuid)
        self._nodes[row.uuid] = self._added[row.uuid] = row
        return row

    def _store(self) -> None:
        self._metadata.add(list(self._added.values()), self._free_text)
        self._added.clear()

    def _add_version(self, node: Node) -> Node:
        """Add a new version of a field whose values change."""
        if node.change == self.change:
            return node
        self._metadata.remove(node, self._number())
        return self._add_row(node._replace(removed=None, **self._author()))

    def move(self, uuid: str, start: str, stop: str) -> None:
        """Move a field or group and its content to another timespan.

        :raises ApiError: there is no such field or group at the root, or the timespan is invalid
        """
        node = self._nodes.get(uuid)
        if node is None or node.node not in ("field", "group") or node.parent is not None:
            raise not_found("metadata-entry", uuid)
        _read_position({"start": start, "end": stop})
        self._move(node, start, stop)
        self._store()

    def _move(self, node: Node, start: str, stop: str) -> None:
        for child in [child for child in self._nodes.values() if child.parent == node.uuid]:
            self._move(child, start, stop)
        field = self._fields.find(node.name) if node.node == "value" else None
        self._metadata.remove(node, self._number())
        self._add_row(node._replace(start=start, stop=stop, **self._author()), field)

    def _remove(self, node: Node) -> None:
        for child in [child for child in self._nodes.values() if child.parent == node.uuid]:
            self._remove(child)
        if self._added.pop(node.uuid, None) is None:
            self._metadata.remove(node, self._number())
        del self._nodes[node.uuid]


def _read_position(timespan: Mapping[str, Any]) -> _Position:
    start, stop = timespan.get("start", GENERIC[0]), timespan.get("end", GENERIC[1])
    try:
        if seconds(start) > seconds(stop):
            raise ValueError(f"a timespan cannot start at {start} and end at {stop}")
    except ValueError as error:
        raise invalid_input("timespan", f"{start}-{stop}", str(error), context="metadata") from None
    return _Position(start, stop)


def _matches_group(node: Node, group: Mapping[str, Any]) -> bool:
    return node.uuid == group["uuid"] if "uuid" in group else node.name == group.get("name")


def _reject_reference(document: Mapping[str, Any]) -> None:
    if "reference" in document:
        raise not_implemented("the simulator does not support references in metadata")


class _Value(NamedTuple):
    """A new value of a field; ``uuid`` identifies the existing value that it replaces, if any."""

    text: str
    lang: str | None
    uuid: str | None = None

    @property
    def pair(self) -> tuple[str, str | None]:
        return self.text, self.lang

    def is_unchanged(self, node: Node) -> bool:
        return self.pair == (node.value, node.lang) and self.uuid == node.uuid


def _new_values(document: Mapping[str, Any], present: Sequence[Node]) -> list[_Value]:
    """Return the new values of a field, in their order.

    Without a mode, the given values replace the existing ones. With the mode ``add`` or ``remove``, of the field or of
    one of its values, the others stay. A value with the UUID of an existing value changes that value.
    """
    given = document.get("value", [])
    now = {node.uuid: _Value(node.value or "", node.lang, node.uuid) for node in present}
    modes = {document.get("mode"), *(value.get("mode") for value in given)}
    if document.get("mode") == "remove" and not given:
        return []
    if not modes & {"add", "remove"}:
        return _replacement(given, now)
    after: dict[Any, _Value] = dict(now)
    for number, value in enumerate(given):
        mode = value.get("mode") or document.get("mode")
        if mode == "remove":
            unwanted = {uuid for uuid, one in after.items() if uuid == value.get("uuid") or one.pair == _pair(value)}
            after = {uuid: one for uuid, one in after.items() if uuid not in unwanted}
        elif value.get("uuid") in after:
            after[value["uuid"]] = _Value(*_pair(value), value["uuid"])
        else:
            after[number] = _Value(*_pair(value))
    return list(after.values())


def _replacement(given: Sequence[Mapping[str, Any]], now: Mapping[str, _Value]) -> list[_Value]:
    """Return values that replace the existing ones. Unchanged values keep their UUIDs."""
    if not now:
        return [_Value(*_pair(value)) for value in given]
    left: dict[str | None, _Value] = dict(now.items())
    after = [
        _Value(*_pair(value), left.pop(value["uuid"]).uuid) if value.get("uuid") in left else None for value in given
    ]
    for number, value in enumerate(given):
        if after[number] is None:
            same = next((uuid for uuid, one in left.items() if one.pair == _pair(value)), None)
            after[number] = _Value(*_pair(value), same and left.pop(same).uuid)
    return [value for value in after if value is not None]


def _pair(value: Mapping[str, Any]) -> tuple[str, str | None]:
    return value.get("value", ""), value.get("lang")
