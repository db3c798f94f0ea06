"""Metadata documents, complete or in the terse form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine._documents.elements import ElementDict
from vidispine.simulator.catalog.time_codes import GENERIC, seconds
from vidispine.simulator.http.errors import invalid_input
from vidispine.simulator.http.formats import from_milliseconds, site_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vidispine.simulator.catalog.field_store import FieldStore
    from vidispine.simulator.catalog.metadata_store import Node


class MetadataSelection:
    """The requested parts of metadata."""

    def __init__(self, arguments: Mapping[str, Any], fields: FieldStore) -> None:
        """Read the arguments of a request.

        :raises ApiError: an argument is invalid
        """
        self._fields = fields
        names = _split(arguments.get("field"))
        self._excluded = {name[1:] for name in names if name.startswith("-")}
        field_names = [name.partition(":") for name in names if not name.startswith("-")]
        for name, _, _ in field_names:
            fields.get(name)
        self._aliases = {name: alias or name for name, _, alias in field_names}
        self._groups = set(_split(arguments.get("group")))
        self._tracks = _all_or_values(arguments.get("track"))
        self._languages = _all_or_values(arguments.get("language"))
        self._intervals = [_interval(text) for text in sorted(_all_or_values(arguments.get("interval")) or ())]
        self.transient = arguments.get("includeTransientMetadata", True)
        self.defaults = arguments.get("defaultValue", False)
        self.types = "type" in _split(arguments.get("include"))
        self.terse = str(arguments.get("terse", "no")).lower() in ("yes", "true")

    @property
    def field_names(self) -> list[str]:
        """Names of the requested fields."""
        return list(self._aliases)

    def alias(self, name: str) -> str:
        """Return the name of a field in the response."""
        return self._aliases.get(name, name)

    def includes_field(self, name: str) -> bool:
        """Return whether a field is requested."""
        return name not in self._excluded and (not self._aliases or name in self._aliases)

    def includes(self, node: Node) -> bool:
        """Return whether a node is requested, regardless of its parents."""
        if node.node == "group":
            return (not self._groups or node.name in self._groups) and self._in_time(node)
        if node.node == "value":
            return self._languages is None or node.lang is None or node.lang in self._languages
        return self.includes_field(node.name) and self._on_track(node.track) and self._in_time(node)

    def includes_ungrouped(self, node: Node) -> bool:
        """Return whether a field outside of groups is requested."""
        return not self._groups or node.parent is not None

    def _on_track(self, track: str | None) -> bool:
        return self._tracks is None or (track or "generic") in self._tracks

    def _in_time(self, node: Node) -> bool:
        if not self._intervals:
            return True
        for start, stop in self._intervals:
            if (start, stop) == GENERIC:
                if (node.start, node.stop) == GENERIC:
                    return True
            elif seconds(node.start) < seconds(stop) and seconds(start) < seconds(node.stop):
                return True
        return False

    def field_type(self, name: str) -> dict[str, Any]:
        """Return the definition of a field if it is requested."""
        field = self._fields.find(name) if self.types else None
        return {} if field is None else {"type": {"name": name, **field.document}}

    def default(self, name: str) -> str | None:
        """Return the default of a field if defaults are requested."""
        field = self._fields.find(name) if self.defaults else None
        return None if field is None else field.document.get("defaultValue")


def _split(value: Any) -> list[str]:
    if isinstance(value, str):
        value = value.split(",")
    return [word for text in value or () for word in text.split(",") if word]


def _all_or_values(value: Any) -> set[str] | None:
    words = set(_split(value))
    return None if not words or "all" in words else words


def _interval(text: str) -> tuple[str, str]:
    """Return start and end of an interval such as ``250@PAL-500@PAL``, ``-INF-500@PAL`` or ``generic``."""
    if text == "generic":
        return GENERIC
    for position in (index for index, letter in enumerate(text) if letter == "-" and index):
        start, stop = text[:position], text[position + 1 :]
        try:
            for end in (start, stop):
                seconds(end)
        except ValueError:
            continue
        return start, stop
    raise invalid_input("interval", text, "an interval must be all, generic, or a range such as 250@PAL-500@PAL")


def metadata_document(
    nodes: Sequence[Node], selection: MetadataSelection, transient: Mapping[str, Sequence[str]], revision: int | None
) -> dict[str, Any]:
    """Return a complete metadata document.

    :param nodes: all nodes of the entity
    :param transient: transient fields with their values
    :param revision: the change set of this state
    """
    children: dict[str | None, list[Node]] = {}
    spans: dict[tuple[str, str], dict[str, Any]] = {}
    if transient or not nodes:
        spans[GENERIC] = {"field": [], "group": []}
    for node in nodes:
        children.setdefault(node.parent, []).append(node)
    writer = _TreeBuilder(children, selection)
    for node in children.get(None, ()):
        entry = writer.entry(node) if node.node != "type" else None
        if entry is not None and (node.node == "group" or selection.includes_ungrouped(node)):
            span = spans.setdefault((node.start, node.stop), {"field": [], "group": []})
            span[node.node].append(entry)
    for name, values in transient.items():
        spans[GENERIC]["field"].append({"name": selection.alias(name), "value": [{"value": value} for value in values]})
    document: dict[str, Any] = {} if revision is None else {"revision": site_id(revision)}
    types = [node.name for node in nodes if node.node == "type"]
    if types:
        document["group"] = types
    ordered = sorted(spans.items(), key=lambda span: (span[0] != GENERIC, seconds(span[0][0]), seconds(span[0][1])))
    document["timespan"] = [{**span, "start": start, "end": stop} for (start, stop), span in ordered]
    return document


class _TreeBuilder:
    """Builds the nested fields and groups."""

    def __init__(self, children: Mapping[str | None, Sequence[Node]], selection: MetadataSelection) -> None:
        self._children = children
        self._selection = selection

    def entry(self, node: Node) -> dict[str, Any] | None:
        """Return a field or group with its content, ``None`` when it is not requested."""
        if not self._selection.includes(node):
            return None
        name = node.name if node.node == "group" else self._selection.alias(node.name)
        entry: dict[str, Any] = {"name": name}
        if node.track is not None:
            entry["track"] = node.track
        inside = self._children.get(node.uuid, ())
        if node.node == "group":
            for kind in ("field", "group"):
                entry[kind] = [e for e in (self.entry(child) for child in inside if child.node == kind) if e]
            if self._selection.field_names and not entry["field"] and not entry["group"]:
                return None
        else:
            entry.update(self._selection.field_type(node.name))
            entry["value"] = [_value(child) for child in inside if self._selection.includes(child)]
        return {**entry, **_origin(node)}


def _value(node: Node) -> dict[str, Any]:
    lang = {} if node.lang is None else {"lang": node.lang}
    return {"value": node.value, **lang, **_origin(node)}


def _origin(node: Node) -> dict[str, Any]:
    return {
        "uuid": node.uuid,
        "user": node.user,
        "timestamp": from_milliseconds(node.changed),
        "change": site_id(node.change),
    }


def terse_document(
    nodes: Iterable[Node], selection: MetadataSelection, transient: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Return a terse document: values by field name, regardless of groups."""
    found: dict[str, list[dict[str, Any]]] = {}
    by_uuid = {node.uuid: node for node in nodes}
    for node in by_uuid.values():
        if node.node == "value" and selection.includes(node) and _is_included(by_uuid, node.parent, selection):
            found.setdefault(selection.alias(node.name), []).append(
                _terse_value(node.start, node.stop, node.uuid, node.value)
            )
    for name, values in transient.items():
        found[selection.alias(name)] = [_terse_value(*GENERIC, "", value) for value in values]
    return found


def _terse_value(start: str, end: str, uuid: str, value: str | None) -> dict[str, Any]:
    """Return a terse value, which is the text of an element in XML."""
    members = {"start": start, "end": end, "uuid": uuid, "value": value}
    return ElementDict(members, frozenset({"start", "end", "uuid"}), "value")


def _is_included(nodes: Mapping[str, Node], uuid: str | None, selection: MetadataSelection) -> bool:
    """Return whether a field and all groups around it are requested."""
    node = nodes.get(uuid or "")
    if node is None:
        return True
    if node.parent is None and node.node == "field" and not selection.includes_ungrouped(node):
        return False
    return selection.includes(node) and _is_included(nodes, node.parent, selection)
