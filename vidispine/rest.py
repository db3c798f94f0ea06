"""HTTP on urllib3: pools, TLS, proxies, timeouts, retries and redirects.

What goes wrong here leaves as one of this package's errors, which also tells whether the request had been sent.
"""

from __future__ import annotations

import os
import random
import socket
import ssl
import threading
from http.client import BadStatusLine
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin

import urllib3
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    LocationParseError,
    MaxRetryError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    SSLError,
)
from urllib3.exceptions import TimeoutError as WaitError
from urllib3.util.retry import Retry
from urllib3.util.ssl_match_hostname import CertificateError
from urllib3.util.url import parse_url

from vidispine.configuration import DEFAULT_RETRIES, shown_url
from vidispine.exceptions import (
    ApiConnectionError,
    ApiDecodeError,
    ApiException,
    ApiResponseError,
    ApiTimeoutError,
    ApiTypeError,
    ApiValueError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vidispine.configuration import Configuration
    from vidispine.types import Timeout

__all__ = ["ApiException", "RESTClientObject", "RESTResponse", "RetryPolicy"]

REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
"""Methods that may be carried out twice without harm."""
RETRY_STATUS = frozenset({429, 502, 503, 504})
"""Answers that say: later."""
RETRY_AFTER_CEILING = 30.0
"""Seconds that a server's ``Retry-After`` is obeyed at most."""
MAX_REDIRECTS = 5


class HandshakeError(SSLError):
    """No secure connection could be made, so nothing was sent over it; urllib3 itself does not tell that apart."""


class _SecureConnection(HTTPSConnection):
    """A connection that says whether it was ever made: by the class of what it raises."""

    def connect(self) -> None:
        try:
            super().connect()
        except (ssl.SSLError, SSLError, CertificateError) as error:
            raise HandshakeError(error) from error
        except socket.timeout as error:
            raise ConnectTimeoutError(str(error)) from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection  # pyright: ignore[reportAssignmentType] - urllib3 declares a protocol


class RetryPolicy(Retry):
    """When and how long after a failure a request is sent again.

    A request that reached no server is repeated whatever its method; one that may have been carried out only if its
    method is in :data:`REPEATABLE`. Waits grow from half a second, with jitter, so that clients do not come in step.
    """

    def __init__(self, total: int | bool | None = 2, **settings: Any) -> None:
        settings.setdefault("allowed_methods", REPEATABLE)
        settings.setdefault("status_forcelist", RETRY_STATUS)
        settings.setdefault("backoff_factor", 0.5)
        settings.setdefault("redirect", 0)
        settings.setdefault("raise_on_redirect", False)
        settings.setdefault("raise_on_status", False)
        # Failures that are neither of connecting nor of reading, such as a certificate, stay as they are.
        settings.setdefault("other", 0)
        super().__init__(total, **settings)

    def _is_read_error(self, err: Exception) -> bool:
        # Both may come when the request has been sent; urllib3 would repeat even a POST after them.
        late = isinstance(err, (SSLError, ProxyError)) and not isinstance(err, HandshakeError)
        return late or super()._is_read_error(err)

    def get_backoff_time(self) -> float:
        """Return the seconds to wait before the next attempt."""
        attempts = len(self.history)
        if not attempts:
            return 0.0
        ceiling: float = min(self.backoff_factor * 2 ** (attempts - 1), 20.0)
        return ceiling * random.uniform(0.5, 1.0)  # noqa: S311 - jitter is no secret

    def get_retry_after(self, response: Any) -> float | None:
        """Return the seconds that the server asks to wait, up to the ceiling."""
        try:
            seconds = super().get_retry_after(response)
        except HTTPError:  # a header that is no time is no reason to fail
            return None
        return None if seconds is None else min(seconds, RETRY_AFTER_CEILING)


class RESTResponse:
    """An answer: its status, headers and body."""

    __slots__ = ("_request", "data", "headers", "reason", "status", "urllib3_response")

    def __init__(self, resp: Any, request: tuple[str, str] = ("GET", "the server")) -> None:
        #: urllib3's own response
        self.urllib3_response = resp
        # The method and the origin of the request, for what may go wrong with the rest of the answer.
        self._request = request
        self.status: int = resp.status
        self.reason: str | None = resp.reason
        self.headers: Mapping[str, str] = resp.headers
        #: the body, as it came; ``None`` while it has not been read
        self.data: Any = None

    def read(self) -> Any:
        """Return the whole body, read now if it was not.

        :raises ApiTimeoutError, ApiResponseError, ApiDecodeError: it does not come, or is broken
        """
        if self.data is None:
            try:
                self.data = self.urllib3_response.data
            except HTTPError as error:
                raise _translate(error, *self._request) from error
        return self.data

    def stream(self, size: int) -> Iterator[bytes]:
        """Yield the body of an unread answer in pieces of about ``size`` bytes; its connection is free afterwards.

        :raises ApiTimeoutError, ApiResponseError, ApiDecodeError: the rest does not come, or is broken
        """
        try:
            yield from self.urllib3_response.stream(size, decode_content=True)
        except HTTPError as error:
            raise _translate(error, *self._request) from error
        finally:
            # A connection with an answer that was not read to its end is of no use for another request.
            self.urllib3_response.close()
            self.urllib3_response.release_conn()

    def getheaders(self) -> Mapping[str, str]:
        """Return all headers; names are looked up in any case."""
        return self.headers

    def getheader(self, name: str, default: str | None = None) -> str | None:
        """Return one header, whatever the case of its name."""
        return self.headers.get(name, default)


class _Route(NamedTuple):
    """The way to a host; made as one, so that a thread never sees half of another thread's."""

    host: str
    process: int
    # The host's pool, or the manager when there is a proxy, which is asked for whole URLs instead of paths.
    pool: Any
    prefix: str
    origin: str
    base_path: str


class RESTClientObject:
    """Sends requests to the host of a configuration.

    :param configuration: where and how to connect
    :param pools_size: hosts that connections are kept for
    :param maxsize: connections kept open to a host; ``Configuration.connection_pool_maxsize`` when left out
    """

    def __init__(self, configuration: Configuration, pools_size: int = 4, maxsize: int | None = None) -> None:
        self.configuration = configuration
        self._pools_size = pools_size
        self._maxsize = maxsize
        self._lock = threading.Lock()
        self._closed = False
        self._process: int | None = None
        #: urllib3's manager; made for the first request
        self.pool_manager: Any = None
        self._route: _Route | None = None

    def send(
        self,
        method: str,
        host: str,
        target: str,
        headers: Mapping[str, str],
        body: Any = None,
        timeout: Timeout | urllib3.Timeout = None,
        preload: bool = True,
    ) -> RESTResponse:
        """Send a request and return the answer, whatever its status.

        :param host: base URL without a slash at its end
        :param target: path and query below ``host``, percent-encoded
        :param timeout: seconds, or a pair of seconds for connecting and reading; ``None`` waits for ever
        :param preload: read the body; ``False`` leaves it to the caller
        :raises ApiConnectionError: no connection; the request was not sent
        :raises ApiTimeoutError, ApiResponseError: no complete answer; the request may have been carried out
        """
        route = self._route
        if route is None or host is not route.host or route.process != os.getpid():
            route = self._open(host)
        wait = timeout if isinstance(timeout, urllib3.Timeout) else to_timeout(timeout)
        start = _position(body) if hasattr(body, "read") else None
        path = route.base_path + target
        status = 0
        for _ in range(MAX_REDIRECTS + 1):
            response = self._exchange(route, method, path, headers, body, wait, preload)
            location = _redirection(response)
            status = response.status
            if location is None:
                return response
            if not preload:
                response.urllib3_response.drain_conn()
            path, method, body = _follow(route, response, location, path, method, body)
            if hasattr(body, "read"):
                if start is None:
                    raise _refused(response, "for a body that can be read only once")
                body.seek(start)
        raise ApiResponseError(status, f"more than {MAX_REDIRECTS} redirects")

    def _exchange(
        self,
        route: _Route,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: Any,
        timeout: urllib3.Timeout,
        preload: bool,
    ) -> RESTResponse:
        try:
            raw = route.pool.urlopen(
                method,
                route.prefix + path,
                body=body,
                headers=headers,
                retries=self._retries(body),
                redirect=False,
                timeout=timeout,
                preload_content=preload,
                enforce_content_length=True,
            )
        except HTTPError as error:
            raise _translate(error, method, route.origin) from error
        response = RESTResponse(raw, (method, route.origin))
        if preload:
            response.read()
        return response

    # Connections

    def _open(self, host: str) -> _Route:
        """Make the way to a host; a process that was forked gets connections of its own."""
        with self._lock:
            if self._closed:
                raise ApiValueError("this client is closed: make a new ApiClient")
            url = _parse_url("host", host, "http://localhost:8080/API")
            process = os.getpid()
            if self.pool_manager is None or self._process != process:
                self.pool_manager = self._make_manager()
                self._process = process
            origin = f"{url.scheme}://{url.netloc}"
            pool = self.pool_manager
            if not self.configuration.proxy:
                pool = self.pool_manager.connection_from_url(url.url)
            prefix = origin if self.configuration.proxy else ""
            self._route = _Route(host, process, pool, prefix, origin, (url.path or "").rstrip("/"))
            return self._route

    def _make_manager(self) -> Any:
        configuration = self.configuration
        settings: dict[str, Any] = {
            "num_pools": self._pools_size,
            "maxsize": self._maxsize or configuration.connection_pool_maxsize,
        }
        secure = [configuration.host, configuration.proxy or ""]
        if any(url.lower().startswith("https") for url in secure):
            settings.update(self._tls_settings())
        if configuration.proxy:
            _parse_url("proxy", configuration.proxy, "http://proxy:3128", credentials=True)
            manager: urllib3.PoolManager = urllib3.ProxyManager(
                configuration.proxy, proxy_headers=configuration.proxy_headers, **settings
            )
        else:
            manager = urllib3.PoolManager(**settings)
        manager.pool_classes_by_scheme = {"http": HTTPConnectionPool, "https": _SecurePool}
        return manager

    def _tls_settings(self) -> dict[str, Any]:
        from pathlib import Path

        configuration = self.configuration
        for name in ("ssl_ca_cert", "cert_file", "key_file"):
            file = getattr(configuration, name)
            if file and not Path(file).is_file():
                raise ApiValueError(f"{name}: there is no file {file!r}")
        settings: dict[str, Any] = {
            "cert_reqs": ssl.CERT_REQUIRED if configuration.verify_ssl else ssl.CERT_NONE,
            "ca_certs": configuration.ssl_ca_cert or _trusted_authorities(),
            "cert_file": configuration.cert_file,
            "key_file": configuration.key_file,
        }
        if configuration.assert_hostname is not None:
            settings["assert_hostname"] = configuration.assert_hostname
        return settings

    def _retries(self, body: Any) -> Retry:
        if hasattr(body, "read") and _position(body) is None:
            return _policy(0)
        retries = self.configuration.retries
        if isinstance(retries, Retry):
            return retries
        return _policy(retries)

    def close(self) -> None:
        """Close all connections; any later request is an :class:`ApiValueError`."""
        with self._lock:
            self._closed = True
            self._route = None
            if self.pool_manager is not None:
                self.pool_manager.clear()


# Redirects


def _redirection(response: RESTResponse) -> str | None:
    if response.status in (301, 302, 303, 307, 308):
        return response.headers.get("Location")
    return None


def _follow(
    route: _Route, response: RESTResponse, location: str, path: str, method: str, body: Any
) -> tuple[str, str, Any]:
    """Return where a redirect leads: only ever on this host, and never a POST as a GET unless told so (303)."""
    here = parse_url(f"{route.origin}{path}")
    try:
        there = parse_url(urljoin(here.url, location))
    except (ValueError, LocationParseError):
        raise _refused(response, f"to {location!r}, which is no URL") from None
    if (there.scheme, there.host, there.port) != (here.scheme, here.host, here.port):
        raise _refused(response, f"to another host, {there.host}")
    if response.status == 303 and method != "HEAD":
        return there.request_uri, "GET", None
    if method not in ("GET", "HEAD") and response.status in (301, 302):
        raise _refused(response, f"of a {method} request to {there.path}")
    return there.request_uri, method, body


def _refused(response: RESTResponse, what: str) -> ApiException:
    return ApiException(response.status, f"refused to follow a redirect {what}")


def _position(body: Any) -> int | None:
    """Return where a stream stands, so that it can be sent again from there; ``None`` if it can be read only once."""
    try:
        return int(body.tell())
    except (AttributeError, OSError):
        return None


# Errors


def _translate(error: HTTPError, method: str, where: str) -> ApiException:
    """Return the error of ours for one of urllib3's."""
    cause: BaseException = error
    while isinstance(cause, MaxRetryError) and cause.reason is not None:
        cause = cause.reason
    if isinstance(cause, ProxyError) and isinstance(cause.original_error, (ConnectTimeoutError, HandshakeError)):
        return ApiConnectionError(0, f"cannot connect through the proxy: {_why(cause)}")
    if isinstance(cause, HandshakeError):
        return ApiConnectionError(0, f"cannot make a secure connection to {where}: {_why(cause)}")
    if isinstance(cause, NewConnectionError):
        return ApiConnectionError(0, f"cannot connect to {where}: {_why(cause)}", hint="is the server running?")
    if isinstance(cause, ConnectTimeoutError):
        return ApiConnectionError(0, f"cannot connect to {where}: no answer in time")
    if isinstance(cause, WaitError):
        return ApiTimeoutError(0, f"no answer from {where} in time", hint=_perhaps_done(method))
    if isinstance(cause, DecodeError):
        return ApiDecodeError(0, f"the answer's encoding is broken: {_why(cause)}")
    if isinstance(cause, (ProtocolError, SSLError, ProxyError)):
        return ApiResponseError(0, f"the connection to {where} broke: {_why(cause)}", hint=_perhaps_done(method))
    return ApiResponseError(0, f"no usable answer from {where}: {_why(cause)}", hint=_perhaps_done(method))


def to_timeout(timeout: Timeout) -> urllib3.Timeout:
    """Return urllib3's form of a timeout.

    :raises ApiTypeError, ApiValueError: this is no timeout
    """
    try:
        connect, read = timeout if isinstance(timeout, (tuple, list)) else (timeout, timeout)
        if connect != connect or read != read:
            raise ValueError("not a number")
        return urllib3.Timeout(connect=connect, read=read)
    except (TypeError, ValueError):
        problem = f"a timeout is a number of seconds above 0, or a pair of them (connect, read), not {timeout!r}"
    if isinstance(timeout, (int, float)):
        raise ApiValueError(problem)
    raise ApiTypeError(problem)


_POLICIES: dict[int, RetryPolicy] = {}


def _policy(retries: object) -> RetryPolicy:
    """Return the policy for a number of retries; policies never change, so one serves all requests."""
    number = DEFAULT_RETRIES if retries is None else retries
    if not isinstance(number, int) or number < 0:
        raise ApiValueError(f"retries must be a number from 0, or a urllib3 Retry, not {retries!r}")
    if number not in _POLICIES:
        _POLICIES[number] = RetryPolicy(number)
    return _POLICIES[number]


def _parse_url(name: str, given: str, example: str, *, credentials: bool = False) -> Any:
    try:
        url = parse_url(given)
    except LocationParseError:
        url = None
    if url is None or url.scheme not in ("http", "https") or not url.host:
        raise ApiValueError(f"{name} must be a URL such as {example}, not {shown_url(given)!r}")
    if url.auth and not credentials:
        raise ApiValueError(f"{name} must not hold credentials: give username and password to the Configuration")
    return url


def _trusted_authorities() -> str:
    import certifi

    return certifi.where()


def _perhaps_done(method: str) -> str | None:
    if method in REPEATABLE:
        return None
    return "it may have been carried out, so look before you repeat it"


def _why(error: BaseException) -> str:
    """Return the plainest words for what went wrong: the operating system's, where it said something."""
    # urllib3 hands on what it caught as its own error's last argument.
    inner = error.args[-1] if error.args else None
    if isinstance(inner, BaseException):
        return _why(inner)
    if isinstance(error, ssl.SSLError):
        return _tls_words(error)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    cause = error.__context__ if error.__cause__ is None else error.__cause__
    if isinstance(cause, OSError):
        return _why(cause)
    if isinstance(error, BadStatusLine) and not isinstance(error, OSError):
        return f"this is no HTTP: {error}"
    # urllib3 puts the connection's repr before the colon.
    return str(error).rpartition(">: ")[2]


def _tls_words(error: ssl.SSLError) -> str:
    verification = getattr(error, "verify_message", None)
    return str(verification or (error.reason or "").replace("_", " ").lower() or error)
