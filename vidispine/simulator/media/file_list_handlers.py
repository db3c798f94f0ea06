"""Operations that list files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vidispine._calls.operation import TEXT
from vidispine.simulator.http.arguments import split_values
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response, text_lines
from vidispine.simulator.media.entities import file_document
from vidispine.simulator.media.file_query import FileQuery
from vidispine.simulator.media.file_store import File

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Request


@operation("_file_read")
def get_files(request: Request) -> Response:
    query = FileQuery(request, split_values(request.arguments.get("storage")), request.arguments.get("filter", "all"))
    files, document = _page(request, query)
    if files and request.media_type != TEXT:
        document["file"] = [file_document(request, file) for file in files]
    return Response(document, text_lines([file.id for file in files]))


@operation()
def get_storage_files(request: Request) -> Response:
    storage = request.state.media.storages.get(request.arguments["storage-id"])
    return get_files(replace(request, arguments={**request.arguments, "storage": storage.id}))


def _page(request: Request, query: FileQuery) -> tuple[list[File], dict[str, Any]]:
    """Return the files of a page, and the list document without them."""
    document: dict[str, Any] = {"hits": query.count()} if request.arguments.get("count", True) else {}
    if request.arguments.get("prefix", False):
        document["prefixes"] = {"prefix": query.folders()}
    cursor = request.arguments.get("cursor")
    if cursor is None:
        return query.page(), document
    files, document["nextCursor"] = query.after(cursor)
    return files, document


@operation()
def get_importables(request: Request) -> Response:
    return _importables(request, split_values(request.arguments.get("storage")))


@operation()
def get_storage_importables(request: Request) -> Response:
    return _importables(request, [request.arguments["storage-id"]])


def _importables(request: Request, storages: list[str]) -> Response:
    request.require_role("_file_read")
    files, document = _page(request, FileQuery(request, storages, request.arguments.get("filter", "noitem")))
    if files:
        document["element"] = [{"file": file_document(request, file)} for file in files]
    return Response(document)
