"""The resources that clients with different options share: connections, retry budget, rate limit and
instrumentation.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from vidispine._transport.connections import make_manager
from vidispine._transport.errors import CLOSED
from vidispine._transport.forking import register_after_fork
from vidispine._transport.proxies import parse_host, proxy_for
from vidispine._transport.retry import RetryBudget
from vidispine.exceptions import ApiValueError

if TYPE_CHECKING:
    from vidispine._transport.call import Call
    from vidispine._transport.hooks import Instrumentation
    from vidispine.configuration import Configuration

__all__ = ["ConnectionPools", "RateLimit", "Route"]


class Route:
    """How to reach a host. Never changed, so that threads see no incomplete change.

    :param host: ``Configuration.host``
    :param pool: the host's pool, or the manager of a proxy, which takes whole URLs instead of paths
    """

    __slots__ = ("base_path", "host", "origin", "pool", "prefix")

    def __init__(self, host: str, pool: Any, prefix: str, origin: str, base_path: str) -> None:
        self.host = host
        self.pool = pool
        self.prefix = prefix
        self.origin = origin
        self.base_path = base_path


class RateLimit:
    """Spaces the requests of all threads evenly: there is no burst after a pause."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self, per_second: float, call: Call) -> None:
        """Wait until the next request may be sent.

        :param per_second: ``Configuration.max_requests_per_second``
        :raises ApiTimeoutError: the call's deadline would pass before
        """
        with self._lock:
            now = time.monotonic()
            due = max(now, self._next)
            if call.deadline is not None and due - now >= call.deadline.remaining():
                error = call.deadline.error()
                error.sent = call.may_have_been_processed
                raise error
            self._next = due + 1 / per_second
        if due > now:
            time.sleep(due - now)


class ConnectionPools:
    """Connections by host and proxy, with the rate limit and retry budget that they share.

    :param pools_size: hosts to keep connections for
    :param maxsize: connections to keep open to a host. Default: ``Configuration.connection_pool_maxsize``
    """

    def __init__(self, pools_size: int, maxsize: int | None) -> None:
        self._pools_size = pools_size
        self._maxsize = maxsize
        #: whether :meth:`close` was called
        self.closed = False
        #: traces calls; ``None`` for no tracing
        self.instrumentation: Instrumentation | None = None
        self._reset_after_fork()
        register_after_fork(self)

    def _reset_after_fork(self) -> None:
        self._lock = threading.Lock()
        #: the retry budget
        self.budget = RetryBudget()
        self.rate_limit = RateLimit()
        # By scheme and proxy, because these need different managers.
        self._managers: dict[tuple[str, str | None], Any] = {}
        #: urllib3's manager of the host that was used last; ``None`` before the first request
        self.manager: Any = None

    def raise_if_closed(self) -> None:
        """Raise an error if the client is closed.

        :raises ApiValueError: the client is closed
        """
        if self.closed:
            raise ApiValueError(CLOSED)

    def open(self, configuration: Configuration, host: str) -> Route:
        """Return the route to a host.

        :raises ApiValueError: the host or the proxy is not a URL, or a file that the configuration names is missing
        """
        with self._lock:
            self.raise_if_closed()
            url = parse_host("host", host, "http://localhost:8080/API")
            proxy = proxy_for(configuration, url)
            key = (url.scheme, proxy)
            if key not in self._managers:
                self._managers[key] = make_manager(configuration, url.scheme, proxy, self._pools_size, self._maxsize)
            self.manager = self._managers[key]
            origin = f"{url.scheme}://{url.netloc}"
            pool = self.manager if proxy else self.manager.connection_from_url(url.url)
            return Route(host, pool, origin if proxy else "", origin, (url.path or "").rstrip("/"))

    def close(self) -> None:
        """Close all connections; later requests raise :class:`ApiValueError`."""
        with self._lock:
            self.closed = True
            self.budget.close()
            for manager in self._managers.values():
                manager.clear()
