"""Text for terminals: single lines, times, sizes and durations."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["duration_text", "local_time", "one_line", "size_text", "without_control_characters"]


def one_line(text: str) -> str:
    """Return text as one line without control characters, which a terminal would interpret."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def without_control_characters(text: str) -> str:
    """Return text with control characters replaced, except line ends and tabs."""
    return "".join(char if char.isprintable() or char in "\n\t" else "\N{REPLACEMENT CHARACTER}" for char in text)


def local_time(time: datetime | None) -> str:
    """Return a time in the time zone of this machine; empty for ``None``."""
    return "" if time is None else time.astimezone().strftime("%Y-%m-%d %H:%M:%S")


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
