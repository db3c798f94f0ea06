"""SMPTE time codes: ``HH:MM:SS:FF``, and ``HH:MM:SS;FF`` for drop-frame."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from vidispine.exceptions import ApiValueError, one_line

__all__ = ["format_smpte", "parse_smpte"]

_TEXT = re.compile(r"(-?)([0-9]{2,20}):([0-5][0-9]):([0-5][0-9])([:;.])([0-9]{2}|1[0-9]{2})")
_HIGHEST_RATE = 120
_TOLERANCE = Fraction(1, 1000)
_DROPPED = {Fraction(30000, 1001): 2, Fraction(2997, 100): 2, Fraction(60000, 1001): 4, Fraction(2997, 50): 4}
"""Frame numbers that drop-frame skips at the start of a minute, by frame rate."""


def format_smpte(frame: int, rate: Fraction, drop_frame: bool) -> str:
    """Return the SMPTE text of a frame.

    :raises ApiValueError: there is no such SMPTE text at this rate
    """
    nominal = _nominal(rate)
    number = abs(frame)
    if drop_frame:
        number += _skipped_until(number, nominal, _dropped(rate))
    seconds, frames = divmod(number, nominal)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    sign = "-" if frame < 0 else ""
    return f"{sign}{hours:02}:{minutes:02}:{seconds:02}{';' if drop_frame else ':'}{frames:02}"


def parse_smpte(text: str, rate: Fraction) -> int:
    """Return the frame number of SMPTE text.

    :raises ApiValueError: the text is not SMPTE, or does not exist at this rate
    """
    nominal = _nominal(rate)
    found = _TEXT.fullmatch(text)
    shown = repr(one_line(text, 40))
    if found is None:
        raise ApiValueError(f"{shown} is not SMPTE: must be HH:MM:SS:FF, or HH:MM:SS;FF for drop-frame")
    sign, separator = found[1], found[5]
    hours, minutes, seconds, frames = map(int, found.group(2, 3, 4, 6))
    if frames >= nominal:
        raise ApiValueError(f"{shown} does not exist: the frames must be below {nominal} at this frame rate")
    minutes += hours * 60
    number = (minutes * 60 + seconds) * nominal + frames
    if separator != ":":
        dropped = _dropped(rate)
        if minutes % 10 and seconds == 0 and frames < dropped:
            raise ApiValueError(f"{shown} does not exist: drop-frame skips the first {dropped} frames of this minute")
        number -= dropped * (minutes - minutes // 10)
    return -number if sign else number


def _nominal(rate: Fraction) -> int:
    """Return the number of frames that SMPTE counts per second: 30 for 29.97."""
    nominal = math.ceil(rate)
    if nominal > _HIGHEST_RATE or nominal - rate > nominal * _TOLERANCE:
        raise ApiValueError(
            f"SMPTE must have a base that is a frame rate of at most {_HIGHEST_RATE}, such as 'PAL' or '24000:1001'"
        )
    return nominal


def _dropped(rate: Fraction) -> int:
    if rate not in _DROPPED:
        raise ApiValueError("drop-frame must have a base of 29.97 or 59.94 frames per second, such as 'NTSC'")
    return _DROPPED[rate]


def _skipped_until(frame: int, nominal: int, dropped: int) -> int:
    """Return how many frame numbers drop-frame has skipped before a frame."""
    minute = nominal * 60 - dropped
    # The first of ten minutes skips no numbers, so it is longer than the others.
    tens, rest = divmod(frame, minute * 10 + dropped)
    return dropped * (tens * 9 + max(rest - dropped, 0) // minute)
