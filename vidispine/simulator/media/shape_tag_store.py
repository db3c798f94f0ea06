"""Shape tags and their presets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vidispine.simulator.http.errors import not_found

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vidispine.simulator.database import Database

__all__ = ["ORIGINAL", "ShapeTags"]

ORIGINAL = "original"
"""The tag of the media that an item began with; always there."""


class ShapeTags:
    """All shape tags."""

    def __init__(self, database: Database) -> None:
        """Speak about the shape tags in this database."""
        self._database = database

    def names(self) -> list[str]:
        """Return the names, ``original`` first."""
        rows = self._database.rows("SELECT name FROM shape_tag ORDER BY name")
        return [ORIGINAL, *(row["name"] for row in rows if row["name"] != ORIGINAL)]

    def find(self, name: str) -> dict[str, Any] | None:
        """Return a tag's preset, ``None`` when there is no such tag."""
        text = self._database.value("SELECT document FROM shape_tag WHERE name = ?", name)
        if text is None:
            return {} if name == ORIGINAL else None
        return dict(json.loads(text))

    def get(self, name: str) -> dict[str, Any]:
        """Return a tag's preset.

        :raises Fault: there is no such tag
        """
        preset = self.find(name)
        if preset is None:
            raise not_found("shape-tag", name)
        return preset

    def check(self, names: Iterable[str]) -> list[str]:
        """Return the names of some tags, each once.

        :raises Fault: one of them is no tag
        """
        unique = list(dict.fromkeys(names))
        for name in unique:
            self.get(name)
        return unique

    def put(self, name: str, preset: Mapping[str, Any]) -> None:
        """Make a tag, or give it another preset."""
        self._database.execute("INSERT OR REPLACE INTO shape_tag VALUES (?, ?)", [name, json.dumps(preset)])

    def delete(self, name: str) -> None:
        """Remove a tag."""
        self._database.execute("DELETE FROM shape_tag WHERE name = ?", [name])
