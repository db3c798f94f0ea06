"""WSGI middleware that records requests."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request as HttpRequest

from vidispine.simulator.http.recorded_requests import RecordedRequest, Requests
from vidispine.simulator.http.routes import operation_name, request_target, split_target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_BODY_BYTES = 1024 * 1024
_DOCUMENTS = re.compile(r"text/.*|.*[/+](json|xml)|")
_CREDENTIALS = frozenset({"Authorization", "Cookie"})


class RequestRecorder:
    """Records the requests to a WSGI application."""

    def __init__(self, application: WSGIApplication, requests: Requests) -> None:
        self._application = application
        self._requests = requests

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass one request on and record it with the status of the response."""
        request = HttpRequest(environ)
        path, query = split_target(request_target(environ))
        operation = operation_name(environ)
        headers = {name: value for name, value in request.headers.items() if name not in _CREDENTIALS}
        body = _document(request)

        def record(status: int) -> None:
            self._requests.add(RecordedRequest(operation, request.method, path, query, headers, body, status))

        def start(status: str, response_headers: Any, *more: Any) -> Any:
            record(int(status[:3]))
            return start_response(status, response_headers, *more)

        try:
            return self._application(environ, start)
        except ConnectionError:
            record(0)
            raise


def _document(request: HttpRequest) -> bytes:
    """Return the body when it is a small document, and leave it readable."""
    length = request.content_length or 0
    if not (0 < length <= MAX_BODY_BYTES and _DOCUMENTS.fullmatch(request.mimetype)):
        return b""
    data: bytes = request.environ["wsgi.input"].read(length)
    request.environ["wsgi.input"] = io.BytesIO(data)
    return data
