"""Connections on urllib3: pools, TLS and proxies. The one module that uses private members of urllib3."""

from __future__ import annotations

import queue
import socket
import ssl
from functools import partial
from typing import TYPE_CHECKING, Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    IncompleteRead,
    LocationParseError,
    NewConnectionError,
    ProtocolError,
    SSLError,
)
from urllib3.response import GzipDecoderState
from urllib3.util.retry import Retry
from urllib3.util.ssl_match_hostname import CertificateError

from vidispine._transport.call import Call
from vidispine._transport.errors import HandshakeError
from vidispine._transport.http1 import BLOCK_SIZE, Http1Response
from vidispine._transport.proxies import proxy_credentials
from vidispine.exceptions import without_frames

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.configuration import Configuration

__all__ = ["PRIVATE_MEMBERS", "make_manager", "raise_if_truncated", "send"]

PRIVATE_MEMBERS = {
    "urllib3.connectionpool.HTTPConnectionPool": ("_get_conn", "_put_conn"),
    "urllib3.connection.HTTPConnection": ("_dns_host", "_new_conn"),
    "urllib3.response.HTTPResponse": ("_decoder", "_fp"),
    "urllib3.response.GzipDecoder": ("_obj", "_state"),
}
"""What this module uses of urllib3 that is not documented, by class."""

_HIDDEN_QUERY = "?***"
"""What urllib3 gets, and logs, instead of a query."""
_CARRIES_CALLS = hasattr(HTTPConnectionPool, "_get_conn")
"""Whether a pool can hand the call on to its connection. If not, urllib3 gets the query."""
_SEND_ONCE = Retry(0, allowed_methods=None, respect_retry_after_header=False)
"""Retries are this package's own. With ``False`` urllib3 would raise errors that hold themselves."""


class _CallConnection:
    """What both kinds of connection do for the call that uses them: timeouts, the query, and counting.

    Without this, urllib3 would limit sending by the timeout for connecting on a new connection, and by whatever the
    last call had on a kept one.
    """

    blocksize: int
    port: int
    sock: Any
    timeout: Any
    source_address: Any
    socket_options: Any
    response_class: Any = Http1Response
    call: Call | None = None

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        # Not every version of urllib3 takes it as a setting of the pool.
        self.blocksize = BLOCK_SIZE
        self._response: Any = None

    def use_for(self, call: Call | None) -> None:
        """Use the connection for a call from now on; ``None`` when it is idle, or is not used by this package."""
        self.call = call
        has_deadline = call is not None and call.deadline is not None
        self.response_class = partial(Http1Response, call=call) if has_deadline else Http1Response

    @property
    def has_unread_response(self) -> bool:
        """Whether the response to the last request was not read to its end."""
        return self._response is not None and not self._response.isclosed()

    def getresponse(self, *arguments: Any, **settings: Any) -> Any:
        response = super().getresponse(*arguments, **settings)  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]
        # The one of http.client: the newer urllib3's would hold the connection that holds it.
        self._response = getattr(response, "_fp", response)
        return response

    def connect(self) -> None:
        super().connect()  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]
        self._limit_io()

    def putrequest(self, method: str, url: str, *arguments: Any, **settings: Any) -> Any:
        if url.endswith(_HIDDEN_QUERY):
            if self.call is None:
                raise ProtocolError("urllib3 did not hand the call on to its connection")
            url = url[: -len(_HIDDEN_QUERY)] + self.call.query
        self._limit_io()
        return super().putrequest(method, url, *arguments, **settings)  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]

    def send(self, data: Any) -> None:
        call = self.call
        if call is not None and call.deadline is not None:
            self._limit_io()
        super().send(data)  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]
        if call is not None and isinstance(data, bytes):
            call.bytes_sent += len(data)

    def _limit_io(self) -> None:
        # Code that uses the pool directly sets its own timeouts.
        if self.sock is not None and self.call is not None:
            self.sock.settimeout(self.call.read_timeout())

    def _new_conn(self) -> Any:
        call = self.call
        if call is None or call.deadline is None:
            return super()._new_conn()  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]
        return self._connect_before(call)

    def _connect_before(self, call: Call) -> socket.socket:
        """Return a socket connected to the first address of the host that accepts before the call's deadline."""
        from vidispine._transport.dns import resolve  # few calls have a deadline

        limit = self.timeout if isinstance(self.timeout, (int, float)) else None
        connection: Any = self
        host = getattr(self, "_dns_host", connection.host).strip("[]")
        failure: OSError = OSError("the host has no address")
        try:
            for family, kind, protocol, _, address in resolve(host, self.port, call.seconds_left(None) or 0):
                try:
                    return self._connect_to(address, socket.socket(family, kind, protocol), call, limit)
                except OSError as error:  # noqa: PERF203 - the next address may accept
                    failure = error
            raise failure
        except socket.timeout as error:
            raise ConnectTimeoutError(connection, str(error)) from error
        except UnicodeError:
            raise LocationParseError(f"{host!r}, label empty or too long") from None
        except OSError as error:
            raise NewConnectionError(connection, f"Failed to establish a new connection: {error}") from error

    def _connect_to(self, address: Any, sock: socket.socket, call: Call, limit: float | None) -> socket.socket:
        try:
            for option in self.socket_options or ():
                sock.setsockopt(*option)
            if self.source_address:
                sock.bind(self.source_address)
            sock.settimeout(call.seconds_left(limit))
            sock.connect(address)
            # For the handshake that may follow.
            sock.settimeout(call.seconds_left(limit))
        except BaseException:
            sock.close()
            raise
        return sock


