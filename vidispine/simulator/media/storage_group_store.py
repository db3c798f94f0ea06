"""Storage groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.http.errors import not_found

if TYPE_CHECKING:
    from vidispine.simulator.database.connection import Database
    from vidispine.simulator.media.storage_store import Storage, StorageStore


class StorageGroupStore:
    """Stores storage groups and their members."""

    def __init__(self, database: Database, storages: StorageStore) -> None:
        self._database = database
        self._storages = storages

    def names(self) -> list[str]:
        """Return all names."""
        return self._database.column("SELECT name FROM storage_group ORDER BY name")

    def check(self, name: str) -> str:
        """Return the name of an existing group.

        :raises ApiError: the group is missing
        """
        if self._database.value("SELECT 1 FROM storage_group WHERE name = ?", name) is None:
            raise not_found("storage-group", name)
        return name

    def of(self, storage: Storage) -> list[str]:
        """Return the names of the groups with a storage."""
        return self._database.column("SELECT name FROM storage_group_member WHERE storage = ?", storage.serial)

    def members(self, name: str) -> list[Storage]:
        """Return the storages of a group."""
        statement = "SELECT storage FROM storage_group_member WHERE name = ? ORDER BY storage"
        return [self._storages.by_serial(serial) for serial in self._database.column(statement, name)]

    def create(self, name: str) -> None:
        """Create a group, unless it exists."""
        self._database.execute("INSERT OR IGNORE INTO storage_group VALUES (?)", [name])

    def delete(self, name: str) -> None:
        """Delete a group. Its storages remain."""
        self._database.delete("storage_group_member", name=name)
        self._database.delete("storage_group", name=name)

    def add(self, name: str, storage: Storage) -> None:
        """Add a storage to a group."""
        self._database.execute("INSERT OR IGNORE INTO storage_group_member VALUES (?, ?)", [name, storage.serial])

    def remove(self, name: str, storage: Storage) -> None:
        """Remove a storage from a group."""
        self._database.delete("storage_group_member", name=name, storage=storage.serial)
