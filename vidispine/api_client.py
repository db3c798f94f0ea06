"""One call: arguments, request, answer, result."""

from __future__ import annotations

import keyword
import threading
import time
import weakref
from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine._calls.compatibility import PublishedHelpers
from vidispine._calls.log import is_wanted, log_call, log_failure
from vidispine._calls.parameters import to_header, to_header_name
from vidispine._calls.request import Request, build_request
from vidispine._calls.response import decode_response, error_of
from vidispine._transport.forking import start_anew_when_forked
from vidispine._transport.http_client import RESTClientObject, position, rewound, to_timeout
from vidispine.configuration import Configuration
from vidispine.exceptions import ApiException, ApiTypeError, ApiValueError, UnexpectedKeywordError
from vidispine.types import ApiResponse, CallOptions
from vidispine.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import urllib3
    from typing_extensions import Self
    from urllib3.util.retry import Retry

    from vidispine._calls.download import Resend, Target
    from vidispine._calls.operation import Operation
    from vidispine._transport.response import RESTResponse

__all__ = ["ApiClient", "ErrorsOf"]

_OPTIONS = frozenset(CallOptions.__annotations__)
_NO_OPTIONS: Mapping[str, Any] = {}


class _Call(NamedTuple):
    """What is done for one call of a method, by as many requests as it takes."""

    operation: str | None
    request: Request
    options: Mapping[str, Any]
    host: str


