"""Any file name from a server results in a portable name in the folder, without overwriting a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from test.support.loopback import Loopback, reply
from vidispine import ApiClient, Configuration, FileApi

DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789¹²³")}
WORDS = st.text(max_size=30) | st.sampled_from(
    ["..", ".", "/", "\\", "../../etc/passwd", "C:\\boot.ini", "\\\\host\\share", "~", "nul", "CON.txt", "com1",
     "LPT².x", "aux ", "nul.tar.gz", " .a. ", "a/", "x" * 300, ".part", "a\x00b", "\u202egpj.exe", "-rf", "é" * 200,
     "clip.mov", "CONIN$", "conout$.txt", "NUL .txt", "\ud83d", "日" * 100 + ".mov"]
)  # fmt: skip
HEADERS = st.one_of(
    WORDS,
    WORDS.map('attachment; filename="{}"'.format),
    WORDS.map("attachment; filename={}".format),
    WORDS.map(lambda name: f"attachment; filename*=UTF-8''{quote(name.encode(errors='surrogatepass'), safe='')}"),
    st.tuples(st.sampled_from(["utf-8", "idna", "utf-16", "hex", "undefined", "x" * 99]), st.binary(max_size=20)).map(
        lambda pair: f"inline; filename*={pair[0]}''{quote(pair[1], safe='')}"
    ),
    st.tuples(WORDS, WORDS).map(lambda pair: f"a; filename*0={pair[0]}; filename*1*=UTF-8''{quote(pair[1][:9])}"),
)


@pytest.fixture(scope="module")
def server() -> Iterator[Loopback]:
    with Loopback() as loopback:
        yield loopback


@pytest.fixture(scope="module")
def client(server: Loopback) -> Iterator[ApiClient]:
    with ApiClient(Configuration(host=server.url, timeout=20, retries=0)) as api_client:
        yield api_client


@pytest.mark.slow
@settings(
    max_examples=200,
    derandomize=True,
)
@given(header=HEADERS)
def test_any_server_file_name_is_safe_and_overwrites_no_file(client: ApiClient, server: Loopback, header: str) -> None:
    # The part that fits a header, encoded as UTF-8 or Latin-1, as servers do.
    sent = header.encode(errors="replace").translate(None, b"\r\n\x00").decode("latin-1")
    server.otherwise = reply(b"new", headers={"Content-Disposition": sent}, media_type="application/octet-stream")
    with tempfile.TemporaryDirectory() as outer:
        folder = Path(outer) / "folder"
        folder.mkdir()
        first, second = (Path(FileApi(client).get_file_data("VX-40", _save_to=folder)) for _ in range(2))
        for path in (first, second):
            assert path.parent == folder
            assert path.is_file()
            assert not path.is_symlink()
            check_name(path.name)
        assert first != second
        assert first.read_bytes() == second.read_bytes() == b"new"
        assert {path.name for path in folder.iterdir()} == {first.name, second.name}
        assert [path.name for path in Path(outer).iterdir()] == ["folder"]


def check_name(name: str) -> None:
    assert name not in ("", ".", "..")
    assert Path(name).name == PureWindowsPath(name).name == name
    assert not set(name) & set('/\\:*?"<>|')
    assert name.isprintable()
    assert name == name.strip(" .")
    assert len(name.encode()) <= 255
    assert name.partition(".")[0].strip().upper() not in DEVICES | {"CONIN$", "CONOUT$"}
