"""Time codes: ``76800@12800``, ``732@PAL``, ``-INF``."""

from __future__ import annotations

import math
import re

GENERIC = ("-INF", "+INF")
"""The timespan that covers the whole entity."""

_BASES = {"PAL": 25.0, "NTSC": 30000 / 1001, "NTSC30": 30.0}
_FORM = re.compile(r"([+-]?\d{1,18})@(?:(\w+)|(\d{1,18}):(\d{1,18}))")


def seconds(text: str) -> float:
    """Return the seconds of a time code, of a plain number, or of an open end.

    :raises ValueError: the time code is invalid
    """
    if text in GENERIC:
        return math.inf if text == "+INF" else -math.inf
    match = _FORM.fullmatch(text)
    if match is None:
        if not re.fullmatch(r"[+-]?\d{1,18}(\.\d{1,18})?", text):
            raise ValueError(f"{text!r} is not a time code, such as 250@PAL, 76800@12800 or -INF")
        return float(text)
    return int(match[1]) / _per_second(match)


def _per_second(match: re.Match[str]) -> float:
    """Return the samples per second. A time base is a name, a number, or denominator and numerator."""
    if match[3]:
        base = int(match[3]) / (int(match[4]) or math.inf)
    else:
        base = _BASES.get(match[2]) or (float(match[2]) if match[2].isdecimal() else 0.0)
    if base <= 0:
        raise ValueError(f"{match[0]!r} has no time base such as PAL, NTSC or 12800")
    return base
