"""Thumbnails and posters: created by jobs, uploaded by clients, selected by time."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

import vidispine
from test.simulator.clock import Clock
from test.simulator.http_client import TEXT, HttpClient
from test.simulator.media_harness import MediaHarness

PNG = b"\x89PNG\r\n\x1a\n"
SOF0 = 0xC0


@pytest.fixture
def media(clock: Clock) -> Iterator[MediaHarness]:
    with MediaHarness(clock) as media:
        yield media


@pytest.fixture
def item(media: MediaHarness, tmp_path: Path) -> str:
    # 8 Mbit/s: 32 seconds.
    with (tmp_path / "clip.mov").open("wb") as file:
        file.truncate(32_000_000)
    return media.import_file(tmp_path / "clip.mov", create_thumbnails=False)


def image_size(data: bytes) -> tuple[int, int]:
    """Return width and height of a baseline JPEG."""
    assert (data[:2], data[-2:]) == (b"\xff\xd8", b"\xff\xd9")
    offset = 2
    while data[offset + 1] != SOF0:
        offset += 2 + struct.unpack(">H", data[offset + 2 : offset + 4])[0]
    height, width = struct.unpack(">HH", data[offset + 5 : offset + 9])
    return width, height


def test_thumbnail_job(media: MediaHarness, item: str, tmp_path: Path) -> None:
    thumbnails = vidispine.ThumbnailResourceApi(media.api_client)
    posters = vidispine.PosterResourceApi(media.api_client)
    assert thumbnails.get_thumbnails("VX-1", item).uri is None
    job = media.items.create_item_thumbnail_job(
        item, create_thumbnails=True, create_posters="10@PAL,125@PAL", thumbnail_width=64, thumbnail_height=36
    )
    assert job.type == "THUMBNAIL"
    assert media.finish(job)["posterTimeCodes"] == "10@PAL,125@PAL"
    assert thumbnails.get_thumbnails("VX-1", item).uri == ["0@PAL", "250@PAL", "500@PAL", "750@PAL"]
    assert posters.get_posters("VX-1", item).uri == ["10@PAL", "125@PAL"]
    target = tmp_path / "picture.jpg"
    thumbnails.get_thumbnail("VX-1", item, "250@PAL", _save_to=target)
    assert image_size(target.read_bytes()) == (64, 36)
    # The same time in another time base.
    posters.get_poster("VX-1", item, "5@1", _save_to=target)
    assert image_size(target.read_bytes()) == (640, 360)
    with pytest.raises(vidispine.NotFoundException):
        thumbnails.get_thumbnail("VX-1", item, "251@PAL", _save_to=target)

    content = media.items.get_item(item, content=["thumbnail", "poster"])
    urls = (content.thumbnails and content.thumbnails.uri) or []
    assert len(urls) == 4
    assert content.posters is not None
    resources = media.items.get_item_thumbnail_resources(item).uri or []
    with HttpClient(media.vidicore.url) as http:
        for url in urls:
            assert url.startswith(resources[0])
            path = url[len(f"{media.vidicore.url}/API") :]
            response = http.get(path, accept="")
            assert (response.status, response.media_type) == (200, "image/jpeg")
            assert http.get(path, accept="image/jpeg").status in (200, 406)
        listed = http.get(f"/thumbnail/VX-1/{item}", {"url": "true"}, accept=TEXT).text.split("\r\n")
        assert listed == [*urls, ""]

    thumbnails.delete_thumbnail("VX-1", item, "250@PAL")
    assert thumbnails.get_thumbnails("VX-1", item).uri == ["0@PAL", "500@PAL", "750@PAL"]
    thumbnails.delete_thumbnails("VX-1", item)
    assert thumbnails.get_thumbnails("VX-1", item).uri is None


def test_upload_thumbnails(media: MediaHarness, item: str) -> None:
    with HttpClient(media.vidicore.url) as http:
        path = f"/thumbnail/VX-1/{item}/100@PAL"
        jpeg = b"\xff\xd8\xff\xe0 whatever"
        assert http.send("PUT", path, body=jpeg, content_type="image/jpeg", accept=TEXT).status == 200
        response = http.get(path, accept="")
        assert (response.media_type, response.data) == ("image/jpeg", jpeg)
        assert http.send("PUT", path, body=b"no picture", content_type="image/png", accept=TEXT).status == 400
        assert http.send("PUT", f"/thumbnail/VX-1/{item}/x", body=PNG, content_type="image/png").status in (400, 406)
        assert http.send("PUT", path, body=jpeg, content_type=TEXT, accept=TEXT).status == 415
        assert http.get(f"/thumbnail/VX-2/{item}").status == 404
        assert http.get(path, accept="").data == jpeg


def test_import_creates_thumbnails_by_default(media: MediaHarness, tmp_path: Path) -> None:
    (tmp_path / "a.mov").write_bytes(b"x" * 1000)
    (tmp_path / "a.wav").write_bytes(b"x" * 1000)
    thumbnails = vidispine.ThumbnailResourceApi(media.api_client)
    posters = vidispine.PosterResourceApi(media.api_client)
    seen = media.import_file(tmp_path / "a.mov", create_posters="0@PAL")
    assert thumbnails.get_thumbnails("VX-1", seen).uri == ["0@PAL"]
    assert posters.get_posters("VX-1", seen).uri == ["0@PAL"]
    heard = media.import_file(tmp_path / "a.wav")
    assert thumbnails.get_thumbnails("VX-1", heard).uri is None
    bare = media.import_file(tmp_path / "a.mov", create_thumbnails=False)
    assert media.items.get_item_thumbnail_resources(bare).uri is None


@pytest.mark.parametrize(
    ("query", "id"),
    [
        ({"thumbnailWidth": "100"}, "thumbnailWidth"),
        ({"thumbnailWidth": "100", "thumbnailHeight": "5000"}, "thumbnailWidth"),
        ({"createPosters": "noon"}, "time"),
        ({"thumbnailPeriod": "often"}, "time"),
    ],
)
def test_invalid_thumbnail_requests(media: MediaHarness, item: str, query: dict[str, str], id: str) -> None:
    with HttpClient(media.vidicore.url) as http:
        response = http.send("POST", f"/item/{item}/thumbnail", query)
        assert (response.status, response.error[1]["id"]) == (400, id)
