"""Resolves host names with a timeout, which the operating system's resolver does not support."""

from __future__ import annotations

import queue
import socket
import threading
from contextlib import suppress
from typing import Any

__all__ = ["resolve"]


def resolve(host: str, port: int, seconds: float) -> list[Any]:
    """Return what ``socket.getaddrinfo`` returns for TCP connections to a host.

    The lookup runs on a daemon thread, which is abandoned on a timeout. Addresses and ``localhost`` need no lookup.

    :param seconds: the maximum duration of the lookup, in seconds
    :raises TimeoutError: the lookup takes longer; ``socket.timeout`` before Python 3.10
    :raises OSError: the name is unknown
    """
    if host == "localhost" or _is_address(host):
        return _look_up(host, port)
    found: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found.put(_look_up(host, port))
        except Exception as error:  # noqa: BLE001 - raised in the thread that waits
            found.put(error)

    try:
        threading.Thread(target=look_up, daemon=True, name="vidispine-dns").start()
    except RuntimeError:
        # The interpreter is shutting down.
        return _look_up(host, port)
    try:
        result = found.get(timeout=seconds)
    except queue.Empty:
        raise socket.timeout(f"looking up {host} took too long") from None
    if isinstance(result, Exception):
        raise result
    return list(result)


def _is_address(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError):
            socket.inet_pton(family, host.partition("%")[0])
            return True
    return False


def _look_up(host: str, port: int) -> list[Any]:
    return socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
