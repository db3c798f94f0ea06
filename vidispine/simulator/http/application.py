"""The simulated server as a WSGI application."""

from __future__ import annotations

import gzip
import logging
import time
from contextlib import contextmanager
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException, NotAcceptable
from werkzeug.wrappers import Request, Response

from vidispine.operation import JSON
from vidispine.simulator.http.arguments import read_arguments, read_body
from vidispine.simulator.http.errors import Fault, internal_server, not_implemented
from vidispine.simulator.http.requests import Call
from vidispine.simulator.http.responses import choose, choose_for_error, content_type, encode, encode_fault
from vidispine.simulator.http.routes import BASE, match, split_target, target_of
from vidispine.simulator.http.streams import ByteAnswer, byte_response, drain, file_body

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from vidispine.operation import Operation
    from vidispine.simulator.accounts.user_store import Users
    from vidispine.simulator.http.requests import Handler
    from vidispine.simulator.state import World

__all__ = ["Application"]

logger = logging.getLogger("vidispine.simulator")

LARGEST_BODY = 16 * 1024 * 1024
"""A document in a request's body must not be larger, in bytes; files may be."""

GZIP_FROM = 2048
"""Answers from this size on are sent compressed to who takes that."""

_DAY = 24 * 3600


class Application:
    """Answers requests. It may be given to any WSGI server."""

    def __init__(self, world: World, users: Users, handlers: Mapping[str, Handler]) -> None:
        """Serve this world to these users.

        :param handlers: by the name of the operation
        """
        self._world = world
        self._users = users
        self._handlers = handlers

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        request = Request(environ)
        request.max_content_length = LARGEST_BODY
        response = self._respond(request)
        if response.status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            drain(request)
        logger.debug("%s %s %s", request.method, request.path, response.status_code)
        return response(environ, start_response)

    def _respond(self, request: Request) -> Response:
        try:
            path, query = split_target(target_of(request.environ))
            operation, path_values = match(request.method, path)
            response = self._answer_or_refuse(request, operation, path_values, query)
        except HTTPException as error:
            response = _plain(error)
        return _finish(request, response)

    def _answer_or_refuse(
        self, request: Request, operation: Operation[Any], path: dict[str, str], query: list[tuple[str, str]]
    ) -> Response:
        try:
            return self._answer(request, operation, path, query)
        except HTTPException:
            raise
        except Fault as fault:
            return _refuse(request, operation, fault)
        except Exception:
            logger.exception("%s failed", operation.name)
            return _refuse(request, operation, internal_server())

    def _answer(
        self, request: Request, operation: Operation[Any], path: dict[str, str], query: list[tuple[str, str]]
    ) -> Response:
        user = self._users.authenticate(request.authorization, request.headers.get("RunAs"))
        handler = self._handlers.get(operation.name)
        if handler is None:
            raise not_implemented(f"the simulator does not know {operation.name}")
        media_type = choose(request.accept_mimetypes, operation.accept) if operation.accept else JSON
        if media_type is None:
            raise NotAcceptable
        arguments = read_arguments(operation, path, query, request.headers.get)
        root = f"{request.host_url.rstrip('/')}{BASE}"
        with self._body(request, operation, arguments) as body, self._world.timeline.moment() as now:
            header = request.headers.get
            answer = handler(Call(self._world, self._users, user, now, arguments, body, media_type, header, root))
        if isinstance(answer, ByteAnswer):
            return byte_response(request, answer)
        data = encode(answer, operation.result, media_type) if operation.accept else b""
        return Response(data, answer.status, content_type=content_type(media_type))

    @contextmanager
    def _body(self, request: Request, operation: Operation[Any], arguments: dict[str, Any]) -> Iterator[Any]:
        """Give the body as the operation takes it. A file is received before anything else waits for it."""
        if file_body(operation, request.mimetype) is None:
            yield read_body(operation, request.get_data(cache=False), request.mimetype)
            return
        request.max_content_length = None
        receive, name = self._world.media.receive, arguments.get("transferId")
        with receive(request.stream, request.content_length, request.mimetype, name) as received:
            yield received


def _refuse(request: Request, operation: Operation[Any], fault: Fault) -> Response:
    media_type = choose_for_error(request.accept_mimetypes, operation.accept)
    response = Response(encode_fault(fault, media_type), fault.status, content_type=content_type(media_type))
    if fault.status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="vidispine"'
    return response


def _plain(error: HTTPException) -> Response:
    """Return what the server's framework answers before any operation is found."""
    response = Response(f'{{"code":{error.code},"message":"HTTP {error.code} {error.name}"}}', error.code)
    response.content_type = JSON
    for name, value in error.get_headers():
        if name in ("Allow", "Content-Range"):
            response.headers[name] = value
    return response


def _finish(request: Request, response: Response) -> Response:
    """Add what all answers have."""
    # Werkzeug would write the words of the status line in capitals.
    response.status = f"{response.status_code} {HTTPStatus(response.status_code).phrase}"
    if request.authorization is not None and request.authorization.type == "basic":
        yesterday = formatdate(time.time() - _DAY, usegmt=True)
        response.headers["Set-Cookie"] = f"rememberMe=deleteMe; Path=/; Max-Age=0; Expires={yesterday}"
    if response.direct_passthrough:
        return response
    data = response.get_data()
    if request.method in ("GET", "HEAD") and data:
        response.vary.add("Accept-Encoding")
        if len(data) >= GZIP_FROM and request.accept_encodings["gzip"] > 0:
            response.set_data(gzip.compress(data, compresslevel=6))
            response.content_encoding = "gzip"
            # Without a length the server sends it in chunks.
            del response.headers["Content-Length"]
            response.automatically_set_content_length = False
    return response
