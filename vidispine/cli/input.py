"""Text from standard input and files."""

from __future__ import annotations

import sys

from vidispine._documents.text_files import UTF_16_MARKS, decode

__all__ = ["read_first_line", "read_standard_input"]


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
    if data.startswith(UTF_16_MARKS):
        data += stream.read()  # the line end of UTF-16 has two bytes
    return decode(data).partition("\n")[0].rstrip("\r")
