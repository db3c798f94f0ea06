"""The requests that a simulator received, for assertions in tests."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from vidispine._documents.json import load_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_REQUESTS = 1000
"""Maximum number of recorded requests. The oldest ones are dropped."""


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
