"""Text from elsewhere, made fit for a line of a terminal."""

from __future__ import annotations

__all__ = ["one_line"]


def one_line(text: str) -> str:
    """Return text as one line in which nothing is left that a terminal would take for a command."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
