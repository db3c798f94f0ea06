"""What the simulated server does with storages and their methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.models import StorageKind
from vidispine.simulator.formats import read_number, serial_of, site_id
from vidispine.simulator.http.errors import conflict, invalid, not_found
from vidispine.simulator.http.responses import Answer, lines
from vidispine.simulator.media.folders import safe_path
from vidispine.simulator.simple_metadata import metadata_handlers

if TYPE_CHECKING:
    from sqlite3 import Row

    from vidispine.simulator.http.requests import Call, Handler
    from vidispine.simulator.media.storage_store import Storage

__all__ = ["STORAGE_HANDLERS"]


def _storage(call: Call) -> Storage:
    return call.world.media.storages.get(call.arguments["storage-id"])


def _answer(call: Call, storage: Storage) -> Answer:
    return Answer(call.world.media.storages.document(storage), storage.id)


def _check(call: Call) -> None:
    """Refuse a document that no storage can have."""
    kind = call.body.get("type")
    if kind is not None and kind not in StorageKind.values():
        words = ", ".join(StorageKind.values())
        raise invalid("type", kind, f"type must be one of {words}", context="storage")
    for method in call.body.get("method", ()):
        if ":" not in method["uri"]:
            raise invalid("uri", method["uri"], "a method needs a URI, such as file:///srv/media1/", context="storage")


def create_storage(call: Call) -> Answer:
    """Add a storage."""
    call.need("_storage_write")
    _check(call)
    storage = call.world.media.storages.create(call.body, call.now)
    # As with jobs, the answer is written before anything happens by itself.
    return Answer({**call.world.media.storages.document(storage), "state": "NONE"}, storage.id)


def get_storages(call: Call) -> Answer:
    """Answer with the storages that match."""
    call.need("_storage_read")
    storages = [storage for storage in call.world.media.storages.all() if _matches(call, storage)]
    documents = [call.world.media.storages.document(storage) for storage in storages]
    ids = [storage.id for storage in storages]
    return Answer({"hits": len(ids), **({"storage": documents} if documents else {})}, lines(ids))


def _matches(call: Call, storage: Storage) -> bool:
    media, arguments = call.world.media, call.arguments
    states = [word for text in arguments.get("status", ()) for word in text.split(",")]
    if states and storage.state not in states:
        return False
    groups = arguments.get("storagegroup", ())
    if groups and not set(groups) & set(media.storage_groups.of(storage)):
        return False
    capacity, free = media.storages.capacity(storage)
    amount = None if not capacity or free is None else 100 * free / capacity
    values = {
        "usedbytes": media.storages.used(storage),
        "freebytes": free,
        "files": media.storages.count(storage),
        "freeamount": amount,
        "size": capacity,
    }
    return all(_within(name, arguments.get(name, "-"), value) for name, value in values.items())


def _within(name: str, range: str, value: float | None) -> bool:
    """Return whether a value lies in a range such as ``1000-``, ``-1000`` or ``-``."""
    least, hyphen, most = range.partition("-")
    try:
        if not hyphen:
            raise ValueError
        low, high = (read_number(text) if text else None for text in (least, most))
    except ValueError:
        raise invalid(name, range, f"{name} is a range, such as 1000-, -1000 or 10-1000") from None
    if low is None and high is None:
        return True
    return value is not None and (low is None or low <= value) and (high is None or value <= high)


def get_storage(call: Call) -> Answer:
    """Answer with one storage."""
    call.need("_storage_read")
    return _answer(call, _storage(call))


def get_storage_status(call: Call) -> Answer:
    """Answer with a storage's state."""
    call.need("_storage_read")
    return Answer(text=_storage(call).state)


def get_storage_free_space(call: Call) -> Answer:
    """Answer with how many bytes fit on a storage."""
    call.need("_storage_read")
    free = call.world.media.storages.capacity(_storage(call))[1]
    return Answer(text="" if free is None else str(free))


def update_storage(call: Call) -> Answer:
    """Change what the document names."""
    call.need("_storage_write")
    _check(call)
    return _answer(call, call.world.media.storages.update(_storage(call), call.body))


def update_storage_type(call: Call) -> Answer:
    """Change a storage's type."""
    call.need("_storage_write")
    kind = call.arguments["type"]
    if kind not in StorageKind.values():
        raise invalid("type", kind, f"type must be one of {', '.join(StorageKind.values())}")
    call.world.media.storages.update(_storage(call), {"type": kind})
    return Answer()


