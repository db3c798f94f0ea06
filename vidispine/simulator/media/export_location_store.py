"""Export locations: places to export to that have a name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vidispine.simulator.http.errors import not_found, not_implemented
from vidispine.simulator.http.responses import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.database import Database
    from vidispine.simulator.http.requests import Call, Handler

__all__ = ["EXPORT_LOCATION_HANDLERS", "ExportLocations"]


class ExportLocations:
    """All export locations."""

    def __init__(self, database: Database) -> None:
        """Speak about the places in this database."""
        self._database = database

    def all(self) -> list[dict[str, Any]]:
        """Return all documents, by name."""
        return [
            json.loads(row["document"]) for row in self._database.rows("SELECT * FROM export_location ORDER BY name")
        ]

    def get(self, name: str) -> dict[str, Any]:
        """Return one document.

        :raises Fault: there is no such place
        """
        text = self._database.value("SELECT document FROM export_location WHERE name = ?", name)
        if text is None:
            raise not_found("export-location", name)
        return dict(json.loads(text))

    def put(self, name: str, document: Mapping[str, Any]) -> dict[str, Any]:
        """Make a place, or change it; returns its document."""
        stored = {**document, "name": name}
        self._database.execute("INSERT OR REPLACE INTO export_location VALUES (?, ?)", [name, json.dumps(stored)])
        return stored

    def delete(self, name: str) -> None:
        """Remove a place."""
        self._database.execute("DELETE FROM export_location WHERE name = ?", [name])


def get_export_locations(call: Call) -> Answer:
    """Answer with all places."""
    call.need("_export")
    documents = call.world.media.export_locations.all()
    return Answer({"exportLocation": documents} if documents else {})


def get_export_location(call: Call) -> Answer:
    """Answer with one place."""
    call.need("_export")
    return Answer(call.world.media.export_locations.get(call.arguments["location-name"]))


def update_or_create_export_location(call: Call) -> Answer:
    """Make a place, or change it."""
    call.need("_administrator")
    if (call.body or {}).get("script"):
        raise not_implemented("the simulator runs no scripts of export locations")
    return Answer(call.world.media.export_locations.put(call.arguments["location-name"], call.body or {}))


def delete_export_location(call: Call) -> Answer:
    """Remove a place."""
    call.need("_administrator")
    name = call.arguments["location-name"]
    call.world.media.export_locations.get(name)
    call.world.media.export_locations.delete(name)
    return Answer()


EXPORT_LOCATION_HANDLERS: list[Handler] = [
    delete_export_location,
    get_export_location,
    get_export_locations,
    update_or_create_export_location,
]
