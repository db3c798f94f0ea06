"""What the simulated server does with files: their entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.models import FileState
from vidispine.simulator.http.errors import conflict, invalid, not_found
from vidispine.simulator.http.responses import Answer
from vidispine.simulator.media.entities import file_document
from vidispine.simulator.media.file_store import checked_path
from vidispine.simulator.media.job_requests import start_job
from vidispine.simulator.simple_metadata import metadata_handlers

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Call, Handler
    from vidispine.simulator.media.file_store import File
    from vidispine.simulator.media.storage_store import Storage

__all__ = ["FILE_HANDLERS", "checked_state"]


def checked_state(state: str | None, default: str = "CLOSED") -> str:
    """Return a file's state.

    :raises Fault: there is no such state
    """
    if state is None:
        return default
    if state not in FileState.values():
        raise invalid("state", state, f"state must be one of {', '.join(FileState.values())}")
    return state


def _file(call: Call) -> File:
    return call.world.media.files.get(call.arguments["file-id"])


def _answer(call: Call, file: File) -> Answer:
    return Answer(file_document(call, file), file.id)


def get_file(call: Call) -> Answer:
    """Answer with one file."""
    call.need("_file_read")
    file = _file(call)
    answer = _answer(call, file)
    kind = call.arguments.get("storageType")
    if kind and answer.document and call.world.media.storages.by_serial(file.storage).type != kind:
        answer.document["uri"] = []
    return answer


def create_file_entity(call: Call) -> Answer:
    """Make a file known on the storage that the document names."""
    call.need("_file_write")
    if not call.body.get("storage"):
        raise invalid("storage", None, "the document must name a storage", context="file")
    return _create(call, call.world.media.storages.get(call.body["storage"]))


def create_file_entity_on_storage(call: Call) -> Answer:
    """Make a file known on the storage that the path names."""
    call.need("_file_write")
    return _create(call, call.world.media.storages.get(call.arguments["storage-id"]))


def _create(call: Call, storage: Storage) -> Answer:
    files = call.world.media.files
    path, state = checked_path(call.body.get("path")), checked_state(call.body["state"])
    file = files.at(storage, path)
    if file is not None:
        if call.arguments.get("createOnly", True):
            raise conflict("File", path, f"storage {storage.id} has a file at this path")
        return _answer(call, file)
    file = files.create(storage, path, state, call.now, call.body.get("size"))
    if state == "CLOSED" and files.disk(file).is_file():
        file = files.settle(file, call.now)
    elif call.body.get("hash"):
        files.set_hash(file, call.body["hash"], call.now)
        file = files.by_serial(file.serial)
    for pair in call.body.get("metadata", {}).get("field", ()):
        call.world.media.metadata.put(f"file:{file.serial}", pair["key"], pair.get("value", ""))
    return _answer(call, file)


def update_file_state(call: Call) -> Answer:
    """Change a file's state; one that is closed is looked at again."""
    call.need("_file_write")
    files, file = call.world.media.files, _file(call)
    state = checked_state(call.arguments["state"])
    if state == "CLOSED" and files.disk(file).is_file():
        return _answer(call, files.settle(file, call.now))
    return _answer(call, files.set_state(file, state, call.now))


def update_file_hash(call: Call) -> Answer:
    """Note a file's hash."""
    call.need("_file_write")
    call.world.media.files.set_hash(_file(call), call.arguments["hash"], call.now)
    return Answer()


def register_file_path(call: Call) -> Answer:
    """Say where a file is now, or where another copy of it is."""
    call.need("_file_write")
    media, file = call.world.media, _file(call)
    id = call.arguments.get("storage")
    storage = media.storages.by_serial(file.storage) if id is None else media.storages.get(id)
    path = checked_path(call.arguments["path"])
    state = checked_state(call.arguments.get("state"), file.state)
    if call.arguments.get("duplicate", False):
        made = media.files.create(storage, path, state, call.now, file.size)
        for component in media.shapes.components_of(file.serial):
            media.shapes.tie(component.serial, made.serial)
        return _answer(call, made)
    moved = media.files.relocate(file, storage, path, call.now)
    return _answer(call, media.files.set_state(moved, state, call.now))


def delete_file_entity(call: Call) -> Answer:
    """Forget a file and leave its bytes."""
    call.need("_file_write")
    call.world.media.files.forget(_file(call), call.now)
    return Answer()


def remove_file_from_item(call: Call) -> Answer:
    """Untie a file from the items that use it, or from one."""
    call.need("_file_write")
    media, file = call.world.media, _file(call)
    id = call.arguments.get("item")
    item = None if id is None else call.world.items.get(id).serial
    for component in media.shapes.components_of(file.serial):
        if item is None or media.shapes.by_serial(component.shape).item == item:
            media.shapes.untie(component, file)
    return Answer()


def create_file_delete_job(call: Call) -> Answer:
    """Start a job that deletes a file."""
    call.need("_file_write")
    file = _file(call)
    return start_job(call, "DELETE_FILE", {"do": "delete", "file": file.serial}, {"fileId": file.id})


def create_file_move_or_copy_job(call: Call) -> Answer:
    """Start a job that puts a file on another storage."""
    call.need("_file_write")
    media, file = call.world.media, _file(call)
    storage = media.storages.get(call.arguments["target-storage-id"])
    move = call.arguments.get("move", False)
    path = call.arguments.get("filename")
    if path is None and call.arguments.get("useOriginalFilename", False):
        path = _original_name(call, file)
    work = {
        "do": "copy",
        "file": file.serial,
        "storage": storage.id,
        "move": move,
        "path": None if path is None else checked_path(path, "filename"),
    }
    data = {"fileId": file.id, "destinationStorageId": storage.id}
    return start_job(call, "MOVE_FILE" if move else "COPY_FILE", work, data)


def _original_name(call: Call, file: File) -> str:
    media = call.world.media
    for component in media.shapes.components_of(file.serial):
        name = media.metadata.value(f"shape:{component.shape}", "originalFilename")
        if name:
            return name
    return file.name


def get_item_ur_is(call: Call) -> Answer:
    """Answer with the URIs of an item's files."""
    from vidispine.simulator.accounts.entities import item_of
    from vidispine.simulator.http.responses import lines

    call.need("_item_uri")
    item, media = item_of(call), call.world.media
    tags = call.arguments.get("tag")
    tags = [tags] if isinstance(tags, str) else list(tags or ())
    shapes = [shape for shape in media.shapes.latest(item.serial) if not tags or set(tags) & set(shape.tag_names)]
    if tags and not shapes:
        raise not_found("shape", ",".join(tags))
    files = dict.fromkeys(file for shape in shapes for file in media.shapes.files(shape))
    closed = call.arguments.get("closedFiles", True)
    uris = [uri for file in files if file.state == "CLOSED" or not closed for uri in file_document(call, file)["uri"]]
    return Answer({"uri": uris} if uris else {}, lines(uris))


FILE_HANDLERS: list[Handler] = [
    create_file_delete_job,
    create_file_entity,
    create_file_entity_on_storage,
    create_file_move_or_copy_job,
    delete_file_entity,
    get_file,
    get_item_ur_is,
    register_file_path,
    remove_file_from_item,
    update_file_hash,
    update_file_state,
    *metadata_handlers("file", lambda call: f"file:{_file(call).serial}", "_file_read", "_file_write"),
]
