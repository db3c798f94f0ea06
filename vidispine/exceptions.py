"""One family of errors.

``ApiTypeError``, ``ApiValueError`` and ``ApiKeyError`` say that a call was wrong: nothing was sent.
``ApiException`` and what derives from it say what became of a call that was right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vidispine.server_error import ServerError

__all__ = [
    "ApiConnectionError",
    "ApiDecodeError",
    "ApiException",
    "ApiKeyError",
    "ApiResponseError",
    "ApiTimeoutError",
    "ApiTypeError",
    "ApiValueError",
    "BadRequestException",
    "ConflictException",
    "ForbiddenException",
    "NotFoundException",
    "OpenApiException",
    "ServiceException",
    "UnauthorizedException",
    "UnexpectedKeywordError",
]

MESSAGE_LENGTH = 400
"""Characters that ``str(error)`` has at most: a log line, not a page."""


class OpenApiException(Exception):  # noqa: N818 - the published name
    """The base of every error that this package raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        # Pickled without a call of the constructor, whose arguments are not what Exception keeps in ``args``.
        return _restore, (type(self), self.args, self.__dict__)


class _CallError(OpenApiException):
    """The base of errors in a call's arguments; holds what the three have in common."""

    def __init__(self, msg: str, path_to_item: Iterable[str | int] | None = None, **_: Any) -> None:
        #: where in the argument the fault is, such as ``["field", 0, "key"]``; ``None`` for all of it
        self.path_to_item = None if path_to_item is None else list(path_to_item)
        if self.path_to_item:
            msg = f"{msg} at {render_path(self.path_to_item)}"
        super().__init__(msg)


class ApiTypeError(_CallError, TypeError):
    """An argument has the wrong type, or is not known; nothing was sent."""

    def __init__(
        self,
        msg: str,
        path_to_item: Iterable[str | int] | None = None,
        valid_classes: tuple[type, ...] | None = None,
        key_type: bool | None = None,
    ) -> None:
        self.valid_classes = valid_classes
        self.key_type = key_type
        super().__init__(msg, path_to_item)


class ApiValueError(_CallError, ValueError):
    """An argument has a value that cannot be sent: missing, empty, or outside the allowed ones; nothing was sent."""


class ApiKeyError(_CallError, KeyError):
    """A key that does not exist was asked for; nothing was sent."""

    # KeyError's own __str__ puts quotes around the message.
    __str__ = Exception.__str__


class UnexpectedKeywordError(ApiTypeError, ApiValueError):
    """A call or a model was given a keyword that it does not have; nothing was sent."""

    @classmethod
    def of(cls, owner: str, keyword: str, known: Iterable[str]) -> UnexpectedKeywordError:
        """Make the error for ``keyword``, with the nearest of the names that ``owner`` knows."""
        return cls(f"{owner} has no parameter {keyword!r}{did_you_mean(keyword, known)}")


class ApiException(OpenApiException):
    """A call did not succeed; without a subclass: an HTTP status that has no class of its own.

    :param status: the HTTP status; ``0`` when there was no answer
    :param reason: the status line's words, or what went wrong
    :param http_resp: the answer, from which status, reason, body and headers are taken
    """

    sent: bool | None = True
    """Whether the request had left: ``False`` certainly not, ``True`` yes, and the server may have carried it out."""
    secret = False
    """Whether the call carries secrets, such as passwords: then ``body`` is left out when the error is pickled."""

    def __init__(
        self,
        status: int | None = None,
        reason: str | None = None,
        http_resp: Any = None,
        *,
        operation: str | None = None,
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        error: ServerError | None = None,
        hint: str | None = None,
    ) -> None:
        if http_resp is not None:
            status, reason = http_resp.status, http_resp.reason
            body, headers = http_resp.data, http_resp.getheaders()
        super().__init__(status, reason)
        self.status = 0 if status is None else status
        self.reason = reason
        self.body = body
        #: the answer's headers, without cookies
        self.headers = None if headers is None else without_cookies(headers)
        #: the operation that was called, such as ``get_job``; ``None`` outside one
        self.operation = operation
        #: the server's own error document, parsed; ``None`` when the answer held none
        self.error = error
        #: what to do about it, where that can be said
        self.hint = hint

    def __str__(self) -> str:
        """Return one line that a person can act on."""
        return one_line(": ".join(part for part in [self.operation, *self._parts(), self.hint] if part))

    def _parts(self) -> list[str]:
        what = f"{self.status} {self.reason or ''}".strip() if self.status else self.reason or "no answer"
        return [what] if self.error is None else [what, str(self.error)]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        state = {**self.__dict__, "body": None} if self.secret else self.__dict__
        return _restore, (type(self), self.args, state)


