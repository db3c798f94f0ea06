"""What the simulated server does with thumbnails and posters."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from vidispine.simulator.accounts.entities import item_of
from vidispine.simulator.http.errors import invalid, not_found, not_implemented
from vidispine.simulator.http.responses import Answer, lines
from vidispine.simulator.http.streams import ByteAnswer
from vidispine.simulator.media.item_content import RESOURCE, picture_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vidispine.simulator.catalog.item_store import Item
    from vidispine.simulator.http.requests import Call, Handler

__all__ = ["PICTURE_HANDLERS"]

LARGEST = 16 * 1024 * 1024
"""A picture has no more bytes."""

_BEGINNINGS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


def _item(call: Call, permission: str = "READ") -> Item:
    """Return the item that a call is about."""
    if call.arguments["service"] != RESOURCE:
        raise not_found("thumbnail-resource", call.arguments["service"])
    return item_of(call, permission)


def _list(call: Call, kind: str) -> Answer:
    call.need("_thumbnail_read")
    if call.arguments.get("noauth-url", False):
        raise not_implemented("the simulator has no addresses that work without credentials")
    item = _item(call)
    times = call.world.media.pictures.times(item.serial, kind)
    if call.arguments.get("url", False):
        times = [picture_url(call.root, kind, item.id, time) for time in times]
    return Answer({"uri": times} if times else {}, lines(times))


def _get(call: Call, kind: str) -> Answer:
    call.need("_thumbnail_read")
    item, time = _item(call), call.arguments["time"]
    picture = call.world.media.pictures.find(item.serial, kind, time)
    if picture is None:
        raise not_found(kind, time)
    etag = f"{item.serial}-{picture.at}-{picture.changed}"
    return ByteAnswer(io.BytesIO(picture.data), len(picture.data), picture.media_type, etag, picture.changed)


def _put(call: Call, kind: str) -> Answer:
    call.need("_thumbnail_write")
    item, time = _item(call, "WRITE"), call.arguments["time"]
    data = call.body.read(LARGEST)
    media_type = next((type for type, beginning in _BEGINNINGS.items() if data.startswith(beginning)), None)
    if media_type is None:
        raise invalid("body", None, "this is neither a PNG nor a JPEG", context="body")
    call.world.media.pictures.put(item.serial, kind, time, data, media_type, call.now)
    return Answer(text=time)


def _delete(call: Call, kind: str) -> Answer:
    call.need("_thumbnail_write")
    item, time = _item(call, "WRITE"), call.arguments.get("time")
    if not call.world.media.pictures.delete(item.serial, kind, time) and time is not None:
        raise not_found(kind, time)
    return Answer()


def _resource(call: Call, kind: str) -> Answer:
    """Answer with where all pictures of an item are."""
    call.need("_thumbnail_read")
    url = picture_url(call.root, kind, item_of(call).id)
    return Answer({"uri": [url]}, lines([url]))


def _found_resource(call: Call, kind: str) -> Answer:
    """Answer with the same, if there are any."""
    item = item_of(call)
    answer = _resource(call, kind)
    return answer if call.world.media.pictures.times(item.serial, kind) else Answer({}, "")


def _handlers() -> Iterator[Handler]:
    for kind in ("thumbnail", "poster"):
        for name, action in (
            (f"get_{kind}s", _list),
            (f"get_{kind}", _get),
            (f"update_or_create_{kind}", _put),
            (f"delete_{kind}", _delete),
            (f"delete_{kind}s", _delete),
            (f"get_item_{kind}_resources", _found_resource),
            (f"update_or_create_item_{kind}_resource", _resource),
        ):

            def handler(call: Call, action=action, kind=kind) -> Answer:  # type: ignore[no-untyped-def]
                result: Answer = action(call, kind)
                return result

            handler.__name__ = name
            yield handler


PICTURE_HANDLERS: list[Handler] = list(_handlers())