def delete_storage(call: Call) -> Answer:
    """Forget a storage and its files; no bytes are deleted."""
    call.need("_storage_write")
    storage, files = _storage(call), call.world.media.files
    if storage.own:
        raise conflict("Storage", storage.id, "the simulator needs the storage that it brings")
    here = files.on(storage)
    if call.arguments.get("safe", False) and any(files.item_documents(file) for file in here):
        raise conflict("Storage", storage.id, "items have files on the storage")
    for file in here:
        files.forget(file, call.now)
    call.world.media.storages.delete(storage)
    return Answer(status=204)


def rescan_storage(call: Call) -> Answer:
    """Look for files in a storage's folder that are not known, and for known ones that are gone."""
    call.need("_storage_write")
    storage, files = _storage(call), call.world.media.files
    folder = call.world.media.storages.folder(storage)
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
    known = {file.path: file for file in files.on(storage)}
    for path in found:
        name = safe_path(path.relative_to(folder).as_posix())
        if name is not None and name not in known and not path.name.startswith("."):
            files.settle(files.create(storage, name, "OPEN", call.now), call.now)
    here = {path.relative_to(folder).as_posix() for path in found}
    for name, file in known.items():
        if name not in here and file.state == "CLOSED":
            files.set_state(file, "LOST", call.now)
    return Answer()


# Methods


def _method(call: Call, storage: Storage) -> Row:
    number = serial_of(call.arguments["method-id"], "STORAGE-METHOD")
    for method in call.world.media.storages.methods(storage):
        if method["serial"] == number:
            return method
    raise not_found("storage-method", call.arguments["method-id"])


def _line(method: Row) -> Answer:
    kind = "NONE" if method["type"] == "OWN" else method["type"]
    return Answer(text=lines([f"{site_id(method['serial'])}\t{method['uri']}\t{kind}"]))


def get_storage_methods(call: Call) -> Answer:
    """Answer with the methods of a storage that match."""
    call.need("_storage_read")
    storages, wanted = call.world.media.storages, call.arguments
    methods = [storages.method_document(method) for method in storages.methods(_storage(call))]
    methods = [
        method
        for method in methods
        if wanted.get("url") in (None, method["uri"])
        and all(wanted.get(name) in (None, method[name]) for name in ("read", "write", "browse"))
    ]
    return Answer({"method": methods} if methods else {})


def get_storage_method(call: Call) -> Answer:
    """Answer with one method, in a list."""
    call.need("_storage_read")
    method = _method(call, _storage(call))
    return Answer({"method": [call.world.media.storages.method_document(method)]})


def update_or_create_storage_method(call: Call) -> Answer:
    """Add a method, or change the one with this URI."""
    call.need("_storage_write")
    storage, url = _storage(call), _url(call)
    for method in call.world.media.storages.methods(storage):
        if method["uri"] == url:
            return _line(call.world.media.storages.set_method(method, call.arguments))
    return _line(call.world.media.storages.add_method(storage, url, call.arguments))


def update_storage_method(call: Call) -> Answer:
    """Change a method by its id."""
    call.need("_storage_write")
    method = _method(call, _storage(call))
    return _line(call.world.media.storages.set_method(method, {**call.arguments, "uri": _url(call)}))


def _url(call: Call) -> str:
    url = call.arguments.get("url")
    if not url or ":" not in url:
        raise invalid("url", url, "url must be a URI, such as file:///srv/media1/", context="storage")
    return str(url)


def delete_storage_method(call: Call) -> Answer:
    """Remove a method."""
    call.need("_storage_write")
    storage = _storage(call)
    method = _method(call, storage)
    if method["type"] == "OWN":
        raise conflict("storage-method", site_id(method["serial"]), "the simulator reaches its own storage by it")
    call.world.media.storages.delete_method(method)
    return Answer()


def _method_owner(call: Call) -> str:
    return f"storage-method:{_method(call, _storage(call))['serial']}"


STORAGE_HANDLERS: list[Handler] = [
    create_storage,
    delete_storage,
    delete_storage_method,
    get_storage,
    get_storage_free_space,
    get_storage_method,
    get_storage_methods,
    get_storage_status,
    get_storages,
    rescan_storage,
    update_or_create_storage_method,
    update_storage,
    update_storage_method,
    update_storage_type,
    *metadata_handlers("storage", lambda call: f"storage:{_storage(call).serial}", "_storage_read", "_storage_write"),
    *metadata_handlers("storage_method", _method_owner, "_storage_read", "_storage_write"),
]
