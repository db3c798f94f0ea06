"""Uploads: all kinds of bodies are sent completely and unchanged, with their length if it is known."""

from __future__ import annotations

import array
import errno
import gc
import gzip
import http.client
import io
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3

from test.support.loopback import Loopback, hang_up, reply
from test.support.sample_operations import CHANGE, CREATE
from vidispine import ApiClient, ApiResponseError, ApiTypeError, ApiValueError, ImportApi, JobType

MEDIA = bytes(range(256)) * 4000
JOB = {"jobId": "VX-1", "status": "READY", "type": "RAW_IMPORT", "priority": "MEDIUM"}


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    file = tmp_path / "clip.mov"
    file.write_bytes(MEDIA)
    return file


def chunks() -> Iterator[bytes]:
    for start in range(0, len(MEDIA), 100_000):
        yield MEDIA[start : start + 100_000]


@pytest.mark.parametrize(
    "kind", ["bytes", "bytearray", "memoryview", "path", "open file", "buffer", "iterator", "pipe"]
)
def test_uploads_from_every_source(client: ApiClient, server: Loopback, clip: Path, kind: str) -> None:
    server.otherwise = reply(JOB)
    with clip.open("rb") as opened:
        body: Any = {
            "bytes": MEDIA,
            "bytearray": bytearray(MEDIA),
            "memoryview": memoryview(MEDIA),
            "path": clip,
            "open file": opened,
            "buffer": io.BytesIO(MEDIA),
            "iterator": chunks(),
            "pipe": Pipe(MEDIA),
        }[kind]
        job = ImportApi(client).import_item_raw(body, filename="clip.mov")
        assert not opened.closed
    assert isinstance(job, JobType)
    assert server.only.body == MEDIA
    assert server.only.header("Content-Type") == "application/octet-stream"
    known = kind not in ("iterator", "pipe")
    assert server.only.header("Content-Length") == (str(len(MEDIA)) if known else None)
    assert server.only.header("Transfer-Encoding") == (None if known else "chunked")


