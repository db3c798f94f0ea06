"""Notifications: the callbacks that the server sends; see ``docs/guides/notifications.md``.

``client.notification.on_job(url)`` and similar methods register a callback. :func:`parse` reads one, in JSON, XML or
text. :func:`application` is a WSGI application that receives them.
"""

from __future__ import annotations

import hmac
import logging
import threading
from base64 import b64decode
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Union
from urllib.parse import parse_qsl

from vidispine._calls.operation import JSON, XML
from vidispine._documents.content_type import decode_text, parse_content_type
from vidispine._documents.xml import parse_document
from vidispine._mixins.notification_calls import CallbackOptions
from vidispine._mixins.notification_registration import KIND
from vidispine.exceptions import ApiDecodeError, ApiTypeError, ApiValueError, did_you_mean
from vidispine.models.job_state import JobState
from vidispine.models.simple_metadata_type import SimpleMetadataType

if TYPE_CHECKING:
    from vidispine._documents.model import Model

__all__ = ["CallbackOptions", "Event", "application", "parse"]

logger = logging.getLogger(__name__)

MAX_BYTES = 16 * 1024 * 1024
"""The default of ``max_bytes`` of :func:`application`."""

REMEMBERED = 10_000
"""The number of job ends that ``once=True`` remembers."""

_PHRASES = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    411: "Length Required",
    413: "Content Too Large",
    500: "Internal Server Error",
}
"""The responses of the application. Not from the module ``http``, which would be the most expensive import here."""
_KINDS = (
    "job",
    "item",
    "metadata",
    "shape",
    "access",
    "collection",
    "storage",
    "file",
    "quota",
    "group",
    "document",
    "deletion-lock",
    "unknown",
)
"""The kinds of events. Others are possible: the kind is a parameter of the URL."""
_ENDS = frozenset({"STOP", "FINISHED", "FAIL"})

Handler = Callable[["Event"], object]
Handlers = Union[Handler, Mapping[str, Handler]]


class Event:
    """A notification from the server.

    The content of job notifications is known from real servers. The content of all other kinds is unverified;
    ``values`` has all that the server sent.
    """

    __slots__ = ("_pairs", "document", "kind", "values")

    def __init__(self, kind: str | None, pairs: Iterable[tuple[str, str]], document: Model) -> None:
        self._pairs = tuple(pairs)
        first: dict[str, str] = {}
        for key, value in self._pairs:
            first.setdefault(key, value)
        #: the first value of each key, such as ``jobId`` and ``status``; unknown keys are kept
        self.values: Mapping[str, str] = first
        #: the whole document: a ``SimpleMetadataType``, or the model that an XML document names
        self.document = document
        #: the kind of entity: ``job``, ``item``, ``metadata``, ``shape``, ``access``, ``collection``, ``storage``,
        #: ``file``, ``quota``, ``group``, ``document``, ``deletion-lock``, or ``unknown``
        self.kind = kind or next((name for name in ("job", "item") if f"{name}Id" in first), "unknown")

    @property
    def action(self) -> str | None:
        """The action in uppercase, such as ``STOP`` for the end of a job; ``None`` if the notification has none."""
        return self.values.get("action")

    @property
    def job_id(self) -> str | None:
        """The id of the job; ``None`` if there is none."""
        return self.values.get("jobId")

    @property
    def item_id(self) -> str | None:
        """The id of the item; ``None`` if there is none."""
        return self.values.get("itemId") or self.values.get("item")

    @property
    def status(self) -> str | None:
        """The state of the job, such as ``FINISHED``; ``None`` if the notification has none."""
        return self.values.get("status")

    @property
    def is_final(self) -> bool:
        """Whether a job has ended: determined by its state or, if the state is missing, by the action."""
        if self.kind != "job":
            return False
        return self.status in JobState.FINAL if self.status is not None else self.action in _ENDS

    def get_all(self, key: str) -> list[str]:
        """Return all values of a key; an empty list if there are none."""
        return [value for name, value in self._pairs if name == key]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.kind, self._pairs, self.document)

    def __repr__(self) -> str:
        names = [name for name in ("action", "jobId", "itemId", "status") if name in self.values]
        return f"<{' '.join([f'Event {self.kind}', *(f'{name}={self.values[name]}' for name in names)])}>"


