"""The HTTP client over real sockets: faults, redirects, retries and proxies."""

from __future__ import annotations

import io
import socket
import time
from email.utils import formatdate
from typing import Any

import pytest
import urllib3

from test.support.loopback import Loopback, Responder, hang_up, raw, reply, reset, stall
from test.support.sample_operations import CHANGE, CREATE, LOOK, READ, REMOVE
from vidispine import (
    ApiClient,
    ApiConnectionError,
    ApiException,
    ApiResponseError,
    ApiTimeoutError,
    ApiTypeError,
    ApiValueError,
    Configuration,
    ServiceException,
)
from vidispine._calls.operation import Operation
from vidispine._transport.http_client import RESTClientObject
from vidispine._transport.retry import RetryPolicy

TEXT_OK = reply("fine", media_type="text/plain")


def call(client: ApiClient, operation: Operation[Any], **options: Any) -> Any:
    arguments: dict[str, tuple[Any, ...]] = {"GET": ("VX-1", None), "POST": (b"data",), "PUT": (b"data",)}
    if operation is LOOK:
        return client.call(operation, (), options)
    return client.call(operation, arguments.get(operation.method, ()), options)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Record the backoff instead of sleeping."""
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    return waits


@pytest.fixture
def client_that_never_sleeps(client: ApiClient, slept: list[float]) -> ApiClient:
    """A client that makes two retries without backoff."""
    client.configuration.retries = 2
    return client


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


# No connection


def test_connection_refused(closed_port: int) -> None:
    with (
        ApiClient(Configuration(host=f"http://127.0.0.1:{closed_port}/API", retries=0)) as client,
        pytest.raises(ApiConnectionError) as caught,
    ):
        call(client, READ)
    error = caught.value
    assert str(error) == (
        f"read_thing: cannot connect to http://127.0.0.1:{closed_port}: connection refused: is the server running?"
    )
    assert (error.status, error.body, error.headers, error.sent) == (0, None, None, False)
    assert isinstance(error.__cause__, urllib3.exceptions.HTTPError)


def test_unknown_host_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with (
        ApiClient(Configuration(host="http://nowhere.invalid:8080/API", retries=0)) as client,
        pytest.raises(ApiConnectionError, match=r"nowhere\.invalid:8080: name or service not known"),
    ):
        call(client, READ)


def test_connect_timeout(monkeypatch: pytest.MonkeyPatch, client: ApiClient, server: Loopback) -> None:
    def slow(*_: Any, **__: Any) -> Any:
        raise socket.timeout("timed out")

    monkeypatch.setattr(socket.socket, "connect", slow)
    expected = f"^read_thing: cannot connect to {server.origin}: no response in time$"
    with pytest.raises(ApiConnectionError, match=expected):
        call(client, READ)
    assert server.requests == []


@pytest.mark.parametrize("operation", [READ, CREATE, CHANGE, REMOVE])
@pytest.mark.parametrize("failures", [1, 2, 3])
def test_unsent_request_is_retried_for_every_method(
    monkeypatch: pytest.MonkeyPatch,
    client_that_never_sleeps: ApiClient,
    server: Loopback,
    operation: Operation[Any],
    failures: int,
) -> None:
    left = [ConnectionRefusedError(111, "Connection refused")] * failures
    connect = socket.socket.connect

    def fail_first(self: socket.socket, address: Any) -> None:
        if left:
            raise left.pop()
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", fail_first)
    if failures == 3:
        with pytest.raises(ApiConnectionError):
            call(client_that_never_sleeps, operation)
        assert server.requests == []
    else:
        call(client_that_never_sleeps, operation)
        assert server.only.method == operation.method
    assert left == []


# Complete responses

HALF = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


def test_decodes_an_encoded_response(client: ApiClient, server: Loopback) -> None:
    import gzip

    server.responses = [reply(gzip.compress(b"fine"), headers={"Content-Encoding": "gzip"}, media_type="text/plain")]
    assert call(client, READ) == "fine"


def test_reads_chunked_responses_and_responses_without_a_length(
    client_that_never_sleeps: ApiClient, server: Loopback
) -> None:
    server.responses = [
        raw(HALF + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
        raw(HALF + b"Connection: close\r\n\r\nuntil the end"),
        raw(b"HTTP/1.1 100 Continue\r\n\r\n" + HALF + b"Content-Length: 2\r\n\r\nok"),
    ]
    assert [call(client_that_never_sleeps, READ) for _ in range(3)] == ["abcde", "until the end", "ok"]


def test_connections_are_reused_after_every_response(client: ApiClient, server: Loopback) -> None:
    for _ in range(3):
        call(client, LOOK)
    assert len(server.requests) == 3
    assert server.connections == 1


# 429 and 503


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.parametrize("operation", [READ, CHANGE, REMOVE])
def test_retries_429_and_503(
    client_that_never_sleeps: ApiClient, server: Loopback, status: int, operation: Operation[Any]
) -> None:
    server.responses = [reply("no", status), reply("no", status)]
    server.otherwise = TEXT_OK
    call(client_that_never_sleeps, operation)
    assert len(server.requests) == 3
    assert len({(request.line, tuple(request.headers), request.body) for request in server.requests}) == 1


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.parametrize("headers", [{}, {"Retry-After": "1"}])
def test_post_is_not_retried_after_503(
    client_that_never_sleeps: ApiClient, server: Loopback, status: int, headers: dict[str, str]
) -> None:
    server.responses = [reply("no", status, headers)]
    with pytest.raises(ApiException) as caught:
        call(client_that_never_sleeps, CREATE)
    assert caught.value.status == status
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 500, 501])
def test_permanent_errors_are_not_retried(client_that_never_sleeps: ApiClient, server: Loopback, status: int) -> None:
    server.responses = [reply("no", status)]
    with pytest.raises(ApiException) as caught:
        call(client_that_never_sleeps, READ)
    assert caught.value.status == status
    assert len(server.requests) == 1


def test_last_response_is_raised_after_all_retries(client_that_never_sleeps: ApiClient, server: Loopback) -> None:
    server.responses = [
        reply(f"No server {number}", 503, media_type="text/plain", reason="Down") for number in range(9)
    ]
    with pytest.raises(ServiceException) as caught:
        call(client_that_never_sleeps, READ)
    assert len(server.requests) == 3
    assert caught.value.body == "No server 2"
    assert str(caught.value) == "read_thing: 503 Down"


def test_backoff_grows_with_jitter(client_that_never_sleeps: ApiClient, server: Loopback, slept: list[float]) -> None:
    client_that_never_sleeps.configuration.retries = 4
    server.otherwise = reply("no", 503)
    for _ in range(5):
        with pytest.raises(ServiceException):
            call(client_that_never_sleeps, READ)
    assert len(slept) == 20
    for number, ceiling in enumerate([0.5, 1, 2, 4]):
        waits = slept[number::4]
        assert all(ceiling / 2 <= wait <= ceiling for wait in waits)
        assert len(set(waits)) > 2


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [("3", 3, 3), ("1.5", 1.5, 1.5), ("30", 30, 30), ("a date", 0.1, 29)],
)
def test_retry_after_is_waited_for(
    client_that_never_sleeps: ApiClient, server: Loopback, slept: list[float], header: str, least: float, most: float
) -> None:
    client_that_never_sleeps.configuration.retries = RetryPolicy(2, backoff_factor=0)
    if header == "a date":
        header = formatdate(time.time() + 29, usegmt=True)
    server.responses = [reply("no", 503, {"Retry-After": header}), TEXT_OK]
    assert call(client_that_never_sleeps, READ) == "fine"
    (wait,) = slept
    assert least <= wait <= most


def test_413_is_retried_only_if_the_server_asks_to_wait(
    client_that_never_sleeps: ApiClient, server: Loopback, slept: list[float]
) -> None:
    server.responses = [reply("too much now", 413, {"Retry-After": "3"}), TEXT_OK]
    assert call(client_that_never_sleeps, READ) == "fine"
    assert slept == [3.0]
    server.responses = [reply("too much", 413)]
    with pytest.raises(ApiException):
        call(client_that_never_sleeps, READ)
    assert slept == [3.0]


@pytest.mark.parametrize("retries", [2, urllib3.Retry(2, status_forcelist=[503])], ids=["policy", "urllib3's own"])
@pytest.mark.parametrize(
    ("header", "ceiling"),
    [("31", 30.0), ("86400", 30.0), ("2.5", 2.0), (formatdate(time.time() + 86_400, usegmt=True), 30.0)],
    ids=["seconds", "a day", "fraction", "a date"],
)
def test_retry_after_above_the_ceiling_is_an_error(
    client: ApiClient, server: Loopback, slept: list[float], header: str, ceiling: float, retries: Any
) -> None:
    client.configuration.retries, client.configuration.retry_after_ceiling = retries, ceiling
    server.responses = [reply("no", 503, {"Retry-After": header}), TEXT_OK]
    with pytest.raises(ServiceException if retries == 2 else ApiResponseError) as caught:
        call(client, READ)
    assert slept == []
    assert len(server.requests) == 1
    expected = float(header) if header[0].isdigit() else 86_400
    assert caught.value.retry_after == pytest.approx(expected, abs=3600)


@pytest.mark.parametrize("header", ["soon", "-5", "1e3", "", "9" * 400, "inf", "Sun, 99 Nov 2026"])
def test_error_without_a_valid_retry_after(client: ApiClient, server: Loopback, header: str) -> None:
    client.configuration.retries = 0
    server.responses = [reply("no", 503, {"Retry-After": header})]
    with pytest.raises(ServiceException) as caught:
        call(client, READ)
    assert caught.value.retry_after is None


@pytest.mark.parametrize("header", ["soon", "-5", "1e3", ""])
def test_invalid_retry_after_is_ignored(
    client_that_never_sleeps: ApiClient, server: Loopback, slept: list[float], header: str
) -> None:
    server.responses = [reply("no", 503, {"Retry-After": header}), TEXT_OK]
    assert call(client_that_never_sleeps, READ) == "fine"
    assert len(slept) == 1
    assert 0.25 <= slept[0] <= 0.5


def test_possibly_processed_attempt_is_reported_after_retries(
    client_that_never_sleeps: ApiClient, server: Loopback
) -> None:
    def for_the_last_time(connection: socket.socket, request: Any) -> bool:
        server.refuse()
        return False

    server.otherwise = for_the_last_time
    with pytest.raises(ApiResponseError, match=r"refused: the server may have processed an earlier attempt$") as caught:
        call(client_that_never_sleeps, REMOVE)
    assert caught.value.sent
    assert len(server.requests) == 1


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_number_of_retries_is_configurable(client_that_never_sleeps: ApiClient, server: Loopback, retries: int) -> None:
    client_that_never_sleeps.configuration.retries = retries
    server.otherwise = reply("no", 503)
    with pytest.raises(ServiceException):
        call(client_that_never_sleeps, READ)
    assert len(server.requests) == 1 + retries


def test_none_means_the_default_number_of_retries(client_that_never_sleeps: ApiClient, server: Loopback) -> None:
    client_that_never_sleeps.configuration.retries = None
    server.otherwise = reply("no", 503)
    with pytest.raises(ServiceException):
        call(client_that_never_sleeps, READ)
    assert len(server.requests) == 3


def test_custom_retry_policy(client_that_never_sleeps: ApiClient, server: Loopback, slept: list[float]) -> None:
    client_that_never_sleeps.configuration.retries = RetryPolicy(1, status_forcelist={418}, backoff_factor=8)
    server.responses = [reply("no", 418), TEXT_OK]
    assert call(client_that_never_sleeps, READ) == "fine"
    assert 4 <= slept[0] <= 8
    client_that_never_sleeps.configuration.retries = urllib3.Retry(1, status_forcelist={500}, allowed_methods={"POST"})
    server.responses = [reply("no", 500), TEXT_OK]
    assert call(client_that_never_sleeps, CREATE) == "fine"


# Streamed bodies


class Pipe:
    """A stream that can be read only once, such as a pipe or a socket."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self._data.read(size)


