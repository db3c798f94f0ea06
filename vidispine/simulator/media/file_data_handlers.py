"""Operations on the content of files, and on files that are named by their path or URI."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from vidispine.simulator.http.errors import conflict, invalid_input, not_found
from vidispine.simulator.http.requests import operation, register
from vidispine.simulator.http.responses import FileResponse, Response
from vidispine.simulator.media.entities import file_document
from vidispine.simulator.media.file_handlers import create_file_delete_job, get_file
from vidispine.simulator.media.file_store import checked_path, checked_state
from vidispine.simulator.media.import_handlers import import_file
from vidispine.simulator.media.transfer_handlers import finish_transfer, store_upload
from vidispine.simulator.media.transfer_store import Transfer

if TYPE_CHECKING:
    from collections.abc import Callable

    from vidispine.simulator.http.requests import Handler, Request
    from vidispine.simulator.media.file_store import File
    from vidispine.simulator.media.storage_store import Storage


@operation("_file_write")
def create_file(request: Request) -> Response:
    """Create a file from the body, at a URI."""
    uri = request.arguments.get("uri")
    found = None if uri is None else request.state.media.storages.locate(uri)
    if found is None:
        raise invalid_input("uri", uri, "uri must be below a method of a storage")
    storage, path = found
    return _create(request, storage, checked_path(unquote(path), "uri"))


@operation("_file_write")
def create_file_in_storage(request: Request) -> Response:
    """Create a file from the body, on a storage."""
    storages = request.state.media.storages
    storage, uri = storages.get(request.arguments["storage-id"]), request.arguments.get("uri")
    if request.arguments.get("path") is not None or uri is None:
        return _create(request, storage, checked_path(request.arguments.get("path")))
    found = storages.locate(uri)
    if found is None or found[0] != storage:
        raise invalid_input("uri", uri, f"uri must be below a method of storage {storage.id}")
    return _create(request, storage, checked_path(unquote(found[1]), "uri"))


def _create(request: Request, storage: Storage, path: str) -> Response:
    files, state = request.state.media.files, checked_state(request.arguments.get("state"))
    free = request.state.media.storages.capacity(storage)[1]
    if free is not None and request.body.size > free:
        raise invalid_input("storage", storage.id, f"{free} bytes are left on the storage", context="storage")

    def open_file() -> File:
        known = files.at(storage, path)
        if known is not None and known.size is not None:
            raise conflict("File", path, f"storage {storage.id} has a file at this path")
        file = known or files.create(storage, path, "OPEN", request.now)
        if known is None and files.disk_path(file).exists():
            raise conflict("File", path, f"storage {storage.id} already has an unregistered file at this path")
        return file

    return _receive(request, f"{storage.id} {path}", open_file, state)


@operation("_file_write")
def update_file_data(request: Request) -> Response:
    file = request.state.media.files.get(request.arguments["file-id"])
    return _receive(request, f"file {file.id}", lambda: file, "CLOSED")


def _receive(request: Request, target: str, open_file: Callable[[], File], state: str) -> Response:
    upload = store_upload(request, target, open_file, state)
    if upload is None:
        return Response(status=204)
    if isinstance(upload, Transfer):
        file = request.state.media.files.find(upload.file)
        if file is None:
            raise conflict("Transfer", upload.name, "a finished transfer has this name")
        return Response(file_document(request, file), file.id)
    finish_transfer(request, file=upload.serial)
    return Response(file_document(request, upload), upload.id)


@operation("_file_read")
def get_file_data(request: Request) -> Response:
    """Get the content of a file, or a range of it."""
    file = request.state.media.files.get(request.arguments["file-id"])
    path = request.state.media.files.disk_path(file)
    if not path.is_file():
        raise not_found("File", file.id)
    return FileResponse(path.open("rb"), path.stat().st_size, "application/octet-stream", file.etag, file.changed)


# Files that are named by their path on a storage, or by their URI


def _register(name: str, handler: Handler, key: str = "path") -> None:
    """Add the handler of an operation that does the same for a file named by its path or URI.

    :param key: name of the path parameter, ``path`` or ``uri``
    """

    def handle(request: Request) -> Response | None:
        storage, value = request.arguments.get("storage-id"), request.arguments[key]
        id = request.state.media.file_id(storage, key, value)
        return handler(replace(request, arguments={**request.arguments, "file-id": id}))

    register(name, handle)


_register("create_storage_file_delete_job_by_path", create_file_delete_job)
_register("get_file_by_uri", get_file, "uri")
_register("get_storage_file_by_path", get_file)
_register("get_storage_file_data_by_path", get_file_data)
_register("import_storage_file_by_path", import_file)
_register("update_storage_file_data_by_path", update_file_data)
