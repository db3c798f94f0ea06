"""Writes small media files, and reads the properties of media files."""

from __future__ import annotations

import io
import struct
import wave
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from vidispine.simulator.media.jpeg import encode_jpeg
from vidispine.simulator.media.movie import Track, encode_movie, read_tracks

if TYPE_CHECKING:
    from pathlib import Path

WRITABLE = {
    "mp4": "mp4",
    "mpeg4": "mp4",
    "m4a": "mp4",
    "m4v": "mp4",
    "mov": "mov",
    "quicktime": "mov",
    "wav": "wav",
    "image2": "jpg",
    "mjpeg": "jpg",
    "jpg": "jpg",
    "jpeg": "jpg",
}
"""File extensions of the formats that can be written, by the names that presets give them."""

WAV_SAMPLES = 4096
"""Number of samples in a WAV file of a second or longer. The sample rate depends on the duration."""

MAX_READ_BYTES = 64 * 1024 * 1024
"""Files up to this size are read to find their properties."""


def encode_media(extension: str, seconds: float, size: tuple[int, int] | None, sound: bool, seed: str) -> bytes:
    """Return a media file.

    :param extension: a value of ``WRITABLE``
    :param size: width and height of the video, in pixels. ``None``: without video
    :param sound: with audio
    :param seed: chooses the color
    """
    if extension == "wav":
        return _encode_wav(seconds)
    if extension == "jpg":
        return encode_image(*(size or (640, 360)), seed)
    return encode_movie(seconds, size=size, color=_color(seed), sound=sound, quicktime=extension == "mov")


def encode_image(width: int, height: int, seed: str) -> bytes:
    """Return a JPEG image in a single color."""
    return encode_jpeg(width, height, _color(seed))


def _color(seed: str) -> tuple[int, int, int]:
    luma, blue, red = zlib.crc32(seed.encode()).to_bytes(4, "big")[1:]
    return 64 + luma % 128, 64 + blue % 128, 64 + red % 128


def _encode_wav(seconds: float) -> bytes:
    rate = max(1, min(48000, round(WAV_SAMPLES / max(seconds, 0.001))))
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(bytes(2 * max(1, round(seconds * rate))))
    return file.getvalue()


def read_media(path: Path) -> list[Track]:
    """Return the tracks of an MP4, MOV, WAV, JPEG or PNG file. Empty for other files."""
    with suppress(OSError, ValueError, EOFError, struct.error, wave.Error):
        if path.stat().st_size > MAX_READ_BYTES:
            return []
        data = path.read_bytes()
        if data[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free"):
            return read_tracks(data)
        if data.startswith(b"RIFF"):
            return _read_wav(data)
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return [Track("video", "png", 0, *struct.unpack_from(">II", data, 16))]
        if data.startswith(b"\xff\xd8"):
            return _read_jpeg(data)
    return []


def _read_wav(data: bytes) -> list[Track]:
    with wave.open(io.BytesIO(data)) as sound:
        codec = "pcm_u8" if sound.getsampwidth() == 1 else f"pcm_s{8 * sound.getsampwidth()}le"
        seconds = sound.getnframes() / sound.getframerate()
        return [Track("audio", codec, seconds, channels=sound.getnchannels(), sample_rate=sound.getframerate())]


def _read_jpeg(data: bytes) -> list[Track]:
    position = 2
    while True:
        marker, length = struct.unpack_from(">xBH", data, position)
        # SOF0 to SOF15, without DHT, JPG and DAC
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, position + 5)
            return [Track("video", "mjpeg", 0, width, height)]
        position += 2 + length
