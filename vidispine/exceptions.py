"""Exceptions.

``ApiTypeError``, ``ApiValueError`` and ``ApiKeyError`` report invalid arguments; nothing was sent. ``ApiException`` and
its subclasses report that a call failed. ``JobFailedError`` and ``JobTimeoutError`` report the result of waiting for a
job.
"""

from __future__ import annotations

import sys
import warnings
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType

    from typing_extensions import ParamSpec

    from vidispine.models.job_task_type import JobTaskType
    from vidispine.models.job_type import JobType

    P = ParamSpec("P")

__all__ = [
    "ApiConnectionError",
    "ApiDecodeError",
    "ApiException",
    "ApiFileError",
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
    "WaitStoppedError",
]

E = TypeVar("E", bound=BaseException)
R = TypeVar("R")

_HIDDEN = frozenset({"http", "six", "socket", "ssl", "urllib3", "vidispine"})
"""Packages whose frames hold headers, credentials and bodies."""

MESSAGE_LENGTH = 400
"""The maximum length of ``str(error)``, in characters."""


_READ_LENGTH = 10_000
"""The maximum number of characters of a text that are read for a message."""


class OpenApiException(Exception):  # noqa: N818 - the published name
    """The base class of all exceptions of this package."""

    def __reduce__(self) -> tuple[Any, ...]:
        # The arguments of the constructors differ from ``args``, so unpickling does not call them.
        return _restore, (type(self), self.args, self.__dict__)


class _CallError(OpenApiException):
    """The base class of errors in arguments.

    :param msg: what is wrong
    :param path_to_item: the location in the argument, such as ``["field", 0, "key"]``. Default: the argument itself
    """

    def __init__(self, msg: str, path_to_item: Iterable[str | int] | None = None, **_: Any) -> None:
        #: the location of the error in the argument, such as ``["field", 0, "key"]``; ``None`` for the argument itself
        self.path_to_item = None if path_to_item is None else list(path_to_item)
        if self.path_to_item:
            msg = f"{msg} at {render_path(self.path_to_item)}"
        super().__init__(msg)


class ApiTypeError(_CallError, TypeError):
    """An argument has the wrong type, or is unknown. Nothing was sent.

    :param msg: what is wrong
    :param path_to_item: the location in the argument. Default: the argument itself
    :param valid_classes: the classes that are allowed; only stored
    :param key_type: whether a key has the wrong type; only stored
    """

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
    """An argument has an invalid value: it is missing, empty or not an allowed value. Nothing was sent."""


class ApiFileError(ApiValueError, OSError):
    """A setting names a file that cannot be opened. Nothing was sent."""

    errno: int | None = None
    """The error number of the system."""

    # That of ValueError, which is found first, cannot create it.
    __new__ = OSError.__new__  # type: ignore[assignment]


class ApiKeyError(_CallError, KeyError):
    """A key does not exist. Nothing was sent."""

    # KeyError.__str__ returns the repr of the message.
    __str__ = Exception.__str__


class UnexpectedKeywordError(ApiTypeError, ApiValueError):
    """A call or a model has no parameter of this name. Nothing was sent."""

    @classmethod
    def of(cls, owner: str, keyword: str, known: Iterable[str]) -> UnexpectedKeywordError:
        """Create the error for an unknown keyword argument.

        :param owner: the operation or the model
        :param keyword: the unknown keyword
        :param known: all valid keywords, of which the message suggests the most similar one
        """
        return cls(f"{owner} has no parameter {keyword!r}{did_you_mean(keyword, known)}")