def parse(body: bytes | str, content_type: str | None = None, kind: str | None = None) -> Event:
    """Read a notification.

    ::

        event = parse(b'{"jobId": "VX-29", "action": "STOP", "status": "FINISHED"}')
        print(event.kind, event.job_id, event.status)

    :param body: the body of the request
    :param content_type: its ``Content-Type``. Default: JSON, XML or text, as the body begins
    :param kind: the kind of notification, such as ``job``: the parameter ``vidispine-kind`` of the callback's URL.
        Default: ``job`` or ``item`` if it has the id of one, else ``unknown``
    :returns: the event
    :raises ApiValueError: the body is not valid JSON, XML or text
    :raises ApiTypeError: the body is not bytes or text, or the kind is not text
    """
    if not isinstance(body, (bytes, bytearray, memoryview, str)):
        raise ApiTypeError(f"the body of a notification must be bytes or text, not {type(body).__name__}")
    if kind is not None and not isinstance(kind, str):
        raise ApiTypeError(f"the kind of a notification must be text, not {type(kind).__name__}")
    if not isinstance(content_type, (str, type(None))):
        raise ApiTypeError(f"content_type must be a string, not {type(content_type).__name__}")
    data = body if isinstance(body, str) else bytes(body)
    media_type, charset = parse_content_type(content_type or "")
    if media_type.endswith("json") or (not media_type and _begins(data, "{")):
        return _parse_document(data, content_type or JSON, SimpleMetadataType, kind)
    if media_type.endswith("xml") or (not media_type and _begins(data, "<")):
        return _parse_document(data, content_type or XML, None, kind)
    return _parse_text(data, charset, kind)


def _begins(data: bytes | str, mark: str) -> bool:
    return data.lstrip().startswith(mark) if isinstance(data, str) else data.lstrip().startswith(mark.encode())


def _parse_document(data: bytes | str, content_type: str, model: type[Model] | None, kind: str | None) -> Event:
    try:
        read: Model = parse_document(data, content_type, model)
        return Event(kind, _pairs(read.to_document()), read)
    except (ApiDecodeError, ApiValueError) as error:
        raise ApiValueError(f"the notification is not a valid document: {error}") from None


def _parse_text(data: bytes | str, charset: str | None, kind: str | None) -> Event:
    try:
        text = data if isinstance(data, str) else decode_text(data, charset)
    except UnicodeDecodeError as error:
        raise ApiValueError(f"the notification is not valid text: {error}") from None
    pairs = []
    for line in filter(None, text.splitlines()):
        # Servers write tuples with tabs.
        key, _, value = line.partition("\t" if "\t" in line.partition("=")[0] else "=")
        pairs.append((key, value))
    document = {"field": [{"key": key, "value": value} for key, value in pairs]}
    return Event(kind, pairs, SimpleMetadataType.from_document(document))


