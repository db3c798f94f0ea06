"""A proxy that injects faults: ``python -m test.soak.faulty_proxy PORT SEED RATE``.

PORT is the server's on loopback, RATE the part of the requests with a fault. The fault of a request is determined by
the seed, the request's ``X-Call`` header and the number of its attempt, so the order of requests has no effect.
The proxy prints its own port, serves until its standard input is closed, and then prints its figures as JSON.
"""

from __future__ import annotations

import json
import random
import select
import socket
import struct
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO, NamedTuple

IDLE_TIMEOUT = 60.0
"""Seconds after which an idle connection is closed."""
REFUSING = 0.05
"""Seconds during which connections are refused."""

BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"
BEFORE, NO_RESPONSE_ERRORS, AMID = "before it is passed on", "when it was carried out", "amid the response"
REFUSED, LATER = "connections refused for a while", "503 with Retry-After: 0"


def close(client: socket.socket) -> None:
    """Do nothing: the connection is closed when this returns."""


def reset(client: socket.socket) -> None:
    """Reset the connection (RST) when it is closed."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def stall(client: socket.socket) -> None:
    """Wait for the client to give up."""
    client.recv(1)


class Fault(NamedTuple):
    """The faults of requests."""

    name: str
    point: str
    way: Callable[[socket.socket], None]
    weight: int


FAULTS = [
    *(
        Fault(f"{word} {point}", point, way, weight)
        for point in (BEFORE, NO_RESPONSE_ERRORS, AMID)
        # Faults that delay a client should not take most of its time.
        for word, way, weight in (("closed", close, 4), ("reset", reset, 4), ("stalled", stall, 1))
    ),
    Fault(REFUSED, REFUSED, close, 2),
    Fault(LATER, LATER, close, 4),
]


class Message(NamedTuple):
    """A request or response, byte for byte."""

    headers: dict[str, str]
    data: bytes


def read_message(stream: BinaryIO) -> Message | None:
    """Return the next message on a connection; ``None`` when the connection ends first."""
    head = [stream.readline()]
    while head[-1] not in (b"\r\n", b""):
        head.append(stream.readline())
    if not head[-1]:
        return None
    pairs = (line.decode("latin-1").partition(":") for line in head[1:-1])
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    if headers.get("transfer-encoding") == "chunked":
        body = _chunks(stream)
    else:
        body = stream.read(int(headers.get("content-length", 0)))
    return Message(headers, b"".join(head) + body)


def _chunks(stream: BinaryIO) -> bytes:
    chunks = []
    while True:
        line = stream.readline()
        size = int(line, 16)
        chunks += [line, stream.read(size), stream.readline()]
        if not size:
            return b"".join(chunks)


class FaultyProxy:
    """Forwards requests, one server connection per client connection, except those with a fault."""

    def __init__(self, server_port: int, seed: str, rate: float) -> None:
        self._server_port = server_port
        self._seed = seed
        self._rate = rate
        self._lock = threading.Lock()
        self._attempts: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()
        # Keeps the port while nobody listens on it, so that no other process gets it.
        self._holder = self._bound(0)
        self.port: int = self._holder.getsockname()[1]
        self._listener = self._listening()
        #: the calls whose last attempt got a response without a fault
        self.responded: set[str] = set()

    def _bound(self, port: int) -> socket.socket:
        bound = socket.socket()
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind(("127.0.0.1", port))
        return bound

    def _listening(self) -> socket.socket:
        listener = self._bound(self.port)
        listener.listen(128)
        return listener

    def report(self) -> dict[str, Any]:
        """Return the figures that are printed."""
        with self._lock:
            return {
                "requests": sum(self._attempts.values()),
                "retries": sum(self._attempts.values()) - len(self._attempts),
                "faults": dict(self._faults),
                "responded": sorted(self.responded),
            }

    def accept(self) -> None:
        """Serve connections until the process ends."""
        while True:
            with suppress(OSError):  # the listener was closed
                while True:
                    client, _ = self._listener.accept()
                    threading.Thread(target=self._serve, args=(client,), daemon=True).start()
            time.sleep(REFUSING)
            self._listener = self._listening()

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(IDLE_TIMEOUT)
        try:
            with client, socket.create_connection(("127.0.0.1", self._server_port), IDLE_TIMEOUT) as server:
                for connection in (client, server):
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                # Closed before the sockets, which they would keep open.
                with client.makefile("rb") as requests, server.makefile("rb") as responses:
                    while self._wait(client, server):
                        request = read_message(requests)
                        if request is None or not self._exchange(client, server, request, responses):
                            return
        except OSError:
            pass  # one side has disconnected

    def _wait(self, client: socket.socket, server: socket.socket) -> bool:
        """Wait for the next request; return whether there can be one, because servers close idle connections."""
        ready, _, _ = select.select([client, server], [], [], IDLE_TIMEOUT)
        return ready == [client]

    def _exchange(self, client: socket.socket, server: socket.socket, request: Message, responses: BinaryIO) -> bool:
        """Handle a request; return whether the connection can be reused."""
        call = request.headers["x-call"]
        fault, chance = self._fault(call)
        if fault is None:
            server.sendall(request.data)
            response = read_message(responses)
            if response is not None:
                with self._lock:
                    self.responded.add(call)
                client.sendall(response.data)
            return response is not None
        if fault.point == LATER:
            client.sendall(BUSY)
            return True
        if fault.point == REFUSED:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        elif fault.point != BEFORE:
            server.sendall(request.data)
            response = read_message(responses)
            if response is not None and fault.point == AMID:
                client.sendall(response.data[: chance.randrange(1, len(response.data))])
        fault.way(client)
        return False

    def _fault(self, call: str) -> tuple[Fault | None, random.Random]:
        """Return the fault of a request, and the random generator for its details."""
        with self._lock:
            self._attempts[call] += 1
            chance = random.Random(f"{self._seed}/{call}/{self._attempts[call]}")
            if chance.random() >= self._rate:
                return None, chance
            (fault,) = chance.choices(FAULTS, [fault.weight for fault in FAULTS])
            self._faults[fault.name] += 1
            self.responded.discard(call)
        return fault, chance


def main() -> None:
    """Serve until standard input is closed."""
    port, seed, rate = sys.argv[1:]
    proxy = FaultyProxy(int(port), seed, float(rate))
    threading.Thread(target=proxy.accept, daemon=True).start()
    print(proxy.port, flush=True)
    sys.stdin.read()
    print(json.dumps(proxy.report()), flush=True)


if __name__ == "__main__":
    main()
