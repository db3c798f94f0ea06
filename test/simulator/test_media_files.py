"""Storages and their files: entities, lists, uploads and downloads."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

import vidispine
from test.simulator.clock import Clock
from test.simulator.http_client import TEXT, XML, HttpClient
from test.simulator.media_harness import MediaHarness
from vidispine.simulator import Simulator

BYTES = "application/octet-stream"


@pytest.fixture
def media(clock: Clock) -> Iterator[MediaHarness]:
    with MediaHarness(clock) as media:
        yield media


def upload(http: HttpClient, path: str, data: bytes = b"0123456789", storage: str = "VX-1", **query: str) -> str:
    """Upload a file and return its id."""
    response = http.send(
        "POST", f"/storage/{storage}/file/data", {"path": path, **query}, body=data, content_type=BYTES
    )
    assert response.status == 200, response.text
    return str(response.json["id"])


def test_storage_document(http: HttpClient) -> None:
    document = {
        "type": "LOCAL",
        "capacity": "1500000",
        "lowWatermarkPercentage": 90,
        "highWatermarkPercentage": 75,
        "method": [{"uri": "file:///srv/media1/", "read": "true", "write": True, "browse": True}],
        "metadata": {"field": [{"key": "room", "value": "12"}]},
    }
    created = http.send("POST", "/storage", body=document).json
    assert created["state"] == "NONE"
    found = http.get(f"/storage/{created['id']}").json
    assert found == {**created, "state": "READY"}
    assert (found["lowWatermark"], found["highWatermark"]) == (1350000, 1125000)
    assert (found["capacity"], found["freeCapacity"]) == (1500000, 1500000)
    assert found["method"][0]["uri"] == "file:///srv/media1/"
    assert found["method"][0]["type"] == "NONE"
    assert http.get(f"/storage/{created['id']}/metadata/room", accept=TEXT).text == "12"
    assert http.get(f"/storage/{created['id']}/status", accept=TEXT).text == "READY"

    upload(http, "a.mov", b"x" * 500_000, created["id"])
    assert http.get(f"/storage/{created['id']}/freespace", accept=TEXT).text == "1000000"
    full = http.send(
        "POST", f"/storage/{created['id']}/file/data", {"path": "b.mov"}, body=b"x" * 1_000_001, content_type=BYTES
    )
    assert full.error[0] == "invalidInput"
    assert [storage["id"] for storage in http.get("/storage", {"freebytes": "-1000000"}).json["storage"]] == [
        created["id"]
    ]

    changed = http.send("PUT", f"/storage/{created['id']}", body={"type": "SHARED", "highWatermark": 300_000}).json
    assert (changed["type"], changed["highWatermark"], changed["highWatermarkPercentage"]) == ("SHARED", 300_000, 20)
    assert changed["capacity"] == 1500000
    assert http.send("DELETE", f"/storage/{created['id']}").status == 204
    assert http.get(f"/storage/{created['id']}").error == (
        "notFound",
        {"type": "Storage", "id": "VX-2", "context": None},
    )
    assert http.get("/storage", accept=TEXT).text == "VX-1\r\n"


def test_storage_methods_are_identified_by_uri(http: HttpClient) -> None:
    storage = http.send("POST", "/storage", body={"type": "LOCAL"}).json["id"]
    line = http.send("PUT", f"/storage/{storage}/method", {"url": "file:///srv/X/"}, accept=TEXT).text
    method = line.split("\t")[0]
    assert line == f"{method}\tfile:///srv/X/\tNONE\r\n"
    again = http.send("PUT", f"/storage/{storage}/method", {"url": "file:///srv/X/", "write": "false"}, accept=TEXT)
    assert again.text == line
    (found,) = http.get(f"/storage/{storage}/method", {"write": "false"}).json["method"]
    assert found == {
        "id": method,
        "uri": "file:///srv/X/",
        "read": True,
        "write": False,
        "browse": True,
        "type": "NONE",
    }
    assert http.get(f"/storage/{storage}/method", {"write": "true"}).json == {}
    http.send("PUT", f"/storage/{storage}/method/{method}", {"url": "file:///srv/Y/"}, accept=TEXT)
    assert http.get(f"/storage/{storage}/method/{method}").json["method"][0]["uri"] == "file:///srv/Y/"
    bad = http.send("PUT", f"/storage/{storage}/method", {"url": "nowhere"}, accept=TEXT)
    assert (bad.status, bad.text.splitlines()[1]) == (400, "Context: storage")
    assert http.send("DELETE", f"/storage/{storage}/method/{method}").status == 204
    assert http.get(f"/storage/{storage}/method/{method}").json == {}


def test_upload_and_download(media: MediaHarness, tmp_path: Path) -> None:
    data = os.urandom(300_000)
    (tmp_path / "clip.mxf").write_bytes(data)
    with (tmp_path / "clip.mxf").open("rb") as file:
        sent = media.files.create_file_in_storage("VX-1", file, path="in/clip.mxf", state="CLOSED")
    assert (sent.path, sent.state, sent.size) == ("in/clip.mxf", "CLOSED", 300_000)
    assert sent.hash == hashlib.sha1(data).hexdigest()
    (uri,) = sent.uri or []
    assert uri.endswith("/storage/VX-1/in/clip.mxf")
    assert Path(uri[len("file://") :]).read_bytes() == data
    assert media.download(sent.id or "", tmp_path) == data
    assert media.files.get_file_metadata_key(sent.id or "", "created") == "1700000000000"

    replaced = media.files.update_file_data(sent.id or "", b"shorter")
    assert (replaced.id, replaced.size) == (sent.id, 7)
    assert media.download(sent.id or "", tmp_path) == b"shorter"
    with pytest.raises(vidispine.ConflictException):
        media.files.create_file_in_storage("VX-1", b"other", path="in/clip.mxf")
    by_uri = media.files.create_file(b"by its uri", uri=uri.replace("clip", "other"))
    assert (by_uri.path, by_uri.storage) == ("in/other.mxf", "VX-1")


def test_imported_files_keep_their_names(media: MediaHarness) -> None:
    def upload(name: str, data: bytes) -> vidispine.FileType:
        job = media.imports.import_item_raw(data, filename=name)
        assert job is not None
        item = media.finish(job)["itemId"]
        return media.shape_file(item, media.shapes_by_tag(item)["original"])

    first, second = upload("clip.mov", b"one"), upload("clip.mov", b"another")
    assert first.path == "clip.mov"
    assert second.path == f"clip-{(second.id or '').rpartition('-')[2]}.mov"

    # A file that is on the storage but unknown to the server is not overwritten.
    folder = Path((first.uri or [])[0][len("file://") :]).parent
    (folder / "found.mov").write_bytes(b"found")
    assert upload("found.mov", b"new").path != "found.mov"
    assert (folder / "found.mov").read_bytes() == b"found"


@pytest.mark.parametrize("path", ["", "/", "../x", "a/../../x", "a\\b", "a\0b", "a\nb", "x" * 201, "y/" * 501])
def test_path_outside_the_storage_is_rejected(media: MediaHarness, path: str) -> None:
    with HttpClient(media.vidicore.url) as http:
        response = http.send("POST", "/storage/VX-1/file/data", {"path": path}, body=b"x", content_type=BYTES)
        assert (response.status, response.error[1]["id"]) == (400, "path")
        assert http.send("POST", "/storage/VX-1/file", body={"path": path, "state": "CLOSED"}).status == 400


NAMES = ("\0", "..", ".", "a/../../b.mov", "\\..\\x.mov", "\u00e5\U0001f600" * 60 + ".mov", "\ud800.mov")


@pytest.mark.parametrize("name", NAMES)
def test_any_file_name_is_accepted(http: HttpClient, name: str) -> None:
    query = urlencode({"filename": name}, errors="surrogatepass")
    response = http.send("POST", f"/import/raw?{query}", body=b"moving", content_type=BYTES)
    assert response.status == 200, response.text
    (file,) = http.get("/storage/file").json["file"]
    assert "/" not in file["path"]
    assert http.get(f"/file/{file['id']}/data", accept="").data == b"moving"


def test_symbolic_link_out_of_a_storage_is_rejected(media: MediaHarness, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "media").mkdir()
    try:
        (tmp_path / "media" / "link").symlink_to(tmp_path)
    except OSError:
        pytest.skip("this system makes no links")
    uri = f"{(tmp_path / 'media').as_uri()}/"
    method = {"uri": uri, "read": True, "write": True, "browse": True}
    storage = media.storages.create_storage(storage_type={"type": "LOCAL", "method": [method]}).id or ""
    with HttpClient(media.vidicore.url) as http:
        entity = {"path": "link/secret.txt", "state": "OPEN"}
        file = http.send("POST", f"/storage/{storage}/file", body=entity).json["id"]
        assert http.get(f"/file/{file}/data", accept="*/*").error[0] == "forbidden"
        response = http.send(
            "POST", f"/storage/{storage}/file/data", {"path": "link/new.txt"}, body=b"x", content_type=BYTES
        )
        assert response.error[0] == "forbidden"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["media", "secret.txt"]


@pytest.mark.parametrize(
    ("range", "status", "content", "data"),
    [
        ("bytes=2-4", 206, "bytes 2-4/10", b"234"),
        ("bytes=7-", 206, "bytes 7-9/10", b"789"),
        ("bytes=-3", 206, "bytes 7-9/10", b"789"),
        ("bytes=0-999", 206, "bytes 0-9/10", b"0123456789"),
        ("bytes=1-2,4-5", 200, None, b"0123456789"),
        ("bits=1-2", 200, None, b"0123456789"),
        ("bytes=x", 200, None, b"0123456789"),
    ],
)
def test_range_requests(http: HttpClient, range: str, status: int, content: str | None, data: bytes) -> None:
    response = http.get(f"/file/{upload(http, 'a.bin')}/data", accept="", headers={"Range": range})
    assert (response.status, response.headers.get("Content-Range"), response.data) == (status, content, data)
    assert (response.headers["Accept-Ranges"], response.headers["Content-Length"]) == ("bytes", str(len(data)))


def test_download_resumes_only_if_unchanged(http: HttpClient, clock: Clock) -> None:
    file = upload(http, "a.bin")
    whole = http.get(f"/file/{file}/data", accept="")
    etag = whole.headers["ETag"]
    assert whole.headers["Last-Modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert (whole.media_type, whole.headers.get("Content-Encoding")) == (BYTES, None)
    rest = {"Range": "bytes=5-"}
    assert http.get(f"/file/{file}/data", accept="", headers={**rest, "If-Range": etag}).data == b"56789"
    assert http.get(f"/file/{file}/data", accept="", headers={"If-None-Match": etag}).status == 304
    clock.advance(1)
    http.send("POST", f"/file/{file}/data", body=b"abcdefghij", content_type=BYTES)
    changed = http.get(f"/file/{file}/data", accept="", headers={**rest, "If-Range": etag})
    assert (changed.status, changed.data) == (200, b"abcdefghij")
    beyond = http.get(f"/file/{file}/data", accept="", headers={"Range": "bytes=10-"})
    assert (beyond.status, beyond.headers["Content-Range"]) == (416, "bytes */10")
    head = http.send("HEAD", f"/file/{file}/data", accept="")
    assert (head.status, head.headers["Content-Length"], head.data) == (200, "10", b"")


def test_file_list_pages(http: HttpClient) -> None:
    ids = [upload(http, f"a/{number:02}.mov") for number in range(12)]
    ids += [upload(http, "b/c/x.wav"), upload(http, "top.txt", state="OPEN")]
    assert http.get("/storage/file").json["hits"] == 14
    assert [file["id"] for file in http.get("/storage/file").json["file"]] == ids[:10]
    page = http.get("/storage/file", {"first": 10, "count": "false"}).json
    assert ("hits" in page, [file["id"] for file in page["file"]]) == (False, ids[10:])
    assert http.get("/storage/file", {"first": 12, "number": 1}, accept=TEXT).text == f"{ids[12]}\r\n"

    def paths(**query: str) -> list[str]:
        return [file["path"] for file in http.get("/storage/file", query).json.get("file", [])]

    assert paths(state="OPEN") == ["top.txt"]
    assert paths(path="/b/") == ["b/c/x.wav"]
    assert paths(path="/b/", recursive="false") == []
    assert paths(recursive="false") == ["top.txt"]
    assert paths(path="A/*1.MOV", wildcard="true", ignorecase="true") == ["a/01.mov", "a/11.mov"]
    assert paths(sort="path desc", number="2") == ["top.txt", "b/c/x.wav"]
    assert paths(id=ids[3]) == ["a/03.mov"]
    assert paths(hash=hashlib.sha1(b"0123456789").hexdigest(), number="100") == [*paths(number="100")]
    assert paths(storageType="ARCHIVE") == []
    browse = http.get("/storage/file", {"prefix": "true", "recursive": "false"}).json
    assert browse["prefixes"] == {"prefix": ["a/", "b/"]}
    assert http.get("/storage/file", {"prefix": "true", "path": "b"}).json["prefixes"] == {"prefix": ["b/c/"]}
    assert http.get("/storage/file", {"sort": "color"}).error[0] == "invalidInput"
    assert http.get("/storage/file", {"filter": "item"}).json == {"hits": 0}


def test_cursor_returns_each_file_once(http: HttpClient) -> None:
    ids = [upload(http, f"{number}.mov") for number in range(25)]
    ids_by_cursor, cursor = [], "*"
    for _ in range(10):
        page = http.get("/storage/file", {"cursor": cursor, "number": 10}).json
        ids_by_cursor += [file["id"] for file in page.get("file", [])]
        cursor = page["nextCursor"]
        if not page.get("file"):
            break
    assert ids_by_cursor == ids


def test_register_files_written_by_others(media: MediaHarness, tmp_path: Path) -> None:
    folder = tmp_path / "rec"
    folder.mkdir()
    method = {"uri": f"{folder.as_uri()}/", "read": True, "write": True, "browse": True}
    storage = media.storages.create_storage(storage_type={"type": "SHARED", "method": [method]}).id or ""
    announced = media.files.create_file_entity_on_storage(storage, file_type={"path": "feed.mxf", "state": "OPEN"})
    assert (announced.state, announced.size) == ("OPEN", None)
    with pytest.raises(vidispine.ConflictException):
        media.files.create_file_entity_on_storage(storage, file_type={"path": "feed.mxf", "state": "OPEN"})
    known = media.files.create_file_entity(
        file_type={"storage": storage, "path": "feed.mxf", "state": "OPEN"}, create_only=False
    )
    assert known.id == announced.id
    (folder / "feed.mxf").write_bytes(b"recorded")
    closed = media.files.update_file_state(state="CLOSED", file_id=announced.id or "")
    assert (closed.size, closed.hash) == (8, hashlib.sha1(b"recorded").hexdigest())
    with pytest.raises(vidispine.BadRequestException):
        media.files.update_file_state(state="SHUT", file_id=announced.id or "")

    (folder / "found.wav").write_bytes(b"found")
    (folder / "feed.mxf").unlink()
    media.storages.rescan_storage(storage)
    states = {file.path: file.state for file in media.files.get_files(storage=[storage]).file or []}
    assert states == {"feed.mxf": "LOST", "found.wav": "CLOSED"}
    importable = media.imports.get_storage_importables(storage).element or []
    assert [entry.file.path for entry in importable] == ["feed.mxf", "found.wav"]
    media.files.delete_file_entity(announced.id or "")
    with pytest.raises(vidispine.NotFoundException):
        media.files.get_file(announced.id or "")


def test_existing_file_is_not_overwritten(media: MediaHarness, tmp_path: Path) -> None:
    (tmp_path / "theirs.txt").write_bytes(b"theirs")
    method = {"uri": f"{tmp_path.as_uri()}/", "read": True, "write": True, "browse": True}
    storage = media.storages.create_storage(storage_type={"type": "LOCAL", "method": [method]}).id or ""
    with pytest.raises(vidispine.ConflictException):
        media.files.create_file_in_storage(storage, b"ours", path="theirs.txt")
    assert (tmp_path / "theirs.txt").read_bytes() == b"theirs"
    assert media.files.get_files(storage=[storage]).hits == 0
    media.files.create_file_in_storage(storage, b"ours", path="ours.txt")
    assert (tmp_path / "ours.txt").read_bytes() == b"ours"


def test_copy_move_and_delete_jobs(media: MediaHarness, tmp_path: Path) -> None:
    other = media.storages.create_storage(storage_type={"type": "LOCAL"}).id or ""
    file = media.files.create_file_in_storage("VX-1", b"moving", path="a.mov").id or ""
    data = media.finish(media.files.create_file_move_or_copy_job(file, other))
    copy = data["replicatedFileIds"]
    assert media.download(copy, tmp_path) == media.download(file, tmp_path) == b"moving"
    media.finish(media.files.create_file_move_or_copy_job(file, other, move=True, filename="news/a.mov"))
    moved = media.files.get_file(file)
    assert (moved.storage, moved.path) == (other, "news/a.mov")
    assert media.download(file, tmp_path) == b"moving"
    job = media.files.create_file_move_or_copy_job(copy, other, filename="news/a.mov")
    assert "has a file at news/a.mov" in media.finish(job, "FAILED_TOTAL")["errorMessage"]
    assert media.finish(media.files.create_file_delete_job(copy))["fileId"] == copy
    with pytest.raises(vidispine.NotFoundException):
        media.files.get_file(copy)


def test_storage_groups(media: MediaHarness) -> None:
    groups = vidispine.StorageGroupApi(media.api_client)
    groups.create_storage_group("fast")
    groups.add_storage_to_storage_group("fast", "VX-1")
    assert [storage.id for storage in groups.get_storage_group("fast").storage or []] == ["VX-1"]
    assert [group.name for group in groups.get_storage_groups().group or []] == ["fast"]
    assert media.storages.get_storages(storagegroup=["fast"]).hits == 1
    groups.delete_storage_from_storage_group("fast", "VX-1")
    assert media.storages.get_storages(storagegroup=["fast"]).hits == 0
    groups.delete_storage_group("fast")
    with pytest.raises(vidispine.NotFoundException):
        groups.get_storage_group("fast")


def test_file_roles(vidicore: Simulator, bob: HttpClient, http: HttpClient) -> None:
    file = upload(http, "a.mov")
    for method, path in (
        ("GET", f"/file/{file}"),
        ("GET", f"/file/{file}/data"),
        ("GET", "/storage"),
        ("GET", "/transfer"),
    ):
        assert bob.send(method, path, accept="*/*").error[0] == "forbidden", path
    response = bob.send("POST", "/storage/VX-1/file/data", {"path": "b"}, body=b"x" * 100_000, content_type=BYTES)
    assert response.error[0] == "forbidden"
    vidicore.users.add("reader", "r", roles=["_file_read"])
    with HttpClient(vidicore.url, "reader", "r") as reader:
        assert reader.get(f"/file/{file}/data", accept="").data == b"0123456789"


def test_file_in_xml(http: HttpClient) -> None:
    root = http.get(f"/file/{upload(http, 'a.mov')}", accept=XML).xml
    names = [child.tag.rpartition("}")[2] for child in root]
    assert root.tag.endswith("}FileDocument")
    assert {"id", "path", "uri", "state", "size", "hash", "timestamp", "storage"} <= set(names)
