"""Converts errors of urllib3 to errors of this package, with plain messages."""

from __future__ import annotations

import socket
import ssl
from http.client import BadStatusLine
from typing import TYPE_CHECKING

from urllib3.exceptions import (
    ClosedPoolError,
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    LocationValueError,
    MaxRetryError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    SSLError,
)
from urllib3.exceptions import TimeoutError as UrllibTimeoutError

from vidispine._transport.call import IDEMPOTENT_METHODS
from vidispine.exceptions import ApiConnectionError, ApiDecodeError, ApiException, ApiResponseError, ApiTimeoutError

if TYPE_CHECKING:
    from vidispine._transport.call import Call
    from vidispine._transport.deadline import Deadline

__all__ = ["CLOSED", "HandshakeError", "cause_of", "describe", "http_error", "reason_of", "translate", "unsent_error"]

CLOSED = "this client is closed: create a new client"
_EARLIER_ATTEMPT = "the server may have processed an earlier attempt"


class HandshakeError(SSLError):
    """The TLS handshake failed, so nothing was sent; urllib3 itself does not distinguish that."""


def translate(error: BaseException, call: Call) -> ApiException:
    """Return this package's error for one of urllib3's."""
    cause = reason_of(error)
    if call.deadline is not None and call.expired:
        return _deadline_error(call.deadline, cause, call)
    connection_error = unsent_error(cause, call.origin)
    if connection_error is not None:
        if call.may_have_been_processed:
            return ApiResponseError(0, connection_error.reason, hint=_EARLIER_ATTEMPT)
        return connection_error
    hint = _hint(call.method)
    if isinstance(cause, UrllibTimeoutError) or _stalled(cause):
        return ApiTimeoutError(0, f"no response from {call.origin} in time", hint=hint)
    if isinstance(cause, DecodeError):
        return ApiDecodeError(0, f"the response's encoding is broken: {describe(cause)}", hint=hint)
    if isinstance(cause, (ProtocolError, SSLError, ProxyError)):
        return ApiResponseError(0, f"the connection to {call.origin} broke: {describe(cause)}", hint=hint)
    return ApiResponseError(0, f"no usable response from {call.origin}: {describe(cause)}", hint=hint)


def _deadline_error(deadline: Deadline, cause: BaseException, call: Call) -> ApiTimeoutError:
    error = deadline.error()
    if unsent_error(cause, call.origin) is not None and not call.may_have_been_processed:
        error.sent = False
    else:
        error.hint = _hint(call.method)
    return error


def _stalled(error: BaseException) -> bool:
    # urllib3 reports a timeout while sending a body as a broken connection.
    return isinstance(error, ProtocolError) and isinstance(error.args[-1], socket.timeout)


def reason_of(error: BaseException) -> BaseException:
    """Return the reason of an error that only reports that the retries are exhausted."""
    while isinstance(error, MaxRetryError) and error.reason is not None:
        error = error.reason
    return error


def unsent_error(cause: BaseException, where: str) -> ApiConnectionError | None:
    """Return the error for a request that was certainly not sent; ``None`` if it may have been."""
    if isinstance(cause, ProxyError) and isinstance(cause.original_error, (ConnectTimeoutError, HandshakeError)):
        return ApiConnectionError(0, f"cannot connect through the proxy: {describe(cause)}")
    if isinstance(cause, ClosedPoolError):
        return ApiConnectionError(0, CLOSED)
    if isinstance(cause, HandshakeError):
        reason = describe(cause)
        # OpenSSL's words for a response that is not TLS. They differ between its versions.
        is_plain = any(words in reason.lower() for words in ("wrong version number", "record layer failure"))
        hint = "does the server use http:// instead of https://?" if is_plain else None
        return ApiConnectionError(0, f"cannot make a secure connection to {where}: {reason}", hint=hint)
    if isinstance(cause, NewConnectionError):
        return ApiConnectionError(0, f"cannot connect to {where}: {describe(cause)}", hint="is the server running?")
    if isinstance(cause, LocationValueError):
        return ApiConnectionError(0, f"cannot connect to {where}: no host can have this name")
    if isinstance(cause, ConnectTimeoutError):
        return ApiConnectionError(0, f"cannot connect to {where}: no response in time")
    return None


def _hint(method: str) -> str | None:
    if method in IDEMPOTENT_METHODS:
        return None
    return "the server may have processed it: check before you send it again"


def describe(error: BaseException) -> str:
    """Return a plain description of an error: that of the operating system, if there is one."""
    # urllib3 passes the original error as the last argument.
    inner = error.args[-1] if error.args else None
    if isinstance(inner, BaseException):
        return describe(inner)
    if isinstance(error, ssl.SSLError):
        return _describe_tls(error)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    cause = error.__context__ if error.__cause__ is None else error.__cause__
    if isinstance(cause, OSError):
        return describe(cause)
    if isinstance(error, BadStatusLine) and not isinstance(error, OSError):
        return f"this is not HTTP: {error}"
    # urllib3 puts the connection's repr before the colon.
    return str(error).rpartition(">: ")[2]


def _describe_tls(error: ssl.SSLError) -> str:
    verification = getattr(error, "verify_message", None)
    return str(verification or (error.reason or "").replace("_", " ").lower() or error)


def cause_of(failure: ApiException) -> Exception:
    """Return the urllib3 error that caused an error of this package."""
    return failure.__cause__ if isinstance(failure.__cause__, HTTPError) else ProtocolError(str(failure))


def http_error(reason: Exception) -> HTTPError:
    """Return a reason as an ``HTTPError`` of urllib3, because some reasons have another class."""
    return reason if isinstance(reason, HTTPError) else HTTPError(reason)
