"""One family of errors.

``ApiTypeError``, ``ApiValueError`` and ``ApiKeyError`` say that a call was wrong: nothing was sent.
``ApiException`` and what derives from it say what became of a call that was right. ``JobFailedError`` and
``JobTimeoutError`` say how waiting for a job ended: all calls were right, and the job was not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vidispine.models.job_task_type import JobTaskType
    from vidispine.models.job_type import JobType

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
    "JobFailedError",
    "JobTimeoutError",
    "NotFoundException",
    "OpenApiException",
    "ServerError",
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
        hint = f": {one_line(self.hint, MESSAGE_LENGTH // 2)}" if self.hint else ""
        # However much there is to say before it, what to do is said.
        return one_line(": ".join(filter(None, [self.operation, *self._parts()])), MESSAGE_LENGTH - len(hint)) + hint

    def _parts(self) -> list[str]:
        what = f"{self.status} {self.reason or ''}".strip() if self.status else self.reason or "no answer"
        return [what] if self.error is None else [what, str(self.error)]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        state = {**self.__dict__, "body": None} if self.secret else self.__dict__
        return _restore, (type(self), self.args, state)


class ServerError:
    """What the server says about a failure; a member is ``None`` when it says nothing about it."""

    __slots__ = ("context", "explanation", "id", "kind", "type", "value")

    def __init__(
        self,
        kind: str | None,
        type: str | None = None,
        id: str | None = None,
        context: str | None = None,
        value: str | None = None,
        explanation: str | None = None,
    ) -> None:
        #: the fault: ``notFound``, ``invalidInput``, ``conflict``, ``notAuthorized``, ``forbidden``, ...
        self.kind = kind
        #: for ``notFound`` and ``conflict``, the kind of entity, such as ``Job``
        self.type = type
        #: the entity's id
        self.id = id
        #: the part of the request or of the system that the fault is about
        self.context = context
        #: the value that was refused
        self.value = value
        #: the server's explanation in words
        self.explanation = explanation

    def __str__(self) -> str:
        """Return the fault in one line."""
        if self.kind == "notFound" and self.type:
            subject = f"no {self.type} with id {self.id}" if self.id else f"no such {self.type}"
        else:
            subject = self._subject()
        return one_line(": ".join(part for part in (subject, self.explanation) if part) or self.kind or "unknown fault")

    def _subject(self) -> str:
        named = [
            f"{name} {value}" for name, value in (("type", self.type), ("id", self.id), ("value", self.value)) if value
        ]
        if self.context:
            named.insert(0, self.context)
        return ", ".join(named)

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self._members() if value is not None)
        return f"ServerError({given})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ServerError):
            return NotImplemented
        return self._members() == other._members()

    __hash__ = None  # type: ignore[assignment]

    def _members(self) -> list[tuple[str, str | None]]:
        return [(name, getattr(self, name)) for name in ("kind", "type", "id", "context", "value", "explanation")]


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


class JobFailedError(OpenApiException):
    """A job that was waited for has failed, or was aborted.

    :param job: the job, in its final state
    :param step: the record of the step that failed
    :param error_message: what the server says of it
    :param operation: what waited for the job, such as ``wait_for_job``
    """

    def __init__(
        self,
        job: JobType,
        *,
        step: JobTaskType | None = None,
        error_message: str | None = None,
        operation: str | None = None,
    ) -> None:
        #: the job, in its final state, with its log
        self.job = job
        #: the record of the step that failed; ``None`` when no step did, as in a job that was aborted before it began
        self.step = step
        #: the server's own words; ``None`` when it has none
        self.error_message = error_message
        #: what waited for the job
        self.operation = operation
        what = f"{_named(job)} {job.status}{_place_of(step, job.total_steps)}"
        super().__init__(one_line(": ".join(part for part in (operation, what, error_message) if part)))


class JobTimeoutError(OpenApiException):
    """The time for waiting is over, and a job is not: it goes on on the server.

    To wait on, give ``job_ids`` to another call.

    :param job: the job as it was read last
    :param job_ids: ids of all jobs that have not ended
    :param timeout: seconds that there were
    :param number: how many jobs were waited for
    :param operation: what waited for them, such as ``wait_for_job``
    """

    def __init__(
        self,
        job: JobType | None,
        *,
        job_ids: Iterable[str],
        timeout: float,
        number: int = 1,
        operation: str | None = None,
    ) -> None:
        #: the job as it was read last, of several the first; ``None`` when it was given by its id and never read
        self.job = job
        #: ids of all jobs that have not ended
        self.job_ids = tuple(job_ids)
        #: seconds that there were
        self.timeout = timeout
        #: what waited for them
        self.operation = operation
        super().__init__(one_line(f"{operation}: {self._what(number)}" if operation else self._what(number)))

    def _what(self, number: int) -> str:
        first = self.job_ids[0] if self.job_ids else None
        state = f"{_named(self.job)} is {self.job.status}" if self.job and self.job.status else f"job {first} not read"
        after = f"after {self.timeout:g} seconds"
        if number > 1:
            return (
                f"{len(self.job_ids)} of {number} jobs have not ended {after}, {state}: "
                "they go on; wait again with wait_for_jobs(error.job_ids)"
            )
        return f"{state} {after}: it goes on; wait again with wait_for_job({first!r})"


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


def _named(job: JobType) -> str:
    return f"job {job.job_id} ({job.type})" if job.type else f"job {job.job_id}"


def _place_of(step: JobTaskType | None, total: int | None) -> str:
    if step is None:
        return ""
    number = f"{step.step} of {total}" if total and step.step <= total else str(step.step)
    return f" in step {number}, {step.description}" if step.description else f" in step {number}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``: did you mean 'status'?`` for the nearest known name, or nothing when none is near."""
    from difflib import get_close_matches  # only a mistake pays for this import

    near = get_close_matches(name, list(known), n=1)
    return f": did you mean {near[0]!r}?" if near else ""


def one_line(text: str, length: int = MESSAGE_LENGTH) -> str:
    """Return text as one line of a length that suits a log."""
    text = " ".join(text.split())
    if not text.isprintable():
        # What a server says may hold orders to a terminal, or half a character, which cannot be written at all.
        text = "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
    return text if len(text) <= length else f"{text[: length - 3]}..."


def _restore(cls: type[OpenApiException], arguments: tuple[Any, ...], state: dict[str, Any]) -> OpenApiException:
    error: OpenApiException = cls.__new__(cls)
    error.args = arguments
    error.__dict__.update(state)
    return error
