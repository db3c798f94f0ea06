"""The media files of the simulator: other programs recognize them, and shapes report what is in them."""

from __future__ import annotations

import io
import json
import shutil
import struct
import subprocess
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import vidispine
from vidispine.simulator import Simulator

HARBOR = "VX-93"
SECONDS = 95.2
PRESETS: dict[str, dict[str, Any]] = {
    "mp4": {"format": "mp4", "video": {"codec": "h264", "scaling": {"width": 512, "height": 288}}, "audio": {}},
    "mov": {"format": "quicktime", "video": {"codec": "h264", "resolution": {"width": 322, "height": 182}}},
    "sound": {"format": "wav"},
    "still": {"format": "mjpeg"},
    "m4a": {"format": "m4a", "audio": {"codec": "aac"}},
    "wav": {"format": "wav", "audio": {"codec": "pcm_s16le"}},
    "jpg": {"format": "image2", "video": {"codec": "mjpeg", "resolution": {"width": 640, "height": 360}}},
}
KINDS = {
    "mp4": "ISO Media, MP4",
    "mov": "Apple QuickTime movie",
    "m4a": "ISO Media, MP4",
    "wav": "WAVE audio",
    "jpg": "JPEG image data",
    "sound": "WAVE audio",
    "still": "JPEG image data",
}
"""What ``file`` says of each format."""


@pytest.fixture(scope="module")
def client() -> Iterator[vidispine.Client]:
    with (
        Simulator(sample_data=True, speed=100) as vidicore,
        vidispine.Client(configuration=vidicore.configuration()) as client,
    ):
        for name, preset in PRESETS.items():
            client.shape_tag.update_or_create_shape_tag(f"as-{name}", preset)
        job = client.item.create_item_transcode_job(HARBOR, tag=[f"as-{name}" for name in PRESETS])
        client.job.wait_for_job(job, timeout=60, poll_interval=0.05)
        yield client


def shape(client: vidispine.Client, tag: str, item: str = HARBOR) -> vidispine.ShapeType:
    (id,) = client.shape.get_shapes(item, tag=[tag]).uri or []
    return client.shape.get_shape(item, id)


def media(client: vidispine.Client, shape: vidispine.ShapeType, folder: Path) -> Path:
    """Download the file of a shape."""
    parts = [shape.container_component, *(shape.video_component or []), *(shape.audio_component or [])]
    (file, *_) = [file for part in parts if part is not None for file in part.file or []]
    path = folder / (file.path or "").rpartition("/")[2]
    client.file.get_file_data(file.id or "", _save_to=path)
    return path


def resolution(shape: vidispine.ShapeType) -> tuple[int | None, int | None]:
    (video,) = shape.video_component or []
    assert video.resolution is not None
    return video.resolution.width, video.resolution.height


def tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


@pytest.mark.parametrize("name", PRESETS)
def test_file_recognizes_renditions(client: vidispine.Client, name: str, tmp_path: Path) -> None:
    command = tool("file")
    path = media(client, shape(client, f"as-{name}"), tmp_path)
    reported = subprocess.run([command, "--brief", path], capture_output=True, text=True, check=True)
    assert KINDS[name] in reported.stdout


@pytest.mark.parametrize("name", PRESETS)
def test_ffprobe_agrees_with_the_shape(client: vidispine.Client, name: str, tmp_path: Path) -> None:
    command, rendition = tool("ffprobe"), shape(client, f"as-{name}")
    path = media(client, rendition, tmp_path)
    entries = "stream=codec_type,codec_name,width,height:format=duration"
    reported = subprocess.run(
        [command, "-v", "error", "-show_entries", entries, "-of", "json", path],
        capture_output=True,
        text=True,
        check=True,
    )
    assert reported.stderr == ""
    found = json.loads(reported.stdout)
    streams = {stream["codec_type"]: stream for stream in found["streams"]}
    assert set(streams) == {kind for kind in ("video", "audio") if getattr(rendition, f"{kind}_component")}
    for kind, stream in streams.items():
        (component,) = getattr(rendition, f"{kind}_component")
        assert stream["codec_name"] == component.codec
    if "video" in streams:
        assert (streams["video"]["width"], streams["video"]["height"]) == resolution(rendition)
    if name not in ("jpg", "still"):
        assert float(found["format"]["duration"]) == pytest.approx(SECONDS, abs=0.1)


