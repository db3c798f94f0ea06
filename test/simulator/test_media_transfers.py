"""Uploads: in one request or in chunks, in any order, repeated, across restarts, and larger than memory."""

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
from test.simulator.clock import Clock
from test.simulator.http_client import HttpClient, Response
from test.simulator.media_harness import MediaHarness

BYTES = "application/octet-stream"
CHUNK_SIZE = 100_000


@pytest.fixture
def media(clock: Clock) -> Iterator[MediaHarness]:
    with MediaHarness(clock) as media:
        yield media


@pytest.fixture
def http(media: MediaHarness) -> Iterator[HttpClient]:
    with HttpClient(media.vidicore.url) as http:
        yield http


def send(http: HttpClient, target: str, data: bytes, index: int, size: int, name: str = "t1", **query: str) -> Response:
    return http.send(
        "POST",
        target,
        {"transferId": name, **query},
        body=data,
        content_type=BYTES,
        headers={"size": str(size), "index": str(index)},
    )


def chunks(data: bytes) -> list[tuple[int, bytes]]:
    return [(start, data[start : start + CHUNK_SIZE]) for start in range(0, len(data), CHUNK_SIZE)]


def jobs(media: MediaHarness) -> list[str]:
    return [job.job_id for job in media.jobs.get_jobs().job or []]


def test_chunks_in_any_order(media: MediaHarness, http: HttpClient, tmp_path: Path) -> None:
    data = os.urandom(950_001)
    all_chunks = chunks(data)
    random.Random(7).shuffle(all_chunks)
    *most, last = all_chunks
    for index, chunk in [*most, *most[:3]]:
        response = send(http, "/import/raw", chunk, index, len(data), filename="clip.mov")
        assert (response.status, response.data) == (204, b"")
    assert jobs(media) == []
    done = sum(len(chunk) for _, chunk in most)
    transfer = media.transfers.get_transfer("t1")
    assert (transfer.name, transfer.state, transfer.transferred) == ("t1", "TRANSFERRING", done)
    assert [entry.name for entry in media.transfers.get_transfers().transfer or []] == ["t1"]

    responses = [send(http, "/import/raw", last[1], last[0], len(data), filename="clip.mov") for _ in range(3)]
    responses.append(send(http, "/import/raw", most[0][1], most[0][0], len(data), filename="clip.mov"))
    assert [response.json["jobId"] for response in responses] == ["VX-1"] * 4
    assert responses[0].json["type"] == "RAW_IMPORT"
    assert jobs(media) == ["VX-1"]
    found = media.finish(media.jobs.get_job("VX-1"))
    item = found["itemId"]
    file = media.shape_file(item, media.shapes_by_tag(item)["original"])
    assert (file.size, file.hash) == (len(data), hashlib.sha1(data).hexdigest())
    assert media.download(file.id or "", tmp_path) == data
    assert media.transfers.get_transfers().transfer is None
    transfer = media.transfers.get_transfer("t1")
    assert (transfer.state, transfer.transferred, transfer.file_id) == ("FINISHED", len(data), file.id)


