"""Authentication tokens, fetched with username and password and renewed before they expire."""

from __future__ import annotations

import copy
import threading
import time
from typing import TYPE_CHECKING, Any

from vidispine._transport.forking import register_after_fork
from vidispine._transport.retry import MAX_OUTAGE
from vidispine._values.checks import check_integer
from vidispine._values.secrets import Secret
from vidispine.api import UserTokenApi
from vidispine.api_client import ApiClient
from vidispine.exceptions import ApiDecodeError, ApiTypeError, ApiValueError

if TYPE_CHECKING:
    from vidispine.configuration import Configuration

__all__ = ["TokenSource"]

SECONDS = 60
"""Default validity in seconds: the longest that servers grant to all users unless configured otherwise."""
_MAX_SECONDS = 2**31 - 1
_USED = 0.8
"""Fraction of the validity after which a token is renewed, so that it does not expire while a request is sent."""


class TokenSource:
    """Fetches a token with username and password, and renews it before it expires or when the server rejects it.

    With the default validity, the password is sent about once a minute instead of with each request::

        configuration.token = vidispine.TokenSource(configuration)

    A ``TokenSource`` is thread-safe, and several clients can share it.

    :param configuration: the host, ``username`` and ``password`` to fetch tokens with. The configuration is copied.
    :param seconds: validity of each token, in seconds. Minimum: 1. Default: 60. Servers grant more than their setting
        ``userTokenMaxInterval`` (default: 60) to administrators only.
    :raises ApiTypeError: ``seconds`` is not an integer
    :raises ApiValueError: ``seconds`` is less than 1 or more than 2147483647, or the configuration has no ``username``
    """

    def __init__(self, configuration: Configuration, seconds: int = SECONDS) -> None:
        if not hasattr(configuration, "authorization"):
            raise ApiTypeError(f"a TokenSource takes a Configuration, not {type(configuration).__name__}")
        check_integer("seconds", seconds, 1, _MAX_SECONDS)
        if not configuration.username:
            raise ApiValueError("a TokenSource requires the username and password of its Configuration")
        self._configuration = copy.copy(configuration)
        self._configuration.token = self._configuration.bearer = self._configuration.run_as = None
        # Requests for tokens are reported like all others.
        self._configuration.before_request = configuration.before_request
        self._configuration.after_call = configuration.after_call
        # No call is possible without a token, so wait for a busy server.
        self._configuration.retry_after_ceiling = max(MAX_OUTAGE, configuration.retry_after_ceiling)
        self._seconds = seconds
        self._reset_after_fork()
        register_after_fork(self)

    def _reset_after_fork(self) -> None:
        """Discard the token and the lock. After a fork, a thread of the parent process can still hold the lock."""
        self._token: str | None = None
        self._renewed_at = 0.0
        # A hook that is called for the request for a token may make a call that needs a token.
        self._lock = threading.RLock()

    def __call__(self) -> str:
        """Return a valid token. Fetches a token if there is none, or if the current one is about to expire.

        :raises ApiException: the token cannot be fetched
        """
        with self._lock:
            if self._token is None or time.monotonic() >= self._renewed_at:
                # Measured from before the request, so that the token is renewed before it expires on the server.
                self._renewed_at = time.monotonic() + self._seconds * _USED
                self._token = self._fetch()
            return self._token

    def renew(self, refused: str) -> None:
        """Discard a token that the server rejected, unless another one was fetched in the meantime.

        :param refused: the rejected token
        """
        with self._lock:
            if self._token == refused:
                self._token = None

    def _fetch(self) -> str:
        # Fetches are too rare to keep a connection open.
        with ApiClient(self._configuration) as client:
            token = UserTokenApi(client).get_auth_token(seconds=self._seconds).token
        if not token:
            raise ApiDecodeError(200, "the response contains no token", operation="get_auth_token")
        return Secret(token)

    def __reduce__(self) -> Any:
        raise ApiTypeError("a TokenSource cannot be pickled: pickle its Configuration, and create a new one with it")

    def __repr__(self) -> str:
        return f"TokenSource({self._configuration!r})"
