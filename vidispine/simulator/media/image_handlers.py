"""Operations on thumbnails and posters."""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING

from vidispine.simulator.accounts.entities import requested_item
from vidispine.simulator.http.errors import invalid_input, not_found, not_implemented
from vidispine.simulator.http.requests import register
from vidispine.simulator.http.responses import FileResponse, Response, text_lines
from vidispine.simulator.media.item_content import RESOURCE, image_url

if TYPE_CHECKING:
    from vidispine.simulator.catalog.entity_store import Item
    from vidispine.simulator.http.requests import Request

MAX_IMAGE_BYTES = 16 * 1024 * 1024
"""Maximum size of an image, in bytes."""

_SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


def _item(request: Request, permission: str = "READ") -> Item:
    """Return the item that the path addresses."""
    if request.arguments["service"] != RESOURCE:
        raise not_found("thumbnail-resource", request.arguments["service"])
    return requested_item(request, permission)


def _list(request: Request, kind: str) -> Response:
    request.require_role("_thumbnail_read")
    if request.arguments.get("noauth-url", False):
        raise not_implemented("the simulator does not support URLs without credentials")
    item = _item(request)
    times = request.state.media.images.times(item.serial, kind)
    if request.arguments.get("url", False):
        times = [image_url(request.base_url, kind, item.id, time) for time in times]
    return Response({"uri": times} if times else {}, text_lines(times))


def _get(request: Request, kind: str) -> Response:
    request.require_role("_thumbnail_read")
    item, time = _item(request), request.arguments["time"]
    image = request.state.media.images.find(item.serial, kind, time)
    if image is None:
        raise not_found(kind, time)
    etag = f"{item.serial}-{image.at}-{image.changed}"
    return FileResponse(io.BytesIO(image.data), len(image.data), image.media_type, etag, image.changed)


def _put(request: Request, kind: str) -> Response:
    request.require_role("_thumbnail_write")
    item, time = _item(request, "WRITE"), request.arguments["time"]
    data = request.body.read(MAX_IMAGE_BYTES)
    media_type = next((type for type, signature in _SIGNATURES.items() if data.startswith(signature)), None)
    if media_type is None:
        raise invalid_input("body", None, "the image is neither PNG nor JPEG", context="body")
    request.state.media.images.put(item.serial, kind, time, data, media_type, request.now)
    return Response(text=time)


def _delete(request: Request, kind: str) -> Response:
    request.require_role("_thumbnail_write")
    item, time = _item(request, "WRITE"), request.arguments.get("time")
    if not request.state.media.images.delete(item.serial, kind, time) and time is not None:
        raise not_found(kind, time)
    return Response()


def _resource(request: Request, kind: str) -> Response:
    """Get the URL of all images of an item."""
    request.require_role("_thumbnail_read")
    url = image_url(request.base_url, kind, requested_item(request).id)
    return Response({"uri": [url]}, text_lines([url]))


def _existing_resource(request: Request, kind: str) -> Response:
    """Get the same URL, if there are images."""
    item = requested_item(request)
    response = _resource(request, kind)
    return response if request.state.media.images.times(item.serial, kind) else Response({}, "")


for _kind in ("thumbnail", "poster"):
    for _name, _action in (
        (f"get_{_kind}s", _list),
        (f"get_{_kind}", _get),
        (f"update_or_create_{_kind}", _put),
        (f"delete_{_kind}", _delete),
        (f"delete_{_kind}s", _delete),
        (f"get_item_{_kind}_resources", _existing_resource),
        (f"update_or_create_item_{_kind}_resource", _resource),
    ):
        register(_name, partial(_action, kind=_kind))