def test_concurrent_last_chunks(media: MediaHarness, http: HttpClient) -> None:
    data = os.urandom(2 * CHUNK_SIZE)
    (first, one), (second, other) = chunks(data)
    send(http, "/import/raw", one, first, len(data))
    found: list[str] = []

    def finish() -> None:
        with HttpClient(media.vidicore.url) as own:
            found.append(send(own, "/import/raw", other, second, len(data)).json["jobId"])

    threads = [threading.Thread(target=finish) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == ["VX-1"] * 4
    assert jobs(media) == ["VX-1"]


def test_named_transfer_in_one_request_is_executed_once(media: MediaHarness) -> None:
    names = ("night-1", "night-1", None)
    jobs = [media.imports.import_item_raw(b"moving", filename="a.mov", transfer_id=name) for name in names]
    assert [job and job.job_id for job in jobs] == ["VX-1", "VX-1", "VX-2"]


def test_chunks_to_a_storage_and_a_placeholder(media: MediaHarness, http: HttpClient, tmp_path: Path) -> None:
    data = os.urandom(3 * CHUNK_SIZE)
    item = media.imports.create_placeholder(metadata_type={}, container=1).id or ""
    for path, name in (
        ("/storage/VX-1/file/data", "s"),
        (f"/import/placeholder/{item}/container/raw", "p"),
        (f"/item/{item}/shape/raw", "h"),
        (f"/item/{item}/shape/essence/raw", "e"),
    ):
        query = {"path": "a/b.mov"} if name == "s" else {"filename": "b.mov"}
        responses = [
            send(http, path, chunk, index, len(data), name, **query) for index, chunk in reversed(chunks(data))
        ]
        assert [response.status for response in responses] == [204, 204, 200], path
        repeated = send(http, path, data[:CHUNK_SIZE], 0, len(data), name, **query)
        id = "id" if name == "s" else "jobId"
        assert repeated.json[id] == responses[-1].json[id], path
    assert media.download("VX-1", tmp_path) == data
    assert sorted(job.type or "" for job in media.jobs.get_jobs().job or []) == [
        "ESSENCE_VERSION",
        "PLACEHOLDER_IMPORT",
        "SHAPE_IMPORT",
    ]
    assert http.send("POST", f"/import/placeholder/{item}/container/raw", body=b"x", content_type=BYTES).error == (
        "invalidInput",
        {
            "context": "job",
            "id": None,
            "value": "CONTAINER_COMPONENT",
            "explanation": f"item {item} expects no further file of this kind",
        },
    )


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
def test_invalid_chunk(
    media: MediaHarness, http: HttpClient, headers: dict[str, str], query: dict[str, str], id: str
) -> None:
    response = http.send("POST", "/import/raw", query, body=b"abc", content_type=BYTES, headers=headers)
    assert (response.status, response.error[1]["id"]) == (400, id)
    assert media.transfers.get_transfers().transfer is None


def test_transfer_names_are_unique(media: MediaHarness, http: HttpClient) -> None:
    assert send(http, "/import/raw", b"abc", 0, 6).status == 204
    assert send(http, "/import/raw", b"abc", 3, 7).error[0] == "conflict"
    assert send(http, "/storage/VX-1/file/data", b"abc", 3, 6, path="a").error[0] == "conflict"
    assert send(http, "/import/raw", b"def", 3, 6).status == 200


def test_transfer_priority(media: MediaHarness, http: HttpClient) -> None:
    send(http, "/import/raw", b"abc", 0, 6, transferPriority="7")
    assert media.transfers.get_transfer("t1").priority == "7"
    media.transfers.update_transfer_priority(transfer_id="t1", transfer_priority=1000)
    assert media.transfers.get_transfer("t1").priority == "1000"
    with pytest.raises(vidispine.BadRequestException):
        media.transfers.update_transfer_priority(transfer_id="t1", transfer_priority=0)
    with pytest.raises(vidispine.NotFoundException):
        media.transfers.get_transfer("t2")


def test_upload_continues_after_restart(clock: Clock, tmp_path: Path) -> None:
    data = os.urandom(3 * CHUNK_SIZE)
    all_chunks = chunks(data)
    for index, chunk in all_chunks:
        with MediaHarness(clock, tmp_path / "state.db") as media, HttpClient(media.vidicore.url) as http:
            response = send(http, "/import/raw", chunk, index, len(data), filename="a.wav")
    job = response.json["jobId"]
    with MediaHarness(clock, tmp_path / "state.db") as media, HttpClient(media.vidicore.url) as http:
        again = send(http, "/import/raw", all_chunks[-1][1], all_chunks[-1][0], len(data), filename="a.wav")
        assert (again.json["jobId"], jobs(media)) == (job, [job])
        item = media.finish(media.jobs.get_job(job))["itemId"]
        file = media.shape_file(item, media.shapes_by_tag(item)["original"])
        assert media.download(file.id or "", tmp_path) == data


def test_received_bytes_survive_a_rolled_back_transaction(
    clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is killed before it commits the last chunk loses nothing."""
    data = os.urandom(3 * CHUNK_SIZE)
    all_chunks = chunks(data)
    parts = tmp_path / "state.db.media" / "parts"
    with MediaHarness(clock, tmp_path / "state.db") as media, HttpClient(media.vidicore.url) as http:
        with monkeypatch.context() as broken:
            broken.setattr("vidispine.simulator.media.transfer_store.TransferStore.finish", None)
            responses = [
                send(http, "/import/raw", chunk, index, len(data), filename="a.wav") for index, chunk in all_chunks
            ]
        assert [response.status for response in responses] == [204, 204, 500]
        assert jobs(media) == []
    with MediaHarness(clock, tmp_path / "state.db") as media, HttpClient(media.vidicore.url) as http:
        job = send(http, "/import/raw", all_chunks[-1][1], all_chunks[-1][0], len(data), filename="a.wav").json["jobId"]
        item = media.finish(media.jobs.get_job(job))["itemId"]
        file = media.shape_file(item, media.shapes_by_tag(item)["original"])
        assert media.download(file.id or "", tmp_path) == data
        assert len(list(parts.iterdir())) == 1
    with MediaHarness(clock, tmp_path / "state.db") as media:
        assert list(parts.iterdir()) == []
        assert media.download(file.id or "", tmp_path) == data


def test_interrupted_upload_leaves_no_files(media: MediaHarness, http: HttpClient) -> None:
    parts = urlsplit(media.vidicore.url)
    head = (
        "POST /API/storage/VX-1/file/data?path=a.mov&transferId=cut HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Basic {b64encode(b'admin:admin').decode()}\r\n"
        f"Content-Type: {BYTES}\r\nContent-Length: 1000000\r\n\r\n"
    )
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30) as connection:
        connection.sendall(head.encode() + b"x" * 300_000)
        while media.transfers.get_transfers().transfer is None:
            pass
        assert 0 <= (media.transfers.get_transfer("cut").transferred or 0) <= 300_000
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100).startswith(b"HTTP/1.1 400")
    assert media.files.get_files().hits == 0
    assert media.transfers.get_transfers().transfer is None
    (uri,) = [method.uri for method in media.storages.get_storage("VX-1").method or []]
    own = Path(str(uri)[len("file://") :]).parents[1]
    assert [path for path in own.rglob("*") if path.is_file()] == []


def test_chunked_encoding(media: MediaHarness, http: HttpClient, tmp_path: Path) -> None:
    def body() -> Iterator[bytes]:
        for _ in range(20):
            yield b"abcdefghij" * 1000

    response = http.pool.request(
        "POST",
        f"{http.url}/API/storage/VX-1/file/data?path=a.bin",
        body=body(),
        headers={**http.headers, "Content-Type": BYTES, "Accept": "application/json"},
        chunked=True,
    )
    assert response.status == 200
    assert media.download(json.loads(response.data)["id"], tmp_path) == b"abcdefghij" * 20_000


def test_rejected_upload_keeps_the_connection(media: MediaHarness, http: HttpClient) -> None:
    body = b"x" * 20_000_000
    assert http.send("POST", "/storage/VX-9/file/data", {"path": "a"}, body=body, content_type=BYTES).status == 404
    stranger = {"Authorization": "Basic eDp4"}
    refused = http.send(
        "POST", "/storage/VX-1/file/data", {"path": "a"}, body=body, content_type=BYTES, headers=stranger
    )
    assert refused.status == 401
    other = http.send("POST", "/storage/VX-1/file/data", {"path": "a"}, body=body, content_type="text/plain")
    assert other.status == 415
    too_large = http.send("POST", "/job", {"type": "EXPORT"}, body=body)
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
    """A file of 64 MiB that is generated while it is read."""

    def __init__(self) -> None:
        self.left = SIZE
        self.block = bytes(range(256)) * 256

    def read(self, number: int = -1) -> bytes:
        number = self.left if number < 0 else min(number, self.left, len(self.block))
        self.left -= number
        return self.block[:number]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is counted in KiB on Linux")
def test_64_mib_upload_and_download_are_streamed(tmp_path: Path) -> None:
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

    def peak_kibibytes() -> int:
        print("memory", file=process.stdin, flush=True)
        return int(process.stdout.readline())  # type: ignore[union-attr]

    try:
        url = process.stdout.readline().strip()
        configuration = vidispine.Configuration(host=f"{url}/API", username="admin", password="admin")
        with vidispine.ApiClient(configuration) as api_client:
            files = vidispine.FileApi(api_client)
            # Warm up: modules and caches are not part of the measurement.
            small = files.create_file_in_storage("VX-1", b"x", path="small.bin").id or ""
            files.get_file_data(small, _save_to=tmp_path / "small.bin")
            before = peak_kibibytes()
            headers = {"Content-Length": str(SIZE)}
            sent = files.create_file_in_storage("VX-1", Pattern(), path="large.bin", _headers=headers)  # type: ignore[arg-type]
            assert sent.size == SIZE
            files.get_file_data(sent.id or "", _save_to=tmp_path / "large.bin")
            # In two chunks, the second one first.
            half = SIZE // 2
            pattern = Pattern().block
            with HttpClient(url) as http:
                for index in (half, 0):
                    response = send(
                        http, "/import/raw", pattern * (half // len(pattern)), index, SIZE, filename="x.mov"
                    )
                    assert response.status == (204 if index else 200)
            grown = peak_kibibytes() - before
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()
    assert (tmp_path / "large.bin").stat().st_size == SIZE
    assert grown < 16 * 1024, f"{grown} KiB more"
