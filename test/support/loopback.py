"""An HTTP server on loopback that records requests and sends the responses that a test defines.

It uses plain sockets, so that tests see requests byte by byte, and responses can be invalid in any way.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, unquote

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = [
    "PASSWORD",
    "Early",
    "Loopback",
    "Recorded",
    "Responder",
    "drip",
    "hang_up",
    "hold",
    "raw",
    "reply",
    "reset",
    "reset_after",
    "stall",
]


PASSWORD = "s3cret-passw0rd"
"""The password of the tests' clients, which must not appear in any output."""


class Recorded(NamedTuple):
    """One request as received."""

    line: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def method(self) -> str:
        return self.line.split(" ")[0]

    @property
    def target(self) -> str:
        return self.line.split(" ")[1]

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def segments(self) -> list[str]:
        """The segments of the path: split first, then decoded."""
        return [unquote(segment, errors="strict") for segment in self.path.split("/")[1:]]

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(self.target.partition("?")[2], keep_blank_values=True, strict_parsing=False)

    def header(self, name: str) -> str | None:
        """Return the header of this name; fail if there are several."""
        values = [value for known, value in self.headers if known.lower() == name.lower()]
        assert len(values) < 2, f"{name} was sent {len(values)} times"
        return values[0] if values else None


Responder = Callable[[socket.socket, Recorded], bool]
"""Responds to a request on its connection; returns whether the connection is kept."""


class Early(NamedTuple):
    """A response that is sent before the request is complete.

    ``point`` is when: ``"accept"``, before anything was read; ``"line"``, after the request line; ``"headers"``, after
    the first header; or ``"body"``, after all headers and a first part of the body.
    """

    point: str
    responder: Responder


def reply(
    body: Any = b"",
    status: int = 200,
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    *,
    reason: str = "Whatever",
    media_type: str | None = "application/json",
) -> Responder:
    """Return a valid response; a body that is neither text nor bytes is sent as JSON."""
    data = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    lines = [f"HTTP/1.1 {status} {reason}", f"Content-Length: {len(data)}"]
    if media_type:
        lines.append(f"Content-Type: {media_type}")
    lines += [f"{name}: {value}" for name, value in dict(headers).items()]
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")

    def respond(connection: socket.socket, request: Recorded) -> bool:
        connection.sendall(head if request.method == "HEAD" else head + data)
        return True

    return respond


def raw(data: bytes) -> Responder:
    """Return a response of exactly these bytes, after which the connection is closed."""

    def respond(connection: socket.socket, request: Recorded) -> bool:
        connection.sendall(data)
        return False

    return respond


def hang_up(connection: socket.socket, request: Recorded) -> bool:
    """Close the connection without a response."""
    return False


