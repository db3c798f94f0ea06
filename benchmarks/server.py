"""A server that is never the slow part: it answers every request with one job and looks at nothing.

``python benchmarks/server.py FILE`` prints the port it listens on, on loopback, and serves until it is ended.
"""

from __future__ import annotations

import selectors
import socket
import sys
from pathlib import Path


def answer(body: bytes) -> bytes:
    """Return a whole HTTP answer."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def serve(body: bytes) -> None:
    """Answer requests without a body, on any number of connections that are kept open."""
    response = answer(body)
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
                elif isinstance(key.fileobj, socket.socket) and not _exchange(key.fileobj, response):
                    selector.unregister(key.fileobj)
                    key.fileobj.close()


def _exchange(connection: socket.socket, response: bytes) -> bool:
    """Read a request and answer it; return whether the connection is still open."""
    try:
        request = connection.recv(65536)
        while request and not request.endswith(b"\r\n\r\n"):
            more = connection.recv(65536)
            request = request + more if more else b""
        if request:
            connection.sendall(response)
    except ConnectionError:
        return False
    return bool(request)


if __name__ == "__main__":
    serve(Path(sys.argv[1]).read_bytes())
