"""Collections and their members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.accounts.access_store import ABOVE
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
        self._database.delete("collection_member", collection=collection.serial)
        self.forget(collection.ref)
        self._database.delete("collection", serial=collection.serial)

    def forget(self, entity: EntityRef) -> None:
        """Remove an entity from all collections."""
        self._database.delete("collection_member", kind=entity.kind, member=entity.serial)

    # Members

    def members(self, collection: Collection) -> list[EntityRef]:
        """Return the members of a collection, in order."""
        statement = "SELECT kind, member FROM collection_member WHERE collection = ? ORDER BY position, kind, member"
        return self._database.records(EntityRef, statement, collection.serial)

    def add(self, collection: Collection, member: EntityRef) -> None:
        """Append a member. An existing member keeps its position.

        :raises ApiError: the collection would contain itself
        """
        if member == collection.ref or (member.kind == "collection" and member.serial in self.above(collection.ref)):
            raise invalid_input("id", member.id, "a collection cannot contain itself", context="collection")
        positions = "SELECT max(position) FROM collection_member WHERE collection = ?"
        last = self._database.value(positions, collection.serial) or 0
        row = [collection.serial, *member, last + 1]
        self._database.execute("INSERT OR IGNORE INTO collection_member VALUES (?, ?, ?, ?)", row)

    def remove(self, collection: Collection, member: EntityRef) -> bool:
        """Remove a member. Return whether it was one."""
        key = {"collection": collection.serial, "kind": member.kind, "member": member.serial}
        return self._database.delete("collection_member", **key) > 0

    def reorder(self, collection: Collection, members: Sequence[EntityRef]) -> None:
        """Set the order of the members."""
        statement = "UPDATE collection_member SET position = ? WHERE collection = ? AND kind = ? AND member = ?"
        rows = [(position, collection.serial, *member) for position, member in enumerate(members, start=1)]
        self._database.execute_many(statement, rows)

    def containing(self, entity: EntityRef) -> list[int]:
        """Return the serial numbers of the collections that contain an entity."""
        statement = "SELECT collection FROM collection_member WHERE kind = ? AND member = ? ORDER BY collection"
        return self._database.column(statement, *entity)

    def above(self, entity: EntityRef) -> list[int]:
        """Return the serial numbers of the collections that contain an entity, at any depth."""
        statement = f"{ABOVE} SELECT serial FROM above ORDER BY serial"  # noqa: S608 - a constant
        return self._database.column(statement, *entity)
