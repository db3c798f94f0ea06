"""Items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.catalog.entity_store import Entity, EntityStore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vidispine.simulator.database import Database
    from vidispine.simulator.http.requests import Request

__all__ = ["Item", "ItemStore"]


class Item(Entity):
    """An item."""

    kind = "item"


class ItemStore(EntityStore[Item]):
    """Stores items. Other folders extend their documents and clean up after them."""

    entity = Item

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.content_providers: dict[str, Callable[[Request, Sequence[Item]], Mapping[int, Mapping[str, Any]]]] = {}
        """Providers of the content of items, by the values of the parameter ``content``. A provider takes the items of
        a response and returns members of ``ItemDocument`` by serial number, such as ``{93: {"shape": [...]}}``.
        """
        self.on_delete: list[Callable[[Item, int], None]] = []
        """Called with each item that is deleted and the time, before its row is deleted."""

    def delete(self, item: Item, now: int) -> None:
        """Delete an item and everything that belongs to it."""
        for forget in self.on_delete:
            forget(item, now)
        self._database.execute("DELETE FROM item WHERE serial = ?", [item.serial])
