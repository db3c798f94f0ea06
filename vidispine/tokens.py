"""Tokens of the server, fetched with user and password when they are needed."""

from __future__ import annotations

import copy
import threading
import time
from typing import TYPE_CHECKING

from vidispine._transport.forking import register_after_fork
from vidispine.api import UserTokenApi
from vidispine.api_client import ApiClient
from vidispine.exceptions import ApiDecodeError, ApiTypeError, ApiValueError

if TYPE_CHECKING:
    from vidispine.configuration import Configuration

__all__ = ["TokenSource"]

SECONDS = 60
"""What servers let everybody have, unless they are set up otherwise."""
_USED = 0.8
"""Part of a token's time after which another is fetched, so that no request arrives with one that just expired."""


class TokenSource:
    """Fetches a token with user and password, another one before that expires, and one when the server refuses it.

    The password then travels once a minute instead of with each request::

        configuration.token = vidispine.TokenSource(configuration)

    Threads and clients may share it.

    :param configuration: where to get tokens, with the ``username`` and ``password`` to get them for; it is copied
    :param seconds: how long a token is valid, in seconds from 1; 60 by default. Servers give more than their setting
        ``userTokenMaxInterval`` (60 unless changed) to administrators only.
    :raises ApiTypeError, ApiValueError: there is no user, or that is no number of seconds
    """

    def __init__(self, configuration: Configuration, seconds: int = SECONDS) -> None:
        if isinstance(seconds, bool) or not isinstance(seconds, int):
            raise ApiTypeError(f"seconds must be a whole number, not a {type(seconds).__name__}")
        if seconds < 1:
            raise ApiValueError(f"seconds must be a whole number from 1, not {seconds}")
        if not configuration.username:
            raise ApiValueError("a TokenSource needs the username and password of its Configuration")
        self._configuration = copy.copy(configuration)
        self._configuration.token = self._configuration.bearer = self._configuration.run_as = None
        self._seconds = seconds
        self._reset_after_fork()
        register_after_fork(self)

    def _reset_after_fork(self) -> None:
        """Start without a token; a process that was forked does, since a thread of its parent may be amid fetching."""
        self._token: str | None = None
        self._renewed_at = 0.0
        self._lock = threading.Lock()

    def __call__(self) -> str:
        """Return a token that is valid for a while, fetched now if need be.

        :raises ApiException: the server gives none
        """
        with self._lock:
            if self._token is None or time.monotonic() >= self._renewed_at:
                # Its time is counted from before the server began to count.
                self._renewed_at = time.monotonic() + self._seconds * _USED
                self._token = self._fetch()
            return self._token

    def renew(self, refused: str) -> None:
        """Forget a token that the server refused; one that was fetched in the meantime stays."""
        with self._lock:
            if self._token == refused:
                self._token = None

    def _fetch(self) -> str:
        # A client for one call: it is too rare to keep a connection for.
        with ApiClient(self._configuration) as client:
            token = UserTokenApi(client).get_auth_token(seconds=self._seconds).token
        if not token:
            raise ApiDecodeError(200, "the answer holds no token", operation="get_auth_token")
        return token

    def __repr__(self) -> str:
        return f"TokenSource({self._configuration!r})"
