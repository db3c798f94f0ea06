"""The text of files that users write."""

from __future__ import annotations

import codecs

__all__ = ["UTF_16_MARKS", "decode"]

UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode(data: bytes) -> str:
    """Return text without its byte order mark. The encoding is UTF-8, or UTF-16 with a mark, which PowerShell writes.

    :raises UnicodeDecodeError: the data is in another encoding
    """
    return data.decode("utf-16" if data.startswith(UTF_16_MARKS) else "utf-8-sig")
