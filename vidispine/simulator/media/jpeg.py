"""Writes JPEG images of a single color."""

from __future__ import annotations

import struct

BLOCK = 8
"""Width and height of a block, in pixels."""

QUANTIZER = 8
"""With this step, the DC coefficient of a block equals its level."""

# Codes of the lengths of DC differences: one bit for 0, five bits for 1 to 11. AC: one bit for the end of the block.
_DC_LENGTHS = bytes((1, 0, 0, 0, 11)) + bytes(11)
_AC_LENGTHS = bytes((1,)) + bytes(15)


def encode_jpeg(width: int, height: int, color: tuple[int, int, int]) -> bytes:
    """Return an image.

    :param width: in pixels, 1 to 65535
    :param height: in pixels, 1 to 65535
    :param color: Y, Cb and Cr, each from 0 to 255
    """
    blocks = -(-width // BLOCK) * -(-height // BLOCK)
    bits = "".join(_difference(part - 128) + "0" for part in color) + "000000" * (blocks - 1)
    bits += "1" * (-len(bits) % 8)
    data = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\x00")
    components = b"".join(bytes((number, 0x11, 0)) for number in (1, 2, 3))
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
            _segment(0xDB, bytes((0,)) + bytes((QUANTIZER,)) * 64),
            _segment(0xC0, struct.pack(">BHHB", 8, height, width, 3) + components),
            _segment(0xC4, b"\x00" + _DC_LENGTHS + bytes(range(12))),
            _segment(0xC4, b"\x10" + _AC_LENGTHS + b"\0"),
            _segment(0xDA, b"\x03" + b"".join(bytes((number, 0)) for number in (1, 2, 3)) + b"\0\x3f\0"),
            data,
            b"\xff\xd9",
        )
    )


def _difference(value: int) -> str:
    """Return the code of a DC coefficient after 0."""
    if value == 0:
        return "0"
    size = abs(value).bit_length()
    return f"{0b10000 + size - 1:05b}{value if value > 0 else value + (1 << size) - 1:0{size}b}"


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data
