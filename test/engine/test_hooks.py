"""Hooks, the rate limit and compressed responses."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import vidispine
from test.support.loopback import PASSWORD, Loopback, hang_up, reply, stall
from test.support.sample_operations import CREATE, LOOK, READ
from vidispine import (
    ApiClient,
    ApiConnectionError,
    ApiDecodeError,
    ApiResponseError,
    ApiTimeoutError,
    ApiTypeError,
    ApiValueError,
    CallInfo,
    Configuration,
    FileApi,
    JobApi,
    NotFoundException,
    PreparedRequest,
)

FINE = reply("fine", media_type="text/plain")


@pytest.fixture
def calls(client: ApiClient) -> list[CallInfo]:
    seen: list[CallInfo] = []
    client.configuration.after_call.append(seen.append)
    return seen


def read(client: ApiClient, note: str | None = None, **options: Any) -> Any:
    return client.call(READ, ("VX-1", note), options)


# after_call


def test_a_call_is_reported(client: ApiClient, server: Loopback, calls: list[CallInfo]) -> None:
    server.otherwise = FINE
    read(client, "a b")
    (info,) = calls
    assert (info.operation, info.method, info.route) == ("read_thing", "GET", "/thing/{thing-id}")
    assert (info.path, info.status, info.attempts, info.error) == ("/API/thing/VX-1", 200, 1, None)
    assert info.bytes_received == len("fine")
    request = server.only
    assert info.bytes_sent == len(request.line) + 4 + sum(
        len(f"{name}: {value}\r\n") for name, value in request.headers
    )
    assert 0 < info.seconds < 60
    assert repr(info).startswith("<CallInfo read_thing: GET /API/thing/VX-1 -> 200 in 0.")


def test_attempts_of_a_call_are_counted(client: ApiClient, server: Loopback, calls: list[CallInfo]) -> None:
    client.configuration.retries = vidispine.rest.RetryPolicy(3, backoff_factor=0)
    server.responses = [reply("no", 503), hang_up, reply(b"", 307, {"Location": "/API/other"}), FINE]
    read(client)
    (info,) = calls
    assert (info.attempts, info.status, info.path) == (4, 200, "/API/thing/VX-1")
    assert info.bytes_received == len("no") + len("fine")


@pytest.mark.parametrize(
    ("response", "error", "status"),
    [
        (reply({}, 404), NotFoundException, 404),
        (hang_up, ApiResponseError, 0),
        (reply(b"\xff", media_type="text/plain"), ApiDecodeError, 200),
        (stall(), ApiTimeoutError, 0),
    ],
)
def test_a_failed_call_is_reported(
    client: ApiClient, server: Loopback, calls: list[CallInfo], response: Any, error: type[Exception], status: int
) -> None:
    client.configuration.retries = 0
    server.otherwise = response
    with pytest.raises(error) as caught:
        read(client, _request_timeout=0.2)
    (info,) = calls
    assert (info.error, info.status, info.attempts) == (caught.value, status, 1)
    assert str(caught.value) in repr(info)


def test_an_unread_response_and_a_download_are_reported(
    client: ApiClient, server: Loopback, calls: list[CallInfo], tmp_path: Path
) -> None:
    server.otherwise = reply(b"x" * 100_000, media_type="application/octet-stream")
    read(client, _preload_content=False).release_conn()
    FileApi(client).get_file_data("VX-40", _save_to=tmp_path)
    assert [info.bytes_received for info in calls] == [0, 100_000]


def test_an_upload_is_counted(client: ApiClient, server: Loopback, calls: list[CallInfo]) -> None:
    server.otherwise = FINE
    client.call(CREATE, (iter([b"x" * 10_000] * 10),))
    assert 100_000 < calls[0].bytes_sent < 101_000


def test_a_call_with_invalid_arguments_is_not_reported(client: ApiClient, calls: list[CallInfo]) -> None:
    with pytest.raises(ApiValueError):
        client.call(READ, (None, None))
    assert calls == []


def test_a_failing_hook_is_logged_and_changes_nothing(
    client: ApiClient, server: Loopback, calls: list[CallInfo], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: CallInfo) -> None:
        raise RuntimeError("full disk")

    client.configuration.after_call.insert(0, broken)
    server.responses = [FINE, reply({}, 404)]
    with caplog.at_level(logging.ERROR):
        assert read(client) == "fine"
        with pytest.raises(NotFoundException):
            read(client)
    assert len(calls) == 2
    assert [record.exc_info[1].args for record in caplog.records if record.exc_info and record.exc_info[1]] == [
        ("full disk",)
    ] * 2


def test_requests_for_tokens_are_reported(client: ApiClient, server: Loopback) -> None:
    client.configuration.token = vidispine.TokenSource(client.configuration)
    seen: list[CallInfo] = []
    client.configuration.after_call.append(seen.append)
    server.responses = [reply({"token": "t"}), FINE]
    read(client)
    assert [info.operation for info in seen] == ["get_auth_token", "read_thing"]


# before_request


def test_headers_of_each_attempt_can_be_changed(client: ApiClient, server: Loopback) -> None:
    seen: list[tuple[Any, ...]] = []

    def change(request: PreparedRequest) -> None:
        seen.append((request.operation, request.route, request.method, request.url, request.attempt))
        request.headers["X-Attempt"] = str(request.attempt)
        assert request.headers.setdefault("user-AGENT", "mine").startswith("vidispine-python/")
        del request.headers["accept"]

    client.configuration.before_request.append(change)
    client.configuration.retries = vidispine.rest.RetryPolicy(1, backoff_factor=0)
    server.responses = [reply("no", 503), FINE]
    read(client, "a")
    url = f"{server.url}/thing/VX-1?note=a"
    assert seen == [("read_thing", "/thing/{thing-id}", "GET", url, number) for number in (1, 2)]
    assert [request.header("X-Attempt") for request in server.requests] == ["1", "2"]
    assert [request.header("Accept") for request in server.requests] == [None, None]


def test_a_renewed_token_is_seen_by_the_hook(client: ApiClient, server: Loopback) -> None:
    seen: list[str] = []
    tokens = iter(["t1", "t2"])

    class Source:
        current = next(tokens)

        def __call__(self) -> str:
            return self.current

        def renew(self, _: str) -> None:
            self.current = next(tokens)

    client.configuration.token = Source()
    client.configuration.before_request.append(lambda request: seen.append(request.headers["authorization"]))
    server.responses = [reply({}, 401), FINE]
    read(client)
    assert seen == ["token t1", "token t2"]


@pytest.mark.parametrize("error", [RuntimeError("no"), KeyboardInterrupt(), OSError("x"), vidispine.ApiTimeoutError(0)])
def test_an_exception_of_the_hook_is_raised_and_nothing_is_sent(
    client: ApiClient, server: Loopback, calls: list[CallInfo], error: BaseException
) -> None:
    def refuse(_: PreparedRequest) -> None:
        raise error

    client.configuration.before_request.append(refuse)
    with pytest.raises(type(error)) as caught:
        read(client)
    assert caught.value is error
    assert server.requests == []
    assert [(info.attempts, info.error) for info in calls] == [(0, error)]


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("X-A", "a\r\nb: c", ApiValueError),
        ("X A", "a", ApiValueError),
        ("X-A", "\u20ac", ApiValueError),
        ("X-A", 5, ApiTypeError),
        ("X-A", None, ApiTypeError),
        (5, "a", ApiTypeError),
    ],
)
def test_hooks_cannot_set_invalid_headers(
    client: ApiClient, server: Loopback, name: Any, value: Any, error: type[Exception]
) -> None:
    client.configuration.before_request.append(lambda request: request.headers.update({name: value}))
    with pytest.raises(error):
        read(client)
    assert server.requests == []


def test_an_exception_that_a_hook_raises_again_is_not_changed(client: ApiClient, server: Loopback) -> None:
    breaker = ApiValueError("too many failures")
    client.configuration.before_request.append(lambda _: raise_error(breaker))
    for _ in range(3):
        with pytest.raises(ApiValueError) as caught:
            JobApi(client).get_job("VX-1")
        assert caught.value is breaker
        assert str(breaker) == "get_job: too many failures"
    assert server.requests == []


def raise_error(error: Exception) -> None:
    raise error


def test_a_prepared_request_shows_no_secret(client: ApiClient, server: Loopback) -> None:
    seen: list[PreparedRequest] = []
    client.configuration.before_request.append(seen.append)
    server.otherwise = FINE
    read(client, PASSWORD)
    assert repr(seen[0]) == f"<PreparedRequest GET {server.url}/thing/VX-1>"
    assert repr(seen[0].headers).startswith("<RequestHeaders: User-Agent, ")
    assert "Basic" not in repr(seen[0].headers)


@pytest.mark.parametrize("name", ["before_request", "after_call"])
def test_hooks_are_settings(name: str) -> None:
    def hook(_: Any) -> None: ...

    with vidispine.Client("http://vidicore", **{name: (hook,)}) as client:  # type: ignore[arg-type]
        assert getattr(client.settings, name) == [hook]
    for value in ("text", [hook, 5], [None]):
        with pytest.raises(ApiTypeError, match=f"{name} must be a list of callables"):
            Configuration(**{name: value})  # type: ignore[arg-type]
    given = [hook]
    one = Configuration(**{name: given})  # type: ignore[arg-type]
    assert getattr(one, name) is not given


# Rate limit


class Clock:
    """Replaces ``time`` of the rate limit: time passes while it sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.on_sleep: Callable[[], object] | None = None

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds
        if self.on_sleep is not None:
            self.on_sleep()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    replaced = Clock()
    monkeypatch.setattr("vidispine._transport.pools.time", replaced)
    return replaced


