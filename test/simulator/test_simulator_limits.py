"""Requests, clients and files that must not stop the simulator: each is bounded in time or rejected."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import urllib3

import vidispine
from test.simulator.catalog_harness import CatalogHarness, metadata
from test.simulator.http_client import HttpClient
from vidispine.simulator import Simulator, SimulatorError
from vidispine.simulator.catalog.patterns import PatternTimeoutError, full_matches

EXPONENTIAL = ["(a+)+$", "(a|a)*$", "(a|aa)+$", "(.*a){25}$", "((a*)*)*$"]
TEXT = "a" * 40 + "!"


# Regular expressions


@pytest.mark.parametrize("pattern", EXPONENTIAL)
def test_exponential_pattern_is_stopped(pattern: str) -> None:
    for _ in range(3):
        with pytest.raises(PatternTimeoutError):
            full_matches(pattern, [TEXT])
    assert full_matches("(b|c)+", ["bcb", "bd", ""]) == [True, False, False]


@pytest.mark.parametrize("pattern", ["(", "(?P<n", "(" * 5000 + ")" * 5000, "a{99999999999}"])
def test_invalid_pattern(pattern: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - Python's message
        full_matches(pattern, ["a"])


@pytest.mark.parametrize("key", ["value-regex", "key-regex"])
def test_exponential_pattern_of_a_notification(http: HttpClient, key: str) -> None:
    action = {"http": {"url": "http://127.0.0.1:1/", "synchronous": False, "timeout": "1", "retry": "0"}}
    trigger = {"job": {"create": "", "filter": {"type": "NONE", "jobdata": {key: "(a+)+$"}}}}
    assert http.send("POST", "/job/notification", body={"action": action, "trigger": trigger}).status == 200
    for _ in range(3):
        http.create("NONE", jobmetadata=f"{TEXT}={TEXT}")
    assert len(http.ids()) == 3


@pytest.mark.parametrize("pattern", EXPONENTIAL)
def test_exponential_pattern_of_a_field(http: HttpClient, catalog: CatalogHarness, pattern: str) -> None:
    definition = {"type": "string", "stringRestriction": {"pattern": pattern}}
    catalog.fields.update_or_create_metadata_field("acme_x", definition)
    response = http.send("POST", "/import/placeholder", {"container": 1}, body=metadata(acme_x=TEXT))
    assert (response.status, response.error[0]) == (400, "invalidInput")


def test_exponential_pattern_for_allowed_values(http: HttpClient, catalog: CatalogHarness) -> None:
    values = {"field": [{"key": TEXT, "value": "x"}]}
    catalog.fields.update_or_create_metadata_field("acme_x", {"type": "string", "values": values})
    path = "/metadata-field/acme_x/values"
    assert http.get(path, {"key-regex": "(a+)+$"}).status == 400
    assert http.get(path, {"key-regex": "(a|b)+!"}).json["field"][0]["value"] == "x"


# Connections


@pytest.fixture
def sockets() -> Iterator[list[socket.socket]]:
    opened: list[socket.socket] = []
    yield opened
    for one in opened:
        one.close()


REQUEST = b"POST /API/import/raw HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YWRtaW46YWRtaW4=\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /API/jo",
        REQUEST,
        REQUEST + b"Content-Length: 1000\r\n\r\nx",
        REQUEST + b"Transfer-Encoding: chunked\r\n\r\n5",
    ],
    ids=["nothing", "part of the request line", "part of the headers", "part of the body", "part of a chunk"],
)
def test_silent_connections_do_not_block_others(sockets: list[socket.socket], sent: bytes) -> None:
    with Simulator() as vidicore, HttpClient(vidicore.url) as http:
        port = int(vidicore.url.rpartition(":")[2])
        for _ in range(40):
            sockets.append(socket.create_connection(("127.0.0.1", port)))
            sockets[-1].sendall(sent)
        http.pool.connection_pool_kw["timeout"] = 5
        assert http.get("/job").status == 200
        assert http.get("/job").status == 200


def test_stalled_requests_do_not_block_others() -> None:
    with Simulator() as vidicore, HttpClient(vidicore.url) as http:
        vidicore.faults.next("stall", times=30, operation="get_job_types", seconds=60)

        def call() -> None:
            with HttpClient(vidicore.url) as other, suppress(urllib3.exceptions.HTTPError):
                other.get("/jobtype")

        threads = [threading.Thread(target=call) for _ in range(30)]
        for thread in threads:
            thread.start()
        while len(vidicore.faults):
            time.sleep(0.01)
        assert http.get("/job").status == 200
        vidicore.stop()
        for thread in threads:
            thread.join()


# Bodies


def send_raw(vidicore: Simulator, data: bytes) -> bytes:
    port = int(vidicore.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(data)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


CHUNKED = b"Transfer-Encoding: chunked\r\n"
BODY = b'{"field":[]}'


@pytest.mark.parametrize(
    "body",
    [
        b"zz\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"-5\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"+c\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"0xc\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"0_c\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"fffffffffffffffff\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"3\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"c;" + b"x" * 10_000 + b"\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"c\r\n" + BODY + b"\r\n0\r\n" + b"x: y\r\n" * 1000 + b"\r\n",
    ],
)
@pytest.mark.parametrize("kind", ["document", "file"])
def test_invalid_chunk_size_is_a_400(vidicore: Simulator, kind: str, body: bytes) -> None:
    target = b"/API/job?type=EXPORT" if kind == "document" else b"/API/import/raw?filename=a.mov"
    media_type = b"application/json" if kind == "document" else b"application/octet-stream"
    headers = b"Host: x\r\nAuthorization: Basic YWRtaW46YWRtaW4=\r\nContent-Type: " + media_type + b"\r\n"
    received = send_raw(vidicore, b"POST " + target + b" HTTP/1.1\r\n" + headers + CHUNKED + b"\r\n" + body)
    # The rest of the body must not be read as another request.
    assert received.startswith(b"HTTP/1.1 400 Bad Request\r\n"), received
    assert received.count(b"HTTP/1.1 ") == 1, received
    assert vidicore.requests[0].status == 400


@pytest.mark.parametrize(
    "body",
    [
        b"C \r\n" + BODY + b"\r\n0\r\n\r\n",
        b"5;a=b\r\n" + BODY[:5] + b"\r\n7\r\n" + BODY[5:] + b"\r\n000\r\nx: y\r\n\r\n",
    ],
)
def test_valid_chunks(vidicore: Simulator, body: bytes) -> None:
    headers = b"Host: x\r\nAuthorization: Basic YWRtaW46YWRtaW4=\r\nContent-Type: application/json\r\n"
    request = b"POST /API/job?type=EXPORT HTTP/1.1\r\n" + headers + CHUNKED + b"\r\n" + body
    received = send_raw(vidicore, request + b"GET /API/job HTTP/1.1\r\nConnection: close\r\n" + headers + b"\r\n")
    assert received.count(b"HTTP/1.1 200 OK") == 2, received


@pytest.mark.parametrize("length", [b"-5", b"abc", b"1_0", b"+5", b"0x5", b"5, 6"])
def test_invalid_content_length_is_a_400(vidicore: Simulator, length: bytes) -> None:
    headers = b"Host: x\r\nAuthorization: Basic YWRtaW46YWRtaW4=\r\nContent-Type: application/json\r\n"
    request = b"POST /API/job?type=EXPORT HTTP/1.1\r\n" + headers + b"Content-Length: " + length + b"\r\n\r\n" + BODY
    assert send_raw(vidicore, request).startswith(b"HTTP/1.1 400 Bad Request\r\n")


# Searches


def nested(depth: int, operation: str) -> dict[str, Any]:
    document: dict[str, Any] = {"text": [{"value": "a"}]}
    for _ in range(depth):
        document = {"operator": {"operation": operation, **document}}
    return document


@pytest.mark.parametrize(
    "search",
    [
        {"text": [{"value": "a OR " * 3000 + "a"}]},
        {"text": [{"value": f"{number}"} for number in range(5000)]},
        {"field": [{"name": "title", "value": [{"value": f"{number}"} for number in range(5000)]}]},
        {"field": [{"name": "title", "value": [{"value": "x"}]}] * 5000},
        {"operator": {"operation": "OR", "text": [{"value": f"{number}"} for number in range(5000)]}},
        nested(400, "AND"),
        nested(60, "OR"),
        {"field": [{"name": "title", "value": [{"value": "*x" * 50_000}]}]},
    ],
    ids=["OR", "texts", "values", "fields", "operator", "nested AND", "nested OR", "wildcards"],
)
@pytest.mark.parametrize("path", ["/item", "/search", "/collection"])
def test_long_search_never_fails(http: HttpClient, catalog: CatalogHarness, path: str, search: dict[str, Any]) -> None:
    catalog.item(title="a")
    response = http.send("PUT", path, body=search)
    assert response.status in (200, 400), response.text[:500]
    if response.status == 400:
        assert response.error[0] == "invalidInput"


def test_long_or_expression_is_a_400(http: HttpClient) -> None:
    response = http.send("PUT", "/item", body={"text": [{"value": "a OR " * 3000 + "a"}]})
    assert (response.status, response.error[0]) == (400, "invalidInput")


@pytest.mark.parametrize("content_type", ["application/json", "application/xml"])
def test_deeply_nested_document_is_a_400(http: HttpClient, content_type: str) -> None:
    body = '{"a":' * 50_000 + "1" + "}" * 50_000 if "json" in content_type else "<a>" * 50_000 + "</a>" * 50_000
    assert http.send("PUT", "/item", body=body, content_type=content_type).status == 400


# State files


def damage_pages(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:4096] + os.urandom(40_960) + data[45_056:])


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def drop_table(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE setting")
    connection.close()


def damage_schema(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:100] + b"\0" * 3996 + data[4096:])


def keep_header(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


@pytest.mark.parametrize("damage", [damage_pages, truncate, drop_table, damage_schema, keep_header])
def test_damaged_state_file_is_a_one_line_error(tmp_path: Path, damage: Any) -> None:
    path = tmp_path / "state.db"
    with Simulator(db=path) as vidicore, CatalogHarness(vidicore) as catalog:
        for _ in range(50):
            catalog.item(title="x" * 2000)
    damage(path)
    with pytest.raises(SimulatorError, match=r"^[^\n]+$") as error:
        Simulator(db=path)
    assert str(path) in str(error.value)
    command = [sys.executable, "-m", "vidispine.cli", "simulator", "--port", "0", "--db", str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1, ended.stderr


# Stop


def test_stop_does_not_wait_for_clients_that_do_not_read(tmp_path: Path, sockets: list[socket.socket]) -> None:
    (tmp_path / "a.mov").write_bytes(b"x" * 50_000_000)
    with Simulator(speed=1000) as vidicore, HttpClient(vidicore.url) as http:
        data = (tmp_path / "a.mov").read_bytes()
        file = http.send(
            "POST", "/storage/VX-1/file/data", {"path": "a.mov"}, body=data, content_type="application/octet-stream"
        ).json["id"]
        port = int(vidicore.url.rpartition(":")[2])
        for _ in range(12):
            sockets.append(socket.create_connection(("127.0.0.1", port)))
            headers = b"Host: x\r\nAuthorization: Basic YWRtaW46YWRtaW4=\r\n\r\n"
            sockets[-1].sendall(f"GET /API/file/{file}/data HTTP/1.1\r\n".encode() + headers)
            assert sockets[-1].recv(10) == b"HTTP/1.1 2"
        vidicore.stop()
        # Their threads ended, although cheroot alone would wait for its timeout of 10 s for each.
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("CP Server")]


# Configuration


@pytest.fixture
def foreign_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (
        ("HOST", "http://other/API"),
        ("USERNAME", "eve"),
        ("PASSWORD", "s3cret"),
        ("TOKEN", "t"),
        ("BEARER", "b"),
        ("RUN_AS", "bob"),
    ):
        monkeypatch.setenv(f"VIDISPINE_{name}", value)
    vidispine.Configuration.set_default(
        vidispine.Configuration(
            host="http://default/API",
            username="d",
            password="d",
            run_as="carol",
            proxy="http://127.0.0.1:2",
            retries=9,
            timeout=0.001,
        )
    )
    yield
    vidispine.Configuration.set_default(None)


@pytest.mark.usefixtures("foreign_settings")
def test_configuration_takes_nothing_from_the_environment() -> None:
    with Simulator() as vidicore:
        configuration = vidicore.configuration()
        assert (configuration.host, configuration.username) == (f"{vidicore.url}/API", "admin")
        assert (configuration.token, configuration.bearer, configuration.run_as) == (None, None, None)
        assert (configuration.proxy, configuration.proxy_headers) == ("", None)
        with vidispine.Client(configuration=configuration) as client:
            assert client.user.get_who_am_i() == "admin"
        assert {request.path for request in vidicore.requests} == {"/API/whoami"}


@pytest.mark.usefixtures("foreign_settings")
def test_fixtures_take_nothing_from_the_environment(vidispine_client: vidispine.Client) -> None:
    assert vidispine_client.user.get_who_am_i() == "admin"
    assert vidispine_client.settings.retries != 9


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
@pytest.mark.parametrize("clients", [0, 1, 30])
def test_interrupt_ends_the_command(sockets: list[socket.socket], clients: int) -> None:
    command = [sys.executable, "-m", "vidispine.cli", "simulator", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2].partition("/")[0])
        for _ in range(clients):
            sockets.append(socket.create_connection(("127.0.0.1", port)))
            sockets[-1].sendall(REQUEST + b"Content-Type: application/octet-stream\r\nContent-Length: 1000\r\n\r\nx")
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(30) in (130, -signal.SIGINT)
        finally:
            process.kill()
