"""Chunked uploads, against a server that assembles chunks as VidiCore does."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from test.support.loopback import PASSWORD, Loopback, Recorded, Responder, hang_up, reply, reset
from vidispine import (
    ApiClient,
    ApiConnectionError,
    ApiException,
    ApiResponseError,
    ApiTypeError,
    ApiValueError,
    BadRequestException,
    Configuration,
    ImportApi,
    JobApi,
    NotFoundException,
    ServiceException,
    ShapeApi,
    TransferApi,
    transfer,
)
from vidispine._transport.retry import RetryPolicy

CHUNK = 1000
MEDIA = bytes(index * 7 % 251 for index in range(10 * CHUNK + 5))
JOB = {"jobId": "VX-1", "status": "READY", "type": "RAW_IMPORT", "priority": "MEDIUM"}
NO_JOB = reply(b"", 204, media_type=None)


class Assembly:
    """Assembles chunks, and can be informed how to respond to each."""

    def __init__(self) -> None:
        self.parts: dict[str, dict[int, bytes]] = {}
        self.jobs: Counter[str] = Counter()
        self.busy = 0
        self.most_busy = 0
        self.delay = 0.0
        self.trouble: dict[int, list[Responder]] = {}
        """By offset: the response to a chunk that is accepted nevertheless."""
        self.refusals: dict[int, list[Responder]] = {}
        """By offset: the response to a chunk that is rejected."""
        self._lock = threading.Lock()

    def __call__(self, connection: socket.socket, request: Recorded) -> bool:
        if request.method == "GET":
            return self._tell(connection, request)
        offset = int(request.header("index") or "")
        refusals = self.refusals.get(offset)
        if refusals:
            return refusals.pop(0)(connection, request)
        with self._lock:
            self.busy += 1
            self.most_busy = max(self.most_busy, self.busy)
        time.sleep(self.delay)
        with self._lock:
            self.busy -= 1
            response = self._take(offset, request)
        trouble = self.trouble.get(offset)
        return (trouble.pop(0) if trouble else response)(connection, request)

    def _take(self, offset: int, request: Recorded) -> Responder:
        name = dict(request.query)["transferId"]
        parts = self.parts.setdefault(name, {})
        before = self._size(name)
        parts[offset] = request.body
        size = int(request.header("size") or "")
        if self._size(name) < size:
            return NO_JOB
        self.jobs[name] += before < size
        return reply(JOB)

    def _size(self, name: str) -> int:
        return sum(map(len, self.parts[name].values()))

    def _tell(self, connection: socket.socket, request: Recorded) -> bool:
        name = request.segments[-1]
        if name not in self.parts:
            fault = {"notFound": {"type": "transfer", "id": name}}
            return reply(fault, 404, reason="Not Found")(connection, request)
        return reply({"name": name, "transferred": self._size(name)})(connection, request)

    def whole(self, name: str = "t") -> bytes:
        parts = self.parts[name]
        return b"".join(parts[offset] for offset in sorted(parts))


@pytest.fixture
def assembly(server: Loopback) -> Assembly:
    server.otherwise = Assembly()
    return server.otherwise


@pytest.fixture
def configuration(server: Loopback) -> Configuration:
    retries = RetryPolicy(2, backoff_factor=0.01)
    return Configuration(host=server.url, username="admin", password=PASSWORD, timeout=20, retries=retries)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mov"
    path.write_bytes(MEDIA)
    return path


def offsets(server: Loopback) -> list[int]:
    return [int(request.header("index") or "") for request in server.requests if request.method == "POST"]


def send(client: ApiClient, file: Any, **options: Any) -> Any:
    options = {"transfer_id": "t", "chunk_size": CHUNK, **options}
    return transfer.upload(ImportApi(client).import_item_raw, file, **options)


def test_file_is_sent_in_chunks(client: ApiClient, server: Loopback, assembly: Assembly, clip: Path) -> None:
    job = send(client, clip, tag=iter(["lowres", "web"]), _headers={"X-Trace": "7"})
    assert (job.job_id, job.type) == ("VX-1", "RAW_IMPORT")
    assert assembly.whole() == MEDIA
    assert assembly.jobs == {"t": 1}
    assert sorted(offsets(server)) == list(range(0, len(MEDIA), CHUNK))
    # A chunk that may be rejected is sent first, the one whose response names the job last.
    assert (offsets(server)[0], offsets(server)[-1]) == (0, 10 * CHUNK)
    for request in server.requests:
        assert (request.method, request.path) == ("POST", "/API/import/raw")
        assert sorted(request.query) == [
            ("filename", "clip.mov"),
            ("tag", "lowres"),
            ("tag", "web"),
            ("transferId", "t"),
        ]
        assert request.header("size") == str(len(MEDIA))
        assert request.header("Content-Length") == str(len(request.body))
        assert request.header("Content-Type") == "application/octet-stream"
        assert request.header("X-Trace") == "7"


def test_chunks_are_sent_concurrently(client: ApiClient, assembly: Assembly, clip: Path) -> None:
    assembly.delay = 0.05
    send(client, clip, parallel=4)
    assert assembly.most_busy == 4
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("vidispine-upload")]


@pytest.mark.slow
def test_upload_window_is_bounded_by_a_slow_chunk(
    client: ApiClient, server: Loopback, assembly: Assembly, tmp_path: Path
) -> None:
    """The server reports only a number of bytes, so there must be little behind a gap."""
    clip = tmp_path / "long.mov"
    clip.write_bytes(bytes(40 * CHUNK))
    others = threading.Event()

    def slow(connection: socket.socket, request: Recorded) -> bool:
        others.wait(1)
        return hang_up(connection, request)

    client.configuration.retries = 0
    assembly.refusals[3 * CHUNK] = [slow]
    with pytest.raises(ApiResponseError):
        send(client, clip, parallel=2)
    came = assembly.parts["t"]
    assert 3 * CHUNK not in came
    assert 6 * CHUNK in came
    assert max(came) < (3 + 2 * 2) * CHUNK
    assert send(client, clip, parallel=2, resume=True).job_id == "VX-1"
    assert assembly.whole() == bytes(40 * CHUNK)


def test_chunks_are_sent_in_order_by_one_worker(
    client: ApiClient, server: Loopback, assembly: Assembly, clip: Path
) -> None:
    send(client, str(clip), parallel=1)
    assert offsets(server) == list(range(0, len(MEDIA), CHUNK))
    assert assembly.most_busy == 1


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_uploads_files_of_any_size(client: ApiClient, assembly: Assembly, size: int) -> None:
    assert send(client, io.BytesIO(MEDIA[:size])).job_id == "VX-1"
    assert assembly.whole() == MEDIA[:size]


def test_uploads_with_other_operations(client: ApiClient, server: Loopback, assembly: Assembly, clip: Path) -> None:
    imports, shapes = ImportApi(client), ShapeApi(client)
    for operation, arguments in (
        (imports.import_placeholder_raw, ("VX-93", "container")),
        (shapes.import_shape_raw, ("VX-93",)),
        (shapes.import_shape_essence_raw, ("VX-93",)),
    ):
        transfer.upload(operation, clip, *arguments, transfer_id="o", chunk_size=6000)
    paths = [request.path for request in server.requests[::2]]
    assert paths == [
        f"/API/{path}"
        for path in ("import/placeholder/VX-93/container/raw", "item/VX-93/shape/raw", "item/VX-93/shape/essence/raw")
    ]


def test_uploads_an_open_file_from_its_position(
    client: ApiClient, server: Loopback, assembly: Assembly, clip: Path
) -> None:
    with clip.open("rb") as stream:
        stream.seek(7)
        send(client, stream)
        assert not stream.closed
    assert assembly.whole() == MEDIA[7:]
    assert dict(server.last.query)["filename"] == "clip.mov"


def test_generates_transfer_ids_and_accepts_unnamed_files(
    client: ApiClient, server: Loopback, assembly: Assembly
) -> None:
    for _ in range(2):
        send(client, io.BytesIO(MEDIA), transfer_id=None)
    assert len(assembly.parts) == 2
    assert "filename" not in dict(server.last.query)


def test_reports_progress_of_an_upload(client: ApiClient, assembly: Assembly, clip: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    assembly.trouble[3 * CHUNK] = [hang_up]
    send(client, clip, parallel=1, on_progress=lambda done, total: seen.append((done, total)))
    assert {total for _, total in seen} == {len(MEDIA)}
    assert seen[-1] == (len(MEDIA), len(MEDIA))
    done = [done for done, _ in seen]
    # The failed chunk is subtracted once and counted again.
    assert done.count(4 * CHUNK) == 2
    assert sorted(set(done)) == [*range(CHUNK, len(MEDIA), CHUNK), len(MEDIA)]


# Failures


@pytest.mark.parametrize("taken", [True, False])
@pytest.mark.parametrize(
    "trouble", [hang_up, reset, reply({}, 503), reply({}, 429)], ids=["hang-up", "reset", "503", "429"]
)
@pytest.mark.parametrize("offset", [0, 4 * CHUNK, 10 * CHUNK], ids=["first", "middle", "last"])
def test_only_the_failed_chunk_is_sent_again(
    client: ApiClient, server: Loopback, assembly: Assembly, clip: Path, offset: int, trouble: Responder, taken: bool
) -> None:
    (assembly.trouble if taken else assembly.refusals)[offset] = [trouble, trouble]
    assert send(client, clip).job_id == "VX-1"
    assert assembly.whole() == MEDIA
    assert assembly.jobs == {"t": 1}
    assert Counter(offsets(server)) == {other: 3 if other == offset else 1 for other in range(0, len(MEDIA), CHUNK)}


def test_persistent_failure_ends_an_upload_that_can_be_resumed(
    client: ApiClient, server: Loopback, assembly: Assembly, clip: Path
) -> None:
    assembly.refusals[6 * CHUNK] = [hang_up] * 3
    with pytest.raises(ApiResponseError) as caught:
        send(client, clip)
    assert str(caught.value).startswith("import_item_raw: the connection to ")
    assert str(caught.value).endswith("resume with transfer_id='t' and resume=True")
    assert assembly.jobs == {}
    before = len(server.requests)
    assert send(client, clip, resume=True).job_id == "VX-1"
    assert assembly.whole() == MEDIA
    assert assembly.jobs == {"t": 1}
    # Not everything was sent twice.
    assert len(server.requests) - before - 1 < 11


@pytest.mark.parametrize("taken", range(12))
def test_resumes_at_any_chunk(client: ApiClient, server: Loopback, clip: Path, taken: int) -> None:
    assembly = Assembly()
    server.otherwise = assembly
    chunks = [(offset, MEDIA[offset : offset + CHUNK]) for offset in range(0, len(MEDIA), CHUNK)]
    # Two threads may leave a gap: one is ahead of a chunk that is missing.
    assembly.parts["t"] = dict([*chunks[: max(taken - 4, 0)], *chunks[max(taken - 4, 0) + 1 : taken]])
    seen: list[int] = []
    send(client, clip, resume=True, parallel=2, on_progress=lambda done, total: seen.append(done))
    assert assembly.whole() == MEDIA
    assert assembly.jobs["t"] == 1
    assert seen[-1] == len(MEDIA)
    assert seen[0] >= max(taken - 5, 0) * CHUNK


def test_resumes_when_all_chunks_had_arrived(
    client: ApiClient, server: Loopback, assembly: Assembly, clip: Path
) -> None:
    send(client, clip)
    before = len(server.requests)
    assert send(client, clip, resume=True).job_id == "VX-1"
    assert [request.method for request in server.requests[before:]] == ["GET", "POST"]
    assert assembly.jobs == {"t": 1}


def test_file_of_one_chunk_is_never_imported_twice(
    client: ApiClient, server: Loopback, assembly: Assembly, clip: Path
) -> None:
    assembly.trouble[0] = [hang_up]
    with pytest.raises(ApiResponseError, match="the server may have processed it"):
        send(client, clip, chunk_size=10**6)
    with pytest.raises(ApiValueError, match=r"^transfer 't' is complete: find the job that it started$"):
        send(client, clip, chunk_size=10**6, resume=True)
    assert [request.method for request in server.requests] == ["POST", "GET"]


def test_resumes_a_transfer_unknown_to_the_server(
    client: ApiClient, server: Loopback, assembly: Assembly, clip: Path
) -> None:
    with pytest.raises(NotFoundException, match=r"^get_transfer: 404 Not Found: no transfer with id t$"):
        send(client, clip, resume=True)
    assert [request.method for request in server.requests] == ["GET"]


def test_rejected_chunk_ends_the_upload(client: ApiClient, server: Loopback, assembly: Assembly, clip: Path) -> None:
    fault = {"invalidInput": {"context": "tag", "value": "lowres", "explanation": "no such tag"}}
    assembly.refusals[0] = [reply(fault, 400, reason="Bad Request")]
    with pytest.raises(BadRequestException, match=r"no such tag$"):
        send(client, clip)
    assert offsets(server) == [0]


def test_rejected_chunk_stops_the_other_chunks(
    client: ApiClient, server: Loopback, assembly: Assembly, clip: Path
) -> None:
    assembly.refusals[3 * CHUNK] = [reply({}, 500)]
    assembly.delay = 0.05
    with pytest.raises(ServiceException):
        send(client, clip)
    assert len(server.requests) < 11
    assert 10 * CHUNK not in offsets(server)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("vidispine-upload")]


def test_chunk_is_not_retried_without_retries(
    client: ApiClient, server: Loopback, assembly: Assembly, clip: Path
) -> None:
    client.configuration.retries = 0
    assembly.refusals[0] = [hang_up]
    with pytest.raises(ApiResponseError, match=r"resume=True$"):
        send(client, clip)
    assert offsets(server) == [0]


def test_reports_a_response_without_a_job(client: ApiClient, server: Loopback, clip: Path) -> None:
    server.otherwise = NO_JOB
    with pytest.raises(
        ApiResponseError, match=r"^all 10005 bytes of transfer 't' were uploaded, but .* returned no job"
    ):
        send(client, clip)


def test_reports_an_unreachable_server(clip: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    configuration = Configuration(host=f"http://127.0.0.1:{port}/API", retries=0)
    with (
        ApiClient(configuration) as client,
        pytest.raises(ApiConnectionError, match=r"^import_item_raw: cannot connect"),
    ):
        send(client, clip)


def test_reports_a_file_that_shrinks(client: ApiClient, assembly: Assembly, clip: Path) -> None:
    def shrink(done: int, total: int | None) -> None:
        os.truncate(clip, 2 * CHUNK)

    with pytest.raises(ApiValueError, match=r"the file is shorter than its initial size of 10005 bytes$"):
        send(client, clip, on_progress=shrink)


def test_exception_of_the_callback_ends_the_upload(client: ApiClient, assembly: Assembly, clip: Path) -> None:
    def fail(done: int, total: int | None) -> None:
        if done > 4 * CHUNK:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        send(client, clip, on_progress=fail)
    assert 10 * CHUNK not in assembly.parts["t"]


# Invalid arguments


@pytest.mark.parametrize(
    ("change", "error", "problem"),
    [
        ({"file": "/no/such/clip.mov"}, ApiValueError, "cannot read '/no/such/clip.mov': no such file or directory"),
        ({"file": b"bytes"}, ApiTypeError, "file must be a path or an open binary file, not bytes"),
        ({"file": io.StringIO("text")}, ApiTypeError, "file must be a path or an open binary file, not StringIO"),
        ({"chunk_size": 0}, ApiValueError, "chunk_size must be an integer of at least 1, not 0"),
        ({"chunk_size": 1.5}, ApiTypeError, "chunk_size must be an integer, not float"),
        ({"parallel": True}, ApiTypeError, "parallel must be an integer, not bool"),
        ({"parallel": -1}, ApiValueError, "parallel must be an integer of at least 1, not -1"),
        ({"resume": True, "transfer_id": None}, ApiValueError, "resume requires the transfer_id"),
        ({"nonsense": 1}, ApiTypeError, "import_item_raw has no parameter 'nonsense'"),
    ],
)
def test_rejects_invalid_arguments_before_sending(
    client: ApiClient, server: Loopback, clip: Path, change: dict[str, Any], error: type[Exception], problem: str
) -> None:
    arguments = {"file": clip, **change}
    with pytest.raises(error, match=f"^{problem}") as caught:
        send(client, arguments.pop("file"), **arguments)
    assert len(str(caught.value).splitlines()) == 1
    assert server.requests == []


def test_rejects_methods_that_take_no_bytes(client: ApiClient, server: Loopback, clip: Path) -> None:
    with pytest.raises(ApiTypeError, match=r"^operation must be a method such as"):
        transfer.upload(len, clip)  # type: ignore[arg-type]
    with pytest.raises(ApiTypeError, match=r"^get_job has no parameter"):
        transfer.upload(JobApi(client).get_job, clip)
    assert server.requests == []


def test_rejects_a_pipe(client: ApiClient, server: Loopback) -> None:
    reading, writing = os.pipe()
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe, pytest.raises(ApiTypeError, match=r"which a pipe is not$"):
        send(client, pipe)


# Ctrl-C

INTERRUPTED = """
import sys, vidispine
from vidispine import transfer
configuration = vidispine.Configuration(host=sys.argv[1], retries=0, timeout=100)
try:
    with vidispine.ApiClient(configuration) as client:
        api = vidispine.ImportApi(client)
        transfer.upload(api.import_item_raw, sys.argv[2], transfer_id="t", chunk_size=1000)
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_ctrl_c_ends_an_upload_at_once(server: Loopback, clip: Path) -> None:
    assembly = Assembly()
    server.otherwise = assembly
    busy = threading.Event()

    def stall(connection: socket.socket, request: Recorded) -> bool:
        busy.set()
        connection.recv(1)
        return False

    assembly.refusals = {offset: [stall] for offset in range(CHUNK, len(MEDIA), CHUNK)}
    command = [sys.executable, "-c", INTERRUPTED, server.url, str(clip)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert busy.wait(60)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert (process.returncode, output) == (0, "interrupted\n")


def test_asks_for_the_state_with_the_users_rights(client: ApiClient, assembly: Assembly, clip: Path) -> None:
    """The state that resuming relies on is available to users as well."""
    send(client, clip)
    reported = TransferApi(client).get_transfer("t")
    assert json.loads(json.dumps(reported.to_dict()))["transferred"] == len(MEDIA)
    with pytest.raises(ApiException):
        TransferApi(client).get_transfer("u")
