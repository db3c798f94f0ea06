"""Transient metadata fields: the server computes them when metadata is read, and rejects them when it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vidispine._documents.model import Model

__all__ = ["without_transient_fields"]

_TIMESPAN = "MetadataTypeTimespan"
_HOLDERS = frozenset({"MetadataGroupValueType", _TIMESPAN})
"""The models that contain metadata fields. Fields of a search, which can have the same names, must stay."""


def without_transient_fields(document: dict[str, Any], model: type[Model]) -> dict[str, Any]:
    """Return a document without the transient fields of metadata in it, at any depth.

    :param model: the model of the document
    """
    changed: dict[str, Any] = {}
    for field in model.fields().values():
        value = document.get(field.wire)
        if field.wire == "field" and model.__name__ in _HOLDERS and isinstance(value, list):
            changed["field"] = [one for one in value if not (isinstance(one, dict) and _is_transient(one.get("name")))]
        elif value is not None and field.converter.mutable:
            changed[field.wire] = _cleaned(value, field.type_ref.name)
    return {**document, **changed}


def _cleaned(value: Any, name: str) -> Any:
    from vidispine._documents.registry import find_model

    if isinstance(value, list):
        cleaned = [_cleaned(one, name) for one in value]
        return [one for one, before in zip(cleaned, value) if name != _TIMESPAN or not _is_emptied(before, one)]
    model = find_model(name) if isinstance(value, dict) and name != "object" else None
    return value if model is None or not hasattr(model, "fields") else without_transient_fields(value, model)


def _is_emptied(before: Any, after: Any) -> bool:
    """Return whether a timespan had transient fields only. Sent without them, it would delete what the entity has."""
    return isinstance(before, dict) and bool(before.get("field")) and not (after.get("field") or after.get("group"))


def _is_transient(name: Any) -> bool:
    return isinstance(name, str) and name.startswith("__")