class ApiException(OpenApiException):
    """A call failed. The class itself is raised for HTTP statuses that have no subclass.

    :param status: the HTTP status; ``0`` if there was no response. Default: ``0``
    :param reason: the reason phrase of the status line, or the cause of the failure
    :param http_resp: the response, from which status, reason, body and headers are taken
    :param operation: the operation that was called, such as ``get_job``
    :param body: the body of the response
    :param headers: the headers of the response
    :param error: the server's error document
    :param hint: what to do about the error
    """

    retry_after: float | None = None
    """Seconds to wait before a retry, from the header ``Retry-After``; ``None`` if it is missing or invalid."""
    sent: bool | None = True
    """Whether the request was sent: ``False`` if certainly not; ``True`` if the server may have processed it."""
    secret = False
    """Whether the call may contain secrets, such as passwords. If so, pickles of the error do not contain ``body``."""

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
        #: the headers of the response, without cookies; ``None`` if there was no response
        self.headers = None if headers is None else without_cookies(headers)
        #: the operation that was called, such as ``get_job``; ``None`` if the call is not an operation
        self.operation = operation
        #: the server's error document; ``None`` if the response contained none
        self.error = error
        #: what to do about the error; ``None`` if unknown
        self.hint = hint

    def __str__(self) -> str:
        """Return the error as one line of at most 400 characters, with the hint at the end."""
        hint = f": {one_line(self.hint, MESSAGE_LENGTH // 2)}" if self.hint else ""
        # The hint is never truncated to make room for the rest.
        return one_line(": ".join(filter(None, [self.operation, *self._parts()])), MESSAGE_LENGTH - len(hint)) + hint

    def _parts(self) -> list[str]:
        what = f"{self.status} {self.reason or ''}".strip() if self.status else self.reason or "no response"
        return [what] if self.error is None else [what, str(self.error)]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        state = {**self.__dict__, "body": None} if self.secret else self.__dict__
        return _restore, (type(self), self.args, state)


class ServerError:
    """The server's error document. Members that it does not contain are ``None``.

    :param kind: the kind of error, such as ``notFound``
    :param type: the kind of entity, such as ``Job``
    :param id: the id of the entity
    :param context: the part of the request or of the system that the error is about
    :param value: the value that was rejected
    :param explanation: the server's explanation
    """

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
        #: the kind of error: ``notFound``, ``invalidInput``, ``conflict``, ``notAuthorized``, ``forbidden``, ...
        self.kind = kind
        #: the kind of entity, such as ``Job``, for ``notFound`` and ``conflict``
        self.type = type
        #: the id of the entity
        self.id = id
        #: the part of the request or of the system that the error is about
        self.context = context
        #: the value that was rejected
        self.value = value
        #: the server's explanation
        self.explanation = explanation

    def __str__(self) -> str:
        """Return the error as one line."""
        if self.kind == "notFound" and self.type:
            subject = f"no {self.type} with id {self.id}" if self.id else f"no such {self.type}"
        else:
            subject = self._subject()
        return one_line(": ".join(part for part in (subject, self.explanation) if part) or self.kind or "unknown error")

    def _subject(self) -> str:
        named = [
            f"{name} {value}" for name, value in (("type", self.type), ("id", self.id), ("value", self.value)) if value
        ]
        if self.context:
            named.insert(0, self.context)
        return ", ".join(named)

    def __repr__(self) -> str:
        from vidispine._text.redaction import redact_text  # messages are rare

        given = ", ".join(f"{name}={redact_text(value)!r}" for name, value in self._members() if value is not None)
        return f"ServerError({given})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ServerError):
            return NotImplemented
        return self._members() == other._members()

    __hash__ = None  # type: ignore[assignment]

    def _members(self) -> list[tuple[str, str | None]]:
        return [(name, getattr(self, name)) for name in ("kind", "type", "id", "context", "value", "explanation")]


def _status_and_reason(error: ApiException, place: str | None = None) -> list[str]:
    """Return the parts of a message whose reason is not the reason phrase of the status."""
    return [part for part in (str(error.status or ""), place, error.reason) if part]


class BadRequestException(ApiException):
    """400: a parameter or the document is invalid; ``error.explanation`` says which."""


class UnauthorizedException(ApiException):
    """401: the credentials are missing, wrong or expired."""


class ForbiddenException(ApiException):
    """403: the user lacks a role or an access right."""


class NotFoundException(ApiException):
    """404: an entity does not exist; ``error.type`` and ``error.id`` say which."""


class ConflictException(ApiException):
    """409: the request conflicts with the state of the server, for example because an id is already in use."""

    changed_by_both: tuple[str, ...] = ()
    """What both sides changed in metadata, such as ``("acme_person[1].acme_role",)``; see ``MetadataApi.save``."""


