"""Secrets: never shown, except where requested; and the tests detect leaks."""

from __future__ import annotations

import copy
import logging
import pickle
import re
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import vidispine
from test.support.loopback import PASSWORD, Loopback, hang_up, reply
from test.support.operations import EVERY
from test.support.planted_secret import WATCHES_ERRORS, find_secret, watch
from vidispine import (
    ApiClient,
    ApiDecodeError,
    ApiException,
    ApiTypeError,
    BadRequestException,
    Client,
    Configuration,
    JobApi,
    JobFailedError,
    StorageApi,
    TokenSource,
    UserApi,
    UserTokenApi,
    UserType,
)
from vidispine._transport.retry import RetryPolicy

OTHER = "another-s3cret"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG, "vidispine")
    return caplog


def printed(error: BaseException) -> str:
    return "".join(traceback.format_exception(type(error), error, error.__traceback__))


def said(log: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in log.records if record.name == "vidispine"]


# URLs


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://h:8080/API", "http://h:8080/API"),
        ("http://[::1]:8080/API", "http://[::1]:8080/API"),
        ("localhost:8080/API", "localhost:8080/API"),
        (f"http://ann:{PASSWORD}@h/API", "http://***@h/API"),
        (f"http://ann:{PASSWORD}/x@h/API", "http://***@h/API"),
        (f"http://ann:{PASSWORD}?x@h/API", "http://***@h/API"),
        (f"http://ann:{PASSWORD}@x@h/API", "http://***@h/API"),
        (f"http://ann:{PASSWORD}%40h/API", "http://***@h/API"),
        (f"http://ann:{PASSWORD}\n@h/API", "http://***@h/API"),
        (f"ann:{PASSWORD}@h:8080", "***@h:8080"),
        (f"http:/ann:{PASSWORD}@h", "http:/***@h"),
        (f"http:///ann:{PASSWORD}@h", "http:///***@h"),
        (f"ann:/{PASSWORD}@h", "***@h"),
        (f"http://ann:{PASSWORD}", "http://ann:***"),
        (f"http://h/API?token={PASSWORD}", "http://h/API?***"),
    ],
)
def test_url_is_shown_without_credentials(url: str, shown: str) -> None:
    configuration = Configuration(url)
    assert repr(configuration) == f"Configuration(host={shown!r})"
    assert configuration.to_debug_report().endswith(f"Host: {shown}")
    for settings in ({"host": url}, {"host": "http://127.0.0.1:1", "proxy": url}):
        with ApiClient(Configuration(**settings, retries=0)) as client, pytest.raises(vidispine.OpenApiException) as e:  # type: ignore[arg-type]
            JobApi(client).get_job("VX-1", _request_timeout=0.1)
        assert not find_secret(str(e.value))


# Log


