"""``vidispine items``, ``search``, ``upload`` and ``download``: their requests and output."""

from __future__ import annotations

import json
import re
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import vidispine
from test.cli.cli_runs import TIMEOUT, Terminal, finish, run, start
from test.support.loopback import Loopback, Recorded, Responder, reply
from vidispine.cli import main

Capture = pytest.CaptureFixture[str]


def value(name: str, *values: str) -> dict[str, Any]:
    return {"name": name, "value": [{"value": one} for one in values]}


def item(item_id: str, **fields: str) -> dict[str, Any]:
    """Return an item as in a list."""
    shown = [value(name, text) for name, text in fields.items()]
    return {"id": item_id, "metadata": {"timespan": [{"start": "-INF", "end": "+INF", "field": shown}]}}


FILE = {"id": "VX-40", "path": "in/clip.mov", "state": "CLOSED", "size": 92_400_172, "storage": "VX-42"}
FILM = {**FILE, "size": len(b"a film")}

DETAILS = {
    "id": "VX-93",
    "metadata": {
        "timespan": [
            {
                "start": "-INF",
                "end": "+INF",
                "field": [value("title", "A\x1b[31m clip"), value("tag", "a", "b"), value("__version", "3")],
                "group": [{"name": "rights", "field": [value("owner", "us")]}],
            },
            {"start": "0@PAL", "end": "9@PAL", "field": [value("mark", "not of the whole")]},
        ]
    },
    "shape": [
        {
            "id": "VX-56",
            "tag": ["original"],
            "mimeType": ["video/quicktime"],
            "containerComponent": {"id": "VX-1", "file": [FILE]},
            "videoComponent": [{"id": "VX-2", "file": [{"id": "VX-40", "state": "CLOSED"}]}],
        }
    ],
}


class Routes:
    """Responds to requests by their method and path."""

    def __init__(self) -> None:
        self.responses: dict[str, Any] = {}

    def __call__(self, connection: socket.socket, request: Recorded) -> bool:
        response = self.responses.get(f"{request.method} {request.path[len('/API') :]}")
        if response is None:
            response = reply({"notFound": {"type": "Thing", "id": request.path}}, 404)
        chosen: Responder = response if callable(response) else reply(response)
        return chosen(connection, request)


