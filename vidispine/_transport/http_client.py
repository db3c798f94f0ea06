"""The HTTP client on urllib3: connections by host and proxy, retries and redirects.

Failures are raised as this package's errors, which also tell whether the request was sent.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, NamedTuple

import urllib3
from urllib3.exceptions import HTTPError, MaxRetryError

from vidispine._transport.call import Call
from vidispine._transport.connections import make_manager, send
from vidispine._transport.errors import CLOSED, http_error, reason_of, translate, unsent_error
from vidispine._transport.forking import register_after_fork
from vidispine._transport.headers import Headers
from vidispine._transport.proxies import parse_host, proxy_for
from vidispine._transport.redirects import follow, location_of, redirect_error
from vidispine._transport.response import RESTResponse
from vidispine._transport.retry import NO_RETRIES, RetryBudget, RetryLoop, policy_of, retry_after
from vidispine.exceptions import ApiResponseError, ApiTypeError, ApiValueError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine._transport.deadline import Deadline
    from vidispine.configuration import Configuration
    from vidispine.types import Timeout

__all__ = ["RESTClientObject", "position", "rewound", "to_timeout"]

MAX_REDIRECTS = 5
_BODY_HEADERS = frozenset({"Content-Length", "Content-Type"})


class _Route(NamedTuple):
    """The way to a host; replaced as one, so that a thread never sees half of another thread's."""

    host: str
    # The host's pool, or the manager of a proxy, which takes whole URLs instead of paths.
    pool: Any
    prefix: str
    origin: str
    base_path: str


class RESTClientObject:
    """Sends requests to the hosts of a configuration.

    :param configuration: how to connect
    :param pools_size: hosts to keep connections for. Default: 4
    :param maxsize: connections to keep open to a host. Default: ``Configuration.connection_pool_maxsize``
    """

    def __init__(self, configuration: Configuration, pools_size: int = 4, maxsize: int | None = None) -> None:
        self.configuration = configuration
        self._pools_size = pools_size
        self._maxsize = maxsize
        #: whether :meth:`close` was called
        self.closed = False
        self._reset_after_fork()
        register_after_fork(self)

    def _reset_after_fork(self) -> None:
        self._lock = threading.Lock()
        #: the retries that this client has left
        self.budget = RetryBudget()
        self._route: _Route | None = None
        # By scheme and proxy: hosts that are reached differently share no pool.
        self._managers: dict[tuple[str, str | None], Any] = {}
        #: urllib3's manager of the host that was used last; ``None`` before the first request
        self.pool_manager: Any = None

    def raise_if_closed(self) -> None:
        """Raise an error if the client is closed.

        :raises ApiValueError: the client is closed
        """
        if self.closed:
            raise ApiValueError(CLOSED)

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
        """Send a request and return the response, whatever its status.

        :param host: base URL without a trailing slash
        :param target: path and query below ``host``, percent-encoded
        :param timeout: seconds, or a pair of seconds for connecting and for each read; ``None`` for no limit
        :param preload: read the body; ``False`` leaves that to the caller
        :raises ApiConnectionError: no connection; the request was not sent
        :raises ApiTimeoutError, ApiResponseError: no complete response; the server may have processed the request
        """
        limits = timeout if isinstance(timeout, urllib3.Timeout) else to_timeout(timeout)
        return self.exchange(Call(None, method, host, target, limits, preload=preload), headers, body)

    def exchange(self, call: Call, headers: Mapping[str, str], body: Any) -> RESTResponse:
        """Send a call's request, and again as retries and redirects demand; return the last response.

        :raises ApiException: no complete response; the class says whether the request was sent
        """
        route = self._route
        if route is None or call.host is not route.host:
            route = self._open(call.host)
        call.origin = route.origin
        method, target = call.method, route.base_path + call.target
        if call.see_other is not None:
            method, target, body = "GET", call.see_other, None
            headers = _without_body(headers)
        start = None if body is None else position(body)
        for _ in range(MAX_REDIRECTS + 1):
            response = self._send_with_retries(route, call, method, target, headers, body, start)
            location = location_of(response)
            if location is None:
                return response
            if not call.preload:
                response.urllib3_response.drain_conn()
            target, followed, body = follow(route.origin, response, location, target, method, body)
            if followed != method or call.see_other is not None:
                method, call.see_other, call.may_have_been_processed = followed, target, True
            if body is None:
                headers = _without_body(headers)
            if not rewound(body, start):
                raise redirect_error(response, "for a body that can be read only once")
        raise ApiResponseError(call.status, f"more than {MAX_REDIRECTS} redirects")

    def retry_loop(
        self, deadline: Deadline | None = None, *, is_idempotent: bool = False, ceiling: float | None = None
    ) -> RetryLoop:
        """Return the attempts of one piece of work, which share the client's budget.

        :param deadline: by when the work must be done
        :param is_idempotent: whether the work is safe to retry whatever its HTTP method
        :param ceiling: the longest ``Retry-After`` to wait for. Default: ``Configuration.retry_after_ceiling``
        """
        settings = self.configuration
        return RetryLoop(
            policy_of(settings.retries),
            self.budget,
            deadline,
            is_idempotent=is_idempotent,
            ceiling=settings.retry_after_ceiling if ceiling is None else ceiling,
            debug=settings.debug,
        )

    def _send_with_retries(
        self,
        route: _Route,
        call: Call,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: Any,
        start: int | None,
    ) -> RESTResponse:
        """Send a request, and again as long as the policy and the budget allow."""
        if self.closed:
            self.raise_if_closed()
        read_once = body is not None and start is None and _can_be_read_once(body)
        loop = RetryLoop(NO_RETRIES, self.budget) if read_once else self.retry_loop(call.deadline)
        path, mark, query = target.partition("?")
        stream: Any = body
        failure = None
        try:
            while True:
                raw, failure = _attempt(route, call, method, path, mark + query, headers, body)
                if failure is None and loop.is_success(method, raw):
                    break
                if not loop.wait(method, failure, raw, path=path):
                    if failure is not None:
                        raise translate(failure, call) from failure
                    if loop.raises_on_status:
                        raw.drain_conn()
                        error = ApiResponseError(raw.status, f"no usable response from {call.origin}: too many retries")
                        error.retry_after = retry_after(raw.headers)
                        raise error
                    break
                if failure is None or unsent_error(reason_of(failure), route.origin) is None:
                    call.may_have_been_processed = True
                if start is not None:
                    stream.seek(start)
        finally:
            # A frame that holds an error which holds the frame would keep its connection until the next collection.
            failure = None
        response = RESTResponse(raw, call)
        if call.preload:
            response.data = raw.data
        return response

    # Connections

    def _open(self, host: str) -> _Route:
        """Return the way to a host, and remember it for the next request."""
        with self._lock:
            self.raise_if_closed()
            url = parse_host("host", host, "http://localhost:8080/API")
            proxy = proxy_for(self.configuration, url)
            key = (url.scheme, proxy)
            if key not in self._managers:
                self._managers[key] = make_manager(
                    self.configuration, url.scheme, proxy, self._pools_size, self._maxsize
                )
            self.pool_manager = self._managers[key]
            origin = f"{url.scheme}://{url.netloc}"
            pool = self.pool_manager if proxy else self.pool_manager.connection_from_url(url.url)
            self._route = _Route(host, pool, origin if proxy else "", origin, (url.path or "").rstrip("/"))
            return self._route

    def close(self) -> None:
        """Close all connections; later requests raise :class:`ApiValueError`."""
        with self._lock:
            self.closed = True
            self.budget.close()
            self._route = None
            for manager in self._managers.values():
                manager.clear()


