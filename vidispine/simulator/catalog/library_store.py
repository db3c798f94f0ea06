"""Libraries: sets of items that may follow a search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine._documents.json import load_json
from vidispine.simulator.catalog.entity_store import Entity, EntityStore
from vidispine.simulator.database.conditions import Condition, condition
from vidispine.simulator.http.formats import from_milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterable


def in_library(serial: int) -> Condition:
    """Return the condition for the rows of the items in a library."""
    return condition("serial IN (SELECT item FROM library_member WHERE library = ?)", serial)


class Library(Entity):
    """A library."""

    kind = "library"

    @property
    def owner(self) -> str:
        """Owner of its key-value metadata."""
        return f"library:{self.serial}"


class LibraryStore(EntityStore[Library]):
    """Stores libraries and their items."""

    entity = Library

    def settings(self, library: Library) -> dict[str, Any]:
        """Return how a library follows its search, in wire form."""
        document, refreshed = self._state(library)
        found: dict[str, Any] = {"id": library.id, "username": library.user, "autoRefresh": False, **document}
        if refreshed is not None:
            found["lastUpdate"] = from_milliseconds(refreshed)
        return found

    def is_due(self, library: Library, now: int) -> bool:
        """Return whether the search of a library is to be repeated."""
        settings, refreshed = self._state(library)
        if "query" not in settings or not settings.get("autoRefresh", False):
            return False
        return refreshed is None or now >= refreshed + settings.get("updateFrequency", 0) * 1000

    def _state(self, library: Library) -> tuple[dict[str, Any], int | None]:
        row = self._database.rows("SELECT document, refreshed FROM library WHERE serial = ?", library.serial)[0]
        return load_json(row["document"]), row["refreshed"]

    def all(self) -> list[Library]:
        """Return all libraries, oldest first."""
        return self._database.records(Library, "SELECT serial, user, created FROM library ORDER BY serial")

    def set(self, library: Library, **values: Any) -> None:
        """Set columns: ``document`` with the settings, or ``refreshed``."""
        self._database.update("library", library.serial, **values)

    def delete(self, library: Library) -> None:
        """Delete a library. Its items remain."""
        self.replace_items(library, ())
        self._database.delete("simple_metadata", owner=library.owner)
        self._database.delete("library", serial=library.serial)

    # Items

    def items(self, library: Library) -> list[int]:
        """Return the serial numbers of the items in a library."""
        return self._database.column("SELECT item FROM library_member WHERE library = ? ORDER BY item", library.serial)

    def replace_items(self, library: Library, items: Iterable[int]) -> None:
        """Set the items of a library."""
        self._database.delete("library_member", library=library.serial)
        self.add_items(library, items)

    def add_items(self, library: Library, items: Iterable[int]) -> None:
        """Add items to a library."""
        for item in items:
            self._database.execute("INSERT OR IGNORE INTO library_member VALUES (?, ?)", [library.serial, item])

    def remove_item(self, library: Library, item: int) -> bool:
        """Remove an item from a library. Return whether it was in it."""
        return self._database.delete("library_member", library=library.serial, item=item) > 0

    def containing(self, item: int) -> list[int]:
        """Return the serial numbers of the libraries that contain an item."""
        return self._database.column("SELECT library FROM library_member WHERE item = ? ORDER BY library", item)

    def forget(self, item: int) -> None:
        """Remove an item from all libraries."""
        self._database.delete("library_member", item=item)
