"""Secrets: what is never shown, what is shown when it is asked for, and that the tests would see it if it were."""

from __future__ import annotations

import logging
import pickle
import re
import traceback
from pathlib import Path
from typing import Any

import pytest

import vidispine
from test.support.loopback import PASSWORD, Loopback, hang_up, reply
from test.support.operations import EVERY
from test.support.planted_secret import WATCHED, find_secret, watch
from vidispine import (
    ApiClient,
    ApiDecodeError,
    ApiException,
    BadRequestException,
    Configuration,
    JobApi,
    StorageApi,
    UserApi,
    UserTokenApi,
    UserType,
)
from vidispine.retry import RetryPolicy

OTHER = "another-s3cret"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG, "vidispine")
    return caplog


def said(log: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in log.records if record.name == "vidispine"]


# The log


def test_bodies_are_logged_when_that_is_asked_for(
    client: ApiClient, server: Loopback, log: pytest.LogCaptureFixture
) -> None:
    server.otherwise = reply({"jobId": "VX-1", "status": "READY"})
    JobApi(client).create_custom_job("EXPORT", simple_metadata_type={"field": [{"key": "k", "value": "v"}]})
    assert len(said(log)) == 1
    client.configuration.debug_bodies = 25
    JobApi(client).create_custom_job("EXPORT", simple_metadata_type={"field": [{"key": "k", "value": "v"}]})
    assert said(log)[2:] == [
        """create_custom_job: sent '{"field":[{"key":"k","val'...""",
        """create_custom_job: received '{"jobId": "VX-1", "status'...""",
    ]


