"""Operations on export locations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.http.errors import not_implemented
from vidispine.simulator.http.responses import Response

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Handler, Request


__all__ = ["EXPORT_LOCATION_HANDLERS"]


def get_export_locations(request: Request) -> Response:
    """List export locations."""
    request.require_role("_export")
    documents = request.state.media.export_locations.all()
    return Response({"exportLocation": documents} if documents else {})


def get_export_location(request: Request) -> Response:
    """Get one export location."""
    request.require_role("_export")
    return Response(request.state.media.export_locations.get(request.arguments["location-name"]))


def update_or_create_export_location(request: Request) -> Response:
    """Create or update an export location."""
    request.require_role("_administrator")
    if (request.body or {}).get("script"):
        raise not_implemented("the simulator runs no scripts of export locations")
    return Response(request.state.media.export_locations.put(request.arguments["location-name"], request.body or {}))


def delete_export_location(request: Request) -> Response:
    """Delete an export location."""
    request.require_role("_administrator")
    name = request.arguments["location-name"]
    request.state.media.export_locations.get(name)
    request.state.media.export_locations.delete(name)
    return Response()


EXPORT_LOCATION_HANDLERS: list[Handler] = [
    delete_export_location,
    get_export_location,
    get_export_locations,
    update_or_create_export_location,
]
