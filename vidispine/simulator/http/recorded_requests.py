"""The requests that a simulator received, for assertions in tests, and the WSGI middleware that records them."""

from __future__ import annotations

import io
import re
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from werkzeug.wrappers import Request as HttpRequest

from vidispine._documents.json import load_json
from vidispine.simulator.http.routes import operation_name, request_target, split_target

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_REQUESTS = 1000
"""Maximum number of recorded requests. The oldest ones are dropped."""

MAX_BODY_BYTES = 1024 * 1024
_DOCUMENTS = re.compile(r"text/.*|.*[/+](json|xml)|")
_CREDENTIALS = frozenset({"Authorization", "Cookie"})


class RecordedRequest(NamedTuple):
    """One request and the status of its response."""

    operation: str | None
    """Name of the operation, such as ``get_job``; ``None`` when no operation has this URL."""
    method: str
    """The HTTP method, in uppercase."""
    path: str
    """The percent-encoded path, such as ``/API/job/VX-1``."""
    query: list[tuple[str, str]]
    """Decoded names and values of the query parameters, in their order."""
    headers: Mapping[str, str]
    """Request headers, named as in ``Content-Type``, without credentials and cookies."""
    body: bytes
    """The body of a document of at most 1 MiB. Files are not recorded."""
    status: int
    """Status code of the response; ``0`` when an injected fault closed the connection."""

    @property
    def json(self) -> Any:
        """The body, decoded from JSON.

        :raises ValueError: the body is not JSON
        """
        return load_json(self.body)

    def values(self, name: str) -> list[str]:
        """Return all values of a query parameter. Empty when it is missing."""
        return [value for known, value in self.query if known == name]


class Requests:
    """The recorded requests, oldest first: ``vidicore.requests``. Thread-safe."""

    def __init__(self) -> None:
        self._requests: deque[RecordedRequest] = deque(maxlen=MAX_REQUESTS)
        self._lock = threading.Lock()

    def add(self, request: RecordedRequest) -> None:
        """Add a request."""
        with self._lock:
            self._requests.append(request)

    def of(self, operation: str) -> list[RecordedRequest]:
        """Return the requests for an operation, such as ``create_custom_job``."""
        return [request for request in self if request.operation == operation]

    def clear(self) -> None:
        """Remove all requests."""
        with self._lock:
            self._requests.clear()

    def __len__(self) -> int:
        return len(self._requests)

    def __iter__(self) -> Iterator[RecordedRequest]:
        with self._lock:
            return iter(list(self._requests))

    @overload
    def __getitem__(self, index: int) -> RecordedRequest: ...

    @overload
    def __getitem__(self, index: slice) -> list[RecordedRequest]: ...

    def __getitem__(self, index: int | slice) -> RecordedRequest | list[RecordedRequest]:
        return list(self)[index]

    def __repr__(self) -> str:
        return f"<Requests {[f'{request.method} {request.path}' for request in self]}>"


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
