"""A request's body that is a file: from the disk to the network, never whole in memory."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any

from vidispine.exceptions import ApiTypeError, ApiValueError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vidispine.types import Progress

__all__ = ["Opened", "is_stream", "open_body"]


def is_stream(body: Any) -> bool:
    """Tell whether a body is sent piece by piece: a path, an open file or an iterator of bytes."""
    return body is not None and not isinstance(body, (bytes, bytearray, memoryview))


class Opened:
    """A body that is ready to be sent, as something to read or to iterate over, and its length where that is known."""

    def __init__(self, body: Any, length: int | None, owned: bool) -> None:
        self.body = body
        self.length = length
        self._owned = owned

    def close(self) -> None:
        """Close what was opened here; a file that the caller opened stays open."""
        if self._owned:
            self.body.close()


def open_body(body: Any, on_progress: Progress | None) -> Opened:
    """Return a body as it is sent.

    :param body: bytes, a path, an open binary file, or an iterable of bytes
    :param on_progress: called with the bytes that have been handed on and how many there are, ``None`` if not known
    :raises ApiValueError: there is no such file
    :raises ApiTypeError: the file is open for text
    """
    owned = False
    if isinstance(body, os.PathLike):
        try:
            body = open(body, "rb")  # noqa: SIM115, PTH123 - Opened.close() closes it
        except OSError as error:
            raise ApiValueError(
                f"cannot read {os.fspath(error.filename)!r}: {(error.strerror or '').lower()}"
            ) from error
        owned = True
    elif on_progress is not None and isinstance(body, (bytes, bytearray, memoryview)):
        body = io.BytesIO(body)
    if isinstance(body, io.TextIOBase):
        raise ApiTypeError("body must be a file opened in binary mode ('rb'), not one for text")
    length = _length(body)
    if on_progress is not None:
        body = _Told(body, length, on_progress) if hasattr(body, "read") else _told(body, on_progress)
    return Opened(body, length, owned)


def _length(body: Any) -> int | None:
    """Return how many bytes are left to read; ``None`` for what cannot say so without being read."""
    if isinstance(body, (bytes, bytearray, memoryview)):
        return len(body)
    try:
        here = body.tell()
        end = body.seek(0, os.SEEK_END)
        body.seek(here)
        return int(end) - int(here)
    except (AttributeError, OSError, TypeError):
        return None


class _Told:
    """A file that tells how far it has been read."""

    def __init__(self, file: Any, length: int | None, on_progress: Progress) -> None:
        self._file = file
        self._length = length
        self._on_progress = on_progress
        self._start = file.tell() if length is not None else 0
        self._done = 0
        if length is not None:
            # Only what can be sent again has these.
            self.seek, self.tell = self._seek, file.tell

    def read(self, size: int = -1) -> Any:
        data = self._file.read(size)
        self._done += len(data)
        if data:
            self._on_progress(self._done, self._length)
        return data

    def _seek(self, position: int, whence: int = os.SEEK_SET) -> Any:
        found = self._file.seek(position, whence)
        self._done = int(found) - self._start
        return found

    def close(self) -> None:
        self._file.close()


def _told(pieces: Any, on_progress: Progress) -> Iterator[bytes]:
    done = 0
    for piece in pieces:
        yield piece
        done += len(piece)
        on_progress(done, None)
