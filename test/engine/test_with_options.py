"""Clients that share connections, and calls whose result has another form."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

import vidispine
from test.jobs.fake_clock import document
from test.support.loopback import PASSWORD, Loopback, Recorded, hang_up, reply
from vidispine import ApiTypeError, ApiValueError, CallInfo, Client, UnexpectedKeywordError
from vidispine.exceptions import ApiDecodeError, NotFoundException

JOB = reply(document("STARTED"))


@pytest.fixture
def client(server: Loopback) -> Iterator[Client]:
    with Client(server.url, username="admin", password=PASSWORD, retries=0, timeout=20) as made:
        yield made


# with_options


def test_options_apply_to_the_returned_client_only(client: Client, server: Loopback) -> None:
    client.api_client.set_default_header("X-Site", "a")
    bob = client.with_options(run_as="bob", timeout=5, retries=1, headers={"x-site": "b", "X-Trace": "1"})
    for one in (bob, client):
        one.job.get_job("VX-1")
    theirs, ours = server.requests
    assert [theirs.header(name) for name in ("RunAs", "X-Site", "X-Trace")] == ["bob", "b", "1"]
    assert [ours.header(name) for name in ("RunAs", "X-Site", "X-Trace")] == [None, "a", None]
    assert (bob.settings.timeout, bob.settings.retries) == (5, 1)
    assert (client.settings.timeout, client.settings.retries) == (20, 0)
    assert theirs.header("Authorization") == ours.header("Authorization")
    assert server.connections == 1
    assert bob.job is not client.job


def test_omitted_options_are_those_of_the_client(client: Client, server: Loopback) -> None:
    bob = client.with_options(run_as="bob").with_options(headers={"X-A": "a"})
    plain = bob.with_options(run_as=None)
    bob.job.get_job("VX-1")
    plain.job.get_job("VX-1")
    assert [(one.header("RunAs"), one.header("X-A")) for one in server.requests] == [("bob", "a"), (None, "a")]


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
def test_headers_replace_those_of_the_credentials(client: Client, server: Loopback, name: str) -> None:
    bob = client.with_options(headers={name: "token of-bob", "accept": "application/xml"})
    server.otherwise = reply(b"<JobDocument/>", media_type="application/xml")
    bob.job.get_job("VX-1")
    assert (server.last.header("Authorization"), server.last.header("Accept")) == ("token of-bob", "application/xml")
    bob.job.get_job("VX-1", _headers={"authorization": "token of-eve"})
    assert server.last.header("Authorization") == "token of-eve"
    client.job.get_job("VX-1")
    assert server.last.header("Authorization") not in (None, "token of-bob")


def test_rejected_authorization_of_headers_is_not_renewed(server: Loopback) -> None:
    server.otherwise = reply({}, 401)
    source = vidispine.TokenSource(vidispine.Configuration(server.url, None, None, "a", "b"))
    with Client(server.url, token=source) as one, pytest.raises(vidispine.UnauthorizedException):
        one.with_options(headers={"authorization": "token t"}).job.get_job("VX-1", _headers={"X-A": "b"})
    assert [request.header("Authorization") for request in server.requests] == ["token t"]


def test_the_last_option_determines_the_user(client: Client, server: Loopback) -> None:
    bob = client.with_options(headers={"runas": "bob", "X-A": "a"})
    for one in (bob, bob.with_options(timeout=5), bob.with_options(run_as="eve"), bob.with_options(run_as=None)):
        one.job.get_job("VX-1")
    assert [request.header("RunAs") for request in server.requests] == ["bob", "bob", "eve", None]
    assert [request.header("X-A") for request in server.requests] == ["a"] * 4


@pytest.mark.parametrize("name", ["authorization", "RUNAS", "cookie", "accept", "user-agent", "accept-encoding"])
def test_a_header_of_the_client_is_sent_once(server: Loopback, name: str) -> None:
    with Client(server.url, username="a", password=PASSWORD, run_as="eve", accept_gzip=True) as client:
        client.api_client.cookie = "session=1"
        client.api_client.set_default_header(name, "mine")
        client.job.get_job("VX-1")
    assert server.only.header(name) is not None


def test_clients_share_rate_budget_and_hooks(client: Client, server: Loopback) -> None:
    bob = client.with_options(run_as="bob", retries=2)
    calls: list[CallInfo] = []
    client.settings.after_call.append(calls.append)
    bob.settings.before_request.append(lambda request: request.headers.update({"X-Hook": "1"}))
    client.job.get_job("VX-1")
    bob.job.get_job("VX-1")
    assert [call.operation for call in calls] == ["get_job", "get_job"]
    assert [request.header("X-Hook") for request in server.requests] == ["1", "1"]
    assert bob.api_client.rest_client.pools is client.api_client.rest_client.pools


def test_closing_the_returned_client_closes_nothing(client: Client, server: Loopback) -> None:
    with client.with_options(run_as="bob") as bob:
        bob.job.get_job("VX-1")
    bob.job.get_job("VX-1")
    client.job.get_job("VX-1")
    assert server.connections == 1
    client.close()
    for one in (client, bob):
        with pytest.raises(ApiValueError, match="this client is closed"):
            one.job.get_job("VX-1")
        with pytest.raises(ApiValueError, match="this client is closed"):
            one.submit(one.job.get_job, "VX-1")


@pytest.mark.parametrize(
    ("options", "error", "problem"),
    [
        ({"runas": "bob"}, UnexpectedKeywordError, "with_options has no parameter 'runas': did you mean 'run_as'"),
        ({"run_as": 5}, ApiTypeError, "run_as must be a user's name or None, not int"),
        ({"run_as": ""}, ApiValueError, "run_as must not be empty: pass None for the user of the credentials"),
        ({"run_as": "a\nb"}, ApiValueError, "run_as must not contain line breaks"),
        ({"timeout": -1}, ApiValueError, "a timeout must be a number of seconds above 0"),
        ({"timeout": "5"}, ApiTypeError, "a timeout must be a number"),
        ({"retries": -1}, ApiValueError, "retries must be a number from 0"),
        ({"headers": "X-A: b"}, ApiTypeError, "headers must be a mapping, not str"),
        ({"headers": {"X-A": None}}, ApiTypeError, "X-A must be text"),
        ({"headers": {"X A": "b"}}, ApiValueError, "'X A' is not a valid header name"),
    ],
)
def test_invalid_options(client: Client, options: Any, error: type[Exception], problem: str) -> None:
    with pytest.raises(error, match=problem):
        client.with_options(**options)


def test_subclasses_keep_their_class(server: Loopback) -> None:
    class Mine(Client):
        pass

    with Mine(server.url) as mine:
        assert type(mine.with_options(timeout=3)) is Mine


def test_async_calls_of_the_returned_client_use_its_options(client: Client, server: Loopback) -> None:
    bob = client.with_options(run_as="bob")
    result: Any = bob.job.get_job("VX-1", async_req=True)
    result.get(10)
    assert server.only.header("RunAs") == "bob"
    assert bob.api_client.pool is client.api_client.pool


# submit


def test_submit_returns_a_future(client: Client, server: Loopback) -> None:
    server.otherwise = JOB
    future = client.submit(client.job.get_job, "VX-29", metadata=True)
    assert future.result(10).job_id == "VX-29"
    server.otherwise = reply({}, 404)
    assert isinstance(client.submit(client.job.get_job, "VX-29").exception(10), NotFoundException)
    with pytest.raises(ApiTypeError, match="method must be callable, not str"):
        client.submit("get_job")  # type: ignore[arg-type]


def test_at_most_as_many_calls_as_connections_at_the_same_time(server: Loopback) -> None:
    running = [0, 0]
    lock = threading.Lock()

    def response(connection: Any, request: Recorded) -> bool:
        with lock:
            running[0] += 1
            running[1] = max(running)
        time.sleep(0.01)
        with lock:
            running[0] -= 1
        return JOB(connection, request)

    server.otherwise = response
    with Client(server.url, connection_pool_maxsize=3) as client:
        futures = [client.submit(client.job.get_job, "VX-29") for _ in range(20)]
        assert {future.result(10).job_id for future in futures} == {"VX-29"}
    assert running[1] <= 3
    assert server.connections <= 3


def test_closing_waits_for_submitted_calls(server: Loopback) -> None:
    server.otherwise = JOB
    with Client(server.url, connection_pool_maxsize=1) as client:
        futures = [client.submit(client.job.get_job, "VX-29") for _ in range(10)]
    assert [future.result(0).job_id for future in futures] == ["VX-29"] * 10


def test_a_submitted_call_can_close_the_client(server: Loopback) -> None:
    client = Client(server.url)
    client.submit(client.close).result(10)
    with pytest.raises(ApiValueError, match="closed"):
        client.job.get_job("VX-1")


# raw and text


def test_raw_returns_the_unread_response(client: Client, server: Loopback) -> None:
    server.otherwise = reply(b'{"jobId": "VX-29"}')
    response = client.raw(client.job.get_job, "VX-29")
    assert b"".join(response.stream(5)) == b'{"jobId": "VX-29"}'
    response.release_conn()
    assert client.job.get_job("VX-29").job_id == "VX-29"
    assert server.connections == 1


@pytest.mark.parametrize("media_type", ["application/json", "application/xml", "text/plain", None])
def test_text_returns_the_body_whatever_its_type(client: Client, server: Loopback, media_type: str | None) -> None:
    server.otherwise = reply('{"jobId": "\u00c5"}', media_type=media_type)
    assert client.text(client.job.get_job, "VX-29", accept="application/xml") == '{"jobId": "\u00c5"}'
    assert server.last.header("Accept") == "application/xml"
    assert client.text(client.job.get_job, "VX-29") == '{"jobId": "\u00c5"}'
    assert server.last.header("Accept") == "application/json"


def test_text_of_other_results(client: Client, server: Loopback) -> None:
    server.responses = [
        reply(b"", 204),
        reply(b"media", media_type="video/mp4"),
        reply(b"\xff\xfe", media_type="text/plain"),
    ]
    assert client.text(client.storage.delete_storage, "VX-29") == ""
    assert client.text(client.file.get_file_data, "VX-40") == "media"
    with pytest.raises(ApiDecodeError, match="not valid text"):
        client.text(client.job.get_job, "VX-29")
    server.responses = [hang_up]
    with pytest.raises(vidispine.ApiResponseError):
        client.text(client.job.get_job, "VX-29")


@pytest.mark.parametrize("name", ["raw", "text"])
def test_only_methods_that_make_one_call(client: Client, server: Loopback, name: str) -> None:
    for method in (
        client.job.wait_for_job,
        client.job.iterate_jobs,
        client.job.get_job_with_http_info,
        print,
        "get_job",
    ):
        with pytest.raises(ApiTypeError, match=f"{name}: method must make a single call, such as client.job.get_job"):
            getattr(client, name)(method, "VX-29")
    with pytest.raises(ApiTypeError, match=f"use client.submit\\(client.{name}"):
        getattr(client, name)(client.job.get_job, "VX-29", async_req=True)
    with pytest.raises(ApiTypeError, match="'metdata': did you mean 'metadata'"):
        getattr(client, name)(client.job.get_job, "VX-29", metdata=True)
    assert server.requests == []
