"""Downloads: two versions of a file are never mixed, lengths are verified, and modes and paths are those of open()."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from test.support.loopback import PASSWORD, Loopback, Recorded, raw, reply
from vidispine import ApiClient, ApiException, ApiResponseError, ApiTypeError, ApiValueError, Configuration, FileApi
from vidispine._transport.retry import RetryPolicy

SIZE = 600_000
SENT = 400_000
"""Bytes of the first response, after which its connection is closed."""
OLD, NEW = b"A" * SIZE, b"B" * SIZE
MODIFIED = "Last-Modified: Tue, 10 Nov 2026 10:00:00 GMT\r\nDate: Tue, 10 Nov 2026 11:00:00 GMT\r\n"
TAG = 'ETag: "1"\r\n'

posix_only = pytest.mark.skipif(os.name == "nt", reason="POSIX modes")


@pytest.fixture
def client(server: Loopback, tmp_path: Path) -> Iterator[ApiClient]:
    retries = RetryPolicy(3, backoff_factor=0)
    configuration = Configuration(server.url, username="admin", password=PASSWORD, timeout=20, retries=retries)
    configuration.temp_folder_path = str(tmp_path)
    with ApiClient(configuration) as api_client:
        yield api_client


class Changing:
    """Closes the connection of the first response; responds to ``Range`` with a part, and then with the new file.

    :param first: headers of the first response
    :param part: the response to a request for the part from an offset on
    """

    def __init__(self, first: str, part: Callable[[int], bytes]) -> None:
        self._first = first
        self._part = part

    def __call__(self, connection: Any, request: Recorded) -> bool:
        wanted = request.header("Range")
        if wanted is not None:
            connection.sendall(self._part(int(wanted[6:-1])))
        elif self._first:
            connection.sendall(f"HTTP/1.1 200 OK\r\n{self._first}Content-Length: {SIZE}\r\n\r\n".encode() + OLD[:SENT])
            self._first = ""
        else:
            connection.sendall(f'HTTP/1.1 200 OK\r\nETag: "2"\r\nContent-Length: {SIZE}\r\n\r\n'.encode() + NEW)
        return False


def part(
    headers: str = TAG, *, extra: int = 0, content_range: str = "", chunked: bool = False
) -> Callable[[int], bytes]:
    """Return a response 206 of the new file.

    :param extra: bytes after its end, or that are missing there
    """

    def make(at: int) -> bytes:
        body = (NEW + b"B" * max(extra, 0))[at : SIZE + extra]
        shown = content_range or f"bytes {at}-{SIZE - 1}/{SIZE}"
        length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}"
        data = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if chunked else body
        return f"HTTP/1.1 206 Part\r\n{headers}Content-Range: {shown}\r\n{length}\r\n\r\n".encode("latin-1") + data

    return make


@pytest.mark.parametrize(
    ("first", "response"),
    [
        pytest.param(TAG, part('ETag: "2"\r\n'), id="another ETag"),
        pytest.param(TAG, part(""), id="no ETag"),
        pytest.param(TAG, part(MODIFIED), id="a date instead of the ETag"),
        pytest.param(TAG, part('ETag: W/"1"\r\n'), id="a weak ETag"),
        pytest.param(TAG + MODIFIED, part('ETag: "2"\r\n' + MODIFIED), id="another ETag, the same date"),
        pytest.param(MODIFIED, part("Last-Modified: Tue, 10 Nov 2026 10:00:01 GMT\r\n"), id="another date"),
        pytest.param(MODIFIED, part(""), id="no date"),
        pytest.param(MODIFIED, part(MODIFIED + 'ETag: "2"\r\n'), id="an ETag that was not there"),
        pytest.param(TAG, part(TAG + TAG), id="two ETags"),
        pytest.param(TAG, part(extra=5), id="a part that is longer than its range"),
        pytest.param(TAG, part(extra=-5), id="a part that is shorter than its range"),
        pytest.param(TAG, part(extra=5, chunked=True), id="a longer part in chunks"),
        pytest.param(TAG, part(extra=-5, chunked=True), id="a shorter part in chunks"),
        pytest.param(TAG, part(content_range=f"bytes 0-{SIZE - 1}/{SIZE}"), id="a part from the beginning"),
        pytest.param(TAG, part(content_range=f"bytes 1-{'9' * 5000}/{'9' * 5000}"), id="5000 digits"),
        pytest.param(TAG, part(content_range="bytes */600000"), id="no range at all"),
        pytest.param(TAG, part(content_range=f"bytes {SENT}-{SIZE - 1}/*"), id="an unknown total"),
        pytest.param(TAG, part(content_range=f"bytes {SENT}-{SIZE}/{SIZE + 1}"), id="another total"),
        pytest.param(TAG, part(TAG + "Content-Encoding: gzip\r\n"), id="an encoding"),
        pytest.param('ETag: "a\x01b"\r\n', part('ETag: "a\x01b"\r\n'), id="an ETag with a control character"),
        pytest.param('ETag: "a\rb"\r\n', part('ETag: "a\rb"\r\n'), id="an ETag with a carriage return"),
        pytest.param(f'ETag: "{"x" * 5000}"\r\n', part(f'ETag: "{"x" * 5000}"\r\n'), id="a huge ETag"),
        pytest.param("Last-Modified: x\x02\r\nDate: y\r\n", part("Last-Modified: x\x02\r\n"), id="no date but text"),
        pytest.param('ETag: W/"1"\r\n', part('ETag: W/"1"\r\n'), id="weak both times"),
    ],
)
def test_never_mixes_two_versions(client: ApiClient, server: Loopback, first: str, response: Any) -> None:
    server.otherwise = Changing(first, response)
    assert Path(FileApi(client).get_file_data("VX-1")).read_bytes() == NEW


@pytest.mark.parametrize("headers", [TAG, MODIFIED, TAG + MODIFIED])
def test_appends_the_rest_of_the_same_version(client: ApiClient, server: Loopback, headers: str) -> None:
    server.otherwise = Changing(headers, part(headers))
    content = Path(FileApi(client).get_file_data("VX-1")).read_bytes()
    at = int((server.last.header("Range") or "")[6:-1])
    assert content == OLD[:at] + NEW[at:]


@pytest.mark.parametrize("response", [part('ETag: "2"\r\n'), part(extra=5, chunked=True), part(extra=-5, chunked=True)])
def test_stream_that_cannot_be_rewound_gets_an_error(client: ApiClient, server: Loopback, response: Any) -> None:
    class OneWay(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            return len(data)

    server.otherwise = Changing(TAG, response)
    with pytest.raises(ApiResponseError):
        FileApi(client).get_file_data("VX-1", _save_to=OneWay())  # type: ignore[arg-type]


def test_file_that_changes_all_the_time_ends_with_an_error(client: ApiClient, server: Loopback, tmp_path: Path) -> None:
    def change(connection: Any, request: Recorded) -> bool:
        head = f'HTTP/1.1 200 OK\r\nETag: "{len(server.requests)}"\r\nContent-Length: {SIZE}\r\n\r\n'
        connection.sendall(head.encode() + OLD[:SENT])
        return False

    server.otherwise = change
    with pytest.raises(ApiResponseError):
        FileApi(client).get_file_data("VX-1")
    assert len(server.requests) == 4
    assert list(tmp_path.iterdir()) == []


def test_partial_writes_are_completed(client: ApiClient, server: Loopback) -> None:
    class Slow(io.BytesIO):
        def write(self, data: Any) -> int:
            return super().write(bytes(data)[:1000])

    server.otherwise = reply(NEW[:300_000])
    stream = Slow()
    FileApi(client).get_file_data("VX-1", _save_to=stream)
    assert stream.getvalue() == NEW[:300_000]


# Paths


@pytest.mark.parametrize("name", ["x\0y", "\ud800", "x" * 300, "new/", "file/below", "loop", "x\0/y"])
def test_path_that_no_file_system_accepts_sends_nothing(
    client: ApiClient, server: Loopback, tmp_path: Path, name: str
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    targets: list[str | Path] = [f"{tmp_path}/{name}"]
    if name != "new/":
        targets.append(Path(f"{tmp_path}/{name}"))
    for given in targets:
        with pytest.raises(ApiValueError, match=r"^get_file_data: _save_to: .+$") as caught:
            FileApi(client).get_file_data("VX-1", _save_to=given)
        assert str(caught.value).isprintable()
    client.configuration.temp_folder_path = f"{tmp_path}/{name}"
    with pytest.raises(ApiValueError, match=r"^get_file_data: temp_folder_path: .+$"):
        FileApi(client).get_file_data("VX-1")
    assert server.requests == []


def test_stream_that_cannot_be_written_sends_nothing(client: ApiClient, server: Loopback, tmp_path: Path) -> None:
    closed = io.BytesIO()
    closed.close()
    path = tmp_path / "x"
    path.touch()
    with path.open("rb") as reading:
        for stream, error in ((io.StringIO(), ApiTypeError), (closed, ApiValueError), (reading, ApiValueError)):
            with pytest.raises(error, match="get_file_data: _save_to"):
                FileApi(client).get_file_data("VX-1", _save_to=stream)  # type: ignore[arg-type]
    assert server.requests == []


@posix_only
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_folder_without_permission_sends_nothing(client: ApiClient, server: Loopback, tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(0o500)
    with pytest.raises(ApiValueError, match="_save_to"):
        FileApi(client).get_file_data("VX-1", _save_to=folder / "clip")
    assert server.requests == []


# Modes


@posix_only
@pytest.mark.parametrize("mask", [0o022, 0o002, 0o077])
def test_new_file_has_the_mode_of_the_umask(client: ApiClient, server: Loopback, tmp_path: Path, mask: int) -> None:
    server.otherwise = reply(b"media", headers={"Content-Disposition": 'attachment; filename="named.mov"'})
    before = os.umask(mask)
    try:
        paths = [FileApi(client).get_file_data("VX-1", _save_to=target) for target in (tmp_path / "clip", tmp_path)]
    finally:
        os.umask(before)
    assert [stat.S_IMODE(Path(path).stat().st_mode) for path in paths] == [0o666 & ~mask] * 2


@posix_only
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444, 0o755])
def test_replaced_file_keeps_its_mode(client: ApiClient, server: Loopback, tmp_path: Path, mode: int) -> None:
    server.otherwise = reply(b"media")
    path = tmp_path / "clip"
    path.touch()
    path.chmod(mode)
    FileApi(client).get_file_data("VX-1", _save_to=path)
    assert path.read_bytes() == b"media"
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_failure_leaves_the_old_file_and_nothing_else(client: ApiClient, server: Loopback, tmp_path: Path) -> None:
    path = tmp_path / "clip"
    path.write_bytes(b"old")
    server.otherwise = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
    with pytest.raises(ApiException):
        FileApi(client).get_file_data("VX-1", _save_to=path)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"old"]


def status(code: int) -> Callable[[int], bytes]:
    """Return an empty response with a status."""
    return lambda _: f"HTTP/1.1 {code} X\r\nContent-Length: 0\r\n\r\n".encode()


@pytest.mark.parametrize("code", [400, 412, 416])
def test_server_that_rejects_a_range_sends_the_whole_file(client: ApiClient, server: Loopback, code: int) -> None:
    server.otherwise = Changing(TAG, status(code))
    assert Path(FileApi(client).get_file_data("VX-1")).read_bytes() == NEW


@pytest.mark.parametrize("code", [204, 205, 202])
@pytest.mark.parametrize("headers", [TAG, ""])
def test_response_without_the_file_does_not_replace_it(
    client: ApiClient, server: Loopback, code: int, headers: str, tmp_path: Path
) -> None:
    server.responses = [raw(f"HTTP/1.1 200 OK\r\n{headers}Content-Length: {SIZE}\r\n\r\n".encode() + OLD[:SENT])]
    server.otherwise = reply(b"", code)
    with pytest.raises(ApiResponseError):
        FileApi(client).get_file_data("VX-1")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("headers", [TAG, MODIFIED])
def test_length_is_known_from_the_first_response(client: ApiClient, server: Loopback, headers: str) -> None:
    start = f"HTTP/1.1 200 OK\r\n{headers}".encode()
    server.responses = [
        raw(start + f"Content-Length: {SIZE}\r\n\r\n".encode() + OLD[:SENT]),
        raw(start + b"\r\n" + OLD[: SIZE - 1]),  # truncated, but its end is that of the connection
        raw(start + b"\r\n" + OLD),
    ]
    assert Path(FileApi(client).get_file_data("VX-1")).read_bytes() == OLD


@pytest.mark.parametrize("length", [3, 5, 600_000])
def test_transfer_encoding_takes_precedence_over_the_length(client: ApiClient, server: Loopback, length: int) -> None:
    head = f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: {length}\r\n\r\n"
    server.responses = [raw(head.encode() + b"4\r\nfine\r\n0\r\n\r\n")]
    assert Path(FileApi(client).get_file_data("VX-1")).read_bytes() == b"fine"
    assert len(server.requests) == 1


@posix_only
@pytest.mark.parametrize("old", [b"old", None])
def test_symbolic_link_is_followed(client: ApiClient, server: Loopback, tmp_path: Path, old: bytes | None) -> None:
    target, links = tmp_path / "elsewhere" / "clip", tmp_path / "links"
    target.parent.mkdir()
    links.mkdir()
    if old is not None:
        target.write_bytes(old)
        target.chmod(0o640)
    link = links / "link"
    link.symlink_to(links / "second")
    (links / "second").symlink_to(target)
    server.otherwise = reply(b"media")
    assert FileApi(client).get_file_data("VX-1", _save_to=link) == str(link)
    assert target.read_bytes() == b"media"
    assert old is None or stat.S_IMODE(target.stat().st_mode) == 0o640
    assert sorted(file.name for file in links.iterdir()) == ["link", "second"]
    assert link.is_symlink()


@posix_only
def test_symbolic_link_to_a_missing_folder_sends_nothing(client: ApiClient, server: Loopback, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "missing" / "clip")
    with pytest.raises(ApiValueError, match="missing' does not exist"):
        FileApi(client).get_file_data("VX-1", _save_to=link)
    assert server.requests == []


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="käse.mov"'.encode(), "käse.mov"),
        ("attachment; filename=日本語.mov".encode(), "日本語.mov"),
        ('attachment; filename="käse.mov"'.encode("latin-1"), "käse.mov"),
        (b"attachment; filename=\"a.mov\"; filename*=UTF-8''k%C3%A4se.mov", "käse.mov"),
        (b"attachment; " + b";" * 20_000 + b' filename="a.mov"', "download"),
        (b'attachment; filename="' + b";" * 20_000 + b'.mov"', "_" + ";" * 119),
    ],
)
def test_name_in_other_notations(client: ApiClient, server: Loopback, tmp_path: Path, header: bytes, name: str) -> None:
    server.otherwise = raw(b"HTTP/1.1 200 OK\r\nContent-Disposition: " + header + b"\r\nContent-Length: 0\r\n\r\n")
    assert Path(FileApi(client).get_file_data("VX-1")).name == name