class ApiClient(PublishedHelpers):
    """Carries out calls: one is enough for a program, and threads may share it.

    It keeps connections open; ``close()`` or a ``with`` statement closes them. A forked process starts with
    connections and threads of its own.

    :param configuration: where and as whom to connect; the default configuration when left out
    :param header_name: a header to send with every request
    :param header_value: that header's value
    :param cookie: a ``Cookie`` header to send with every request
    :param pool_threads: threads that carry out calls made with ``async_req=True``; started when the first is made
    """

    def __init__(
        self,
        configuration: Configuration | None = None,
        header_name: str | None = None,
        header_value: str | None = None,
        cookie: str | None = None,
        pool_threads: int = 1,
    ) -> None:
        self.configuration = Configuration() if configuration is None else configuration
        #: headers of every request
        self.default_headers: dict[str, str] = {"User-Agent": f"vidispine-python/{__version__}"}
        if header_name is not None:
            self.set_default_header(header_name, header_value)
        #: the ``Cookie`` header of every request
        self.cookie = cookie
        self.pool_threads = pool_threads
        self.rest_client = RESTClientObject(self.configuration)
        #: the answer to the call that ended last, in whichever thread
        self.last_response: RESTResponse | None = None
        self._threads: Any = None
        self._lock = threading.Lock()
        self._timeout: tuple[Any, urllib3.Timeout] | None = None
        self._authorization: str | None = None
        self._headers_seen: tuple[dict[str, str], dict[str, str]] = ({}, {})
        start_anew_when_forked(self)

    # Calls

    def call(
        self, operation: Operation[Any], arguments: Sequence[Any], options: Mapping[str, Any] = _NO_OPTIONS
    ) -> Any:
        """Carry out an operation; the generated methods end here.

        :param operation: what to call
        :param arguments: a value for each of its parameters, in their order; ``None`` for what is not given
        :param options: see :class:`vidispine.types.CallOptions`
        :returns: the operation's result, or what the options ask for
        :raises ApiTypeError, ApiValueError: the call is wrong; nothing was sent
        :raises ApiException: the call did not succeed; the class says how
        """
        if options:
            arguments, options = _checked(operation, arguments, options)
            if options.get("async_req"):
                with ErrorsOf(operation.name):
                    return self.pool.apply_async(self.call, (operation, arguments, {**options, "async_req": False}))
        accept, configuration = options.get("_accept"), self.configuration
        with ErrorsOf(operation.name):
            request = build_request(operation, arguments, accept, configuration.safe_chars_for_path_param)
            call = _Call(operation.name, request, options, configuration.host)
            return self._perform_in_time(call, operation.result, accept is not None)

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
        """Send a request and return its result; for calls that no operation describes too.

        :param operation: the name that errors and logs give to the call
        :param request: what to send
        :param result: the type of the result: a model's name, ``str``, ``list[...]``, ..., or ``None`` for nothing
        :param options: see :class:`vidispine.types.CallOptions`
        :param as_text: return an answer that is not JSON as text
        :param host: base URL to use instead of the configuration's
        """
        call = _Call(operation, request, options, host or self.configuration.host)
        with ErrorsOf(operation):
            return self._perform_in_time(call, result, as_text)

    def _perform_in_time(self, call: _Call, result: str | None, as_text: bool) -> Any:
        if "_deadline" not in call.options:
            return self._perform(call, result, as_text)
        from vidispine._transport.deadline import Deadline  # few calls have one

        with Deadline(call.options["_deadline"]):
            return self._perform(call, result, as_text)

    def _perform(self, call: _Call, result: str | None, as_text: bool) -> Any:
        options = call.options
        preload = options.get("_preload_content", True)
        target = self._target(options) if preload and result == "file" else None
        whole = preload and target is None
        response = self._answer(call, whole)
        if target is not None:
            again = None if _asks_for_a_part(options) else self._again(call)
            data: Any = target.receive(response, again, options.get("_on_progress"))
        elif whole:
            data = decode_response(call.operation, result, response, as_text, bool(call.request.hides))
        else:
            data = response.urllib3_response
        if options.get("_return_http_data_only", True):
            return data
        return ApiResponse(data, response.status, response.headers)

    def _answer(self, call: _Call, whole: bool) -> RESTResponse:
        """Return a successful answer, read if the ``whole`` of it is wanted at once."""
        response = self._send(call, whole)
        if not 200 <= response.status < 300:
            response.read()
            raise error_of(call.operation, response, call.request.hides)
        return response

    def _again(self, call: _Call) -> Resend:
        """Return what sends a request again whose answer broke off on its way into a file."""
        retries: Retry | None = None

        def again(failure: ApiException, advanced: bool, headers: dict[str, str]) -> RESTResponse:
            nonlocal retries
            retries = self.rest_client.wait_to_resume(None if advanced else retries, call.request.method, failure)
            more = {**(call.options.get("_headers") or {}), **headers}
            return self._answer(call._replace(options={**call.options, "_headers": more}), False)

        return again

    def _target(self, options: Mapping[str, Any]) -> Target:
        from vidispine._calls.download import target_of  # few programs download

        return target_of(options.get("_save_to"), self.configuration.temp_folder_path)

    def _send(self, call: _Call, preload: bool) -> RESTResponse:
        """Send a request and return the answer, whatever its status; log what became of it."""
        started = time.perf_counter()
        try:
            if call.request.streams:
                response = self._send_stream(call, preload)
            else:
                response = self._send_body(call, call.request.body, {}, preload)
        except ApiException as failure:
            if is_wanted():
                log_failure(call.operation, call.request, failure, time.perf_counter() - started)
            raise
        self.last_response = response
        if is_wanted():
            shown = self.configuration.debug_bodies
            log_call(call.operation, call.request, response, time.perf_counter() - started, shown)
        return response

    def _send_stream(self, call: _Call, preload: bool) -> RESTResponse:
        from vidispine._calls.upload import open_body  # few programs upload

        opened = open_body(call.request.body, call.options.get("_on_progress"))
        length = {} if opened.length is None else {"Content-Length": str(opened.length)}
        try:
            return self._send_body(call, opened.body, length, preload)
        finally:
            opened.close()

    def _send_body(self, call: _Call, body: Any, more: Mapping[str, str], preload: bool) -> RESTResponse:
        """Send a request, and once more with another token when the server refuses the one that it had."""
        request, given = call.request, call.options.get("_headers") or {}
        headers = {**self._headers(request, given), **more}
        timeout, start = self._timeout_for(call.options), position(body)
        response = self.rest_client.send(request.method, call.host, request.target, headers, body, timeout, preload)
        if response.status != 401 or any(name.lower() == "authorization" for name in given):
            return response
        renewed = self.configuration.renewed_authorization(headers.get("Authorization", ""))
        if renewed is None or not rewound(body, start):
            return response
        response.discard()
        headers["Authorization"] = to_header("the Authorization header", renewed)
        return self.rest_client.send(request.method, call.host, request.target, headers, body, timeout, preload)

    def _headers(self, request: Request, given: Mapping[str, str]) -> dict[str, str]:
        headers = {**self._constant_headers(), **request.headers}
        authorization = self.configuration.authorization()
        if authorization is not None:
            if authorization != self._authorization:
                self._authorization = to_header("the Authorization header", authorization)
            headers["Authorization"] = authorization
        if self.configuration.run_as:
            headers["RunAs"] = to_header("run_as", self.configuration.run_as)
        if self.cookie:
            headers["Cookie"] = to_header("the Cookie header", self.cookie)
        for name, value in given.items():
            replaced = [known for known in headers if known.lower() == name.lower()]
            for known in replaced:
                del headers[known]
            headers[to_header_name(name)] = to_header(name, value)
        return headers

    def _constant_headers(self) -> dict[str, str]:
        """Return the headers of every request, which are looked at anew when they have changed."""
        if self._headers_seen[0] != self.default_headers:
            given = dict(self.default_headers)
            checked = {to_header_name(name): to_header(name, value) for name, value in given.items()}
            self._headers_seen = (given, checked)
        return self._headers_seen[1]

    def _timeout_for(self, options: Mapping[str, Any]) -> urllib3.Timeout:
        if "_request_timeout" in options:
            return to_timeout(options["_request_timeout"])
        # The client's own is made into urllib3's form once, not at each call.
        setting = self.configuration.timeout
        if self._timeout is None or self._timeout[0] is not setting:
            self._timeout = (setting, to_timeout(setting))
        return self._timeout[1]

    # Life

    @property
    def pool(self) -> Any:
        """The :class:`multiprocessing.pool.ThreadPool` of ``async_req``; made when it is first asked for.

        :raises ApiValueError: this client is closed
        """
        with self._lock:
            self.rest_client.refuse_closed()
            if self._threads is None:
                from multiprocessing.pool import ThreadPool

                self._threads = ThreadPool(self.pool_threads)
                # A client that nobody closes must not leave its threads behind.
                weakref.finalize(self, self._threads.terminate)
            return self._threads

    def close(self) -> None:
        """Close the connections and stop the threads; calls made later raise :class:`ApiValueError`."""
        self.rest_client.close()
        with self._lock:
            threads, self._threads = self._threads, None
        if threads is not None:
            threads.close()
            threads.join()

    def start_anew(self) -> None:
        """Start without threads; a process that was forked does, since those of its parent are not there."""
        self._lock = threading.Lock()
        threads, self._threads = self._threads, None
        if threads is not None:
            # It knows that it is another process's, and only forgets them.
            threads.terminate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"ApiClient({self.configuration!r})"

    # Headers

    @property
    def user_agent(self) -> str:
        """The ``User-Agent`` header."""
        return self.default_headers["User-Agent"]

    @user_agent.setter
    def user_agent(self, value: str) -> None:
        self.set_default_header("User-Agent", value)

    def set_default_header(self, header_name: str, header_value: Any) -> None:
        """Send a header with every request.

        :raises ApiTypeError, ApiValueError: no header can have this name or this value
        """
        self.default_headers[to_header_name(header_name)] = to_header(header_name, header_value)


