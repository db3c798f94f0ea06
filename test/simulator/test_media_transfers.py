"""Uploads: whole and in pieces, in any order and more than once, through restarts, and larger than memory may be."""

from __future__ import annotations

import hashlib
import json
import os
import random
import socket
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import vidispine
from test.simulator.life import Clock
from test.simulator.studio import Studio
from test.simulator.wire import Reply, Wire

BYTES = "application/octet-stream"
PIECE = 100_000


@pytest.fixture
def studio(clock: Clock) -> Iterator[Studio]:
    with Studio(clock) as studio:
        yield studio


@pytest.fixture
def wire(studio: Studio) -> Iterator[Wire]:
    with Wire(studio.vidicore.url) as wire:
        yield wire


def send(wire: Wire, target: str, data: bytes, index: int, size: int, name: str = "t1", **query: str) -> Reply:
    return wire.send(
        "POST",
        target,
        {"transferId": name, **query},
        body=data,
        content_type=BYTES,
        headers={"size": str(size), "index": str(index)},
    )


def pieces(data: bytes) -> list[tuple[int, bytes]]:
    return [(start, data[start : start + PIECE]) for start in range(0, len(data), PIECE)]


def jobs(studio: Studio) -> list[str]:
    return [job.job_id for job in studio.jobs.get_jobs().job or []]


def test_pieces_in_any_order_make_one_file_and_one_job(studio: Studio, wire: Wire, tmp_path: Path) -> None:
    data = os.urandom(950_001)
    todo = pieces(data)
    random.Random(7).shuffle(todo)
    *most, last = todo
    for index, piece in [*most, *most[:3]]:
        reply = send(wire, "/import/raw", piece, index, len(data), filename="clip.mov")
        assert (reply.status, reply.data) == (204, b"")
    assert jobs(studio) == []
    done = sum(len(piece) for _, piece in most)
    transfer = studio.transfers.get_transfer("t1")
    assert (transfer.name, transfer.state, transfer.transferred) == ("t1", "TRANSFERRING", done)
    assert [entry.name for entry in studio.transfers.get_transfers().transfer or []] == ["t1"]

    answers = [send(wire, "/import/raw", last[1], last[0], len(data), filename="clip.mov") for _ in range(3)]
    answers.append(send(wire, "/import/raw", most[0][1], most[0][0], len(data), filename="clip.mov"))
    assert [answer.json["jobId"] for answer in answers] == ["VX-1"] * 4
    assert answers[0].json["type"] == "RAW_IMPORT"
    assert jobs(studio) == ["VX-1"]
    found = studio.finished(studio.jobs.get_job("VX-1"))
    item = found["itemId"]
    file = studio.file(item, studio.tagged(item)["original"])
    assert (file.size, file.hash) == (len(data), hashlib.sha1(data).hexdigest())
    assert studio.data(file.id or "", tmp_path) == data
    assert studio.transfers.get_transfers().transfer is None
    transfer = studio.transfers.get_transfer("t1")
    assert (transfer.state, transfer.transferred, transfer.file_id) == ("FINISHED", len(data), file.id)


def test_two_clients_send_the_last_piece_at_once(studio: Studio, wire: Wire) -> None:
    data = os.urandom(2 * PIECE)
    (first, one), (second, other) = pieces(data)
    send(wire, "/import/raw", one, first, len(data))
    found: list[str] = []

    def finish() -> None:
        with Wire(studio.vidicore.url) as own:
            found.append(send(own, "/import/raw", other, second, len(data)).json["jobId"])

    threads = [threading.Thread(target=finish) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == ["VX-1"] * 4
    assert jobs(studio) == ["VX-1"]


def test_a_whole_file_with_a_name_is_taken_once(studio: Studio) -> None:
    names = ("night-1", "night-1", None)
    jobs = [studio.imports.import_item_raw(b"moving", filename="a.mov", transfer_id=name) for name in names]
    assert [job and job.job_id for job in jobs] == ["VX-1", "VX-1", "VX-2"]


def test_pieces_can_be_for_a_file_on_a_storage_and_for_a_placeholder(
    studio: Studio, wire: Wire, tmp_path: Path
) -> None:
    data = os.urandom(3 * PIECE)
    item = studio.imports.create_placeholder(metadata_type={}, container=1).id or ""
    for path, name in (
        ("/storage/VX-1/file/data", "s"),
        (f"/import/placeholder/{item}/container/raw", "p"),
        (f"/item/{item}/shape/raw", "h"),
        (f"/item/{item}/shape/essence/raw", "e"),
    ):
        query = {"path": "a/b.mov"} if name == "s" else {"filename": "b.mov"}
        replies = [send(wire, path, piece, index, len(data), name, **query) for index, piece in reversed(pieces(data))]
        assert [reply.status for reply in replies] == [204, 204, 200], path
        repeated = send(wire, path, data[:PIECE], 0, len(data), name, **query)
        id = "id" if name == "s" else "jobId"
        assert repeated.json[id] == replies[-1].json[id], path
    assert studio.data("VX-1", tmp_path) == data
    assert sorted(job.type or "" for job in studio.jobs.get_jobs().job or []) == [
        "ESSENCE_VERSION", "PLACEHOLDER_IMPORT", "SHAPE_IMPORT",
    ]  # fmt: skip
    assert wire.send(
        "POST", f"/import/placeholder/{item}/container/raw", body=b"x", content_type=BYTES
    ).fault == ("invalidInput", {
        "context": "job", "id": None, "value": "CONTAINER_COMPONENT",
        "explanation": f"item {item} expects no further file of this kind",
    })  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "query", "id"),
    [
        ({"index": "0"}, {"transferId": "x"}, "size"),
        ({"size": "5"}, {"transferId": "x"}, "index"),
        ({"index": "a", "size": "5"}, {"transferId": "x"}, "index"),
        ({"index": "-1", "size": "5"}, {"transferId": "x"}, "index"),
        ({"index": "3", "size": "5"}, {"transferId": "x"}, "index"),
        ({"index": "0", "size": "5"}, {}, "transferId"),
        ({}, {"transferId": "x", "transferPriority": "1001"}, "transferPriority"),
    ],
)
def test_a_piece_that_makes_no_sense(
    studio: Studio, wire: Wire, headers: dict[str, str], query: dict[str, str], id: str
) -> None:
    reply = wire.send("POST", "/import/raw", query, body=b"abc", content_type=BYTES, headers=headers)
    assert (reply.status, reply.fault[1]["id"]) == (400, id)
    assert studio.transfers.get_transfers().transfer is None


