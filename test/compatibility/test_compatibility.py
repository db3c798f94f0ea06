"""The same calls of JobApi, made with the published SDK and with this one, send the same requests.

Differences are listed below with the reason. A listed difference that no longer exists fails too.
"""

from __future__ import annotations

import inspect
import json
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import vidispine
from test.compatibility import compatibility_calls
from test.compatibility.compatibility_calls import CALLS, MARK, RESPONSE
from test.compatibility.published_sdk import published_python
from test.support.loopback import Loopback, Recorded, reply


class Difference(NamedTuple):
    """The behavior of both versions: the request that is sent, or the error that is raised instead."""

    reason: str
    published: str
    ours: str


DIFFERENCES = {
    "a password in Latin-1": Difference(
        "credentials are always sent in UTF-8",
        "GET /API/job/VX-1 as Ym9iOnDkc3N3b3Jk",
        "GET /API/job/VX-1 as Ym9iOnDDpHNzd29yZA==",
    ),
    "a password beyond Latin-1": Difference(
        "passwords may have any letters", "UnicodeEncodeError", "GET /API/job/VX-1 as Ym9iOtC/0LDRgNC+0LvRjA=="
    ),
    "a boolean": Difference(
        "the server's words are true and false",
        "GET /API/job?metadata=True&user=False",
        "GET /API/job?metadata=true&user=false",
    ),
    "None for what is optional": Difference(
        "None means that an argument is omitted, and is not sent as text",
        "DELETE /API/job/VX-1?reason=None",
        "DELETE /API/job/VX-1",
    ),
    "None for a list": Difference("None means that an argument is omitted", "TypeError", "GET /API/job"),
    "one text for a csv list": Difference(
        "one text is one id: its letters must never be ids to delete",
        "DELETE /API/job?id=V,X,-,1",
        "DELETE /API/job?id=VX-1",
    ),
    "one text for a repeated key": Difference(
        "one text is one value",
        "GET /API/job?jobmetadata=a&jobmetadata==&jobmetadata=b",
        "GET /API/job?jobmetadata=a=b",
    ),
    "a mapping for pairs": Difference(
        "the values must not get lost", "GET /API/job?jobmetadata=itemId", "GET /API/job?jobmetadata=itemId=VX-7"
    ),
    "an empty id": Difference("this would be another operation", "DELETE /API/job/", "ApiValueError"),
    "the id .": Difference("this would be another operation", "DELETE /API/job/", "ApiValueError"),
    "the id ..": Difference("this would be another operation", "DELETE /API/", "ApiValueError"),
    "no ids to delete": Difference(
        "what the server makes of it is not known, and it can only be a mistake", "DELETE /API/job?id=", "ApiValueError"
    ),
    "None among the ids to delete": Difference(
        "None is no id, and a part of the list would be deleted", "DELETE /API/job?id=VX-1,None", "ApiValueError"
    ),
    "no body": Difference("the server needs none", "ApiValueError", "POST /API/job?type=EXPORT"),
    "a body omitted": Difference("the server needs none", "TypeError", "POST /API/job?type=EXPORT"),
    "a body of the wrong model": Difference(
        "the document would say nothing to the server", "POST /API/job?type=EXPORT", "ApiTypeError"
    ),
    "the priorities to list": Difference(
        "a filter that servers have and the published SDK does not know", "ApiTypeError", "GET /API/job?priority=HIGH"
    ),
}


class Outcome(NamedTuple):
    """The outcome of a call: the requests that the server received, and the classes of the error."""

    requests: list[Recorded]
    errors: list[str]


class Outcomes(NamedTuple):
    published: dict[str, Outcome]
    ours: dict[str, Outcome]
    required: dict[str, list[str]]
    """The positional parameters of the methods of the published JobApi."""


@pytest.fixture(scope="module")
def outcomes() -> Outcomes:
    try:
        python = published_python()
    except RuntimeError as error:
        pytest.fail(str(error), pytrace=False)
    with Loopback() as server:
        server.otherwise = reply(RESPONSE)
        # Isolated from this checkout and from the user's settings.
        command = [str(python), "-E", "-s", str(Path(compatibility_calls.__file__)), server.url]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
        assert done.returncode == 0, done.stderr
        reported = json.loads(done.stdout)
        published = _by_call(server.requests, reported["errors"])
        server.requests.clear()
        ours = _by_call(server.requests, compatibility_calls.make(vidispine, server.url))
        return Outcomes(published, ours, reported["required"])