def _checked(
    operation: Operation[Any], arguments: Sequence[Any], options: Mapping[str, Any]
) -> tuple[Sequence[Any], Mapping[str, Any]]:
    """Return a call's arguments and options, none of which is unknown.

    A parameter whose name is a word of Python's has an underscore after it, and may be given without one all the same,
    as ``**{"async": True}``.
    """
    unknown = options.keys() - _OPTIONS
    if not unknown:
        return arguments, options
    names = [parameter.name for parameter in operation.parameters]
    given = list(arguments)
    for name in sorted(unknown):
        if not (keyword.iskeyword(name) and f"{name}_" in names):
            raise UnexpectedKeywordError.of(operation.name, name, [*names, *_OPTIONS])
        given[names.index(f"{name}_")] = options[name]
    return given, {name: value for name, value in options.items() if name in _OPTIONS}


def _asks_for_a_part(options: Mapping[str, Any]) -> bool:
    return any(name.lower() == "range" for name in options.get("_headers") or {})


class ErrorsOf:
    """Says in each error that leaves it which call it is about."""

    __slots__ = ("operation",)

    def __init__(self, operation: str | None) -> None:
        self.operation = operation

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        if isinstance(error, ApiException):
            error.operation = error.operation or self.operation
        elif isinstance(error, (ApiTypeError, ApiValueError)) and self.operation is not None:
            error.args = (f"{self.operation}: {error}", *error.args[1:])
