"""Operations on files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vidispine._calls.operation import TEXT
from vidispine.simulator.database.simple_metadata import register_simple_metadata
from vidispine.simulator.http.arguments import split_values
from vidispine.simulator.http.errors import file_already_exists, invalid_input, not_found
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response, text_lines
from vidispine.simulator.media.effects import CopyFile, DeleteFile
from vidispine.simulator.media.entities import file_document
from vidispine.simulator.media.file_query import FileQuery
from vidispine.simulator.media.file_store import checked_path, checked_state
from vidispine.simulator.media.job_requests import start_job

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Request
    from vidispine.simulator.media.file_store import File
    from vidispine.simulator.media.storage_store import Storage


def _file(request: Request) -> File:
    return request.state.media.files.get(request.arguments["file-id"])


def _response(request: Request, file: File) -> Response:
    return Response(file_document(request, file), file.id)


@operation("_file_read")
def get_file(request: Request) -> Response:
    file = _file(request)
    response = _response(request, file)
    kind = request.arguments.get("storageType")
    if kind and response.document and request.state.media.storages.by_serial(file.storage).type != kind:
        response.document["uri"] = []
    return response


@operation("_file_write")
def create_file_entity(request: Request) -> Response:
    storage = (request.body or {}).get("storage")
    if not storage:
        raise invalid_input("storage", None, "the document must contain a storage", context="file")
    return _create(request, request.state.media.storages.get(storage))


@operation("_file_write")
def create_file_entity_on_storage(request: Request) -> Response:
    return _create(request, request.state.media.storages.get(request.arguments["storage-id"]))


def _create(request: Request, storage: Storage) -> Response:
    files = request.state.media.files
    # Path and state are query parameters too, for requests without a document.
    document = {**request.arguments, **(request.body or {})}
    path, state = checked_path(document.get("path")), checked_state(document.get("state"))
    file = files.at(storage, path)
    if file is not None:
        if request.arguments.get("createOnly", True):
            raise file_already_exists(file.id, f"storage {storage.id} has a file at this path")
        return _response(request, file)
    file = files.create(storage, path, state, request.now, document.get("size"))
    if state == "CLOSED" and files.disk_path(file).is_file():
        file = files.refresh(file, request.now)
    elif document.get("hash"):
        files.set_hash(file, document["hash"], request.now)
        file = files.by_serial(file.serial)
    request.state.media.simple_metadata.put_pairs(f"file:{file.serial}", document.get("metadata", {}).get("field", ()))
    return _response(request, file)


@operation("_file_write")
def update_file_state(request: Request) -> Response:
    """Update the state of a file. ``CLOSED`` rereads it from disk."""
    files, file = request.state.media.files, _file(request)
    state = checked_state(request.arguments["state"])
    if state == "CLOSED" and files.disk_path(file).is_file():
        return _response(request, files.refresh(file, request.now))
    return _response(request, files.set_state(file, state, request.now))


@operation("_file_write")
def update_file_hash(request: Request) -> None:
    request.state.media.files.set_hash(_file(request), request.arguments["hash"], request.now)


@operation("_file_write")
def register_file_path(request: Request) -> Response:
    """Register a new path of a file, or a copy of it."""
    media, file = request.state.media, _file(request)
    id = request.arguments.get("storage")
    storage = media.storages.by_serial(file.storage) if id is None else media.storages.get(id)
    path = checked_path(request.arguments["path"])
    state = checked_state(request.arguments.get("state"), file.state)
    if request.arguments.get("duplicate", False):
        copied = media.files.create(storage, path, state, request.now, file.size)
        for component in media.shapes.components_with_file(file.serial):
            media.shapes.attach_file(component.serial, copied.serial)
        return _response(request, copied)
    moved = media.files.relocate(file, storage, path, request.now)
    return _response(request, media.files.set_state(moved, state, request.now))


@operation("_file_write")
def delete_file_entity(request: Request) -> None:
    """Delete a file entity. Its content remains."""
    request.state.media.files.forget(_file(request), request.now)


@operation("_file_write")
def remove_file_from_item(request: Request) -> None:
    """Remove a file from all items that use it, or from one."""
    media, file = request.state.media, _file(request)
    id = request.arguments.get("item")
    item = None if id is None else request.state.items.get(id).serial
    for component in media.shapes.components_with_file(file.serial):
        if item is None or media.shapes.by_serial(component.shape).item == item:
            media.shapes.detach_file(component, file)


@operation("_file_write")
def create_file_delete_job(request: Request) -> Response:
    file = _file(request)
    return start_job(request, "DELETE_FILE", DeleteFile(file.serial), {"fileId": file.id})


@operation("_file_write")
def create_file_move_or_copy_job(request: Request) -> Response:
    media, file = request.state.media, _file(request)
    storage = media.storages.get(request.arguments["target-storage-id"])
    move = request.arguments.get("move", False)
    path = request.arguments.get("filename")
    if path is None and request.arguments.get("useOriginalFilename", False):
        path = _original_name(request, file)
    effect = CopyFile(file.serial, storage.id, move, None if path is None else checked_path(path, "filename"))
    data = {"fileId": file.id, "destinationStorageId": storage.id}
    return start_job(request, "MOVE_FILE" if move else "COPY_FILE", effect, data)


def _original_name(request: Request, file: File) -> str:
    media = request.state.media
    for component in media.shapes.components_with_file(file.serial):
        name = media.simple_metadata.value(f"shape:{component.shape}", "originalFilename")
        if name:
            return name
    return file.name


@operation()
def get_item_ur_is(request: Request) -> Response:
    from vidispine.simulator.accounts.entities import requested_item
    from vidispine.simulator.http.responses import text_lines

    request.require_role("_item_uri")
    item, media = requested_item(request), request.state.media
    tags = split_values(request.arguments.get("tag"))
    shapes = [shape for shape in media.shapes.latest(item.serial) if not tags or set(tags) & set(shape.tag_names)]
    if tags and not shapes:
        raise not_found("shape", ",".join(tags))
    files = dict.fromkeys(file for shape in shapes for file in media.shapes.files(shape))
    closed = request.arguments.get("closedFiles", True)
    uris = [
        uri for file in files if file.state == "CLOSED" or not closed for uri in file_document(request, file)["uri"]
    ]
    return Response({"uri": uris} if uris else {}, text_lines(uris))


register_simple_metadata("file", lambda request: f"file:{_file(request).serial}", "_file_read", "_file_write")


# Lists


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