class ServiceException(ApiException):
    """5xx: the server, or a proxy in front of it, failed."""


class ApiConnectionError(ApiException):
    """The connection failed. The request was not sent; it is safe to retry."""

    sent = False


class ApiTimeoutError(ApiException):
    """There was no response in time. The server may have processed the request."""


class ApiResponseError(ApiException):
    """The response was truncated, is invalid or exceeds a limit. The server may have processed the request."""

    def _parts(self) -> list[str]:
        return _status_and_reason(self)


class ApiDecodeError(ApiException):
    """The response is not what the operation documents.

    ``body`` is the body of the response. For a value that is decoded when it is first read, ``body`` is the JSON of the
    object that contains the value.
    """

    place: str | None = None
    """The location in the document, such as ``JobListType.job[3].totalSteps``; ``None`` for the whole response."""

    def _parts(self) -> list[str]:
        return _status_and_reason(self, self.place)


class JobFailedError(OpenApiException):
    """A job ended with ``FAILED_TOTAL`` or ``ABORTED``.

    :param job: the job in its final state
    :param step: the log entry of the step that failed
    :param error_message: the server's error message
    :param operation: the method that waited for the job, such as ``wait_for_job``
    """

    def __init__(
        self,
        job: JobType,
        *,
        step: JobTaskType | None = None,
        error_message: str | None = None,
        operation: str | None = None,
    ) -> None:
        #: the job in its final state, with its log
        self.job = job
        #: the log entry of the step that failed; ``None`` if none did, as in a job that was aborted before it started
        self.step = step
        #: the server's error message; ``None`` if there is none
        self.error_message = error_message
        #: the method that waited for the job
        self.operation = operation
        what = f"{_describe_job(job)} {job.status}{_describe_step(step, job.total_steps)}"
        super().__init__(one_line(": ".join(part for part in (operation, what, error_message) if part)))


class JobTimeoutError(OpenApiException):
    """A job did not end within the timeout. It continues on the server.

    To continue waiting, pass ``job_ids`` to ``wait_for_jobs``.

    :param job: the job as it was last read
    :param job_ids: the ids of all jobs that have not ended
    :param timeout: the timeout, in seconds
    :param number: the number of jobs that were waited for. Default: 1
    :param operation: the method that waited for them, such as ``wait_for_job``
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
        #: the job as it was last read, the first one of several; ``None`` if it was never read
        self.job = job
        #: the ids of all jobs that have not ended
        self.job_ids = tuple(job_ids)
        #: the timeout, in seconds
        self.timeout = timeout
        #: the method that waited for them
        self.operation = operation
        super().__init__(one_line(f"{operation}: {self._describe(number)}" if operation else self._describe(number)))

    def _describe(self, number: int) -> str:
        first = self.job_ids[0] if self.job_ids else None
        job = self.job
        state = f"{_describe_job(job)} is {job.status}" if job and job.status else f"job {first} not read"
        after = f"after {self.timeout:g} seconds"
        if number > 1:
            return (
                f"{len(self.job_ids)} of {number} jobs have not ended {after}, {state}: "
                "they continue; wait again with wait_for_jobs(error.job_ids)"
            )
        return f"{state} {after}: it continues; wait again with wait_for_job({first!r})"


class WaitStoppedError(OpenApiException):
    """A wait for jobs was stopped by its ``stop`` event. The jobs continue on the server.

    :param job_ids: the ids of all jobs that have not ended
    :param operation: the method that waited for them, such as ``wait_for_job``
    """

    def __init__(self, job_ids: Iterable[str], *, operation: str | None = None) -> None:
        #: the ids of all jobs that have not ended
        self.job_ids = tuple(job_ids)
        #: the method that waited for them
        self.operation = operation
        jobs = f"job {self.job_ids[0]}" if len(self.job_ids) == 1 else f"{len(self.job_ids)} jobs"
        what = f"stopped waiting for {jobs}: continue with wait_for_jobs(error.job_ids)"
        super().__init__(one_line(f"{operation}: {what}" if operation else what))


def exception_class(status: int) -> type[ApiException]:
    """Return the exception class for an HTTP status of 300 or more."""
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
    """Return the headers of a response without cookies, which may authenticate the user."""
    if "Set-Cookie" not in headers:
        return headers
    kept = type(headers)()
    for name, value in headers.items():
        if name.lower() not in ("set-cookie", "set-cookie2"):
            kept[name] = value  # type: ignore[index]
    return kept


def render_path(path: Iterable[str | int]) -> str:
    """Return a location in a document as text: ``job[3].totalSteps`` for ``["job", 3, "totalSteps"]``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.lstrip(".")


