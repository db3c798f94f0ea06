"""Collections and their members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.accounts.entities import EntityRef
from vidispine.simulator.catalog.entity_store import Entity, EntityStore
from vidispine.simulator.http.errors import invalid_input

if TYPE_CHECKING:
    from collections.abc import Sequence


class Collection(Entity):
    """A collection."""

    kind = "collection"


class CollectionStore(EntityStore[Collection]):
    """Stores collections and their members."""

    entity = Collection

    def delete(self, collection: Collection) -> None:
        """Delete a collection. Its members remain."""
        self._database.execute("DELETE FROM collection_member WHERE collection = ?", [collection.serial])
        self.forget(collection.ref)
        self._database.execute("DELETE FROM collection WHERE serial = ?", [collection.serial])

    def forget(self, entity: EntityRef) -> None:
        """Remove an entity from all collections."""
        self._database.execute("DELETE FROM collection_member WHERE kind = ? AND member = ?", entity)

    # Members

    def members(self, collection: Collection, kind: str | None = None) -> list[EntityRef]:
        """Return the members of a collection, in order.

        :param kind: ``item`` or ``collection``. Default: both
        """
        rows = self._database.rows(
            "SELECT kind, member FROM collection_member WHERE collection = ?1 AND (?2 IS NULL OR kind = ?2)"
            " ORDER BY position, kind, member",
            collection.serial, kind,
        )  # fmt: skip
        return [EntityRef(*row) for row in rows]

    def add(self, collection: Collection, member: EntityRef) -> None:
        """Append a member. An existing member keeps its position.

        :raises ApiError: the collection would contain itself
        """
        if member.kind == "collection" and collection.serial in self._below(member.serial):
            raise invalid_input("id", member.id, "a collection cannot contain itself", context="collection")
        last = self._database.value(
            "SELECT coalesce(max(position), 0) FROM collection_member WHERE collection = ?", collection.serial
        )
        self._database.execute(
            "INSERT OR IGNORE INTO collection_member VALUES (?, ?, ?, ?)", [collection.serial, *member, last + 1]
        )

    def remove(self, collection: Collection, member: EntityRef) -> bool:
        """Remove a member. Return whether it was one."""
        cursor = self._database.execute(
            "DELETE FROM collection_member WHERE collection = ? AND kind = ? AND member = ?",
            [collection.serial, *member],
        )
        return cursor.rowcount > 0

    def reorder(self, collection: Collection, members: Sequence[EntityRef]) -> None:
        """Set the order of the members."""
        for position, member in enumerate(members, start=1):
            self._database.execute(
                "UPDATE collection_member SET position = ? WHERE collection = ? AND kind = ? AND member = ?",
                [position, collection.serial, *member],
            )

    def _below(self, serial: int) -> set[int]:
        """Return a collection and the collections within it, at any depth."""
        rows = self._database.rows(
            "WITH RECURSIVE below (serial) AS (SELECT ?1"
            " UNION SELECT member FROM collection_member, below WHERE kind = 'collection' AND collection = serial"
            ") SELECT serial FROM below",
            serial,
        )
        return {row["serial"] for row in rows}

    def containing(self, entity: EntityRef) -> list[int]:
        """Return the serial numbers of the collections that contain an entity."""
        rows = self._database.rows(
            "SELECT collection FROM collection_member WHERE kind = ? AND member = ? ORDER BY collection", *entity
        )
        return [row["collection"] for row in rows]

    def above(self, collection: Collection) -> list[int]:
        """Return the serial numbers of the collections that contain a collection, at any depth."""
        rows = self._database.rows(
            "WITH RECURSIVE above (serial) AS (SELECT collection FROM collection_member"
            " WHERE kind = 'collection' AND member = ?"
            " UNION SELECT collection FROM collection_member, above WHERE kind = 'collection' AND member = serial"
            ") SELECT serial FROM above ORDER BY serial",
            collection.serial,
        )
        return [row["serial"] for row in rows]
