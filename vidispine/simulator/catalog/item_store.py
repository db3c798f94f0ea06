"""Items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.catalog.entity_store import Entity, EntityStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine.simulator.database.connection import Database
    from vidispine.simulator.jobs.extensions import Extension


class Item(Entity):
    """An item."""

    kind = "item"


class ItemStore(EntityStore[Item]):
    """Stores items."""

    entity = Item

    def __init__(self, database: Database, extensions: Sequence[Extension]) -> None:
        super().__init__(database)
        self._extensions = extensions

    def delete(self, item: Item, now: int) -> None:
        """Delete an item and everything that belongs to it."""
        for extension in self._extensions:
            extension.item_deleted(item, now)
        self._database.execute("DELETE FROM item WHERE serial = ?", [item.serial])