def _describe_job(job: JobType) -> str:
    return f"job {job.job_id} ({job.type})" if job.type else f"job {job.job_id}"


def _describe_step(step: JobTaskType | None, total: int | None) -> str:
    if step is None:
        return ""
    number = f"{step.step} of {total}" if total and step.step <= total else str(step.step)
    return f" in step {number}, {step.description}" if step.description else f" in step {number}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``: did you mean 'status'?`` for the most similar known name; an empty string if none is similar."""
    from difflib import get_close_matches

    names = list(known)
    lowercase = {one.lower(): one for one in names}
    near = get_close_matches(name, names, n=1)
    near = near or [lowercase[one] for one in get_close_matches(name.lower(), lowercase, n=1)]
    return f": did you mean {near[0]!r}?" if near else ""


def one_line(text: str, length: int = MESSAGE_LENGTH) -> str:
    """Return text as one line of printable characters, without credentials in URLs, truncated to a length."""
    from vidispine._text.redaction import redact_text  # messages are rare

    text = " ".join(redact_text(text[:_READ_LENGTH]).split())
    if not text.isprintable():
        # Text from a server may contain terminal escape sequences, or lone surrogates, which cannot be encoded.
        text = "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
    return text if len(text) <= length else f"{text[: length - 3]}..."


def warn_caller(message: str, category: type[Warning]) -> None:
    """Issue a warning that points to the caller outside this package."""
    package = __name__.partition(".")[0]
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == package:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)


def name_of(function: object) -> str:
    """Return the name of a callable for a message; the ``repr`` of a partial would show its arguments."""
    return str(getattr(function, "__qualname__", type(function).__name__))


def kind_of(value: object) -> str:
    """Return what a value is, for a message: its type, or which class it is if it is one."""
    if value is None:
        return "None"
    return f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__


def short_repr(value: object) -> str:
    """Return the ``repr`` of a value for a message: one line of at most 80 characters."""
    try:
        return one_line(repr(value), 80)
    except ValueError:
        # Python does not print integers of thousands of digits.
        return "a number of thousands of digits"


def _restore(cls: type[OpenApiException], arguments: tuple[Any, ...], state: dict[str, Any]) -> OpenApiException:
    error: OpenApiException = cls.__new__(cls)
    error.args = arguments
    error.__dict__.update(state)
    return error


def without_frames(error: E) -> E:
    """Remove the frames of this package and of the libraries that it uses from an error and from those in it.

    :returns: the error
    """
    pending: list[BaseException] = [error]
    seen: set[int] = set()
    while pending:
        one = pending.pop()
        if id(one) not in seen:
            seen.add(id(one))
            one.__traceback__ = _visible(one.__traceback__)
            held = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
            pending += [other for other in held if isinstance(other, BaseException)]
    return error


def _visible(traceback: TracebackType | None) -> TracebackType | None:
    """Return the entries of a traceback that are other code, such as an iterator that yields a body."""
    entries = []
    while traceback is not None:
        if traceback.tb_frame.f_globals.get("__name__", "").partition(".")[0] not in _HIDDEN:
            entries.append(traceback)
        traceback = traceback.tb_next
    kept = None
    for entry in reversed(entries):
        entry.tb_next = kept
        kept = entry
    return kept


def hides_arguments(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a function that is given secrets: a traceback of its errors does not show them."""

    @wraps(function)
    def wrapper(*arguments: P.args, **settings: P.kwargs) -> R:
        try:
            return function(*arguments, **settings)
        except BaseException as error:  # noqa: BLE001 - it is raised again
            del arguments, settings
            raise without_frames(error)  # noqa: B904 - it is the same error

    return wrapper
