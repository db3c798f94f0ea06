"""Text for terminals: single lines, times, sizes and durations."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["duration_text", "escape", "escape_json", "escape_line", "local_time", "one_line", "size_text"]

_SHOWN = re.compile(r"[^\n\t\x20-\x7e]")
_JOINERS = "\u200c\u200d"
"""Format characters that Persian text and emoji need."""


def one_line(value: object) -> str:
    """Return a value as one line without control characters, which a terminal would interpret; empty for ``None``."""
    text = "" if value is None else str(value)
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def escape(text: str) -> str:
    r"""Return text with escape sequences for characters that a terminal would interpret: ``\x1b``, ``\u202e``.

    Line ends and tabs are kept. Control characters such as ESC and C1 are escaped, and format characters such as those
    that change the direction of text.
    """
    return _SHOWN.sub(lambda found: _escaped(found[0]) if _is_unsafe(found[0]) else found[0], text)


def escape_line(text: str) -> str:
    """Return text as :func:`escape` does, as one line."""
    return escape(text).replace("\n", "\\n").replace("\t", "\\t")


def escape_json(text: str) -> str:
    """Return a JSON document with the same characters escaped as :func:`escape`. It stays valid JSON."""
    return _SHOWN.sub(lambda found: json.dumps(found[0])[1:-1] if _is_unsafe(found[0]) else found[0], text)


def _is_unsafe(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in _JOINERS


def _escaped(character: str) -> str:
    return character.encode("ascii", "backslashreplace").decode() if character > "\x7f" else f"\\x{ord(character):02x}"


def local_time(time: datetime | None) -> str:
    """Return a time in the time zone of this machine; empty for ``None``."""
    if time is None:
        return ""
    try:
        time = time.astimezone()
    except (OSError, OverflowError, ValueError):  # the first and last years have no local time
        return time.isoformat(" ", "seconds")
    return time.strftime("%Y-%m-%d %H:%M:%S")


def size_text(size: int) -> str:
    """Return a number of bytes with its unit: ``512 B``, ``1.5 MB``."""
    number = float(size)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if number < 999.5 or unit == "TB":
            return f"{number:.0f} {unit}" if unit == "B" or number >= 99.5 else f"{number:.1f} {unit}"
        number /= 1000
    raise AssertionError("the last unit has no limit")


def duration_text(seconds: float) -> str:
    """Return a duration in at most two units: ``7s``, ``3m 20s``, ``2h 5m`` or ``3d 4h``."""
    rounded = round(seconds)
    for size, unit, smaller_size, smaller_unit in (
        (86400, "d", 3600, "h"),
        (3600, "h", 60, "m"),
        (60, "m", 1, "s"),
    ):
        if rounded >= size:
            rest = rounded % size // smaller_size
            return f"{rounded // size}{unit} {rest}{smaller_unit}" if rest else f"{rounded // size}{unit}"
    return f"{rounded}s"
