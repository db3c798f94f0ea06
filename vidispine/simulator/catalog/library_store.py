"""Libraries: sets of items that may follow a search."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine._documents.json import load_json
from vidispine.simulator.accounts.entities import EntityRef
from vidispine.simulator.catalog.external_id_store import entity_serial
from vidispine.simulator.formats import from_milliseconds, site_id
from vidispine.simulator.http.errors import not_found
from vidispine.simulator.sql import Condition, condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vidispine.simulator.database import Database

__all__ = ["Library", "LibraryStore", "in_library"]


def in_library(serial: int) -> Condition:
    """Return the condition for the rows of the items in a library."""
    return condition("serial IN (SELECT item FROM library_member WHERE library = ?)", serial)


class Library(NamedTuple):
    """A row of the table ``library``."""

    serial: int
    user: str
    created: int
    document: str
    refreshed: int | None

    @property
    def id(self) -> str:
        """The library's id, such as ``VX-12``."""
        return site_id(self.serial)

    @property
    def ref(self) -> EntityRef:
        """Reference to the library."""
        return EntityRef("library", self.serial)

    @property
    def owner(self) -> str:
        """Owner of its key-value metadata."""
        return f"library:{self.serial}"

    @property
    def settings(self) -> dict[str, Any]:
        """How it follows its search, in wire form."""
        found: dict[str, Any] = {"id": self.id, "username": self.user, "autoRefresh": False, **load_json(self.document)}
        if self.refreshed is not None:
            found["lastUpdate"] = from_milliseconds(self.refreshed)
        return found

    def is_due(self, now: int) -> bool:
        """Return whether its search is to be repeated."""
        settings = self.settings
        if "query" not in settings or not settings["autoRefresh"]:
            return False
        return self.refreshed is None or now >= self.refreshed + settings.get("updateFrequency", 0) * 1000


class LibraryStore:
    """Stores libraries and their items."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def create(self, now: int, user: str, settings: Mapping[str, Any]) -> Library:
        """Create an empty library."""
        serial = self._database.insert("library", user=user, created=now, document=json.dumps(settings))
        return self.get(site_id(serial))

    def all(self) -> list[Library]:
        """Return all libraries, oldest first."""
        return [Library(*row) for row in self._database.rows("SELECT * FROM library ORDER BY serial")]

    def find(self, id: str) -> Library | None:
        """Return a library, ``None`` when it is missing."""
        row = self._database.row("SELECT * FROM library WHERE serial = ?", entity_serial(self._database, "library", id))
        return None if row is None else Library(*row)

    def get(self, id: str) -> Library:
        """Return a library.

        :raises ApiError: the library is missing
        """
        library = self.find(id)
        if library is None:
            raise not_found("Library", id)
        return library

    def set(self, library: Library, **values: Any) -> None:
        """Set columns: ``document`` with the settings, or ``refreshed``."""
        self._database.update("library", library.serial, **values)

    def delete(self, library: Library) -> None:
        """Delete a library. Its items remain."""
        self.replace_items(library, ())
        self._database.execute("DELETE FROM simple_metadata WHERE owner = ?", [library.owner])
        self._database.execute("DELETE FROM library WHERE serial = ?", [library.serial])

    # Items

    def items(self, library: Library) -> list[int]:
        """Return the serial numbers of the items in a library."""
        rows = self._database.rows("SELECT item FROM library_member WHERE library = ? ORDER BY item", library.serial)
        return [row["item"] for row in rows]

    def replace_items(self, library: Library, items: Iterable[int]) -> None:
        """Set the items of a library."""
        self._database.execute("DELETE FROM library_member WHERE library = ?", [library.serial])
        self.add_items(library, items)

    def add_items(self, library: Library, items: Iterable[int]) -> None:
        """Add items to a library."""
        for item in items:
            self._database.execute("INSERT OR IGNORE INTO library_member VALUES (?, ?)", [library.serial, item])

    def remove_item(self, library: Library, item: int) -> bool:
        """Remove an item from a library. Return whether it was in it."""
        statement = "DELETE FROM library_member WHERE library = ? AND item = ?"
        return self._database.execute(statement, [library.serial, item]).rowcount > 0

    def containing(self, item: int) -> list[int]:
        """Return the serial numbers of the libraries that contain an item."""
        rows = self._database.rows("SELECT library FROM library_member WHERE item = ? ORDER BY library", item)
        return [row["library"] for row in rows]

    def forget(self, item: int) -> None:
        """Remove an item from all libraries."""
        self._database.execute("DELETE FROM library_member WHERE item = ?", [item])
