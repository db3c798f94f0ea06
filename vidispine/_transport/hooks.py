"""The interfaces for hooks and instrumentation."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any, Protocol

from vidispine._transport.headers import check_header_name, check_header_value
from vidispine.exceptions import ApiTypeError, ApiValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from vidispine._transport.call import Call

__all__ = ["Instrumentation", "PreparedRequest", "RequestHeaders"]


class RequestHeaders(MutableMapping[str, str]):
    """The headers of a request. Names are case-insensitive; values must be text. The ``repr`` shows no value."""

    __slots__ = ("_headers",)

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = {name.lower(): (name, value) for name, value in headers.items()}

    def __getitem__(self, name: str) -> str:
        return self._headers[name.lower()][1]

    def __setitem__(self, name: str, value: str) -> None:
        for text in (name, value):
            if not isinstance(text, str):
                raise ApiTypeError(f"the name and the value of a header must be text, not {type(text).__name__}")
        if name.lower() in ("content-length", "transfer-encoding"):
            raise ApiValueError(f"the header {name} must not be set: it is made from the body")
        self._headers[check_header_name(name).lower()] = (name, check_header_value(f"the header {name}", value))

    def __delitem__(self, name: str) -> None:
        del self._headers[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._headers.values())

    def __len__(self) -> int:
        return len(self._headers)

    def __repr__(self) -> str:
        return f"<RequestHeaders: {', '.join(self)}>"


class PreparedRequest:
    """The request of one attempt, as the hooks in ``before_request`` receive it. Only ``headers`` can be changed."""

    __slots__ = ("attempt", "headers", "method", "operation", "route", "url")

    def __init__(self, call: Call, method: str, url: str, headers: Mapping[str, str]) -> None:
        #: the operation, such as ``get_job``; ``None`` for a call that is not an operation
        self.operation = call.operation
        #: the path template, such as ``/job/{job-id}``; ``None`` for a call that is not an operation
        self.route = call.route
        #: the number of the attempt, from 1
        self.attempt = call.attempts + 1
        #: the HTTP method; ``GET`` after a redirect with status 303
        self.method = method
        #: the URL, with its query
        self.url = url
        #: the headers, including credentials: a mutable mapping with case-insensitive names. Changes are sent
        self.headers = RequestHeaders(headers)

    def __repr__(self) -> str:
        return f"<PreparedRequest {self.method} {self.url.partition('?')[0]}>"


class Instrumentation(Protocol):
    """The interface for tracing. ``RESTClientObject.instrumentation`` is the current one."""

    def enclose_call(self, call: Call) -> AbstractContextManager[object]:
        """Return a context manager that encloses a call."""
        ...

    def enclose_attempt(self, call: Call, request: PreparedRequest) -> AbstractContextManager[object]:
        """Return a context manager that encloses an attempt, until its response or failure.

        At its exit, ``call.status`` and ``call.failure`` have the outcome.
        """
        ...


def run_before_request(hooks: Iterable[Callable[[PreparedRequest], Any]], request: PreparedRequest) -> None:
    """Call the hooks in ``before_request``, whose exceptions are raised unchanged."""
    for hook in tuple(hooks):
        hook(request)