def stream(data: bytes, skip: int = 0) -> io.BytesIO:
    file = io.BytesIO(data)
    file.seek(skip)
    return file


def test_retry_rewinds_a_file_to_its_position(client_that_never_sleeps: ApiClient, server: Loopback) -> None:
    server.responses = [reply("no", 503)]
    client_that_never_sleeps.call(CHANGE, (stream(b"skipped,data", 8),))
    assert [request.body for request in server.requests] == [b"data", b"data"]


def test_non_rewindable_body_is_not_retried(client_that_never_sleeps: ApiClient, server: Loopback) -> None:
    server.responses = [reply("no", 503)]
    with pytest.raises(ServiceException):
        client_that_never_sleeps.call(CHANGE, (Pipe(b"data"),))
    assert server.only.body == b"data"


def test_redirected_file_is_sent_completely(client: ApiClient, server: Loopback) -> None:
    server.responses = [reply(b"", 307, {"Location": "/API/other"})]
    client.call(CHANGE, (stream(b"skipped,data", 8),))
    assert [request.body for request in server.requests] == [b"data", b"data"]


def test_non_rewindable_body_is_not_redirected(client: ApiClient, server: Loopback) -> None:
    server.responses = [reply(b"", 307, {"Location": "/API/other"})]
    with pytest.raises(ApiException, match="refused to follow a redirect"):
        client.call(CHANGE, (Pipe(b"data"),))
    assert server.only.body == b"data"


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["/API/other?a=b%2Fc", "../other?a=b%2Fc", "{origin}/API/other?a=b%2Fc"])
def test_get_follows_redirects_on_its_host(client: ApiClient, server: Loopback, status: int, location: str) -> None:
    server.responses = [reply("moved", status, {"Location": location.format(origin=server.origin)}), TEXT_OK]
    assert call(client, READ) == "fine"
    assert [request.target for request in server.requests] == ["/API/thing/VX-1", "/API/other?a=b%2Fc"]
    assert server.last.header("Authorization") == server.requests[0].header("Authorization")


