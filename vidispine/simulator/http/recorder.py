"""What stands before the application: it writes down each request, and lets some of them go wrong."""

from __future__ import annotations

import errno
import io
import re
import socket
import threading
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from vidispine.operation import JSON
from vidispine.simulator.http.fault_injection import CUTS, LOSE_ANSWER, STALL, Disturbance, Disturbances
from vidispine.simulator.http.recorded_requests import RecordedRequest, Requests
from vidispine.simulator.http.routes import match, split_target, target_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["CONNECTION", "Front"]

CONNECTION = "vidispine.connection"
"""Key of a request's environment under which the server puts its socket."""

_LARGEST = 1024 * 1024
_DOCUMENTS = re.compile(r"text/.*|.*[/+](json|xml)|")
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_HIDDEN = frozenset({"Authorization", "Cookie"})


class Front:
    """A WSGI application around another one."""

    def __init__(self, application: WSGIApplication, requests: Requests, disturbances: Disturbances) -> None:
        self._application = application
        self._requests = requests
        self._disturbances = disturbances
        self._closing = threading.Event()

    def close(self) -> None:
        """End the waits of requests that stall."""
        self._closing.set()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        seen = _Seen(environ)
        disturbance = self._disturbances.take(seen.operation)

        def start(status: str, headers: Any, *more: Any) -> Any:
            self._requests.add(seen.answered(int(status[:3])))
            return start_response(status, headers, *more)

        if disturbance is None:
            return self._application(environ, start)
        if disturbance.kind == STALL:
            if self._closing.wait(disturbance.seconds):
                raise _gone()
            return self._application(environ, start)
        if disturbance.kind not in CUTS:
            return _refusal(disturbance)(environ, start)
        if disturbance.kind == LOSE_ANSWER:
            self._carry_out(environ)
        self._requests.add(seen.answered(0))
        _cut(environ)
        raise _gone()

    def _carry_out(self, environ: WSGIEnvironment) -> None:
        answer = self._application(environ, _nobody_listens)
        for _ in answer:
            pass
        close: Callable[[], None] | None = getattr(answer, "close", None)
        if close is not None:
            close()


class _Seen:
    """What is known of a request before it is answered."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        self._request = Request(environ)
        self._path, self._query = split_target(target_of(environ))
        self.operation: str | None = None
        with suppress(HTTPException):
            self.operation = match(self._request.method, self._path)[0].name
        self._body = self._document(environ)

    def _document(self, environ: WSGIEnvironment) -> bytes:
        length = self._request.content_length or 0
        if not (0 < length <= _LARGEST and _DOCUMENTS.fullmatch(self._request.mimetype)):
            return b""
        data: bytes = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = io.BytesIO(data)
        return data

    def answered(self, status: int) -> RecordedRequest:
        """Return the request as it is written down."""
        headers = {name: value for name, value in self._request.headers.items() if name not in _HIDDEN}
        method = self._request.method
        return RecordedRequest(self.operation, method, self._path, self._query, headers, self._body, status)


def _refusal(disturbance: Disturbance) -> Response:
    """Return what the server's framework, or a proxy before it, answers."""
    status = int(disturbance.kind)
    words = f"{status} {_PHRASES.get(status, 'Unknown')}"
    response = Response(f'{{"code":{status},"message":"HTTP {words}"}}', words)
    response.content_type = JSON
    if disturbance.retry_after is not None:
        response.headers["Retry-After"] = f"{disturbance.retry_after:g}"
    return response


def _gone() -> ConnectionResetError:
    """Return what says that the client has gone: the server then writes nothing, and says nothing of it."""
    return ConnectionResetError(errno.ECONNRESET, "a fault that was asked for")


def _nobody_listens(*_: Any) -> Any:
    return _nobody_listens


def _cut(environ: WSGIEnvironment) -> None:
    """Break the connection off."""
    connection: socket.socket | None = environ.get(CONNECTION)
    if connection is not None:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
