"""A server with generated files of any size, which discards uploads.

``python -m test.soak.large_server`` prints its port and serves until its standard input is closed. The file ``VX-7``
has seven chunks. The response to an upload is a job whose data has the checksum of the received bytes.
"""

from __future__ import annotations

import hashlib
import json
import random
import socket
import sys
import threading
from collections.abc import Iterator
from typing import BinaryIO

__all__ = ["MEGABYTE", "checksum", "chunks"]

MEGABYTE = 1024 * 1024
"""Bytes of a chunk."""


def chunks(number: int) -> Iterator[bytes]:
    """Yield the content of a file in chunks, all different."""
    noise = random.Random(0).randbytes(MEGABYTE - 8)
    for position in range(number):
        yield position.to_bytes(8, "big") + noise


def checksum(content: Iterator[bytes]) -> str:
    """Return the checksum of chunks."""
    digest = hashlib.sha256()
    for chunk in content:
        digest.update(chunk)
    return digest.hexdigest()


def _serve(connection: socket.socket) -> None:
    with connection, connection.makefile("rb") as stream:
        while True:
            head = list(iter(stream.readline, b"\r\n"))
            if not head or not head[-1]:
                return
            method, target, _ = head[0].decode().split(" ")
            if method == "GET":
                _send_file(connection, int(target.split("/")[-2].partition("-")[2]))
            else:
                _take_file(connection, stream, head)


def _send_file(connection: socket.socket, number: int) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {number * MEGABYTE}\r\n\r\n"
    connection.sendall(head.encode())
    for chunk in chunks(number):
        connection.sendall(chunk)


def _take_file(connection: socket.socket, stream: BinaryIO, head: list[bytes]) -> None:
    headers = {name.lower(): value for name, _, value in (line.decode().partition(": ") for line in head)}
    if headers.get("transfer-encoding", "").strip() == "chunked":
        digest = checksum(_chunks(stream))
    else:
        digest = checksum(_measured(stream, int(headers["content-length"])))
    job = {"jobId": "VX-1", "status": "READY", "type": "RAW_IMPORT", "data": [{"key": "checksum", "value": digest}]}
    body = json.dumps(job).encode()
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    )


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while True:
        size = int(stream.readline(), 16)
        yield stream.read(size)
        stream.readline()
        if not size:
            return


def _measured(stream: BinaryIO, left: int) -> Iterator[bytes]:
    while left:
        chunk = stream.read(min(left, MEGABYTE))
        left -= len(chunk)
        yield chunk


def main() -> None:
    """Serve until standard input is closed."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
