"""Evaluates search documents according to their description, for entities that are plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

__all__ = ["Entity", "matches"]

Entity = Mapping[str, Any]
"""``field``: name to values; ``group``: name to instances; ``item``, ``shape``, ``file``: lists of entities."""


def matches(document: Mapping[str, Any], entity: Entity) -> bool:
    """Return whether a search document, or a part of one, matches: everything in it must hold."""
    return all(_conditions(document, entity)) and all(_operator(each, entity) for each in document.get("filter", ()))


def _operator(document: Mapping[str, Any], entity: Entity) -> bool:
    join: Callable[[Iterator[bool]], bool] = {"AND": all, "OR": any, "NOT": lambda found: not any(found)}[
        document["operation"]
    ]
    return join(_conditions(document, entity))


def _conditions(document: Mapping[str, Any], entity: Entity) -> Iterator[bool]:
    for field in document.get("field", ()):
        yield _field(field, entity["field"].get(field["name"], []))
    for group in document.get("group", ()):
        yield any(matches(group, instance) for instance in entity["group"].get(group["name"], []))
    for text in document.get("text", ()):
        yield any(text["value"] in values for values in entity["field"].values())
    for uuid in document.get("reference", ()):
        yield uuid in entity["reference"]
    for kind in ("item", "shape", "file"):
        if kind in document:
            yield any(matches(document[kind], joined) for joined in entity[kind])
    operators = document.get("operator", [])
    for operator in operators if isinstance(operators, list) else [operators]:
        yield _operator(operator, entity)


def _field(document: Mapping[str, Any], values: list[str]) -> bool:
    alternatives = [value["value"] for value in document.get("value", ())]
    if "*" in alternatives:
        return bool(values)
    return any(value in alternatives for value in values) or any(
        _is_in(limits, value) for limits in document.get("range", ()) for value in values
    )


def _is_in(limits: Mapping[str, Any], value: str) -> bool:
    low, high = limits["value"]
    number = int(value)
    above = low.get("minimum") or number > int(low["value"]) - (not limits.get("exclusiveMinimum"))
    below = high.get("maximum") or number < int(high["value"]) + (not limits.get("exclusiveMaximum"))
    return bool(above and below)