class Renewable:
    """A token that is renewed when the server rejects it."""

    def __init__(self) -> None:
        self.number = 1

    def __call__(self) -> str:
        return f"t{self.number}"

    def renew(self, refused: str) -> None:
        assert refused == f"t{self.number}"
        self.number += 1


def sent(server: Loopback) -> list[str]:
    return [f"{request.method} {request.path} {request.header('Authorization')}" for request in server.requests]


@pytest.mark.parametrize("body", [b"data", stream(b"data", 0), iter([b"da", b"ta"])], ids=["bytes", "file", "iterator"])
def test_renewed_token_after_a_303_is_for_the_redirected_request(
    client: ApiClient, server: Loopback, body: Any
) -> None:
    client.configuration.token = Renewable()
    server.responses = [reply(b"", 303, {"Location": "/API/other"}), reply({}, 401), TEXT_OK]
    assert client.call(CREATE, (body,)) == "fine"
    assert sent(server) == ["POST /API/thing token t1", "GET /API/other token t1", "GET /API/other token t2"]
    assert [request.body for request in server.requests] == [b"data", b"", b""]


def test_renewed_token_after_other_redirects_is_for_the_request_itself(client: ApiClient, server: Loopback) -> None:
    client.configuration.token = Renewable()
    moved = reply(b"", 307, {"Location": "/API/other"})
    server.responses = [moved, reply({}, 401), moved, TEXT_OK]
    assert client.call(CREATE, (b"data",)) == "fine"
    assert sent(server) == [
        "POST /API/thing token t1",
        "POST /API/other token t1",
        "POST /API/thing token t2",
        "POST /API/other token t2",
    ]
    assert {request.body for request in server.requests} == {b"data"}


