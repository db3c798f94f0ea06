"""Downloads: targets, file names, and cleanup after failures."""

from __future__ import annotations

import errno
import io
import os
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest

import vidispine
from test.support.loopback import Loopback, Responder, raw, reply, stall
from test.support.sample_operations import READ
from vidispine import (
    ApiClient,
    ApiResponse,
    ApiResponseError,
    ApiTimeoutError,
    ApiTypeError,
    ApiValueError,
    FileApi,
    NotFoundException,
)

MEDIA = bytes(range(256)) * 4000


@pytest.fixture
def folder(tmp_path: Path, client: ApiClient) -> Path:
    """The default folder for downloads."""
    client.configuration.temp_folder_path = str(tmp_path)
    return tmp_path


def media(name: str | None = None, **headers: str) -> Responder:
    if name is not None:
        headers["Content-Disposition"] = name
    return reply(MEDIA, headers=headers, media_type="application/octet-stream")


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


# Targets


def test_saves_under_the_servers_name_in_the_configured_folder(
    client: ApiClient, server: Loopback, folder: Path
) -> None:
    server.responses = [media('attachment; filename="clip.mov"')]
    path = FileApi(client).get_file_data("VX-40")
    assert path == str(folder / "clip.mov")
    assert Path(path).read_bytes() == MEDIA
    assert names(folder) == ["clip.mov"]
    assert server.only.header("Accept") == "application/octet-stream"


def test_saves_in_the_temporary_folder_by_default(client: ApiClient, server: Loopback) -> None:
    server.responses = [media('attachment; filename="of-the-vidispine-tests.bin"')]
    path = Path(FileApi(client).get_file_data("VX-40"))
    try:
        assert path.parent == Path(tempfile.gettempdir())
    finally:
        path.unlink()


def test_does_not_overwrite_an_existing_file(client: ApiClient, server: Loopback, folder: Path) -> None:
    (folder / "clip.mov").write_text("precious")
    server.otherwise = media('attachment; filename="clip.mov"')
    paths = [FileApi(client).get_file_data("VX-40") for _ in range(2)]
    assert paths == [str(folder / "clip-1.mov"), str(folder / "clip-2.mov")]
    assert (folder / "clip.mov").read_text() == "precious"


def test_saves_into_a_folder(client: ApiClient, server: Loopback, tmp_path: Path) -> None:
    server.otherwise = media('attachment; filename="clip.mov"')
    assert FileApi(client).get_file_data("VX-40", _save_to=tmp_path) == str(tmp_path / "clip.mov")
    assert FileApi(client).get_file_data("VX-40", _save_to=str(tmp_path)) == str(tmp_path / "clip-1.mov")


def test_overwrites_a_given_path(client: ApiClient, server: Loopback, tmp_path: Path) -> None:
    (tmp_path / "mine.mov").write_text("old")
    server.otherwise = media('attachment; filename="clip.mov"')
    assert FileApi(client).get_file_data("VX-40", _save_to=tmp_path / "mine.mov") == str(tmp_path / "mine.mov")
    assert (tmp_path / "mine.mov").read_bytes() == MEDIA
    assert names(tmp_path) == ["mine.mov"]


