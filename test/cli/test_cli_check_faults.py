"""``vidispine check`` against servers that send anything, stop, or are late: what it found is shown and reported."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

import pytest

from test.support.loopback import PASSWORD, Loopback, Recorded, hang_up, raw, reply, stall
from vidispine.cli import exit_codes, main
from vidispine.cli.probes import all_probes, searches

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = [probe.name for probe in all_probes()]

JSON = "application/json"
DOCUMENTS = {
    "a web page": ("text/html", b"<html><body>Welcome</body></html>"),
    "nothing": (JSON, b""),
    "null": (JSON, b"null"),
    "a list": (JSON, b"[]"),
    "truncated JSON": (JSON, b'{"hits": '),
    "no UTF-8": (JSON, b'{"hits": "\xff\xfe"}'),
    "deep JSON": (JSON, b"[" * 100_000),
    "other types": (JSON, b'{"hits": "many", "item": {"id": 5}, "job": "x", "file": [1], "user": [null]}'),
    "entries without ids": (JSON, b'{"hits": 3, "item": [{}, {}], "job": [{}, {}], "file": [{}, {}], "user": [{}]}'),
    "another XML document": ("application/xml", b"<Foo><a>1</a></Foo>"),
}
RESPONSES = {
    **{
        f"{name}, {status}": reply(body, status, media_type=media_type)
        for name, (media_type, body) in DOCUMENTS.items()
        for status in (200, 302, 404, 500)
    },
    "truncated": raw(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"),
    "no HTTP": raw(b"\x15\x03\x01\x00\x02\x02\x46"),
    "closed": hang_up,
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """A server, in environment variables."""
    with Loopback() as loopback:
        monkeypatch.setenv("VIDISPINE_HOST", loopback.url)
        monkeypatch.setenv("VIDISPINE_USERNAME", "admin")
        monkeypatch.setenv("VIDISPINE_PASSWORD", PASSWORD)
        yield loopback


def check(*options: str) -> int:
    return main(["check", "--json", "--retries", "0", *options])


def shown(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("name", RESPONSES)
def test_unreadable_responses_are_differences(server: Loopback, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    server.otherwise = RESPONSES[name]
    assert check("--write") == exit_codes.FAILURE
    found = shown(capsys)
    assert [one["name"] for one in found] == NAMES
    assert {one["outcome"] for one in found} <= {"agrees", "differs", "not checked", "noted"}
    assert sum(one["outcome"] == "differs" for one in found) > len(NAMES) / 3
    # An item that cannot be deleted is not created again.
    assert sum(request.path == "/API/import/placeholder" for request in server.requests) == 1


def test_what_was_found_is_reported_when_the_server_stops(
    server: Loopback, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(connection: socket.socket, request: Recorded) -> bool:
        server.refuse()
        return False

    server.responses = [*[reply({})] * 4, stop]
    report = tmp_path / "report.json"
    assert check("--report", str(report)) == exit_codes.UNREACHABLE
    captured = capsys.readouterr()
    assert [one["name"] for one in json.loads(captured.out)] == NAMES[:5]
    assert json.loads(report.read_text("utf-8"))["findings"] == json.loads(captured.out)
    assert "connection refused" in captured.err


def test_nothing_could_be_checked(server: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    server.otherwise = reply({}, 403)
    assert check() == exit_codes.FAILURE
    captured = capsys.readouterr()
    assert {one["outcome"] for one in json.loads(captured.out)} == {"not checked"}
    assert captured.err == "vidispine: nothing could be checked\n"


def test_one_late_response_is_not_checked(server: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    server.responses = [reply({}), stall(), reply({}), stall()]
    assert check("--timeout", "0.2") == exit_codes.FAILURE
    found = shown(capsys)
    assert [(one["name"], one["outcome"]) for one in found if one["observed"] == "no response in time"] == [
        (NAMES[1], "not checked"),
        (NAMES[3], "not checked"),
    ]
    assert len(found) > 20


def test_a_server_that_does_not_respond_is_an_error(server: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    server.otherwise = stall()
    assert check("--timeout", "0.2") == exit_codes.UNREACHABLE
    captured = capsys.readouterr()
    assert [one["name"] for one in json.loads(captured.out)] == NAMES[:1]
    assert "in time" in captured.err
    assert len(server.requests) == 2


def test_an_item_that_stays_is_named(
    server: Loopback, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searches, "SECONDS", 0)

    def respond(connection: socket.socket, request: Recorded) -> bool:
        status = 500 if request.method == "DELETE" else 200
        return reply({"id": "VX-7"}, status)(connection, request)

    server.otherwise = respond
    check("--write")
    captured = capsys.readouterr()
    assert [one["name"] for one in json.loads(captured.out)] == NAMES
    assert "VX-7" not in captured.out
    assert captured.err.endswith(": delete the temporary item VX-7 yourself\n")
    # A server that does not index the item is asked for it in one probe only.
    assert sum(request.path == "/API/item" and request.method == "PUT" for request in server.requests) == 25
    deleted = [request.path for request in server.requests if request.method == "DELETE"]
    assert deleted
    assert set(deleted) == {"/API/item/VX-7"}


def test_content_in_names_is_not_shown(server: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    planted = "Clip 7 of bob@example.com"
    server.otherwise = reply({planted: {"type": planted}, "VX-7": {}, "notFound": {"type": planted}}, 404)
    check()
    assert planted not in capsys.readouterr().out
    server.otherwise = reply({planted: {"type": planted}, "VX-7": {}, "user": [{planted: 1}]})
    check()
    output = capsys.readouterr().out
    assert [word for word in (planted, "VX-7", "bob") if word in output] == []
