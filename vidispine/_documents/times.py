"""Parsing and formatting of ISO 8601 dates and times."""

from __future__ import annotations

import re
from datetime import date, datetime

__all__ = ["format_time", "parse_time"]

_COLONLESS_ZONE = re.compile(r"[+-]\d{4}$")


def parse_time(text: str) -> datetime:
    """Parse an ISO 8601 date and time in any notation that servers use.

    :raises ValueError: the text is not a valid date and time
    """
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return _parse_other_time(text)


def _parse_other_time(text: str) -> datetime:
    # Before Python 3.11, fromisoformat() rejects the server's usual notation, 2020-10-02T15:36:54.047+0000.
    plain = f"{text[:-2]}:{text[-2:]}" if _COLONLESS_ZONE.search(text) else text
    try:
        return datetime.fromisoformat(f"{plain[:-1]}+00:00" if plain[-1:] == "Z" else plain)
    except ValueError:
        from dateutil.parser import isoparse

        return isoparse(text)


def format_time(value: date) -> str:
    """Format a date, or a date and time, as ISO 8601 text."""
    return value.isoformat()
