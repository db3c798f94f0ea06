"""HTTP on urllib3: requests, retries and redirects.

What goes wrong here leaves as one of this package's errors, which also tells whether the request had been sent.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import urllib3
from urllib3.exceptions import (
    HTTPError,
    MaxRetryError,
)

from vidispine._transport.connections import make_manager, parse_host, proxy_for, silenced, wait_to_send
from vidispine._transport.deadline import current
from vidispine._transport.errors import (
    CLOSED,
    Attempt,
    cause_of,
    http_error,
    reason_of,
    translate,
    unsent_error,
    words_for,
)
from vidispine._transport.forking import start_anew_when_forked
from vidispine._transport.redirects import follow, location_of, refused
from vidispine._transport.response import RESTResponse, refuse_half
from vidispine._transport.retry import ONCE, RetryBudget, pause, policy_of
from vidispine.exceptions import (
    ApiException,
    ApiResponseError,
    ApiTypeError,
    ApiValueError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from urllib3.util.retry import Retry

    from vidispine._transport.deadline import Deadline
    from vidispine.configuration import Configuration
    from vidispine.types import Timeout

__all__ = ["RESTClientObject", "position", "rewound", "to_timeout"]

_LOGGER = logging.getLogger("vidispine")
MAX_REDIRECTS = 5
_OF_A_BODY = frozenset({"Content-Length", "Content-Type"})


class _Route(NamedTuple):
    """The way to a host; made as one, so that a thread never sees half of another thread's."""

    host: str
    # The host's pool, or the manager when there is a proxy, which is asked for whole URLs instead of paths.
    pool: Any
    prefix: str
    origin: str
    base_path: str


