"""Exceptions: the hierarchy, messages of one line, copies and pickles."""

from __future__ import annotations

import copy
import pickle
from types import SimpleNamespace

import pytest

from vidispine import exceptions
from vidispine.exceptions import (
    ApiConnectionError,
    ApiDecodeError,
    ApiException,
    ApiFileError,
    ApiKeyError,
    ApiResponseError,
    ApiTimeoutError,
    ApiTypeError,
    ApiValueError,
    BadRequestException,
    ConflictException,
    ForbiddenException,
    JobFailedError,
    JobTimeoutError,
    NotFoundException,
    OpenApiException,
    ServerError,
    ServiceException,
    UnauthorizedException,
    UnexpectedKeywordError,
    WaitStoppedError,
)

CALL_ERRORS = [ApiTypeError, ApiValueError, ApiFileError, ApiKeyError]
STATUS_ERRORS = [
    BadRequestException,
    UnauthorizedException,
    ForbiddenException,
    NotFoundException,
    ConflictException,
    ServiceException,
]
NO_RESPONSE_ERRORS = [ApiConnectionError, ApiTimeoutError, ApiResponseError, ApiDecodeError]


def test_every_public_error_is_of_the_family_and_listed() -> None:
    # ServerError is an attribute of exceptions, not an exception.
    listed = {getattr(exceptions, name) for name in exceptions.__all__} - {ServerError}
    assert listed == {
        OpenApiException,
        UnexpectedKeywordError,
        ApiException,
        *CALL_ERRORS,
        *STATUS_ERRORS,
        *NO_RESPONSE_ERRORS,
        JobFailedError,
        JobTimeoutError,
        WaitStoppedError,
    }
    assert all(issubclass(error, OpenApiException) for error in listed)


@pytest.mark.parametrize(
    ("error", "built_in"),
    [(ApiTypeError, TypeError), (ApiValueError, ValueError), (ApiFileError, OSError), (ApiKeyError, KeyError)],
)
def test_argument_errors_are_also_built_in_errors(error: type, built_in: type) -> None:
    assert issubclass(error, built_in)
    assert not issubclass(error, ApiException)


def test_unexpected_keyword_is_a_type_error_and_a_value_error() -> None:
    assert issubclass(UnexpectedKeywordError, ApiTypeError)
    assert issubclass(UnexpectedKeywordError, ApiValueError)


@pytest.mark.parametrize("error", [*STATUS_ERRORS, *NO_RESPONSE_ERRORS])
def test_call_errors_are_api_exceptions(error: type) -> None:
    assert error.__mro__[1] is ApiException


@pytest.mark.parametrize("error", [*STATUS_ERRORS, ApiTimeoutError, ApiResponseError, ApiDecodeError])
def test_error_of_a_possibly_processed_request_says_so(error: type[ApiException]) -> None:
    assert error().sent is True


def test_error_of_an_unsent_request_says_so() -> None:
    assert ApiConnectionError().sent is False


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, BadRequestException),
        (401, UnauthorizedException),
        (402, ApiException),
        (403, ForbiddenException),
        (404, NotFoundException),
        (409, ConflictException),
        (410, ApiException),
        (499, ApiException),
        (500, ServiceException),
        (501, ServiceException),
        (503, ServiceException),
        (599, ServiceException),
    ],
)
def test_exception_class_by_status(status: int, error: type) -> None:
    assert exceptions.exception_class(status) is error


# Messages


def test_message_has_operation_status_reason_error_and_hint_in_one_line() -> None:
    error = NotFoundException(
        404,
        "Not Found",
        operation="get_job",
        error=ServerError("notFound", type="Job", id="VX-9"),
        hint="look\nelsewhere",
    )
    assert str(error) == "get_job: 404 Not Found: no Job with id VX-9: look elsewhere"
    assert repr(error) == "NotFoundException('get_job: 404 Not Found: no Job with id VX-9: look elsewhere')"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ApiException(), "no response"),
        (ApiException(reason="why"), "why"),
        (ApiException(418), "418"),
        (ApiException(418, "Teapot"), "418 Teapot"),
        (ApiConnectionError(0, "cannot connect", operation="get_job"), "get_job: cannot connect"),
        (ApiDecodeError(200, "expected JSON", operation="get_job"), "get_job: 200: expected JSON"),
        (ApiDecodeError(reason="expected JSON"), "expected JSON"),
    ],
)
def test_message_with_partial_information(error: ApiException, text: str) -> None:
    assert str(error) == text


