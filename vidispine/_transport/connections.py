"""Connections on urllib3: pools, TLS and proxies. The one module that uses private members of urllib3."""

from __future__ import annotations

import io
import queue
import socket
import ssl
from functools import partial
from http.client import HTTPException
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
from urllib3.response import GzipDecoder, GzipDecoderState, MultiDecoder
from urllib3.util.retry import Retry
from urllib3.util.ssl_match_hostname import CertificateError

from vidispine._transport.call import Call
from vidispine._transport.errors import HandshakeError, describe
from vidispine._transport.http1 import BLOCK_SIZE, Http1Response
from vidispine._transport.proxies import proxy_headers
from vidispine.exceptions import (
    ApiDecodeError,
    ApiException,
    ApiResponseError,
    without_frames,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vidispine.configuration import Configuration

__all__ = [
    "PRIVATE_MEMBERS",
    "bytes_read",
    "check_encodings",
    "decoded_blocks",
    "discard",
    "drain",
    "forget_body",
    "make_manager",
    "raise_if_truncated",
    "read_body",
    "send",
]

PRIVATE_MEMBERS = {
    "urllib3.connectionpool.HTTPConnectionPool": ("_get_conn", "_put_conn"),
    "urllib3.connection.HTTPConnection": ("_dns_host", "_new_conn"),
    "urllib3.response.HTTPResponse": ("_body", "_decoder", "_fp"),
    "urllib3.response.GzipDecoder": ("_obj", "_state"),
}
"""The undocumented members of urllib3 that this module uses, by class."""

_HIDDEN_QUERY = "?***"
"""Replaces the query that urllib3 gets and logs."""
_CARRIES_CALLS = hasattr(HTTPConnectionPool, "_get_conn")
"""Whether a pool can pass the call to its connection. If not, urllib3 gets the query."""
_MAX_RATIO, _MAX_UNCHECKED_BYTES = 200, 64 * 1024 * 1024
"""The maximum ratio of the sizes of a decoded body and the compressed one. Small bodies are exempt."""
_DECODES_WITHIN_LIMITS = hasattr(GzipDecoder, "has_unconsumed_tail")
"""Whether urllib3 decodes only the requested amount. Before 2.6, it decodes everything that it has received."""
_MAX_ENCODINGS, _MAX_UNLIMITED_ENCODINGS = 5, 2
_DECODED_AT_A_TIME = {"br": 16, "zstd": 1024}
"""Bytes that are decoded at a time without a limit; 16 KiB for others. They become about 16 MiB."""
_MAX_DRAINED_BYTES = 64 * 1024
_SEND_ONCE = Retry(0, allowed_methods=None, respect_retry_after_header=False)
"""This package does its own retries. With ``False``, urllib3 would raise errors with reference cycles."""


class _CallConnection:
    """The behavior that HTTP and HTTPS connections share: timeouts, the query, and byte counts of the current call.

    Without this, urllib3 would limit sending by the connect timeout on a new connection, and by the timeout of the
    previous call on a reused one.
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
        # Not every version of urllib3 has it as a setting of the pool.
        self.blocksize = BLOCK_SIZE
        self._response: Any = None

    def use_for(self, call: Call | None) -> None:
        """Assign the connection to a call; ``None`` when it is idle, or is not used by this package."""
        self.call = call
        has_deadline = call is not None and call.deadline is not None
        self.response_class = partial(Http1Response, call=call) if has_deadline else Http1Response

    @property
    def has_unread_response(self) -> bool:
        """Whether the response to the last request has not been read completely."""
        return self._response is not None and not self._response.isclosed()

    def getresponse(self, *arguments: Any, **settings: Any) -> Any:
        response = super().getresponse(*arguments, **settings)  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]
        # The response class of http.client: that of newer urllib3 versions would create a reference cycle.
        self._response = getattr(response, "_fp", response)
        return response

    def connect(self) -> None:
        super().connect()  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]
        self._limit_io()

    def putrequest(self, method: str, url: str, *arguments: Any, **settings: Any) -> Any:
        if url.endswith(_HIDDEN_QUERY):
            if self.call is None:
                raise ProtocolError("urllib3 did not pass the call to its connection")
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
        from vidispine._transport.dns import resolve

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
    """An HTTPS connection. The class of its errors shows whether the connection was established."""

    def connect(self) -> None:
        try:
            super().connect()
        except (ssl.SSLError, SSLError, CertificateError) as error:
            raise HandshakeError(error) from error
        except socket.timeout as error:
            raise ConnectTimeoutError(str(error)) from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error
        except HTTPException as error:
            # About the response of a proxy to CONNECT: no request was sent.
            failure = OSError(f"Tunnel connection failed: {describe(error)}")
            raise NewConnectionError(self, str(failure)) from failure


class _ConnectionStack:
    """The idle connections of a pool; the most recently used one is reused first.

    It has no lock, unlike urllib3's own queue: in a forked process a lock might stay locked.
    """

    def __init__(self, maxsize: int) -> None:
        self.queue: list[Any] = []
        self._maxsize = maxsize

    def qsize(self) -> int:
        return len(self.queue)

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        # Concurrent threads may exceed the maximum by one, which is harmless.
        if len(self.queue) >= self._maxsize:
            raise queue.Full
        self.queue.append(item)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        try:
            return self.queue.pop()
        except IndexError:
            raise queue.Empty from None


class _CallPool:
    """The behavior that HTTP and HTTPS pools share: they pass the current call to the connection."""

    def _get_conn(self, timeout: Any = None) -> Any:
        conn = super()._get_conn()  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]
        # A pool that never blocks ignores the timeout, so the call is passed in its place.
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
    proxy_is_https = (proxy or "").lower().startswith("https:")
    if scheme == "https" or proxy_is_https:
        from vidispine._transport.tls import make_context

        settings["ssl_context"] = make_context(configuration)
        if proxy_is_https:
            settings["proxy_ssl_context"] = make_context(configuration, for_proxy=True)
        settings["cert_reqs"] = settings["ssl_context"].verify_mode
        if configuration.assert_hostname is not None:
            settings["assert_hostname"] = configuration.assert_hostname
    manager: urllib3.PoolManager
    if proxy:
        headers = proxy_headers(proxy, configuration.proxy_headers)
        manager = urllib3.ProxyManager(proxy, proxy_headers=headers, **settings)
    else:
        manager = urllib3.PoolManager(**settings)
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
    return manager


def send(pool: Any, call: Call, method: str, path: str, query: str, headers: Mapping[str, str], body: Any) -> Any:
    """Send a request once, and return urllib3's response, also for an error status.

    :param pool: the host's pool, or the manager of a proxy
    :param method: the HTTP method, which a redirect can change
    :param path: the path, or the whole URL for a proxy, without a query
    :param query: the query with its question mark; empty for none
    :raises urllib3.exceptions.HTTPError: no complete response was received
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
            preload_content=False,
            enforce_content_length=True,
        )
    except BaseException as error:  # noqa: BLE001 - it is raised again
        # Frames of urllib3 and http.client contain headers and bodies with secrets.
        raise without_frames(error)  # noqa: B904 - it is the same error
    if call.preload:
        # Read now, so that a failure counts for this attempt; urllib3 keeps what was read.
        length, limit = raw.length_remaining, call.max_response_bytes
        try:
            if length is None or "Content-Encoding" in raw.headers or (limit is not None and length > limit):
                read_body(raw, limit)
            else:
                _ = raw.data
                raise_if_truncated(raw)
        except ApiException:
            call.status = raw.status
            raise
        finally:
            # Like bytes_read, without a call for most responses.
            call.bytes_received += raw.tell() or bytes_read(raw)
    return raw


