"""The metadata of libraries, which servers store as keys and values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vidispine._mixins.metadata_nodes import GENERIC, is_generic, text_of
from vidispine.exceptions import ApiValueError

__all__ = ["from_pairs", "updated_pairs"]

Pairs = dict[str, list[str]]


def from_pairs(pairs: Any) -> dict[str, Any]:
    """Return the metadata document with a field for each key of a ``SimpleMetadataType``."""
    fields = [
        {"name": key, "value": [{"value": text} for text in texts]} for key, texts in _by_key(pairs).items() if texts
    ]
    return {"timespan": [{"start": GENERIC[0], "end": GENERIC[1], "field": fields}]} if fields else {}


def _by_key(pairs: Any) -> Pairs:
    found: Pairs = {}
    for pair in (pairs and pairs.field) or ():
        found.setdefault(pair.key, []).append(pair.value or "")
    return found


def updated_pairs(pairs: Any, change: Mapping[str, Any]) -> Pairs:
    """Return the values by key after a change; an empty list for each key that it removes.

    :raises ApiValueError: keys and values cannot express the change
    """
    found = _by_key(pairs)
    for timespan in change.get("timespan") or ():
        if not is_generic(timespan) or timespan.get("group"):
            raise ApiValueError("metadata of a library cannot have groups or timed values")
        for field in timespan.get("field") or ():
            _update(found, field)
    for key, texts in found.items():
        if len(texts) > 1:
            raise ApiValueError(f"{key}: metadata of a library has one value for each name, not {len(texts)}")
    return found


def _update(found: Pairs, field: Mapping[str, Any]) -> None:
    values = field.get("value") or []
    if field.get("track") or field.get("reference") or any(value.get("lang") for value in values):
        raise ApiValueError(f"{field.get('name')}: metadata of a library cannot have languages, tracks or references")
    present = found.setdefault(field["name"], [])
    texts = [text_of(value) for value in values]
    modes = {value.get("mode", field.get("mode")) for value in values} or {field.get("mode")}
    if modes == {"add"}:
        present += texts
    elif modes == {"remove"}:
        found[field["name"]] = [text for text in present if text not in texts]
    else:
        found[field["name"]] = texts