def _pairs(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the keys and values of a document: those of its pairs, and its members that are values."""
    fields = document.get("field")
    found = [
        (str(pair["key"]), _text(pair.get("value")))
        for pair in (fields if isinstance(fields, list) else ())
        if isinstance(pair, dict) and "key" in pair
    ]
    return found + [(name, _text(value)) for name, value in document.items() if isinstance(value, (str, int, float))]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


# Receiving


def application(
    handlers: Handlers,
    *,
    once: bool = False,
    secret: str | None = None,
    credentials: tuple[str, str] | None = None,
    max_bytes: int = MAX_BYTES,
) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """Return a WSGI application that receives notifications.

    ::

        app = application({"job": on_job}, secret="s3cret")  # on_job is a function that takes an Event
        make_server("", 8000, app).serve_forever()  # of wsgiref.simple_server, or another WSGI server

    It responds with 200 only when the handler has returned. If the handler raises an exception, the response is 500,
    and the exception is logged. The server then sends the notification again, up to the number of times in its
    ``retry``.

    :param handlers: a function that is called with each :class:`Event`; or functions by the kind of event, such as
        ``{"job": on_job}``. Other kinds get the response 404
    :param once: whether to drop repeated notifications of the end of a job, which have the same job and action. The
        last 10000 of them are remembered, in this process. Default: ``False``
    :param secret: text that the URL must contain, as a part of its path or as the value of a parameter. Others get
        the response 403. Default: not checked
    :param credentials: user name and password of Basic authentication, which the server sends if they are in the URL
        that was registered: ``https://user:password@host/``. Others get the response 401. Default: not checked
    :param max_bytes: the maximum size of a notification, in bytes; larger ones get the response 413. Default: 16 MiB
    :returns: the application
    :raises ApiTypeError: a handler cannot be called, or the credentials are not a pair
    :raises ApiValueError: the secret is empty, or a kind is misspelled
    """
    return _Receiver(handlers, once, secret, credentials, max_bytes)


class _RejectedError(Exception):
    """A request that is rejected with an HTTP status."""

    def __init__(self, status: int, *headers: tuple[str, str]) -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers


def _check_credentials(credentials: Any) -> None:
    # Text is also a sequence of texts, and is not shown.
    is_pair = isinstance(credentials, (tuple, list)) and len(credentials) == 2
    if not is_pair or not all(isinstance(one, str) for one in credentials):
        raise ApiTypeError("credentials must be a pair of texts: (user name, password)")


class _Receiver:
    def __init__(
        self,
        handlers: Handlers,
        once: bool,
        secret: str | None,
        credentials: tuple[str, str] | None,
        max_bytes: int,
    ) -> None:
        functions = list(handlers.values()) if isinstance(handlers, Mapping) else [handlers]
        if not functions or not all(map(callable, functions)):
            raise ApiTypeError("handlers must be a function, or a mapping of kinds such as 'job' to functions")
        if isinstance(handlers, Mapping):
            for kind in handlers:
                near = "" if kind in _KINDS else did_you_mean(str(kind), _KINDS)
                if near:
                    raise ApiValueError(f"there is no kind of notification {kind!r}{near}")
        if not isinstance(secret, (str, type(None))):
            raise ApiTypeError(f"the secret must be text, not {type(secret).__name__}")
        if secret is not None and not secret:
            raise ApiValueError("the secret must not be empty")
        if credentials is not None:
            _check_credentials(credentials)
        self._handlers = handlers
        self._ends = _Ends() if once else None
        self._secret = secret
        self._credentials = None if credentials is None else ":".join(credentials).encode()
        self._max_bytes = max_bytes

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        status = 200
        headers: tuple[tuple[str, str], ...] = ()
        try:
            self._receive(environ)
        except _RejectedError as rejected:
            status, headers = rejected.status, rejected.headers
        except Exception:
            logger.exception("the handler of a notification failed")
            status = 500
        phrase = _PHRASES[status]
        body = f"{phrase}\n".encode()
        length = ("Content-Length", str(len(body)))
        start_response(f"{status} {phrase}", [("Content-Type", "text/plain"), length, *headers])
        return [body]

    def _receive(self, environ: Mapping[str, Any]) -> None:
        parameters = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        self._check_sender(environ, parameters)
        if environ.get("REQUEST_METHOD") not in ("POST", "PUT"):
            raise _RejectedError(405, ("Allow", "POST, PUT"))
        body = self._body(environ)
        kind = dict(parameters).get(KIND)
        try:
            event = parse(body, environ.get("CONTENT_TYPE"), kind)
        except ApiValueError as error:
            logger.warning("a notification could not be read: %s", error)
            raise _RejectedError(400) from None
        handler = self._handlers.get(event.kind) if isinstance(self._handlers, Mapping) else self._handlers
        if handler is None:
            raise _RejectedError(404)
        if self._ends is None or not event.is_final or event.job_id is None:
            handler(event)
        else:
            self._ends.handle(event, handler)

    def _check_sender(self, environ: Mapping[str, Any], parameters: Iterable[tuple[str, str]]) -> None:
        if self._secret is not None:
            path = f"{environ.get('SCRIPT_NAME', '')}/{environ.get('PATH_INFO', '')}"
            # WSGI decodes paths as Latin-1.
            segments = [part.encode("latin-1", "replace") for part in path.split("/")]
            given = [*segments, *(value.encode() for _, value in parameters)]
            if not any([hmac.compare_digest(one, self._secret.encode()) for one in given]):  # noqa: C419 - constant time
                raise _RejectedError(403)
        if self._credentials is not None:
            scheme, _, value = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
            if scheme.lower() != "basic" or not hmac.compare_digest(_decoded(value), self._credentials):
                raise _RejectedError(401, ("WWW-Authenticate", 'Basic realm="notifications"'))

    def _body(self, environ: Mapping[str, Any]) -> bytes:
        length = environ.get("CONTENT_LENGTH") or ""
        if length and not length.isdecimal():
            raise _RejectedError(400)
        if not length and not environ.get("wsgi.input_terminated"):
            raise _RejectedError(411)
        wanted = min(int(length) if length else self._max_bytes + 1, self._max_bytes + 1)
        body: bytes = environ["wsgi.input"].read(wanted)
        if len(body) > self._max_bytes:
            raise _RejectedError(413)
        if length and len(body) < int(length):
            raise _RejectedError(400)  # the connection was lost
        return body


def _decoded(value: str) -> bytes:
    try:
        return b64decode(value.strip(), validate=True)
    except ValueError:
        return b""


class _Ends:
    """The ends of jobs that were handled."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handled: OrderedDict[tuple[str | None, str | None], threading.Lock] = OrderedDict()
        self._done: set[tuple[str | None, str | None]] = set()

    def handle(self, event: Event, handler: Handler) -> None:
        """Call the handler, unless it has returned for this job and action before."""
        key = (event.job_id, event.action)
        with self._lock:
            turn = self._handled.setdefault(key, threading.Lock())
            if len(self._handled) > REMEMBERED:
                oldest, _ = self._handled.popitem(last=False)
                self._done.discard(oldest)
        # A repetition that arrives while the first one is being handled waits for its outcome.
        with turn:
            if key not in self._done:
                handler(event)
                self._done.add(key)
