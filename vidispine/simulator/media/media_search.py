"""Conditions of searches for shapes and files, and for items by their shapes and files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.catalog.search_conditions import OPERATIONS, ConditionBuilder
from vidispine.simulator.database.conditions import Condition, all_of, any_of, condition
from vidispine.simulator.http.errors import not_implemented
from vidispine.simulator.http.formats import SITE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.catalog.field_store import FieldStore

_VALUES = {
    "shape": {
        "shapeTag": "SELECT value FROM json_each(tags)",
        "tag": "SELECT value FROM json_each(tags)",
        "mimeType": "SELECT value FROM json_each(mime)",
    },
    "file": {
        "id": f"SELECT '{SITE}-' || file.serial AS value",
        "fileId": f"SELECT '{SITE}-' || file.serial AS value",
        "storage": f"SELECT '{SITE}-' || file.storage AS value",
        **{name: f"SELECT CAST(file.{name} AS TEXT) AS value" for name in ("path", "state", "size", "hash")},
    },
}
"""Queries for the values of fields. All other fields are key-value metadata."""

_FILES = "component_file JOIN component ON component.serial = component_file.component"


def search_condition(kind: str, query: Mapping[str, Any], fields: FieldStore) -> Condition:
    """Return the condition on the table ``shape`` or ``file`` for a search document.

    :raises ApiError: the document is not supported
    """
    found = _conditions(kind, {name: value for name, value in query.items() if name != "item"})
    if "item" in query:
        items = all_of(ConditionBuilder(fields, "item").of(query["item"]))
        shapes = f"item IN (SELECT serial FROM item WHERE {items.text})"  # noqa: S608 - values are bound
        found.append(Condition(shapes if kind == "shape" else _of_shapes(shapes), items.values))
    return all_of(found)


def _of_shapes(shapes: str) -> str:
    """Return the condition for the files of shapes."""
    return (
        f"serial IN (SELECT component_file.file FROM {_FILES}"  # noqa: S608 - values are bound
        f" WHERE component.shape IN (SELECT serial FROM shape WHERE {shapes}))"
    )


def _shapes_of_files(files: Condition) -> str:
    """Return the query for the shapes with matching files."""
    return (
        f"SELECT component.shape FROM {_FILES}"  # noqa: S608 - values are bound
        f" WHERE component_file.file IN (SELECT serial FROM file WHERE {files.text})"
    )


def _items_with_shape(criterion: Mapping[str, Any]) -> Condition:
    inner = all_of(_conditions("shape", criterion))
    return Condition(f"serial IN (SELECT item FROM shape WHERE {inner.text})", inner.values)  # noqa: S608


def _items_with_file(criterion: Mapping[str, Any]) -> Condition:
    inner = all_of(_conditions("file", criterion))
    shapes = _shapes_of_files(inner)
    return Condition(f"serial IN (SELECT item FROM shape WHERE serial IN ({shapes}))", inner.values)  # noqa: S608


CRITERIA = {"shape": _items_with_shape, "file": _items_with_file}
"""Conditions on items, by the members of a search document."""


def _conditions(kind: str, criterion: Mapping[str, Any]) -> list[Condition]:
    for name in ("group", "text", "item"):
        if criterion.get(name):
            raise not_implemented(f"the simulator does not search {kind}s by {name}")
    found = [_field(kind, field) for field in criterion.get("field", ())]
    if kind == "file" and "shape" in criterion:
        shapes = all_of(_conditions("shape", criterion["shape"]))
        found.append(Condition(_of_shapes(shapes.text), shapes.values))
    if kind == "shape" and "file" in criterion:
        files = all_of(_conditions("file", criterion["file"]))
        found.append(Condition(f"serial IN ({_shapes_of_files(files)})", files.values))
    operators = criterion.get("operator", [])
    operators = operators if isinstance(operators, list) else [operators]
    return found + [OPERATIONS[operator["operation"]](_conditions(kind, operator)) for operator in operators]


def _field(kind: str, field: Mapping[str, Any]) -> Condition:
    if field.get("range"):
        raise not_implemented(f"the simulator does not search {kind}s by ranges")
    rows, values = _VALUES[kind].get(field["name"]), []
    if rows is None:
        rows = f"SELECT value FROM simple_metadata WHERE owner = '{kind}:' || {kind}.serial AND key = ?"  # noqa: S608
        values = [field["name"]]
    tests = any_of(_value(value.get("value", "")) for value in field.get("value", ()))
    holds = tests if field.get("value") else condition("value IS NOT NULL")
    return Condition(f"EXISTS (SELECT 1 FROM ({rows}) WHERE {holds.text})", [*values, *holds.values])  # noqa: S608


def _value(text: str) -> Condition:
    if "*" in text:
        return condition("lower(value) GLOB ?", text.lower().replace("[", "[[]").replace("?", "[?]"))
    return condition("value = ?", text)
