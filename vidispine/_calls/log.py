"""The log of calls. It contains no secrets, and bodies only if configured."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vidispine._calls.response import media_type, text_of
from vidispine._text.redaction import redact_text
from vidispine._transport.log import log_debug

if TYPE_CHECKING:
    from vidispine._calls.request import Request
    from vidispine._transport.call import Call
    from vidispine._transport.response import RESTResponse
    from vidispine.configuration import Configuration
    from vidispine.exceptions import ApiException

__all__ = ["log_failure", "log_response"]

_TEXTUAL = re.compile(r"text/.*|.*[/+](json|xml)")


def log_response(call: Call, request: Request, response: RESTResponse, configuration: Configuration) -> None:
    """Log a call that got a response.

    :param configuration: ``debug_bodies`` is the number of characters of each body to log; bodies of calls that carry
        secrets are never logged
    """
    debug, shown = configuration.debug, configuration.debug_bodies
    log_debug(
        debug,
        "%s: %s -> %s in %.0f ms, %s bytes sent, %s received",
        call.operation,
        _target(request),
        response.status,
        call.seconds * 1000,
        _size(request.body),
        _size(response.data),
    )
    if shown > 0 and not request.sensitive:
        if isinstance(request.body, bytes) and request.body:
            log_debug(debug, "%s: sent %s", call.operation, _shortened(request.body.decode("utf-8", "replace"), shown))
        if response.data and _TEXTUAL.fullmatch(media_type(response)):
            log_debug(debug, "%s: received %s", call.operation, _shortened(_text(response), shown))


def log_failure(call: Call, request: Request, failure: ApiException, debug: bool) -> None:
    """Log a call that got no response."""
    log_debug(
        debug,
        "%s: %s -> %s after %.0f ms",
        call.operation,
        _target(request),
        type(failure).__name__,
        call.seconds * 1000,
    )


def _target(request: Request) -> str:
    """Return the method, the path and the names of the query's parameters, never their values."""
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


def _shortened(text: str, length: int) -> str:
    """Return the beginning of a text, as one line, with the credentials in URLs masked."""
    # Search more than is shown: a URL that is truncated before its "@" would show its credentials.
    masked = redact_text(text[: length + 1000])
    return f"{masked[:length]!r}{'...' if len(text) > length else ''}"
