"""Time codes: ``76800@12800``, ``732@PAL``, ``-INF``."""

from __future__ import annotations

import re
from functools import lru_cache

from vidispine.timecode import TimeCode

GENERIC = ("-INF", "+INF")
"""The timespan that covers the whole entity."""


@lru_cache
def seconds(text: str) -> float:
    """Return the seconds of a time code, of a plain number, or of an open end.

    :raises ValueError: the time code is invalid
    """
    if re.fullmatch(r"[+-]?\d{1,18}(\.\d{1,18})?", text):
        return float(text)
    return float(TimeCode(text).seconds)