class _Request(NamedTuple):
    """One request, which may be sent more than once."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    start: int | None
    """Where the body, a stream that can be sent again, begins."""
    timeout: urllib3.Timeout
    preload: bool


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
        #: whether :meth:`close` was called
        self.closed = False
        self.start_anew()
        start_anew_when_forked(self)

    def start_anew(self) -> None:
        """Start without connections; a process that was forked does, since those of its parent are not its own."""
        self._lock = threading.Lock()
        self._budget = RetryBudget()
        self._route: _Route | None = None
        #: urllib3's manager; made for the first request
        self.pool_manager: Any = None

    def refuse_closed(self) -> None:
        """Refuse to do anything when this is closed.

        :raises ApiValueError: it is
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
        """Send a request and return the answer, whatever its status.

        :param host: base URL without a slash at its end
        :param target: path and query below ``host``, percent-encoded
        :param timeout: seconds, or a pair of seconds for connecting and reading; ``None`` waits for ever
        :param preload: read the body; ``False`` leaves it to the caller
        :raises ApiConnectionError: no connection; the request was not sent
        :raises ApiTimeoutError, ApiResponseError: no complete answer; the request may have been carried out
        """
        route = self._route
        if route is None or host is not route.host:
            route = self._open(host)
        wait = timeout if isinstance(timeout, urllib3.Timeout) else to_timeout(timeout)
        start = position(body)
        path = route.base_path + target
        status = 0
        for _ in range(MAX_REDIRECTS + 1):
            request = _Request(method, path, headers, body, start, wait, preload)
            response = self._persist(route, request, Attempt(method, route.origin, current()))
            location = location_of(response)
            status = response.status
            if location is None:
                return response
            if not preload:
                response.urllib3_response.drain_conn()
            path, method, body = follow(route.origin, response, location, path, method, body)
            if body is None:
                headers = {name: value for name, value in headers.items() if name not in _OF_A_BODY}
            if not rewound(body, start):
                raise refused(response, "for a body that can be read only once")
        raise ApiResponseError(status, f"more than {MAX_REDIRECTS} redirects")

    def _persist(self, route: _Route, request: _Request, attempt: Attempt) -> RESTResponse:
        """Send a request, and send it again as long as the policy and the budget allow."""
        self.refuse_closed()
        retries: Retry | None = self._retries(request)
        raw, failure = None, None
        try:
            while retries is not None:
                raw, failure = self._try(route, request)
                attempt.refuse_late(failure)
                if raw is not None and not retries.is_retry(request.method, raw.status, "Retry-After" in raw.headers):
                    self._budget.give_back()
                    break
                retries = self._next(retries, route, request, attempt, raw, failure)
                if failure is None or unsent_error(reason_of(failure), route.origin) is None:
                    attempt = attempt._replace(sent=True)
        finally:
            # A frame that holds an error which holds the frame would keep its connection until the next collection.
            failure = None
        response = RESTResponse(raw, attempt)
        if request.preload:
            response.data = response.urllib3_response.data
        return response

    def _try(self, route: _Route, request: _Request) -> tuple[Any, HTTPError | None]:
        """Send a request once; return urllib3's answer, or what went wrong."""
        try:
            with silenced():
                return self._send_once(route, request), None
        except MaxRetryError as error:
            return None, error if error.reason is None else http_error(error.reason)
        except HTTPError as error:
            return None, error

    def _send_once(self, route: _Route, request: _Request) -> Any:
        timeout = _within(request.timeout, current())
        read = timeout.read_timeout
        wait_to_send(read if isinstance(read, (int, float)) else None)
        raw = route.pool.urlopen(
            request.method,
            route.prefix + request.path,
            body=request.body,
            headers=request.headers,
            retries=ONCE,
            redirect=False,
            timeout=timeout,
            preload_content=request.preload,
            enforce_content_length=True,
        )
        if request.preload:
            # Read now, so that what goes wrong with it counts as this attempt's failure; it is kept.
            _ = raw.data
            refuse_half(raw)
        return raw

    def _next(
        self, retries: Retry, route: _Route, request: _Request, attempt: Attempt, raw: Any, failure: HTTPError | None
    ) -> Retry | None:
        """Wait for another attempt and return the policy for it; ``None`` when the last answer has to do.

        :raises ApiException: the last failure has to do
        """
        try:
            with silenced():
                # Errors of urllib3 name the path, and tracebacks show them: what comes after it may be a secret.
                path = request.path.partition("?")[0]
                retries = retries.increment(request.method, path, raw, failure, route.pool)
            if not self._budget.take():
                raise MaxRetryError(route.pool, path, failure)
        except HTTPError as error:
            if failure is not None:
                raise translate(error, attempt) from failure
            if retries.raise_on_status:
                raw.drain_conn()
                raise translate(error, attempt) from error
            return None
        seconds = pause(retries, raw)
        if raw is not None:
            raw.drain_conn()
        what = raw.status if raw is not None else failure and words_for(failure)
        _LOGGER.debug("%s %s: %s; again in %.1f s", request.method, path, what, seconds)
        _sleep(seconds, attempt.deadline, failure)
        if self.closed:
            # Nobody waits for more, so what came last has to do.
            if failure is not None:
                raise translate(failure, attempt) from failure
            return None
        if request.start is not None:
            request.body.seek(request.start)
        return retries

    def wait_to_resume(self, retries: Retry | None, method: str, failure: ApiException) -> Retry:
        """Wait before the rest of an answer that broke off is asked for, and return the policy for the next failure.

        :param retries: what was returned after the failure before this one; ``None`` if bytes have come since then,
            which show that the server lives: such a retry costs the client's budget nothing
        :param failure: what :meth:`RESTResponse.stream` raised
        :raises ApiException: the failure has to do
        """
        policy = policy_of(self.configuration.retries) if retries is None else retries
        try:
            with silenced():
                policy = policy.increment(method, "", None, cause_of(failure))
        except HTTPError:
            raise failure from failure.__cause__
        if retries is not None and not self._budget.take():
            raise failure from failure.__cause__
        _sleep(pause(policy, None), current(), failure)
        if self.closed:
            raise failure from failure.__cause__
        return policy

    def _retries(self, request: _Request) -> Retry:
        if request.start is None and _can_be_read_once(request.body):
            return policy_of(0)
        return policy_of(self.configuration.retries)

    # Connections

    def _open(self, host: str) -> _Route:
        """Make the way to a host."""
        with self._lock:
            self.refuse_closed()
            url = parse_host("host", host, "http://localhost:8080/API")
            proxy = proxy_for(self.configuration, url)
            if self.pool_manager is None:
                self.pool_manager = make_manager(self.configuration, proxy, self._pools_size, self._maxsize)
            origin = f"{url.scheme}://{url.netloc}"
            pool = self.pool_manager if proxy else self.pool_manager.connection_from_url(url.url)
            prefix = origin if proxy else ""
            self._route = _Route(host, pool, prefix, origin, (url.path or "").rstrip("/"))
            return self._route

    def close(self) -> None:
        """Close all connections; any later request is an :class:`ApiValueError`."""
        with self._lock:
            self.closed = True
            self._route = None
            if self.pool_manager is not None:
                self.pool_manager.clear()


def _sleep(seconds: float, deadline: Deadline | None, failure: BaseException | None) -> None:
    """Wait before another attempt, unless the call would be over by then."""
    if deadline is not None and seconds >= deadline.remaining():
        raise deadline.error() from failure
    time.sleep(seconds)


def position(body: Any) -> int | None:
    """Return where a stream stands, so that it can be sent again from there; ``None`` for what is no such stream."""
    if not hasattr(body, "seek"):
        return None
    try:
        return int(body.tell())
    except (AttributeError, OSError):
        return None


def rewound(body: Any, start: int | None) -> bool:
    """Make a body ready to be sent again; return whether it is.

    :param start: what :func:`position` returned before it was sent
    """
    if body is not None and start is not None:
        body.seek(start)
        return True
    return not _can_be_read_once(body)


def _can_be_read_once(body: Any) -> bool:
    return body is not None and not isinstance(body, (bytes, bytearray, memoryview, str))


def _within(timeout: urllib3.Timeout, deadline: Deadline | None) -> urllib3.Timeout:
    """Return a timeout that is not longer than what is left of a call's time."""
    if deadline is None:
        return timeout
    left = deadline.remaining()
    connect, read = timeout.connect_timeout, timeout.read_timeout
    return urllib3.Timeout(
        connect=min(connect, left) if isinstance(connect, (int, float)) else left,
        read=min(read, left) if isinstance(read, (int, float)) else left,
    )


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
