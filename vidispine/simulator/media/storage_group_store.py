"""Storage groups: names for several storages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.http.errors import not_found

if TYPE_CHECKING:
    from vidispine.simulator.database import Database
    from vidispine.simulator.media.storage_store import Storage, Storages

__all__ = ["StorageGroups"]


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