def test_requests_are_evenly_spaced(client: ApiClient, server: Loopback, clock: Clock) -> None:
    server.otherwise = FINE
    client.configuration.max_requests_per_second = 4
    sent: list[float] = []
    client.configuration.before_request.append(lambda _: sent.append(clock.now))
    for _ in range(5):
        read(client)
    assert sent == [100, 100.25, 100.5, 100.75, 101]
    clock.now = 200
    for _ in range(3):
        read(client)
    # There is no burst after a pause.
    assert sent[5:] == [200, 200.25, 200.5]


def test_every_attempt_counts_for_the_rate(client: ApiClient, server: Loopback, clock: Clock) -> None:
    client.configuration.max_requests_per_second = 0.5
    client.configuration.retries = vidispine.rest.RetryPolicy(2, backoff_factor=0)
    server.responses = [hang_up, reply("no", 503), reply(b"", 307, {"Location": "/API/other"}), FINE]
    read(client)
    assert clock.now == 106


def test_threads_share_the_rate(client: ApiClient, server: Loopback) -> None:
    server.otherwise = FINE
    client.configuration.max_requests_per_second = 200
    sent: list[float] = []
    client.configuration.before_request.append(lambda _: sent.append(time.monotonic()))
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: read(client), range(20)))
    assert max(sent) - min(sent) > 18 / 200


