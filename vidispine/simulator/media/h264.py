"""Encodes H.264 video of a single color: one intra frame, and frames that repeat it.

Constrained baseline profile, CAVLC (ITU-T H.264, section 7.3).
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

MACROBLOCK = 16
"""Width and height of a macroblock, in pixels."""

LARGE_FRAME = 8192
"""Macroblocks in the largest frame of level 4."""

_MB_PREDICTED = "0010011"
"""A macroblock I_16x16_2_0_0: it has the mean of its neighbors, without a residual."""
_NO_COEFFICIENTS = "1"
_NO_COEFFICIENTS_BESIDE_PCM = "000011"


class Video(NamedTuple):
    """Encoded video."""

    sps: bytes
    """The sequence parameter set, a NAL unit."""
    pps: bytes
    """The picture parameter set, a NAL unit."""
    frames: list[bytes]
    """The slice of each frame, a NAL unit."""


def encode_video(width: int, height: int, color: tuple[int, int, int], frames: int) -> Video:
    """Encode frames of a single color.

    :param width: in pixels, even
    :param height: in pixels, even
    :param color: Y, Cb and Cr, each from 16 to 235
    :param frames: number of frames, from 1
    """
    columns, rows = -(-width // MACROBLOCK), -(-height // MACROBLOCK)
    count = columns * rows
    repeated = [_repeat_slice(number, count) for number in range(1, frames)]
    return Video(
        _sequence_parameters(width, height, columns, rows),
        _picture_parameters(),
        [_intra_slice(columns, count, color), *repeated],
    )


def _sequence_parameters(width: int, height: int, columns: int, rows: int) -> bytes:
    right, bottom = (columns * MACROBLOCK - width) // 2, (rows * MACROBLOCK - height) // 2
    crop = f"1{_ue(0)}{_ue(right)}{_ue(0)}{_ue(bottom)}" if right or bottom else "0"
    level = 40 if columns * rows <= LARGE_FRAME else 52
    # Frames are output in the order of decoding, and each refers to the one before.
    bits = f"{_ue(0)}{_ue(0)}{_ue(2)}{_ue(1)}0{_ue(columns - 1)}{_ue(rows - 1)}11{crop}0"
    return bytes((0x67, 66, 0xC0, level)) + _payload(bits)


def _picture_parameters() -> bytes:
    return b"\x68" + _payload(f"{_ue(0)}{_ue(0)}00{_ue(0)}{_ue(0)}{_ue(0)}000{_ue(0)}{_ue(0)}{_ue(0)}100")


def _intra_slice(columns: int, count: int, color: tuple[int, int, int]) -> bytes:
    head = f"{_ue(0)}{_ue(7)}{_ue(0)}0000{_ue(0)}00{_ue(0)}{_ue(1)}{_ue(25)}"
    head += "0" * (-len(head) % 8)
    # The first macroblock has the color of each pixel. The color spreads to the others by prediction.
    pixels = b"".join(bytes((part,)) * times for part, times in zip(color, (256, 64, 64)))
    return b"\x65" + _escape(_to_bytes(head) + pixels + _predicted_blocks(columns, count))


@cache
def _predicted_blocks(columns: int, count: int) -> bytes:
    """Return all macroblocks after the first one, and the stop bit."""
    plain = _MB_PREDICTED + _NO_COEFFICIENTS
    beside = _MB_PREDICTED + _NO_COEFFICIENTS_BESIDE_PCM
    blocks = [plain] * (count - 1)
    for index in {1, columns} & set(range(count)):
        blocks[index - 1] = beside
    return _to_bytes("".join(blocks) + "1")


@cache
def _repeat_slice(number: int, count: int) -> bytes:
    """Return a frame whose macroblocks are all skipped: they equal those of the frame before."""
    return b"\x41" + _payload(f"{_ue(0)}{_ue(5)}{_ue(0)}{number % 16:04b}000{_ue(0)}{_ue(1)}{_ue(count)}")


def _ue(value: int) -> str:
    """Return the Exp-Golomb code of a number from 0."""
    code = f"{value + 1:b}"
    return "0" * (len(code) - 1) + code


def _payload(bits: str) -> bytes:
    """Return the payload of a NAL unit, with its stop bit."""
    return _escape(_to_bytes(bits + "1"))


def _to_bytes(bits: str) -> bytes:
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _escape(payload: bytes) -> bytes:
    """Interrupt three bytes that look like the start of a unit."""
    for last in range(4):
        payload = payload.replace(bytes((0, 0, last)), bytes((0, 0, 3, last)))
    return payload
