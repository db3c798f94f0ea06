"""Operations that search shapes and files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.database.conditions import ALWAYS, Condition, all_of
from vidispine.simulator.http.arguments import read_page, reject_unsupported
from vidispine.simulator.http.errors import not_implemented
from vidispine.simulator.http.formats import site_id
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response
from vidispine.simulator.media.entities import file_document
from vidispine.simulator.media.file_store import File
from vidispine.simulator.media.media_search import search_condition

if TYPE_CHECKING:
    from collections.abc import Callable
    from sqlite3 import Row

    from vidispine.simulator.http.requests import Request

UNSUPPORTED = ("sort", "facet", "facetFilter", "filter", "text", "highlight", "cursor")


@operation("_item_shape_read")
def search_shapes(request: Request) -> Response:
    items = request.state.access.visible("item", request.user)
    visible = Condition(f"item IN (SELECT serial FROM item WHERE {items.text})", items.values)  # noqa: S608
    return _search(request, "shape", visible, lambda row: _shape(request, row["serial"], row["item"]))


@operation()
def get_search_shapes(request: Request) -> Response:
    return search_shapes(request)


@operation("_file_read")
def search_files(request: Request) -> Response:
    return _search(request, "file", ALWAYS, lambda row: file_document(request, File(*row)))


@operation()
def get_search_files(request: Request) -> Response:
    return search_files(request)


def _search(request: Request, kind: str, visible: Condition, document_of: Callable[[Row], dict[str, Any]]) -> Response:
    reject_unsupported(request, save=(False,))
    query = request.body or {}
    for name in UNSUPPORTED:
        if query.get(name):
            raise not_implemented(f"the simulator does not support {name} in searches for {kind}s")
    found = all_of([search_condition(kind, query, request.state.fields), visible])
    first, number, _ = read_page(request)
    statement = f"SELECT * FROM {kind} WHERE {found.text} ORDER BY serial DESC LIMIT ? OFFSET ?"  # noqa: S608
    rows = request.state.database.rows(statement, *found.values, number, max(first - 1, 0))
    document: dict[str, Any] = {}
    if request.arguments.get("count", True):
        statement = f"SELECT count(*) FROM {kind} WHERE {found.text}"  # noqa: S608 - values are bound
        document["hits"] = request.state.database.value(statement, *found.values)
    return Response({**document, **({kind: [document_of(row) for row in rows]} if rows else {})})


def _shape(request: Request, serial: int, item: int) -> dict[str, Any]:
    pairs = request.state.simple_metadata.pairs(f"shape:{serial}")
    metadata = {"metadata": {"field": pairs}} if pairs else {}
    return {"id": site_id(serial), **metadata, "item": [{"id": site_id(item)}]}
