"""Deadlines of calls, and the retry budget."""

from __future__ import annotations

import contextlib
import io
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import vidispine
from test.support.loopback import Early, Loopback, Responder, drip, hang_up, hold, reply, stall
from test.support.sample_operations import CREATE, LOOK, READ
from vidispine import (
    ApiClient,
    ApiConnectionError,
    ApiResponseError,
    ApiTimeoutError,
    ApiTypeError,
    ApiValueError,
    Configuration,
    FileApi,
    JobApi,
    JobTimeoutError,
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
    assert str(caught.value) == "read_thing: did not end within its deadline of 0.5 seconds"
    assert caught.value.sent is True
    server.responses = [reply("fine", media_type="text/plain")]
    assert client.call(READ, ("VX-1", None), {"_deadline": 20}) == "fine"


def test_download_ends_at_its_deadline(client: ApiClient, server: Loopback, tmp_path: Path) -> None:
    server.otherwise = drip(HEAD, b"x")
    with pytest.raises(ApiTimeoutError, match=r"^get_file_data: did not end within its deadline of 0\.5 seconds$"):
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
    with pytest.raises(ApiTimeoutError, match=r"^read_thing: no response from \S+ in time$"):
        client.call(READ, ("VX-1", None), {"_deadline": 60, "_request_timeout": 0.1})


def test_a_deadline_starts_no_thread(client: ApiClient, server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    server.otherwise = reply("fine", media_type="text/plain")
    started: list[threading.Thread] = []
    start = threading.Thread.start

    def recording(thread: threading.Thread) -> None:
        # The server's own threads are named by the standard library.
        if thread.name.startswith("vidispine") or isinstance(thread, threading.Timer):
            started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", recording)
    for _ in range(3):
        assert client.call(READ, ("VX-1", None), {"_deadline": 20}) == "fine"
    assert started == []
    assert server.connections == 1


def test_a_wait_starts_no_thread(client: ApiClient, server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    server.otherwise = reply({"jobId": "VX-1", "status": "STARTED"})
    JobApi(client).get_job("VX-1")
    started: list[threading.Thread] = []
    monkeypatch.setattr(threading.Thread, "start", started.append)
    with pytest.raises(JobTimeoutError):
        JobApi(client).wait_for_job("VX-1", poll_interval=0.05, timeout=0.5)
    assert len(server.requests) > 5
    assert started == []


def test_the_package_has_no_thread_locals_and_no_timers() -> None:
    package = Path(vidispine.__file__).parent
    texts = {path.relative_to(package).as_posix(): path.read_text(encoding="utf-8") for path in package.rglob("*.py")}
    assert len(texts) > 20
    assert [name for name, text in texts.items() if "threading.local" in text or "Timer(" in text] == []


def test_a_call_within_a_call_keeps_the_earlier_deadline(server: Loopback) -> None:
    """A token callable makes a call whose timeout is longer than the remaining time of the call that needs the
    token."""
    server.otherwise = reply("fine", media_type="text/plain")
    with (
        ApiClient(Configuration(host=server.url, username="a", password="b")) as inner,
        ApiClient(Configuration(host=server.url, retries=0, token=lambda: inner.call(READ, ("t", None), {}))) as client,
    ):
        server.responses = [drip(HEAD, b"x")]
        with pytest.raises(ApiTimeoutError, match=r"its deadline of 0\.5 seconds"):
            client.call(READ, ("VX-1", None), {"_deadline": 0.5})

        def token() -> str:
            text: str = inner.call(READ, ("t", None), {"_deadline": 600})
            return text

        client.configuration.token = token
        server.responses = [reply("t", media_type="text/plain"), drip(HEAD, b"x")]
        with pytest.raises(ApiTimeoutError, match=r"its deadline of 0\.5 seconds"):
            client.call(READ, ("VX-1", None), {"_deadline": 0.5})
        # The deadline of a call that has ended does not apply to later ones.
        server.responses = [reply("t", media_type="text/plain"), reply("fine", media_type="text/plain")]
        assert client.call(READ, ("VX-1", None)) == "fine"


def test_a_deadline_never_touches_a_connection_that_another_call_uses(client: ApiClient, server: Loopback) -> None:
    """A download is written slowly, past its deadline, while a POST uses the connection that it came over."""

    class SlowFile(io.BytesIO):
        def write(self, data: Any) -> int:
            posted.set()
            time.sleep(0.6)
            return len(data)

    posted = threading.Event()
    outcome: list[Any] = []

    def post() -> None:
        posted.wait(20)
        outcome.append(client.call(CREATE, (b"data",)))

    server.responses = [reply(b"x" * 1000, media_type="application/octet-stream")]
    server.otherwise = reply("posted", media_type="text/plain")
    thread = threading.Thread(target=post)
    thread.start()
    with contextlib.suppress(ApiTimeoutError):
        FileApi(client).get_file_data("VX-1", _save_to=SlowFile(), _deadline=0.3)
    thread.join(20)
    assert outcome == ["posted"]


def test_posts_without_a_deadline_survive_calls_with_tight_ones(client: ApiClient, server: Loopback) -> None:
    """16 threads share the connections: every other one has deadlines that pass, the others must not notice."""
    client.configuration.retries = 0
    client.configuration.connection_pool_maxsize = 4
    server.otherwise = reply("fine", media_type="text/plain")

    def work(number: int) -> list[Any]:
        results: list[Any] = []
        for turn in range(12):
            if number % 2:
                results.append(client.call(CREATE, (f"{number}-{turn}".encode(),)))
            else:
                with contextlib.suppress(ApiTimeoutError, ApiConnectionError):
                    client.call(READ, ("VX-1", None), {"_deadline": 0.001 + 0.003 * turn})
        return results

    with ThreadPoolExecutor(16) as threads:
        posted = list(threads.map(work, range(16)))
    assert posted[1::2] == [["fine"] * 12] * 8
    bodies = [request.body for request in server.requests if request.method == "POST"]
    assert len(bodies) == len(set(bodies)) == 8 * 12


# Everything before the response counts too


def test_looking_up_a_host_counts(monkeypatch: pytest.MonkeyPatch, server: Loopback) -> None:
    asked = threading.Event()

    def slow(*_: Any, **__: Any) -> Any:
        asked.wait(60)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    started = time.monotonic()
    try:
        with (
            ApiClient(Configuration(host="http://slow.invalid/API", retries=0)) as client,
            pytest.raises(ApiTimeoutError, match=r"its deadline of 0\.3 seconds") as caught,
        ):
            client.call(READ, ("VX-1", None), {"_deadline": 0.3})
    finally:
        asked.set()
    assert caught.value.sent is False
    assert time.monotonic() - started < 15


def test_the_response_to_connect_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback() as proxy:
        proxy.otherwise = drip(b"HTTP/1.1 200 OK\r\nX: ", b"a")
        configuration = Configuration(host="https://vidicore.invalid/API", retries=0)
        configuration.proxy = proxy.origin
        started = time.monotonic()
        with (
            ApiClient(configuration) as client,
            pytest.raises(ApiTimeoutError, match=r"its deadline of 0\.4 seconds"),
        ):
            client.call(READ, ("VX-1", None), {"_deadline": 0.4})
        assert time.monotonic() - started < 15


def test_every_address_of_a_host_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six addresses whose queues of connections are full do not get the whole time each."""
    holes, kept = [], []
    for number in range(6):
        hole = socket.socket()
        hole.bind((f"127.0.0.{number + 10}", 0))
        hole.listen(0)
        holes.append((socket.AF_INET, socket.SOCK_STREAM, 6, "", hole.getsockname()))
        kept.append(hole)
        for _ in range(3):
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex(hole.getsockname())
            kept.append(waiting)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: holes)
    started = time.monotonic()
    try:
        with (
            ApiClient(Configuration(host="http://many.invalid/API", retries=0)) as client,
            pytest.raises(ApiTimeoutError, match=r"its deadline of 0\.5 seconds"),
        ):
            client.call(READ, ("VX-1", None), {"_deadline": 0.5})
    finally:
        for one in kept:
            one.close()
    assert time.monotonic() - started < 15


@pytest.mark.parametrize(
    ("deadline", "error"),
    [
        *((value, ApiValueError) for value in (0, -1, -(10**5000), float("nan"), float("inf"), 10**400)),
        *((value, ApiTypeError) for value in ("5", True, Decimal(5), [5], b"5")),
    ],
    ids=lambda value: f"{value!r:.9}" if not isinstance(value, int) else str(value.bit_length()),
)
def test_rejects_an_invalid_deadline(
    client: ApiClient, server: Loopback, deadline: Any, error: type[Exception]
) -> None:
    with pytest.raises(error, match=r"^read_thing: _deadline must be a (positive |finite )?number of seconds"):
        client.call(READ, ("VX-1", None), {"_deadline": deadline})
    assert server.requests == []


@pytest.mark.parametrize("kind", ["refused", "silent handshake"])
def test_deadline_before_anything_was_sent_says_so(kind: str) -> None:
    """Also if it passes during the wait before another attempt."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        if kind == "refused":
            silent.close()
        scheme = "http" if kind == "refused" else "https"
        configuration = Configuration(f"{scheme}://127.0.0.1:{port}/API", retries=50, timeout=20)
        with ApiClient(configuration) as client, pytest.raises(ApiTimeoutError, match="its deadline") as caught:
            client.call(CREATE, (b"data",), {"_deadline": 0.5})
    assert caught.value.sent is False


@pytest.mark.slow
def test_deadline_after_an_attempt_that_was_sent_says_so(client: ApiClient, server: Loopback) -> None:
    """The second attempt does not connect, but the first one got a response."""
    client.configuration.retries = 50

    def once(connection: Any, request: Any) -> bool:
        server.refuse()
        reply("busy", 503)(connection, request)
        return False

    server.otherwise = once
    with pytest.raises(ApiTimeoutError, match="its deadline") as caught:
        client.call(READ, ("VX-1", None), {"_deadline": 2})
    assert caught.value.sent is True
    assert len(server.requests) == 1


@pytest.mark.slow
def test_sending_counts(server: Loopback) -> None:
    server.otherwise = Early("headers", hold)
    with ApiClient(Configuration(server.url, timeout=60)) as client:
        for body in (io.BytesIO(bytes(30_000_000)), bytes(30_000_000)):
            with pytest.raises(ApiTimeoutError, match="its deadline") as caught:
                client.call(CREATE, (body,), {"_deadline": 0.5})
            assert caught.value.sent is True


@pytest.mark.slow
@pytest.mark.parametrize("what", ["redirects", "a redirect that drips"])
def test_redirects_count(client: ApiClient, server: Loopback, what: str, tmp_path: Path) -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: /API/thing/VX-2\r\nContent-Length: %d\r\n\r\n"

    def moved(connection: Any, request: Any) -> bool:
        time.sleep(0.3)
        connection.sendall(head % 0)
        return True

    server.otherwise = moved if what == "redirects" else drip(head % 60_000, b"x")
    with pytest.raises(ApiTimeoutError, match="its deadline"):
        client.call(READ, ("VX-1", None), {"_deadline": 0.8})
    with pytest.raises(ApiTimeoutError, match="its deadline"):
        FileApi(client).get_file_data("VX-1", _save_to=tmp_path / "clip", _deadline=0.8)


def test_none_is_no_deadline(client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply("fine", media_type="text/plain")
    assert client.call(READ, ("VX-1", None), {"_deadline": None}) == "fine"


# Retry budget


@pytest.fixture
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)


@pytest.mark.usefixtures("_no_waiting")
@pytest.mark.parametrize("response", [reply("down", 503), hang_up], ids=["later", "hang up"])
def test_retry_budget_limits_retries_when_the_server_is_down(
    client: ApiClient, server: Loopback, response: Responder
) -> None:
    client.configuration.retries = 4
    server.otherwise = response

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
    server.responses = [reply("down", 503)]
    assert client.call(LOOK, ()) == {}
    server.responses = [reply("down", 503)]
    with pytest.raises(ServiceException):
        client.call(LOOK, ())


@pytest.mark.usefixtures("_no_waiting")
def test_failed_post_takes_nothing_from_the_retry_budget(client: ApiClient, server: Loopback) -> None:
    client.configuration.retries = 3
    server.otherwise = hang_up
    for _ in range(30):
        with pytest.raises(ApiResponseError, match="check before you send it again"):
            client.call(CREATE, (b"data",))
    assert len(server.requests) == 30
    server.responses = [hang_up, hang_up, hang_up, reply({})]
    assert client.call(LOOK, ()) == {}


def test_each_client_has_its_own_retry_budget(server: Loopback) -> None:
    with (
        ApiClient(Configuration(host=server.url, retries=1)) as one,
        ApiClient(Configuration(host=server.url, retries=1)) as two,
    ):
        assert one.rest_client.budget is not two.rest_client.budget
