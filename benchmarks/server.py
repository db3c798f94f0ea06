"""A server that is never the bottleneck: its responses are prepared, and what it receives is discarded.

``python -m benchmarks.server JOB FILE HITS`` prints its port on loopback, and serves until it is terminated. It
returns pages of a list of HITS jobs, FILE for a path that ends with ``/data``, and JOB for everything else.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import sys
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from benchmarks.documents import job

_PAGE = re.compile(rb"GET \S*/job\?\S*")
_FIRST, _NUMBER = re.compile(rb"[?&]first=(\d+)"), re.compile(rb"[?&]number=(\d+)")
_DATA = re.compile(rb"GET \S*/data[ ?]")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def response(body: bytes | memoryview, kind: str = "application/json") -> tuple[bytes, bytes | memoryview]:
    """Return the headers and the body of an HTTP response."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode(), body


class JobList:
    """A long list of jobs, as JSON."""

    def __init__(self, hits: int) -> None:
        self._hits = hits

    @cached_property  # created for the first page
    def _entries(self) -> tuple[memoryview, list[int]]:
        """The jobs, each followed by a comma, and their offsets."""
        texts = [json.dumps(job(number), separators=(",", ":")).encode() + b"," for number in range(1, self._hits + 1)]
        return memoryview(b"".join(texts)), [0, *accumulate(map(len, texts))]

    def page(self, first: int, number: int) -> bytes:
        """Return a ``JobListDocument`` with one page of the jobs, counted from 1."""
        text, begins = self._entries
        start, end = (begins[min(place, self._hits)] for place in (first - 1, first - 1 + number))
        return b"".join((b'{"hits":%d,"job":[' % self._hits, text[start : max(start, end - 1)], b"]}"))


class Server:
    """The prepared responses.

    :param one: the job, as JSON
    :param file: the content of the file
    :param hits: the number of jobs in the list
    """

    def __init__(self, one: bytes, file: bytes, hits: int) -> None:
        self._job = b"".join(response(one))
        self._file = response(memoryview(file), "application/octet-stream")
        self._jobs = JobList(hits)
        self._waste = bytearray(1 << 20)

    def exchange(self, connection: socket.socket) -> bool:
        """Read a request and respond; return whether the connection is still open."""
        try:
            request = connection.recv(65536)
            while request and b"\r\n\r\n" not in request:
                more = connection.recv(65536)
                request = request + more if more else b""
            if request:
                self._respond(connection, request)
        except ConnectionError:
            return False
        return bool(request)

    def _respond(self, connection: socket.socket, request: bytes) -> None:
        head, _, begun = request.partition(b"\r\n\r\n")
        if head.startswith(b"GET "):
            for part in self._response_to(head):
                connection.sendall(part)
            return
        length = _LENGTH.search(head)
        left = int(length[1]) - len(begun) if length else 0
        while left > 0:
            taken = connection.recv_into(self._waste, min(left, len(self._waste)))
            if not taken:
                raise ConnectionResetError
            left -= taken
        connection.sendall(self._job)

    def _response_to(self, head: bytes) -> tuple[bytes | memoryview, ...]:
        asked = _PAGE.match(head)
        if asked:
            first, number = _FIRST.search(asked[0]), _NUMBER.search(asked[0])
            return response(self._jobs.page(int(first[1]) if first else 1, int(number[1]) if number else 100))
        return self._file if _DATA.match(head) else (self._job,)


def serve(server: Server) -> None:
    """Serve any number of persistent connections."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(listener.getsockname()[1], flush=True)
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is listener:
                    connection, _ = listener.accept()
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    selector.register(connection, selectors.EVENT_READ)
                elif isinstance(key.fileobj, socket.socket) and not server.exchange(key.fileobj):
                    selector.unregister(key.fileobj)
                    key.fileobj.close()


if __name__ == "__main__":
    serve(Server(Path(sys.argv[1]).read_bytes(), Path(sys.argv[2]).read_bytes(), int(sys.argv[3])))
