"""What the log says of a call: only what is certainly no secret, and of bodies nothing unless that is asked for."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from vidispine._calls.response import media_type, text_of

if TYPE_CHECKING:
    from vidispine._calls.request import Request
    from vidispine._transport.response import RESTResponse
    from vidispine.exceptions import ApiException

__all__ = ["LOGGER", "is_wanted", "log_call", "log_failure"]

LOGGER = logging.getLogger("vidispine")

_TEXTUAL = re.compile(r"text/.*|.*[/+](json|xml)")


def is_wanted() -> bool:
    """Tell whether anybody reads it."""
    return LOGGER.isEnabledFor(logging.DEBUG)


def log_call(operation: str | None, request: Request, response: RESTResponse, seconds: float, shown: int) -> None:
    """Log a call that was answered.

    :param shown: characters to show of each body; those of calls that carry secrets are never shown
    """
    LOGGER.debug(
        "%s: %s -> %s in %.0f ms, %s bytes sent, %s received",
        operation,
        _target(request),
        response.status,
        seconds * 1000,
        _size(request.body),
        _size(response.data),
    )
    if shown > 0 and not request.hides:
        if isinstance(request.body, bytes) and request.body:
            LOGGER.debug("%s: sent %s", operation, _cut(request.body.decode("utf-8", "replace"), shown))
        if response.data and _TEXTUAL.fullmatch(media_type(response)):
            LOGGER.debug("%s: received %s", operation, _cut(_text(response), shown))


def log_failure(operation: str | None, request: Request, failure: ApiException, seconds: float) -> None:
    """Log a call that was not answered."""
    LOGGER.debug("%s: %s -> %s after %.0f ms", operation, _target(request), type(failure).__name__, seconds * 1000)


def _target(request: Request) -> str:
    """Return the method, the path and the names of the query's parameters: never their values."""
    path, _, query = request.target.partition("?")
    names = ",".join(dict.fromkeys(pair.partition("=")[0] for pair in query.split("&") if pair))
    return f"{request.method} {path} [{names}]"


def _size(body: Any) -> str:
    return "0" if body is None else str(len(body)) if hasattr(body, "__len__") else "streamed"


def _text(response: RESTResponse) -> str:
    try:
        return text_of(response)
    except UnicodeDecodeError:
        return repr(bytes(response.data))


def _cut(text: str, length: int) -> str:
    """Return the beginning of a text, as one line, without credentials in the URLs of storages and the like."""
    # Some more is looked at than is shown, so that no URL is cut before its credentials can be seen as such.
    masked = re.sub(r"//[^/\s\"'<>]*@", "//***@", text[: length + 1000])
    return f"{masked[:length]!r}{'...' if len(text) > length else ''}"