def test_bodies_are_logged_with_debug_bodies(
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


def test_logged_body_is_one_line_of_text(
    client: ApiClient, server: Loopback, log: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    client.configuration.debug_bodies = 1000
    server.responses = [reply("a\r\nb", media_type="text/plain"), reply(b"\x89PNG", media_type="image/png")]
    JobApi(client).get_job("VX-1", _accept="text/plain")
    vidispine.ThumbnailResourceApi(client).get_thumbnail("VX-1", "VX-2", "1", _save_to=tmp_path)
    assert said(log)[1] == r"get_job: received 'a\r\nb'"
    assert len(said(log)) == 3


def test_undecodable_body_is_logged(client: ApiClient, server: Loopback, log: pytest.LogCaptureFixture) -> None:
    client.configuration.debug_bodies = 1000
    server.responses = [reply(b"\xff\xfe", media_type="application/json")]
    with pytest.raises(ApiDecodeError):
        JobApi(client).get_job("VX-1")
    assert "received" in said(log)[1]


def test_credentials_in_urls_are_masked(client: ApiClient, server: Loopback, log: pytest.LogCaptureFixture) -> None:
    client.configuration.debug_bodies = 60
    document = {
        "id": "VX-1",
        "method": [{"uri": f"ftp://ann:{OTHER}@host/in/"}, {"uri": "x" * 50 + f"ftp://a:{OTHER}@h/"}],
    }
    server.responses = [reply(document)]
    StorageApi(client).get_storage("VX-1")
    assert OTHER[:4] not in "".join(said(log))
    assert "ftp://***@host/in/" in said(log)[1]


SECRET = [case for case in EVERY if case.operation.has_secret_body()]


def test_operations_with_secret_bodies() -> None:
    names = {case.operation.name for case in SECRET}
    # Some because of their documents, some because of x-secret.
    assert names >= {
        "create_user",
        "update_user_password",
        "validate_user_password",
        "get_auth_token",
        "get_user_auth_token",
        "create_user_access_key",
        "get_license",
        "install_slave_license",
        "create_resource",
        "get_groups",
    }
    assert not names & {"get_jobs", "get_job", "get_items", "create_custom_job", "get_item_metadata"}


@pytest.mark.parametrize("case", SECRET, ids=lambda case: case.operation.name)
def test_bodies_of_calls_with_secrets_are_never_logged(
    client: ApiClient, server: Loopback, log: pytest.LogCaptureFixture, case: Any
) -> None:
    from test.support.operations import arguments, response_for

    client.configuration.debug_bodies = 10**6
    server.otherwise = response_for(case.operation)
    positional, named = arguments(case.operation, optional=True)
    case.bind(client)(*positional, **named)
    assert len(said(log)) == 1


def test_bodies_of_call_api_are_not_logged(client: ApiClient, server: Loopback, log: pytest.LogCaptureFixture) -> None:
    client.configuration.debug_bodies = 10**6
    client.call_api("/user", "POST", body={"password": OTHER}, response_type="object")
    assert OTHER not in "".join(said(log))


def test_failed_attempts_are_logged(server: Loopback, log: pytest.LogCaptureFixture) -> None:
    server.responses = [hang_up, reply({}, 503)]
    retries = RetryPolicy(2, backoff_factor=0.01)
    with ApiClient(Configuration(host=server.url, password=PASSWORD, retries=retries)) as client:
        JobApi(client).get_jobs(user=True)
        client.configuration.retries = 0
        server.responses = [hang_up]
        with pytest.raises(ApiException):
            JobApi(client).get_jobs(user=True)
    first, second, third, fourth = said(log)
    assert re.fullmatch(r"GET /API/job: .*; retrying in 0\.0 s", first)
    assert re.fullmatch(r"GET /API/job: 503; retrying in 0\.0 s", second)
    assert third.startswith("get_jobs: GET /job [user] -> 200 in ")
    assert re.fullmatch(r"get_jobs: GET /job \[user\] -> ApiResponseError after \d+ ms", fourth)


# Errors


def test_error_headers_have_no_cookies(client: ApiClient, server: Loopback) -> None:
    server.responses = [reply({}, 404, {"Set-Cookie": f"session={PASSWORD}", "X-Trace": "7"})]
    with pytest.raises(ApiException) as caught:
        JobApi(client).get_job("VX-1")
    assert caught.value.headers is not None
    assert "Set-Cookie" not in caught.value.headers
    assert caught.value.headers["x-trace"] == "7"
    assert pickle.loads(pickle.dumps(caught.value)).headers["X-Trace"] == "7"


def test_error_does_not_show_a_rejected_password(client: ApiClient, server: Loopback) -> None:
    fault = {"invalidInput": {"context": "password", "value": PASSWORD, "explanation": "too short"}}
    server.responses = [reply(fault, 400, reason="Bad Request")]
    with pytest.raises(BadRequestException) as caught:
        UserApi(client).create_user(UserType(user_name="ann", password=PASSWORD))
    assert str(caught.value) == "create_user: 400 Bad Request: password, value ***: too short"
    assert not find_secret(repr(caught.value.error))
    # The error itself keeps the body; its pickle does not.
    assert find_secret(str(caught.value.body))
    assert pickle.loads(pickle.dumps(caught.value)).body is None


def test_error_shows_a_rejected_value_that_is_no_secret(client: ApiClient, server: Loopback) -> None:
    fault = {"invalidInput": {"context": "search", "value": "shoesize", "explanation": "no such field"}}
    server.responses = [reply(fault, 400, reason="Bad Request")]
    with pytest.raises(BadRequestException, match="shoesize") as caught:
        UserApi(client).search_users({"field": [{"name": "shoesize"}]})
    # A successful response of this operation may hold a secret.
    assert pickle.loads(pickle.dumps(caught.value)).body is None


def test_decode_error_does_not_show_a_token(client: ApiClient, server: Loopback) -> None:
    server.responses = [reply(f'{{"token": "{PASSWORD}"'), reply({"token": [PASSWORD]}), reply({"token": [PASSWORD]})]
    with pytest.raises(ApiDecodeError):
        UserTokenApi(client).get_auth_token()
    reported = UserTokenApi(client).get_auth_token()
    for look in (lambda: reported.token, reported.validate):
        with pytest.raises(ApiDecodeError) as caught:
            look()
        assert not find_secret(str(caught.value))
        assert pickle.loads(pickle.dumps(caught.value)).body is None


def test_decode_error_does_not_show_the_value_of_a_secret_member() -> None:
    user = UserType.from_document({"userName": "ann", "password": [PASSWORD]})
    with pytest.raises(ApiDecodeError, match=r"^UserType.password: expected a string, got something else$"):
        _ = user.password


def test_pickle_keeps_a_body_without_secrets(client: ApiClient, server: Loopback) -> None:
    server.responses = [reply({"jobId": [7]})]
    with pytest.raises(ApiDecodeError) as caught:
        _ = JobApi(client).get_job("VX-1").job_id
    assert pickle.loads(pickle.dumps(caught.value)).body == '{"jobId":[7]}'


@pytest.mark.parametrize("response", [hang_up, reply({}, 503)], ids=["broken", "503"])
def test_tracebacks_do_not_show_the_query(server: Loopback, response: Any) -> None:
    server.otherwise = response
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


class LeakingRepr(ApiClient):
    def __repr__(self) -> str:
        return PASSWORD


def _raise(error: Exception, cause: Exception | None = None) -> None:
    with pytest.raises(type(error)):
        raise error from cause


def _raise_with(**attributes: Any) -> None:
    error = ApiException(500, "Internal Server Error")
    error.__dict__.update(attributes)
    _raise(error)


LEAKS: dict[str, Callable[[], object]] = {
    "a log record": lambda: logging.getLogger("vidispine").debug("the password is %s", PASSWORD),
    "a log record of the simulator": lambda: logging.getLogger("vidispine.simulator").debug(PASSWORD),
    "a log record of urllib3": lambda: logging.getLogger("urllib3.connectionpool").debug(PASSWORD),
    "a log record of another logger": lambda: logging.getLogger("application").warning(PASSWORD),
    "a log record with the header": lambda: logging.getLogger("vidispine").debug(
        Configuration(username="admin", password=PASSWORD).get_basic_auth_token()
    ),
    "a message": lambda: _raise(ApiException(500, PASSWORD)),
    "a message of an argument's error": lambda: _raise(vidispine.ApiValueError(PASSWORD)),
    "a traceback": lambda: _raise(ApiException(500), ValueError(PASSWORD)),
    "a pickle": lambda: _raise_with(body=PASSWORD),
    "headers": lambda: _raise_with(headers={"X-Echo": PASSWORD}),
    "a repr": lambda: LeakingRepr().close(),
}


@pytest.mark.shows_secrets
@pytest.mark.parametrize("place", LEAKS)
def test_watch_detects_a_leak(place: str) -> None:
    if not (WATCHES_ERRORS or place.startswith("a log record")):
        pytest.skip("this Python does not report errors")
    with watch() as leaks:
        LEAKS[place]()
    assert any(place.startswith(leak.partition(" shows")[0]) for leak in leaks), leaks


@pytest.mark.shows_secrets
@pytest.mark.skipif(not WATCHES_ERRORS, reason="this Python does not report errors")
def test_watch_detects_a_leak_in_the_error_of_a_call(client: ApiClient, server: Loopback) -> None:
    server.responses = [reply({"notFound": {"type": "Job", "id": PASSWORD}}, 404)]
    with watch() as leaks, pytest.raises(ApiException):
        JobApi(client).get_job("VX-1")
    assert any(leak.startswith("a message") for leak in leaks), leaks


def test_watch_adds_no_log_records(caplog: pytest.LogCaptureFixture) -> None:
    with watch() as leaks:
        logging.getLogger("vidispine").debug("not asked for")
        logging.getLogger("vidispine").warning("shown")
    assert [record.getMessage() for record in caplog.records] == ["shown"]
    assert not leaks


TEXTS = {
    f"cannot open s3://AKIA1:{OTHER}@bucket/x": "cannot open s3://***@bucket/x",
    f"ftp://u:{OTHER}@h/a@b failed, http://ok/": "ftp://***@b failed, http://ok/",
    f"http:\\/\\/u:{OTHER}@h\\/x": "http:\\/\\/***@h\\/x",
    f"url=http%3A%2F%2Fu%3A{OTHER}%40h%2Fx": "url=http%3A%2F%2F***@h%2Fx",
    f"GET https://b.s3/k?X-Amz-Signature={OTHER}&x=1": "GET https://b.s3/k?X-Amz-Signature=***&x=1",
    f"https://h/c?sv=1&sig={OTHER}": "https://h/c?sv=1&sig=***",
    f"'https://h/?access_token={OTHER}'": "'https://h/?access_token=***'",
    "see https://h/x?significant=1&page=2 or ann@h": "see https://h/x?significant=1&page=2 or ann@h",
}


@pytest.mark.parametrize("text", TEXTS)
def test_messages_show_no_credentials_in_urls(client: ApiClient, server: Loopback, text: str) -> None:
    shown = TEXTS[text]
    server.otherwise = reply({"invalidInput": {"context": "uri", "value": text, "explanation": text}}, 400)
    with pytest.raises(ApiException) as caught:
        JobApi(client).get_job("VX-1")
    error = caught.value
    assert str(error).endswith(shown)
    assert error.error is not None
    assert error.error.explanation == text
    for output in (str(error), repr(error), str(error.error), repr(error.error), printed(error)):
        assert OTHER not in output
        assert shown in output.replace("\\\\", "\\").replace("\\'", "'")


def test_message_of_a_failed_job_shows_no_credentials(client: ApiClient, server: Loopback) -> None:
    url = f"ftp://u:{OTHER}@h/x"
    data = [{"key": "errorMessage", "value": f"cannot read {url}"}]
    server.otherwise = reply({"jobId": "VX-1", "status": "FAILED_TOTAL", "data": data})
    with pytest.raises(JobFailedError, match=r"cannot read ftp://\*\*\*@h/x") as caught:
        JobApi(client).wait_for_job("VX-1")
    assert OTHER not in printed(caught.value)
    assert caught.value.error_message == f"cannot read {url}"


@pytest.mark.parametrize("text", ["/" * 10**6, "//a" * 10**5, "?token" * 10**5, "http://" + "a" * 10**6 + "@h"])
def test_messages_are_bounded(client: ApiClient, server: Loopback, text: str) -> None:
    server.otherwise = reply({"invalidInput": {"explanation": text}}, 400)
    with pytest.raises(ApiException) as caught:
        JobApi(client).get_job("VX-1")
    assert len(str(caught.value)) <= 400


@pytest.mark.parametrize("given", ["argument", "attribute", "environment", "pickle"])
@pytest.mark.parametrize("name", ["password", "token", "bearer", "api_key", "proxy", "proxy_headers", "key_password"])
def test_attributes_show_no_credentials(name: str, given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tools such as debuggers show ``vars()`` of an object."""
    value: Any = {"proxy": f"http://u:{OTHER}@p:1", "api_key": {"k": OTHER}, "proxy_headers": {"X": OTHER}}.get(
        name, OTHER
    )
    if given == "environment" and name in ("password", "token", "bearer"):
        monkeypatch.setenv(f"VIDISPINE_{name.upper()}", OTHER)
    configuration = Configuration("http://h", **({name: value} if given == "argument" else {}))
    if given in ("attribute", "pickle"):
        setattr(configuration, name, value)
    if given == "pickle":
        configuration = pickle.loads(pickle.dumps(configuration))
    client = ApiClient(configuration, cookie=f"session={OTHER}")
    assert OTHER not in repr(vars(configuration))
    assert OTHER not in repr(vars(client))
    assert client.cookie == f"session={OTHER}"
    if given != "environment" or name in ("password", "token", "bearer"):
        assert getattr(configuration, name) == value
    assert OTHER not in repr(vars(copy.copy(configuration)))


def test_attributes_of_used_clients_show_no_credentials(server: Loopback) -> None:
    server.otherwise = reply({"token": OTHER, "user": "a"})
    configuration = Configuration(server.url, None, None, "a", "b")
    configuration.token = source = TokenSource(configuration)
    with ApiClient(configuration) as client:
        JobApi(client).get_job("VX-1")
        assert server.last.header("Authorization") == f"token {OTHER}"
        for one in (client, source, client.rest_client, configuration):
            assert OTHER not in repr(vars(one))


def test_partial_functions_are_not_shown(client: ApiClient, server: Loopback, log: pytest.LogCaptureFixture) -> None:
    def fail(_: object, token: str) -> None:
        raise ValueError

    client.configuration.after_call = [partial(fail, token=OTHER)]
    JobApi(client).get_job("VX-1")
    assert "partial in after_call failed" in log.text
    assert OTHER not in log.text
    with Client(server.url) as one, pytest.raises(ApiTypeError, match="not partial") as caught:
        one.text(partial(one.job.get_job, _headers={"X-Token": OTHER}), "VX-1")
    assert OTHER not in str(caught.value)
