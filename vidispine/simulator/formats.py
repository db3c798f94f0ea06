"""How values stand in text: ids, times, numbers and booleans."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta, timezone

from vidispine.serialization import parse_time

__all__ = [
    "JOB_ID",
    "SITE",
    "SITE_ID",
    "from_milliseconds",
    "job_id",
    "job_serial",
    "json_time",
    "read_boolean",
    "read_integer",
    "read_number",
    "read_time",
    "serial_of",
    "site_id",
    "to_milliseconds",
    "xml_time",
]

SITE = "VX"
"""The site that this server's ids begin with."""

SITE_ID = r"[_A-Za-z][_A-Za-z0-9]{0,9}-[1-9][0-9]{0,17}"
"""Regular expression for the id of anything."""

JOB_ID = rf"(?:JOB-)?{SITE_ID}"
"""Regular expression for the id of a job, plain (``VX-7``) or in the long form (``JOB-VX-7``)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)


def site_id(serial: int) -> str:
    """Return the id of the entity with this serial number; it says nothing about the entity's type."""
    return f"{SITE}-{serial}"


def serial_of(text: str, entity: str) -> int | None:
    """Return the serial number in an id, ``None`` when the id is of another site or type, or no id at all.

    :param entity: the type of the entity, as it stands in ids of the long form: ``ITEM`` for ``ITEM-VX-7``
    """
    match = re.fullmatch(rf"(?:{entity}-)?{SITE}-([1-9][0-9]{{0,17}})", text)
    return None if match is None else int(match[1])


def job_id(serial: int) -> str:
    """Return the id of the job with this serial number."""
    return site_id(serial)


def job_serial(text: str) -> int | None:
    """Return the serial number in a job's id, ``None`` when the id is of another site.

    :raises ValueError: this is no id at all
    """
    if not re.fullmatch(JOB_ID, text):
        raise ValueError(f"an id looks like {SITE}-7, not like {text!r}")
    return serial_of(text, "JOB")


def from_milliseconds(milliseconds: int) -> datetime:
    """Return the moment that lies so many milliseconds after the start of 1970."""
    return _EPOCH + milliseconds * _MILLISECOND


def to_milliseconds(moment: datetime) -> float:
    """Return the milliseconds since the start of 1970, with the part of the last one."""
    return (moment - _EPOCH) / _MILLISECOND


def json_time(moment: datetime) -> str:
    """Return a moment as it stands in JSON: ``2020-10-02T15:36:54.047+0000``."""
    return _utc(moment) + "+0000"


def xml_time(moment: datetime) -> str:
    """Return a moment as it stands in XML: ``2020-10-02T15:36:54.047Z``."""
    return _utc(moment) + "Z"


def _utc(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).replace(tzinfo=None).isoformat(timespec="milliseconds")


def read_time(text: str) -> datetime:
    """Return the moment that ISO 8601 text stands for; without a zone it is taken as UTC.

    :raises ValueError: the text is not a time
    """
    try:
        moment = parse_time(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is not a time in ISO 8601, such as 2024-03-01T10:00:00Z") from None


def read_integer(text: str) -> int:
    """Return the whole number that text stands for.

    :raises ValueError: the text is no whole number, or one of more than 18 digits
    """
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text.strip()):
        raise ValueError(f"{text!r} is not a whole number")
    return int(text)


def read_number(text: str) -> float:
    """Return the number that text stands for.

    :raises ValueError: the text is no number, or not a finite one
    """
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text!r} is not a finite number")
    return number


def read_boolean(text: str) -> bool:
    """Return what ``true`` or ``false``, in any case of letters, stands for.

    :raises ValueError: the text is neither
    """
    word = str(text).strip().lower()
    if word not in ("true", "false"):
        raise ValueError(f"{text!r} is neither true nor false")
    return word == "true"
