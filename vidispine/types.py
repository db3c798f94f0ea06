"""Types for the signatures of the API classes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Callable, Optional, TypedDict, TypeVar, Union

if TYPE_CHECKING:
    import os
    from datetime import datetime
    from typing import BinaryIO, Generic, NamedTuple, TextIO

    from urllib3.util.retry import Retry

__all__ = [
    "ApiResponse",
    "CallInfo",
    "CallOptions",
    "ClientOptions",
    "Document",
    "FileBody",
    "Form",
    "PageOptions",
    "Pairs",
    "Progress",
    "SaveTo",
    "Strings",
    "Time",
    "Timeout",
    "XmlDocument",
]

T = TypeVar("T")

Strings = Union[str, Iterable[str]]
"""One string (a single value), or an iterable of strings."""

Pairs = Union[str, Iterable[str], Mapping[str, object]]
"""One or several strings ``key=value``, or a mapping: ``{"itemId": "VX-1"}`` means ``itemId=VX-1``."""

Time = Union[str, "datetime"]
"""A :class:`~datetime.datetime`, or ISO 8601 text, which is sent unchanged."""

Document = Mapping[str, Any]
"""A document as ``json.loads`` returns it."""

XmlDocument = Union[Document, str, bytes, "os.PathLike[str]", "BinaryIO", "TextIO"]
"""A document as ``json.loads`` returns it, or XML: text, bytes in the encoding that the XML declares, a path or an open
file. A ``str`` is the XML itself.
"""

Form = Mapping[str, Any]
"""The fields of a form: text, numbers, times, lists of these; in a multipart form also documents, bytes, paths, open
binary files, and ``(file name, content, media type)``.
"""

Timeout = Union[float, "tuple[float | None, float | None]", None]
"""A timeout in seconds for connecting and for each read, or a pair ``(connect, read)``; ``None``: no timeout."""

FileBody = Union[str, bytes, "os.PathLike[str]", "BinaryIO", Iterator[bytes]]
"""A file to send: bytes, text, a path, an open binary file, or an iterator of bytes. A ``str`` is the content."""

SaveTo = Union[str, "os.PathLike[str]", "BinaryIO"]
"""The path of a file, an existing folder, or a binary file that is open for writing."""

Progress = Callable[[int, Optional[int]], object]
"""Called with the number of bytes transferred and the total number of bytes; the total is ``None`` if unknown."""


class PageOptions(TypedDict, total=False):
    """Options of the methods that iterate over a list. They apply to each request."""

    _request_timeout: Timeout
    """The timeout in seconds, or ``(connect, read)`` in seconds. Default: ``Configuration.timeout``."""

    _headers: Mapping[str, str]
    """Additional headers for this call. They replace headers of the client that have the same name."""

    _deadline: float | None
    """The maximum duration of the call with all retries, in seconds. Default: ``None``, which means no limit."""


class CallOptions(PageOptions, total=False):
    """Options of all operations."""

    _accept: str
    """The media type to request. Text and XML are returned as ``str``. Default: the operation's first media type."""

    _save_to: SaveTo
    """Where to save the file that the operation returns: a path, which is overwritten; a folder, where the server names
    the file; or an open binary file. Default: the folder ``Configuration.temp_folder_path``.
    """

    _on_progress: Progress
    """Called for each chunk of an upload or a download, with the bytes transferred and the total or ``None``."""

    _return_http_data_only: bool
    """``False`` returns ``ApiResponse(data, status, headers)``, like ``_with_http_info`` methods. Default: ``True``."""

    _preload_content: bool
    """``False`` returns the unread :class:`urllib3.response.BaseHTTPResponse`; release it. Default: ``True``."""

    async_req: bool
    """``True`` returns a :class:`multiprocessing.pool.AsyncResult`. Default: ``False``."""


class ClientOptions(TypedDict, total=False):
    """Options of ``Client.with_options``. Omitted options have the values of the original client."""

    run_as: str | None
    """Name of the user to act as, which the server allows to administrators. ``None``: the user of the credentials."""

    timeout: Timeout
    """The timeout in seconds, or ``(connect, read)`` in seconds; ``None``: no limit."""

    retries: int | Retry | None
    """Number of retries for idempotent calls, from 0; or a :class:`urllib3.util.Retry`. ``None``: 2."""

    headers: Mapping[str, str]
    """Headers of every request. They replace headers that have the same name, also ``Authorization``."""


class CallInfo:
    """The outcome of a call, which the functions in ``Configuration.after_call`` receive."""

    __slots__ = (
        "attempts",
        "bytes_received",
        "bytes_sent",
        "error",
        "method",
        "operation",
        "path",
        "route",
        "seconds",
        "status",
    )

    operation: str | None
    """The operation, such as ``get_job``; ``None`` for a call that is not an operation."""
    method: str
    """The HTTP method."""
    path: str
    """The path as sent, without the query, such as ``/API/job/VX-29``."""
    route: str | None
    """The path template, such as ``/job/{job-id}``; ``None`` for a call that is not an operation."""
    status: int
    """The HTTP status of the last response; ``0`` if the last attempt got no response."""
    attempts: int
    """The number of requests that were sent, with retries and redirects; ``0`` if none was."""
    seconds: float
    """The duration of the call with all attempts, in seconds, until the result was decoded."""
    bytes_sent: int
    """The number of bytes of all requests, with their headers."""
    bytes_received: int
    """The number of bytes of the bodies of all responses, before they are decompressed. A response that is returned
    unread is not counted."""
    error: BaseException | None
    """The exception that the call raised; ``None`` if it was successful."""

    def __init__(
        self,
        *,
        operation: str | None,
        method: str,
        path: str,
        route: str | None,
        status: int,
        attempts: int,
        seconds: float,
        bytes_sent: int,
        bytes_received: int,
        error: BaseException | None,
    ) -> None:
        self.operation = operation
        self.method = method
        self.path = path
        self.route = route
        self.status = status
        self.attempts = attempts
        self.seconds = seconds
        self.bytes_sent = bytes_sent
        self.bytes_received = bytes_received
        self.error = error

    def __repr__(self) -> str:
        outcome = self.status if self.error is None else repr(self.error)
        return f"<CallInfo {self.operation}: {self.method} {self.path} -> {outcome} in {self.seconds:.3f} s>"


if TYPE_CHECKING:

    class ApiResponse(NamedTuple, Generic[T]):
        """The response to a call."""

        data: T
        """The result, as the variant without ``_with_http_info`` returns it."""
        status: int
        """The HTTP status, such as ``200``."""
        headers: Mapping[str, str]
        """The headers of the response. Names are case-insensitive."""

else:
    from collections import namedtuple

    # Generic NamedTuples require Python 3.11.
    ApiResponse = namedtuple("ApiResponse", "data status headers")  # noqa: PYI024
    ApiResponse.__doc__ = "The response to a call: ``data``, the HTTP ``status`` and the ``headers``."