def test_a_body_is_one_line_and_only_text(
    client: ApiClient, server: Loopback, log: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    client.configuration.debug_bodies = 1000
    server.answers = [reply("a\r\nb", media_type="text/plain"), reply(b"\x89PNG", media_type="image/png")]
    JobApi(client).get_job("VX-1", _accept="text/plain")
    vidispine.ThumbnailResourceApi(client).get_thumbnail("VX-1", "VX-2", "1", _save_to=tmp_path)
    assert said(log)[1] == r"get_job: received 'a\r\nb'"
    assert len(said(log)) == 3


def test_text_that_is_none_is_shown_all_the_same(
    client: ApiClient, server: Loopback, log: pytest.LogCaptureFixture
) -> None:
    client.configuration.debug_bodies = 1000
    server.answers = [reply(b"\xff\xfe", media_type="application/json")]
    with pytest.raises(ApiDecodeError):
        JobApi(client).get_job("VX-1")
    assert "received" in said(log)[1]


def test_credentials_in_urls_are_masked(client: ApiClient, server: Loopback, log: pytest.LogCaptureFixture) -> None:
    client.configuration.debug_bodies = 60
    document = {
        "id": "VX-1",
        "method": [{"uri": f"ftp://ann:{OTHER}@host/in/"}, {"uri": "x" * 50 + f"ftp://a:{OTHER}@h/"}],
    }
    server.answers = [reply(document)]
    StorageApi(client).get_storage("VX-1")
    assert OTHER[:4] not in "".join(said(log))
    assert "ftp://***@host/in/" in said(log)[1]


SECRET = [case for case in EVERY if case.operation.has_secret_body()]


def test_which_operations_carry_secrets() -> None:
    names = {case.operation.name for case in SECRET}
    # Some by what their documents hold, some because the description says so.
    assert names >= {
        "create_user", "update_user_password", "validate_user_password", "get_auth_token", "get_user_auth_token",
        "create_user_access_key", "get_license", "install_slave_license", "create_resource", "get_groups",
    }  # fmt: skip
    assert not names & {"get_jobs", "get_job", "get_items", "create_custom_job", "get_item_metadata"}


@pytest.mark.parametrize("case", SECRET, ids=lambda case: case.operation.name)
def test_bodies_of_calls_with_secrets_are_never_logged(
    client: ApiClient, server: Loopback, log: pytest.LogCaptureFixture, case: Any
) -> None:
    from test.support.operations import answer_for, arguments

    client.configuration.debug_bodies = 10**6
    server.otherwise = answer_for(case.operation)
    positional, named = arguments(case.operation, optional=True)
    case.bind(client)(*positional, **named)
    assert len(said(log)) == 1


def test_calls_that_no_operation_describes_may_be_anything(
    client: ApiClient, server: Loopback, log: pytest.LogCaptureFixture
) -> None:
    client.configuration.debug_bodies = 10**6
    client.call_api("/user", "POST", body={"password": OTHER}, response_type="object")
    assert OTHER not in "".join(said(log))


def test_what_went_wrong_is_logged(server: Loopback, log: pytest.LogCaptureFixture) -> None:
    server.answers = [hang_up, reply({}, 503)]
    retries = RetryPolicy(2, backoff_factor=0.01)
    with ApiClient(Configuration(host=server.url, password=PASSWORD, retries=retries)) as client:
        JobApi(client).get_jobs(user=True)
        client.configuration.retries = 0
        server.answers = [hang_up]
        with pytest.raises(ApiException):
            JobApi(client).get_jobs(user=True)
    first, second, third, fourth = said(log)
    assert re.fullmatch(r"GET /API/job: .*; again in 0\.0 s", first)
    assert re.fullmatch(r"GET /API/job: 503; again in 0\.0 s", second)
    assert third.startswith("get_jobs: GET /job [user] -> 200 in ")
    assert re.fullmatch(r"get_jobs: GET /job \[user\] -> ApiResponseError after \d+ ms", fourth)


# Errors


def test_an_error_keeps_no_cookie(client: ApiClient, server: Loopback) -> None:
    server.answers = [reply({}, 404, {"Set-Cookie": f"session={PASSWORD}", "X-Trace": "7"})]
    with pytest.raises(ApiException) as caught:
        JobApi(client).get_job("VX-1")
    assert caught.value.headers is not None
    assert "Set-Cookie" not in caught.value.headers
    assert caught.value.headers["x-trace"] == "7"
    assert pickle.loads(pickle.dumps(caught.value)).headers["X-Trace"] == "7"


def test_a_refused_password_is_not_repeated(client: ApiClient, server: Loopback) -> None:
    fault = {"invalidInput": {"context": "password", "value": PASSWORD, "explanation": "too short"}}
    server.answers = [reply(fault, 400, reason="Bad Request")]
    with pytest.raises(BadRequestException) as caught:
        UserApi(client).create_user(UserType(user_name="ann", password=PASSWORD))
    assert str(caught.value) == "create_user: 400 Bad Request: password, value ***: too short"
    assert not find_secret(repr(caught.value.error))
    # Who has the error at hand may look, who gets it from a pickle may not.
    assert find_secret(str(caught.value.body))
    assert pickle.loads(pickle.dumps(caught.value)).body is None


def test_a_refused_value_that_is_no_secret_is_told(client: ApiClient, server: Loopback) -> None:
    fault = {"invalidInput": {"context": "search", "value": "shoesize", "explanation": "no such field"}}
    server.answers = [reply(fault, 400, reason="Bad Request")]
    with pytest.raises(BadRequestException, match="shoesize") as caught:
        UserApi(client).search_users({"field": [{"name": "shoesize"}]})
    # What it answers with when all is well may be one.
    assert pickle.loads(pickle.dumps(caught.value)).body is None


def test_an_answer_with_a_token_that_cannot_be_read(client: ApiClient, server: Loopback) -> None:
    server.answers = [reply(f'{{"token": "{PASSWORD}"'), reply({"token": [PASSWORD]}), reply({"token": [PASSWORD]})]
    with pytest.raises(ApiDecodeError):
        UserTokenApi(client).get_auth_token()
    told = UserTokenApi(client).get_auth_token()
    for look in (lambda: told.token, told.validate):
        with pytest.raises(ApiDecodeError) as caught:
            look()
        assert not find_secret(str(caught.value))
        assert pickle.loads(pickle.dumps(caught.value)).body is None


def test_a_wrong_value_in_a_secret_place_is_not_shown() -> None:
    user = UserType.from_document({"userName": "ann", "password": [PASSWORD]})
    with pytest.raises(ApiDecodeError, match=r"^UserType.password: expected text, got something else$"):
        _ = user.password


def test_other_answers_are_kept_in_a_pickle(client: ApiClient, server: Loopback) -> None:
    server.answers = [reply({"jobId": [7]})]
    with pytest.raises(ApiDecodeError) as caught:
        _ = JobApi(client).get_job("VX-1").job_id
    assert pickle.loads(pickle.dumps(caught.value)).body == '{"jobId":[7]}'


@pytest.mark.parametrize("answer", [hang_up, reply({}, 503)], ids=["broken", "503"])
def test_tracebacks_do_not_show_the_query(server: Loopback, answer: Any) -> None:
    server.otherwise = answer
    retries = RetryPolicy(1, backoff_factor=0.01, raise_on_status=True)
    with (
        ApiClient(Configuration(host=server.url, retries=retries)) as client,
        pytest.raises(ApiException) as caught,
    ):
        JobApi(client).get_jobs(jobmetadata=f"key={PASSWORD}")
    error: BaseException | None = caught.value
    while error is not None:
        shown = traceback.format_exception(type(error), error, error.__traceback__)
        assert not find_secret("".join(shown))
        error = error.__context__


# The watch over all tests


@pytest.mark.shows_secrets
def test_the_watch_sees_a_leak_in_each_place(client: ApiClient, server: Loopback) -> None:
    class Talkative(ApiClient):
        def __repr__(self) -> str:
            return PASSWORD

    with watch() as leaks:
        logging.getLogger(WATCHED[0]).debug("the password is %s", PASSWORD)
        logging.getLogger(WATCHED[1]).debug("%s", client.configuration.get_basic_auth_token())
        Talkative().close()
        server.answers = [reply({"notFound": {"type": "Job", "id": PASSWORD}}, 404)]
        with pytest.raises(ApiException):
            JobApi(client).get_job("VX-1")
    assert [leak.partition(" shows")[0] for leak in leaks[:4]] == [
        "a log record",
        "a log record",
        "a repr",
        "a message",
    ]