def test_a_name_is_one_transfer_s(studio: Studio, wire: Wire) -> None:
    assert send(wire, "/import/raw", b"abc", 0, 6).status == 204
    assert send(wire, "/import/raw", b"abc", 3, 7).fault[0] == "conflict"
    assert send(wire, "/storage/VX-1/file/data", b"abc", 3, 6, path="a").fault[0] == "conflict"
    assert send(wire, "/import/raw", b"def", 3, 6).status == 200


def test_the_priority_of_a_transfer(studio: Studio, wire: Wire) -> None:
    send(wire, "/import/raw", b"abc", 0, 6, transferPriority="7")
    assert studio.transfers.get_transfer("t1").priority == "7"
    studio.transfers.update_transfer_priority(transfer_id="t1", transfer_priority=1000)
    assert studio.transfers.get_transfer("t1").priority == "1000"
    with pytest.raises(vidispine.BadRequestException):
        studio.transfers.update_transfer_priority(transfer_id="t1", transfer_priority=0)
    with pytest.raises(vidispine.NotFoundException):
        studio.transfers.get_transfer("t2")


def test_an_upload_goes_on_after_a_restart(clock: Clock, tmp_path: Path) -> None:
    data = os.urandom(3 * PIECE)
    todo = pieces(data)
    for index, piece in todo:
        with Studio(clock, tmp_path / "state.db") as studio, Wire(studio.vidicore.url) as wire:
            reply = send(wire, "/import/raw", piece, index, len(data), filename="a.wav")
    job = reply.json["jobId"]
    with Studio(clock, tmp_path / "state.db") as studio, Wire(studio.vidicore.url) as wire:
        again = send(wire, "/import/raw", todo[-1][1], todo[-1][0], len(data), filename="a.wav")
        assert (again.json["jobId"], jobs(studio)) == (job, [job])
        item = studio.finished(studio.jobs.get_job(job))["itemId"]
        file = studio.file(item, studio.tagged(item)["original"])
        assert studio.data(file.id or "", tmp_path) == data


