"""Connections on urllib3: pools, TLS and proxies, as a configuration says."""

from __future__ import annotations

import logging
import queue
import socket
import ssl
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, LocationParseError, NewConnectionError, SSLError
from urllib3.util.ssl_match_hostname import CertificateError
from urllib3.util.url import parse_url

from vidispine._transport.deadline import watch
from vidispine._transport.http1 import BLOCK, Answer
from vidispine._transport.retry import HandshakeError
from vidispine.configuration import shown_url
from vidispine.exceptions import ApiValueError

if TYPE_CHECKING:
    from vidispine.configuration import Configuration

__all__ = ["make_manager", "parse_host", "proxy_for", "silenced", "wait_to_send"]

_OURS = threading.local()


def wait_to_send(seconds: float | None) -> None:
    """Say how long the connections of this thread wait for a server to take the next part of a body."""
    _OURS.patience = seconds


class _Watched:
    """What both kinds of connection do: they tell the deadline of their call that they are in use.

    And they wait as long for a server that takes nothing of a body as for one that answers nothing: urllib3 would give
    a new connection no more time for sending than for connecting, and a kept one whatever its last call had.
    """

    blocksize: int
    sock: Any
    response_class: Any = Answer

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        # Not every version of urllib3 takes it as a setting of the pool.
        self.blocksize = BLOCK
        self._answer: Any = None

    def getresponse(self) -> Any:
        answer = super().getresponse()  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]
        # The one of http.client: the newer urllib3's would hold the connection that holds it.
        self._answer = getattr(answer, "_fp", answer)
        return answer

    @property
    def is_amid_an_answer(self) -> bool:
        """Whether the answer to the last request was not read to its end."""
        return self._answer is not None and not self._answer.isclosed()

    def connect(self) -> None:
        super().connect()  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]
        self._wait_to_send()

    def putrequest(self, *arguments: Any, **settings: Any) -> Any:
        watch(self)
        self._wait_to_send()
        return super().putrequest(*arguments, **settings)  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]

    def _wait_to_send(self) -> None:
        # Whoever takes the pool into their own hands has said nothing.
        if self.sock is not None and hasattr(_OURS, "patience"):
            self.sock.settimeout(_OURS.patience)


class _Connection(_Watched, HTTPConnection):
    pass


class _SecureConnection(_Watched, HTTPSConnection):
    """Says whether it was ever made: by the class of what it raises."""

    def connect(self) -> None:
        try:
            super().connect()
        except (ssl.SSLError, SSLError, CertificateError) as error:
            raise HandshakeError(error) from error
        except socket.timeout as error:
            raise ConnectTimeoutError(str(error)) from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error


class _Stack:
    """Connections that wait for their next request; the one that was used last is taken first.

    Without a lock, unlike the queue that urllib3 would use: in a process that was forked it might stay locked.
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


class _Kept:
    """What both kinds of pool do: they keep no connection on which the rest of an answer is in the next one's way."""

    def _put_conn(self, conn: Any) -> None:
        if conn is not None and conn.is_amid_an_answer:
            conn.close()
        super()._put_conn(conn)  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]


class _Pool(_Kept, HTTPConnectionPool):
    QueueCls = _Stack  # type: ignore[assignment] # pyright: ignore[reportAssignmentType] - as much as a pool needs
    ConnectionCls = _Connection  # pyright: ignore[reportAssignmentType] - urllib3 declares a protocol


class _SecurePool(_Kept, HTTPSConnectionPool):
    QueueCls = _Stack  # type: ignore[assignment] # pyright: ignore[reportAssignmentType]
    ConnectionCls = _SecureConnection  # pyright: ignore[reportAssignmentType]


def make_manager(configuration: Configuration, proxy: str | None, pools_size: int, maxsize: int | None) -> Any:
    """Return a manager of connections.

    :param proxy: what :func:`proxy_for` returns
    :raises ApiValueError: a file that the configuration names is not there, or its proxy is no URL
    """
    settings: dict[str, Any] = {
        "num_pools": pools_size,
        "maxsize": maxsize or configuration.connection_pool_maxsize,
    }
    if any(url.lower().startswith("https") for url in (configuration.host, proxy or "")):
        settings.update(_tls_settings(configuration))
    manager: urllib3.PoolManager
    if proxy:
        headers = {**_proxy_credentials(proxy), **(configuration.proxy_headers or {})}
        manager = urllib3.ProxyManager(proxy, proxy_headers=headers, **settings)
    else:
        manager = urllib3.PoolManager(**settings)
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
    return manager


def _tls_settings(configuration: Configuration) -> dict[str, Any]:
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


def _trusted_authorities() -> str:
    import certifi

    return certifi.where()


# Hosts and proxies


def parse_host(name: str, given: str, example: str, *, credentials: bool = False) -> Any:
    """Return the parts of a URL.

    :raises ApiValueError: it is none, or holds credentials where none belong
    """
    try:
        url = parse_url(given)
    except LocationParseError:
        url = None
    if url is None or url.scheme not in ("http", "https") or not url.host:
        raise ApiValueError(f"{name} must be a URL such as {example}, not {shown_url(given)!r}")
    if url.auth and not credentials:
        raise ApiValueError(f"{name} must not hold credentials: give username and password to the Configuration")
    return url


def proxy_for(configuration: Configuration, host: Any) -> str | None:
    """Return the URL of the proxy for a host: the configuration's, else that of the environment.

    ``HTTP_PROXY`` or ``HTTPS_PROXY``, by the host's scheme, unless ``NO_PROXY`` names the host.

    :param host: what :func:`parse_host` returns
    :raises ApiValueError: the proxy is no URL
    """
    proxy, name = configuration.proxy, "proxy"
    if proxy is None:
        from urllib.request import getproxies_environment, proxy_bypass  # it takes long to load

        name = f"{host.scheme.upper()}_PROXY"
        bypassed = proxy_bypass(host.netloc)
        proxy = None if bypassed else getproxies_environment().get(host.scheme)
    if not proxy:
        return None
    if "://" not in proxy and name != "proxy":
        # In the environment the scheme is often left out.
        proxy = f"http://{proxy}"
    parse_host(name, proxy, "http://proxy:3128", credentials=True)
    return proxy


def _proxy_credentials(proxy: str) -> dict[str, str]:
    auth = parse_url(proxy).auth
    return urllib3.make_headers(proxy_basic_auth=unquote(auth)) if auth else {}


# urllib3's own log


class silenced:  # noqa: N801 - it reads as a word in a with statement
    """While in it, urllib3 logs nothing of this thread: its records hold whole URLs, and with them queries of ours."""

    def __enter__(self) -> None:
        _OURS.depth = getattr(_OURS, "depth", 0) + 1

    def __exit__(self, *exception: object) -> None:
        _OURS.depth -= 1


def _is_not_ours(_: logging.LogRecord) -> bool:
    return not getattr(_OURS, "depth", 0)


for _name in ("urllib3.connectionpool", "urllib3.util.retry", "urllib3.poolmanager"):
    logging.getLogger(_name).addFilter(_is_not_ours)
