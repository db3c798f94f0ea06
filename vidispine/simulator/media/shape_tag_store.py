"""Shape tags and their presets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vidispine._documents.json import load_json
from vidispine.simulator.http.errors import not_found

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vidispine.simulator.database.connection import Database

ORIGINAL = "original"
"""The tag of the original shape. It is built in."""


class ShapeTagStore:
    """Stores shape tags."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def names(self) -> list[str]:
        """Return the names, ``original`` first."""
        rows = self._database.rows("SELECT name FROM shape_tag ORDER BY name")
        return [ORIGINAL, *(row["name"] for row in rows if row["name"] != ORIGINAL)]

    def find(self, name: str) -> dict[str, Any] | None:
        """Return the preset of a tag, ``None`` when it is missing."""
        text = self._database.value("SELECT document FROM shape_tag WHERE name = ?", name)
        if text is None:
            return {} if name == ORIGINAL else None
        return dict(load_json(text))

    def get(self, name: str) -> dict[str, Any]:
        """Return the preset of a tag.

        :raises ApiError: the tag is missing
        """
        preset = self.find(name)
        if preset is None:
            raise not_found("shape-tag", name)
        return preset

    def check(self, names: Iterable[str]) -> list[str]:
        """Return the names without duplicates.

        :raises ApiError: a tag is missing
        """
        unique = list(dict.fromkeys(names))
        for name in unique:
            self.get(name)
        return unique

    def put(self, name: str, preset: Mapping[str, Any]) -> None:
        """Create a tag or replace its preset."""
        self._database.execute("INSERT OR REPLACE INTO shape_tag VALUES (?, ?)", [name, json.dumps(preset)])

    def delete(self, name: str) -> None:
        """Delete a tag."""
        self._database.execute("DELETE FROM shape_tag WHERE name = ?", [name])
