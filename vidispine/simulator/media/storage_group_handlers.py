"""Operations on storage groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.http.responses import Answer
from vidispine.simulator.simple_metadata import metadata_handlers

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Call, Handler


__all__ = ["STORAGE_GROUP_HANDLERS"]


def _group(call: Call) -> str:
    """Return the name of the group that a call is about."""
    arguments = call.arguments
    name = arguments["group-name"] if "group-name" in arguments else arguments["storagegroup-name"]
    return call.world.media.storage_groups.check(name)


def _document(call: Call, name: str) -> dict[str, Any]:
    media = call.world.media
    document: dict[str, Any] = {"name": name}
    storages = [media.storages.document(storage) for storage in media.storage_groups.members(name)]
    pairs = media.metadata.pairs(f"storage-group:{name}")
    document.update({"storage": storages} if storages else {})
    document.update({"data": pairs} if pairs else {})
    return document


def get_storage_groups(call: Call) -> Answer:
    """Answer with all groups."""
    call.need("_storage_group_read")
    documents = [_document(call, name) for name in call.world.media.storage_groups.names()]
    return Answer({"group": documents} if documents else {})


def get_storage_group(call: Call) -> Answer:
    """Answer with one group."""
    call.need("_storage_group_read")
    return Answer(_document(call, _group(call)))


def create_storage_group(call: Call) -> Answer:
    """Make a group."""
    call.need("_storage_group_write")
    call.world.media.storage_groups.create(call.arguments["group-name"])
    return Answer()


def delete_storage_group(call: Call) -> Answer:
    """Remove a group."""
    call.need("_storage_group_write")
    name = _group(call)
    call.world.media.storage_groups.delete(name)
    call.world.media.metadata.clear(f"storage-group:{name}")
    return Answer()


def add_storage_to_storage_group(call: Call) -> Answer:
    """Put a storage into a group."""
    call.need("_storage_group_write")
    storage = call.world.media.storages.get(call.arguments["storage-id"])
    call.world.media.storage_groups.add(_group(call), storage)
    return Answer()


def delete_storage_from_storage_group(call: Call) -> Answer:
    """Take a storage out of a group."""
    call.need("_storage_group_write")
    storage = call.world.media.storages.get(call.arguments["storage-id"])
    call.world.media.storage_groups.remove(_group(call), storage)
    return Answer()


STORAGE_GROUP_HANDLERS: list[Handler] = [
    add_storage_to_storage_group,
    create_storage_group,
    delete_storage_from_storage_group,
    delete_storage_group,
    get_storage_group,
    get_storage_groups,
    *metadata_handlers(
        "storage_group", lambda call: f"storage-group:{_group(call)}", "_storage_group_read", "_storage_group_write"
    ),
]
