"""The WSGI application: routes, authenticates and validates requests, calls handlers and encodes responses."""

from __future__ import annotations

import gzip
import logging
import time
from contextlib import contextmanager
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotAcceptable
from werkzeug.wrappers import Request as HttpRequest
from werkzeug.wrappers import Response as HttpResponse

from vidispine._calls.operation import JSON, TEXT, XML
from vidispine.simulator.http.arguments import read_arguments, read_body
from vidispine.simulator.http.errors import (
    ApiError,
    internal_server_error,
    invalid_input,
    is_too_complex,
    not_implemented,
)
from vidispine.simulator.http.requests import Request
from vidispine.simulator.http.responses import (
    FileResponse,
    Response,
    content_type,
    encode,
    encode_error,
    negotiate,
    negotiate_error,
)
from vidispine.simulator.http.routes import BASE_PATH, match_request
from vidispine.simulator.http.streams import discard_body, file_parameter, prepare_body, stream_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from vidispine._calls.operation import Operation
    from vidispine.simulator.accounts.user_store import User, UserStore
    from vidispine.simulator.http.canned_responses import CannedResponses
    from vidispine.simulator.http.requests import Handler
    from vidispine.simulator.http.routes import Match
    from vidispine.simulator.state import ServerState

logger = logging.getLogger("vidispine.simulator")

MAX_DOCUMENT_BYTES = 16 * 1024 * 1024
"""Maximum size of a request body. Files may be larger."""

MIN_GZIP_BYTES = 2048
"""Minimum size of a compressed response."""

_DAY = 24 * 3600

_TEXT_BY_DEFAULT = frozenset({"search_groups", "create_user"})
"""Operations that respond in plain text without an Accept header. The others respond in XML."""


class Application:
    """The simulated API. Any WSGI server can serve it."""

    def __init__(
        self,
        state: ServerState,
        users: UserStore,
        handlers: Mapping[str, Handler],
        canned: CannedResponses,
        *,
        strict: bool = True,
    ) -> None:
        """Create the application.

        :param handlers: handlers by operation
        :param canned: responses that take precedence over the handlers
        :param strict: reject unknown parameters and missing documents
        """
        self._strict = strict
        self._state = state
        self._users = users
        self._handlers = handlers
        self._canned = canned

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Handle one request."""
        request = HttpRequest(environ)
        request.max_content_length = MAX_DOCUMENT_BYTES
        response = self._respond(request)
        if response.status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            discard_body(request)
        logger.debug("%s %s %s", request.method, request.path, response.status_code)
        return response(environ, start_response)

    def _respond(self, request: HttpRequest) -> HttpResponse:
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return _finish(request, HttpResponse(status=204))
        try:
            prepare_body(request)
            response = self._respond_to_operation(request, match_request(request.environ))
        except HTTPException as error:
            is_options = request.method == "OPTIONS" and isinstance(error, MethodNotAllowed)
            response = _framework_error(error, 200 if is_options else error.code or 500)
        return _finish(request, response)

    def _respond_to_operation(self, request: HttpRequest, match: Match) -> HttpResponse:
        try:
            return self._dispatch(request, match)
        except HTTPException:
            raise
        except ApiError as error:
            return _error_response(request, match.operation, error)
        except Exception as error:
            if is_too_complex(error):
                problem = invalid_input(None, None, "the request is too long or nested too deeply")
                return _error_response(request, match.operation, problem)
            logger.exception("%s failed", match.operation.name)
            return _error_response(request, match.operation, internal_server_error())

    def _dispatch(self, request: HttpRequest, match: Match) -> HttpResponse:
        operation = match.operation
        user = self._users.anonymous if match.is_public else self._authenticate(request)
        handler = self._canned.take(operation) or self._handlers.get(operation.name)
        if handler is None:
            raise not_implemented(f"{operation.name} is not implemented by the simulator")
        header = request.headers.get
        default = TEXT if operation.name in _TEXT_BY_DEFAULT else XML
        accept = header("Accept", "")
        media_type = negotiate(accept, tuple(operation.accept), default) if operation.accept else JSON
        if media_type is None:
            raise NotAcceptable
        arguments = read_arguments(operation, match.path_values, match.query, header, strict=self._strict)
        base_url = f"{request.scheme}://{request.host}{BASE_PATH}"
        with self._body(request, operation, arguments) as body, self._state.timeline.transaction() as now:
            if match.file is not None:
                arguments["file-id"] = self._state.media.file_id(*match.file)
            asked = Request(self._state, self._users, user, now, arguments, body, media_type, header, base_url)
            response = handler(asked) or Response()
        if isinstance(response, FileResponse):
            return stream_file(request, response)
        data = encode(response, operation.result, media_type) if operation.accept else b""
        headers = {} if response.location is None else {"Location": response.location}
        return HttpResponse(data, response.status, headers, content_type=content_type(media_type))

    def _authenticate(self, request: HttpRequest) -> User:
        return self._users.authenticate(request.authorization, request.headers.get("RunAs"))

    @contextmanager
    def _body(self, request: HttpRequest, operation: Operation[Any], arguments: dict[str, Any]) -> Iterator[Any]:
        """Provide the body. Files are received before the transaction, so that slow uploads block nobody."""
        if file_parameter(operation, request.mimetype) is None:
            data, charset = request.get_data(cache=False), request.mimetype_params.get("charset")
            if len(data) >= MAX_DOCUMENT_BYTES:
                request.stream.read(1)  # raises RequestEntityTooLarge if there is more
            yield read_body(operation, data, request.mimetype, charset, strict=self._strict)
            return
        request.max_content_length = None
        receive, name = self._state.media.transfers.receive, arguments.get("transferId")
        with receive(request.stream, request.content_length, request.mimetype, name) as received:
            yield received


def _error_response(request: HttpRequest, operation: Operation[Any], error: ApiError) -> HttpResponse:
    media_type = negotiate_error(request.headers.get("Accept", ""), operation.accept)
    response = HttpResponse(encode_error(error, media_type), error.status, content_type=content_type(media_type))
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="vidispine"'
    return response


def _framework_error(error: HTTPException, status: int) -> HttpResponse:
    """Return the response that VidiCore's web framework gives, without an error document."""
    message = f'{{"code":{error.code},"message":"HTTP {error.code} {error.name}"}}'
    response = HttpResponse(message if status == error.code else b"", status, content_type=JSON)
    for name, value in error.get_headers():
        if name in ("Allow", "Content-Range"):
            response.headers[name] = value
    return response