@pytest.fixture
def routes(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> Routes:
    routes = Routes()
    server.otherwise = routes
    for name, text in where(server).items():
        monkeypatch.setenv(name, text)
    return routes


def where(server: Loopback) -> dict[str, str]:
    return {"VIDISPINE_HOST": server.url, "VIDISPINE_USERNAME": "admin", "VIDISPINE_PASSWORD": "admin"}


# Items and searches


def test_items_list(routes: Routes, server: Loopback, capsys: Capture) -> None:
    routes.responses["PUT /item"] = {
        "hits": 2,
        "item": [
            item("VX-1", title="One", mediaType="video", created="2024-03-01T10:00:00.000Z"),
            item("VX-2", originalFilename="two.mov"),
        ],
    }
    arguments = ["--text", "marathon", "--where", "a=1", "--where", "a=2", "--where", "b=x=y", "--sort=-created"]
    assert main(["items", "list", *arguments]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[0].split() == ["Item", "Title", "Type", "Created", "User"]
    assert re.fullmatch(r"VX-1  One      video  2024-03-0\d \d\d:\d\d:00", rows[1])
    assert rows[2].split() == ["VX-2", "two.mov"]
    assert json.loads(server.requests[0].body) == {
        "text": [{"value": "marathon"}],
        "field": [
            {"name": "a", "value": [{"value": "1"}, {"value": "2"}]},
            {"name": "b", "value": [{"value": "x=y"}]},
        ],
        "sort": [{"field": "created", "order": "descending"}],
    }
    assert main(["items", "list", "-o", "ids"]) == 0
    assert capsys.readouterr().out == "VX-1\nVX-2\n"
    assert "content" not in dict(server.last.query)


def test_search(routes: Routes, server: Loopback, tmp_path: Path, capsys: Capture) -> None:
    routes.responses["PUT /search"] = {
        "hits": 40,
        "entry": [
            {"type": "Item", "id": "VX-1", "item": item("VX-1", title="One", mediaType="video")},
            {"type": "Collection", "id": "VX-1", "collection": {"id": "VX-1", "name": "All of it"}},
        ],
    }
    document = tmp_path / "search.json"
    document.write_text('{"intervals": "generic"}', encoding="utf-8")
    arguments = ["search", "marathon", "berlin", "--document", str(document), "--limit", "2"]
    assert main(arguments) == 0
    captured = capsys.readouterr()
    assert [line.split() for line in captured.out.splitlines()] == [
        ["Id", "Kind", "Title", "Type"],
        ["VX-1", "Item", "One", "video"],
        ["VX-1", "Collection", "All", "of", "it"],
    ]
    assert captured.err == "2 of 40 hits; --limit and --all show more\n"
    assert json.loads(server.requests[0].body) == {"intervals": "generic", "text": [{"value": "marathon berlin"}]}
    assert main([*arguments, "--json"]) == 0
    assert [entry["type"] for entry in json.loads(capsys.readouterr().out)] == ["Item", "Collection"]
    document.write_text("[]", encoding="utf-8")
    assert main(arguments) == 2
    assert "--document must be an ItemSearchType" in capsys.readouterr().err


def test_items_show(routes: Routes, server: Loopback, capsys: Capture) -> None:
    routes.responses["GET /item/VX-93"] = DETAILS
    assert main(["items", "show", "VX-93"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "VX-93",
        "title         A [31m clip",
        "tag           a; b",
        "rights.owner  us",
        "",
        "Shape VX-56  original video/quicktime",
        "  VX-40 in/clip.mov CLOSED 92.4 MB VX-42",
    ]
    assert main(["items", "show", "VX-93", "--field", "title", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == DETAILS
    assert dict(server.last.query)["field"] == "title"


def test_items_delete(routes: Routes, server: Loopback, capsys: Capture) -> None:
    routes.responses["DELETE /item/VX-93"] = {}
    assert main(["items", "delete", "VX-93"]) == 2
    assert server.requests == []
    assert main(["items", "delete", "VX-93", "--yes", "--keep", "original"]) == 0
    assert server.only.query == [("keepShapeTagMedia", "original")]
    assert main(["items", "delete", "VX-93", "VX-94", "--yes"]) == 4
    assert "Deleted item VX-93\nvidispine: delete_item: 404" in capsys.readouterr().err


# Downloads


def set_files(responses: dict[str, Any], *files: dict[str, Any]) -> None:
    """Let the shape of the item have these files."""
    shape = {"id": "VX-56", "tag": ["original", "lowres"], "containerComponent": {"file": list(files)}}
    responses["GET /item/VX-93"] = {"id": "VX-93", "shape": [shape]}


@pytest.fixture
def shape(routes: Routes) -> dict[str, Any]:
    """Responses for an item with one shape, whose file has a copy."""
    set_files(
        routes.responses, {**FILM, "id": "VX-39", "state": "LOST"}, FILM, {**FILM, "id": "VX-41", "storage": "VX-43"}
    )
    for file_id in ("VX-40", "VX-41"):
        routes.responses[f"GET /file/{file_id}/data"] = reply(b"a film", media_type="application/octet-stream")
    return routes.responses


def test_download(
    shape: dict[str, Any], server: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["download", "VX-93"]) == 0
    assert tuple(capsys.readouterr()) == ("clip.mov\n", "")
    assert Path("clip.mov").read_bytes() == b"a film"
    Path("clip.mov").write_bytes(b"mine")
    assert main(["download", "VX-93"]) == 0
    assert capsys.readouterr().out == "clip-1.mov\n"
    assert Path("clip.mov").read_bytes() == b"mine"
    assert main(["download", "VX-93", "--tag", "lowres", "--to", "other.mov", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"file": "VX-40", "path": "other.mov"}]
    assert Path("other.mov").read_bytes() == b"a film"
    before = len(server.requests)
    assert main(["download", "VX-93", "--to", "other.mov"]) == 2
    assert "other.mov already exists; --force overwrites it" in capsys.readouterr().err
    assert main(["download", "VX-93", "--to", "none/other.mov"]) == 2
    assert "the folder none does not exist" in capsys.readouterr().err
    assert len(server.requests) == before
    assert main(["download", "VX-93", "--to", "new/proxies/"]) == 0
    assert capsys.readouterr().out == f"{Path('new/proxies/clip.mov')}\n"
    assert main(["download", "VX-93", "--force", "-o", "ids"]) == 0
    assert capsys.readouterr().out == "VX-40\n"
    assert Path("clip.mov").read_bytes() == b"a film"


def test_download_a_file_by_its_id(routes: Routes, shape: dict[str, Any], tmp_path: Path, capsys: Capture) -> None:
    routes.responses["GET /file/VX-40"] = {**FILM, "path": "..\\..\\x/\x01nul?.mov"}
    assert main(["download", "--file", "VX-40", "--to", str(tmp_path)]) == 0
    assert (tmp_path / "_nul_.mov").read_bytes() == b"a film"
    assert capsys.readouterr().out == f"{tmp_path / '_nul_.mov'}\n"


@pytest.mark.parametrize(
    ("change", "exit_code", "message"),
    [
        ({"id": "VX-93"}, 4, "item VX-93 has no shape with the tag 'original': it has no shapes"),
        (None, 4, "404"),
        ((), 4, "shape VX-56 has no complete file"),
        (({**FILE, "state": "LOST"},), 4, "file VX-40 of shape VX-56 is LOST"),
        ((FILE, {**FILE, "id": "VX-41", "path": "b.wav"}), 2, "2 files need a folder"),
    ],
)
def test_failing_downloads(
    change: Any, exit_code: int, message: str, shape: dict[str, Any], tmp_path: Path, capsys: Capture
) -> None:
    if isinstance(change, tuple):
        set_files(shape, *change)
    else:
        shape["GET /item/VX-93"] = change
    assert main(["download", "VX-93", "--to", str(tmp_path / "x.mov")]) == exit_code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert list(tmp_path.glob("*.mov")) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize(("number", "exit_code"), [("SIGHUP", 129), ("SIGINT", 130), ("SIGTERM", 143)])
def test_interrupted_download_leaves_no_file(
    number: str, exit_code: int, shape: dict[str, Any], server: Loopback, tmp_path: Path
) -> None:
    begun = threading.Event()

    def endless(connection: socket.socket, request: Recorded) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 1000)
        begun.set()
        connection.recv(1)
        return False

    shape["GET /file/VX-40/data"] = shape["GET /file/VX-41/data"] = endless
    with Terminal(40, 24, "download", "VX-93", "--to", str(tmp_path), **where(server)) as terminal:
        assert begun.wait(TIMEOUT)
        terminal.signal(signal.Signals[number])
        terminal.read_all()
        assert terminal.exit_code == exit_code
        assert "Traceback" not in terminal.text
    assert list(tmp_path.iterdir()) == []


# Uploads

JOB = {"jobId": "VX-29", "status": "READY", "type": "PLACEHOLDER_IMPORT", "priority": "MEDIUM"}
CHUNK = 1000
BIG = 10 * CHUNK


def test_upload(routes: Routes, server: Loopback, tmp_path: Path, capsys: Capture) -> None:
    routes.responses["POST /import/raw"] = JOB
    clip = tmp_path / "clip.mov"
    clip.write_bytes(b"a film")
    arguments = "--tag lowres --tag web --import-tag source --storage VX-3 --priority high --data a=b --no-thumbnails"
    assert main(["upload", str(clip), *arguments.split(), "-o", "ids"]) == 0
    assert tuple(capsys.readouterr()) == ("VX-29\n", "")
    assert server.only.body == b"a film"
    assert [pair for pair in sorted(server.only.query) if pair[0] != "transferId"] == [
        ("createThumbnails", "false"),
        ("filename", "clip.mov"),
        ("importTag", "source"),
        ("jobmetadata", "a=b"),
        ("priority", "HIGH"),
        ("storageId", "VX-3"),
        ("tag", "lowres"),
        ("tag", "web"),
    ]


def test_upload_of_a_missing_file(routes: Routes, server: Loopback, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "there.mov").write_bytes(b"x")
    assert main(["upload", str(tmp_path / "there.mov"), str(tmp_path / "nowhere.mov")]) == 2
    assert "nowhere.mov" in capsys.readouterr().err
    assert server.requests == []


class Receiver:
    """A server that assembles the chunks of a transfer."""

    def __init__(self) -> None:
        self.chunks: dict[int, bytes] = {}
        self.received: list[int] = []
        self.transfer_ids: set[str] = set()
        self.fail_after: int | None = None

    def receive(self, connection: socket.socket, request: Recorded) -> bool:
        if self.fail_after is not None and len(self.chunks) >= self.fail_after:
            return False
        self.transfer_ids.add(dict(request.query)["transferId"])
        index = int(request.header("index") or 0)
        self.received.append(index)
        self.chunks[index] = request.body
        complete = sum(map(len, self.chunks.values())) == int(request.header("size") or 0)
        return reply(JOB if complete else b"", media_type="application/json" if complete else None)(connection, request)

    def get_transfer(self, connection: socket.socket, request: Recorded) -> bool:
        (name,) = self.transfer_ids
        assert request.path.endswith(name)
        size = sum(map(len, self.chunks.values()))
        return reply({"name": name, "state": "TRANSFERRING", "transferred": size})(connection, request)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vidispine.transfer, "CHUNK_SIZE", CHUNK)


@pytest.mark.usefixtures("small_chunks")
def test_resumed_upload(routes: Routes, server: Loopback, tmp_path: Path, capsys: Capture) -> None:
    """The same command sends the remaining chunks of the same transfer."""
    receiver = Receiver()
    routes.responses["POST /import/raw"] = receiver.receive
    clip = tmp_path / "clip.mov"
    content = b"".join(bytes([number]) * CHUNK for number in range(20))
    clip.write_bytes(content)
    receiver.fail_after = 12
    assert main(["upload", str(clip), "--retries", "0"]) == 6
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    receiver.fail_after = None
    (name,) = receiver.transfer_ids
    routes.responses[f"GET /transfer/{name}"] = receiver.get_transfer
    assert main(["upload", str(clip), "-o", "ids"]) == 0
    captured = capsys.readouterr()
    assert captured.out == "VX-29\n"
    assert captured.err == f"{clip}: resuming the upload\n"
    assert receiver.transfer_ids == {name}
    assert b"".join(receiver.chunks[index] for index in sorted(receiver.chunks)) == content
    assert receiver.received.count(0) == 1, "received chunks are not sent again"


@pytest.mark.usefixtures("small_chunks")
def test_another_file_or_parameter_is_another_transfer(routes: Routes, server: Loopback, tmp_path: Path) -> None:
    receiver = Receiver()
    routes.responses["POST /import/raw"] = receiver.receive
    clip = tmp_path / "clip.mov"
    clip.write_bytes(b"x" * BIG)
    for arguments in ([], [], ["--tag", "lowres"], ["--again"], ["--again"]):
        receiver.chunks.clear()
        assert main(["upload", str(clip), *arguments]) == 0
    assert len(receiver.transfer_ids) == 4
    clip.write_bytes(b"y" * BIG)
    receiver.chunks.clear()
    assert main(["upload", str(clip)]) == 0
    assert len(receiver.transfer_ids) == 5


def test_upload_reports_finished_files_on_failure(routes: Routes, tmp_path: Path, capsys: Capture) -> None:
    files = [tmp_path / "one.mov", tmp_path / "two.mov"]
    for file in files:
        file.write_bytes(b"x")
    responses = iter([reply(JOB), reply({}, 403)])
    routes.responses["POST /import/raw"] = lambda connection, request: next(responses)(connection, request)
    assert main(["upload", *map(str, files)]) == 5
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"{files[0]} was uploaded: job VX-29\nvidispine: import_item_raw: 403")


def test_upload_with_wait(routes: Routes, server: Loopback, tmp_path: Path, capsys: Capture) -> None:
    clip = tmp_path / "clip.mov"
    clip.write_bytes(b"x")
    routes.responses["POST /import/raw"] = JOB
    states = iter(["STARTED", "FAILED_TOTAL"])
    routes.responses["GET /job/VX-29"] = lambda connection, request: reply({**JOB, "status": next(states)})(
        connection, request
    )
    assert main(["upload", str(clip), "--wait", "--json"]) == 3
    captured = capsys.readouterr()
    assert [job["status"] for job in json.loads(captured.out)] == ["FAILED_TOTAL"]
    assert "STARTED" in captured.err


@pytest.fixture
def slow(routes: Routes, server: Loopback) -> Iterator[threading.Event]:
    """A server that receives an upload and never responds; set when it was received."""
    come = threading.Event()

    def take(connection: socket.socket, request: Recorded) -> bool:
        come.set()
        connection.recv(1)
        return False

    routes.responses["POST /import/raw"] = take
    yield come
    come.set()


@pytest.mark.parametrize("columns", [40, 100])
def test_ctrl_c_during_an_upload(columns: int, slow: threading.Event, server: Loopback, tmp_path: Path) -> None:
    """The bar fits the terminal, and the cursor is restored."""
    clip = tmp_path / "clip-with-a-name-that-is-quite-long-for-a-terminal.mov"
    clip.write_bytes(b"x" * 1_000_000)
    with Terminal(columns, 24, "upload", str(clip), **where(server)) as terminal:
        assert slow.wait(TIMEOUT)
        terminal.press(b"\x03")
        terminal.read_all()
        assert terminal.exit_code == 130
        assert "Traceback" not in terminal.text
        assert terminal.written.rfind(b"\x1b[?25h") > terminal.written.rfind(b"\x1b[?25l")
        assert terminal.lines


def test_no_progress_bar_in_a_pipe(routes: Routes, server: Loopback, tmp_path: Path) -> None:
    routes.responses["POST /import/raw"] = JOB
    clip = tmp_path / "clip.mov"
    clip.write_bytes(b"x" * 1_000_000)
    done = finish(start("upload", str(clip), **where(server)))
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert run("upload", str(clip), "-o", "ids", **where(server)).stdout == "VX-29\n"