def _by_call(requests: list[Recorded], errors: dict[str, list[str]]) -> dict[str, Outcome]:
    return {
        name: Outcome([one for one in requests if one.header(MARK) == str(number)], errors[name])
        for number, name in enumerate(CALLS)
    }


def _in_words(outcome: Outcome, *, credentials: bool) -> str:
    """Return the request, decoded and with sorted keys, or the class of the error."""
    if not outcome.requests:
        return outcome.errors[0]
    (request,) = outcome.requests
    query = "&".join(f"{key}={text}" for key, text in _query(request))
    sender = f" as {(request.header('Authorization') or '').partition(' ')[2]}" if credentials else ""
    return f"{request.method} {request.path}{'?' if query else ''}{query}{sender}"


def _query(request: Recorded) -> list[tuple[str, str]]:
    """Return the query's pairs. The order of different keys has no meaning, that of the values of one key may."""
    return sorted(request.query, key=lambda pair: pair[0])


def _headers(request: Recorded) -> dict[str, str]:
    """Return the headers that must be equal: all except the user agent and the length of the body, whose white space
    differs, and the content type of an empty body.
    """
    headers = {name.lower(): value for name, value in request.headers}
    for name in ("user-agent", "content-length", *(() if request.body else ("content-type",))):
        headers.pop(name, None)
    return headers


def _body(request: Recorded) -> Any:
    return json.loads(request.body) if request.body else None


@pytest.mark.parametrize("name", [name for name in CALLS if name not in DIFFERENCES])
def test_same_request(outcomes: Outcomes, name: str) -> None:
    published, ours = outcomes.published[name], outcomes.ours[name]
    if not published.requests:
        # Both versions refuse the call, and handlers for the published error also catch ours.
        assert not ours.requests
        assert published.errors[0] in ours.errors
        return
    assert (published.errors, ours.errors) == ([], [])
    (theirs,), (mine,) = published.requests, ours.requests
    assert (mine.method, mine.path) == (theirs.method, theirs.path)
    assert _query(mine) == _query(theirs)
    assert _headers(mine) == _headers(theirs)
    assert _body(mine) == _body(theirs)


@pytest.mark.parametrize("name", DIFFERENCES)
def test_listed_difference(outcomes: Outcomes, name: str) -> None:
    difference, published, ours = DIFFERENCES[name], outcomes.published[name], outcomes.ours[name]
    credentials = " as " in difference.published + difference.ours
    assert _in_words(published, credentials=credentials) == difference.published
    assert _in_words(ours, credentials=credentials) == difference.ours
    if published.requests and ours.requests:
        # Nothing else differs.
        theirs, mine = _headers(published.requests[0]), _headers(ours.requests[0])
        if credentials:
            del theirs["authorization"], mine["authorization"]
        assert mine == theirs
        assert _body(ours.requests[0]) == _body(published.requests[0])


def test_headers_that_always_differ(outcomes: Outcomes) -> None:
    """The user agent, and the content type of a missing body."""
    for outcome in outcomes.published.values():
        for request in outcome.requests:
            assert request.header("User-Agent") == "OpenAPI-Generator/5.0.4/python"
            assert request.header("Content-Type") == "application/json"
    for outcome in outcomes.ours.values():
        for request in outcome.requests:
            assert request.header("User-Agent") == f"vidispine-python/{vidispine.__version__}"
            assert request.header("Content-Type") == ("application/json" if request.body else None)


def test_every_method_of_5_0_4_exists_and_is_called(outcomes: Outcomes) -> None:
    assert len(outcomes.required) == 20
    assert set(compatibility_calls.required(vidispine)) >= set(outcomes.required)
    called = {
        name.removesuffix(", with_http_info") + ("_with_http_info" if ", with_http_info" in name else "")
        for name in CALLS
    }
    assert set(outcomes.required) <= called


def test_required_arguments_can_be_positional_as_in_5_0_4(outcomes: Outcomes) -> None:
    for name, required in outcomes.required.items():
        method = getattr(vidispine.JobApi, name.removesuffix("_with_http_info"))
        assert list(inspect.signature(method).parameters)[1 : len(required) + 1] == required, name


def test_listed_differences_name_calls() -> None:
    assert set(DIFFERENCES) <= set(CALLS)
