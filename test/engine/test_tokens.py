"""Tokens: requested with user and password, renewed before they expire and when the server rejects one."""

from __future__ import annotations

import copy
import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import vidispine
from test.support.loopback import PASSWORD, Loopback, Recorded, Responder, reply
from test.support.sample_operations import CHANGE, CREATE, READ
from vidispine import (
    ApiClient,
    ApiDecodeError,
    ApiTimeoutError,
    ApiTypeError,
    ApiValueError,
    Configuration,
    FileApi,
    JobApi,
    TokenSource,
    UnauthorizedException,
)
from vidispine.simulator import Simulator

REFUSED = reply({}, 401, reason="Unauthorized")


class TokenServer:
    """Issues tokens for a password, and rejects revoked ones."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self.refused: set[str] = set()
        self.result: Responder = reply("fine", media_type="text/plain")

    def __call__(self, connection: Any, request: Recorded) -> bool:
        scheme, _, token = (request.header("Authorization") or "").partition(" ")
        if request.path == "/API/token":
            assert scheme == "Basic"
            self.given.append(f"t{len(self.given) + 1}")
            return reply({"token": self.given[-1], "user": "ann"})(connection, request)
        good = scheme == "token" and token in self.given and token not in self.refused
        return (self.result if good else REFUSED)(connection, request)


@pytest.fixture
def tokens(server: Loopback) -> TokenServer:
    server.otherwise = TokenServer()
    return server.otherwise


@pytest.fixture
def client(server: Loopback, tokens: TokenServer) -> Iterator[ApiClient]:
    configuration = Configuration(host=server.url, username="ann", password=PASSWORD, timeout=20, retries=0)
    configuration.token = TokenSource(configuration)
    with ApiClient(configuration) as api_client:
        yield api_client


def read(client: ApiClient) -> Any:
    return client.call(READ, ("VX-1", None))


def sent(server: Loopback) -> list[str]:
    return [f"{request.path[5:]} {request.header('Authorization')}" for request in server.requests]


def test_fetches_a_token_and_uses_it(client: ApiClient, server: Loopback, tokens: TokenServer) -> None:
    for _ in range(3):
        assert read(client) == "fine"
    assert tokens.given == ["t1"]
    assert server.requests[0].query == [("seconds", "60")]
    assert sent(server)[1:] == ["thing/VX-1 token t1"] * 3


def test_renews_the_token_before_it_expires(
    client: ApiClient, tokens: TokenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("vidispine.tokens.time.monotonic", lambda: now)
    for now, known in ((1000.0, 1), (1047.9, 1), (1048.0, 2), (1095.0, 2), (1096.1, 3)):  # noqa: B007
        read(client)
        assert len(tokens.given) == known


def test_renews_a_rejected_token(client: ApiClient, server: Loopback, tokens: TokenServer) -> None:
    read(client)
    tokens.refused.add("t1")
    assert read(client) == "fine"
    assert sent(server)[2:] == ["thing/VX-1 token t1", sent(server)[0], "thing/VX-1 token t2"]


def test_renews_a_rejected_token_only_once(client: ApiClient, server: Loopback, tokens: TokenServer) -> None:
    tokens.refused.update(["t1", "t2"])
    with pytest.raises(UnauthorizedException, match=r"^read_thing: 401 Unauthorized"):
        read(client)
    assert tokens.given == ["t1", "t2"]
    assert len(server.requests) == 4


@pytest.mark.parametrize("operation", [CREATE, CHANGE])
@pytest.mark.parametrize("body", [b"bytes", io.BytesIO(b"bytes")], ids=["bytes", "file"])
def test_body_is_sent_again_with_the_new_token(
    client: ApiClient, server: Loopback, tokens: TokenServer, operation: Any, body: Any
) -> None:
    tokens.refused.add("t1")
    if hasattr(body, "seek"):
        body.seek(0)
    client.call(operation, (body,))
    assert [request.body for request in server.requests if request.path == "/API/thing"] == [b"bytes"] * 2


def test_non_rewindable_body_is_not_sent_again(client: ApiClient, server: Loopback, tokens: TokenServer) -> None:
    tokens.refused.add("t1")
    with pytest.raises(UnauthorizedException):
        client.call(CREATE, (iter([b"by", b"tes"]),))
    assert [request.body for request in server.requests if request.path == "/API/thing"] == [b"bytes"]


def test_renews_the_token_of_a_download(client: ApiClient, tokens: TokenServer, tmp_path: Path) -> None:
    tokens.refused.add("t1")
    tokens.result = reply(b"media", media_type="application/octet-stream")
    assert Path(FileApi(client).get_file_data("VX-40", _save_to=tmp_path)).read_bytes() == b"media"


def test_authorization_header_of_a_call_is_kept(client: ApiClient, server: Loopback, tokens: TokenServer) -> None:
    read(client)
    with pytest.raises(UnauthorizedException):
        client.call(READ, ("VX-1", None), {"_headers": {"authorization": "token mine"}})
    assert len(server.requests) == 3
    assert tokens.given == ["t1"]


def test_threads_share_the_token(client: ApiClient, tokens: TokenServer) -> None:
    read(client)
    tokens.refused.add("t1")
    threads = [threading.Thread(target=read, args=(client,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Calls that were rejected use the token that another call has requested since.
    assert tokens.given == ["t1", "t2"]


def test_waits_for_a_busy_server(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("vidispine._transport.retry.time.sleep", waits.append)
    source = TokenSource(Configuration(host=server.url, username="ann", password=PASSWORD, retry_after_ceiling=1))
    server.responses = [reply({}, 503, {"Retry-After": "60"})]
    server.otherwise = reply({"token": "t1"})
    assert source() == "t1"
    assert waits == [60]


def test_deadline_of_a_call_limits_the_wait_for_a_token(client: ApiClient, server: Loopback) -> None:
    client.configuration.token._configuration.retries = 1  # type: ignore[union-attr]
    server.otherwise = reply({}, 503, {"Retry-After": "60"})
    with pytest.raises(ApiTimeoutError, match=r"^get_auth_token: did not end within its deadline of \d+ seconds$"):
        client.call(READ, ("VX-1", None), {"_deadline": 30})
    assert len(server.requests) == 1


def test_wrong_password_is_reported_as_an_error_of_the_token(server: Loopback) -> None:
    server.otherwise = REFUSED
    configuration = Configuration(host=server.url, username="ann", password=PASSWORD, retries=0)
    configuration.token = TokenSource(configuration)
    expected = pytest.raises(UnauthorizedException, match=r"^get_auth_token: 401 Unauthorized: check the username")
    with ApiClient(configuration) as client, expected as caught:
        read(client)
    assert len(server.requests) == 1
    assert PASSWORD not in str(caught.value)


def test_rejects_a_response_without_a_token(server: Loopback) -> None:
    server.otherwise = reply({"user": "ann"})
    source = TokenSource(Configuration(host=server.url, username="ann", password=PASSWORD))
    with pytest.raises(ApiDecodeError, match=r"^get_auth_token: 200: the response contains no token$"):
        source()


@pytest.mark.parametrize(
    ("settings", "seconds", "error", "problem"),
    [
        ({"username": "ann"}, 0, ApiValueError, "seconds must be an integer from 1 to 2147483647, not 0"),
        ({"username": "ann"}, 1.5, ApiTypeError, "seconds must be an integer, not float"),
        ({"username": "ann"}, True, ApiTypeError, "seconds must be an integer, not bool"),
        ({"token": "t"}, 60, ApiValueError, "a TokenSource requires the username and password of its Configuration"),
    ],
)
def test_rejects_invalid_settings(settings: Any, seconds: Any, error: type[Exception], problem: str) -> None:
    with pytest.raises(error, match=f"^{problem}$"):
        TokenSource(Configuration(**settings), seconds)


def test_setting_credentials_discards_the_token(server: Loopback) -> None:
    configuration = Configuration(host=server.url, username="ann", password=PASSWORD)
    configuration.token = TokenSource(configuration)
    copied = copy.copy(configuration)
    configuration.password = "other"
    assert (configuration.authorization() or "").startswith("Basic ")
    assert callable(copied.token)


def test_repr_shows_no_secret() -> None:
    source = TokenSource(Configuration(host=f"http://ann:{PASSWORD}@h/API", username="ann", password=PASSWORD))
    assert repr(source) == "TokenSource(Configuration(host='http://***@h/API', username='ann'))"


def test_any_callable_can_provide_tokens(server: Loopback) -> None:
    class Vault:
        value = "old"

        def __call__(self) -> str:
            return self.value

        def renew(self, refused: str) -> None:
            assert refused == "old"
            self.value = "new"

    for name in ("token", "bearer"):
        server.responses = [REFUSED, reply("fine", media_type="text/plain")]
        configuration = Configuration(host=server.url, retries=0, **{name: Vault()})  # type: ignore[arg-type]
        with ApiClient(configuration) as client:
            assert read(client) == "fine"
    assert [request.header("Authorization") for request in server.requests] == [
        "token old",
        "token new",
        "Bearer old",
        "Bearer new",
    ]


def test_renews_tokens_of_the_simulator() -> None:
    with Simulator() as simulator:
        configuration = simulator.configuration()
        configuration.token = vidispine.TokenSource(configuration, seconds=30)
        with ApiClient(configuration) as client:
            assert JobApi(client).get_jobs().hits == 0
            assert configuration.token is not None
            assert callable(configuration.token)
            assert client.configuration.authorization() == f"token {configuration.token()}"


@pytest.mark.parametrize("setting", ["token", "bearer"])
def test_callable_that_uses_its_own_client(server: Loopback, setting: str) -> None:
    configuration = Configuration(host=server.url)
    with ApiClient(configuration) as client:
        setattr(configuration, setting, lambda: read(client))
        expected = f"read_thing: {setting} calls itself without end: fetch the token with another client"
        with pytest.raises(ApiValueError, match=f"^{expected}$"):
            read(client)
    assert server.requests == []


def test_renewal_that_calls_itself() -> None:
    class Source:
        def __call__(self) -> str:
            return "t1"

        def renew(self, refused: str) -> None:
            configuration.renewed_authorization(f"token {refused}")

    configuration = Configuration(token=Source())
    with pytest.raises(ApiValueError, match=r"^token calls itself without end: fetch the token with another client$"):
        configuration.renewed_authorization("token t1")


def test_a_hook_may_make_a_call_while_a_token_is_fetched(
    client: ApiClient, server: Loopback, tokens: TokenServer
) -> None:
    busy: list[object] = []

    def hook(request: object) -> None:
        if not busy:
            busy.append(request)
            assert read(client) == "fine"

    client.configuration.before_request.append(hook)
    assert read(client) == "fine"
    assert [path.partition(" ")[0] for path in sent(server)] == ["token", "thing/VX-1", "token", "thing/VX-1"]
