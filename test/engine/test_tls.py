"""TLS over real sockets, with the tests' own certificate authority."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
import urllib3

from test.support.loopback import Loopback, reply
from test.support.sample_operations import CREATE, READ
from vidispine import (
    ApiClient,
    ApiConnectionError,
    ApiException,
    ApiResponseError,
    ApiValueError,
    Configuration,
)
from vidispine._calls.operation import Operation
from vidispine._transport.retry import RetryPolicy

TEXT_OK = reply("fine", media_type="text/plain")


def call(client: ApiClient, operation: Operation[Any]) -> Any:
    return client.call(operation, ("VX-1", None) if operation is READ else (b"data",))


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Loopback]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with Loopback(context) as loopback:
        yield loopback


def trusting(loopback: Loopback, authority: trustme.CA, tmp_path: Path) -> Configuration:
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    configuration = Configuration(host=loopback.url, username="admin", password="pw", timeout=20, retries=0)
    configuration.ssl_ca_cert = str(file)
    return configuration


def test_accepts_a_trusted_certificate(secure: Loopback, authority: trustme.CA, tmp_path: Path) -> None:
    secure.otherwise = TEXT_OK
    with ApiClient(trusting(secure, authority, tmp_path)) as client:
        assert call(client, READ) == "fine"


class WithoutTls(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.connection.recv(65536)
        self.wfile.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def test_a_server_without_tls_is_reported() -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), WithoutTls) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        host = f"https://127.0.0.1:{server.server_address[1]}/API"
        with ApiClient(Configuration(host=host, retries=0)) as client, pytest.raises(ApiConnectionError) as caught:
            call(client, READ)
    assert str(caught.value).endswith(": does the server use http:// instead of https://?")
    assert caught.value.sent is False


def test_rejects_an_untrusted_certificate(secure: Loopback) -> None:
    with (
        ApiClient(Configuration(host=secure.url, username="admin", password="pw", retries=0)) as client,
        pytest.raises(
            ApiConnectionError, match=r"^read_thing: cannot make a secure connection to https://127"
        ) as caught,
    ):
        call(client, READ)
    assert caught.value.sent is False
    assert "certificate" in str(caught.value)
    assert secure.requests == []


@pytest.mark.parametrize(
    ("begin", "end", "words"),
    [
        (datetime(2020, 1, 1), datetime(2020, 12, 31), "certificate has expired"),
        (datetime(2100, 1, 1), datetime(2100, 12, 31), "certificate is not yet valid"),
    ],
)
def test_rejects_a_certificate_outside_its_validity(
    authority: trustme.CA, tmp_path: Path, begin: datetime, end: datetime, words: str
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", not_before=begin, not_after=end).configure_cert(context)
    with Loopback(context) as loopback:
        expected = pytest.raises(
            ApiConnectionError, match=rf"^read_thing: cannot make a secure connection .*: {words}$"
        )
        with ApiClient(trusting(loopback, authority, tmp_path)) as client, expected:
            call(client, READ)
        assert loopback.requests == []


def test_rejects_a_certificate_of_another_host(authority: trustme.CA, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("vidicore.example").configure_cert(context)
    with Loopback(context) as loopback:
        loopback.otherwise = TEXT_OK
        configuration = trusting(loopback, authority, tmp_path)
        with ApiClient(configuration) as client, pytest.raises(ApiConnectionError, match="secure connection"):
            call(client, READ)
        assert loopback.requests == []
        configuration.assert_hostname = "vidicore.example"
        with ApiClient(configuration) as client:
            assert call(client, READ) == "fine"
        configuration.assert_hostname = False
        with ApiClient(configuration) as client:
            assert call(client, READ) == "fine"


def test_disabling_verification_warns(secure: Loopback) -> None:
    secure.otherwise = TEXT_OK
    configuration = Configuration(host=secure.url, retries=0)
    configuration.verify_ssl = False
    with (
        ApiClient(configuration) as client,
        pytest.warns(urllib3.exceptions.InsecureRequestWarning),
    ):
        assert call(client, READ) == "fine"


def test_sends_a_client_certificate(authority: trustme.CA, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    mine = authority.issue_cert("me@example")
    mine.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    mine.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    with Loopback(context) as loopback:
        loopback.otherwise = TEXT_OK
        configuration = trusting(loopback, authority, tmp_path)
        with ApiClient(configuration) as client, pytest.raises(ApiException):
            call(client, READ)
        assert loopback.requests == []
        configuration.cert_file = str(tmp_path / "cert.pem")
        configuration.key_file = str(tmp_path / "key.pem")
        with ApiClient(configuration) as client:
            assert call(client, READ) == "fine"


@pytest.mark.parametrize("missing", ["ssl_ca_cert", "cert_file"])
def test_error_names_a_missing_certificate_file(secure: Loopback, tmp_path: Path, missing: str) -> None:
    configuration = Configuration(host=secure.url, retries=0)
    setattr(configuration, missing, str(tmp_path / "absent.pem"))
    with (
        ApiClient(configuration) as client,
        pytest.raises(ApiValueError, match=f"^read_thing: {missing}: there is no file") as caught,
    ):
        call(client, READ)
    assert len(str(caught.value).splitlines()) == 1
    assert secure.requests == []


@pytest.mark.parametrize("operation", [READ, CREATE])
def test_reports_a_server_without_tls(operation: Operation[Any]) -> None:
    def response_in_plain() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=response_in_plain)
        thread.start()
        configuration = Configuration(host=f"https://127.0.0.1:{listener.getsockname()[1]}/API", retries=0)
        with (
            ApiClient(configuration) as client,
            pytest.raises(ApiConnectionError, match="cannot make a secure connection"),
        ):
            call(client, operation)
        thread.join()


@pytest.mark.parametrize("operation", [READ, CREATE])
def test_reports_a_stalled_handshake(operation: Operation[Any]) -> None:
    # The kernel completes the connection, but nobody accepts it, so the handshake gets no response.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        configuration = Configuration(host=f"https://127.0.0.1:{listener.getsockname()[1]}/API", retries=0, timeout=0.2)
        with ApiClient(configuration) as client, pytest.raises(ApiConnectionError, match=r"no response in time$"):
            call(client, operation)


@pytest.mark.parametrize("operation", [READ, CREATE])
def test_reports_a_tls_connection_that_breaks_after_the_request(
    secure: Loopback, authority: trustme.CA, tmp_path: Path, operation: Operation[Any]
) -> None:
    def garble(connection: Any, request: Any) -> bool:
        socket.socket.sendall(connection, b"this is not a TLS record at all")
        return False

    secure.responses = [garble, garble, TEXT_OK]
    configuration = trusting(secure, authority, tmp_path)
    configuration.retries = RetryPolicy(2, backoff_factor=0.01)
    with ApiClient(configuration) as client:
        if operation is READ:
            assert call(client, READ) == "fine"
            assert len(secure.requests) == 3
            return
        with pytest.raises(ApiResponseError, match="check before you send it again") as caught:
            call(client, CREATE)
    assert caught.value.sent is True
    assert len(secure.requests) == 1
