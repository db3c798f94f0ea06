"""Probes media. MP4, MOV, WAV, JPEG and PNG files are read. For other files, the result depends on name and size:
videos have 25 frames per second, 1920 x 1080 pixels, two audio channels, and a duration proportional to the size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.media.file_store import mime_type
from vidispine.simulator.media.media_files import read_media

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vidispine.simulator.media.movie import Track

Component = tuple[str, dict[str, Any]]
"""The kind of a component, such as ``video``, and its document."""

VIDEO_BITS = 8_000_000
"""Bits per second of a video."""

AUDIO_BITS = 256_000
"""Bits per second of an audio file."""

MICROSECONDS = 1_000_000
RATE = 25
SAMPLES = 48000

_FORMATS = {
    "application/mxf": "mxf",
    "audio/mp4": "mov,mp4,m4a,3gp,3g2,mj2",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "video/mp2t": "mpegts",
    "video/mp4": "mov,mp4,m4a,3gp,3g2,mj2",
    "video/quicktime": "mov,mp4,m4a,3gp,3g2,mj2",
    "video/webm": "matroska,webm",
    "video/x-matroska": "matroska,webm",
    "video/x-msvideo": "avi",
}
_PRESET_MEMBERS = ("codec", "bitrate", "resolution", "pixelFormat")
"""Members that presets and components share."""

_VIDEO_CODECS = {"application/mxf": "mpeg2video", "video/mpeg": "mpeg2video", "video/webm": "vp9"}
_AUDIO_CODECS = {
    "application/mxf": "pcm_s24le",
    "audio/flac": "flac",
    "audio/mpeg": "mp3",
    "audio/ogg": "vorbis",
    "audio/wav": "pcm_s16le",
    "audio/x-aiff": "pcm_s16be",
    "video/webm": "opus",
}


def probe_file(name: str, path: Path, size: int) -> list[Component]:
    """Return the components of a file.

    :param name: original name of the file
    :param path: path on disk
    :param size: in bytes
    """
    mime = mime_type(name)
    tracks = read_media(path)
    if tracks:
        seconds = max(track.seconds for track in tracks) or 1 / RATE
        return [_container(mime, seconds), *(_component(mime, track) for track in tracks)]
    kind = mime.partition("/")[0]
    if mime == "application/mxf" or kind == "video":
        seconds = max(1, size * 8 * MICROSECONDS // VIDEO_BITS) / MICROSECONDS
        return [_container(mime, seconds), _video(mime, seconds), _audio(mime, seconds)]
    if kind == "audio":
        seconds = max(1, size * 8 * MICROSECONDS // AUDIO_BITS) / MICROSECONDS
        return [_container(mime, seconds), _audio(mime, seconds)]
    if kind == "image":
        return [_container(mime, 1 / RATE), _image(mime)]
    return [("binary", {"format": mime.partition("/")[2], "length": size})]


def _component(mime: str, track: Track) -> Component:
    if track.kind == "audio":
        kind, document = _audio(mime, track.seconds)
        document.update(codec=track.codec, channelCount=track.channels, timeBase=_rate(track.sample_rate))
        return kind, document
    kind, document = _video(mime, track.seconds) if track.seconds else _image(mime)
    document.update(codec=track.codec, resolution={"width": track.width, "height": track.height})
    return kind, document


def transcoded_components(source: list[Component], preset: Mapping[str, Any]) -> list[Component]:
    """Return the components of a rendition.

    A preset with neither video nor audio keeps both. Otherwise, it keeps those it has.
    """
    describes = [kind for kind in ("video", "audio") if preset.get(kind)]
    components = []
    for kind, document in source:
        options = preset.get(kind) or {} if kind in ("video", "audio") else {}
        if kind in ("video", "audio") and describes and kind not in describes:
            continue
        if options.get("noVideo") or options.get("noAudio"):
            continue
        component = {
            **document,
            **{member: options[member] for member in _PRESET_MEMBERS if options.get(member) is not None},
        }
        scaling = options.get("scaling") or {}
        if kind == "video" and scaling.get("width") and scaling.get("height"):
            component["resolution"] = {"width": scaling["width"], "height": scaling["height"]}
        if kind == "container" and preset.get("format"):
            component["format"] = preset["format"]
        components.append((kind, component))
    return components


def _container(mime: str, seconds: float) -> Component:
    document = {
        "duration": _time(seconds, MICROSECONDS),
        "format": _FORMATS.get(mime, mime.partition("/")[2]),
        "startTimestamp": _time(0, MICROSECONDS),
        "mediaInfo": {"property": [{"key": "Format", "value": mime}]},
    }
    return "container", document


def _video(mime: str, seconds: float) -> Component:
    document = {
        "codec": _VIDEO_CODECS.get(mime, "h264"),
        "timeBase": _rate(RATE),
        "itemTrack": "V1",
        "essenceStreamId": 0,
        "bitrate": VIDEO_BITS - AUDIO_BITS,
        "numberOfPackets": max(1, round(seconds * RATE)),
        "duration": _time(max(1 / RATE, seconds), RATE),
        "startTimestamp": _time(0, RATE),
        "resolution": {"width": 1920, "height": 1080},
        "pixelFormat": "yuv420p",
        "pixelAspectRatio": {"horizontal": 1, "vertical": 1},
        "fieldOrder": "progressive",
        "realBaseFrameRate": _rate(RATE),
        "averageFrameRate": _rate(RATE),
    }
    return "video", document


def _image(mime: str) -> Component:
    kind, document = _video(mime, 1 / RATE)
    document.update(codec=mime.partition("/")[2], numberOfPackets=1, pixelFormat="rgb24")
    return kind, document


def _audio(mime: str, seconds: float) -> Component:
    document = {
        "codec": _AUDIO_CODECS.get(mime, "aac"),
        "timeBase": _rate(SAMPLES),
        "itemTrack": "A1",
        "essenceStreamId": 1 if mime.partition("/")[0] != "audio" else 0,
        "bitrate": AUDIO_BITS,
        "channelCount": 2,
        "channelLayout": 3,
        "sampleFormat": "AV_SAMPLE_FMT_FLTP",
        "frameSize": 1024,
        "duration": _time(seconds, SAMPLES),
        "startTimestamp": _time(0, SAMPLES),
    }
    return "audio", document


def _rate(units: int) -> dict[str, int]:
    return {"numerator": 1, "denominator": units}


def _time(seconds: float, units: int) -> dict[str, Any]:
    return {"samples": round(seconds * units), "timeBase": _rate(units)}
