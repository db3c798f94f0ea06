"""Applies a metadata document to what describes an entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.catalog.metadata_store import Node
from vidispine.simulator.catalog.time_codes import GENERIC, seconds
from vidispine.simulator.http.errors import invalid, not_found, not_implemented

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vidispine.simulator.accounts.entities import Subject
    from vidispine.simulator.catalog.field_store import Field, Fields
    from vidispine.simulator.catalog.metadata_store import Metadata
    from vidispine.simulator.database import Database

__all__ = ["MetadataWriter"]


class _Place:
    """Where in the tree something is written: a time range, and a group or none."""

    def __init__(self, start: str, stop: str, group: str | None = None) -> None:
        self.start = start
        self.stop = stop
        self.group = group

    def holds(self, node: Node) -> bool:
        return (node.start, node.stop, node.parent) == (self.start, self.stop, self.group)


class MetadataWriter:
    """One write to one entity. What stays the same makes no new version, and where all does there is no change set."""

    def __init__(
        self, metadata: Metadata, database: Database, fields: Fields, subject: Subject, user: str, now: int
    ) -> None:
        """Begin to write.

        :param user: who writes; ``system`` may write the fields that the server keeps
        """
        self._metadata = metadata
        self._database = database
        self._fields = fields
        self._subject = subject
        self._user = user
        self._now = now
        self._live = {node.uuid: node for node in metadata.live(subject)}
        self.change: int | None = None
        """Number of the change set, ``None`` as long as nothing is different."""

    def write(self, document: Mapping[str, Any]) -> None:
        """Apply a document.

        :raises Fault: it names what does not exist, or holds what cannot be
        """
        if "template" in document:
            raise not_implemented("the simulator has no metadata templates")
        if "group" in document:
            self._types(document["group"])
        for timespan in document.get("timespan", ()):
            place = _place(timespan)
            fields, groups = timespan.get("field", ()), timespan.get("group", ())
            if not fields and not groups:
                for node in [node for node in self._live.values() if place.holds(node) and self._may_clear(node)]:
                    self._remove(node)
            self._write_fields(place, fields)
            self._write_groups(place, groups)

    def _may_clear(self, node: Node) -> bool:
        return node.node == "group" or (node.node == "field" and not self._fields.get(node.name).is_system)

    def _types(self, names: Iterable[str]) -> None:
        """Say by which groups the whole is made."""
        present = {node.name: node for node in self._live.values() if node.node == "type"}
        wanted = dict.fromkeys(names)
        for name in wanted:
            self._check_group(name)
            if name not in present:
                self._add("type", name, _Place(*GENERIC))
        for name, node in present.items():
            if name not in wanted:
                self._remove(node)

    def _check_group(self, name: str) -> None:
        if self._database.row("SELECT 1 FROM field_group WHERE name = ?", name) is None:
            raise not_found("metadata-field-group", name)

    # Groups

    def _write_groups(self, place: _Place, groups: Iterable[Mapping[str, Any]]) -> None:
        for group in groups:
            _refuse_reference(group)
            present = [
                node for node in self._live.values() if node.node == "group" and place.holds(node)
                and _is_meant(node, group)
            ]  # fmt: skip
            if group.get("mode") == "remove":
                for node in present:
                    self._remove(node)
                continue
            if present and group.get("mode") != "add":
                node = present[0]
            else:
                name = group.get("name")
                if not name:
                    raise invalid("group", None, "a group needs a name", context="metadata")
                self._check_group(name)
                node = self._add("group", name, place)
            inside = _Place(place.start, place.stop, node.uuid)
            self._write_fields(inside, group.get("field", ()))
            self._write_groups(inside, group.get("group", ()))

    # Fields

    def _write_fields(self, place: _Place, fields: Iterable[Mapping[str, Any]]) -> None:
        for document in fields:
            _refuse_reference(document)
            present = self._present(place, document)
            name = document.get("name") or (present.name if present else None)
            if not name:
                raise invalid("field", None, "a field needs a name", context="metadata")
            field = self._fields.get(name)
            self._write_field(place, field, document, present)

    def _present(self, place: _Place, document: Mapping[str, Any]) -> Node | None:
        node = self._live.get(document.get("uuid", ""))
        if node is not None and node.node == "field":
            return node
        for node in self._live.values():
            same = node.name == document.get("name") and node.track == document.get("track")
            if node.node == "field" and same and place.holds(node):
                return node
        return None

    def _write_field(self, place: _Place, field: Field, document: Mapping[str, Any], present: Node | None) -> None:
        values = [] if present is None else [n for n in self._live.values() if n.parent == present.uuid]
        wanted = _wanted(document, values)
        if wanted == [(node.value, node.lang) for node in values] and (present is not None or not wanted):
            return
        if field.name.startswith("__") or (field.is_system and self._user != "system"):
            raise invalid(field.name, None, f"{field.name} is set by the server", context="metadata")
        if not wanted:
            if present is not None:
                self._remove(present)
            return
        node = self._renew(present) if present else self._add("field", field.name, place, track=document.get("track"))
        self._write_values(field, node, values, wanted)

    def _write_values(
        self, field: Field, node: Node, present: Sequence[Node], wanted: Sequence[tuple[str, str | None]]
    ) -> None:
        left = list(wanted)
        for value in present:
            if (value.value, value.lang) in left:
                left.remove((value.value or "", value.lang))
            else:
                self._remove(value)
        place = _Place(node.start, node.stop, node.uuid)
        for text, lang in left:
            field.check(text)
            self._add("value", field.name, place, field=field, within=node.parent, lang=lang, value=text)

    # Rows

    def _number(self) -> int:
        if self.change is None:
            self.change = self._metadata.add_change(self._subject, self._user, self._now)
        return self.change

    def _add(self, node: str, name: str, place: _Place, field: Field | None = None, **more: str | None) -> Node:
        row = Node(
            0, *self._subject, uuid="", parent=place.group, within=more.get("within"), node=node, name=name,
            start=place.start, stop=place.stop, track=more.get("track"), lang=more.get("lang"), user=self._user,
            changed=self._now, change=self._number(), removed=None, value=more.get("value"), folded=None, number=None,
        )  # fmt: skip
        added = self._metadata.add(row, field)
        self._live[added.uuid] = added
        return added

    def _renew(self, node: Node) -> Node:
        """Let a new version of a field begin, whose values change."""
        if node.change == self.change:
            return node
        self._metadata.remove(node, self._number())
        row = node._replace(user=self._user, changed=self._now, change=self._number(), removed=None)
        added = self._live[node.uuid] = self._metadata.add(row)
        return added

    def move(self, uuid: str, start: str, stop: str) -> None:
        """Give a field or group, and all that is in it, another time range.

        :raises Fault: there is no such one at the top, or the range is none
        """
        node = self._live.get(uuid)
        if node is None or node.node not in ("field", "group") or node.parent is not None:
            raise not_found("metadata-entry", uuid)
        _place({"start": start, "end": stop})
        self._move(node, start, stop)

    def _move(self, node: Node, start: str, stop: str) -> None:
        for child in [child for child in self._live.values() if child.parent == node.uuid]:
            self._move(child, start, stop)
        field = self._fields.find(node.name) if node.node == "value" else None
        self._metadata.remove(node, self._number())
        row = node._replace(start=start, stop=stop, user=self._user, changed=self._now, change=self._number())
        self._live[node.uuid] = self._metadata.add(row, field)

    def _remove(self, node: Node) -> None:
        """Let something and all that is in it end."""
        for child in [child for child in self._live.values() if child.parent == node.uuid]:
            self._remove(child)
        self._metadata.remove(node, self._number())
        del self._live[node.uuid]


def _place(timespan: Mapping[str, Any]) -> _Place:
    start, stop = timespan.get("start", GENERIC[0]), timespan.get("end", GENERIC[1])
    try:
        if seconds(start) > seconds(stop):
            raise ValueError(f"a timespan cannot start at {start} and end at {stop}")
    except ValueError as error:
        raise invalid("timespan", f"{start}-{stop}", str(error), context="metadata") from None
    return _Place(start, stop)


def _is_meant(node: Node, group: Mapping[str, Any]) -> bool:
    return node.uuid == group["uuid"] if "uuid" in group else node.name == group.get("name")


def _refuse_reference(document: Mapping[str, Any]) -> None:
    if "reference" in document:
        raise not_implemented("the simulator has no references in metadata")


def _wanted(document: Mapping[str, Any], present: Sequence[Node]) -> list[tuple[str, str | None]]:
    """Return the values and their languages that a field is to have in the end."""
    given = document.get("value", [])
    mode = document.get("mode")
    now = [(node.value or "", node.lang) for node in present]
    removed = {
        value.get("uuid") or _pair(value) for value in given if value.get("mode") == "remove" or mode == "remove"
    }
    kept = [pair for node, pair in zip(present, now) if node.uuid not in removed and pair not in removed]
    if mode == "remove":
        return kept if given else []
    added = [_pair(value) for value in given if value.get("mode") != "remove"]
    modes = {value.get("mode") for value in given}
    if mode == "add" or modes & {"add", "remove"}:
        # By its uuid a value is changed, not added to.
        changed = {value["uuid"] for value in given if "uuid" in value}
        return [pair for node, pair in zip(present, now) if pair in kept and node.uuid not in changed] + added
    return added


def _pair(value: Mapping[str, Any]) -> tuple[str, str | None]:
    return value.get("value", ""), value.get("lang")
