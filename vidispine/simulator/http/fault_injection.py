"""Fault injection: errors, lost connections and delays on demand, and the WSGI middleware that applies them."""

from __future__ import annotations

import errno
import math
import threading
import warnings
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from werkzeug.wrappers import Response as HttpResponse

from vidispine._calls.operation import JSON
from vidispine.simulator.http.routes import operation_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HANG_UP = "hang up"
LOSE_RESPONSE = "lose response"
STALL = "stall"

DISCONNECTS = (HANG_UP, LOSE_RESPONSE)
"""Faults that close the connection instead of sending a response."""

_NAMES_OF_6_0 = {"lose answer": LOSE_RESPONSE}

_PHRASES = {status.value: status.phrase for status in HTTPStatus}


class InjectedFault(NamedTuple):
    """A fault for one request."""

    kind: int | str
    operation: str | None
    seconds: float
    retry_after: float | None


class FaultInjector:
    """The pending faults: ``vidicore.faults``. Each applies to one request. Thread-safe."""

    def __init__(self) -> None:
        self._pending: list[InjectedFault] = []
        self._lock = threading.Lock()

    def next(
        self,
        kind: int | str,
        *,
        times: int = 1,
        operation: str | None = None,
        seconds: float = 60.0,
        retry_after: float | None = None,
    ) -> None:
        """Add faults for the next requests, after the faults that are already pending.

        :param kind: a status code from 400 to 599, which is returned without executing the request; ``"hang up"``,
            which closes the connection without executing the request; ``"lose response"``, which executes the request
            and closes the connection; or ``"stall"``, which delays the request
        :param times: number of requests, from 1
        :param operation: name of the operation, such as ``get_job``. Default: any operation
        :param seconds: delay of ``"stall"``, after which the request is executed
        :param retry_after: value of the ``Retry-After`` header in seconds, with a status code. Default: no header
        :raises ValueError: an argument is invalid
        """
        if kind in _NAMES_OF_6_0:
            new_kind = _NAMES_OF_6_0[str(kind)]
            warnings.warn(
                f"use {new_kind!r} instead of {kind!r}, which 7.0.0 removes", DeprecationWarning, stacklevel=2
            )
            kind = new_kind
        known = kind in (*DISCONNECTS, STALL) if isinstance(kind, str) else 400 <= kind <= 599
        if not known:
            kinds = ", ".join(map(repr, (*DISCONNECTS, STALL)))
            raise ValueError(f"a fault is a status from 400 to 599 or one of {kinds}, not {kind!r}")
        if times < 1:
            raise ValueError(f"times must be an integer of at least 1, not {times!r}")
        if not 0 <= seconds < math.inf:
            raise ValueError(f"seconds must be a number of at least 0, not {seconds!r}")
        with self._lock:
            # No system waits longer.
            fault = InjectedFault(kind, operation, min(seconds, threading.TIMEOUT_MAX), retry_after)
            self._pending += [fault] * times

    def take(self, operation: str | None) -> InjectedFault | None:
        """Remove and return the first fault for an operation, ``None`` when there is none."""
        with self._lock:
            for index, fault in enumerate(self._pending):
                if fault.operation in (None, operation):
                    return self._pending.pop(index)
        return None

    def clear(self) -> None:
        """Remove all pending faults."""
        with self._lock:
            self._pending.clear()

    def __len__(self) -> int:
        return len(self._pending)

    def __repr__(self) -> str:
        return f"<FaultInjector {[fault.kind for fault in self._pending]}>"


class FaultMiddleware:
    """Applies the pending faults to the requests to a WSGI application."""

    def __init__(self, application: WSGIApplication, faults: FaultInjector) -> None:
        self._application = application
        self._faults = faults
        self._closing = threading.Event()

    def close(self) -> None:
        """End the delays of stalled requests."""
        self._closing.set()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Handle one request.

        :raises ConnectionResetError: the server must close the connection
        """
        fault = self._faults.take(operation_name(environ))
        if fault is None:
            return self._application(environ, start_response)
        if fault.kind == STALL:
            if self._closing.wait(fault.seconds):
                raise _connection_reset()
            return self._application(environ, start_response)
        if fault.kind not in DISCONNECTS:
            return _error_response(fault)(environ, start_response)
        if fault.kind == LOSE_RESPONSE:
            self._execute(environ)
        raise _connection_reset()

    def _execute(self, environ: WSGIEnvironment) -> None:
        """Execute a request and discard the response."""
        response = self._application(environ, _discard)
        for _ in response:
            pass
        close: Callable[[], None] | None = getattr(response, "close", None)
        if close is not None:
            close()


def _error_response(fault: InjectedFault) -> HttpResponse:
    """Return an error as VidiCore's web framework or a proxy sends it, without an error document."""
    status = int(fault.kind)
    phrase = f"{status} {_PHRASES.get(status, 'Unknown')}"
    response = HttpResponse(f'{{"code":{status},"message":"HTTP {phrase}"}}', phrase)
    response.content_type = JSON
    if fault.retry_after is not None:
        response.headers["Retry-After"] = f"{min(fault.retry_after, 1e18):g}"
    return response


def _connection_reset() -> ConnectionResetError:
    # On this error, cheroot closes the connection without a response and without a log record.
    return ConnectionResetError(errno.ECONNRESET, "injected fault")


def _discard(*_: Any) -> Any:
    return _discard
