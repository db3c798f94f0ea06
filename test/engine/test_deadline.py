"""Deadlines of calls, and the retry budget."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from test.support.loopback import Answer, Loopback, drip, hang_up, reply, stall
from test.support.sample_operations import CREATE, LOOK, READ
from vidispine import (
    ApiClient,
    ApiResponseError,
    ApiTimeoutError,
    ApiTypeError,
    ApiValueError,
    Configuration,
    FileApi,
    ServiceException,
)

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\n"


ENDLESS = {
    "silence": stall(),
    "half a head": stall(b"HTTP/1.1 200 OK\r\nX-"),
    "a head that drips": drip(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
    "a body that stalls": stall(HEAD + b"x"),
    "a body that drips": drip(HEAD, b"x"),
    "later, and later": reply("busy", 503, {"Retry-After": "20"}),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_call_ends_at_its_deadline(client: ApiClient, server: Loopback, what: str) -> None:
    client.configuration.retries = 50
    server.otherwise = ENDLESS[what]
    started = time.monotonic()
    with pytest.raises(ApiTimeoutError) as caught:
        client.call(READ, ("VX-1", None), {"_deadline": 0.5})
    # Generous, because the machine may be busy. Without a deadline the call would not end.
    assert time.monotonic() - started < 15
    assert str(caught.value) == "read_thing: not over within the 0.5 seconds of its deadline"
    assert caught.value.sent is True
    server.answers = [reply("fine", media_type="text/plain")]
    assert client.call(READ, ("VX-1", None), {"_deadline": 20}) == "fine"


def test_download_ends_at_its_deadline(client: ApiClient, server: Loopback, tmp_path: Path) -> None:
    server.otherwise = drip(HEAD, b"x")
    with pytest.raises(ApiTimeoutError, match=r"^get_file_data: not over within the 0\.5 seconds of its deadline$"):
        FileApi(client).get_file_data("VX-40", _save_to=tmp_path, _deadline=0.5)
    assert list(tmp_path.iterdir()) == []


def test_deadline_clamps_the_timeouts(client: ApiClient, server: Loopback) -> None:
    server.otherwise = stall()
    started = time.monotonic()
    with pytest.raises(ApiTimeoutError):
        client.call(READ, ("VX-1", None), {"_deadline": 0.3, "_request_timeout": None})
    assert time.monotonic() - started < 15


def test_timeout_before_the_deadline_is_reported_as_a_timeout(client: ApiClient, server: Loopback) -> None:
    server.otherwise = stall()
    with pytest.raises(ApiTimeoutError, match=r"^read_thing: no answer from \S+ in time$"):
        client.call(READ, ("VX-1", None), {"_deadline": 60, "_request_timeout": 0.1})


def test_call_within_its_deadline_leaves_no_state(client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply("fine", media_type="text/plain")
    for _ in range(3):
        assert client.call(READ, ("VX-1", None), {"_deadline": 0.4}) == "fine"
    time.sleep(0.6)
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer) and thread.is_alive()]
    # The deadline of a finished call does not affect a later one.
    assert client.call(READ, ("VX-1", None)) == "fine"
    assert server.connections == 1


@pytest.mark.parametrize(
    ("deadline", "error"), [(0, ApiValueError), (-1, ApiValueError), (float("nan"), ApiValueError), ("5", ApiTypeError)]
)
def test_rejects_an_invalid_deadline(
    client: ApiClient, server: Loopback, deadline: Any, error: type[Exception]
) -> None:
    with pytest.raises(error, match=r"^read_thing: _deadline must be a number of seconds"):
        client.call(READ, ("VX-1", None), {"_deadline": deadline})
    assert server.requests == []


# Retry budget


@pytest.fixture
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)


@pytest.mark.usefixtures("_no_waiting")
@pytest.mark.parametrize("answer", [reply("down", 503), hang_up], ids=["later", "hang up"])
def test_retry_budget_limits_retries_when_the_server_is_down(
    client: ApiClient, server: Loopback, answer: Answer
) -> None:
    client.configuration.retries = 4
    server.otherwise = answer

    def ask(_: int) -> None:
        with pytest.raises((ServiceException, ApiResponseError)):
            client.call(READ, ("VX-1", None))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(ask, range(40)))
    # Each call is made once; there are 20 retries in all instead of 160.
    assert len(server.requests) == 40 + 20


@pytest.mark.usefixtures("_no_waiting")
def test_successful_responses_refill_the_retry_budget(client: ApiClient, server: Loopback) -> None:
    client.configuration.retries = 1
    server.otherwise = reply("down", 503)
    for _ in range(30):
        with pytest.raises(ServiceException):
            client.call(LOOK, ())
    assert len(server.requests) == 30 + 20
    server.otherwise = reply({})
    for _ in range(5):
        client.call(LOOK, ())
    server.answers = [reply("down", 503)]
    assert client.call(LOOK, ()) == {}
    server.answers = [reply("down", 503)]
    with pytest.raises(ServiceException):
        client.call(LOOK, ())


@pytest.mark.usefixtures("_no_waiting")
def test_failed_post_takes_nothing_from_the_retry_budget(client: ApiClient, server: Loopback) -> None:
    client.configuration.retries = 3
    server.otherwise = hang_up
    for _ in range(30):
        with pytest.raises(ApiResponseError, match="look before you repeat it"):
            client.call(CREATE, (b"data",))
    assert len(server.requests) == 30
    server.answers = [hang_up, hang_up, hang_up, reply({})]
    assert client.call(LOOK, ()) == {}


def test_each_client_has_its_own_retry_budget(server: Loopback) -> None:
    with (
        ApiClient(Configuration(host=server.url, retries=1)) as one,
        ApiClient(Configuration(host=server.url, retries=1)) as two,
    ):
        assert one.rest_client._budget is not two.rest_client._budget
