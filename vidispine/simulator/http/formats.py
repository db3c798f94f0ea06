"""Formats of ids, times, numbers and booleans."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import Any

from vidispine._documents.times import parse_time

SITE = "VX"
"""Site id of this server."""

SITE_ID = r"[_A-Za-z][_A-Za-z0-9]{0,9}-[1-9][0-9]{0,17}"
"""Pattern of the ids of all entities."""

JOB_ID = rf"(?:JOB-)?{SITE_ID}"
"""Pattern of job ids, short (``VX-7``) or long (``JOB-VX-7``)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)


def site_id(serial: int) -> str:
    """Return the id for a serial number."""
    return f"{SITE}-{serial}"


def serial_of(text: str, entity: str) -> int | None:
    """Return the serial number in an id, ``None`` for invalid ids and ids of another site or type.

    :param entity: type of the entity in long ids: ``ITEM`` for ``ITEM-VX-7``
    """
    match = re.fullmatch(rf"(?:{entity}-)?{SITE}-([1-9][0-9]{{0,17}})", text)
    return None if match is None else int(match[1])


def job_serial(text: str) -> int | None:
    """Return the serial number in a job id, ``None`` for another site.

    :raises ValueError: the id is invalid
    """
    if not re.fullmatch(JOB_ID, text):
        raise ValueError(f"an id must have the form {SITE}-7, not {text!r}")
    return serial_of(text, "JOB")


def from_milliseconds(milliseconds: int) -> datetime:
    """Return the time for milliseconds since 1970."""
    return _EPOCH + milliseconds * _MILLISECOND


def to_milliseconds(time: datetime) -> float:
    """Return the milliseconds since 1970, with a fraction."""
    return (time - _EPOCH) / _MILLISECOND


def json_time(time: datetime) -> str:
    """Return a time in the format of JSON: ``2020-10-02T15:36:54.047+0000``."""
    return _utc(time) + "+0000"


def xml_time(time: datetime) -> str:
    """Return a time in the format of XML: ``2020-10-02T15:36:54.047Z``."""
    return _utc(time) + "Z"


def _utc(time: datetime) -> str:
    return time.astimezone(timezone.utc).replace(tzinfo=None).isoformat(timespec="milliseconds")


def read_time(text: str) -> datetime:
    """Parse an ISO 8601 time. Without a time zone, it is UTC.

    :raises ValueError: the time is invalid
    """
    try:
        time = parse_time(text)
        return (time if time.tzinfo else time.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is not a time in ISO 8601, such as 2024-03-01T10:00:00Z") from None


def read_integer(text: str) -> int:
    """Parse an integer.

    :raises ValueError: the text is not an integer, or has more than 18 digits
    """
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text.strip()):
        raise ValueError(f"{text!r} is not an integer")
    return int(text)


def check_integer(name: str, value: Any, least: int, most: int) -> None:
    """Check an argument of a test.

    :raises ValueError: it is not an integer in the range
    """
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{name} must be an integer from {least} to {most}, not {value!r}")


def read_number(text: str) -> float:
    """Parse a number.

    :raises ValueError: the text is not a finite number
    """
    number = math.nan
    with suppress(ValueError):
        number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text!r} is not a finite number")
    return number


def read_boolean(text: str) -> bool:
    """Parse ``true`` or ``false``, in any case.

    :raises ValueError: the text is neither
    """
    word = str(text).strip().lower()
    if word not in ("true", "false"):
        raise ValueError(f"{text!r} is neither true nor false")
    return word == "true"
