"""Items: the entities that everything else in the catalogue is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine.simulator.accounts.entities import Subject
from vidispine.simulator.formats import serial_of, site_id
from vidispine.simulator.http.errors import not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vidispine.simulator.database import Database
    from vidispine.simulator.http.requests import Call

__all__ = ["Item", "Items"]


class Item(NamedTuple):
    """An item's row."""

    serial: int
    user: str
    created: int

    @property
    def id(self) -> str:
        """The item's id, such as ``VX-93``."""
        return site_id(self.serial)

    @property
    def subject(self) -> Subject:
        """The item as metadata and access controls know it."""
        return Subject("item", self.serial)


class Items:
    """All items, and what other areas add to them."""

    def __init__(self, database: Database) -> None:
        """Speak about the items in this database."""
        self._database = database
        self.parts: dict[str, Callable[[Call, Sequence[Item]], Mapping[int, Mapping[str, Any]]]] = {}
        """What ``content=`` can ask for, by its words: each takes the items of one answer and returns members of
        ``ItemDocument`` by the item's serial number, such as ``{93: {"shape": [...]}}``; items may be left out."""
        self.on_delete: list[Callable[[Item, int], None]] = []
        """Called with each item that goes, and the moment, while its row is still there."""

    def create(self, now: int, user: str) -> Item:
        """Add an item.

        :param now: when, as a call has it
        :param user: name of its owner
        """
        serial = self._database.insert("item", user=user, created=now)
        return Item(serial, user, now)

    def get(self, id: str, type: str = "Item") -> Item:
        """Return an item by its id.

        :param type: what the error says that there is none of
        :raises Fault: there is none
        """
        item = self.find(id)
        if item is None:
            raise not_found(type, id)
        return item

    def find(self, id: str) -> Item | None:
        """Return an item by its id, ``None`` when there is none."""
        row = self._database.row("SELECT * FROM item WHERE serial = ?", serial_of(id, "ITEM"))
        return None if row is None else Item(*row)

    def delete(self, item: Item, now: int) -> None:
        """Remove an item and all that belongs to it."""
        for forget in self.on_delete:
            forget(item, now)
        self._database.execute("DELETE FROM item WHERE serial = ?", [item.serial])