def test_ffmpeg_decodes_the_frames(client: vidispine.Client, tmp_path: Path) -> None:
    command: str = tool("ffmpeg")
    for tag in ("original", "as-mp4", "as-jpg"):
        path = media(client, shape(client, tag), tmp_path)
        width, height = resolution(shape(client, tag))
        decode = [command, "-v", "error", "-xerror", "-i", str(path), "-frames:v", "1", "-f", "rawvideo"]
        frame = subprocess.run([*decode, "-pix_fmt", "gray", "-"], capture_output=True, check=True)
        assert frame.stderr == b""
        # Every pixel has the same color.
        assert (len(frame.stdout), len(set(frame.stdout))) == ((width or 0) * (height or 0), 1)


def test_renditions_are_small_and_new(client: vidispine.Client, tmp_path: Path) -> None:
    original = media(client, shape(client, "original"), tmp_path).read_bytes()
    for name in PRESETS:
        data = media(client, shape(client, f"as-{name}"), tmp_path).read_bytes()
        assert 0 < len(data) < 16_000
        assert not original.startswith(data)


def test_shapes_report_what_is_in_the_file(client: vidispine.Client, tmp_path: Path) -> None:
    original = shape(client, "original")
    assert resolution(original) == (1280, 720)
    (video,) = original.video_component or []
    (audio,) = original.audio_component or []
    assert (video.codec, audio.codec, audio.channel_count) == ("h264", "aac", 2)
    assert video.duration is not None
    assert video.duration.seconds == SECONDS


def test_uploaded_media_is_read(client: vidispine.Client) -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 3, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(3 * 20000))
    frame = struct.pack(">BBHBHHB", 0xFF, 0xC0, 11, 8, 77, 99, 1) + bytes(3)
    image = b"\xff\xd8" + frame + b"\xff\xd9"
    uploads = {"tone.wav": file.getvalue(), "card.jpg": image, "broken.mp4": b"\0\0\0\x18ftypisom", "none.wav": b"RIFF"}
    items = {}
    for name, data in uploads.items():
        job = client.import_.import_item_raw(data, filename=name)
        assert job is not None
        client.job.wait_for_job(job, timeout=60, poll_interval=0.05)
        pairs = client.job.get_job(job.job_id, metadata=True).data or []
        items[name] = next(pair.value for pair in pairs if pair.key == "itemId")
    (audio,) = shape(client, "original", items["tone.wav"] or "").audio_component or []
    assert (audio.codec, audio.channel_count) == ("pcm_s24le", 1)
    assert audio.duration is not None
    assert audio.duration.seconds == 2.5
    assert resolution(shape(client, "original", items["card.jpg"] or "")) == (99, 77)
    # Files that cannot be read are described by name and size.
    assert resolution(shape(client, "original", items["broken.mp4"] or "")) == (1920, 1080)
    assert shape(client, "original", items["none.wav"] or "").audio_component


def test_thumbnails_are_jpeg_images(client: vidispine.Client, tmp_path: Path) -> None:
    times = client.thumbnail_resource.get_thumbnails("VX-1", HARBOR).uri or []
    assert times[:2] == ["0@PAL", "250@PAL"]
    pictures = set()
    for time in times:
        path = tmp_path / "thumbnail.jpg"
        client.thumbnail_resource.get_thumbnail("VX-1", HARBOR, time, _save_to=path)
        pictures.add(path.read_bytes())
    assert all(picture.startswith(b"\xff\xd8\xff\xe0") and picture.endswith(b"\xff\xd9") for picture in pictures)
    assert len(pictures) == len(times)