def bytes_read(raw: Any) -> int:
    """Return the number of bytes of a response body that were read, before decoding."""
    return int(raw.tell()) or getattr(getattr(raw, "_fp", None), "chunked_bytes", 0)


def read_body(raw: Any, limit: int | None) -> None:
    """Read the body of a response, decoded, into its ``data``.

    :param limit: the maximum size in bytes; ``None`` for no limit
    :raises ApiResponseError: the body is larger
    :raises ApiDecodeError: the content encoding is unknown
    :raises urllib3.exceptions.HTTPError: the body is not received, is truncated or is invalid
    """
    encodings = check_encodings(raw)
    length = raw.length_remaining
    # Its buffer becomes the body, while a list of blocks would be copied.
    body = io.BytesIO()
    try:
        if limit is not None and not encodings and (length or 0) > limit:
            raise _too_large(raw, limit)
        for block in decoded_blocks(raw, encodings):
            body.write(block)
            if limit is not None:
                if body.tell() > limit:
                    raise _too_large(raw, limit)
                if encodings and body.tell() > max(_MAX_UNCHECKED_BYTES, _MAX_RATIO * (length or bytes_read(raw))):
                    raise _too_compressed(raw)
        raise_if_truncated(raw)
    except ApiException:
        discard(raw)
        raise
    raw._body = body.getvalue()


def check_encodings(raw: Any) -> list[str]:
    """Return the content encodings of a body; an empty list if it is not encoded.

    :raises ApiDecodeError: urllib3 cannot decode one of them
    """
    # A response to HEAD has the headers of a body, but no body.
    header = "" if raw.length_remaining == 0 else raw.headers.get("Content-Encoding", "")
    names = [name.strip().lower() for name in header.split(",")]
    encodings = [name for name in names if name not in ("", "identity")]
    unknown = [name for name in encodings if name not in urllib3.HTTPResponse.CONTENT_DECODERS]
    if not unknown and (_is_decoded_within_limits(encodings) or _has_limited_ratio(encodings)):
        return encodings
    discard(raw)
    problem = f"the content encoding {unknown[0]!r}" if unknown else f"{len(encodings)} content encodings"
    reason = f"the response has {problem}, which cannot be decoded"
    hint = None if unknown or len(encodings) > _MAX_ENCODINGS else "urllib3 2.6 with Brotli 1.2 or newer can"
    raise ApiDecodeError(raw.status, reason, headers=raw.headers, hint=hint)


