"""What went wrong with a request: the errors of urllib3 as errors of this package, in the plainest words there are."""

from __future__ import annotations

import socket
import ssl
from http.client import BadStatusLine
from typing import TYPE_CHECKING, NamedTuple

from urllib3.exceptions import (
    ClosedPoolError,
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    SSLError,
)
from urllib3.exceptions import TimeoutError as WaitError

from vidispine._transport.retry import REPEATABLE, HandshakeError
from vidispine.exceptions import ApiConnectionError, ApiDecodeError, ApiException, ApiResponseError, ApiTimeoutError

if TYPE_CHECKING:
    from vidispine._transport.deadline import Deadline

__all__ = ["CLOSED", "Attempt", "cause_of", "http_error", "reason_of", "translate", "unsent_error", "words_for"]

CLOSED = "this client is closed: make a new ApiClient"
_SENT_BEFORE = "an earlier attempt may have been carried out"


class Attempt(NamedTuple):
    """What is known about a request when something goes wrong with it."""

    method: str
    origin: str
    deadline: Deadline | None
    sent: bool = False
    """Whether the request may have been carried out in an attempt before this one."""

    def refuse_late(self, cause: BaseException | None = None) -> None:
        """Refuse what was received until the deadline cut it off, which may look like an answer."""
        if self.deadline is not None and self.deadline.expired:
            raise self.late(self.deadline, cause) from cause

    def late(self, deadline: Deadline, cause: BaseException | None) -> ApiTimeoutError:
        """Return the error for a request that the deadline cut off, after this failure or amid the answer."""
        error = deadline.error()
        if isinstance(cause, (ConnectTimeoutError, HandshakeError)) and not self.sent:
            error.sent = False
        else:
            error.hint = _perhaps_done(self.method)
        return error


def translate(error: HTTPError, attempt: Attempt) -> ApiException:
    """Return the error of ours for one of urllib3's."""
    method, where, deadline, sent_before = attempt
    cause = reason_of(error)
    if deadline is not None and deadline.expired:
        return attempt.late(deadline, cause)
    unsent = unsent_error(cause, where)
    if unsent is not None:
        return ApiResponseError(0, unsent.reason, hint=_SENT_BEFORE) if sent_before else unsent
    if isinstance(cause, WaitError) or _stalled(cause):
        return ApiTimeoutError(0, f"no answer from {where} in time", hint=_perhaps_done(method))
    if isinstance(cause, DecodeError):
        return ApiDecodeError(0, f"the answer's encoding is broken: {words_for(cause)}", hint=_perhaps_done(method))
    if isinstance(cause, (ProtocolError, SSLError, ProxyError)):
        return ApiResponseError(0, f"the connection to {where} broke: {words_for(cause)}", hint=_perhaps_done(method))
    return ApiResponseError(0, f"no usable answer from {where}: {words_for(cause)}", hint=_perhaps_done(method))


def _stalled(error: BaseException) -> bool:
    # What times out as a body is sent is for urllib3 a connection that broke.
    return isinstance(error, ProtocolError) and isinstance(error.args[-1], socket.timeout)


def reason_of(error: BaseException) -> BaseException:
    """Return what is behind an error that says only that there are no more attempts."""
    while isinstance(error, MaxRetryError) and error.reason is not None:
        error = error.reason
    return error


def unsent_error(cause: BaseException, where: str) -> ApiConnectionError | None:
    """Return the error for a request that certainly did not leave."""
    if isinstance(cause, ProxyError) and isinstance(cause.original_error, (ConnectTimeoutError, HandshakeError)):
        return ApiConnectionError(0, f"cannot connect through the proxy: {words_for(cause)}")
    if isinstance(cause, ClosedPoolError):
        return ApiConnectionError(0, CLOSED)
    if isinstance(cause, HandshakeError):
        return ApiConnectionError(0, f"cannot make a secure connection to {where}: {words_for(cause)}")
    if isinstance(cause, NewConnectionError):
        return ApiConnectionError(0, f"cannot connect to {where}: {words_for(cause)}", hint="is the server running?")
    if isinstance(cause, ConnectTimeoutError):
        return ApiConnectionError(0, f"cannot connect to {where}: no answer in time")
    return None


def _perhaps_done(method: str) -> str | None:
    if method in REPEATABLE:
        return None
    return "it may have been carried out, so look before you repeat it"


def words_for(error: BaseException) -> str:
    """Return the plainest words for what went wrong: the operating system's, where it said something."""
    # urllib3 hands on what it caught as its own error's last argument.
    inner = error.args[-1] if error.args else None
    if isinstance(inner, BaseException):
        return words_for(inner)
    if isinstance(error, ssl.SSLError):
        return _tls_words(error)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    cause = error.__context__ if error.__cause__ is None else error.__cause__
    if isinstance(cause, OSError):
        return words_for(cause)
    if isinstance(error, BadStatusLine) and not isinstance(error, OSError):
        return f"this is no HTTP: {error}"
    # urllib3 puts the connection's repr before the colon.
    return str(error).rpartition(">: ")[2]


def _tls_words(error: ssl.SSLError) -> str:
    verification = getattr(error, "verify_message", None)
    return str(verification or (error.reason or "").replace("_", " ").lower() or error)


def cause_of(failure: ApiException) -> Exception:
    """Return the error of urllib3 that became one of ours."""
    return failure.__cause__ if isinstance(failure.__cause__, HTTPError) else ProtocolError(str(failure))


def http_error(reason: Exception) -> HTTPError:
    """Return an error as one of urllib3's, which some of its reasons are not."""
    return reason if isinstance(reason, HTTPError) else HTTPError(reason)
