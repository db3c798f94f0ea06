"""The end of a call: the time by which all of it, with its retries, is over."""

from __future__ import annotations

import math
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from vidispine.exceptions import ApiTimeoutError, ApiTypeError, ApiValueError

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Deadline", "current", "watch"]

_CURRENT = threading.local()


class Deadline:
    """Ends a call after some seconds, whatever it is waiting for.

    The socket's own timeouts are for each read, so a server that sends a byte now and then would never be late. While
    a call has a deadline, a timer stands by which cuts its connection.

    :param seconds: a number above 0
    :raises ApiTypeError, ApiValueError: this is no such number
    """

    def __init__(self, seconds: Any) -> None:
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
            raise ApiTypeError(f"_deadline must be a number of seconds, not a {type(seconds).__name__}")
        if not 0 < seconds < math.inf:
            raise ApiValueError(f"_deadline must be a number of seconds above 0, not {seconds!r}")
        self.seconds = seconds
        self.expired = False
        self._end = time.monotonic() + seconds
        self._connection: Any = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True

    def remaining(self) -> float:
        """Return the seconds that are left.

        :raises ApiTimeoutError: none are
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise self.error()
        return left

    def error(self) -> ApiTimeoutError:
        """Return the error for a call that was not over in time."""
        return ApiTimeoutError(0, f"not over within the {self.seconds:g} seconds of its deadline")

    def watch(self, connection: Any) -> None:
        """Cut this connection when the time is over; ``None`` when the call is between connections."""
        with self._lock:
            self._connection = connection

    def _expire(self) -> None:
        with self._lock:
            self.expired = True
            sock = getattr(self._connection, "sock", None)
            if isinstance(sock, socket.socket):
                with suppress(OSError):
                    # The plain method, also of a secure socket, whose own would meddle with the thread that reads.
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        _CURRENT.deadline = self
        self._timer.start()
        return self

    def __exit__(self, *exception: object) -> None:
        _CURRENT.deadline = None
        self._timer.cancel()
        self.watch(None)


def current() -> Deadline | None:
    """Return the deadline of the call that this thread is carrying out; ``None`` when it has none."""
    deadline: Deadline | None = getattr(_CURRENT, "deadline", None)
    return deadline


def watch(connection: Any) -> None:
    """Let the deadline of this thread's call, if it has one, watch a connection that a request is sent over."""
    deadline = current()
    if deadline is not None:
        deadline.watch(connection)