def test_a_deadline_ends_the_wait_for_the_rate(client: ApiClient, server: Loopback) -> None:
    server.otherwise = FINE
    client.configuration.max_requests_per_second = 0.01
    read(client)
    with pytest.raises(ApiTimeoutError, match="did not end within its deadline of 5 seconds") as caught:
        read(client, _deadline=5)
    assert caught.value.sent is False
    assert len(server.requests) == 1


def test_closing_while_waiting_for_the_rate_sends_nothing(client: ApiClient, server: Loopback, clock: Clock) -> None:
    client.configuration.max_requests_per_second = 1
    JobApi(client).get_job("VX-1")
    clock.on_sleep = client.close
    with pytest.raises(ApiValueError, match="this client is closed"):
        JobApi(client).get_job("VX-2")
    assert len(server.requests) == 1


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), "5", True, 1e-300])
def test_invalid_rates_are_rejected(value: Any) -> None:
    with pytest.raises((ApiTypeError, ApiValueError), match="max_requests_per_second must be a number"):
        Configuration(max_requests_per_second=value)


@pytest.mark.parametrize("value", [-1, -(10**400), float("nan"), "5", True, None])
def test_invalid_ceilings_are_rejected(value: Any) -> None:
    with pytest.raises((ApiTypeError, ApiValueError), match=r"retry_after_ceiling must be a .*number of seconds"):
        Configuration(retry_after_ceiling=value)


# Compressed responses


def test_compressed_responses_are_requested(
    client: ApiClient, server: Loopback, calls: list[CallInfo], tmp_path: Path
) -> None:
    document = {"hits": 1, "note": "x" * 10_000}
    packed = gzip.compress(json.dumps(document).encode())
    server.otherwise = reply(packed, headers={"Content-Encoding": "gzip"})
    client.configuration.accept_gzip = True
    assert client.call(LOOK, ()) == document
    assert server.last.header("Accept-Encoding") == "gzip"
    assert calls[0].bytes_received == len(packed)
    server.otherwise = reply(b"media", media_type="application/octet-stream")
    FileApi(client).get_file_data("VX-40", _save_to=tmp_path)
    assert server.last.header("Accept-Encoding") == "identity"


def test_compressed_responses_are_not_requested_by_default(client: ApiClient, server: Loopback) -> None:
    client.call(LOOK, ())
    assert server.only.header("Accept-Encoding") == "identity"


def test_no_connection_is_reported_without_an_attempt_sent(unreachable_calls: tuple[ApiClient, list[CallInfo]]) -> None:
    client, calls = unreachable_calls
    with pytest.raises(ApiConnectionError):
        read(client)
    assert [(info.status, info.attempts, info.bytes_sent) for info in calls] == [(0, 1, 0)]


@pytest.fixture
def unreachable_calls() -> Iterator[tuple[ApiClient, list[CallInfo]]]:
    """A client of a port without a server, and its calls."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    seen: list[CallInfo] = []
    configuration = Configuration(host=f"http://127.0.0.1:{port}/API", retries=0, after_call=[seen.append])
    with ApiClient(configuration) as client:
        yield client, seen
