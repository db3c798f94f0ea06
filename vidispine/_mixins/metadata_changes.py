"""Compares two metadata documents, and builds the smallest document that makes the change.

The rules of the server: a document changes the fields and groups that it names and nothing else. The values of a
field replace those that it has, unless they have a mode: ``add`` keeps the others, ``remove`` with a UUID deletes one.
A group with a UUID changes that group, one with the mode ``add`` is new, one with the mode ``remove`` is deleted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine._documents.registry import find_model
from vidispine._documents.transient import without_transient_fields
from vidispine._mixins.metadata_nodes import GENERIC, copy_json, text_of
from vidispine._mixins.metadata_state import STATE
from vidispine._mixins.metadata_values import is_transient

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vidispine.models.metadata_type import MetadataType

    Document = dict[str, Any]

__all__ = ["Location", "changed_locations", "changes_of", "merged_changes"]


class Location(NamedTuple):
    """A changed location in a metadata document."""

    path: tuple[Any, ...]
    """The interval, the groups, the field and the language. A whole group has no field, a whole field no language."""
    text: str
    """The location for messages: ``acme_person[1].acme_role``."""

    def overlaps(self, other: Location) -> bool:
        """Return whether two locations are equal, or one contains the other."""
        common = min(len(self.path), len(other.path))
        return self.path[:common] == other.path[:common]


def changes_of(metadata: MetadataType) -> MetadataType | None:
    """Return the changes to a document since it was read; see ``MetadataView.changes``."""
    state = metadata.__dict__.get(STATE)
    current = metadata._encode()
    if state is not None and state.is_new:
        document = without_transient_fields(copy_json(current), type(metadata))
        return _model(document) if document.get("timespan") or document.get("group") else None
    if state is None or state.original is None:
        return None
    document = _Difference(state.original, current).document
    if not document:
        return None
    revision = state.original.get("revision")
    return _model(document if revision is None else {"revision": revision, **document})


def merged_changes(metadata: MetadataType, others: Iterable[Location], revision: str | None) -> MetadataType:
    """Return the changes to a document that was read before others changed other locations of it.

    :param others: what they changed
    :param revision: the current revision
    """
    state = metadata.__dict__[STATE]
    return _model({"revision": revision, **_Difference(state.original, metadata._encode(), list(others)).document})


def changed_locations(before: Document, after: Document) -> list[Location]:
    """Return the locations at which two documents differ."""
    return _Difference(before, after).locations


def _model(document: Document) -> MetadataType:
    found: MetadataType = find_model("MetadataType").from_document(document)
    return found


def _lists(node: Document, wire: str) -> list[Document]:
    found = node.get(wire)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


class _Difference:
    """Compares two documents. ``document`` is the change, without a revision, and ``locations`` says where.

    Fields at the locations in ``others`` keep their values in other languages.
    """

    def __init__(self, before: Document, after: Document, others: Sequence[Location] = ()) -> None:
        self.locations: list[Location] = []
        self._others = others
        self.document: Document = {}
        if list(before.get("group") or []) != list(after.get("group") or []):
            self.document["group"] = list(after.get("group") or [])
            self.locations.append(Location(("group",), "the groups of the entity"))
        timespans = list(self._timespans(_by_interval(before), _by_interval(after)))
        if timespans:
            self.document["timespan"] = timespans

    def _timespans(self, before: dict[Any, Document], after: dict[Any, Document]) -> Iterator[Document]:
        for key in dict.fromkeys((*after, *before)):
            start, end, base = key
            shown = "" if (start, end) == GENERIC else f" at {start}-{end}"
            content = self._content(before.get(key, {}), after.get(key, {}), (key,), "", shown)
            if content:
                yield {"start": start, "end": end, **({} if base is None else {"base": base}), **content}

    def _content(self, before: Document, after: Document, path: tuple[Any, ...], text: str, at: str) -> Document:
        """Return the change of the content of a timespan or a group; empty if nothing has changed."""
        fields = list(self._fields(_lists(before, "field"), _lists(after, "field"), path, text, at))
        groups = list(self._groups(_lists(before, "group"), _lists(after, "group"), path, text, at))
        return {**({"field": fields} if fields else {}), **({"group": groups} if groups else {})}

    def _changed(self, path: tuple[Any, ...], step: tuple[Any, ...], text: str) -> None:
        self.locations.append(Location((*path, step), text))

    # Fields

    def _fields(
        self, before: list[Document], after: list[Document], path: tuple[Any, ...], text: str, at: str
    ) -> Iterator[Document]:
        for old, new in _field_pairs(before, after):
            known = new or old or {}
            name, track = known.get("name", ""), known.get("track")
            change = None if is_transient(name) else _field_change(old or {}, new or {})
            if change is None:
                continue
            step = ("field", name, track)
            shown = f"{text}{name}{f' on {track}' if track else ''}"
            languages = _changed_languages(old or {}, new or {})
            for language in languages:
                in_language = f" in {language}" if language else ""
                self._changed((*path, step), ("language", language), f"{shown}{in_language}{at}")
            if not languages:
                self._changed(path, step, f"{shown}{at}")
            elif any(Location((*path, step), shown).overlaps(other) for other in self._others):
                change = {"value": _values_of_languages(old or {}, new or {}, languages)}
            uuid = {"uuid": old["uuid"]} if old and "uuid" in old else {}
            yield {"name": name, **uuid, **({"track": track} if track else {}), **change}

    # Groups

    def _groups(
        self, before: list[Document], after: list[Document], path: tuple[Any, ...], text: str, at: str
    ) -> Iterator[Document]:
        numbers = _numbers(before)
        known = {group["uuid"] for group in before if "uuid" in group}
        left = {group["uuid"]: group for group in after if group.get("uuid") in known}
        for old in before:
            if "uuid" in old:
                name = f"{text}{old.get('name', '')}[{numbers[id(old)]}]"
                yield from self._group(old, left.get(old["uuid"]), path, name, at)
        unknown = [group for group in after if group.get("uuid") not in known]
        anonymous = [group for group in before if "uuid" not in group]
        for name in dict.fromkeys(group.get("name", "") for group in (*anonymous, *unknown)):
            yield from self._anonymous_groups(_named(anonymous, name), _named(unknown, name), path, f"{text}{name}", at)

    def _group(
        self, old: Document, new: Document | None, path: tuple[Any, ...], text: str, at: str
    ) -> Iterator[Document]:
        """Yield the change of a group that has a UUID."""
        step = ("group", old.get("name"), old.get("uuid"))
        address: Document = {wire: old[wire] for wire in ("name", "uuid") if wire in old}
        if new is None:
            self._changed(path, step, f"{text}{at}")
            yield {**address, "mode": "remove"}
            return
        change = self._content(old, new, (*path, step), f"{text}.", at)
        if old.get("reference") != new.get("reference"):
            self._changed(path, step, f"{text}{at}")
            change = {"reference": new.get("reference"), **change}
        if change:
            yield {**address, **change}

    def _anonymous_groups(
        self, before: list[Document], after: list[Document], path: tuple[Any, ...], text: str, at: str
    ) -> Iterator[Document]:
        """Yield the change of groups of one name that have no UUIDs."""
        if len(before) == 1 and after:
            yield from self._group(before[0], after[0], path, text, at)
            before, after = [], after[1:]
        contents = [_new_content(group) for group in after]
        if contents[: len(before)] == [_new_content(group) for group in before]:
            contents = contents[len(before) :]
        else:
            # They cannot be distinguished: remove all, and add the remaining ones again.
            self._changed(path, ("group", before[0].get("name"), None), f"{text}{at}")
            yield {"name": before[0].get("name", ""), "mode": "remove"}
        for group, content in zip(after[len(after) - len(contents) :], contents):
            self._changed(path, ("group", id(group)), f"{text}{at}")
            yield {"name": group.get("name", ""), "mode": "add", **content}


def _named(groups: list[Document], name: str) -> list[Document]:
    return [group for group in groups if group.get("name", "") == name]


def _field_pairs(before: list[Document], after: list[Document]) -> Iterator[tuple[Document | None, Document | None]]:
    """Yield each field before and after the change; ``None`` if it is missing."""
    by_uuid = {field["uuid"]: field for field in after if "uuid" in field}
    pairs = [(old, by_uuid.get(old.get("uuid"))) for old in before]
    found = {id(new) for _, new in pairs}
    left: dict[tuple[Any, Any], list[Document]] = {}
    for new in after:
        if id(new) not in found:
            left.setdefault((new.get("name"), new.get("track")), []).append(new)
    for old, found_new in pairs:
        same = left.get((old.get("name"), old.get("track")))
        yield old, found_new if found_new is not None or not same else same.pop(0)
    for fields in left.values():
        for field in fields:
            yield None, field


def _field_change(old: Document, new: Document) -> Document | None:
    """Return the members that change a field; ``None`` if nothing has changed."""
    reference = new.get("reference")
    if reference is not None and reference != old.get("reference"):
        return {"reference": reference}
    before = _lists(old, "value")
    after = _lists(new, "value")
    if "reference" in old and reference is None:
        return {"value": [_new_value(value) for value in after]}
    values = _value_changes(before, after)
    return None if values is None else {"value": values}


def _value_changes(before: list[Document], after: list[Document]) -> list[Document] | None:
    """Return the values that change those of a field; ``None`` if nothing has changed."""
    if len(before) == len(after) and all(map(_is_unchanged, before, after)):
        return None
    kept, removed, added = _compared(before, after)
    if not after and all("uuid" in value for value in before):
        return [{"uuid": value["uuid"], "mode": "remove"} for value in before]
    is_appended = bool(kept) and list(map(id, after)) == list(map(id, [*kept, *added]))
    in_order = list(map(_identity, kept)) == [one for one in map(_identity, before) if one in set(map(_identity, kept))]
    if is_appended and in_order and all("uuid" in value for value in removed):
        deleted = [{"uuid": value["uuid"], "mode": "remove"} for value in removed]
        return deleted + [{**_new_value(value), "mode": "add"} for value in added]
    known = {value["uuid"] for value in before if "uuid" in value}
    return [
        {"uuid": value["uuid"], **_new_value(value)} if value.get("uuid") in known else _new_value(value)
        for value in after
    ]


def _changed_languages(old: Document, new: Document) -> list[str | None]:
    """Return the languages in which the values of a field differ; empty if the whole field has changed."""
    before, after = _by_language(old), _by_language(new)
    if not after or "reference" in old or "reference" in new:
        return []
    changed = [
        language
        for language in {**before, **after}
        if len(before.get(language, ())) != len(after.get(language, ()))
        or not all(map(_is_unchanged, before[language], after[language]))
    ]
    can_remove = all("uuid" in value for language in changed for value in before.get(language, ()))
    return changed if can_remove else []


def _values_of_languages(old: Document, new: Document, languages: list[str | None]) -> list[Document]:
    """Return the values that change a field in these languages only."""
    before, after = _by_language(old), _by_language(new)
    removed = [{"uuid": value["uuid"], "mode": "remove"} for one in languages for value in before.get(one, ())]
    return removed + [{**_new_value(value), "mode": "add"} for one in languages for value in after.get(one, ())]


def _by_language(field: Document) -> dict[str | None, list[Document]]:
    found: dict[str | None, list[Document]] = {}
    for value in _lists(field, "value"):
        found.setdefault(value.get("lang"), []).append(value)
    return found


def _compared(before: list[Document], after: list[Document]) -> tuple[list[Document], list[Document], list[Document]]:
    """Return the unchanged values, the removed values, and the new or changed values."""
    left: dict[Any, list[Document]] = {}
    for value in before:
        left.setdefault(_identity(value), []).append(value)
    kept, added = [], []
    for value in after:
        same = left.get(_identity(value))
        if same:
            same.pop()
            kept.append(value)
        else:
            added.append(value)
    return kept, [value for values in left.values() for value in values], added


def _is_unchanged(before: Document, after: Document) -> bool:
    """Return whether a value is as it was, or a new one takes its place that is equal."""
    return after.get("uuid") in (None, before.get("uuid")) and _identity(before)[1:] == _identity(after)[1:]


def _identity(value: Document) -> tuple[Any, ...]:
    return value.get("uuid"), text_of(value), value.get("lang")


def _new_value(value: Document) -> Document:
    lang = value.get("lang")
    return {"value": text_of(value)} if lang is None else {"value": text_of(value), "lang": lang}


def _new_content(group: Document) -> Document:
    """Return the content of a new group, without UUIDs."""
    content: Document = {} if group.get("reference") is None else {"reference": group["reference"]}
    fields = [_new_field(field) for field in _lists(group, "field") if not is_transient(field.get("name"))]
    groups = [{"name": one.get("name", ""), **_new_content(one)} for one in _lists(group, "group")]
    return {**content, **({"field": fields} if fields else {}), **({"group": groups} if groups else {})}


def _new_field(field: Document) -> Document:
    new = {wire: field[wire] for wire in ("name", "track", "reference") if field.get(wire) is not None}
    values = [_new_value(value) for value in _lists(field, "value")]
    return new if "reference" in new else {**new, "value": values}


def _by_interval(document: Document) -> dict[Any, Document]:
    """Return the content of timespans by start, end and base. Timespans with the same interval are merged."""
    found: dict[Any, Document] = {}
    for timespan in _lists(document, "timespan"):
        key = (timespan.get("start", GENERIC[0]), timespan.get("end", GENERIC[1]), timespan.get("base"))
        content = found.setdefault(key, {"field": [], "group": []})
        content["field"] += _lists(timespan, "field")
        content["group"] += _lists(timespan, "group")
    return found


def _numbers(groups: Iterable[Document]) -> dict[int, int]:
    """Return the index of each group among the groups of the same name."""
    counts: dict[Any, int] = {}
    numbers = {}
    for group in groups:
        name = group.get("name")
        numbers[id(group)] = counts.get(name, 0)
        counts[name] = numbers[id(group)] + 1
    return numbers
