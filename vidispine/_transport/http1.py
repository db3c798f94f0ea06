"""Reading an HTTP/1.1 response from its connection. The one module that uses private members of ``http.client``."""

from __future__ import annotations

import io
import math
import socket
import time
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

    from vidispine._transport.call import Call

__all__ = ["BLOCK_SIZE", "PRIVATE_MEMBERS", "Http1Response"]

BLOCK_SIZE = 256 * 1024
"""The number of bytes of a file that are read or written at a time."""

PRIVATE_MEMBERS = {
    "http.client.HTTPResponse": ("_check_close", "_read_status", "_safe_read"),
    "http.client.HTTPMessage": ("set_raw",),
}
"""The undocumented members of the standard library that this module uses, by class."""

_MAX_LINE_LENGTH = 65536
_MAX_HEADERS = 100
_MAX_HEADER_BYTES = 256 * 1024
_MAX_INTERIM_RESPONSES = 100
"""Interim (1xx) responses before the final one. Servers send one every few seconds while they process a request."""
_MIN_CHUNKS, _MIN_CHUNK_LENGTH = 100_000, 16
"""The number of chunks that every body may have. If it has more, their average length must be at least this number."""
_WHITESPACE = " \t\r\n"


class Http1Response(HTTPResponse):
    """A response of ``http.client`` with another header parser.

    The standard library passes headers to its e-mail parser, which is slow, stops at a line that it does not
    understand, and accepts truncated headers as complete.

    :param sock: the connection's socket
    :param call: the call whose deadline limits each read; ``None`` for no limit
    """

    # Python calls close() when it deletes an instance, even if its constructor was interrupted.
    fp: Any = None
    _chunked_reader: _ChunkedReader | None = None
    _method: str | None
    _check_close: Callable[[], bool]

    def __init__(self, sock: Any, *arguments: Any, call: Call | None = None, **settings: Any) -> None:
        super().__init__(sock, *arguments, **settings)
        self._read_timeout: float | None = sock.gettimeout()
        if call is not None:
            replaced, self.fp = self.fp, io.BufferedReader(_DeadlineReader(sock, call))
            replaced.close()

    def begin(self, **_: Any) -> None:
        """Read the status line and the headers, after any interim (1xx) responses."""
        status, headers = self._read_status_and_headers()
        interim_responses = 0
        while 100 <= status < 200 and status != SWITCHING_PROTOCOLS:
            interim_responses += 1
            if interim_responses > _MAX_INTERIM_RESPONSES:
                raise HTTPException(f"got more than {_MAX_INTERIM_RESPONSES} interim responses")
            status, headers = self._read_status_and_headers()
        self.code = self.status = status
        self.headers = self.msg = headers
        # The same rule as in urllib3, which reads the chunks.
        codings = headers.get("Transfer-Encoding")
        self.chunked = codings is not None and "chunked" in map(str.strip, codings.lower().split(","))
        if self.chunked:
            self.fp = self._chunked_reader = _ChunkedReader(self.fp)
        self.chunk_left = None
        self.length = self._body_length()
        read_until_close = self.length is None and not self.chunked
        # After a switch of protocols, which was not requested, the data is not HTTP.
        check_close = getattr(self, "_check_close", None)
        must_close = check_close is None or check_close()
        self.will_close = must_close or read_until_close or status == SWITCHING_PROTOCOLS

    @property
    def chunked_bytes(self) -> int:
        """Bytes of the body read so far, if it is chunked; urllib3 does not count them."""
        return 0 if self._chunked_reader is None else self._chunked_reader.body_bytes

    def _read_status_and_headers(self) -> tuple[int, HTTPMessage]:
        stream = self.fp
        version, status, reason = self._read_status()
        if not version.startswith(("HTTP/1.", "HTTP/0.9")):
            raise UnknownProtocol(version)
        self.version = 10 if version in ("HTTP/1.0", "HTTP/0.9") else 11
        self.reason = reason.strip()
        headers = read_headers(self.fp)
        self.fp = stream
        return status, headers

    def _read_status(self) -> tuple[str, int, str]:
        # http.client also calls it for the response of a proxy to CONNECT, whose headers it reads next.
        if b"\r\n\r\n" not in self.fp.peek():
            self.fp = _HeadersReader(self.fp, self._read_timeout)
        read: Callable[[], tuple[str, int, str]] = super()._read_status  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]
        return read()

    def _body_length(self) -> int | None:
        if self.status in (NO_CONTENT, NOT_MODIFIED, SWITCHING_PROTOCOLS) or getattr(self, "_method", None) == "HEAD":
            return 0
        if self.chunked:
            return None
        try:
            # A server or a proxy may repeat the length; urllib3 rejects different ones.
            length = int(self.headers.get("Content-Length", "-1").partition(",")[0])
        except ValueError:
            return None
        return length if length >= 0 else None

    def _safe_read(self, amt: int) -> bytes:
        # The standard library allocates this many bytes at once.
        if amt < 0:
            raise HTTPException("a chunk has a negative length")
        blocks: list[bytes] = []
        left = amt
        while left:
            block = self.fp.read(min(left, BLOCK_SIZE))
            if not block:
                raise IncompleteRead(b"".join(blocks), left)
            blocks.append(block)
            left -= len(block)
        return b"".join(blocks)


