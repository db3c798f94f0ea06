"""Splits schemas into parts, because OpenAPI has several ways to express the same thing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from generator.availability import MARKS
from generator.bundling import NOTHING
from generator.normalize.form import SCALARS, Schema, described

# Annotations of a schema.
_ANNOTATIONS = ("default", "description", "x-form", "x-python-name", "xml", *MARKS)
_OWN = {
    *("additionalProperties", "const", "enum", "format", "items"),
    *("patternProperties", "prefixItems", "properties", "required", "type"),
}
_CONDITIONS = ("$dynamicRef", "dependentRequired", "dependentSchemas", "if", "not")


class Part(NamedTuple):
    """What a schema says of a value: ``keyword`` is ``$ref``, ``anyOf``, ``oneOf`` or ``condition``, or empty."""

    keyword: str
    schema: Schema
    pointer: str

    @property
    def choices(self) -> Any:
        """The alternatives, of which there may be only one."""
        return self.schema[self.keyword] if self.keyword in ("anyOf", "oneOf") else [self.schema]


def _layers(schema: Schema, pointer: str) -> Iterator[tuple[Schema, str]]:
    """Yield a schema and its parts: those of ``allOf``, and a choice with a single alternative."""
    yield schema, pointer
    for index, entry in enumerate(schema.get("allOf", ())):
        yield from _layers(entry, f"{pointer}/allOf/{index}")
    for keyword in ("anyOf", "oneOf"):
        real = _real(schema, keyword)
        if len(real) == 1:
            yield from _layers(real[0][1], f"{pointer}/{keyword}/{real[0][0]}")


def parts_of(schema: Schema, pointer: str) -> Iterator[Part]:
    """Yield the parts of a schema that say what a value is, each with its pointer."""
    for layer, where in _layers(schema, pointer):
        own = {key: value for key, value in layer.items() if key in _OWN}
        if own.keys() - {"format"}:
            yield Part("", own, where)
        if "$ref" in layer:
            yield Part("$ref", {"$ref": layer["$ref"]}, where)
        for keyword in ("anyOf", "oneOf"):
            real = _real(layer, keyword)
            if real and all(entry.keys() <= {"not", "required"} for _, entry in real):
                yield Part("condition", {}, f"{where}/{keyword}")
            elif len(real) > 1:
                yield Part(keyword, {keyword: layer[keyword]}, f"{where}/{keyword}")
        for keyword in _CONDITIONS:
            if keyword in layer:
                yield Part("condition", {}, where if layer == NOTHING else f"{where}/{keyword}")


def _real(schema: Schema, keyword: str) -> list[tuple[int, Schema]]:
    """Return the alternatives with their indexes, without null."""
    return [(index, entry) for index, entry in enumerate(schema.get(keyword, ())) if not is_null(entry)]


def is_null(schema: Schema) -> bool:
    """Return whether a schema allows null and nothing else."""
    return schema.get("type") in ("null", ["null"]) or values_of(schema) == [None]


def is_nullable(schema: Schema) -> bool:
    """Return whether a schema itself allows null."""
    alternatives = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return (
        schema.get("nullable") is True
        or "null" in as_list(schema.get("type"))
        or None in values_of(schema)
        or any(map(is_null, alternatives))
    )


def is_bare(part: Part) -> bool:
    """Return whether a part adds nothing to others that say what the object holds."""
    further = part.schema.get("additionalProperties", {})
    is_plain = part.schema.keys() <= {"additionalProperties", "type"} and further in ({}, NOTHING)
    return not part.keyword and is_plain and kinds_of(part.schema) == ["object"]


def annotations_of(schema: Schema) -> Schema:
    """Return the annotations of a schema, such as its description. The outermost of its layers takes precedence."""
    annotations: Schema = {}
    layers = [layer for layer, _ in _layers(schema, "")]
    for layer in reversed(layers):
        annotations.update({key: layer[key] for key in _ANNOTATIONS if layer.get(key) is not None})
    if any(layer.get("deprecated") is True for layer in layers):
        annotations["description"] = described({**annotations, "deprecated": True})
    if any(layer.get("readOnly") is True for layer in layers):
        annotations["readOnly"] = True
    if any(map(is_nullable, layers)):
        annotations["nullable"] = True
    return annotations


def kinds_of(schema: Schema) -> list[str]:
    """Return the types that a value may have, but for null; where none is message, those that the rest is about."""
    if "type" in schema:
        return [kind for kind in as_list(schema["type"]) if kind in ("array", "object", *SCALARS)]
    if schema.keys() & {"additionalProperties", "patternProperties", "properties"}:
        return ["object"]
    if schema.keys() & {"items", "prefixItems"}:
        return ["array"]
    kinds = [next((kind for kind, types in SCALARS.items() if type(value) in types), "") for value in values_of(schema)]
    return list(dict.fromkeys(filter(None, kinds)))


def as_list(value: Any) -> list[Any]:
    """Return a value that may be a single one or a list as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def values_of(schema: Schema) -> list[Any]:
    """Return the values that a schema allows; none when it does not list them."""
    values: list[Any] = [schema["const"]] if "const" in schema else schema.get("enum", [])
    return values