def _attempt(
    route: _Route, call: Call, method: str, path: str, query: str, headers: Mapping[str, str], body: Any
) -> tuple[Any, HTTPError | None]:
    """Send a request once; return urllib3's response, or its error."""
    call.attempts += 1
    call.status = 0
    try:
        raw = send(route.pool, call, method, route.prefix + path, query, headers, body)
        call.status = raw.status
        return raw, None
    except MaxRetryError as error:
        return None, error if error.reason is None else http_error(error.reason)
    except HTTPError as error:
        return None, error


def _without_body(headers: Mapping[str, str]) -> Mapping[str, str]:
    return Headers({name: value for name, value in headers.items() if name not in _BODY_HEADERS})


def position(body: Any) -> int | None:
    """Return the position of a stream, so that it can be sent again from there; ``None`` for any other body."""
    if not hasattr(body, "seek"):
        return None
    try:
        return int(body.tell())
    except (AttributeError, OSError):
        return None


def rewound(body: Any, start: int | None) -> bool:
    """Make a body ready to be sent again; return whether that is possible.

    :param start: what :func:`position` returned before it was sent
    """
    if body is not None and start is not None:
        body.seek(start)
        return True
    return not _can_be_read_once(body)


def _can_be_read_once(body: Any) -> bool:
    return body is not None and not isinstance(body, (bytes, bytearray, memoryview, str))


def to_timeout(timeout: Timeout) -> urllib3.Timeout:
    """Return urllib3's form of a timeout.

    :raises ApiTypeError, ApiValueError: not a timeout
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
