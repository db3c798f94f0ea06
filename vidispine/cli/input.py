"""Text from standard input and files."""

from __future__ import annotations

import codecs
import sys

__all__ = ["decode", "read_first_line", "read_standard_input"]

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_standard_input() -> bytes:
    """Return all of standard input; nothing if it is closed."""
    stream = getattr(sys.stdin, "buffer", None)
    return stream.read() if stream is not None else sys.stdin.read().encode("utf-8", "surrogateescape")


def read_first_line() -> str:
    """Return the first line of standard input without its line end; nothing if standard input is closed.

    :raises UnicodeDecodeError: the line is in an unknown encoding
    """
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        return sys.stdin.readline().rstrip("\r\n")
    data = stream.readline()
    if data.startswith(_UTF_16):
        data += stream.read()  # the line end of UTF-16 has two bytes
    return decode(data).partition("\n")[0].rstrip("\r")


def decode(data: bytes) -> str:
    """Return text without its byte order mark. The encoding is UTF-8, or UTF-16 with a mark, which PowerShell writes.

    :raises UnicodeDecodeError: the data is in another encoding
    """
    return data.decode("utf-16" if data.startswith(_UTF_16) else "utf-8-sig")
