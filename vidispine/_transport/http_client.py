"""The HTTP client on urllib3: connections by host and proxy, retries and redirects.

Failures are raised as errors of this package, which also show whether the request was sent.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import urllib3
from urllib3.exceptions import HTTPError, MaxRetryError

from vidispine._transport.call import Call
from vidispine._transport.connections import drain, send
from vidispine._transport.deadline import MAX_TIMEOUT
from vidispine._transport.errors import http_error, reason_of, translate, unsent_error
from vidispine._transport.forking import register_after_fork
from vidispine._transport.headers import Headers
from vidispine._transport.paths import join_path
from vidispine._transport.pools import ConnectionPools, Route
from vidispine._transport.redirects import follow, location_of, redirect_error
from vidispine._transport.response import RESTResponse
from vidispine._transport.retry import NO_RETRIES, RetryLoop, policy_of, retry_after
from vidispine.exceptions import ApiResponseError, ApiTimeoutError, ApiTypeError, ApiValueError, short_repr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine._transport.deadline import Deadline
    from vidispine._transport.retry import RetryBudget
    from vidispine.configuration import Configuration
    from vidispine.types import Timeout

__all__ = ["RESTClientObject", "position", "rewound", "to_timeout"]

MAX_REDIRECTS = 5
_BODY_HEADERS = frozenset({"content-length", "content-type"})


class RESTClientObject:
    """Sends requests to the hosts of a configuration.

    :param configuration: how to connect
    :param pools_size: hosts to keep connections for. Default: 4
    :param maxsize: connections to keep open to a host. Default: ``Configuration.connection_pool_maxsize``
    :param pools: the connection pools to share with another client. Default: new ones
    """

    def __init__(
        self,
        configuration: Configuration,
        pools_size: int = 4,
        maxsize: int | None = None,
        pools: ConnectionPools | None = None,
    ) -> None:
        self.configuration = configuration
        #: shared with clients of ``with_options``
        self.pools = ConnectionPools(pools_size, maxsize) if pools is None else pools
        self._reset_after_fork()
        register_after_fork(self)

    def _reset_after_fork(self) -> None:
        self._route: Route | None = None

    @property
    def closed(self) -> bool:
        """Whether :meth:`close` was called."""
        return self.pools.closed

    @property
    def budget(self) -> RetryBudget:
        """The retry budget."""
        return self.pools.budget

    @property
    def pool_manager(self) -> Any:
        """urllib3's manager of the host that was used last; ``None`` before the first request."""
        return self.pools.manager

    def raise_if_closed(self) -> None:
        """Raise an error if the client is closed.

        :raises ApiValueError: the client is closed
        """
        self.pools.raise_if_closed()

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
        """Send a request and return the response, also for an error status.

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
        """Send a call's request with retries and redirects, and return the last response.

        :raises ApiException: no complete response; the class says whether the request was sent
        """
        route = self._route
        if route is None or call.host is not route.host:
            route = self._route = self.pools.open(self.configuration, call.host)
        call.origin = route.origin
        call.max_response_bytes = self.configuration.max_response_bytes
        method, target = call.method, route.base_path + call.target
        if call.target[:4] == "/../":
            target = join_path(route.base_path, call.target)
        if call.see_other is not None:
            method, target, body = "GET", call.see_other, None
            headers = _without_body(headers)
        start = None if body is None else position(body)
        for _ in range(MAX_REDIRECTS + 1):
            response = self._send_with_retries(route, call, method, target, headers, body, start)
            location = location_of(response) if 300 <= response.status < 400 else None
            if location is None:
                return response
            if not call.preload:
                drain(response.urllib3_response)
            target, followed, body = follow(route.origin, route.base_path, response, location, target, method, body)
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
        """Return the retry loop of one call, which uses the client's retry budget.

        :param deadline: when the work must be done
        :param is_idempotent: whether the work is safe to retry regardless of its HTTP method
        :param ceiling: the longest ``Retry-After`` to wait for. Default: ``Configuration.retry_after_ceiling``
        """
        settings = self.configuration
        return RetryLoop(
            policy_of(settings.retries),
            self.pools.budget,
            deadline,
            is_idempotent=is_idempotent,
            ceiling=settings.retry_after_ceiling if ceiling is None else ceiling,
            debug=settings.debug,
        )

    def _send_with_retries(
        self,
        route: Route,
        call: Call,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: Any,
        start: int | None,
    ) -> RESTResponse:
        """Send a request, with retries as the policy and the budget allow."""
        pools, settings = self.pools, self.configuration
        if pools.closed:
            pools.raise_if_closed()
        read_once = body is not None and start is None and _can_be_read_once(body)
        loop = RetryLoop(NO_RETRIES, pools.budget) if read_once else self.retry_loop(call.deadline)
        path, mark, query = target.partition("?")
        stream: Any = body
        failure = None
        try:
            while True:
                is_plain = not (settings.before_request or settings.max_requests_per_second or pools.instrumentation)
                attempt = _attempt if is_plain else self._attempt_with_hooks
                raw, failure = attempt(route, call, method, path, mark + query, headers, body)
                if failure is None and loop.is_success(method, raw):
                    break
                unsent = failure is not None and unsent_error(reason_of(failure), route.origin) is not None
                if not _wait(loop, call, method, failure, raw, path, unsent):
                    if failure is not None:
                        raise translate(failure, call) from failure
                    if loop.raises_on_status:
                        drain(raw)
                        error = ApiResponseError(raw.status, f"no usable response from {call.origin}: too many retries")
                        error.retry_after = retry_after(raw.headers)
                        raise error
                    break
                call.may_have_been_processed |= not unsent
                if start is not None:
                    stream.seek(start)
        finally:
            # A reference cycle of the frame and the error would keep the connection until the next garbage collection.
            failure = None
        response = RESTResponse(raw, call)
        if call.preload:
            response.data = raw.data
        return response

    def _attempt_with_hooks(
        self, route: Route, call: Call, method: str, path: str, query: str, headers: Mapping[str, str], body: Any
    ) -> tuple[Any, HTTPError | None]:
        """Send a request once, when the rate limit allows it, with hooks and instrumentation."""
        from vidispine._transport.hooks import PreparedRequest, run_before_request

        settings = self.configuration
        if settings.max_requests_per_second:
            self.pools.rate_limit.wait(settings.max_requests_per_second, call)
            if not call.attempts:
                self.pools.raise_if_closed()
        request = PreparedRequest(call, method, f"{route.origin}{path}{query}", headers)
        instrumentation = self.pools.instrumentation
        with nullcontext() if instrumentation is None else instrumentation.enclose_attempt(call, request):
            run_before_request(settings.before_request, request)
            # Keep the class, whose repr shows no secrets.
            changed = type(headers)(request.headers)  # type: ignore[call-arg]
            raw, call.failure = _attempt(route, call, method, path, query, changed, body)
        failure, call.failure = call.failure, None
        return raw, failure

    def close(self) -> None:
        """Close all connections; later requests raise :class:`ApiValueError`."""
        self._route = None
        self.pools.close()


def _attempt(
    route: Route, call: Call, method: str, path: str, query: str, headers: Mapping[str, str], body: Any
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


def _wait(
    loop: RetryLoop, call: Call, method: str, failure: HTTPError | None, raw: Any, path: str, unsent: bool
) -> bool:
    """Wait before the next attempt; return whether there is one.

    :raises ApiTimeoutError: the deadline would pass before
    """
    try:
        return loop.wait(method, failure, raw, path=path)
    except ApiTimeoutError as error:
        error.sent = call.may_have_been_processed or not unsent
        raise


def _without_body(headers: Mapping[str, str]) -> Mapping[str, str]:
    return Headers({name: value for name, value in headers.items() if name.lower() not in _BODY_HEADERS})


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
    """Return a timeout as urllib3's ``Timeout``. More than :data:`MAX_TIMEOUT` seconds means no limit.

    :raises ApiTypeError, ApiValueError: the value is not a timeout
    """
    pair: Any = timeout if isinstance(timeout, (tuple, list)) else (timeout, timeout)
    problem = "a timeout must be a number of seconds above 0, or a pair (connect, read), not "
    if len(pair) != 2 or any(isinstance(one, bool) or not isinstance(one, (int, float, type(None))) for one in pair):
        raise ApiTypeError(f"{problem}{short_repr(timeout)}")
    if any(one is not None and not one > 0 for one in pair):
        raise ApiValueError(f"{problem}{short_repr(timeout)}")
    connect, read = (None if one is None or one > MAX_TIMEOUT else float(one) for one in pair)
    return urllib3.Timeout(connect=connect, read=read)
