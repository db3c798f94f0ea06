"""Thumbnails and posters: images in a single color, which depends on the item and the time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vidispine.simulator.catalog.time_codes import seconds
from vidispine.simulator.http.errors import invalid_input

if TYPE_CHECKING:
    from vidispine.simulator.database.connection import Database

KINDS = ("thumbnail", "poster")

MAX_IMAGES = 100
"""Maximum number of images that a job creates."""

_MICROSECONDS = 1_000_000
_RATE = 25


class Image(NamedTuple):
    """A row of the table ``picture``."""

    item: int
    kind: str
    at: int
    time: str
    media_type: str
    data: bytes
    changed: int


class ImageStore:
    """Stores the thumbnails and posters of items."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, item: int, kind: str, time: str, data: bytes, media_type: str, now: int) -> None:
        """Store an image. It replaces one with the same time.

        :raises ApiError: the time is invalid
        """
        image = Image(item, kind, microseconds(time), time, media_type, data, now)
        self._database.put("picture", **image._asdict())

    def find(self, item: int, kind: str, time: str) -> Image | None:
        """Return the image at a time, in any time base; ``None`` when there is none.

        :raises ApiError: the time is invalid
        """
        statement = "SELECT * FROM picture WHERE item = ? AND kind = ? AND at = ?"
        return self._database.find(Image, statement, item, kind, microseconds(time))

    def times(self, item: int, kind: str) -> list[str]:
        """Return the times of the images of an item, in order."""
        return self._database.column("SELECT time FROM picture WHERE item = ? AND kind = ? ORDER BY at", item, kind)

    def delete(self, item: int, kind: str, time: str | None = None) -> bool:
        """Delete one image, or all of a kind. Return whether there were any.

        :raises ApiError: the time is invalid
        """
        at = {} if time is None else {"at": microseconds(time)}
        return self._database.delete("picture", item=item, kind=kind, **at) > 0


def microseconds(time: str) -> int:
    """Return the microseconds of a time code.

    :raises ApiError: the time code is invalid
    """
    try:
        return round(seconds(time) * _MICROSECONDS)
    except (ValueError, OverflowError):
        raise invalid_input("time", time, f"{time!r} is not a time in the item, such as 250@PAL") from None


def frame_times(length: float, period: float) -> list[str]:
    """Return the times of images of media with this length in seconds, one for each period."""
    frames = max(1, round(length * _RATE))
    step = max(1, round(period * _RATE), -(-frames // MAX_IMAGES))
    return [f"{frame}@PAL" for frame in range(0, frames, step)]
