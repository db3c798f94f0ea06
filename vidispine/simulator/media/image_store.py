"""Thumbnails and posters: small pictures of one colour, which depends on the item and the time."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

from vidispine.simulator.catalog.time_codes import seconds
from vidispine.simulator.http.errors import invalid

if TYPE_CHECKING:
    from vidispine.simulator.database import Database

__all__ = ["KINDS", "Picture", "Pictures", "draw", "times"]

KINDS = ("thumbnail", "poster")

MOST_PICTURES = 100
"""A thumbnail job makes no more."""

_MICROSECONDS = 1_000_000
_RATE = 25


class Picture(NamedTuple):
    """A picture's row."""

    item: int
    kind: str
    at: int
    time: str
    media_type: str
    data: bytes
    changed: int


class Pictures:
    """The thumbnails and posters of all items."""

    def __init__(self, database: Database) -> None:
        """Speak about the pictures in this database."""
        self._database = database

    def put(self, item: int, kind: str, time: str, data: bytes, media_type: str, now: int) -> None:
        """Store a picture; one that is there at this time is replaced.

        :raises Fault: the time is none
        """
        self._database.execute(
            "INSERT OR REPLACE INTO picture VALUES (?, ?, ?, ?, ?, ?, ?)",
            [item, kind, position(time), time, media_type, data, now],
        )

    def find(self, item: int, kind: str, time: str) -> Picture | None:
        """Return the picture at a time, whatever the time base; ``None`` when there is none.

        :raises Fault: the time is none
        """
        row = self._database.row(
            "SELECT * FROM picture WHERE item = ? AND kind = ? AND at = ?", item, kind, position(time)
        )
        return None if row is None else Picture(*row)

    def times(self, item: int, kind: str) -> list[str]:
        """Return the times of an item's pictures, in their order."""
        rows = self._database.rows("SELECT time FROM picture WHERE item = ? AND kind = ? ORDER BY at", item, kind)
        return [row["time"] for row in rows]

    def delete(self, item: int, kind: str, time: str | None = None) -> bool:
        """Remove one picture, or all of a kind, and return whether there were any.

        :raises Fault: the time is none
        """
        where, values = "item = ? AND kind = ?", [item, kind]
        if time is not None:
            where, values = f"{where} AND at = ?", [*values, position(time)]
        return self._database.execute(f"DELETE FROM picture WHERE {where}", values).rowcount > 0  # noqa: S608


def position(time: str) -> int:
    """Return the microseconds of a time code.

    :raises Fault: it is none
    """
    try:
        value = seconds(time)
        return round(value * _MICROSECONDS)
    except (ValueError, OverflowError):
        raise invalid("time", time, f"{time!r} is not a time in the item, such as 250@PAL") from None


def times(length: float, period: float) -> list[str]:
    """Return when to take pictures of media that lasts so many seconds, one in each period."""
    frames = max(1, round(length * _RATE))
    step = max(1, round(period * _RATE), -(-frames // MOST_PICTURES))
    return [f"{frame}@PAL" for frame in range(0, frames, step)]


def draw(width: int, height: int, seed: str) -> bytes:
    """Return a PNG of one colour."""
    checksum = zlib.crc32(seed.encode())
    colour = struct.pack(">I", checksum)[1:]
    rows = (b"\0" + colour * width) * height
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            _chunk(b"IDAT", zlib.compress(rows, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