def test_failure_after_a_303_says_that_the_request_was_processed(client: ApiClient, server: Loopback) -> None:
    client.configuration.retries = 0
    server.responses = [reply(b"", 303, {"Location": "/API/other"}), hang_up]
    with pytest.raises(ApiResponseError, match=r"the server may have processed it: check before you send it again$"):
        call(client, CREATE)
    assert len(server.requests) == 2


def test_request_of_a_303_is_retried_alone(client_that_never_sleeps: ApiClient, server: Loopback) -> None:
    server.responses = [reply(b"", 303, {"Location": "/API/other"}), hang_up, TEXT_OK]
    assert call(client_that_never_sleeps, CREATE) == "fine"
    assert [request.method for request in server.requests] == ["POST", "GET", "GET"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("operation", [READ, CREATE])
def test_redirects_to_another_host_are_refused(
    client: ApiClient, server: Loopback, status: int, operation: Operation[Any]
) -> None:
    with Loopback() as other:
        server.responses = [reply("moved", status, {"Location": f"{other.url}/thing"})]
        with pytest.raises(ApiException, match="refused to follow a redirect to another host") as caught:
            call(client, operation)
        assert other.requests == []
        assert other.connections == 0
    assert caught.value.status == status
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("https://127.0.0.2:{port}/API", "127.0.0.2:{port}"),
        ("//localhost:{port}/API", "localhost:{port}"),
        ("http://127.0.0.1:{port}@evil.invalid/", "evil.invalid"),
        ("http://user:password@127.0.0.1:1/API", "127.0.0.1:1"),
        ("file:///etc/hostname", "file:///etc/hostname"),
    ],
)
def test_redirects_to_similar_hosts_are_refused(client: ApiClient, server: Loopback, location: str, host: str) -> None:
    server.responses = [reply("moved", 302, {"Location": location.format(port=server.port)})]
    with pytest.raises(ApiException) as caught:
        call(client, READ)
    assert str(caught.value).endswith(f"refused to follow a redirect to another host, {host.format(port=server.port)}")
    assert len(server.requests) == 1


