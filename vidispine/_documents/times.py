"""Times and their text in ISO 8601."""

from __future__ import annotations

import re
from datetime import date, datetime

__all__ = ["format_time", "parse_time"]

_COLONLESS_ZONE = re.compile(r"[+-]\d{4}$")


def parse_time(text: str) -> datetime:
    """Return the moment that ISO 8601 text stands for, in any of the server's notations.

    :raises ValueError: the text is not a time
    """
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return _parse_other_time(text)


def _parse_other_time(text: str) -> datetime:
    # Before Python 3.11 the standard library refuses the server's own notation, 2020-10-02T15:36:54.047+0000.
    plain = f"{text[:-2]}:{text[-2:]}" if _COLONLESS_ZONE.search(text) else text
    try:
        return datetime.fromisoformat(f"{plain[:-1]}+00:00" if plain[-1:] == "Z" else plain)
    except ValueError:
        from dateutil.parser import isoparse

        return isoparse(text)


def format_time(value: date) -> str:
    """Return a date or a moment as ISO 8601 text."""
    return value.isoformat()
