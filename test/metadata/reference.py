"""The server's rules for writing metadata, implemented from their description and independently of the package.

- A document adds or changes the fields and groups that it names. Nothing else changes.
- The values of a field replace those that it has in the same timespan; an empty list removes the field.
- ``mode`` of a value: ``add`` adds it to the others, ``remove`` with a UUID deletes that one and keeps the others.
- A group with a UUID changes that group. ``mode="add"`` adds one, ``mode="remove"`` deletes it.
- A timespan without fields and groups deletes what is in it.
"""

from __future__ import annotations

import copy
import itertools
from typing import Any

Document = dict[str, Any]

_uuids = itertools.count(1)


def new_uuid() -> str:
    return f"00000000-0000-4000-8000-{next(_uuids):012}"


def apply(state: Document, change: Document) -> Document:
    """Return the metadata after a change, with UUIDs for what is new."""
    state = copy.deepcopy(state)
    if "group" in change:
        state["group"] = change["group"]
    for span in change.get("timespan", []):
        key = (span.get("start", "-INF"), span.get("end", "+INF"))
        spans = state.setdefault("timespan", [])
        found = next((s for s in spans if (s.get("start", "-INF"), s.get("end", "+INF")) == key), None)
        if found is None:
            found = {"start": key[0], "end": key[1], "field": [], "group": []}
            spans.append(found)
        assert span.get("field") or span.get("group"), "this would delete the timespan"
        _write(found, span)
    return state


def _write(part: Document, change: Document) -> None:
    for field in change.get("field", []):
        assert not field["name"].startswith("__"), "transient fields cannot be written"
        _write_field(part.setdefault("field", []), field)
    for group in change.get("group", []):
        _write_group(part.setdefault("group", []), group)


def _write_field(fields: list[Document], change: Document) -> None:
    if "uuid" in change:
        (field,) = (field for field in fields if field.get("uuid") == change["uuid"])
    else:
        same = [f for f in fields if (f["name"], f.get("track")) == (change["name"], change.get("track"))]
        field = same[0] if same else {"name": change["name"], "uuid": new_uuid(), "value": []}
        if "track" in change:
            field["track"] = change["track"]
        if not same:
            fields.append(field)
    if "reference" in change:
        field["reference"] = change["reference"]
        field["value"] = []
        return
    field.pop("reference", None)
    field["value"] = _values(field["value"], change["value"])
    if not field["value"]:
        fields.remove(field)


def _values(before: list[Document], given: list[Document]) -> list[Document]:
    modes = {value.get("mode") for value in given}
    assert len(modes) < 2 or None not in modes, "values with and without a mode cannot be mixed"
    after = list(before) if modes - {None} else []
    for value in given:
        if value.get("mode") == "remove":
            assert sum(one.get("uuid") == value["uuid"] for one in after) == 1
            after = [one for one in after if one.get("uuid") != value["uuid"]]
        else:
            assert "uuid" not in value or value["uuid"] in {one.get("uuid") for one in before}
            kept = {"value": value["value"], "uuid": value.get("uuid") or new_uuid()}
            after.append({**kept, "lang": value["lang"]} if "lang" in value else kept)
    return after


def _write_group(groups: list[Document], change: Document) -> None:
    mode = change.get("mode")
    if mode == "add":
        groups.append(_with_uuids(change))
        return
    if "uuid" in change:
        found = [group for group in groups if group.get("uuid") == change["uuid"]]
        assert len(found) == 1
    else:
        found = [group for group in groups if group["name"] == change["name"]]
    if mode == "remove":
        assert found
        for group in found:
            groups.remove(group)
        return
    (group,) = found
    if "reference" in change:
        group["reference"] = change["reference"]
    _write(group, change)


def _with_uuids(group: Document) -> Document:
    new: Document = {"name": group["name"], "uuid": new_uuid()}
    if "reference" in group:
        new["reference"] = group["reference"]
    new["field"] = [
        {**field, "uuid": new_uuid(), "value": [{**value, "uuid": new_uuid()} for value in field.get("value", [])]}
        for field in group.get("field", [])
        if field.get("value") or field.get("reference")
    ]
    new["group"] = [_with_uuids(one) for one in group.get("group", [])]
    return new


def content(document: Document) -> Any:
    """Return what a document says, without UUIDs, history, transient fields and empty parts."""
    spans: dict[Any, Any] = {}
    for span in document.get("timespan") or []:
        fields, groups = _content(span)
        spans.setdefault((span.get("start", "-INF"), span.get("end", "+INF")), [{}, []])
        spans[span.get("start", "-INF"), span.get("end", "+INF")][0].update(fields)
        spans[span.get("start", "-INF"), span.get("end", "+INF")][1].extend(groups)
    return {key: value for key, value in spans.items() if value != [{}, []]}


def _content(part: Document) -> tuple[dict[Any, Any], list[Any]]:
    fields = {}
    for field in part.get("field") or []:
        values = [(value.get("value"), value.get("lang")) for value in field.get("value") or []]
        reference = field.get("reference")
        if not field["name"].startswith("__") and (values or reference):
            fields[field["name"], field.get("track")] = (reference, [] if reference else values)
    groups = [(group["name"], group.get("reference"), _content(group)) for group in part.get("group") or []]
    # The order of groups counts among those of one name.
    return fields, sorted(groups, key=lambda group: str(group[0]))