def test_bytes_outlive_what_was_taken_back(clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that is killed before it could keep what the last piece brought about has lost nothing."""
    data = os.urandom(3 * PIECE)
    todo = pieces(data)
    parts = tmp_path / "state.db.media" / "parts"
    with Studio(clock, tmp_path / "state.db") as studio, Wire(studio.vidicore.url) as wire:
        with monkeypatch.context() as broken:
            broken.setattr("vidispine.simulator.media.transfer_store.TransferStore.finish", None)
            replies = [send(wire, "/import/raw", piece, index, len(data), filename="a.wav") for index, piece in todo]
        assert [reply.status for reply in replies] == [204, 204, 500]
        assert jobs(studio) == []
    with Studio(clock, tmp_path / "state.db") as studio, Wire(studio.vidicore.url) as wire:
        job = send(wire, "/import/raw", todo[-1][1], todo[-1][0], len(data), filename="a.wav").json["jobId"]
        item = studio.finished(studio.jobs.get_job(job))["itemId"]
        file = studio.file(item, studio.tagged(item)["original"])
        assert studio.data(file.id or "", tmp_path) == data
        assert len(list(parts.iterdir())) == 1
    with Studio(clock, tmp_path / "state.db") as studio:
        assert list(parts.iterdir()) == []
        assert studio.data(file.id or "", tmp_path) == data


def test_an_upload_that_breaks_off_leaves_nothing(studio: Studio, wire: Wire) -> None:
    parts = urlsplit(studio.vidicore.url)
    head = (
        "POST /API/storage/VX-1/file/data?path=a.mov&transferId=cut HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Basic {b64encode(b'admin:admin').decode()}\r\n"
        f"Content-Type: {BYTES}\r\nContent-Length: 1000000\r\n\r\n"
    )
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30) as connection:
        connection.sendall(head.encode() + b"x" * 300_000)
        while studio.transfers.get_transfers().transfer is None:
            pass
        assert 0 <= (studio.transfers.get_transfer("cut").transferred or 0) <= 300_000
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100).startswith(b"HTTP/1.1 400")
    assert studio.files.get_files().hits == 0
    assert studio.transfers.get_transfers().transfer is None
    (uri,) = [method.uri for method in studio.storages.get_storage("VX-1").method or []]
    own = Path(str(uri)[len("file://") :]).parents[1]
    assert [path for path in own.rglob("*") if path.is_file()] == []


def test_a_body_in_chunks(studio: Studio, wire: Wire, tmp_path: Path) -> None:
    def body() -> Iterator[bytes]:
        for _ in range(20):
            yield b"abcdefghij" * 1000

    reply = wire.pool.request(
        "POST",
        f"{wire.url}/API/storage/VX-1/file/data?path=a.bin",
        body=body(),
        headers={**wire.headers, "Content-Type": BYTES, "Accept": "application/json"},
        chunked=True,
    )
    assert reply.status == 200
    assert studio.data(json.loads(reply.data)["id"], tmp_path) == b"abcdefghij" * 20_000


def test_a_refused_upload_is_answered_and_the_connection_goes_on(studio: Studio, wire: Wire) -> None:
    body = b"x" * 20_000_000
    assert wire.send("POST", "/storage/VX-9/file/data", {"path": "a"}, body=body, content_type=BYTES).status == 404
    stranger = {"Authorization": "Basic eDp4"}
    refused = wire.send(
        "POST", "/storage/VX-1/file/data", {"path": "a"}, body=body, content_type=BYTES, headers=stranger
    )
    assert refused.status == 401
    other = wire.send("POST", "/storage/VX-1/file/data", {"path": "a"}, body=body, content_type="text/plain")
    assert other.status == 415
    too_large = wire.send("POST", "/job", {"type": "EXPORT"}, body=body)
    assert too_large.status == 413


SERVE = """
import resource, sys
from vidispine.simulator import Simulator
with Simulator(speed=1000) as vidicore:
    print(vidicore.url, flush=True)
    for line in sys.stdin:
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, flush=True)
"""

SIZE = 64 * 1024 * 1024


class Pattern:
    """A file of 64 MiB that is nowhere as a whole."""

    def __init__(self) -> None:
        self.left = SIZE
        self.block = bytes(range(256)) * 256

    def read(self, number: int = -1) -> bytes:
        number = self.left if number < 0 else min(number, self.left, len(self.block))
        self.left -= number
        return self.block[:number]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is counted in KiB on Linux")
def test_64_mebibytes_go_up_and_down_without_standing_in_memory(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    search = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE],
        env={**os.environ, "PYTHONPATH": search},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None

    def kibibytes() -> int:
        print("memory", file=process.stdin, flush=True)
        return int(process.stdout.readline())  # type: ignore[union-attr]

    try:
        url = process.stdout.readline().strip()
        configuration = vidispine.Configuration(host=f"{url}/API", username="admin", password="admin")
        with vidispine.ApiClient(configuration) as api_client:
            files = vidispine.FileApi(api_client)
            # Whatever the first requests load is not what is asked about.
            small = files.create_file_in_storage("VX-1", b"x", path="small.bin").id or ""
            files.get_file_data(small, _save_to=tmp_path / "small.bin")
            before = kibibytes()
            headers = {"Content-Length": str(SIZE)}
            sent = files.create_file_in_storage("VX-1", Pattern(), path="large.bin", _headers=headers)  # type: ignore[arg-type]
            assert sent.size == SIZE
            files.get_file_data(sent.id or "", _save_to=tmp_path / "large.bin")
            # And in two pieces, the second one first.
            half = SIZE // 2
            pattern = Pattern().block
            with Wire(url) as wire:
                for index in (half, 0):
                    reply = send(wire, "/import/raw", pattern * (half // len(pattern)), index, SIZE, filename="x.mov")
                    assert reply.status == (204 if index else 200)
            grown = kibibytes() - before
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()
    assert (tmp_path / "large.bin").stat().st_size == SIZE
    assert grown < 16 * 1024, f"{grown} KiB more"
