"""What a simulated server was asked, for tests to look at."""

from __future__ import annotations

import json
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple, overload

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["KEPT", "RecordedRequest", "Requests"]

KEPT = 1000
"""Requests that are remembered; older ones are forgotten."""


class RecordedRequest(NamedTuple):
    """One request and what became of it."""

    operation: str | None
    """Name of the operation, such as ``get_job``; ``None`` when there is none at this address."""
    method: str
    """The HTTP method, in capitals."""
    path: str
    """The path below the host, percent-encoded, such as ``/API/job/VX-1``."""
    query: list[tuple[str, str]]
    """Names and values of the query, decoded, in the order in which they came."""
    headers: Mapping[str, str]
    """The headers by name, in the form ``Content-Type``; without credentials and cookies."""
    body: bytes
    """The body, if it is a document of at most 1 MiB; files are not kept."""
    status: int
    """The status that it was answered with; ``0`` when a fault cut the connection."""

    @property
    def json(self) -> Any:
        """The body as :func:`json.loads` reads it.

        :raises ValueError: it is no JSON
        """
        return json.loads(self.body)

    def values(self, name: str) -> list[str]:
        """Return the values of a parameter of the query; none when it was not sent."""
        return [value for known, value in self.query if known == name]


class Requests:
    """The requests that have been answered, the oldest first. Threads may read while others are answered."""

    def __init__(self) -> None:
        self._kept: deque[RecordedRequest] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    def add(self, request: RecordedRequest) -> None:
        """Remember a request."""
        with self._lock:
            self._kept.append(request)

    def of(self, operation: str) -> list[RecordedRequest]:
        """Return the requests for an operation, such as ``create_custom_job``."""
        return [request for request in self if request.operation == operation]

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[RecordedRequest]:
        with self._lock:
            return iter(list(self._kept))

    @overload
    def __getitem__(self, index: int) -> RecordedRequest: ...

    @overload
    def __getitem__(self, index: slice) -> list[RecordedRequest]: ...

    def __getitem__(self, index: int | slice) -> RecordedRequest | list[RecordedRequest]:
        return list(self)[index]

    def __repr__(self) -> str:
        return f"<Requests {[f'{request.method} {request.path}' for request in self]}>"
