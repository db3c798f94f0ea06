"""Items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine.simulator.accounts.entities import EntityRef
from vidispine.simulator.catalog.external_id_store import entity_serial
from vidispine.simulator.formats import site_id
from vidispine.simulator.http.errors import not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vidispine.simulator.database import Database
    from vidispine.simulator.http.requests import Request

__all__ = ["Item", "ItemStore"]


class Item(NamedTuple):
    """A row of the table ``item``."""

    serial: int
    user: str
    created: int

    @property
    def id(self) -> str:
        """The item's id, such as ``VX-93``."""
        return site_id(self.serial)

    @property
    def ref(self) -> EntityRef:
        """Reference to the item."""
        return EntityRef("item", self.serial)


class ItemStore:
    """Stores items. Other folders extend their documents and clean up after them."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database
        self.content_providers: dict[str, Callable[[Request, Sequence[Item]], Mapping[int, Mapping[str, Any]]]] = {}
        """Providers of the content of items, by the values of the parameter ``content``. A provider takes the items of
        a response and returns members of ``ItemDocument`` by serial number, such as ``{93: {"shape": [...]}}``.
        """
        self.on_delete: list[Callable[[Item, int], None]] = []
        """Called with each item that is deleted and the time, before its row is deleted."""

    def create(self, now: int, user: str) -> Item:
        """Create an item.

        :param now: time of the request
        :param user: name of the owner
        """
        serial = self._database.insert("item", user=user, created=now)
        return Item(serial, user, now)

    def get(self, id: str, type: str = "Item") -> Item:
        """Return an item.

        :param type: name of the entity type in the error
        :raises ApiError: the item is missing
        """
        item = self.find(id)
        if item is None:
            raise not_found(type, id)
        return item

    def find(self, id: str) -> Item | None:
        """Return an item, ``None`` when it is missing."""
        row = self._database.row("SELECT * FROM item WHERE serial = ?", entity_serial(self._database, "item", id))
        return None if row is None else Item(*row)

    def delete(self, item: Item, now: int) -> None:
        """Delete an item and everything that belongs to it."""
        for forget in self.on_delete:
            forget(item, now)
        self._database.execute("DELETE FROM item WHERE serial = ?", [item.serial])
