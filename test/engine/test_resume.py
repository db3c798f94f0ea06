"""Downloads whose connection is lost: the missing part is requested, and the file is complete and consistent."""

from __future__ import annotations

import io
import re
import socket
import struct
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from test.support.loopback import Loopback, Recorded, reply
from vidispine import ApiClient, ApiDecodeError, ApiResponseError, ApiTimeoutError, Configuration, FileApi
from vidispine._transport.retry import BUDGET, RetryPolicy

CHUNK = 256 * 1024
MEDIA = bytes(index * 7 % 251 for index in range(3 * CHUNK + 17))
OTHER = bytes(index * 5 % 241 for index in range(2 * CHUNK + 3))


class FileServer:
    """Serves a file or a range of it, and closes the connection at given positions."""

    def __init__(self, *breaks: int, data: bytes = MEDIA, headers: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.breaks = list(breaks)
        """For each response, the number of bytes before the connection is closed. Further responses are complete."""
        self.headers = {"ETag": '"one"', **(headers or {})}
        self.ranges = True

    def __call__(self, connection: socket.socket, request: Recorded) -> bool:
        head, body = self._respond(request)
        end = self.breaks.pop(0) if self.breaks else len(body)
        connection.sendall(head + body[:end])
        return end >= len(body)

    def _respond(self, request: Recorded) -> tuple[bytes, bytes]:
        wanted = re.fullmatch(r"bytes=(\d+)-", request.header("Range") or "")
        same = request.header("If-Range") in (self.headers.get("ETag"), self.headers.get("Last-Modified"))
        if not (wanted and self.ranges and same):
            return self._head("200 OK", self.data), self.data
        first = int(wanted[1])
        rest = self.data[first:]
        return self._head("206 Partial Content", rest, self._content_range(first)), rest

    def _content_range(self, first: int) -> str:
        return f"bytes {first}-{len(self.data) - 1}/{len(self.data)}"

    def _head(self, status: str, body: bytes, content_range: str | None = None) -> bytes:
        headers = {**self.headers, "Content-Length": str(len(body))}
        if content_range:
            headers["Content-Range"] = content_range
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items() if value)]
        return "\r\n".join([*lines, "", ""]).encode()


@pytest.fixture
def configuration(server: Loopback, tmp_path: Path) -> Configuration:
    retries = RetryPolicy(2, backoff_factor=0.01)
    configuration = Configuration(host=server.url, username="admin", password="x", timeout=20, retries=retries)
    configuration.temp_folder_path = str(tmp_path)
    return configuration


def ranges(server: Loopback) -> list[str | None]:
    return [request.header("Range") for request in server.requests]


def fetch(client: ApiClient, **options: Any) -> bytes:
    return Path(FileApi(client).get_file_data("VX-40", **options)).read_bytes()


def test_requests_the_rest_with_a_range(client: ApiClient, server: Loopback, tmp_path: Path) -> None:
    server.otherwise = FileServer(CHUNK, CHUNK)
    seen: list[tuple[int, int | None]] = []
    assert fetch(client, _on_progress=lambda done, total: seen.append((done, total))) == MEDIA
    assert ranges(server) == [None, f"bytes={CHUNK}-", f"bytes={2 * CHUNK}-"]
    assert [request.header("If-Range") for request in server.requests] == [None, '"one"', '"one"']
    assert all(request.header("Authorization") for request in server.requests)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert {total for _, total in seen} == {len(MEDIA)}


def test_resumes_at_the_last_byte_that_was_received(client: ApiClient, server: Loopback) -> None:
    server.otherwise = FileServer(CHUNK + 1000, 99)
    assert fetch(client) == MEDIA
    assert ranges(server) == [None, f"bytes={CHUNK + 1000}-", f"bytes={CHUNK + 1099}-"]


def test_connections_that_are_reset_early_end_with_the_whole_file(client: ApiClient, server: Loopback) -> None:
    files = FileServer(*[2 * CHUNK] * 12, data=bytes(20 * CHUNK))

    def reset(connection: socket.socket, request: Recorded) -> bool:
        kept = files(connection, request)
        if not kept:
            # Closing the connection resets it, after the client has received what was sent.
            time.sleep(0.05)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return kept

    server.otherwise = reset
    assert fetch(client) == files.data