@pytest.mark.skipif(sys.platform == "win32", reason="pipes with names are Unix's")
def test_writes_to_a_device_or_pipe(client: ApiClient, server: Loopback, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    server.otherwise = media('attachment; filename="clip.mov"')
    came: list[bytes] = []
    reader = threading.Thread(target=lambda: came.append(pipe.read_bytes()), daemon=True)
    reader.start()
    assert FileApi(client).get_file_data("VX-40", _save_to=pipe) == str(pipe)
    reader.join(10)
    assert came == [MEDIA]
    assert pipe.is_fifo()
    assert names(tmp_path) == ["pipe"]


def test_writes_into_an_open_file(client: ApiClient, server: Loopback, tmp_path: Path) -> None:
    server.otherwise = media('attachment; filename="clip.mov"')
    buffer = io.BytesIO()
    assert FileApi(client).get_file_data("VX-40", _save_to=buffer) == "clip.mov"
    assert buffer.getvalue() == MEDIA
    with (tmp_path / "open.mov").open("wb") as stream:
        assert FileApi(client).get_file_data("VX-40", _save_to=stream) == str(tmp_path / "open.mov")
    assert (tmp_path / "open.mov").read_bytes() == MEDIA


@pytest.mark.parametrize(
    ("save_to", "error"),
    [("/no/such/folder/clip.mov", ApiValueError), (7, ApiTypeError), (b"clip.mov", ApiTypeError), ([], ApiTypeError)],
)
def test_rejects_an_invalid_target(client: ApiClient, server: Loopback, save_to: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"^get_file_data: _save_to") as caught:
        FileApi(client).get_file_data("VX-40", _save_to=save_to)
    assert len(str(caught.value).splitlines()) == 1
    assert server.requests == []


def test_error_names_a_missing_configured_folder(client: ApiClient, server: Loopback) -> None:
    client.configuration.temp_folder_path = "/no/such/folder"
    with pytest.raises(ApiValueError, match=r"temp_folder_path: the folder '/no/such/folder' does not exist$"):
        FileApi(client).get_file_data("VX-40")
    assert server.requests == []


# Names


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="clip.mov"', "clip.mov"),
        ("attachment; filename=clip.mov", "clip.mov"),
        ("attachment; filename*=UTF-8''%C3%A5%20b.mov; filename=\"plain.mov\"", "å b.mov"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="..\\\\..\\\\boot.ini"', "boot.ini"),
        ('attachment; filename="/etc/passwd"', "passwd"),
        ('attachment; filename="C:\\\\x:y.txt"', "x_y.txt"),
        ("attachment; filename*=UTF-8''..%2F..%2Fevil", "evil"),
        ('attachment; filename=".."', "download.bin"),
        ('attachment; filename="..hidden.."', "hidden"),
        ('attachment; filename=""', "download.bin"),
        ('attachment; filename="a/"', "download.bin"),
        ("attachment", "download.bin"),
        ("", "download.bin"),
        ('attachment; filename="con.txt"', "download.bin"),
        ('attachment; filename="a\tb"', "a_b"),
        ("attachment; filename*=no-such-charset''x.mov", "x.mov"),
        ("attachment; filename*=UTF-8''%ff%fe", "��"),
        (f'attachment; filename="{"x" * 300}.mov"', "x" * 116 + ".mov"),
    ],
)
def test_file_names_are_safe(client: ApiClient, server: Loopback, folder: Path, header: str, name: str) -> None:
    server.responses = [media(header)]
    path = Path(FileApi(client).get_file_data("VX-40"))
    assert path == folder / name
    assert path.read_bytes() == MEDIA


def test_image_without_a_name_gets_the_extension_of_its_type(client: ApiClient, server: Loopback, folder: Path) -> None:
    server.responses = [reply(b"\x89PNG", media_type="image/png")]
    assert vidispine.UserApi(client).get_user_graph() == str(folder / "download.png")


# Failures


PART = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 1000\r\n\r\n" + b"x" * 400


@pytest.mark.parametrize(
    ("response", "error"),
    [(raw(PART), ApiResponseError), (stall(PART), ApiTimeoutError)],
    ids=["cut short", "stalled"],
)
def test_broken_download_leaves_no_file(
    client: ApiClient, server: Loopback, folder: Path, response: Responder, error: type[Exception]
) -> None:
    (folder / "mine.bin").write_text("old")
    server.responses = [response, response]
    for save_to in (folder, folder / "mine.bin"):
        with pytest.raises(error, match=r"^get_file_data: ") as caught:
            FileApi(client).get_file_data("VX-40", _save_to=save_to, _request_timeout=0.3)
        assert len(str(caught.value).splitlines()) == 1
    assert names(folder) == ["mine.bin"]
    assert (folder / "mine.bin").read_text() == "old"
    server.responses = [media()]
    FileApi(client).get_file_data("VX-40")


def test_error_response_is_not_saved(client: ApiClient, server: Loopback, folder: Path) -> None:
    server.responses = [reply({"notFound": {"type": "File", "id": "VX-40"}}, 404, reason="Not Found")]
    with pytest.raises(NotFoundException, match=r"^get_file_data: 404 Not Found: no File with id VX-40$"):
        FileApi(client).get_file_data("VX-40")
    assert names(folder) == []


