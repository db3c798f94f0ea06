"""Jobs that create items, shapes, renditions and exports of files. Failed jobs leave no files behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import vidispine
from test.simulator.clock import Clock
from test.simulator.http_client import HttpClient
from test.simulator.media_harness import TITLED, MediaHarness
from test.support.loopback import PASSWORD, Loopback, hang_up, reply, stall

BYTES = "application/octet-stream"


@pytest.fixture
def media(clock: Clock) -> Iterator[MediaHarness]:
    with MediaHarness(clock) as media:
        yield media


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mov"
    path.write_bytes(os.urandom(200_000))
    return path


def stored_files(media: MediaHarness) -> list[str]:
    """Return the names of all files that the simulator stores."""
    (method,) = media.storages.get_storage("VX-1").method or []
    own = Path(method.uri[len("file://") :]).parents[1]
    return sorted(path.name for path in own.rglob("*") if path.is_file())


def test_import_transcode_and_delete(media: MediaHarness, clip: Path, tmp_path: Path) -> None:
    media.add_lowres()
    job = media.imports.import_item(uri=clip.as_uri(), metadata_type=TITLED, tag=["lowres"])
    assert (job.type, job.status) == ("PLACEHOLDER_IMPORT", "READY")
    early = {pair.key: pair.value for pair in media.jobs.get_job(job.job_id, metadata=True).data or []}
    item = early["itemId"] or ""
    assert media.shapes.get_shapes(item).uri is None
    media.finish(job)
    shapes = media.shapes_by_tag(item)
    assert sorted(shapes) == ["lowres", "original"]

    original = media.shapes.get_shape(item, shapes["original"])
    assert (original.mime_type, original.essence_version) == (["video/quicktime"], 0)
    assert original.container_component is not None
    (video,), (audio,) = original.video_component or [], original.audio_component or []
    files = [part.file or [] for part in (original.container_component, video, audio)]
    assert len({file.id for part in files for file in part}) == 1
    assert media.download(files[0][0].id or "", tmp_path) == clip.read_bytes()
    assert (video.codec, video.item_track, audio.channel_count) == ("h264", "V1", 2)
    assert {pair.key: pair.value for pair in (original.metadata and original.metadata.field) or []} == {
        "originalFilename": "clip.mov"
    }

    proxy = media.shapes.get_shape(item, shapes["lowres"])
    assert proxy.mime_type == ["video/mp4"]
    assert proxy.container_component is not None
    assert proxy.container_component.format == "mp4"
    (video,) = proxy.video_component or []
    assert video.resolution is not None
    assert (video.resolution.width, video.resolution.height) == (512, 288)
    movie = media.download(media.shape_file(item, proxy.id or "").id or "", tmp_path)
    assert (movie[4:12], movie in clip.read_bytes()) == (b"ftypisom", False)

    found = media.items.get_item(
        item, content=["metadata"], field=["title", "mediaType", "shapeTag", "originalFilename"]
    )
    assert found.metadata is not None
    values = {
        field.name: [value.value for value in field.value or []]
        for span in found.metadata.timespan or []
        for field in span.field or []
    }
    assert values == {
        "title": ["My clip"],
        "mediaType": ["video"],
        "shapeTag": ["lowres", "original"],
        "originalFilename": ["clip.mov"],
    }
    uris = media.items.get_item_ur_is(item).uri or []
    assert len(uris) == 2
    media.items.delete_item(item)
    assert (media.files.get_files().hits, stored_files(media)) == (0, [])


def test_files_with_a_shape_tag_are_kept_when_an_item_is_deleted(media: MediaHarness, clip: Path) -> None:
    def import_with_proxy() -> dict[str, str]:
        item = media.import_file(clip, tag=["lowres"])
        ids = {tag: media.shape_file(item, id).id or "" for tag, id in media.shapes_by_tag(item).items()}
        return {**ids, "item": item}

    def files() -> set[str]:
        return {file.id or "" for file in media.files.get_files(number=100).file or []}

    media.add_lowres()
    all_gone, kept, elsewhere = import_with_proxy(), import_with_proxy(), import_with_proxy()
    media.items.delete_item(all_gone["item"])
    media.items.delete_item(kept["item"], keep_shape_tag_media=["original", "other"])
    media.items.delete_items(id=[elsewhere["item"]], keep_shape_tag_media=["original"], keep_shape_tag_storage=["VX-2"])
    assert files() == {kept["original"]}
    file = media.files.get_file(kept["original"])
    assert (file.state, file.item) == ("CLOSED", None)


def test_media_type_follows_from_the_file_name(media: MediaHarness, tmp_path: Path) -> None:
    found = {}
    for name in ("a.mxf", "a.wav", "a.jpg", "a.pdf", "a"):
        (tmp_path / name).write_bytes(b"x" * 32_000)
        item = media.import_file(tmp_path / name)
        shape = media.shapes.get_shape(item, media.shapes_by_tag(item)["original"])
        parts = (shape.container_component, shape.video_component, shape.audio_component, shape.binary_component)
        found[name] = (shape.mime_type, "".join(letter for letter, part in zip("cvab", parts) if part))
    assert found == {
        "a.mxf": (["application/mxf"], "cva"),
        "a.wav": (["audio/wav"], "ca"),
        "a.jpg": (["image/jpeg"], "cv"),
        "a.pdf": (["application/pdf"], "b"),
        "a": (["application/octet-stream"], "b"),
    }


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        ("file:///nowhere/at/all.mov", "may not access /nowhere/at/all.mov: allow the folder with --allow-folder"),
        ("file:///etc/hostname", "may not access"),
        ("ftp://127.0.0.1/a.mov", "supports file, http and https URIs, not ftp"),
        ("http://127.0.0.1:9/a.mov", "http://127.0.0.1:9/a.mov cannot be fetched"),
        ("nonsense", "not nonsense"),
    ],
)
def test_unreadable_source_fails_the_job(media: MediaHarness, uri: str, why: str) -> None:
    job = media.imports.import_item(uri=uri, metadata_type=TITLED)
    media.clock.advance(1)
    while media.jobs.get_job(job.job_id).status == "STARTED":
        media.clock.advance(0.1)
    data = media.finish(job, "FAILED_TOTAL")
    assert why in data["errorMessage"]
    assert media.shapes.get_shapes(data["itemId"], placeholder="all", version="all").uri is None
    assert stored_files(media) == []


def test_symbolic_link_out_of_the_allowed_folders_is_rejected(media: MediaHarness, tmp_path: Path) -> None:
    try:
        (tmp_path / "link.mov").symlink_to("/etc/hostname")
    except OSError:
        pytest.skip("symbolic links are not supported")
    job = media.imports.import_item(uri=(tmp_path / "link.mov").as_uri(), metadata_type={})
    assert "may not access" in media.finish(job, "FAILED_TOTAL")["errorMessage"]


def test_import_over_http_does_not_block(media: MediaHarness, tmp_path: Path) -> None:
    data = os.urandom(300_000)
    with Loopback() as other:
        other.responses = [reply(data)]
        uri = f"{other.origin}/in/clip%201.mov".replace("http://", f"http://bob:{PASSWORD}@")
        job = media.imports.import_item(uri=uri, metadata_type={})
        media.clock.advance(0.6)
        while media.jobs.get_job(job.job_id).current_step.number == 1:  # type: ignore[union-attr]
            media.clock.advance(0.05)
        item = media.finish(job)["itemId"]
        assert (other.only.target, other.only.header("Authorization")) == (
            "/in/clip%201.mov",
            "Basic Ym9iOnMzY3JldC1wYXNzdzByZA==",
        )
        assert PASSWORD not in str(media.shapes.get_shape(item, "VX-1"))
        file = media.shape_file(item, media.shapes_by_tag(item)["original"])
        assert file.path == "clip 1.mov"
        assert media.download(file.id or "", tmp_path) == data

        for response in (hang_up, reply(b"", 404)):
            other.responses = [response]
            job = media.imports.import_item(uri=uri, metadata_type={})
            media.clock.advance(1)
            while media.jobs.get_job(job.job_id).status == "STARTED":
                media.clock.advance(0.1)
            why = media.finish(job, "FAILED_TOTAL")["errorMessage"]
            assert "cannot be fetched" in why
            assert PASSWORD not in why

        # A slow source blocks neither other requests nor the abort.
        other.responses = [stall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")]
        job = media.imports.import_item(uri=uri, metadata_type={})
        media.clock.advance(5)
        running = media.jobs.get_job(job.job_id)
        assert (running.status, running.current_step and running.current_step.number) == ("STARTED", 1)
        media.jobs.abort_job(job.job_id)
        media.finish(job, "ABORTED")


def test_import_from_own_uri(media: MediaHarness, tmp_path: Path) -> None:
    file = media.files.create_file_in_storage("VX-1", b"moving", path="a.mov")
    (uri,) = file.uri or []
    job = media.imports.import_item(uri=uri, metadata_type={})
    item = media.finish(job)["itemId"]
    assert media.shape_file(item, media.shapes_by_tag(item)["original"]).id == file.id
    data_uri = f"{media.vidicore.url}/API/file/{file.id}/data".replace("http://", "http://admin:admin@")
    job = media.imports.import_item(uri=data_uri, metadata_type={})
    media.clock.advance(0.6)
    while media.jobs.get_job(job.job_id).current_step.number == 1:  # type: ignore[union-attr]
        media.clock.advance(0.05)
    media.finish(job)


def test_import_of_a_known_file_does_not_copy(media: MediaHarness) -> None:
    file = media.files.create_file_in_storage("VX-1", b"moving", path="a.mov").id or ""
    item = media.finish(media.imports.import_file(file, metadata_type=TITLED))["itemId"]
    assert media.shape_file(item, media.shapes_by_tag(item)["original"]).id == file
    with pytest.raises(vidispine.BadRequestException, match="allowReimport"):
        media.imports.import_file(file, metadata_type={})
    other = media.finish(media.imports.import_file(file, metadata_type={}, allow_reimport=True))["itemId"]
    documents = media.files.get_file(file, include_item=True).item or []
    assert [document.id for document in documents] == [item, other]


@pytest.mark.parametrize("how", ["fails", "aborted", "aborted late"])
def test_aborted_job_leaves_no_files(media: MediaHarness, clip: Path, how: str) -> None:
    media.vidicore.jobs.behave("PLACEHOLDER_IMPORT", seconds=5, fail_at=4 if how == "fails" else None)
    job = media.imports.import_item(uri=clip.as_uri(), metadata_type=TITLED)
    raw = media.imports.import_item_raw(b"moving", filename="a.mov")
    media.vidicore.jobs.behave("RAW_IMPORT", seconds=5)
    media.clock.advance(0.5 if how == "aborted" else 2.5)
    item = {pair.key: pair.value for pair in media.jobs.get_job(job.job_id, metadata=True).data or []}["itemId"] or ""
    assert raw is not None
    media.jobs.abort_job(raw.job_id)
    if how != "fails":
        media.jobs.abort_job(job.job_id)
    media.finish(job, "FAILED_TOTAL" if how == "fails" else "ABORTED")
    assert (media.files.get_files().hits, stored_files(media)) == (0, [])
    if how == "fails":
        # The item named in the job's data exists without media, so that the import can be repeated.
        assert media.shapes.get_shapes(item, placeholder="all").uri is None
        media.vidicore.jobs.behave("PLACEHOLDER_IMPORT")
        again = media.jobs.create_duplicate_job(job.job_id)
        assert media.finish(again)["itemId"] == item
        assert list(media.shapes_by_tag(item)) == ["original"]
    else:
        with pytest.raises(vidispine.NotFoundException):
            media.items.get_item(item)


def test_failed_job_leaves_no_files(media: MediaHarness, clip: Path) -> None:
    media.add_lowres()
    media.tags.update_or_create_shape_tag(tag_name="tiny", transcode_preset_type={})
    job = media.imports.import_item(uri=clip.as_uri(), metadata_type={}, tag=["lowres", "tiny"])
    media.tags.delete_shape_tag("tiny")
    assert media.finish(job, "FAILED_TOTAL")["errorMessage"] == "there is no shape tag tiny"
    item = media.imports.create_placeholder(metadata_type={}, video=1, audio=1).id or ""
    document = {"video": [clip.as_uri()], "audio": [f"{clip.as_uri()}.not-there"]}
    job = media.imports.import_placeholder_bulk(item, placeholder_import_request_type=document)
    assert "is missing" in media.finish(job, "FAILED_TOTAL")["errorMessage"]
    assert (media.files.get_files().hits, stored_files(media)) == (0, [])
    assert media.shapes.get_shapes(item, placeholder="true").uri


def test_file_is_copied_once_during_another_import(media: MediaHarness, clip: Path) -> None:
    with Loopback() as other:
        other.responses = [stall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")]
        item = media.imports.create_placeholder(metadata_type={}, video=1, audio=1).id or ""
        document = {"video": [clip.as_uri()], "audio": [f"{other.origin}/a.wav"]}
        job = media.imports.import_placeholder_bulk(item, placeholder_import_request_type=document)
        for _ in range(3):
            media.clock.advance(5)
            assert media.jobs.get_job(job.job_id).status == "STARTED"
        assert media.files.get_files().hits == 1
        media.jobs.abort_job(job.job_id)
        media.finish(job, "ABORTED")
        assert media.files.get_files().hits == 0


def test_placeholder_accepts_the_declared_number_of_files(media: MediaHarness, tmp_path: Path) -> None:
    media.add_lowres()
    item = media.imports.create_placeholder(metadata_type=TITLED, video=1, audio=2).id or ""
    assert media.shapes.get_shapes(item).uri is None
    (shape,) = media.shapes.get_shapes(item, placeholder="true").uri or []
    assert media.shapes.get_shape(item, shape).video_component is None
    awaited = media.shapes.get_shape(item, shape, include_placeholder=True)
    assert (len(awaited.video_component or []), len(awaited.audio_component or [])) == (1, 2)

    def send(kind: str, name: str) -> vidispine.JobType:
        (tmp_path / name).write_bytes(b"x" * 1000)
        return media.imports.import_to_placeholder(
            item_id=item, component_type=kind, uri=(tmp_path / name).as_uri(), tag=["lowres"]
        )

    media.vidicore.jobs.behave("PLACEHOLDER_IMPORT", fail_at=1)
    failing = send("video", "v.mxf")
    with pytest.raises(vidispine.BadRequestException) as refused:
        send("video", "other.mxf")
    assert refused.value.error is not None
    assert (refused.value.error.context, refused.value.error.value) == ("job", "VIDEO_COMPONENT")
    media.finish(failing, "FAILED_TOTAL")
    media.vidicore.jobs.behave("PLACEHOLDER_IMPORT")
    for kind, name in (("video", "v.mxf"), ("audio", "left.wav"), ("audio", "right.wav")):
        assert media.shapes_by_tag(item) == {}
        media.finish(send(kind, name))
    assert sorted(media.shapes_by_tag(item)) == ["lowres", "original"]
    filled = media.shapes.get_shape(item, shape)
    paths = [(part.file or [])[0].path for part in filled.audio_component or []]
    assert paths == ["left.wav", "right.wav"]
    with pytest.raises(vidispine.BadRequestException):
        send("container", "c.mov")


def test_placeholder_import_with_and_without_jobs(media: MediaHarness, tmp_path: Path) -> None:
    uris = []
    for name in ("v.mxf", "left.wav", "right.wav"):
        (tmp_path / name).write_bytes(b"x" * 1000)
        uris.append((tmp_path / name).as_uri())
    item = media.imports.create_placeholder(metadata_type={}, video=1, audio=2).id or ""
    document = {"video": uris[:1], "audio": uris[1:]}
    with pytest.raises(vidispine.BadRequestException):
        media.imports.import_placeholder_bulk(item, placeholder_import_request_type={"video": uris[:2]})
    media.finish(media.imports.import_placeholder_bulk(item, placeholder_import_request_type=document))
    assert list(media.shapes_by_tag(item)) == ["original"]

    other = media.imports.create_placeholder(metadata_type={}, container=1).id or ""
    file = media.files.create_file_in_storage("VX-1", b"x" * 1000, path="a.mov").id or ""
    media.imports.adopt_file(item_id=other, component_type="container", file_id=file)
    assert media.shape_file(other, media.shapes_by_tag(other)["original"]).id == file


def test_transcode_source(media: MediaHarness, clip: Path) -> None:
    media.add_lowres()
    media.tags.update_or_create_shape_tag(
        tag_name="tiny",
        transcode_preset_type={"format": "webm", "preferredSourceTag": "lowres", "video": {"codec": "vp9"}},
    )
    item = media.import_file(clip)
    with pytest.raises(vidispine.NotFoundException) as unknown:
        media.items.create_item_transcode_job(item, tag=["hires"])
    assert unknown.value.error is not None
    assert (unknown.value.error.type, unknown.value.error.id) == ("shape-tag", "hires")
    assert media.finish(media.items.create_item_transcode_job(item, tag=["lowres"]))["tags"] == "lowres"
    media.finish(media.items.create_item_transcode_job(item, tag=["tiny"]))
    tiny = media.shapes.get_shape(item, media.shapes_by_tag(item)["tiny"])
    (video,) = tiny.video_component or []
    assert video.resolution is not None
    assert (video.codec, video.resolution.width, tiny.audio_component) == ("vp9", 512, None)
    assert media.shapes.get_shapes(item, tag=["tiny"]).uri == [tiny.id]

    media.vidicore.jobs.behave("TRANSCODE", fail_at=2, message="no space left")
    failed = media.finish(media.items.create_item_transcode_job(item, tag=["lowres"]), "FAILED_TOTAL")
    assert failed["errorMessage"] == "no space left"
    assert len(media.shapes.get_shapes(item).uri or []) == 3
    empty = media.imports.create_placeholder(metadata_type={}).id or ""
    media.vidicore.jobs.behave("TRANSCODE")
    job = media.items.create_item_transcode_job(empty, tag=["lowres"])
    assert media.finish(job, "FAILED_TOTAL")["errorMessage"] == f"item {empty} has no media"
    with pytest.raises(vidispine.NotFoundException) as missing:
        media.items.create_item_transcode_job("VX-99", tag=["lowres"])
    assert missing.value.error is not None
    assert missing.value.error.type == "Item"


def test_import_shape_and_essence(media: MediaHarness, clip: Path, tmp_path: Path) -> None:
    media.add_lowres()
    item = media.import_file(clip)
    (tmp_path / "camera.mp4").write_bytes(b"proxy")
    (tmp_path / "sv.wav").write_bytes(b"commentary")
    uri = (tmp_path / "camera.mp4").as_uri()
    media.finish(media.shapes.import_shape(item, uri=uri, tag="lowres"))
    assert sorted(media.shapes_by_tag(item)) == ["lowres", "original"]
    original = media.shapes_by_tag(item)["original"]
    media.finish(media.shapes.import_component(item, original, uri=(tmp_path / "sv.wav").as_uri()))
    assert len(media.shapes.get_shape(item, original).audio_component or []) == 2

    (tmp_path / "v2.mov").write_bytes(b"corrected")
    job = media.shapes.import_shape_essence(item, uri=(tmp_path / "v2.mov").as_uri(), tag="lowres")
    assert job.type == "ESSENCE_VERSION"
    media.finish(job)
    assert [version.id for version in media.shapes.get_shape_versions(item).version or []] == [0, 1]
    latest = media.shapes_by_tag(item)
    assert sorted(latest) == ["lowres", "original"]
    assert media.download(media.shape_file(item, latest["original"]).id or "", tmp_path) == b"corrected"
    assert original not in latest.values()
    assert original in (media.shapes.get_shapes(item, version="0").uri or [])
    assert len(media.shapes.get_shapes(item, version="all").uri or []) == 4
    assert len(media.shapes.get_shapes(item, version="latest-per-shapetag").uri or []) == 2

    copied = media.shapes.copy_shape_essence_version(item, original)
    assert (copied.essence_version, copied.tag) == (2, ["original"])
    old = media.shapes.get_shape_essence_version(item, "0").shape or []
    assert len(old) == 2
    media.shapes.delete_shape_essence_version(item, "0")
    # The copy still uses the file.
    files = media.shapes.get_shape_files(item, copied.id or "").file or []
    assert [media.download(file.id or "", tmp_path) for file in files] == [clip.read_bytes(), b"commentary"]


def test_get_update_and_delete_shapes(media: MediaHarness, clip: Path) -> None:
    item = media.import_file(clip)
    (shape,) = media.shapes.get_shapes(item).uri or []
    file = media.shape_file(item, shape).id or ""
    with HttpClient(media.vidicore.url) as http:
        written = http.send("PUT", f"/item/{item}/shape/{shape}/metadata", body={"field": [{"key": "a", "value": "b"}]})
        assert written.status == 204
        media.shapes.add_shape_mime_type(item, shape, "a/b")
        media.shapes.delete_shape_mime_type(item, shape, "video/quicktime")
        assert http.get(f"/item/{item}/shape/{shape}/mime").json == {"uri": ["a/b"]}
        media.shapes.remove_shape_tag(item, shape, "original")
        assert http.get(f"/item/{item}/shape/{shape}/tag").json == {}
        document = {"mimeType": ["application/pdf"], "binaryComponent": [{"file": [{"id": file, "state": "CLOSED"}]}]}
        made = media.shapes.import_shape_create(item, shape_type=document, tag="original")
        assert (made.tag, made.mime_type) == (["original"], ["application/pdf"])
        assert http.send("DELETE", f"/item/{item}/shape/{made.id}").json == {}
        assert media.files.get_file(file).id == file
        (component, *_) = media.shapes.get_components(item, shape).component or []
        media.shapes.remove_file_from_component(item, shape, component.id or "", file)
        back = media.shapes.add_file_to_component(item, shape, component.id or "", file, allow_reimport=True)
        assert [entry.id for entry in back.file or []] == [file]
        assert http.send("DELETE", f"/item/{item}/shape").status == 204
        assert http.get(f"/item/{item}/shape/{shape}").error[1]["type"] == "shape"
    assert stored_files(media) == []


def test_export_to_allowed_folders(media: MediaHarness, clip: Path, tmp_path: Path) -> None:
    media.add_lowres()
    item = media.import_file(clip, tag=["lowres"])
    out = tmp_path / "out"
    job = media.items.create_item_export_job(item, uri=f"{out.as_uri()}/", use_original_filename=True, metadata=True)
    assert media.finish(job)["itemId"] == item
    assert sorted(path.name for path in out.iterdir()) == [f"{item}.xml", "clip.mov"]
    assert (out / "clip.mov").read_bytes() == clip.read_bytes()
    root = ET.parse(out / f"{item}.xml").getroot()
    assert root.tag == "{http://xml.vidispine.com/schema/vidispine}MetadataDocument"
    assert "My clip" in "".join(root.itertext())

    target = tmp_path / "named.mp4"
    media.finish(media.items.create_item_export_job(item, uri=target.as_uri(), tag="lowres"))
    assert target.read_bytes()[4:12] == b"ftypisom"
    locations = vidispine.ExportLocationApi(media.api_client)
    locations.update_or_create_export_location(
        "playout", export_location_type={"uri": f"{out.as_uri()}/", "tag": ["lowres"]}
    )
    media.finish(media.items.create_item_export_job(item, location_name="playout"))
    assert len(list(out.iterdir())) == 3

    for uri in (
        "file:///nowhere/",
        f"{tmp_path.as_uri()}/{'../' * 12}nowhere/x.mov",
        "ftp://127.0.0.1/in/",
        "file:///etc/x",
    ):
        failed = media.finish(media.items.create_item_export_job(item, uri=uri), "FAILED_TOTAL")
        assert "may not access" in failed["errorMessage"] or "not the URI of a local file" in failed["errorMessage"]
    missing = media.items.create_item_export_job(
        item, uri=f"{out.as_uri()}/", tag="original", version="7", allow_missing=False
    )
    assert "has no shape with the tag original" in media.finish(missing, "FAILED_TOTAL")["errorMessage"]
    with pytest.raises(vidispine.ServiceException, match="does not support template"):
        media.items.create_item_export_job(item, uri=f"{out.as_uri()}/", template="x")
    media.vidicore.jobs.behave("EXPORT", fail_at=3)
    media.finish(media.items.create_item_export_job(item, uri=(tmp_path / "never.mov").as_uri()), "FAILED_TOTAL")
    assert not (tmp_path / "never.mov").exists()


@pytest.mark.parametrize("kind", ["collection", "library"])
def test_export_several_items(media: MediaHarness, tmp_path: Path, kind: str) -> None:
    collections, libraries = vidispine.CollectionApi(media.api_client), vidispine.LibraryApi(media.api_client)
    items = []
    for name in ("a.mov", "b.mov"):
        (tmp_path / name).write_bytes(name.encode())
        items.append(media.import_file(tmp_path / name))
    export: Any
    if kind == "collection":
        id = collections.create_collection(name="news").id or ""
        for item in items:
            collections.add_to_collection(id, item, type="item")
        export = collections.create_collection_export_job
    else:
        (id,) = libraries.create_library({"item": [{"id": item} for item in items]}).uri or []
        export = libraries.create_library_export_job
    with pytest.raises(vidispine.BadRequestException, match="uri must end with a slash"):
        export(id, uri=(tmp_path / "out").as_uri())
    media.finish(export(id, uri=f"{(tmp_path / 'out').as_uri()}/", use_original_filename=True))
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == {
        "a.mov": b"a.mov",
        "b.mov": b"b.mov",
    }


def test_allowed_folders(clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "a.mov").write_bytes(b"moving")
    with MediaHarness(clock) as media:
        job = media.imports.import_item(uri=(tmp_path / "media" / "a.mov").as_uri(), metadata_type={})
        assert "may not access" in media.finish(job, "FAILED_TOTAL")["errorMessage"]
    with MediaHarness(clock, allow_folders=[tmp_path / "media"]) as media:
        item = media.import_file(tmp_path / "media" / "a.mov")
        media.finish(media.items.create_item_export_job(item, uri=f"{(tmp_path / 'media').as_uri()}/out/"))
        outside = media.items.create_item_export_job(item, uri=f"{tmp_path.as_uri()}/out/")
        media.finish(outside, "FAILED_TOTAL")
    assert len(list((tmp_path / "media" / "out").iterdir())) == 1
    with pytest.raises(vidispine.simulator.SimulatorError, match="is not a folder"):
        MediaHarness(clock, allow_folders=[tmp_path / "nowhere"])


def test_import_on_hold(media: MediaHarness, clip: Path) -> None:
    item = media.imports.create_placeholder(metadata_type={}, container=1).id or ""
    job = media.imports.import_to_placeholder(
        item_id=item, component_type="container", uri=clip.as_uri(), hold_job=True
    )
    media.finish(job, "HOLD")
    media.vidicore.jobs.release(job.job_id)
    media.finish(job)
    assert list(media.shapes_by_tag(item)) == ["original"]


def test_roles_and_access(media: MediaHarness, clip: Path) -> None:
    item = media.import_file(clip)
    media.vidicore.users.add(
        "eve", "3ve", roles=["_job_write", "_item_shape_read", "_item_shape_write", "_export", "_import"]
    )
    with HttpClient(media.vidicore.url, "eve", "3ve") as eve:
        for method, path in (
            ("GET", f"/item/{item}/shape"),
            ("GET", f"/item/{item}/shape/VX-1"),
            ("DELETE", f"/item/{item}/shape/VX-1"),
            ("POST", f"/item/{item}/export?uri=file:///in/"),
            ("POST", f"/item/{item}/transcode?tag=original"),
            ("POST", f"/import/placeholder/{item}/container?uri=file:///in/a"),
        ):
            assert eve.send(method, path).error[0] == "forbidden", path
    media.vidicore.users.add("viewer", "v", roles=[])
    with HttpClient(media.vidicore.url, "viewer", "v") as viewer:
        assert viewer.send("POST", "/import", {"uri": clip.as_uri()}, body={}).error[1]["explanation"] == (
            "viewer needs the role _import"
        )
    assert len(media.shapes_by_tag(item)) == 1


def test_rejected_upload_leaves_no_files(media: MediaHarness, clip: Path) -> None:
    item = media.import_file(clip)
    media.vidicore.users.add("eve", "3ve", roles=["_import", "_file_write"])
    kept = stored_files(media)
    with HttpClient(media.vidicore.url, "eve", "3ve") as eve, HttpClient(media.vidicore.url) as http:
        for who, path, status in (
            (eve, "/import/raw?filename=a.mov", 403),
            (http, "/import/raw?filename=a.mov&importTag=hires", 404),
            (http, "/import/raw?filename=a.mov&tag=hires", 404),
            (http, "/import/raw?filename=a.mov&notification=VX-9", 404),
            (http, "/import/raw?filename=a.mov&jobmetadata=x", 400),
            (http, f"/item/{item}/shape/raw?filename=a.mov&tag=hires", 404),
            (http, f"/import/placeholder/{item}/video/raw?filename=a.mov", 400),
        ):
            response = who.send("POST", path, body=b"moving", content_type=BYTES)
            assert response.status == status, (path, response.text)
    assert stored_files(media) == kept
    assert (media.files.get_files().hits, media.items.get_items().hits) == (1, 1)


def test_operations_that_are_not_simulated(media: MediaHarness, clip: Path) -> None:
    item = media.import_file(clip)
    with HttpClient(media.vidicore.url) as http:
        for method, path in (
            ("POST", "/import/imp?uri=file:///in/x"),
            ("POST", "/import/raw-passkey?transferId=x"),
            ("POST", f"/import/placeholder/{item}/raw-passkey"),
            ("PUT", "/storage/VX-1/evacuate"),
            ("POST", f"/item/{item}/analyze"),
            ("GET", f"/thumbnail/VX-1/{item}?noauth-url=true"),
            ("POST", f"/item/{item}/thumbnail?posterFormat=png"),
        ):
            response = http.send(method, path)
            assert (response.status, response.error[0]) == (501, "notYetImplemented"), path
