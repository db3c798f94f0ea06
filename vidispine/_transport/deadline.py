"""Deadlines: the time by which a call, with all of its retries, must have ended."""

from __future__ import annotations

import socket
import time
from typing import Any

from vidispine._values.checks import check_seconds
from vidispine.exceptions import ApiTimeoutError

__all__ = ["MAX_TIMEOUT", "Deadline", "earliest"]

MAX_TIMEOUT = 2_000_000.0
"""The longest timeout that sockets of every system support, in seconds: 23 days. A longer one means no limit."""

_TOLERANCE = 0.001
"""Seconds before its end at which a deadline counts as passed: a socket may time out that much early."""


class Deadline:
    """The end of a call, enforced by the socket's timeout before each connect, read and write.

    :param seconds: a number greater than 0
    :raises ApiTypeError, ApiValueError: the value is not such a number
    """

    __slots__ = ("_end", "seconds")

    def __init__(self, seconds: Any) -> None:
        self.seconds = check_seconds("_deadline", seconds)
        self._end = time.monotonic() + self.seconds

    def remaining(self) -> float:
        """Return the seconds left, negative when the deadline has passed."""
        return self._end - time.monotonic()

    @property
    def expired(self) -> bool:
        """Whether the deadline has passed."""
        return self.remaining() <= _TOLERANCE

    def limit(self, seconds: float | None) -> float:
        """Return the smaller of a timeout and the time left.

        :param seconds: the timeout; ``None`` for no limit
        :raises TimeoutError: the deadline has passed; ``socket.timeout`` before Python 3.10
        """
        left = self.remaining()
        if left <= 0:
            raise socket.timeout("the deadline has passed")
        return min(left, MAX_TIMEOUT) if seconds is None else min(seconds, left)

    def error(self) -> ApiTimeoutError:
        """Return the error of a call that did not end in time."""
        return ApiTimeoutError(0, f"did not end within its deadline of {self.seconds:g} seconds")

    def __lt__(self, other: Deadline) -> bool:
        return self._end < other._end


def earliest(one: Deadline | None, other: Deadline | None) -> Deadline | None:
    """Return the earlier of two deadlines; ``None`` means no deadline."""
    if one is None or other is None:
        return one or other
    return min(one, other)