def test_full_disk_leaves_no_file(client: ApiClient, server: Loopback, folder: Path) -> None:
    class Full(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            raise OSError(28, "No space left on device")

    server.responses = [media(), media()]
    with pytest.raises(OSError, match="No space left"):
        FileApi(client).get_file_data("VX-40", _save_to=Full())  # type: ignore[arg-type]
    assert FileApi(client).get_file_data("VX-40") == str(folder / "download.bin")


def test_exception_of_the_callback_stops_the_download(client: ApiClient, server: Loopback, folder: Path) -> None:
    def enough(done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    server.responses = [media(), media()]
    with pytest.raises(KeyboardInterrupt):
        FileApi(client).get_file_data("VX-40", _on_progress=enough)
    assert names(folder) == []
    assert FileApi(client).get_file_data("VX-40")


# Progress


def test_reports_progress(client: ApiClient, server: Loopback, folder: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    server.responses = [media()]
    FileApi(client).get_file_data("VX-40", _on_progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert seen[-1] == (len(MEDIA), len(MEDIA))
    assert len(seen) > 2


def test_reports_progress_without_a_total(client: ApiClient, server: Loopback, folder: Path) -> None:
    seen: list[int | None] = []
    server.responses = [raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")]
    path = FileApi(client).get_file_data("VX-40", _on_progress=lambda done, total: seen.append(total))
    assert Path(path).read_bytes() == b"abc"
    assert set(seen) == {None}


def test_decodes_an_encoded_file(client: ApiClient, server: Loopback, folder: Path) -> None:
    import gzip

    totals: list[int | None] = []
    server.responses = [reply(gzip.compress(MEDIA), headers={"Content-Encoding": "gzip"}, media_type="image/png")]
    path = FileApi(client).get_file_data("VX-40", _on_progress=lambda done, total: totals.append(total))
    assert Path(path).read_bytes() == MEDIA
    assert set(totals) == {None}


def test_saves_an_empty_file(client: ApiClient, server: Loopback, folder: Path) -> None:
    server.responses = [reply(b"", media_type="application/octet-stream")]
    assert Path(FileApi(client).get_file_data("VX-40")).read_bytes() == b""


def test_connection_is_reused_after_a_download(client: ApiClient, server: Loopback, folder: Path) -> None:
    server.otherwise = media()
    for _ in range(3):
        FileApi(client).get_file_data("VX-40")
    assert server.connections == 1


def test_returns_status_and_headers_of_a_download(client: ApiClient, server: Loopback, folder: Path) -> None:
    server.otherwise = media(**{"X-Trace": "7"})
    response = FileApi(client).get_file_data_with_http_info("VX-40")
    assert isinstance(response, ApiResponse)
    assert Path(response.data).read_bytes() == MEDIA
    assert (response.status, response.headers["x-trace"]) == (200, "7")


def test_response_can_be_read_by_the_caller(client: ApiClient, server: Loopback, folder: Path) -> None:
    server.otherwise = media()
    response: Any = FileApi(client).get_file_data("VX-40", _preload_content=False)
    assert b"".join(response.stream(4096)) == MEDIA
    response.release_conn()
    pending: Any = FileApi(client).get_file_data("VX-40", async_req=True)
    assert Path(pending.get(20)).read_bytes() == MEDIA


def test_download_options_are_ignored_by_other_operations(client: ApiClient, server: Loopback, tmp_path: Path) -> None:
    server.otherwise = reply("fine", media_type="text/plain")
    assert client.call(READ, ("VX-1", None), {"_save_to": tmp_path / "x"}) == "fine"
    assert names(tmp_path) == []


@pytest.mark.parametrize("existing", [0, 2])
def test_file_system_without_links(
    client: ApiClient, server: Loopback, tmp_path: Path, existing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(*_: Any) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", link)
    server.otherwise = reply(b"content", headers={"Content-Disposition": "attachment; filename=clip.mov"})
    paths = [Path(FileApi(client).get_file_data("VX-1", _save_to=tmp_path)) for _ in range(existing + 1)]
    assert [path.name for path in paths] == ["clip.mov", "clip-1.mov", "clip-2.mov"][: existing + 1]
    assert sorted(tmp_path.iterdir()) == sorted(paths)
    assert all(path.read_bytes() == b"content" for path in paths)


class Written:
    """A file whose ``write`` takes at most some bytes, and returns what it is told to."""

    def __init__(self, limit: int, returned: Any) -> None:
        self.data = b""
        self._limit = limit
        self._returned = returned

    def write(self, data: bytes) -> Any:
        self.data += data[: self._limit]
        return self._returned


@pytest.mark.parametrize(
    ("limit", "returned"), [(10, 10), (999, None), (999, True), (999, False), (999, 0), (999, 999)]
)
def test_file_object_gets_each_byte_once(client: ApiClient, server: Loopback, limit: int, returned: Any) -> None:
    server.otherwise = reply(b"0123456789" * 10)
    stream: Any = Written(limit, returned)
    FileApi(client).get_file_data("VX-1", _save_to=stream)
    assert stream.data == b"0123456789" * 10


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of Windows always block")
def test_pipe_that_accepts_no_more_loses_nothing_silently(client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply(b"x" * 1_000_000)
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with os.fdopen(reading, "rb"), os.fdopen(writing, "wb", buffering=0) as stream, pytest.raises(BlockingIOError):
        FileApi(client).get_file_data("VX-1", _save_to=stream)
