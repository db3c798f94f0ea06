"""Operations on export locations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.http.errors import not_implemented
from vidispine.simulator.http.responses import Answer

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Call, Handler


__all__ = ["EXPORT_LOCATION_HANDLERS"]


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
