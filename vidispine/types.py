"""Types that the signatures of the API classes are written in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Callable, Optional, TypedDict, TypeVar, Union

if TYPE_CHECKING:
    import os
    from datetime import datetime
    from typing import BinaryIO, Generic, NamedTuple

__all__ = [
    "ApiResponse",
    "CallOptions",
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
]

T = TypeVar("T")

Strings = Union[str, Iterable[str]]
"""One string, which is one value, or any iterable of strings."""

Pairs = Union[str, Iterable[str], Mapping[str, object]]
"""``key=value`` strings, one or several, or a mapping: ``{"itemId": "VX-1"}`` stands for ``itemId=VX-1``."""

Time = Union[str, "datetime"]
"""A moment: a :class:`~datetime.datetime`, or ISO 8601 text, which is sent as it is."""

Document = Mapping[str, Any]
"""A document in wire form: what ``json.loads`` makes of its JSON."""

Form = Mapping[str, Any]
"""The fields of a form: text, numbers, times, lists of these; in a multipart form also documents, bytes, paths, open
binary files, and ``(file name, content, media type)``.
"""

Timeout = Union[float, "tuple[float | None, float | None]", None]
"""Seconds for connecting and for each read, or a pair of the two; ``None`` waits for ever."""


FileBody = Union[str, bytes, "os.PathLike[str]", "BinaryIO", Iterator[bytes]]
"""A file to send: bytes, text, a path, an open binary file, or an iterator of bytes. A ``str`` is content, no path."""

SaveTo = Union[str, "os.PathLike[str]", "BinaryIO"]
"""A path, a folder that exists, or a binary file that is open for writing."""

Progress = Callable[[int, Optional[int]], object]
"""Called with the bytes that have come and how many there will be, ``None`` while that is not known."""


class PageOptions(TypedDict, total=False):
    """Keywords that the walk through a list takes; they hold for each of its requests."""

    _request_timeout: Timeout
    """Seconds, or ``(connect, read)`` in seconds; the client's ``Configuration.timeout`` when left out."""

    _headers: Mapping[str, str]
    """Headers for this call; they win over the client's own."""

    _deadline: float
    """Seconds after which the call is over with all its retries, whatever it waits for; none when left out."""


class CallOptions(PageOptions, total=False):
    """Keywords that every operation takes."""

    _accept: str
    """Ask for another of the operation's media types: text and XML are returned as ``str``."""

    _save_to: SaveTo
    """Where an operation that returns a file puts it: a path, which is written over; a folder, in which it gets the
    server's name; or an open binary file. ``Configuration.temp_folder_path`` when left out.
    """

    _on_progress: Progress
    """Called as the pieces of a file come or go, with the bytes so far and how many there will be or ``None``."""

    _return_http_data_only: bool
    """``False`` returns ``ApiResponse(data, status, headers)``, as the ``_with_http_info`` twin does."""

    _preload_content: bool
    """``False`` returns the unread :class:`urllib3.response.BaseHTTPResponse`; whoever asks for it releases it."""

    async_req: bool
    """``True`` returns a :class:`multiprocessing.pool.AsyncResult`; its ``get()`` returns or raises."""


if TYPE_CHECKING:

    class ApiResponse(NamedTuple, Generic[T]):
        """What came back from one call."""

        data: T
        """The result, as the operation without ``_with_http_info`` returns it."""
        status: int
        """The HTTP status, such as ``200``."""
        headers: Mapping[str, str]
        """The answer's headers; names are looked up in any case."""

else:
    from collections import namedtuple

    # A generic NamedTuple cannot be made before Python 3.11.
    ApiResponse = namedtuple("ApiResponse", "data status headers")  # noqa: PYI024
    ApiResponse.__doc__ = "What came back from one call: ``data``, the HTTP ``status`` and the ``headers``."