class _HeadersReader:
    """Reads lines from a stream, and limits their number and the time for all of them, which arrive in one read of most
    responses.

    :param stream: the stream of the connection, which has received the first bytes
    :param seconds: the time for all lines together; ``None`` for no limit
    """

    def __init__(self, stream: Any, seconds: float | None) -> None:
        self._stream = stream
        self._end = math.inf if seconds is None else time.monotonic() + seconds
        self._lines = 0

    def readline(self, limit: int) -> bytes:
        self._lines += 1
        # The status line is one of them. http.client before Python 3.12 accepts any number from a proxy.
        if self._lines > _MAX_HEADERS + 2:
            raise HTTPException(f"got more than {_MAX_HEADERS} headers")
        line = b""
        while len(line) < limit:
            if time.monotonic() > self._end:
                raise socket.timeout("the headers did not arrive in time")
            received: bytes = self._stream.peek()
            length = received.find(b"\n") + 1
            line += self._stream.read(min(length or len(received), limit - len(line)))
            if length or not received:
                break
        return line

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _ChunkedReader:
    """Reads a chunked body from a stream, and limits the size of everything else: chunk sizes, extensions and trailers.

    http.client and urllib3 accept any number of trailers and chunks, and urllib3 before 2.7 lines of any length.

    :param stream: the stream that the connection is read from
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._bytes_read = 0
        self._chunks = 0
        self._trailers: int | None = None

    @property
    def body_bytes(self) -> int:
        """Bytes of the chunks read so far."""
        # Each chunk size but the first follows the line break at the end of a chunk.
        return self._bytes_read - 2 * max(0, self._chunks - 1)

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._stream.read(size)
        self._bytes_read += len(data)
        return data

    def readline(self, limit: int = -1) -> bytes:
        line: bytes = self._stream.readline(_MAX_LINE_LENGTH + 1)
        if len(line) > _MAX_LINE_LENGTH:
            raise LineTooLong("chunk size" if self._trailers is None else "trailer")
        if self._trailers is None:
            self._count_chunk(line)
        else:
            self._trailers += 1
            # The last line is empty.
            if self._trailers > _MAX_HEADERS + 1:
                raise HTTPException(f"got more than {_MAX_HEADERS} trailers")
        return line

    def _count_chunk(self, line: bytes) -> None:
        self._chunks += 1
        size = line.partition(b";")[0].strip()
        if size and not size.strip(b"0"):
            self._trailers = 0
        if self._chunks > _MIN_CHUNKS + self.body_bytes // _MIN_CHUNK_LENGTH:
            raise HTTPException(f"got more than {_MIN_CHUNKS} chunks of a few bytes")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _DeadlineReader(io.RawIOBase):
    """Reads from a socket, whose timeout is limited by the call's deadline before each read."""

    # Python calls close() when it deletes an instance, even if its constructor was interrupted.
    _stream: Any = None

    def __init__(self, sock: Any, call: Call) -> None:
        self._sock = sock
        self._call = call
        self._stream = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> Any:
        self._sock.settimeout(self._call.read_timeout())
        return self._stream.readinto(buffer)

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()
        super().close()


def read_headers(stream: Any) -> HTTPMessage:
    """Return the headers up to the empty line that ends them; lines that are not headers are skipped.

    :raises HTTPException: the headers are truncated or too long
    """
    headers: list[tuple[str, str]] = []
    left = _MAX_HEADER_BYTES
    for _ in range(_MAX_HEADERS + 1):
        line = stream.readline(_MAX_LINE_LENGTH + 1).decode("iso-8859-1")
        if line in ("\r\n", "\n"):
            return _message(headers)
        if not line:
            raise HTTPException("the response's headers are truncated")
        if len(line) > _MAX_LINE_LENGTH:
            raise LineTooLong("header line")
        left -= len(line)
        if left < 0:
            raise HTTPException(f"got more than {_MAX_HEADER_BYTES} bytes of headers")
        name, colon, value = line.partition(":")
        if line[0] in " \t" and headers:
            name, value = headers.pop()
            headers.append((name, f"{value} {line.strip(_WHITESPACE)}"))
        elif colon:
            headers.append((name.strip(_WHITESPACE), value.strip(_WHITESPACE)))
    raise HTTPException(f"got more than {_MAX_HEADERS} headers")


def _message(headers: list[tuple[str, str]]) -> HTTPMessage:
    message = HTTPMessage()
    for name, value in headers:
        message.set_raw(name, value)
    return message