def test_progress_is_reported_for_small_chunks(client: ApiClient, server: Loopback) -> None:
    server.otherwise = FileServer(data=bytes(8 * CHUNK))
    seen: list[int] = []
    fetch(client, _on_progress=lambda done, _: seen.append(done))
    assert seen == [CHUNK * number for number in range(1, 9)]


def test_download_with_progress_may_resume_more_often_than_the_retries(client: ApiClient, server: Loopback) -> None:
    data = bytes(CHUNK) * (BUDGET + 10)
    server.otherwise = FileServer(*[CHUNK] * (BUDGET + 5), data=data)
    assert fetch(client) == data
    assert len(server.requests) == BUDGET + 6
    # Resuming does not use the retry budget, which protects servers that are down.
    assert client.rest_client.budget._left == BUDGET


def test_download_without_progress_ends(client: ApiClient, server: Loopback, tmp_path: Path) -> None:
    server.otherwise = FileServer(CHUNK, *[0] * 9)
    with pytest.raises(ApiResponseError, match=r"^get_file_data: the connection to .* broke"):
        FileApi(client).get_file_data("VX-40")
    # Two retries since bytes were last received, as configured.
    assert ranges(server) == [None, *[f"bytes={CHUNK}-"] * 2]
    assert list(tmp_path.iterdir()) == []


def test_download_is_not_resumed_without_retries(server: Loopback, configuration: Configuration) -> None:
    configuration.retries = 0
    server.otherwise = FileServer(CHUNK)
    with ApiClient(configuration) as client, pytest.raises(ApiResponseError):
        FileApi(client).get_file_data("VX-40")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"ETag": ""},
        {"ETag": 'W/"weak"'},
        {"Accept-Ranges": "none"},
        {"ETag": "", "Last-Modified": "Tue, 10 Nov 2026 10:00:00 GMT"},
        {
            "ETag": "",
            "Last-Modified": "Tue, 10 Nov 2026 10:00:00 GMT",
            "Date": "Tue, 10 Nov 2026 10:00:00 GMT",
        },
        {"ETag": "", "Last-Modified": "yesterday", "Date": "today"},
    ],
    ids=["none", "weak", "no-ranges", "no-date", "just-modified", "no-dates-at-all"],
)
def test_restarts_without_a_validator(client: ApiClient, server: Loopback, headers: dict[str, str]) -> None:
    server.otherwise = FileServer(CHUNK, headers=headers)
    assert fetch(client) == MEDIA
    assert ranges(server) == [None, None]


def test_last_modified_is_a_validator(client: ApiClient, server: Loopback) -> None:
    modified = "Tue, 10 Nov 2026 10:00:00 GMT"
    headers = {"ETag": "", "Last-Modified": modified, "Date": "Tue, 10 Nov 2026 10:00:01 GMT"}
    server.otherwise = FileServer(CHUNK, headers=headers)
    assert fetch(client) == MEDIA
    assert server.last.header("If-Range") == modified


def test_restarts_when_the_file_changed(client: ApiClient, server: Loopback) -> None:
    files = FileServer(CHUNK)

    def changing(connection: socket.socket, request: Recorded) -> bool:
        kept = files(connection, request)
        files.data, files.headers = OTHER, {"ETag": '"two"'}
        return kept

    server.otherwise = changing
    seen: list[tuple[int, int | None]] = []
    assert fetch(client, _on_progress=lambda done, total: seen.append((done, total))) == OTHER
    assert seen[0] == (CHUNK, len(MEDIA))
    assert seen[-1] == (len(OTHER), len(OTHER))


def test_restarts_when_ranges_are_unsupported(client: ApiClient, server: Loopback) -> None:
    files = FileServer(CHUNK)
    files.ranges = False
    server.otherwise = files
    assert fetch(client) == MEDIA
    assert ranges(server) == [None, f"bytes={CHUNK}-"]


