"""Metadata as documents: the whole tree with its history, or the short form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.catalog.time_codes import GENERIC, seconds
from vidispine.simulator.formats import from_milliseconds, site_id
from vidispine.simulator.http.errors import invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vidispine.simulator.catalog.field_store import Fields
    from vidispine.simulator.catalog.metadata_store import Node

__all__ = ["Selection", "metadata_document", "terse_document"]


class Selection:
    """Which parts of metadata a request wants."""

    def __init__(self, arguments: Mapping[str, Any], fields: Fields) -> None:
        """Read a request's arguments.

        :raises Fault: one of them cannot be used
        """
        self._fields = fields
        names = _words(arguments.get("field"))
        self._excluded = {name[1:] for name in names if name.startswith("-")}
        chosen = [name.partition(":") for name in names if not name.startswith("-")]
        for name, _, _ in chosen:
            fields.get(name)
        self._aliases = {name: alias or name for name, _, alias in chosen}
        self._groups = set(_words(arguments.get("group")))
        self._tracks = _unless_all(arguments.get("track"))
        self._languages = _unless_all(arguments.get("language"))
        self._intervals = [_interval(text) for text in sorted(_unless_all(arguments.get("interval")) or ())]
        self.transient = arguments.get("includeTransientMetadata", True)
        self.defaults = arguments.get("defaultValue", False)
        self.types = "type" in _words(arguments.get("include"))
        self.terse = str(arguments.get("terse", "no")).lower() in ("yes", "true")

    @property
    def chosen(self) -> list[str]:
        """Return the names of the fields that were asked for by name."""
        return list(self._aliases)

    def alias(self, name: str) -> str:
        """Return the name that a field has in the answer."""
        return self._aliases.get(name, name)

    def takes_field(self, name: str) -> bool:
        """Return whether a field is wanted."""
        return name not in self._excluded and (not self._aliases or name in self._aliases)

    def takes(self, node: Node) -> bool:
        """Return whether a version of something is wanted, what it is in aside."""
        if node.node == "group":
            return (not self._groups or node.name in self._groups) and self._in_time(node)
        if node.node == "value":
            return self._languages is None or node.lang is None or node.lang in self._languages
        return self.takes_field(node.name) and self._on_track(node.track) and self._in_time(node)

    def takes_bare(self, node: Node) -> bool:
        """Return whether a field that is in no group is wanted, as far as groups go."""
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
        """Return the definition of a field for the answer, where it was asked for."""
        field = self._fields.find(name) if self.types else None
        return {} if field is None else {"type": {"name": name, **field.document}}

    def default(self, name: str) -> str | None:
        """Return the default of a field, where defaults were asked for."""
        field = self._fields.find(name) if self.defaults else None
        return None if field is None else field.document.get("defaultValue")


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        value = value.split(",")
    return [word for text in value or () for word in text.split(",") if word]


def _unless_all(value: Any) -> set[str] | None:
    words = set(_words(value))
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
    raise invalid("interval", text, "an interval is all, generic, or a range such as 250@PAL-500@PAL")


def metadata_document(
    nodes: Sequence[Node], selection: Selection, transient: Mapping[str, Sequence[str]], revision: int | None
) -> dict[str, Any]:
    """Return metadata as a document.

    :param nodes: all that there is
    :param transient: fields that are made when they are read, with their values
    :param revision: the change set that this is the state of
    """
    children: dict[str | None, list[Node]] = {}
    spans: dict[tuple[str, str], dict[str, Any]] = {}
    if transient or not nodes:
        spans[GENERIC] = {"field": [], "group": []}
    for node in nodes:
        children.setdefault(node.parent, []).append(node)
    writer = _Tree(children, selection)
    for node in children.get(None, ()):
        entry = writer.entry(node) if node.node != "type" else None
        if entry is not None and (node.node == "group" or selection.takes_bare(node)):
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


class _Tree:
    """Writes what is in one another."""

    def __init__(self, children: Mapping[str | None, Sequence[Node]], selection: Selection) -> None:
        self._children = children
        self._selection = selection

    def entry(self, node: Node) -> dict[str, Any] | None:
        """Return a field or group with all that is in it, ``None`` when it is not wanted."""
        if not self._selection.takes(node):
            return None
        name = node.name if node.node == "group" else self._selection.alias(node.name)
        entry: dict[str, Any] = {"name": name}
        if node.track is not None:
            entry["track"] = node.track
        inside = self._children.get(node.uuid, ())
        if node.node == "group":
            for kind in ("field", "group"):
                entry[kind] = [e for e in (self.entry(child) for child in inside if child.node == kind) if e]
            if self._selection.chosen and not entry["field"] and not entry["group"]:
                return None
        else:
            entry.update(self._selection.field_type(node.name))
            entry["value"] = [_value(child) for child in inside if self._selection.takes(child)]
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
    nodes: Iterable[Node], selection: Selection, transient: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Return metadata in the short form: entries by the name of the field, whatever groups it is in."""
    found: dict[str, list[dict[str, Any]]] = {}
    by_uuid = {node.uuid: node for node in nodes}
    for node in by_uuid.values():
        if node.node == "value" and selection.takes(node) and _is_wanted(by_uuid, node.parent, selection):
            found.setdefault(selection.alias(node.name), []).append(
                {"start": node.start, "end": node.stop, "uuid": node.uuid, "value": node.value}
            )
    for name, values in transient.items():
        found[selection.alias(name)] = [
            {"start": GENERIC[0], "end": GENERIC[1], "uuid": "", "value": value} for value in values
        ]
    return found


def _is_wanted(nodes: Mapping[str, Node], uuid: str | None, selection: Selection) -> bool:
    """Return whether a field is wanted, and every group that it is in."""
    node = nodes.get(uuid or "")
    if node is None:
        return True
    if node.parent is None and node.node == "field" and not selection.takes_bare(node):
        return False
    return selection.takes(node) and _is_wanted(nodes, node.parent, selection)