class _Connection(_CallConnection, HTTPConnection):
    pass


class _SecureConnection(_CallConnection, HTTPSConnection):
    """Tells by the class of what it raises whether the connection was established."""

    def connect(self) -> None:
        try:
            super().connect()
        except (ssl.SSLError, SSLError, CertificateError) as error:
            raise HandshakeError(error) from error
        except socket.timeout as error:
            raise ConnectTimeoutError(str(error)) from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error


class _ConnectionStack:
    """Idle connections; the one that was used last is taken first.

    It has no lock, unlike urllib3's own queue: in a forked process a lock might stay locked.
    """

    def __init__(self, maxsize: int) -> None:
        self.queue: list[Any] = []
        self._maxsize = maxsize

    def qsize(self) -> int:
        return len(self.queue)

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        # Threads that come at once may put one too many, which harms nobody.
        if len(self.queue) >= self._maxsize:
            raise queue.Full
        self.queue.append(item)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        try:
            return self.queue.pop()
        except IndexError:
            raise queue.Empty from None


class _CallPool:
    """What both kinds of pool do: they hand each connection the call that it is used for."""

    def _get_conn(self, timeout: Any = None) -> Any:
        conn = super()._get_conn()  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]
        # A pool that never blocks needs no timeout of its own: here it carries the call.
        conn.use_for(timeout if isinstance(timeout, Call) else None)
        return conn

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.call = None
            if conn.has_unread_response:
                conn.close()
        super()._put_conn(conn)  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]


class _Pool(_CallPool, HTTPConnectionPool):
    QueueCls = _ConnectionStack  # type: ignore[assignment] # pyright: ignore[reportAssignmentType] - as much as a pool needs
    ConnectionCls = _Connection  # pyright: ignore[reportAssignmentType] - urllib3 declares a protocol


class _SecurePool(_CallPool, HTTPSConnectionPool):
    QueueCls = _ConnectionStack  # type: ignore[assignment] # pyright: ignore[reportAssignmentType]
    ConnectionCls = _SecureConnection  # pyright: ignore[reportAssignmentType]


def make_manager(
    configuration: Configuration, scheme: str, proxy: str | None, pools_size: int, maxsize: int | None
) -> Any:
    """Return a manager of connection pools.

    :param scheme: ``http`` or ``https``, of the hosts to connect to
    :param proxy: what :func:`vidispine._transport.proxies.proxy_for` returns
    :raises ApiTypeError, ApiValueError: a file that the configuration or an environment variable names cannot be used
    """
    settings: dict[str, Any] = {
        "num_pools": pools_size,
        "maxsize": maxsize or configuration.connection_pool_maxsize,
    }
    if scheme == "https" or (proxy or "").lower().startswith("https:"):
        from vidispine._transport.tls import make_context  # most programs use http on their own network

        settings["ssl_context"] = make_context(configuration)
        settings["cert_reqs"] = settings["ssl_context"].verify_mode
        if configuration.assert_hostname is not None:
            settings["assert_hostname"] = configuration.assert_hostname
    manager: urllib3.PoolManager
    if proxy:
        headers = {**proxy_credentials(proxy), **(configuration.proxy_headers or {})}
        if proxy.lower().startswith("https:"):
            settings["proxy_ssl_context"] = make_context(configuration, for_proxy=True)
        manager = urllib3.ProxyManager(proxy, proxy_headers=headers, **settings)
    else:
        manager = urllib3.PoolManager(**settings)
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
    return manager


def send(pool: Any, call: Call, method: str, path: str, query: str, headers: Mapping[str, str], body: Any) -> Any:
    """Send a request once, and return urllib3's response, whatever its status.

    :param pool: the host's pool, or the manager of a proxy
    :param method: the HTTP method, which a redirect can make another one than the call's
    :param path: the path, or the whole URL for a proxy, without a query
    :param query: the query with its question mark; empty for none
    :raises urllib3.exceptions.HTTPError: no complete response came
    """
    call.query = query
    try:
        raw = pool.urlopen(
            method,
            path + (query and (_HIDDEN_QUERY if _CARRIES_CALLS else query)),
            body=body,
            headers=headers,
            retries=_SEND_ONCE,
            redirect=False,
            timeout=call.timeout if call.deadline is None else call.timeout_for_attempt(),
            pool_timeout=call,
            preload_content=call.preload,
            enforce_content_length=True,
        )
    except BaseException as error:  # noqa: BLE001 - it is raised again
        # Frames of urllib3 and http.client hold headers and bodies as they are sent.
        raise without_frames(error)  # noqa: B904 - it is the same error
    if call.preload:
        # Read now, so that a failure counts as this attempt's; urllib3 keeps what was read.
        try:
            _ = raw.data
            raise_if_truncated(raw)
        finally:
            call.bytes_received += raw.tell()
    return raw


def raise_if_truncated(raw: Any) -> None:
    """Raise the error for a truncated body where urllib3 takes what there is of it for all.

    That is a compressed one, and before Python 3.10 one of which 2 GiB are still to come.
    """
    if raw.length_remaining:
        raise ProtocolError("the response is truncated", IncompleteRead(raw.tell(), raw.length_remaining))
    decoder = getattr(raw, "_decoder", None)
    for one in getattr(decoder, "_decoders", [decoder]):
        # Uncompressed bytes after the end do no harm, and no bytes at all are no body.
        surplus = getattr(one, "_state", None) == GzipDecoderState.SWALLOW_DATA
        if raw.tell() and not surplus and not getattr(getattr(one, "_obj", None), "eof", True):
            raise DecodeError("it ends before its end")
