"""Searches for shapes, and for items by their shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.catalog.search_conditions import ConditionBuilder
from vidispine.simulator.formats import site_id
from vidispine.simulator.http.arguments import read_page, reject_unsupported
from vidispine.simulator.http.errors import not_implemented
from vidispine.simulator.http.responses import Response
from vidispine.simulator.sql import Condition, all_of, any_of, condition, none_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.http.requests import Handler, Request

__all__ = ["SHAPE_SEARCH_HANDLERS", "items_with_shape"]

_OPERATIONS = {"AND": all_of, "OR": any_of, "NOT": none_of}
_LISTS = {"shapeTag": "tags", "tag": "tags", "mimeType": "mime"}
"""Columns with lists. All other fields are key-value metadata."""


def search_shapes(request: Request) -> Response:
    """Search shapes."""
    request.require_role("_item_shape_read")
    reject_unsupported(request, save=(False,))
    query = request.body or {}
    for name in ("sort", "facet", "facetFilter", "filter", "text", "highlight", "cursor"):
        if query.get(name):
            raise not_implemented(f"the simulator does not know {name} in searches for shapes")
    found = all_of([*_conditions(query), *_of_item(request, query)])
    first, number, _ = read_page(request)
    rows = request.state.database.rows(
        f"SELECT serial, item FROM shape WHERE {found.text} ORDER BY serial DESC LIMIT ? OFFSET ?",  # noqa: S608
        *found.values, number, max(first - 1, 0),
    )  # fmt: skip
    document: dict[str, Any] = {}
    if request.arguments.get("count", True):
        statement = f"SELECT count(*) FROM shape WHERE {found.text}"  # noqa: S608 - values are bound
        document["hits"] = request.state.database.value(statement, *found.values)
    shapes = [_shape(request, row["serial"], row["item"]) for row in rows]
    return Response({**document, **({"shape": shapes} if shapes else {})})


def _shape(request: Request, serial: int, item: int) -> dict[str, Any]:
    pairs = request.state.simple_metadata.pairs(f"shape:{serial}")
    metadata = {"metadata": {"field": pairs}} if pairs else {}
    return {"id": site_id(serial), **metadata, "item": [{"id": site_id(item)}]}


def _of_item(request: Request, query: Mapping[str, Any]) -> list[Condition]:
    """Return the conditions on the items of shapes: the search's, and that the user may read them."""
    items = [request.state.access.visible("item", request.user)]
    if "item" in query:
        items += ConditionBuilder(request.state.fields, "item").of(query["item"])
    inner = all_of(items)
    return [Condition(f"item IN (SELECT serial FROM item WHERE {inner.text})", inner.values)]  # noqa: S608


def items_with_shape(criterion: Mapping[str, Any]) -> Condition:
    """Return the condition for items with a matching shape."""
    inner = all_of(_conditions(criterion))
    return Condition(f"serial IN (SELECT item FROM shape WHERE {inner.text})", inner.values)  # noqa: S608


def _conditions(criterion: Mapping[str, Any]) -> list[Condition]:
    """Return the conditions on the table ``shape``."""
    if criterion.get("group") or "file" in criterion:
        raise not_implemented("the simulator searches shapes by their fields and items alone")
    found = [_field(field) for field in criterion.get("field", ())]
    operators = criterion.get("operator", [])
    operators = operators if isinstance(operators, list) else [operators]
    return found + [_OPERATIONS[operator["operation"]](_conditions(operator)) for operator in operators]


def _field(field: Mapping[str, Any]) -> Condition:
    if field.get("range"):
        raise not_implemented("the simulator does not search shapes by ranges")
    column = _LISTS.get(field["name"])
    if column is not None:
        rows, values = f"(SELECT value FROM json_each({column}))", []  # noqa: S608 - columns are constants
    else:
        rows, values = (
            "(SELECT value FROM simple_metadata WHERE owner = 'shape:' || shape.serial AND key = ?)",
            [field["name"]],
        )
    tests = any_of(_value(value.get("value", "")) for value in field.get("value", ()))
    holds = tests if field.get("value") else condition("1")
    return Condition(f"EXISTS (SELECT 1 FROM {rows} WHERE {holds.text})", [*values, *holds.values])  # noqa: S608


def _value(text: str) -> Condition:
    if "*" in text:
        return condition("lower(value) GLOB ?", text.lower().replace("[", "[[]").replace("?", "[?]"))
    return condition("value = ?", text)


def get_search_shapes(request: Request) -> Response:
    """List shapes."""
    return search_shapes(request)


SHAPE_SEARCH_HANDLERS: list[Handler] = [get_search_shapes, search_shapes]