class Pipe:
    """A file that is not seekable and has no known length."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self._data.read(size)


def test_file_is_sent_from_its_position(client: ApiClient, server: Loopback, clip: Path) -> None:
    server.otherwise = reply(JOB)
    with clip.open("rb") as opened:
        opened.seek(1000)
        ImportApi(client).import_item_raw(opened)
    assert server.only.body == MEDIA[1000:]
    assert server.only.header("Content-Length") == str(len(MEDIA) - 1000)


def test_sends_an_empty_file(client: ApiClient, server: Loopback, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    server.otherwise = reply(JOB)
    ImportApi(client).import_item_raw(tmp_path / "empty")
    assert (server.only.body, server.only.header("Content-Length")) == (b"", "0")


@pytest.mark.parametrize("kind", ["path", "bytes", "open file", "iterator"])
def test_reports_progress(client: ApiClient, server: Loopback, clip: Path, kind: str) -> None:
    seen: list[tuple[int, int | None]] = []
    server.otherwise = reply(JOB)
    body: Any = {"path": clip, "bytes": MEDIA, "open file": io.BytesIO(MEDIA), "iterator": chunks()}[kind]
    ImportApi(client).import_item_raw(body, _on_progress=lambda done, total: seen.append((done, total)))
    assert server.only.body == MEDIA
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert seen[-1] == (len(MEDIA), None if kind == "iterator" else len(MEDIA))
    assert len(seen) > 2


@pytest.mark.slow
def test_retried_file_is_sent_completely(client: ApiClient, server: Loopback, clip: Path) -> None:
    client.configuration.retries = 2
    seen: list[int] = []
    server.responses = [reply("busy", 503, {"Retry-After": "0"}), hang_up, reply(b"")]
    client.call(CHANGE, (clip,), {"_on_progress": lambda done, total: seen.append(done)})
    assert [request.body for request in server.requests] == [MEDIA] * 3
    assert seen.count(len(MEDIA)) == 3


def test_non_rewindable_source_is_sent_once(client: ApiClient, server: Loopback) -> None:
    client.configuration.retries = 2
    for body in (chunks(), Pipe(MEDIA)):
        server.requests.clear()
        server.responses = [hang_up]
        with pytest.raises(ApiResponseError):
            client.call(CHANGE, (body,))
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("body", "error", "problem"),
    [
        (Path("/no/such/clip.mov"), ApiValueError, "cannot read '/no/such/clip.mov': no such file or directory"),
        (Path("/"), ApiValueError, "cannot read '/': is a directory"),
        (io.StringIO("text"), ApiTypeError, "body must be a file opened in binary mode"),
        (7, ApiTypeError, "body must be text, bytes, a path, an open binary file or an iterator of bytes, not int"),
        ([b"a"], ApiTypeError, "not list"),
        ({"a": 1}, ApiTypeError, "not dict"),
    ],
    ids=range(6),
)
def test_rejects_values_that_are_no_file(
    client: ApiClient, server: Loopback, body: Any, error: type[Exception], problem: str
) -> None:
    with pytest.raises(error) as caught:
        client.call(CREATE, (body,))
    assert str(caught.value).startswith("create_thing: ")
    assert problem in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert server.requests == []


def test_file_opened_by_the_call_is_closed(client: ApiClient, server: Loopback, clip: Path) -> None:
    server.otherwise = reply(JOB)
    # An unclosed file causes a ResourceWarning, which fails the test.
    for _ in range(3):
        ImportApi(client).import_item_raw(clip)
        gc.collect()
    assert len(server.requests) == 3


# Files that change while they are sent

SIZE = 1_000_000


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    file = tmp_path / "recording.mov"
    file.write_bytes(b"x" * SIZE)
    return file


@pytest.mark.parametrize("kind", ["path", "open file", "with progress"])
def test_file_that_grows_is_sent_with_its_size_at_the_start(
    client: ApiClient, server: Loopback, recording: Path, kind: str
) -> None:
    server.otherwise = reply(JOB)

    class Growing(io.FileIO):
        """A file that grows before each read."""

        def read(self, size: int | None = -1) -> Any:
            grow()
            return super().read(-1 if size is None else size)

    def grow(*_: Any) -> None:
        with recording.open("ab") as end:
            # A server would take it for another request.
            end.write(b"GET /API/evil HTTP/1.1\r\n\r\n" * 10_000)

    with Growing(recording, "rb") as opened:
        body: Any = opened if kind == "open file" else recording
        options: Any = {} if kind == "open file" else {"_on_progress": grow}
        ImportApi(client).import_item_raw(body, **options)
    ImportApi(client).import_item_raw(b"next")
    assert [(request.method, request.body) for request in server.requests] == [("POST", b"x" * SIZE), ("POST", b"next")]


def test_length_of_a_pipe_can_be_given(client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply(JOB)
    pipe: Any = Pipe(MEDIA)
    ImportApi(client).import_item_raw(pipe, _headers={"content-length": "1000"})
    assert (server.only.header("Content-Length"), server.only.header("Transfer-Encoding")) == ("1000", None)
    assert server.only.body == MEDIA[:1000]
    pipe = Pipe(MEDIA)
    with pytest.raises(ApiValueError, match=f"{len(MEDIA)} of {len(MEDIA) + 1} bytes were sent"):
        ImportApi(client).import_item_raw(pipe, _headers={"content-length": str(len(MEDIA) + 1)})


def test_length_of_an_iterator_can_be_given(client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply(JOB)
    ImportApi(client).import_item_raw(chunks(), _headers={"Content-Length": str(len(MEDIA))})
    assert (server.only.header("Content-Length"), server.only.header("Transfer-Encoding")) == (str(len(MEDIA)), None)
    assert server.only.body == MEDIA


@pytest.mark.parametrize(
    ("length", "problem"),
    [(len(MEDIA) - 1, "more bytes than"), (100_000, "more bytes than"), (len(MEDIA) + 1, "less than")],
)
def test_wrong_length_of_an_iterator_sends_no_whole_request(
    client: ApiClient, server: Loopback, length: int, problem: str
) -> None:
    server.otherwise = reply(JOB)
    with pytest.raises(ApiValueError, match=f"^import_item_raw: the body has .*{problem} its Content-Length, {length}"):
        ImportApi(client).import_item_raw(chunks(), _headers={"Content-Length": str(length)})
    ImportApi(client).import_item_raw(b"next")
    bodies = [request.body for request in server.requests]
    assert b"next" in bodies
    assert all(len(body) < length for body in bodies)


def test_file_that_becomes_shorter_is_an_error_at_once(client: ApiClient, server: Loopback, recording: Path) -> None:
    def shorten(done: int, total: int | None) -> None:
        os.truncate(recording, 1000)

    with pytest.raises(ApiValueError, match=rf"^import_item_raw: the file has become shorter: \d+ of {SIZE} bytes"):
        ImportApi(client).import_item_raw(recording, _on_progress=shorten)
    server.otherwise = reply(JOB)
    assert ImportApi(client).import_item_raw(b"next") is not None


def test_file_that_cannot_be_read_is_not_taken_for_a_broken_connection(client: ApiClient, server: Loopback) -> None:
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    for operation in (CREATE, CHANGE):
        with pytest.raises(ApiValueError, match=f"cannot read the body: {os.strerror(errno.EIO).lower()}"):
            client.call(operation, (Broken(),))


CONNECTION_ERRORS = [
    BrokenPipeError(errno.EPIPE, "Broken pipe"),
    socket.timeout("late"),
    http.client.IncompleteRead(b""),
    urllib3.exceptions.NewConnectionError(None, "refused"),  # type: ignore[arg-type]
]
"""Errors of the application that look like those of the connection."""


@pytest.mark.parametrize("error", CONNECTION_ERRORS, ids=lambda error: type(error).__name__)
def test_iterator_that_fails_is_not_taken_for_a_broken_connection(
    error: Exception, client: ApiClient, server: Loopback
) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"first"
        raise error

    # Such as the response of another server, which is passed on.
    with pytest.raises(ApiValueError, match=r"^import_item_raw: cannot read the body: \S") as caught:
        ImportApi(client).import_item_raw(chunks())
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("body", [bytes, io.BytesIO, lambda media: iter([media])], ids=["bytes", "file", "iterator"])
@pytest.mark.parametrize("error", CONNECTION_ERRORS, ids=lambda error: type(error).__name__)
def test_error_of_on_progress_is_raised_unchanged(
    error: Exception, body: Any, client: ApiClient, server: Loopback
) -> None:
    def report(done: int, total: int | None) -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        ImportApi(client).import_item_raw(body(b"media"), _on_progress=report)
    assert caught.value is error


def test_file_that_is_decompressed_while_it_is_read(client: ApiClient, server: Loopback, tmp_path: Path) -> None:
    with gzip.open(tmp_path / "clip.gz", "wb") as packed:
        packed.write(MEDIA)
    with gzip.open(tmp_path / "clip.gz") as opened:
        ImportApi(client).import_item_raw(opened)
    assert server.only.body == MEDIA


def test_position_after_the_end_of_a_file_sends_nothing(client: ApiClient, server: Loopback, recording: Path) -> None:
    with recording.open("rb") as opened:
        opened.seek(SIZE * 2)
        ImportApi(client).import_item_raw(opened)
    assert (server.only.body, server.only.header("Content-Length")) == (b"", "0")


NUMBERS = array.array("i", [1, 2, 3])


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (memoryview(NUMBERS), NUMBERS.tobytes()),
        (memoryview(b"abcdef")[::2], b"ace"),
        ([memoryview(NUMBERS)], NUMBERS.tobytes()),
        ([memoryview(b"abcdef")[::2], b"", bytearray(b"x")], b"acex"),
        (["\xe9", "a"], b"\xc3\xa9a"),
    ],
)
@pytest.mark.parametrize("options", [{}, {"_on_progress": lambda *_: None}])
def test_memory_of_any_layout_is_sent_completely(
    client: ApiClient, server: Loopback, body: Any, sent: bytes, options: Any
) -> None:
    ImportApi(client).import_item_raw(iter(body) if isinstance(body, list) else body, **options)
    assert server.only.body == sent


@pytest.mark.parametrize("chunk", [1, None, [b"a"], object()])
def test_iterator_of_anything_but_bytes(client: ApiClient, server: Loopback, chunk: Any) -> None:
    with pytest.raises(ApiTypeError, match="body must be an iterator of bytes, not of "):
        ImportApi(client).import_item_raw(iter([b"first", chunk]))