class BadRequestException(ApiException):
    """400: the server understood the call and refuses a value in it; ``error.explanation`` says which."""


class UnauthorizedException(ApiException):
    """401: credentials are missing, wrong or no longer valid."""


class ForbiddenException(ApiException):
    """403: this user may not do that; a role or an access right is missing."""


class NotFoundException(ApiException):
    """404: something that the call names does not exist; ``error.type`` and ``error.id`` say what."""


class ConflictException(ApiException):
    """409: the call contradicts what the server has, such as an id that is in use."""


class ServiceException(ApiException):
    """5xx: the server, or a proxy before it, failed."""


class ApiConnectionError(ApiException):
    """No connection could be made: the request was not sent, and trying again is safe."""

    sent = False


class ApiTimeoutError(ApiException):
    """The answer did not come in time: the server may have carried the request out."""


class ApiResponseError(ApiException):
    """The connection broke before the answer was complete: the server may have carried the request out."""


class ApiDecodeError(ApiException):
    """The server answered, but not with what the operation promises.

    ``place`` tells where in the document, such as ``JobListType.job[3].totalSteps``. ``body`` is the whole answer,
    or, when a value deep inside turns out wrong as it is read, the JSON of the object that holds it.
    """

    place: str | None = None

    def _parts(self) -> list[str]:
        status = [str(self.status)] if self.status else []
        return [*status, *filter(None, (self.place, self.reason))]


def exception_class(status: int) -> type[ApiException]:
    """Return the class of the error for an HTTP status."""
    if status >= 500:
        return ServiceException
    return _BY_STATUS.get(status, ApiException)


_BY_STATUS: dict[int, type[ApiException]] = {
    400: BadRequestException,
    401: UnauthorizedException,
    403: ForbiddenException,
    404: NotFoundException,
    409: ConflictException,
}


def without_cookies(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Return an answer's headers without cookies: whoever has them may act as the user."""
    if "Set-Cookie" not in headers:
        return headers
    kept = type(headers)()
    for name, value in headers.items():
        if name.lower() not in ("set-cookie", "set-cookie2"):
            kept[name] = value  # type: ignore[index]
    return kept


def render_path(path: Iterable[str | int]) -> str:
    """Return a place in a document as text: ``["job", 3, "totalSteps"]`` is ``job[3].totalSteps``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.lstrip(".")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``: did you mean 'status'?`` for the nearest known name, or nothing when none is near."""
    from difflib import get_close_matches  # only a mistake pays for this import

    near = get_close_matches(name, list(known), n=1)
    return f": did you mean {near[0]!r}?" if near else ""


def one_line(text: str) -> str:
    """Return text as one line of a length that suits a log."""
    text = " ".join(text.split())
    return text if len(text) <= MESSAGE_LENGTH else f"{text[: MESSAGE_LENGTH - 3]}..."


def _restore(cls: type[OpenApiException], arguments: tuple[Any, ...], state: dict[str, Any]) -> OpenApiException:
    error: OpenApiException = cls.__new__(cls)
    error.args = arguments
    error.__dict__.update(state)
    return error
