"""The ``Content-Type`` header."""

from __future__ import annotations

import codecs
from functools import lru_cache

__all__ = ["beginning", "decode_json", "decode_text", "parse_content_type"]

_REPLACED_CODECS = frozenset({"ascii", "idna", "punycode", "undefined", "utf-8"})
"""Python codecs that are decoded as ``utf-8-sig`` instead: not real charsets, parts of UTF-8, and UTF-8 itself."""


@lru_cache(maxsize=64)
def parse_content_type(header: str) -> tuple[str, str | None]:
    """Return the media type in lowercase, and the ``charset``; ``None`` if there is none."""
    kind, _, parameters = header.partition(";")
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return kind.strip().lower(), value.strip().strip("\"'") or None
    return kind.strip().lower(), None


def beginning(body: str | bytes) -> str:
    """Return the first characters of a document, in lowercase, for any encoding."""
    start = body[:64] if isinstance(body, str) else bytes(body[:64]).decode("latin-1").replace("\0", "")
    return start.lstrip("\ufeff\xef\xbb\xbf\xfe\xff \t\r\n").lower()


def decode_text(data: bytes, charset: str | None) -> str:
    """Return the text of a body. The default is UTF-8, also for an unknown charset and for a body with the byte order
    mark of UTF-8.

    :raises UnicodeDecodeError: the body is not valid in that charset
    """
    if data.startswith(codecs.BOM_UTF8):
        charset = "utf-8"
    try:
        return data.decode(_codec(charset or "utf-8"))
    except UnicodeDecodeError:
        raise
    except (LookupError, ValueError):  # a Python codec that does not decode to text, such as hex
        return data.decode(_codec("utf-8"))


def decode_json(data: bytes, charset: str | None) -> str | bytes:
    """Return a body in JSON as text, unless its charset is one that JSON parsers detect.

    :raises UnicodeDecodeError: the body is not valid in that charset
    """
    if charset is None or charset[:3].lower() == "utf":
        return data
    return decode_text(data, charset)


def _codec(charset: str) -> str:
    """Return the name of the Python codec for a charset; ``utf-8-sig`` for UTF-8 and unknown charsets."""
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        name = "utf-8"
    # utf-8-sig removes the byte order mark.
    return "utf-8-sig" if name in _REPLACED_CODECS or "escape" in name else name
