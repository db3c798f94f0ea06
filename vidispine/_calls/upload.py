"""Uploads: streams a file as the body of a request."""

from __future__ import annotations

import io
import os
import re
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from urllib3.exceptions import HTTPError

from vidispine.exceptions import ApiTypeError, ApiValueError, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vidispine.types import Progress

__all__ = ["CallbackError", "UploadBody", "announced_length", "is_stream", "open_body", "unreadable"]

_LENGTH = "content-length"
_LIKE_CONNECTION_ERRORS = (OSError, HTTPException, HTTPError)
"""Errors that urllib3 takes for those of the connection. It ignores a ``BrokenPipeError``."""


class CallbackError(Exception):
    """Carries an error of ``on_progress`` through urllib3, which would take it for one of the connection."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


def is_stream(body: Any) -> bool:
    """Return whether a body is streamed: a path, an open file or an iterator of bytes."""
    return body is not None and not isinstance(body, (bytes, bytearray, memoryview))


class UploadBody:
    """A body that is ready to be sent.

    :param body: bytes, a file or an iterable of bytes
    :param length: the length in bytes; ``None`` if unknown
    :param owned: whether :meth:`close` closes the body
    """

    def __init__(self, body: Any, length: int | None, owned: bool) -> None:
        self.body = body
        self.length = length
        self._owned = owned

    def close(self) -> None:
        """Close a file that was opened by path. A file that the caller opened stays open."""
        if self._owned:
            self.body.close()


def announced_length(*headers: Mapping[str, Any] | None) -> int | None:
    """Return the ``Content-Length`` that the caller gives; ``None`` if it is missing or not a number."""
    found = [str(value) for some in headers for name, value in (some or {}).items() if str(name).lower() == _LENGTH]
    return int(found[-1]) if found and re.fullmatch("[0-9]{1,18}", found[-1]) else None


def open_body(body: Any, on_progress: Progress | None, announced: int | None = None) -> UploadBody:
    """Open a body for sending.

    :param body: bytes, a path, an open binary file, or an iterable of bytes
    :param on_progress: called with the number of bytes read, and the total or ``None``
    :param announced: the number of bytes of a body that has no length, such as a pipe or an iterator. Default: unknown
    :raises ApiValueError: the file does not exist or cannot be read
    :raises ApiTypeError: the file is open in text mode
    """
    owned = False
    if isinstance(body, os.PathLike):
        try:
            body = open(body, "rb")  # noqa: SIM115, PTH123 - UploadBody.close() closes it
        except (OSError, ValueError) as error:
            raise unreadable(body, error) from error
        owned = True
    elif on_progress is not None and isinstance(body, (bytes, bytearray, memoryview)):
        body = io.BytesIO(body)
    if isinstance(body, io.TextIOBase):
        raise ApiTypeError("body must be a file opened in binary mode ('rb'), not in text mode")
    length = _length(body)
    if hasattr(body, "read"):
        rewindable = length is not None
        length = length if rewindable else announced
        body = _BodyReader(body, length, on_progress, rewindable=rewindable)
    elif is_stream(body):
        body, length = _checked_chunks(body, on_progress, announced), announced
        if announced is not None:
            body = _exactly(body, announced)
    return UploadBody(body, length, owned)


def unreadable(path: Any, error: Exception) -> ApiValueError:
    """Return the error for a file that cannot be read.

    :param error: the error of the operating system, or of Python if the text is not a valid path
    """
    problem = error.strerror if isinstance(error, OSError) and error.strerror else "not a valid path"
    return ApiValueError(f"cannot read {os.fspath(path)!a}: {problem.lower()}")


def _length(body: Any) -> int | None:
    """Return the number of unread bytes; ``None`` if it is unknown."""
    if isinstance(body, (bytes, bytearray, memoryview)):
        return memoryview(body).nbytes
    try:
        position = body.tell()
        end = body.seek(0, os.SEEK_END)
        body.seek(position)
        # Past the end of the file, there is nothing to send.
        return max(int(end) - int(position), 0)
    except (AttributeError, OSError, TypeError, ValueError):
        return None


class _BodyReader:
    """A file as the body of a request. It never has more bytes than announced, even if the file grows meanwhile.

    :param length: the number of bytes to send; ``None`` for all that the file has
    :param on_progress: called with the number of bytes read, and ``length``
    :param rewindable: whether the file can be read again
    """

    def __init__(self, file: Any, length: int | None, on_progress: Progress | None, *, rewindable: bool) -> None:
        self._file = file
        self._length = length
        self._on_progress = on_progress
        self._start = file.tell() if rewindable else 0
        self._done = 0
        if rewindable:
            # A body without these cannot be sent again.
            self.seek, self.tell = self._seek, file.tell

    def read(self, size: int = -1) -> Any:
        if self._length is not None:
            left = self._length - self._done
            if not left:
                return b""
            size = left if size < 0 else min(size, left)
        try:
            data = self._file.read(size)
        except _LIKE_CONNECTION_ERRORS as error:
            raise _unreadable_body(error) from error
        if not data and self._length is not None:
            raise ApiValueError(f"the file has become shorter: {self._done} of {self._length} bytes were sent")
        self._done += len(data or b"")
        if data and self._on_progress is not None:
            _report(self._on_progress, self._done, self._length)
        return data

    def _seek(self, position: int, whence: int = os.SEEK_SET) -> Any:
        reached = self._file.seek(position, whence)
        self._done = int(reached) - self._start
        return reached

    def close(self) -> None:
        self._file.close()


def _exactly(chunks: Iterator[bytes], length: int) -> Iterator[bytes]:
    """Yield the chunks of a body of an announced length. The last one is sent when the length is known to be right.

    :raises ApiValueError: the body has another length
    """
    done, last = 0, b""
    for chunk in chunks:
        done += len(chunk)
        if done > length:
            raise ApiValueError(f"the body has more bytes than its Content-Length, {length}")
        if last:
            yield last
        last = chunk
    if done < length:
        raise ApiValueError(f"the body has {done} bytes, less than its Content-Length, {length}")
    yield last


def _checked_chunks(chunks: Any, on_progress: Progress | None, length: int | None) -> Iterator[bytes]:
    """Yield the chunks of a body.

    :param length: the number of bytes of all chunks, for ``on_progress``; ``None`` if it is unknown
    :raises ApiTypeError: one is not bytes
    """
    done = 0
    for chunk in _read_chunks(chunks):
        if not isinstance(chunk, (bytes, bytearray, memoryview, str)):
            raise ApiTypeError(f"body must be an iterator of bytes, not of {type(chunk).__name__}")
        # The length of a memoryview is not always its number of bytes.
        data = chunk.encode() if isinstance(chunk, str) else bytes(chunk)
        yield data
        done += len(data)
        if on_progress is not None:
            _report(on_progress, done, length)


def _read_chunks(chunks: Any) -> Iterator[Any]:
    try:
        yield from chunks
    except _LIKE_CONNECTION_ERRORS as error:
        raise _unreadable_body(error) from error


def _unreadable_body(error: Exception) -> ApiValueError:
    reason = getattr(error, "strerror", None)
    return ApiValueError(f"cannot read the body: {reason.lower() if reason else one_line(str(error) or repr(error))}")


def _report(on_progress: Progress, done: int, total: int | None) -> None:
    try:
        on_progress(done, total)
    except _LIKE_CONNECTION_ERRORS as error:
        raise CallbackError(error) from None
