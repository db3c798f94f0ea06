"""Storage groups: names for several storages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.http.errors import not_found
from vidispine.simulator.http.responses import Answer
from vidispine.simulator.simple_metadata import metadata_handlers

if TYPE_CHECKING:
    from vidispine.simulator.database import Database
    from vidispine.simulator.http.requests import Call, Handler
    from vidispine.simulator.media.storage_store import Storage, Storages

__all__ = ["STORAGE_GROUP_HANDLERS", "StorageGroups"]


class StorageGroups:
    """All storage groups."""

    def __init__(self, database: Database, storages: Storages) -> None:
        """Speak about the groups in this database."""
        self._database = database
        self._storages = storages

    def names(self) -> list[str]:
        """Return all names."""
        return [row["name"] for row in self._database.rows("SELECT name FROM storage_group ORDER BY name")]

    def check(self, name: str) -> str:
        """Return the name of a group that there is.

        :raises Fault: there is none
        """
        if self._database.value("SELECT 1 FROM storage_group WHERE name = ?", name) is None:
            raise not_found("storage-group", name)
        return name

    def of(self, storage: Storage) -> list[str]:
        """Return the names of the groups that a storage is in."""
        rows = self._database.rows("SELECT name FROM storage_group_member WHERE storage = ?", storage.serial)
        return [row["name"] for row in rows]

    def members(self, name: str) -> list[Storage]:
        """Return the storages of a group."""
        rows = self._database.rows("SELECT storage FROM storage_group_member WHERE name = ? ORDER BY storage", name)
        return [self._storages.by_serial(row["storage"]) for row in rows]

    def create(self, name: str) -> None:
        """Make sure that there is a group."""
        self._database.execute("INSERT OR IGNORE INTO storage_group VALUES (?)", [name])

    def delete(self, name: str) -> None:
        """Remove a group; its storages stay."""
        self._database.execute("DELETE FROM storage_group_member WHERE name = ?", [name])
        self._database.execute("DELETE FROM storage_group WHERE name = ?", [name])

    def add(self, name: str, storage: Storage) -> None:
        """Put a storage into a group."""
        self._database.execute("INSERT OR IGNORE INTO storage_group_member VALUES (?, ?)", [name, storage.serial])

    def remove(self, name: str, storage: Storage) -> None:
        """Take a storage out of a group."""
        self._database.execute(
            "DELETE FROM storage_group_member WHERE name = ? AND storage = ?", [name, storage.serial]
        )


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
