"""The form of schemas that :mod:`generator.schemas` reads.

In this form, a schema is one of

- a reference to a component which is a model or a vocabulary,
- a ``string``, ``integer``, ``number`` or ``boolean``, perhaps with an ``enum``,
- an ``array`` with ``items``,
- an ``object`` without members, or an empty schema: any value,

and a model has all of its members in ``properties``, but for those of the one base that its ``allOf`` refers to.
``nullable`` allows null, and ``x-pointer`` is the original location of a model, vocabulary or member.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.bundling import component

POINTER = "x-pointer"
"""The member that holds the original location of an object."""

PATH = "x-path"
"""The member that holds the path of an operation, relative to the base path of the API."""

Schema = dict[str, Any]

FORM: Schema = {"type": "object", "format": "form"}
"""The body of a form, whose fields are a mapping."""

SCALARS: dict[str, tuple[type, ...]] = {"boolean": (bool,), "integer": (int,), "number": (int, float), "string": (str,)}


def described(facts: Mapping[str, Any]) -> str:
    """Return the description of anything, with a note if it is deprecated."""
    said = facts.get("description", "")
    return f"{said}\n\nDeprecated.".lstrip() if facts.get("deprecated") is True else said


def is_any(schema: Schema) -> bool:
    """Return whether a schema of this form allows any value."""
    return "$ref" not in schema and schema.get("type") in (None, "object")


def has_bytes(schema: Schema) -> bool:
    """Return whether a value is bytes, not text."""
    return schema.get("format") == "binary"


def without_bytes(schema: Schema) -> Schema:
    """Return the schema of what is part of a JSON document, which has no bytes."""
    return {key: value for key, value in schema.items() if key != "format"} if has_bytes(schema) else schema


def shown(schema: Schema) -> str:
    """Return the name of a type for messages."""
    if "$ref" in schema:
        return component(schema["$ref"])[1]
    if schema.get("type") == "array":
        return f"list of {shown(schema['items'])}"
    return str(schema.get("type", "any value"))


def widest(shapes: list[Schema]) -> Schema:
    """Return the union of schemas of one type."""
    first = shapes[0]
    widest: Schema = {key: first[key] for key in ("$ref", "items", "type") if key in first}
    if all("enum" in shape for shape in shapes):
        widest["enum"] = list(dict.fromkeys(value for shape in shapes for value in shape["enum"]))
    if len({shape.get("format") for shape in shapes}) == 1 and "format" in first:
        widest["format"] = first["format"]
    if any(shape.get("nullable") for shape in shapes):
        widest["nullable"] = True
    return widest
