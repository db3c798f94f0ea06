"""Text from elsewhere, made fit for a line of a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["local_time", "one_line", "size_text"]


def one_line(text: str) -> str:
    """Return text as one line in which nothing is left that a terminal would take for a command."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def local_time(moment: datetime | None) -> str:
    """Return a moment as the clock of this machine shows it; nothing for none."""
    return "" if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def size_text(size: int) -> str:
    """Return a number of bytes as people say it: ``512 B``, ``1.5 MB``."""
    number = float(size)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if number < 999.5 or unit == "TB":
            return f"{number:.0f} {unit}" if unit == "B" or number >= 99.5 else f"{number:.1f} {unit}"
        number /= 1000
    raise AssertionError("the last unit has no limit")
