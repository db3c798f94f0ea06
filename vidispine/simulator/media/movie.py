"""Writes and reads movies: MP4 (ISO/IEC 14496-12) and QuickTime."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine.simulator.media.h264 import encode_video

if TYPE_CHECKING:
    from collections.abc import Iterator

FRAME_RATE = 25
MAX_FRAMES = 25
"""Number of frames in a movie. The last one stays until the end."""

SAMPLE_RATE = 48000
AAC_SAMPLES = 1024
"""Samples in an AAC frame."""

SILENCE = bytes.fromhex("210049900219002380")
"""An AAC frame of silence in two channels."""

SILENCE_FRAMES = 128
"""Frames of silence in the file, which are reused."""

_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_CODECS = {
    "ac-3": "ac3",
    "apch": "prores",
    "apcn": "prores",
    "avc1": "h264",
    "avc3": "h264",
    "fl32": "pcm_f32le",
    "hev1": "hevc",
    "hvc1": "hevc",
    "in24": "pcm_s24be",
    "jpeg": "mjpeg",
    "mp4a": "aac",
    "mp4v": "mpeg4",
    "sowt": "pcm_s16le",
    "twos": "pcm_s16be",
}


class Track(NamedTuple):
    """A track of a movie."""

    kind: str
    """``video`` or ``audio``."""
    codec: str
    seconds: float
    width: int = 0
    height: int = 0
    channels: int = 0
    sample_rate: int = 0


class _Stream(NamedTuple):
    """The parts of a track."""

    handler: bytes
    media_header: bytes
    timescale: int
    duration: int
    """In units of the time scale."""
    description: bytes
    """The sample entry."""
    times: list[tuple[int, int]]
    """Numbers of samples and their durations."""
    sizes: bytes
    """The content of the box ``stsz``."""
    chunk: int
    """Number of samples in a chunk. The last chunk may have fewer."""
    position: int
    """The position of all chunks in the data: they share it."""
    size: tuple[int, int] = (0, 0)


# Write


def encode_movie(
    seconds: float, *, size: tuple[int, int] | None, color: tuple[int, int, int], sound: bool, quicktime: bool = False
) -> bytes:
    """Return a movie: H.264 video in a single color, and AAC audio with silence.

    :param size: width and height of the video, in pixels. ``None``: without video
    :param color: Y, Cb and Cr, each from 16 to 235
    :param sound: with audio
    :param quicktime: a QuickTime movie instead of MP4
    """
    data = b""
    streams = []
    if size is not None:
        stream, data = _video_stream(seconds, size, color)
        streams.append(stream)
    if sound:
        streams.append(_audio_stream(seconds, len(data)))
        data += SILENCE * SILENCE_FRAMES
    brands = b"qt  \0\0\2\0qt  " if quicktime else b"isom\0\0\2\0isomavc1mp41"
    head = _box(b"ftyp", brands)
    return head + _box(b"mdat", data) + _movie_box(seconds, streams, len(head) + 8)


def _video_stream(seconds: float, size: tuple[int, int], color: tuple[int, int, int]) -> tuple[_Stream, bytes]:
    width, height = (max(2, side - side % 2) for side in size)
    total = max(1, round(seconds * FRAME_RATE))
    count = min(total, MAX_FRAMES)
    video = encode_video(width, height, color, count)
    samples = [struct.pack(">I", len(frame)) + frame for frame in video.frames]
    configuration = b"\x01" + video.sps[1:4] + b"\xff\xe1" + struct.pack(">H", len(video.sps)) + video.sps
    configuration += b"\x01" + struct.pack(">H", len(video.pps)) + video.pps
    description = _box(
        b"avc1",
        struct.pack(">6xH16xHHIIIH32sHh", 1, width, height, 0x480000, 0x480000, 0, 1, b"", 24, -1)
        + _box(b"avcC", configuration),
    )
    stream = _Stream(
        b"vide",
        _full_box(b"vmhd", struct.pack(">8x"), flags=1),
        FRAME_RATE,
        total,
        description,
        [(count - 1, 1), (1, total - count + 1)] if count > 1 else [(1, total)],
        struct.pack(f">II{count}I", 0, count, *map(len, samples)),
        count,
        0,
        (width, height),
    )
    return stream, b"".join(samples)


def _audio_stream(seconds: float, position: int) -> _Stream:
    count = max(1, -(-round(seconds * SAMPLE_RATE) // AAC_SAMPLES))
    configuration = _descriptor(5, b"\x11\x90")
    decoder = _descriptor(4, struct.pack(">BB3xII", 0x40, 0x15, 128_000, 3375) + configuration)
    stream = _descriptor(3, b"\0\0\0" + decoder + _descriptor(6, b"\x02"))
    description = _box(b"mp4a", struct.pack(">6xH8xHH4xI", 1, 2, 16, SAMPLE_RATE << 16) + _full_box(b"esds", stream))
    return _Stream(
        b"soun",
        _full_box(b"smhd", struct.pack(">4x")),
        SAMPLE_RATE,
        count * AAC_SAMPLES,
        description,
        [(count, AAC_SAMPLES)],
        struct.pack(">II", len(SILENCE), count),
        SILENCE_FRAMES,
        position,
    )


def _movie_box(seconds: float, streams: list[_Stream], start: int) -> bytes:
    header = struct.pack(">4x4xIIIH10x", 1000, round(seconds * 1000), 0x10000, 0x100) + _MATRIX
    header += struct.pack(">24xI", len(streams) + 1)
    tracks = [_track_box(number, stream, start) for number, stream in enumerate(streams, start=1)]
    return _box(b"moov", _full_box(b"mvhd", header), *tracks)


def _track_box(number: int, stream: _Stream, start: int) -> bytes:
    duration = round(stream.duration * 1000 / stream.timescale)
    volume = 0 if stream.size[0] else 0x100
    header = struct.pack(">4x4xI4xI8xHHH2x", number, duration, 0, 0, volume) + _MATRIX
    header += struct.pack(">II", stream.size[0] << 16, stream.size[1] << 16)
    reference = _full_box(b"dref", struct.pack(">I", 1), _full_box(b"url ", flags=1))
    times = b"".join(struct.pack(">II", *pair) for pair in stream.times)
    full, rest = divmod(sum(count for count, _ in stream.times), stream.chunk)
    groups = [(1, stream.chunk)] * bool(full) + [(full + 1, rest)] * bool(rest)
    offsets = struct.pack(">I", start + stream.position) * (full + bool(rest))
    table = _box(
        b"stbl",
        _full_box(b"stsd", struct.pack(">I", 1), stream.description),
        _full_box(b"stts", struct.pack(">I", len(stream.times)), times),
        _full_box(b"stss", struct.pack(">II", 1, 1)) if stream.size[0] else b"",
        _full_box(b"stsc", struct.pack(">I", len(groups)), *(struct.pack(">III", *group, 1) for group in groups)),
        _full_box(b"stsz", stream.sizes),
        _full_box(b"stco", struct.pack(">I", len(offsets) // 4), offsets),
    )
    media = _box(
        b"mdia",
        _full_box(b"mdhd", struct.pack(">8xIIHH", stream.timescale, stream.duration, 0x55C4, 0)),
        _full_box(b"hdlr", struct.pack(">4x4s12x", stream.handler), b"Simulator\0"),
        _box(b"minf", stream.media_header, _box(b"dinf", reference), table),
    )
    return _box(b"trak", _full_box(b"tkhd", header, flags=7), media)


def _box(kind: bytes, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return struct.pack(">I4s", len(data) + 8, kind) + data


def _full_box(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", flags), *parts)


def _descriptor(tag: int, data: bytes) -> bytes:
    return bytes((tag, len(data))) + data


# Read


def read_tracks(data: bytes) -> list[Track]:
    """Return the video and audio tracks of a movie.

    :raises ValueError: the data is no movie
    """
    try:
        return [track for box in _children(_child(data, "moov"), "trak") for track in _read_track(box)]
    except (LookupError, struct.error, ZeroDivisionError, UnicodeDecodeError) as error:
        raise ValueError("not a movie") from error


def _read_track(box: bytes) -> Iterator[Track]:
    media = _child(box, "mdia")
    handler = _child(media, "hdlr")[8:12]
    entry = _child(_child(_child(media, "minf"), "stbl"), "stsd")[8:]
    name = entry[4:8].decode("ascii")
    facts: dict[str, Any] = {"codec": _CODECS.get(name, name.strip()), "seconds": _read_duration(_child(media, "mdhd"))}
    if handler == b"vide":
        width, height = struct.unpack_from(">HH", entry, 32)
        yield Track("video", **facts, width=width, height=height)
    elif handler == b"soun":
        channels, rate = struct.unpack_from(">H6xI", entry, 24)
        yield Track("audio", **facts, channels=channels, sample_rate=rate >> 16)


def _read_duration(header: bytes) -> float:
    timescale, duration = struct.unpack_from(">IQ", header, 20) if header[0] else struct.unpack_from(">II", header, 12)
    return float(duration / timescale)


def _child(data: bytes, kind: str) -> bytes:
    return next(iter(_children(data, kind)), b"")


def _children(data: bytes, kind: str) -> Iterator[bytes]:
    """Return the contents of the boxes of a kind."""
    position = 0
    while position + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, position)
        head = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, position + 8)
            head = 16
        end = position + size if size else len(data)
        if end < position + head:
            return
        if name == kind.encode():
            yield data[position + head : end]
        position = end
