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
    if is_new:
        request.state.database.insert("document", user=request.user.name, created=request.now, name=name)
        _notify(request, "create", _document(request))
    return Response(write_metadata(request, _document(request), request.body))


@operation("_metadata_read")
def get_document(request: Request) -> Response:
    metadata = request.state.metadata
    return Response(metadata.document(_document(request), metadata.selection(request.arguments)))


@operation("_metadata_read")
def get_document_change_sets(request: Request) -> Response:
    return change_sets(request, _document(request))


@operation("_metadata_read")
def get_documents(request: Request) -> Response:
    first, number, _ = read_page(request)
    names = request.state.database.column("SELECT name FROM document ORDER BY name")
    page = names[max(first - 1, 0) :][:number]
    base = f"{request.base_url}/document"
    documents = [{"name": name, "uri": f"{base}/{quote(name, safe='')}"} for name in page]
    return Response({"hits": len(names), **({"document": documents} if documents else {})})


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
    request.state.database.delete("document", serial=entity.serial)