def test_post_becomes_get_after_303(client: ApiClient, server: Loopback) -> None:
    server.responses = [reply("made", 303, {"Location": "/API/thing/VX-2"}), TEXT_OK]
    assert client.call(CREATE, (b"data",), {"_headers": {"content-type": "text/plain"}}) == "fine"
    assert (server.last.method, server.last.target, server.last.body) == ("GET", "/API/thing/VX-2", b"")
    assert (server.last.header("Content-Type"), server.last.header("Content-Length")) == (None, None)


@pytest.mark.parametrize("status", [301, 302])
@pytest.mark.parametrize("operation", [CREATE, CHANGE, REMOVE])
def test_changing_request_does_not_become_get(
    client: ApiClient, server: Loopback, status: int, operation: Operation[Any]
) -> None:
    server.responses = [reply("moved", status, {"Location": "/API/other"})]
    with pytest.raises(
        ApiException, match=f"refused to follow a redirect of a {operation.method} request to /API/other"
    ):
        call(client, operation)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("operation", [CREATE, CHANGE, REMOVE])
def test_307_and_308_repeat_the_request(
    client: ApiClient, server: Loopback, status: int, operation: Operation[Any]
) -> None:
    server.responses = [reply("moved", status, {"Location": "/API/other"})]
    server.otherwise = TEXT_OK
    call(client, operation)
    assert server.last.method == operation.method
    assert server.last.target == "/API/other"
    assert server.last.body == server.requests[0].body


