"""Operations that list files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.operation import TEXT
from vidispine.simulator.http.arguments import texts_of
from vidispine.simulator.http.responses import Answer, lines
from vidispine.simulator.media.entities import file_document
from vidispine.simulator.media.file_store import File

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Call, Handler

from vidispine.simulator.media.file_query import FileQuery

__all__ = ["FILE_LIST_HANDLERS"]


def get_files(call: Call) -> Answer:
    """Answer with the files that match."""
    call.need("_file_read")
    query = FileQuery(call, texts_of(call.arguments.get("storage")), call.arguments.get("filter", "all"))
    files, document = _page(call, query)
    if files and call.media_type != TEXT:
        document["file"] = [file_document(call, file) for file in files]
    return Answer(document, lines([file.id for file in files]))


def _page(call: Call, query: FileQuery) -> tuple[list[File], dict[str, Any]]:
    """Return the files of a page and the document around them."""
    document: dict[str, Any] = {"hits": query.count()} if call.arguments.get("count", True) else {}
    if call.arguments.get("prefix", False):
        document["prefixes"] = {"prefix": query.folders()}
    cursor = call.arguments.get("cursor")
    if cursor is None:
        return query.page(), document
    files, document["nextCursor"] = query.after(cursor)
    return files, document


def get_importables(call: Call) -> Answer:
    """Answer with the files that belong to no item, on storages that show them."""
    return _importables(call, texts_of(call.arguments.get("storage")))


def get_storage_importables(call: Call) -> Answer:
    """Answer with the files of one storage that belong to no item."""
    return _importables(call, [call.arguments["storage-id"]])


def _importables(call: Call, storages: list[str]) -> Answer:
    call.need("_file_read")
    files, document = _page(call, FileQuery(call, storages, call.arguments.get("filter", "noitem")))
    if files:
        document["element"] = [{"file": file_document(call, file)} for file in files]
    return Answer(document)


FILE_LIST_HANDLERS: list[Handler] = [get_files, get_importables, get_storage_importables]
