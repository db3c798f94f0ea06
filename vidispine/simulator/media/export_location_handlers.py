"""Operations on export locations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.http.errors import not_implemented
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Request


@operation("_export")
def get_export_locations(request: Request) -> Response:
    documents = request.state.media.export_locations.all()
    return Response({"exportLocation": documents} if documents else {})


@operation("_export")
def get_export_location(request: Request) -> Response:
    return Response(request.state.media.export_locations.get(request.arguments["location-name"]))


@operation("_administrator")
def update_or_create_export_location(request: Request) -> Response:
    if (request.body or {}).get("script"):
        raise not_implemented("the simulator runs no scripts of export locations")
    name = request.arguments["location-name"]
    document = {**(request.body or {}), "name": name}
    request.state.media.export_locations.put(name, document)
    return Response(document)


@operation("_administrator")
def delete_export_location(request: Request) -> None:
    request.state.media.export_locations.delete(request.arguments["location-name"])