def test_decode_error_names_the_place() -> None:
    error = ApiDecodeError(200, "expected text", operation="get_jobs")
    error.place = "JobListType.job[3].type"
    assert str(error) == "get_jobs: 200: JobListType.job[3].type: expected text"


@pytest.mark.parametrize("reason", ["a\r\nb", "x" * 5000, "tab\tand \x0b others"])
def test_message_is_one_short_line(reason: str) -> None:
    text = str(ApiException(500, reason))
    assert len(text.splitlines()) == 1
    assert len(text) <= exceptions.MESSAGE_LENGTH


def test_message_has_neither_body_nor_headers() -> None:
    error = ApiException(500, "Oops", body="the body", headers={"X-Head": "the header"})
    assert str(error) == "500 Oops"
    assert "the body" not in repr(error)
    assert "the header" not in repr(error)


def test_places_are_rendered_as_paths() -> None:
    assert exceptions.render_path(["field", 0, "key"]) == "field[0].key"
    assert str(ApiValueError("empty", ["field", 0, "key"])) == "empty at field[0].key"
    assert str(ApiValueError("empty", [])) == "empty"


def test_key_error_prints_without_quotes() -> None:
    assert str(ApiKeyError("no key 'x'")) == "no key 'x'"


def test_misspelled_keyword_suggests_the_nearest_name() -> None:
    error = UnexpectedKeywordError.of("get_job", "metdata", ["field", "metadata"])
    assert str(error) == "get_job has no parameter 'metdata': did you mean 'metadata'?"


def test_unknown_keyword_gets_no_suggestion() -> None:
    assert str(UnexpectedKeywordError.of("get_job", "zzz", ["field"])) == "get_job has no parameter 'zzz'"
    # The case of letters counts only where a name of the same case is similar.
    assert str(UnexpectedKeywordError.of("JobType", "JobId", ["job_id"])).endswith(": did you mean 'job_id'?")
    assert str(UnexpectedKeywordError.of("vidispine", "Clint", ["Client", "client"])).endswith("'Client'?")


# Constructors of 5.0.4


def test_error_copies_a_response() -> None:
    response = SimpleNamespace(status=404, reason="Not Found", data=b"gone", getheaders=lambda: {"A": "b"})
    error = ApiException(http_resp=response)
    assert (error.status, error.reason, error.body, error.headers) == (404, "Not Found", b"gone", {"A": "b"})


def test_argument_errors_accept_the_arguments_of_5_0_4() -> None:
    error = ApiTypeError("wrong", path_to_item=["a", 1], valid_classes=(str,), key_type=False)
    assert error.path_to_item == ["a", 1]
    assert error.valid_classes == (str,)
    assert error.key_type is False
    assert str(error) == "wrong at a[1]"
    assert ApiValueError("wrong").path_to_item is None
    assert ApiKeyError("wrong", ["k"]).path_to_item == ["k"]


# Copies and pickles


def example_errors() -> list[OpenApiException]:
    decode = ApiDecodeError(200, "expected text", operation="get_jobs", body="{}", headers={"A": "b"})
    decode.place = "JobListType.job[3].type"
    plain = [cls(0, "broke", operation="get_job", hint="do") for cls in NO_RESPONSE_ERRORS]
    responded = [
        cls(500, "Reason", operation="get_job", body=b"\xff", headers={"A": "b"}, error=ServerError("conflict"))
        for cls in [ApiException, *STATUS_ERRORS]
    ]
    return [
        decode,
        *plain,
        *responded,
        ApiTypeError("wrong", ["a"], (str,), True),
        ApiValueError("wrong"),
        ApiKeyError("wrong"),
        UnexpectedKeywordError.of("get_job", "x", []),
        OpenApiException("bare"),
    ]


@pytest.mark.parametrize("error", example_errors(), ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(
    "through",
    [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy],
    ids=["pickle", "copy", "deep"],
)
def test_errors_survive_pickling_and_copying(error: OpenApiException, through: object) -> None:
    copied = through(error)  # type: ignore[operator]
    assert type(copied) is type(error)
    assert str(copied) == str(error)
    assert copied.args == error.args
    assert vars(copied) == vars(error)


def test_headers_of_a_pickled_error_keep_ignoring_case() -> None:
    from urllib3._collections import HTTPHeaderDict

    error = ApiException(500, headers=HTTPHeaderDict({"Retry-After": "3"}))
    copied = pickle.loads(pickle.dumps(error))
    assert copied.headers["retry-after"] == "3"