def _is_decoded_within_limits(encodings: list[str]) -> bool:
    """Return whether urllib3 decodes no more bytes of a body than requested."""
    brotli = getattr(urllib3.response, "brotli", None)
    has_limits = "br" not in encodings or hasattr(getattr(brotli, "Decompressor", None), "can_accept_more_data")
    return not encodings or (_DECODES_WITHIN_LIMITS and has_limits and len(encodings) <= _MAX_ENCODINGS)


def _has_limited_ratio(encodings: list[str]) -> bool:
    """Return whether the decoded bytes of a part of a body fit into memory, without a limit for the decoder."""
    return len(encodings) == 1 or (len(encodings) == _MAX_UNLIMITED_ENCODINGS and not {"br", "zstd"} & {*encodings})


def decoded_blocks(raw: Any, encodings: list[str], size: int = BLOCK_SIZE) -> Iterator[bytes]:
    """Yield the body of an unread response, decoded, in blocks that fit into memory.

    :param encodings: what :func:`check_encodings` returned
    :param size: the number of bytes to read at a time
    :raises urllib3.exceptions.HTTPError: the body is not received, is truncated or is invalid
    """
    if encodings:
        # Made from the checked names: urllib3 takes an empty or unknown one in a list for "deflate".
        raw._decoder = MultiDecoder(",".join(encodings))
    if _is_decoded_within_limits(encodings):
        # When it decodes, urllib3 drops an incomplete block if the connection is lost.
        yield from raw.stream(size, decode_content=bool(encodings))
        return
    # urllib3 would decode all that was received, and copy the rest of it for each block that it returns.
    step = _DECODED_AT_A_TIME.get(encodings[0], 16 * 1024) if len(encodings) == 1 else 16
    for received in raw.stream(size, decode_content=False):
        for start in range(0, len(received), step):
            try:
                block = raw._decoder.decompress(received[start : start + step])
            except raw.DECODER_ERROR_CLASSES as error:
                raise DecodeError("failed to decode it", error) from error
            if block:
                yield block


def _too_large(raw: Any, limit: int) -> ApiResponseError:
    reason = f"the response is larger than max_response_bytes, which is {limit}"
    return ApiResponseError(raw.status, reason, headers=raw.headers, hint="request less, or raise the setting")


def _too_compressed(raw: Any) -> ApiResponseError:
    reason = f"the response is {_MAX_RATIO} times as large as it was when compressed"
    hint = "if you trust the server, set max_response_bytes to None"
    return ApiResponseError(raw.status, reason, headers=raw.headers, hint=hint)


def forget_body(raw: Any) -> None:
    """Free the memory of a body that was read."""
    raw._body = b""


def discard(raw: Any) -> None:
    """Close the connection of a response whose body was not read, because it cannot be reused."""
    raw.close()
    raw.release_conn()


def drain(raw: Any) -> None:
    """Prepare the connection of a response for the next request. It is closed if much of the body is unread."""
    if raw.closed:
        return
    is_short = raw.length_remaining is not None and raw.length_remaining <= _MAX_DRAINED_BYTES
    # Some versions of urllib3 decode what is drained, without a limit.
    if is_short and "Content-Encoding" not in raw.headers:
        raw.drain_conn()
    else:
        discard(raw)


def raise_if_truncated(raw: Any) -> None:
    """Raise the error for a truncated body that urllib3 accepts as complete.

    It does so for a compressed body, and before Python 3.10 for a body with 2 GiB still unread.
    """
    if raw.length_remaining:
        raise ProtocolError("the response is truncated", IncompleteRead(raw.tell(), raw.length_remaining))
    decoder = getattr(raw, "_decoder", None)
    if decoder is None:
        return
    for one in getattr(decoder, "_decoders", [decoder]):
        # Bytes after the end of the compressed data are harmless, and an empty body needs no end.
        surplus = getattr(one, "_state", None) == GzipDecoderState.SWALLOW_DATA
        if bytes_read(raw) and not surplus and not _is_at_end(getattr(one, "_obj", None)):
            raise DecodeError("it ends before its end")


def _is_at_end(decompressor: Any) -> bool:
    """Return whether a decompressor has received the end of the compressed data."""
    is_finished = getattr(decompressor, "is_finished", None)
    return bool(getattr(decompressor, "eof", True) if is_finished is None else is_finished())