def _finish(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Set the headers that all responses have, and compress the body."""
    # Werkzeug writes the reason phrase in uppercase.
    response.status = f"{response.status_code} {HTTPStatus(response.status_code).phrase}"
    if request.authorization is not None and request.authorization.type == "basic":
        response.headers["Set-Cookie"] = _expired_cookie(int(time.time()) - _DAY)
    if response.status_code == HTTPStatus.NO_CONTENT:
        response.headers.pop("Content-Type", None)
    if "Origin" in request.headers:
        _allow_origin(request, response)
    if response.direct_passthrough:
        return response
    data = response.get_data()
    if request.method in ("GET", "HEAD") and data:
        response.vary.add("Accept-Encoding")
        if len(data) >= MIN_GZIP_BYTES and request.accept_encodings["gzip"] > 0:
            response.set_data(gzip.compress(data, compresslevel=6))
            response.content_encoding = "gzip"
            # Without a length, the WSGI server sends the body in chunks.
            del response.headers["Content-Length"]
            response.automatically_set_content_length = False
    return response


@lru_cache(maxsize=1)
def _expired_cookie(expired: int) -> str:
    return f"rememberMe=deleteMe; Path=/; Max-Age=0; Expires={formatdate(expired, usegmt=True)}"


def _allow_origin(request: HttpRequest, response: HttpResponse) -> None:
    """Let browser applications of any origin read the response (CORS)."""
    asked = request.headers.get
    response.headers["Access-Control-Allow-Origin"] = asked("Origin", "*")
    response.headers["Access-Control-Allow-Credentials"] = "true"
    response.headers["Access-Control-Expose-Headers"] = "Content-Disposition, Content-Range, Location, Retry-After"
    response.vary.add("Origin")
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, PUT, DELETE, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = asked("Access-Control-Request-Headers", "*")
        response.headers["Access-Control-Max-Age"] = "86400"