def test_number_of_redirects_is_limited(client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply("moved", 302, {"Location": "/API/round"})
    with pytest.raises(ApiResponseError, match="more than 5 redirects") as caught:
        call(client, READ)
    assert caught.value.status == 302
    assert len(server.requests) == 6
    assert server.connections == 1


def test_invalid_redirect_is_an_error(client: ApiClient, server: Loopback) -> None:
    server.responses = [reply("moved", 302)]
    with pytest.raises(ApiException) as caught:
        call(client, READ)
    assert caught.value.status == 302
    server.responses = [reply("kept", 304, {"Location": "/API/other"})]
    with pytest.raises(ApiException) as caught:
        call(client, READ)
    assert caught.value.status == 304


def test_redirects_of_an_unread_response_release_their_connections(client: ApiClient, server: Loopback) -> None:
    server.responses = [reply("moved", 302, {"Location": "/API/other"}), TEXT_OK]
    response = call(client, READ, _preload_content=False)
    assert response.read() == b"fine"
    response.release_conn()
    assert server.connections == 1
    server.responses = [reply("moved", 302, {"Location": "http://other.invalid/"}), TEXT_OK]
    with pytest.raises(ApiException, match="another host"):
        call(client, READ, _preload_content=False)
    call(client, READ)
    assert server.connections == 1


# Timeouts


@pytest.mark.parametrize("timeout", [0.1, (None, 0.1), (5, 0.1), [5, 0.1]])
def test_timeout_of_a_call(client: ApiClient, server: Loopback, timeout: Any) -> None:
    server.responses = [stall()]
    with pytest.raises(ApiTimeoutError):
        call(client, READ, _request_timeout=timeout)


@pytest.mark.parametrize("timeout", [0.1, (5, 0.1)])
def test_timeout_of_the_configuration(server: Loopback, timeout: Any) -> None:
    server.responses = [stall()]
    with (
        ApiClient(Configuration(host=server.url, timeout=timeout, retries=0)) as client,
        pytest.raises(ApiTimeoutError),
    ):
        call(client, READ)


def test_timeout_set_later_is_used(client: ApiClient, server: Loopback) -> None:
    call(client, LOOK)
    client.configuration.timeout = 0.1
    server.responses = [stall()]
    with pytest.raises(ApiTimeoutError):
        call(client, READ)


@pytest.mark.parametrize("timeout", [5, 2.5, None, (1, 2), (None, None)])
def test_timeouts_reach_the_socket(
    monkeypatch: pytest.MonkeyPatch, client: ApiClient, server: Loopback, timeout: Any
) -> None:
    expected = timeout if isinstance(timeout, tuple) else (timeout, timeout)
    seen: dict[str, Any] = {}
    connect, receive = socket.socket.connect, socket.socket.recv_into

    def connecting(self: socket.socket, address: Any) -> None:
        seen["connect"] = self.gettimeout()
        connect(self, address)

    def receiving(self: socket.socket, *arguments: Any) -> int:
        if self.getpeername()[1] == server.port:
            seen["read"] = self.gettimeout()
        return receive(self, *arguments)

    monkeypatch.setattr(socket.socket, "connect", connecting)
    monkeypatch.setattr(socket.socket, "recv_into", receiving)
    call(client, LOOK, _request_timeout=timeout)
    assert (seen["connect"], seen["read"]) == expected


@pytest.mark.parametrize("timeout", [0, -1, (1, 0), "5", (1, 2, 3), object(), (1,), float("nan")])
def test_rejects_an_invalid_timeout(client: ApiClient, server: Loopback, timeout: Any) -> None:
    with pytest.raises((ApiTypeError, ApiValueError), match="a timeout must be a number of seconds above 0, or a pair"):
        call(client, READ, _request_timeout=timeout)
    assert server.requests == []


# Proxies


def test_proxy_gets_absolute_urls_and_its_own_headers(server: Loopback) -> None:
    configuration = Configuration(host="http://vidicore.invalid:8080/API", username="admin", password="pw", retries=0)
    configuration.proxy = server.origin
    configuration.proxy_headers = {"Proxy-Authorization": "Basic abc"}
    server.otherwise = TEXT_OK
    with ApiClient(configuration) as client:
        assert client.call(READ, ("../VX 1", "a/b c")) == "fine"
    assert server.only.target == "http://vidicore.invalid:8080/API/thing/..%2FVX%201?note=a%2Fb%20c"
    assert server.only.header("Proxy-Authorization") == "Basic abc"
    assert server.only.header("Host") == "vidicore.invalid:8080"


def test_redirect_through_a_proxy_stays_on_the_host(server: Loopback) -> None:
    configuration = Configuration(host="http://vidicore.invalid/API", username="admin", password="pw", retries=0)
    configuration.proxy = server.origin
    with ApiClient(configuration) as client:
        server.responses = [reply("moved", 302, {"Location": "/API/other"}), TEXT_OK]
        assert call(client, READ) == "fine"
        assert server.last.target == "http://vidicore.invalid/API/other"
        server.responses = [reply("moved", 302, {"Location": "http://evil.invalid/"})]
        with pytest.raises(ApiException, match="another host"):
            call(client, READ)
    assert len(server.requests) == 3


def test_reports_an_unreachable_proxy(closed_port: int) -> None:
    configuration = Configuration(host="http://vidicore.invalid/API", retries=0)
    configuration.proxy = f"http://user:pr0xy-pw@127.0.0.1:{closed_port}"
    with (
        ApiClient(configuration) as client,
        pytest.raises(
            ApiConnectionError, match=r"^read_thing: cannot connect through the proxy: connection refused"
        ) as caught,
    ):
        call(client, READ)
    assert "pr0xy-pw" not in str(caught.value)


@pytest.mark.parametrize("proxy", ["nonsense", "ftp://h:1", "http://"])
def test_reports_an_invalid_proxy(proxy: str) -> None:
    configuration = Configuration(host="http://127.0.0.1:1/API", retries=0)
    configuration.proxy = proxy
    with ApiClient(configuration) as client, pytest.raises(ApiValueError, match=r"^read_thing: proxy must be a URL"):
        call(client, READ)


# The client alone


def test_reports_a_proxy_that_refuses_the_tunnel(server: Loopback) -> None:
    configuration = Configuration(host="https://vidicore.invalid/API", retries=0)
    configuration.proxy = server.origin
    server.otherwise = raw(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
    with (
        ApiClient(configuration) as client,
        pytest.raises(ApiConnectionError, match=r"^create_thing: cannot connect through the proxy: .*407 Proxy"),
    ):
        call(client, CREATE)
    assert server.only.line.startswith("CONNECT vidicore.invalid:443 HTTP/1.")


@pytest.mark.parametrize("response", [hang_up, reset, raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")])
def test_broken_post_through_a_proxy_is_not_retried(server: Loopback, slept: list[float], response: Responder) -> None:
    configuration = Configuration(host="http://vidicore.invalid/API")
    configuration.proxy = server.origin
    server.responses = [response]
    with ApiClient(configuration) as client, pytest.raises(ApiResponseError, match="check before you send it again"):
        call(client, CREATE)
    assert len(server.requests) == 1


def test_constructor_of_5_0_4(server: Loopback) -> None:
    server.otherwise = TEXT_OK
    rest = RESTClientObject(Configuration(host=server.url), pools_size=1, maxsize=2)
    response = rest.send("GET", server.url, "/thing", {"X": "y"}, timeout=5)
    assert (response.status, response.reason, response.data) == (200, "Whatever", b"fine")
    assert response.getheader("content-type") == "text/plain"
    assert response.getheader("absent") is None
    assert response.getheader("absent", "x") == "x"
    assert response.getheaders()["Content-Length"] == "4"
    rest.close()
    with pytest.raises(ApiValueError, match="this client is closed"):
        rest.send("GET", server.url, "/thing", {})
