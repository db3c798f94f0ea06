"""Canned responses: documents that a test defines, for any operation, simulated or not."""

from __future__ import annotations

import hashlib
import io
import threading
from collections import deque
from collections.abc import Mapping
from difflib import get_close_matches
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from vidispine._calls.operation import JSON, XML
from vidispine._documents.conversion import encode as encode_value
from vidispine._documents.model import Model
from vidispine.exceptions import ApiException, ServerError
from vidispine.simulator.http.errors import KINDS, ApiError, internal_server_error, not_implemented
from vidispine.simulator.http.responses import FileResponse, Response
from vidispine.simulator.http.routes import find_operation, operation_names
from vidispine.simulator.http.streams import ReceivedFile
from vidispine.simulator.http.validation import InvalidDocumentError, check_document, model_named

if TYPE_CHECKING:
    from collections.abc import Callable

    from vidispine._calls.operation import Operation
    from vidispine.simulator.http.requests import Request

    Reply = Union[Model, Mapping[str, Any], str, bytes, None, ApiException, Callable[["CannedRequest"], Any]]


class CannedRequest(NamedTuple):
    """The request that a callable responds to."""

    operation: str
    """Name of the operation, such as ``get_library``."""
    arguments: Mapping[str, Any]
    """Values of the parameters by their names in the request, such as ``library-id``, without omitted ones."""
    body: Any
    """The document in wire form, or bytes when the operation takes text or a file; ``None`` when there is none."""
    user: str
    """Name of the authenticated user, or of the one named by ``RunAs``."""


class CannedResponses:
    """Defines the responses to operations. Thread-safe."""

    def __init__(self) -> None:
        self._always: dict[str, Reply] = {}
        self._next: dict[str, deque[Reply]] = {}
        self._lock = threading.Lock()

    def add(self, operation: str, reply: Reply, times: Any) -> None:
        """Add responses to the next requests for an operation."""
        if isinstance(times, bool) or not isinstance(times, int) or times < 1:
            raise ValueError(f"times must be an integer of at least 1, not {times!r}")
        reply = _checked(_find(operation), reply)
        with self._lock:
            self._next.setdefault(operation, deque()).extend([reply] * times)

    def set(self, operation: str, reply: Reply) -> None:
        """Define the response to all requests for an operation."""
        reply = _checked(_find(operation), reply)
        with self._lock:
            self._always[operation] = reply

    def clear(self) -> None:
        """Remove all canned responses."""
        with self._lock:
            self._always.clear()
            self._next.clear()

    def take(self, operation: Operation[Any]) -> Callable[[Request], Response] | None:
        """Return a handler that sends the canned response, ``None`` when there is none for the operation."""
        with self._lock:
            queue = self._next.get(operation.name)
            if queue:
                reply = queue.popleft()
            elif operation.name in self._always:
                reply = self._always[operation.name]
            else:
                return None
        return lambda request: _respond(operation, reply, request)


def _find(name: str) -> Operation[Any]:
    if name not in operation_names():
        near = get_close_matches(str(name), operation_names(), 1)
        raise ValueError(f"there is no operation {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    return find_operation(name)


def _respond(operation: Operation[Any], reply: Any, request: Request) -> Response:
    if callable(reply):
        body = request.body.path.read_bytes() if isinstance(request.body, ReceivedFile) else request.body
        try:
            reply = reply(CannedRequest(operation.name, request.arguments, body, request.user.name))
        except ApiException as error:
            reply = error
        try:
            reply = _checked(operation, reply)
        except (TypeError, ValueError) as error:
            raise internal_server_error(str(error)) from None
    return _response(operation, reply, request)


def _response(operation: Operation[Any], reply: Any, request: Request) -> Response:
    if reply is None:
        return Response()
    if isinstance(reply, bytes):
        digest = hashlib.sha1(reply, usedforsecurity=False).hexdigest()
        return FileResponse(io.BytesIO(reply), len(reply), request.media_type, digest, request.now)
    if isinstance(reply, str):
        return Response(text=reply)
    if isinstance(reply, ApiException):
        raise _to_error(reply)
    if request.media_type not in (JSON, XML):
        raise not_implemented(f"the canned response to {operation.name} is a document; accept JSON or XML")
    return Response(reply)


def _to_error(exception: ApiException) -> ApiError:
    """Return the error response that the SDK raises as this exception.

    :raises ValueError: a server sends no such error
    """
    if not 400 <= exception.status <= 599:
        raise ValueError(f"an error needs a status from 400 to 599, not {exception.status}")
    kind = next((kind for kind, status in KINDS.items() if status == exception.status), "internalServer")
    error = exception.error or ServerError(kind, explanation=exception.reason)
    if error.kind not in KINDS:
        raise ValueError(f"the kind of an error must be one of {', '.join(KINDS)}, not {error.kind!r}")
    members = {name: getattr(error, name) for name in ("type", "id", "context", "value", "explanation")}
    return ApiError(HTTPStatus(exception.status), error.kind, **members)


def _checked(operation: Operation[Any], reply: Any) -> Any:
    """Check a canned response against the result that the operation declares. Return it, documents in wire form.

    :raises TypeError: the operation does not return such a value
    :raises ValueError: the document does not match the model
    """
    if isinstance(reply, ApiException):
        _to_error(reply)
    if callable(reply) or isinstance(reply, ApiException):
        return reply
    result, _, empty = (operation.result or "None").partition(" | ")
    expected, accepts = _EXPECTED.get(result, (f"a {result} or a mapping", _is_document))
    if not (reply is None and "None" in (result, empty)) and not accepts(reply):
        raise TypeError(f"{operation.name} returns {expected}, not {_describe(reply)}")
    if not isinstance(reply, (Model, Mapping)):
        return reply
    return encode_value(reply) if result == "object" else _checked_document(operation, result, reply)


def _checked_document(operation: Operation[Any], result: str, reply: Any) -> dict[str, Any]:
    model = model_named(result)
    if isinstance(reply, Model) and not isinstance(reply, model):
        raise TypeError(f"{operation.name} returns a {result}, not {type(reply).__name__}")
    try:
        return check_document(model, encode_value(reply), partial=True)
    except InvalidDocumentError as error:
        raise ValueError(f"this is no response of {operation.name}: {error.explanation}") from None


def _is_document(reply: Any) -> bool:
    return isinstance(reply, (Model, Mapping))


_EXPECTED: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "None": ("nothing", lambda reply: reply is None),
    "str": ("text", lambda reply: isinstance(reply, str)),
    "file": ("bytes", lambda reply: isinstance(reply, bytes)),
    "object": ("a mapping", _is_document),
}


def _describe(reply: Any) -> str:
    return "None" if reply is None else type(reply).__name__
