"""The state of one call, passed from ``ApiClient`` down to the socket."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import urllib3

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine._transport.deadline import Deadline

__all__ = ["IDEMPOTENT_METHODS", "Call"]

IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
"""Methods that are safe to retry."""

_NO_OPTIONS: Mapping[str, Any] = {}


class Call:
    """One call of an operation, with all of its requests.

    :param operation: the operation's name, such as ``get_job``; ``None`` for a call that is not an operation
    :param route: the path template, such as ``/job/{job-id}``; ``None`` for a call that is not an operation
    :param method: HTTP method
    :param host: base URL without a trailing slash
    :param target: path and query below ``host``, percent-encoded
    :param timeout: urllib3's timeouts for connecting and for each read
    :param deadline: when the whole call must have ended; ``None`` for no limit
    :param options: see :class:`vidispine.types.CallOptions`
    """

    __slots__ = (
        "attempts",
        "bytes_received",
        "bytes_sent",
        "deadline",
        "failure",
        "host",
        "max_response_bytes",
        "may_have_been_processed",
        "method",
        "operation",
        "options",
        "origin",
        "preload",
        "query",
        "route",
        "see_other",
        "started",
        "status",
        "target",
        "timeout",
    )

    def __init__(
        self,
        operation: str | None,
        method: str,
        host: str,
        target: str,
        timeout: urllib3.Timeout,
        *,
        route: str | None = None,
        deadline: Deadline | None = None,
        options: Mapping[str, Any] = _NO_OPTIONS,
        preload: bool = True,
    ) -> None:
        self.operation = operation
        self.route = route
        self.method = method
        self.host = host
        self.target = target
        self.timeout = timeout
        self.deadline = deadline
        self.options = options
        #: whether the body of the response is read immediately; ``False`` leaves it to the caller
        self.preload = preload
        #: scheme and host that requests go to, for messages
        self.origin = "the server"
        #: query of the request that is being sent, with its question mark; urllib3, which logs URLs, does not get it
        self.query = ""
        #: the maximum size of the decoded body of a response, in bytes; ``None`` for no limit
        self.max_response_bytes: int | None = None
        #: requests sent so far
        self.attempts = 0
        #: whether an earlier attempt may have been processed by the server
        self.may_have_been_processed = False
        #: path and query of the GET after a 303; the original request was processed and is not sent again
        self.see_other: str | None = None
        #: the status of the last response; 0 if the last attempt got none
        self.status = 0
        #: urllib3's error of the last attempt, for instrumentation
        self.failure: Exception | None = None
        #: bytes of requests, with their headers
        self.bytes_sent = 0
        #: bytes of bodies of responses, before they are decompressed
        self.bytes_received = 0
        self.started = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Seconds since the call began."""
        return time.perf_counter() - self.started

    @property
    def next_method(self) -> str:
        """The HTTP method of the next request: ``GET`` after a 303."""
        return self.method if self.see_other is None else "GET"

    @property
    def expired(self) -> bool:
        """Whether the deadline has passed."""
        return self.deadline is not None and self.deadline.expired

    def seconds_left(self, seconds: float | None) -> float | None:
        """Return a timeout for the socket's next step that does not exceed the deadline.

        :param seconds: the timeout without a deadline; ``None`` for no limit
        :raises TimeoutError: the deadline has passed; ``socket.timeout`` before Python 3.10
        """
        return seconds if self.deadline is None else self.deadline.limit(seconds)

    def read_timeout(self) -> float | None:
        """Return the seconds that the next read or write may take; ``None`` for no limit.

        :raises TimeoutError: the deadline has passed; ``socket.timeout`` before Python 3.10
        """
        timeout = self.timeout.read_timeout
        # In urllib3, an object represents the system's default.
        seconds = timeout if isinstance(timeout, (int, float)) else None
        return seconds if self.deadline is None else self.deadline.limit(seconds)

    def timeout_for_attempt(self) -> urllib3.Timeout:
        """Return urllib3's timeouts for an attempt that starts now.

        :raises ApiTimeoutError: the deadline has passed
        """
        if self.deadline is None:
            return self.timeout
        if self.deadline.expired:
            error = self.deadline.error()
            error.sent = self.may_have_been_processed
            raise error
        limit = self.deadline.limit
        return urllib3.Timeout(
            connect=limit(_seconds(self.timeout.connect_timeout)), read=limit(_seconds(self.timeout.read_timeout))
        )


def _seconds(timeout: object) -> float | None:
    # In urllib3, an object represents the system's default.
    return timeout if isinstance(timeout, (int, float)) else None
