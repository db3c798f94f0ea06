"""Makes calls: sends the arguments of an operation and returns its result."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Mapping
from contextvars import ContextVar, copy_context
from typing import TYPE_CHECKING, Any

from vidispine._calls import compatibility
from vidispine._calls.parameters import to_header, to_header_name
from vidispine._calls.request import Request, build_request
from vidispine._calls.response import decode_response, error_of, text_or_error
from vidispine._transport.call import Call
from vidispine._transport.deadline import Deadline, earliest
from vidispine._transport.errors import cause_of
from vidispine._transport.forking import register_after_fork
from vidispine._transport.headers import SHOWN, Headers, remove_framing
from vidispine._transport.http_client import RESTClientObject, position, rewound, to_timeout
from vidispine._transport.log import LOGGER, is_enabled
from vidispine._transport.retry import RENEW_TOKEN, RetryLoop
from vidispine._values.checks import check_integer
from vidispine._values.secrets import Secret, mask
from vidispine.configuration import Configuration
from vidispine.exceptions import (
    ApiException,
    ApiTypeError,
    ApiValueError,
    OpenApiException,
    hides_arguments,
    kind_of,
    without_frames,
)
from vidispine.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import ThreadPoolExecutor

    import urllib3
    from typing_extensions import Self, Unpack

    from vidispine._calls.download import Resend, Target
    from vidispine._calls.operation import Operation
    from vidispine._transport.response import RESTResponse
    from vidispine.types import ClientOptions

__all__ = ["ApiClient", "ErrorsOf"]

_KEPT_BODY = 1024 * 1024
"""The maximum size in bytes of a body that ``last_response`` keeps."""
_NO_OPTIONS: Mapping[str, Any] = {}
_SPELLINGS = {
    name.lower(): name
    for name in ("Accept", "Accept-Encoding", "Authorization", "Content-Length", "Content-Type", "Cookie", "RunAs")
}
"""The headers that a request can set itself: names by their lowercase form."""

_DEADLINE: ContextVar[Deadline | None] = ContextVar("vidispine_deadline", default=None)
"""The deadline of the current call. Only calls that are made within it read it."""


class ApiClient:
    """Makes calls. A program needs only one; it is thread-safe.

    It keeps connections open; ``close()`` or a ``with`` statement closes them. A forked process gets its own
    connections and threads.

    :param configuration: the settings. Default: a new :class:`vidispine.Configuration`
    :param header_name: a header to send with every request
    :param header_value: that header's value
    :param cookie: a ``Cookie`` header to send with every request
    :param pool_threads: threads for calls made with ``async_req=True``, started with the first of these. Default: 1
    """

    @hides_arguments
    def __init__(
        self,
        configuration: Configuration | None = None,
        header_name: str | None = None,
        header_value: str | None = None,
        cookie: str | None = None,
        pool_threads: int = 1,
    ) -> None:
        if not isinstance(configuration, (Configuration, type(None))):
            raise ApiTypeError(f"configuration must be a Configuration, not {kind_of(configuration)}")
        #: the settings
        self.configuration = Configuration() if configuration is None else configuration
        #: headers of every request
        self.default_headers: dict[str, str] = Headers({"User-Agent": f"vidispine-python/{__version__}"})
        if header_name is not None:
            self.set_default_header(header_name, header_value)
        self.cookie = cookie
        self.pool_threads = check_integer("pool_threads", pool_threads, 1)
        self.rest_client = RESTClientObject(self.configuration)
        #: the response to the last call of any thread; its ``data`` is ``None`` if the body is larger than 1 MiB
        self.last_response: RESTResponse | None = None
        self._threads: tuple[Any, set[int]] | None = None
        self._executor: ThreadPoolExecutor | None = None
        self._owner: ApiClient | None = None
        self._lock = threading.Lock()
        self._timeout: tuple[Any, urllib3.Timeout] | None = None
        self._authorization: str | None = None
        self._option_headers: dict[str, str] = Headers()
        self._headers_seen: tuple[dict[str, str], dict[str, str]] = ({}, {})
        register_after_fork(self)

    # Calls

    def call(
        self, operation: Operation[Any], arguments: Sequence[Any], options: Mapping[str, Any] = _NO_OPTIONS
    ) -> Any:
        """Call an operation. The generated methods call this method.

        :param operation: the operation to call
        :param arguments: a value for each of its parameters, in their order; ``None`` for an omitted one
        :param options: see :class:`vidispine.types.CallOptions`
        :returns: the operation's result, or what the options select
        :raises ApiTypeError, ApiValueError: an argument is wrong; nothing was sent
        :raises ApiException: the call failed; the class says how
        """
        if options:
            # Most calls have none.
            from vidispine._calls.options import check_options

            arguments, options = check_options(operation, arguments, options)
        accept, configuration = options.get("_accept"), self.configuration
        try:
            if options.get("async_req"):
                from vidispine._calls.background import apply_async

                return apply_async(self, self.call, (operation, arguments, {**options, "async_req": False}))
            request = build_request(operation, arguments, accept, configuration.safe_chars_for_path_param)
            return self._perform(
                operation.name,
                request,
                operation.result,
                options,
                operation.path,
                configuration.host,
                accept is not None,
            )
        except OpenApiException as error:
            if isinstance(error, ApiException) and error.status in (400, 404, 405) and error.hint is None:
                from vidispine._calls.availability import availability_hint

                error.hint = availability_hint(operation, arguments, error, configuration.host)
            del arguments, options
            raise without_frames(_named(error, operation.name))  # noqa: B904 - it is the same error

    def perform(
        self,
        operation: str | None,
        request: Request,
        result: str | None,
        options: Mapping[str, Any] = _NO_OPTIONS,
        *,
        as_text: bool = False,
        host: str | None = None,
    ) -> Any:
        """Send a request and return its result; also for calls that no operation describes.

        :param operation: the call's name in errors and logs
        :param request: the request to send
        :param result: the type of the result: a model's name, ``str``, ``list[...]``, ..., or ``None`` for nothing
        :param options: see :class:`vidispine.types.CallOptions`
        :param as_text: return a response that is not JSON as text
        :param host: base URL to use instead of the configuration's
        """
        try:
            return self._perform(operation, request, result, options, None, host or self.configuration.host, as_text)
        except OpenApiException as error:
            del options
            raise without_frames(_named(error, operation))  # noqa: B904 - it is the same error

    def _perform(
        self,
        operation: str | None,
        request: Request,
        result: str | None,
        options: Mapping[str, Any],
        route: str | None,
        host: str,
        as_text: bool,
    ) -> Any:
        """Make a call in its three phases: prepare, exchange, decode."""
        preload = options.get("_preload_content", True)
        target = self._target(options) if preload and result == "file" and "_as_text" not in options else None
        call = Call(
            operation,
            request.method,
            host,
            request.target,
            self._timeout_for(options),
            route=route,
            options=options,
            preload=preload and target is None,
        )
        is_observed = self.configuration.after_call or self.rest_client.pools.instrumentation
        run = self._observed_run if is_observed else self._run
        if _DEADLINE.get() is None and options.get("_deadline") is None:
            response, data = run(call, request, target, result, as_text)
        else:
            response, data = _run_before_deadline(run, call, request, target, result, as_text)
        if options.get("_return_http_data_only", True):
            return data
        from vidispine.types import ApiResponse

        return ApiResponse(data, response.status, response.headers)

    def _observed_run(self, call: Call, *arguments: Any) -> tuple[RESTResponse, Any]:
        from vidispine._calls.observation import observed

        with observed(call, self.configuration.after_call, self.rest_client.pools.instrumentation):
            return self._run(call, *arguments)

    def _run(
        self, call: Call, request: Request, target: Target | None, result: str | None, as_text: bool
    ) -> tuple[RESTResponse, Any]:
        """Send a request, and decode the response."""
        response = self._exchange(call, request)
        if target is not None:
            return response, target.receive(response, self._resume(call, request), call.options.get("_on_progress"))
        if "_as_text" in call.options:
            return response, text_or_error(call.operation, response)
        if call.preload:
            return response, decode_response(call.operation, result, response, as_text, bool(request.sensitive))
        return response, response.urllib3_response

    def _exchange(self, call: Call, request: Request, more_headers: Mapping[str, str] = _NO_OPTIONS) -> RESTResponse:
        """Send a call's request, log the outcome, and return its successful response.

        :raises ApiException: the response was not successful, or there was none
        """
        try:
            if request.streams:
                response = self._send_stream(call, request)
            else:
                response = self._send(call, request, request.body, more_headers)
        except ApiException as failure:
            if is_enabled(self.configuration.debug):
                from vidispine._calls.log import log_failure

                log_failure(call, request, failure, self.configuration.debug)
            raise
        succeeded = 200 <= response.status < 300
        data = response.data if succeeded else response.read()
        self.last_response = response if data is None or len(data) <= _KEPT_BODY else response.without_body()
        if self.configuration.debug or LOGGER.isEnabledFor(logging.DEBUG):
            from vidispine._calls.log import log_response

            log_response(call, request, response, self.configuration)
        if not succeeded:
            raise error_of(call.operation, response, request.sensitive)
        return response

    def _resume(self, call: Call, request: Request) -> Resend | None:
        """Return a function that requests the rest of a download after the connection was lost."""
        if any(name.lower() == "range" for name in call.options.get("_headers") or {}):
            return None
        loop = self.rest_client.retry_loop(call.deadline)

        def resume(failure: ApiException, advanced: bool, headers: dict[str, str]) -> RESTResponse:
            if advanced:
                loop.restart()
            if not loop.wait(call.next_method, cause_of(failure), counts=not advanced):
                raise failure from failure.__cause__
            return self._exchange(call, request, headers)

        return resume

    def _target(self, options: Mapping[str, Any]) -> Target:
        from vidispine._calls.download import target_of

        return target_of(options.get("_save_to"), self.configuration.temp_folder_path)

    def _send_stream(self, call: Call, request: Request) -> RESTResponse:
        from vidispine._calls.upload import CallbackError, announced_length, open_body

        announced = announced_length(request.headers, call.options.get("_headers"))
        opened = open_body(request.body, call.options.get("_on_progress"), announced)
        try:
            return self._send(call, request, opened.body, _NO_OPTIONS, opened.length)
        except CallbackError as carrier:
            raise carrier.error from None
        finally:
            opened.close()

    def _send(
        self, call: Call, request: Request, body: Any, more_headers: Mapping[str, str], length: int | None = None
    ) -> RESTResponse:
        """Send a request, and send it again with a renewed token if the server rejects its token.

        :param length: the number of bytes of a streamed body; ``None`` if it is unknown
        """
        given = call.options.get("_headers") or _NO_OPTIONS
        if self._option_headers:
            given = Headers({**self._option_headers, **given})
        is_authorized = bool(given) and any(name.lower() == "authorization" for name in given)
        headers = self._headers(request, given, is_authorized)
        # A file that a helper of 5.0.4 sends needs the length that the caller gives.
        if (given or call.operation is None) and (request.streams or not hasattr(body, "read")):
            remove_framing(headers, length if request.streams else memoryview(body or b"").nbytes)
        if length is not None:
            headers["Content-Length"] = str(length)
        if more_headers:
            headers.update(more_headers)
        if call.preload and self.configuration.accept_gzip:
            headers.setdefault("Accept-Encoding", "gzip")
        start = position(body) if request.streams else None
        response = self.rest_client.exchange(call, headers, body)
        if response.status == 401 and not is_authorized:
            loop = RetryLoop(RENEW_TOKEN, self.rest_client.budget, call.deadline)
            renewed = self.configuration.renewed_authorization(headers.get("Authorization", ""))
            if (
                renewed is not None
                and (call.see_other is not None or rewound(body, start))
                and loop.wait(call.next_method, None, response.urllib3_response, counts=False)
            ):
                response.discard()
                headers["Authorization"] = to_header("the Authorization header", renewed)
                return self.rest_client.exchange(call, headers, body)
        return response

    def _headers(self, request: Request, given: Mapping[str, str], is_authorized: bool) -> Headers:
        """Return the headers of a request.

        :param given: headers that take precedence
        :param is_authorized: whether ``Authorization`` is one of them, so that no token is needed
        """
        headers = Headers(self._constant_headers())
        headers.update(request.headers)
        authorization = None if is_authorized else self.configuration.authorization()
        if authorization is not None:
            if authorization != self._authorization:
                to_header("the Authorization header", authorization)
                self._authorization = authorization
            headers["Authorization"] = authorization
        if self.configuration.run_as:
            headers["RunAs"] = to_header("run_as", self.configuration.run_as)
        if self._cookie:
            headers["Cookie"] = Secret(to_header("the Cookie header", self._cookie))
        if given:
            _replace(headers, given)
        return headers

    def _constant_headers(self) -> dict[str, str]:
        """Return the headers of every request; they are validated when they have changed."""
        if self._headers_seen[0] != self.default_headers:
            given = Headers(self.default_headers)
            checked = Headers()
            # A header of the request replaces one of the client, however that spells the name.
            _replace(checked, {_SPELLINGS.get(str(name).lower(), name): value for name, value in given.items()})
            remove_framing(checked, None)
            self._headers_seen = (given, checked)
        return self._headers_seen[1]

    def _timeout_for(self, options: Mapping[str, Any]) -> urllib3.Timeout:
        if "_request_timeout" in options:
            return to_timeout(options["_request_timeout"])
        # The client's timeout is converted once, not for each call.
        setting = self.configuration.timeout
        if self._timeout is None or self._timeout[0] is not setting:
            self._timeout = (setting, to_timeout(setting))
        return self._timeout[1]

    # Lifecycle

    @hides_arguments
    def with_options(self, **options: Unpack[ClientOptions]) -> Self:
        """Return a client with other options, on the connections of this one.

        Both share connections, rate limit, retry budget, hooks and threads. The other settings are copied. Closing the
        returned client closes nothing; closing this one closes both.

        :param options: see :class:`vidispine.types.ClientOptions`
        :raises ApiTypeError, ApiValueError: an option is unknown, or has an invalid value
        """
        from vidispine._calls.derived_settings import derived_configuration

        derived = type(self).__new__(type(self))
        derived.__dict__.update(self.__dict__)
        derived.configuration = derived_configuration(self.configuration, options)
        derived.default_headers = type(self.default_headers)(self.default_headers)
        derived._option_headers = Headers(self._option_headers)
        if "run_as" in options:
            _replace(derived._option_headers, {"RunAs": ""})
            del derived._option_headers["RunAs"]
        _replace(derived._option_headers, options.get("headers") or {})
        derived.rest_client = RESTClientObject(derived.configuration, pools=self.rest_client.pools)
        derived.last_response = derived._threads = derived._executor = derived._timeout = None
        derived._owner = self._owner or self
        derived._lock = threading.Lock()
        register_after_fork(derived)
        return derived

    @property
    def pool(self) -> Any:
        """The :class:`multiprocessing.pool.ThreadPool` of ``async_req``; created on first access.

        :raises ApiValueError: this client is closed
        """
        if self._owner is not None:
            return self._owner.pool
        with self._lock:
            self.rest_client.raise_if_closed()
            if self._threads is None:
                from vidispine._calls.background import make_pool

                self._threads = make_pool(self.pool_threads)
                # The threads of a client that is not closed must end too.
                weakref.finalize(self, self._threads[0].terminate)
            return self._threads[0]

    @property
    def executor(self) -> ThreadPoolExecutor | None:
        """The threads of ``Client.submit``, at most ``Configuration.connection_pool_maxsize``; created on first access.

        ``None`` while the interpreter shuts down, when no thread can be started.

        :raises ApiValueError: this client is closed
        """
        if self._owner is not None:
            return self._owner.executor
        with self._lock:
            self.rest_client.raise_if_closed()
            if self._executor is None:
                from vidispine._calls.background import make_executor

                size = self.configuration.connection_pool_maxsize
                self._executor = make_executor(size, f"vidispine-submit-{id(self)}")
            return self._executor

    def close(self) -> None:
        """Close the connections and stop the threads; calls made later raise :class:`ApiValueError`.

        Calls that were submitted are finished first. A client of :meth:`with_options` closes nothing.
        """
        if self._owner is not None:
            return
        with self._lock:
            threads, self._threads = self._threads, None
            executor, self._executor = self._executor, None
        if executor is not None:
            # A submitted call may close the client: its thread cannot wait for itself.
            is_submitted = threading.current_thread().name.startswith(f"vidispine-submit-{id(self)}")
            executor.shutdown(wait=not is_submitted)
        self.rest_client.close()
        if threads is not None:
            from vidispine._calls.background import stop_pool

            stop_pool(*threads)

    def _reset_after_fork(self) -> None:
        """Forget the threads, which do not exist in a forked process."""
        self._lock = threading.Lock()
        self._executor = None
        threads, self._threads = self._threads, None
        if threads is not None:
            # The pool detects the fork, and does not wait for the threads.
            threads[0].terminate()

    def __reduce__(self) -> Any:
        raise ApiTypeError("a client cannot be pickled: pickle its Configuration, and create a new client with it")

    def __copy__(self) -> ApiClient:
        copied = object.__new__(type(self))
        copied.__dict__.update(self.__dict__)
        return copied

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"ApiClient({self.configuration!r})"

    # Headers

    @property
    def cookie(self) -> str | None:
        """The ``Cookie`` header of every request; ``None`` for none."""
        return self._cookie

    @cookie.setter
    def cookie(self, value: str | None) -> None:
        self._cookie: str | None = mask("cookie", value)

    @property
    def user_agent(self) -> str:
        """The ``User-Agent`` header."""
        return self.default_headers["User-Agent"]

    @user_agent.setter
    def user_agent(self, value: str) -> None:
        self.set_default_header("User-Agent", value)

    @hides_arguments
    def set_default_header(self, header_name: str, header_value: Any) -> None:
        """Send a header with every request.

        :raises ApiTypeError, ApiValueError: the name or the value is not valid in a header
        """
        self.default_headers[to_header_name(header_name)] = to_header(header_name, header_value)

    # Helpers of 5.0.4

    call_api = compatibility.call_api
    request = compatibility.request
    deserialize = staticmethod(compatibility.deserialize)
    sanitize_for_serialization = staticmethod(compatibility.sanitize_for_serialization)
    parameters_to_tuples = staticmethod(compatibility.parameters_to_tuples)
    files_parameters = staticmethod(compatibility.files_parameters)
    select_header_accept = staticmethod(compatibility.select_header_accept)
    select_header_content_type = staticmethod(compatibility.select_header_content_type)
    update_params_for_auth = compatibility.update_params_for_auth


def _replace(headers: dict[str, str], given: Mapping[str, Any]) -> None:
    """Set headers instead of those with the same names, which are case-insensitive.

    :raises ApiTypeError, ApiValueError: a name or a value is invalid
    """
    for given_name, value in given.items():
        name = to_header_name(given_name)
        for replaced in [known for known in headers if known.lower() == name.lower()]:
            del headers[replaced]
        text = to_header(name, value)
        # Python 3.9 prints the values of a mapping with a repr of its own.
        headers[name] = text if name.lower() in SHOWN else Secret(text)


def _run_before_deadline(run: Callable[..., Any], call: Call, *arguments: Any) -> Any:
    """Make a call with the deadline of its options, which also applies to calls made within it.

    A token callable makes such a call, for example. If two deadlines apply, the earlier one is used.
    """
    seconds, outer = call.options.get("_deadline"), _DEADLINE.get()
    call.deadline = outer if seconds is None else earliest(Deadline(seconds), outer)
    # In a copy of the context, the deadline ends with the call, even if a signal interrupts it at any moment.
    context = copy_context()
    context.run(_DEADLINE.set, call.deadline)
    try:
        return context.run(run, call, *arguments)
    finally:
        # A response that was returned unread is read without the deadline of the call.
        call.deadline = None


class ErrorsOf:
    """A context that adds the operation's name to each error."""

    __slots__ = ("operation",)

    def __init__(self, operation: str | None) -> None:
        self.operation = operation

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        if isinstance(error, OpenApiException):
            _named(error, self.operation)


def _is_named(error: OpenApiException, operation: str | None) -> bool:
    # A hook may raise the same error again.
    return operation is None or str(error).startswith(f"{operation}: ")


def _named(error: OpenApiException, operation: str | None) -> OpenApiException:
    """Add the operation's name to an error, and return it."""
    if isinstance(error, ApiException):
        error.operation = error.operation or operation
    elif isinstance(error, (ApiTypeError, ApiValueError)) and not _is_named(error, operation):
        error.args = (f"{operation}: {error}", *error.args[1:])
    return error
