"""The bytes of files, up and down."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from vidispine.simulator.http.errors import conflict, invalid, not_found
from vidispine.simulator.http.responses import Answer
from vidispine.simulator.http.streams import ByteAnswer
from vidispine.simulator.media.entities import file_document
from vidispine.simulator.media.file_handlers import checked_state
from vidispine.simulator.media.file_store import checked_path
from vidispine.simulator.media.transfer_store import Transfer
from vidispine.simulator.media.uploads import close_upload, receive_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from vidispine.simulator.http.requests import Call, Handler
    from vidispine.simulator.media.file_store import File
    from vidispine.simulator.media.storage_store import Storage

__all__ = ["FILE_DATA_HANDLERS"]


def create_file(call: Call) -> Answer:
    """Write a new file at a URI."""
    call.need("_file_write")
    uri = call.arguments.get("uri")
    found = None if uri is None else call.world.media.storages.below(uri)
    if found is None:
        raise invalid("uri", uri, "uri must lie below a method of a storage")
    storage, path = found
    return _create(call, storage, checked_path(unquote(path), "uri"))


def create_file_in_storage(call: Call) -> Answer:
    """Write a new file on a storage."""
    call.need("_file_write")
    storages = call.world.media.storages
    storage, uri = storages.get(call.arguments["storage-id"]), call.arguments.get("uri")
    if call.arguments.get("path") is not None or uri is None:
        return _create(call, storage, checked_path(call.arguments.get("path")))
    found = storages.below(uri)
    if found is None or found[0] != storage:
        raise invalid("uri", uri, f"uri must lie below a method of storage {storage.id}")
    return _create(call, storage, checked_path(unquote(found[1]), "uri"))


def _create(call: Call, storage: Storage, path: str) -> Answer:
    files, state = call.world.media.files, checked_state(call.arguments.get("state"))
    free = call.world.media.storages.capacity(storage)[1]
    if free is not None and call.body.size > free:
        raise invalid("storage", storage.id, f"{free} bytes are left on the storage", context="storage")

    def place() -> File:
        known = files.at(storage, path)
        if known is not None and known.size is not None:
            raise conflict("File", path, f"storage {storage.id} has a file at this path")
        file = known or files.create(storage, path, "OPEN", call.now)
        if known is None and files.disk(file).exists():
            raise conflict("File", path, f"the folder of storage {storage.id} has such a file, which is not known")
        return file

    return _receive(call, f"{storage.id} {path}", place, state)


def update_file_data(call: Call) -> Answer:
    """Overwrite a file."""
    call.need("_file_write")
    file = call.world.media.files.get(call.arguments["file-id"])
    return _receive(call, f"file {file.id}", lambda: file, "CLOSED")


def _receive(call: Call, target: str, place: Callable[[], File], state: str) -> Answer:
    upload = receive_file(call, target, place, state)
    if upload is None:
        return Answer(status=204)
    if isinstance(upload, Transfer):
        file = call.world.media.files.find(upload.file)
        if file is None:
            raise conflict("Transfer", upload.name, "this name is the one of a transfer that has ended")
        return Answer(file_document(call, file), file.id)
    close_upload(call, file=upload.serial)
    return Answer(file_document(call, upload), upload.id)


def get_file_data(call: Call) -> Answer:
    """Answer with the bytes of a file, or of a part."""
    call.need("_file_read")
    file = call.world.media.files.get(call.arguments["file-id"])
    path = call.world.media.files.disk(file)
    if not path.is_file():
        raise not_found("File", file.id)
    return ByteAnswer(path.open("rb"), path.stat().st_size, "application/octet-stream", file.etag, file.changed)


FILE_DATA_HANDLERS: list[Handler] = [create_file, create_file_in_storage, get_file_data, update_file_data]
