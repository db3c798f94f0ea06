"""A plain socket without an HTTP client: the cost of the loopback server itself."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from benchmarks.scripts.worker import Inputs, Work, serve


def get_job(inputs: Inputs) -> Work:
    """Send a request and wait for the end of its response."""
    address = urlsplit(inputs.host)
    connection = socket.create_connection((address.hostname or "", address.port or 0))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    request = f"GET {address.path}/job/VX-500 HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode()

    def exchange() -> None:
        connection.sendall(request)
        response = connection.recv(65536)
        while not response.endswith(b"}"):
            response += connection.recv(65536)

    return exchange


if __name__ == "__main__":
    serve({"get_job": get_job})
