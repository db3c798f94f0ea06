"""Operations on storage groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.database.simple_metadata import register_simple_metadata
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Request


def _group(request: Request) -> str:
    """Return the name of the group that the path addresses."""
    arguments = request.arguments
    name = arguments["group-name"] if "group-name" in arguments else arguments["storagegroup-name"]
    return request.state.media.storage_groups.check(name)


def _document(request: Request, name: str) -> dict[str, Any]:
    media = request.state.media
    document: dict[str, Any] = {"name": name}
    storages = [media.storages.document(storage) for storage in media.storage_groups.members(name)]
    pairs = media.simple_metadata.pairs(f"storage-group:{name}")
    document.update({"storage": storages} if storages else {})
    document.update({"data": pairs} if pairs else {})
    return document


@operation("_storage_group_read")
def get_storage_groups(request: Request) -> Response:
    documents = [_document(request, name) for name in request.state.media.storage_groups.names()]
    return Response({"group": documents} if documents else {})


@operation("_storage_group_read")
def get_storage_group(request: Request) -> Response:
    return Response(_document(request, _group(request)))


@operation("_storage_group_write")
def create_storage_group(request: Request) -> None:
    request.state.media.storage_groups.create(request.arguments["group-name"])


@operation("_storage_group_write")
def delete_storage_group(request: Request) -> None:
    name = _group(request)
    request.state.media.storage_groups.delete(name)
    request.state.media.simple_metadata.clear(f"storage-group:{name}")


@operation("_storage_group_write")
def add_storage_to_storage_group(request: Request) -> None:
    storage = request.state.media.storages.get(request.arguments["storage-id"])
    request.state.media.storage_groups.add(_group(request), storage)


@operation("_storage_group_write")
def delete_storage_from_storage_group(request: Request) -> None:
    storage = request.state.media.storages.get(request.arguments["storage-id"])
    request.state.media.storage_groups.remove(_group(request), storage)


register_simple_metadata(
    "storage_group", lambda request: f"storage-group:{_group(request)}", "_storage_group_read", "_storage_group_write"
)