def test_restarts_without_ranges_are_limited(client: ApiClient, server: Loopback) -> None:
    server.otherwise = FileServer(*[CHUNK] * 50, headers={"ETag": ""})
    with pytest.raises(ApiResponseError):
        FileApi(client).get_file_data("VX-40")
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "content_range",
    ["", "bytes 0-16/17", f"bytes {CHUNK}-{CHUNK + 5}/{len(MEDIA)}", f"bytes {CHUNK}-9/10", "bytes */5", "lines 1-2/3"],
)
def test_rejects_another_range_than_requested(client: ApiClient, server: Loopback, content_range: str) -> None:
    files = FileServer(CHUNK)
    files._content_range = lambda first: content_range  # type: ignore[method-assign]
    server.otherwise = files
    assert fetch(client) == MEDIA
    assert ranges(server) == [None, f"bytes={CHUNK}-", None]


def test_reports_a_refused_range(client: ApiClient, server: Loopback) -> None:
    server.responses = [FileServer(CHUNK), reply(b"", 416, media_type=None), FileServer()]
    assert fetch(client) == MEDIA
    assert ranges(server) == [None, f"bytes={CHUNK}-", None]


def test_failure_while_resuming_is_raised(client: ApiClient, server: Loopback, tmp_path: Path) -> None:
    server.responses = [
        FileServer(CHUNK),
        reply({"notFound": {"type": "File", "id": "VX-40"}}, 404, reason="Not Found"),
    ]
    with pytest.raises(Exception, match=r"^get_file_data: 404 Not Found: no File with id VX-40$"):
        FileApi(client).get_file_data("VX-40")
    assert list(tmp_path.iterdir()) == []


# Streams of the caller


class OneWay(io.RawIOBase):
    """A stream that is not seekable, such as a pipe."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.data += data
        return len(data)


def test_content_written_by_the_caller_is_kept(client: ApiClient, server: Loopback) -> None:
    server.otherwise = FileServer(CHUNK, headers={"ETag": ""})
    stream = io.BytesIO()
    stream.write(b"before ")
    FileApi(client).get_file_data("VX-40", _save_to=stream)
    assert stream.getvalue() == b"before " + MEDIA


def test_pipe_receives_the_rest(client: ApiClient, server: Loopback) -> None:
    server.otherwise = FileServer(CHUNK, CHUNK)
    pipe = OneWay()
    FileApi(client).get_file_data("VX-40", _save_to=pipe)  # type: ignore[arg-type]
    assert pipe.data == MEDIA


@pytest.mark.parametrize("tag", ["", '"one"'])
def test_pipe_receives_nothing_twice(client: ApiClient, server: Loopback, tag: str) -> None:
    files = FileServer(CHUNK, headers={"ETag": tag})
    files.ranges = False
    server.otherwise = files
    pipe = OneWay()
    with pytest.raises(ApiResponseError, match="broke"):
        FileApi(client).get_file_data("VX-40", _save_to=pipe)  # type: ignore[arg-type]
    assert pipe.data == MEDIA[:CHUNK]


# Ranges, encodings, deadlines


def test_range_requested_by_the_caller_is_not_resumed(client: ApiClient, server: Loopback) -> None:
    head = b'HTTP/1.1 206 Partial Content\r\nETag: "one"\r\nContent-Range: bytes 1-3/9\r\nContent-Length: 3\r\n\r\n'

    def part(connection: socket.socket, request: Recorded) -> bool:
        connection.sendall(head + b"abc")
        return True

    server.otherwise = part
    assert fetch(client, _headers={"range": "bytes=1-3"}) == b"abc"
    with pytest.raises(ApiDecodeError, match="a part of the file"):
        FileApi(client).get_file_data("VX-40")


def test_encoded_file_is_restarted(client: ApiClient, server: Loopback) -> None:
    import gzip
    import random

    noise = random.Random(5).randbytes(3 * CHUNK)
    server.otherwise = FileServer(2 * CHUNK, data=gzip.compress(noise), headers={"Content-Encoding": "gzip"})
    assert fetch(client) == noise
    assert ranges(server) == [None, None]


def test_deadline_covers_all_attempts(client: ApiClient, server: Loopback, tmp_path: Path) -> None:
    client.configuration.retries = RetryPolicy(2, backoff_factor=60)
    server.otherwise = FileServer(CHUNK, 0, 0)
    with pytest.raises(ApiTimeoutError, match="deadline"):
        FileApi(client).get_file_data("VX-40", _deadline=5)
    assert list(tmp_path.iterdir()) == []
