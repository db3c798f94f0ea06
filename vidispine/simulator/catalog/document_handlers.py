"""Operations on documents: named metadata without an entity."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from vidispine.simulator.accounts.entities import EntityRef
from vidispine.simulator.catalog.metadata_handlers import change_sets, write_metadata
from vidispine.simulator.catalog.search_results import SearchResults
from vidispine.simulator.http.arguments import read_page
from vidispine.simulator.http.errors import not_found
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Request


def _document(request: Request) -> EntityRef:
    name = request.arguments["name"]
    serial = request.state.database.value("SELECT serial FROM document WHERE name = ?", name)
    if serial is None:
        raise not_found("document", name)
    return EntityRef("document", serial)


def _notify(request: Request, event: str, entity: EntityRef) -> None:
    fields = {"documentId": request.arguments["name"], "user": request.user.name}
    request.state.media.notifier.entity("document", event, entity.serial, fields)


@operation("_metadata_write")
def update_or_create_document(request: Request) -> Response:
    name = request.arguments["name"]
    is_new = request.state.database.value("SELECT 1 FROM document WHERE name = ?", name) is None
    request.state.database.execute(
        "INSERT OR IGNORE INTO document (user, created, name) VALUES (?, ?, ?)", [request.user.name, request.now, name]
    )
    if is_new:
        _notify(request, "create", _document(request))
    return Response(write_metadata(request, _document(request), request.body))


@operation("_metadata_read")
def get_document(request: Request) -> Response:
    return Response(
        request.state.metadata.document(_document(request), request.state.metadata.selection(request.arguments))
    )


@operation("_metadata_read")
def get_document_change_sets(request: Request) -> Response:
    return change_sets(request, _document(request))


@operation("_metadata_read")
def get_documents(request: Request) -> Response:
    first, number, _ = read_page(request)
    rows = request.state.database.rows(
        "SELECT name FROM document ORDER BY name LIMIT ? OFFSET ?", number, max(first - 1, 0)
    )
    hits = request.state.database.value("SELECT count(*) FROM document")
    documents = [{"name": row["name"], "uri": _uri(request, row["name"])} for row in rows]
    return Response({"hits": hits, **({"document": documents} if documents else {})})


def _uri(request: Request, name: str) -> str:
    return f"{request.base_url}/document/{quote(name, safe='')}"


@operation("_metadata_read")
def search_documents(request: Request) -> Response:
    listing = SearchResults(request, ["document"])
    entries = []
    for hit in listing.hits:
        name = request.state.database.value("SELECT name FROM document WHERE serial = ?", hit.serial)
        entries.append({"start": "-INF", "end": "+INF", "type": "Document", "id": name})
    return Response(listing.document("entry", entries))


@operation("_metadata_write")
def delete_document(request: Request) -> None:
    entity = _document(request)
    _notify(request, "delete", entity)
    request.state.metadata.forget(entity)
    request.state.database.execute("DELETE FROM document WHERE serial = ?", [entity.serial])
