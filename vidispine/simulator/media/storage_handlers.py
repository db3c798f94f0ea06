"""Operations on storages and storage methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.models import StorageKind
from vidispine.simulator.database.simple_metadata import register_simple_metadata
from vidispine.simulator.http.errors import conflict, invalid_input, not_found
from vidispine.simulator.http.formats import read_number, serial_of, site_id
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response, text_lines
from vidispine.simulator.http.routes import ALL
from vidispine.simulator.media.folders import safe_path

if TYPE_CHECKING:
    from sqlite3 import Row

    from vidispine.simulator.http.requests import Request
    from vidispine.simulator.media.storage_store import Storage


def _storage(request: Request) -> Storage:
    return request.state.media.storages.get(request.arguments["storage-id"])


def _response(request: Request, storage: Storage) -> Response:
    return Response(request.state.media.storages.document(storage), storage.id)


def _check_document(request: Request) -> None:
    kind = request.body.get("type")
    if kind is not None and kind not in StorageKind.values():
        explanation = f"type must be one of {', '.join(StorageKind.values())}"
        raise invalid_input("type", kind, explanation, context="storage")
    for method in request.body.get("method", ()):
        if ":" not in method["uri"]:
            explanation = "a method needs a URI, such as file:///srv/media1/"
            raise invalid_input("uri", method["uri"], explanation, context="storage")


@operation("_storage_write")
def create_storage(request: Request) -> Response:
    _check_document(request)
    storage = request.state.media.storages.create(request.body, request.now)
    request.state.media.notifier.entity("storage", "create", storage.serial, {"storageId": storage.id})
    # As on the server, the response has the initial state.
    return Response({**request.state.media.storages.document(storage), "state": "NONE"}, storage.id)


@operation("_storage_read")
def get_storages(request: Request) -> Response:
    storages = [storage for storage in request.state.media.storages.all() if _matches(request, storage)]
    documents = [request.state.media.storages.document(storage) for storage in storages]
    ids = [storage.id for storage in storages]
    return Response({"hits": len(ids), **({"storage": documents} if documents else {})}, text_lines(ids))


def _matches(request: Request, storage: Storage) -> bool:
    media, arguments = request.state.media, request.arguments
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
    return all(_is_in_range(name, arguments.get(name, "-"), value) for name, value in values.items())


def _is_in_range(name: str, range: str, value: float | None) -> bool:
    least, hyphen, most = range.partition("-")
    try:
        if not hyphen:
            raise ValueError
        low, high = (read_number(text) if text else None for text in (least, most))
    except ValueError:
        raise invalid_input(name, range, f"{name} is a range, such as 1000-, -1000 or 10-1000") from None
    if low is None and high is None:
        return True
    return value is not None and (low is None or low <= value) and (high is None or value <= high)


@operation("_storage_read")
def get_storage(request: Request) -> Response:
    return _response(request, _storage(request))


@operation("_storage_read")
def get_storage_status(request: Request) -> Response:
    return Response(text=_storage(request).state)


@operation("_storage_read")
def get_storage_free_space(request: Request) -> Response:
    """Get the free space of a storage, in bytes."""
    free = request.state.media.storages.capacity(_storage(request))[1]
    return Response(text="" if free is None else str(free))


@operation("_storage_write")
def update_storage(request: Request) -> Response:
    _check_document(request)
    return _response(request, request.state.media.storages.update(_storage(request), request.body))


@operation("_storage_write")
def update_storage_type(request: Request) -> None:
    kind = request.arguments["type"]
    if kind not in StorageKind.values():
        raise invalid_input("type", kind, f"type must be one of {', '.join(StorageKind.values())}")
    request.state.media.storages.update(_storage(request), {"type": kind})


@operation("_storage_write")
def delete_storage(request: Request) -> Response:
    """Delete a storage and its file entities. The content of files remains."""
    storage, files = _storage(request), request.state.media.files
    if storage.own:
        raise conflict("Storage", storage.id, "the simulator needs its built-in storage")
    here = files.on(storage)
    if request.arguments.get("safe", False) and any(files.item_documents(file) for file in here):
        raise conflict("Storage", storage.id, "items have files on the storage")
    for file in here:
        files.forget(file, request.now)
    request.state.media.notifier.entity("storage", "delete", storage.serial, {"storageId": storage.id})
    request.state.media.storages.delete(storage)
    return Response(status=204)


@operation("_storage_write")
def rescan_storage(request: Request) -> None:
    storages = request.state.media.storages.all() if request.arguments["storage-id"] == ALL else [_storage(request)]
    for storage in storages:
        _scan(request, storage)


def _scan(request: Request, storage: Storage) -> None:
    files = request.state.media.files
    folder = request.state.media.storages.folder(storage)
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
    found = [path.relative_to(folder).as_posix() for path in paths]
    known = {file.path: file for file in files.on(storage)}
    for path in found:
        name = safe_path(path)
        if name is not None and name not in known and not name.rpartition("/")[2].startswith("."):
            files.refresh(files.create(storage, name, "OPEN", request.now), request.now)
    for name, file in known.items():
        if name not in found and file.state == "CLOSED":
            files.set_state(file, "LOST", request.now)


# Storage methods


def _method(request: Request, storage: Storage) -> Row:
    number = serial_of(request.arguments["method-id"], "STORAGE-METHOD")
    for method in request.state.media.storages.methods(storage):
        if method["serial"] == number:
            return method
    raise not_found("storage-method", request.arguments["method-id"])


def _method_response(method: Row) -> Response:
    kind = "NONE" if method["type"] == "OWN" else method["type"]
    return Response(text=text_lines([f"{site_id(method['serial'])}\t{method['uri']}\t{kind}"]))


@operation("_storage_read")
def get_storage_methods(request: Request) -> Response:
    storages, wanted = request.state.media.storages, request.arguments
    methods = [storages.method_document(method) for method in storages.methods(_storage(request))]
    for name, member in (("url", "uri"), ("read", "read"), ("write", "write"), ("browse", "browse")):
        methods = [method for method in methods if wanted.get(name) in (None, method[member])]
    return Response({"method": methods} if methods else {})


@operation("_storage_read")
def get_storage_method(request: Request) -> Response:
    """Get one method, in a list, which is empty if the method is missing."""
    storages, number = request.state.media.storages, serial_of(request.arguments["method-id"], "STORAGE-METHOD")
    methods = [method for method in storages.methods(_storage(request)) if method["serial"] == number]
    return Response({"method": [storages.method_document(method) for method in methods]} if methods else {})


@operation("_storage_write")
def update_or_create_storage_method(request: Request) -> Response:
    """Create a method, or update the one with this URI."""
    storage, url = _storage(request), _url(request)
    for method in request.state.media.storages.methods(storage):
        if method["uri"] == url:
            return _method_response(request.state.media.storages.set_method(method, request.arguments))
    return _method_response(request.state.media.storages.add_method(storage, url, request.arguments))


@operation("_storage_write")
def update_storage_method(request: Request) -> Response:
    method, values = _method(request, _storage(request)), {**request.arguments, "uri": _url(request)}
    return _method_response(request.state.media.storages.set_method(method, values))


def _url(request: Request) -> str:
    url = request.arguments.get("url")
    if not url or ":" not in url:
        raise invalid_input("url", url, "url must be a URI, such as file:///srv/media1/", context="storage")
    return str(url)


@operation("_storage_write")
def delete_storage_method(request: Request) -> Response:
    storage = _storage(request)
    method = _method(request, storage)
    if method["type"] == "OWN":
        raise conflict("storage-method", site_id(method["serial"]), "the simulator needs this method")
    request.state.media.storages.delete_method(method)
    return Response(status=204)


def _method_owner(request: Request) -> str:
    return f"storage-method:{_method(request, _storage(request))['serial']}"


register_simple_metadata(
    "storage", lambda request: f"storage:{_storage(request).serial}", "_storage_read", "_storage_write"
)
register_simple_metadata("storage_method", _method_owner, "_storage_read", "_storage_write")