def reset(connection: socket.socket, request: Recorded) -> bool:
    """Reset the connection (RST) without a response."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def stall(first: bytes = b"") -> Responder:
    """Return a response that stalls after some bytes until the client disconnects."""

    def respond(connection: socket.socket, request: Recorded) -> bool:
        connection.sendall(first)
        connection.recv(1)
        return False

    return respond


def reset_after(first: bytes) -> Responder:
    """Return a response of some bytes, after which the connection is reset (RST)."""

    def respond(connection: socket.socket, request: Recorded) -> bool:
        connection.sendall(first)
        return reset(connection, request)

    return respond


def hold(connection: socket.socket, request: Recorded) -> bool:
    """Neither read nor write until the connection is closed on both sides, or the server is closed."""
    poll = select.poll()
    poll.register(connection, 0)
    poll.poll(60_000)
    return False


def drip(first: bytes, chunk: bytes, seconds: float = 0.05) -> Responder:
    """Return an endless response whose chunks arrive often enough for every read timeout."""

    def respond(connection: socket.socket, request: Recorded) -> bool:
        connection.sendall(first)
        while True:
            time.sleep(seconds)
            connection.sendall(chunk)

    return respond


class Loopback:
    """The server. ``requests`` has the requests; ``responses`` has the next responses, followed by ``otherwise``."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Recorded] = []
        self.responses: list[Responder | Early] = []
        self.otherwise: Responder | Early = reply({})
        self.connections = 0
        self.keep_bodies = True
        """``False`` reads and discards bodies that would not fit into memory."""
        self._tls = tls
        self._open: set[socket.socket] = set()
        self.threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self.origin = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.url = f"{self.origin}/API"
        self._run(self._accept)

    @property
    def last(self) -> Recorded:
        return self.requests[-1]

    @property
    def only(self) -> Recorded:
        assert len(self.requests) == 1, self.requests
        return self.requests[0]

    def _run(self, work: Callable[..., None], *arguments: Any) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        # Finished threads are dropped, because some tests measure growth.
        self.threads = [*(one for one in self.threads if one.is_alive()), thread]
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.add(connection)
            self._run(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._tls is not None:
                plain, connection = connection, self._tls.wrap_socket(connection, server_side=True)
                with self._lock:
                    self._open.discard(plain)
                    self._open.add(connection)
            response = self._at_once()
            if response is not None:
                # Earlier, a client cannot distinguish it from a refused connection.
                select.select([connection], [], [], 10)
                response(connection, Recorded("", [], b""))
                return
            stream = connection.makefile("rb")
            with stream:
                while self._exchange(connection, stream):
                    pass
        except OSError:
            pass  # some tests are about clients that disconnect
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()

    def _exchange(self, connection: socket.socket, stream: Any) -> bool:
        """Read a request, up to the point of the response, and respond; return whether another may follow."""
        line = stream.readline()
        if not line:
            return False
        with self._lock:
            response = self.responses.pop(0) if self.responses else self.otherwise
        point = ""
        if isinstance(response, Early):
            point, response = response
        request = _read(line, stream, point, keep=self.keep_bodies)
        with self._lock:
            self.requests.append(request)
        return response(connection, request)

    def _at_once(self) -> Responder | None:
        """Return the next response if it is sent right after the connection was accepted."""
        with self._lock:
            response = self.responses[0] if self.responses else self.otherwise
            if not (isinstance(response, Early) and response.point == "accept"):
                return None
            if self.responses:
                del self.responses[0]
            return response.responder

    def join_connections(self) -> None:
        """Wait until the server has closed all connections."""
        for thread in self.threads[1:]:
            thread.join(10)
            assert not thread.is_alive()

    def refuse(self) -> None:
        """Accept no more connections; open ones are kept."""
        # Closing alone does not wake a thread that waits in accept().
        _shut(self._listener)
        self._listener.close()
        self.threads[0].join()

    def close(self) -> None:
        self.refuse()
        with self._lock:
            for connection in self._open:
                _shut(connection)
        for thread in self.threads:
            thread.join(10)
            assert not thread.is_alive()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _read(line: bytes, stream: Any, point: str, *, keep: bool) -> Recorded:
    """Read the rest of a request after its first line, up to a point or completely."""
    headers: list[tuple[str, str]] = []
    while point != "line" and not (point == "headers" and headers):
        text = stream.readline().decode("latin-1").rstrip("\r\n")
        if not text:
            break
        name, _, value = text.partition(":")
        headers.append((name, value.strip(" \t")))
    known = {name.lower(): value for name, value in headers}
    if point:
        body = stream.read1() if point == "body" else b""
    elif known.get("transfer-encoding") == "chunked":
        body = b"".join(iter(lambda: _chunk(stream), b""))
    elif keep:
        body = stream.read(int(known.get("content-length", 0)))
    else:
        body = b""
        left = int(known.get("content-length", 0))
        while left:
            left -= len(stream.read(min(left, 65536)))
    return Recorded(line.decode("latin-1").rstrip("\r\n"), headers, body)


def _chunk(stream: Any) -> bytes:
    line = stream.readline()
    if not line:
        raise OSError("the client disconnected")
    size = int(line, 16)
    data: bytes = stream.read(size)
    stream.readline()
    return data
