"""Export locations: named export targets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vidispine._documents.json import load_json
from vidispine.simulator.http.errors import not_found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.database.connection import Database


class ExportLocationStore:
    """Stores export locations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[dict[str, Any]]:
        """Return all documents, by name."""
        return [
            load_json(row["document"]) for row in self._database.rows("SELECT * FROM export_location ORDER BY name")
        ]

    def get(self, name: str) -> dict[str, Any]:
        """Return one document.

        :raises ApiError: the export location is missing
        """
        text = self._database.value("SELECT document FROM export_location WHERE name = ?", name)
        if text is None:
            raise not_found("export-location", name)
        return dict(load_json(text))

    def put(self, name: str, document: Mapping[str, Any]) -> dict[str, Any]:
        """Create or update an export location. Return its document."""
        stored = {**document, "name": name}
        self._database.execute("INSERT OR REPLACE INTO export_location VALUES (?, ?)", [name, json.dumps(stored)])
        return stored

    def delete(self, name: str) -> None:
        """Delete an export location."""
        self._database.execute("DELETE FROM export_location WHERE name = ?", [name])
