"""An HTTP answer, read from its connection: quickly, and never taken as whole when it is not."""

from __future__ import annotations

from http.client import (
    NO_CONTENT,
    NOT_MODIFIED,
    SWITCHING_PROTOCOLS,
    HTTPException,
    HTTPMessage,
    HTTPResponse,
    IncompleteRead,
    LineTooLong,
    UnknownProtocol,
)
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BLOCK", "Answer"]

BLOCK = 256 * 1024
"""Bytes of a file that are moved at a time."""

_LONGEST_LINE = 65536
_MOST_LINES = 100
_BLANKS = " \t\r\n"


class Answer(HTTPResponse):
    """An answer of the standard library's kind, whose head is read here.

    The standard library hands each head to its parser of e-mails, which is slow, stops at a line that it does not
    understand, and takes a head that is cut off for a short one.
    """

    # Closed in the end is also one whose making was interrupted, before it had a stream.
    fp: Any = None
    # The standard library's own, though not declared.
    _method: str | None
    _read_status: Callable[[], tuple[str, int, str]]
    _check_close: Callable[[], bool]

    def begin(self) -> None:
        """Read the head, and those of answers for the time being that come before it."""
        status, fields = self._head()
        while 100 <= status < 200 and status != SWITCHING_PROTOCOLS:
            status, fields = self._head()
        self.code = self.status = status
        self.headers = self.msg = fields
        self.chunked = fields.get("Transfer-Encoding", "").lower() == "chunked"
        self.chunk_left = None
        self.length = self._length_of_body()
        endless = self.length is None and not self.chunked
        # What follows a change of protocol is no HTTP, and nobody asked for it.
        self.will_close = self._check_close() or endless or status == SWITCHING_PROTOCOLS

    def _head(self) -> tuple[int, HTTPMessage]:
        version, status, reason = self._read_status()
        if not version.startswith(("HTTP/1.", "HTTP/0.9")):
            raise UnknownProtocol(version)
        self.version = 10 if version in ("HTTP/1.0", "HTTP/0.9") else 11
        self.reason = reason.strip()
        return status, read_fields(self.fp)

    def _length_of_body(self) -> int | None:
        if self.status in (NO_CONTENT, NOT_MODIFIED, SWITCHING_PROTOCOLS) or self._method == "HEAD":
            return 0
        if self.chunked:
            return None
        try:
            length = int(self.headers.get("Content-Length", -1))
        except ValueError:
            return None
        return length if length >= 0 else None

    def _safe_read(self, amt: int) -> bytes:
        # The standard library asks for so many bytes at once, and memory for them, whatever the server says.
        if amt < 0:
            raise HTTPException("a chunk has a length below zero")
        pieces: list[bytes] = []
        left = amt
        while left:
            piece = self.fp.read(min(left, BLOCK))
            if not piece:
                raise IncompleteRead(b"".join(pieces), left)
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)


def read_fields(stream: Any) -> HTTPMessage:
    """Return the fields of a head, whose end is an empty line; what is no field among its lines is passed over.

    :raises HTTPException: it ends before its end, or does not seem to end at all
    """
    fields: list[tuple[str, str]] = []
    for _ in range(_MOST_LINES + 1):
        line = stream.readline(_LONGEST_LINE + 1).decode("iso-8859-1")
        if line in ("\r\n", "\n"):
            return _message(fields)
        if not line:
            raise HTTPException("the answer was cut off in its head")
        if len(line) > _LONGEST_LINE:
            raise LineTooLong("header line")
        name, colon, value = line.partition(":")
        if line[0] in " \t" and fields:
            name, value = fields.pop()
            fields.append((name, f"{value} {line.strip(_BLANKS)}"))
        elif colon:
            fields.append((name.strip(_BLANKS), value.strip(_BLANKS)))
    raise HTTPException(f"got more than {_MOST_LINES} headers")


def _message(fields: list[tuple[str, str]]) -> HTTPMessage:
    message = HTTPMessage()
    for name, value in fields:
        message.set_raw(name, value)
    return message
