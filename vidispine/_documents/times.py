"""Parsing and formatting of ISO 8601 dates and times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from vidispine._documents.registry import is_model
from vidispine.exceptions import warn_caller

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["LONGEST_DATE", "AssignedTime", "format_time", "has_naive_time", "parse_time", "warn_naive_time"]

LONGEST_DATE = len("2026-03-01+01:00")
"""The length of a date with a time zone, which XML allows. Longer texts are times."""
_ZONE_STARTS = ("+", "-", "Z")
_LEAP_SECOND = r"(?<=[Tt ]\d\d:\d\d:)60|(?<=[Tt ]\d{4})60"


def parse_time(text: str) -> datetime:
    """Parse an ISO 8601 date and time in any notation that servers use.

    A leap second, such as 23:59:60, is the first second of the next minute.

    :raises ValueError: the text is not a valid date and time
    """
    if len(text) <= LONGEST_DATE and text[10:11] in _ZONE_STARTS:
        # fromisoformat() would read the zone as the time of day.
        text = f"{text[:10]}T00:00:00{text[10:]}"
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return _parse_other_time(text)


def _parse_other_time(text: str) -> datetime:
    # Before Python 3.11, fromisoformat() rejects the server's usual notation, 2020-10-02T15:36:54.047+0000.
    plain = f"{text[:-2]}:{text[-2:]}" if text[-5:-4] in ("+", "-") and text[-4:].isdecimal() else text
    try:
        return datetime.fromisoformat(f"{plain[:-1]}+00:00" if plain[-1:] == "Z" else plain)
    except ValueError:
        from dateutil.parser import isoparse

        without_leap_second, is_leap_second = re.subn(_LEAP_SECOND, "59", text)
        try:
            return isoparse(without_leap_second) + timedelta(seconds=is_leap_second)
        except OverflowError as error:
            raise ValueError(str(error)) from None


def format_time(value: date) -> str:
    """Format a date, or a date and time, as ISO 8601 text."""
    return value.isoformat()


class AssignedTime(str):
    """The text of a time that a program assigned. Reading the attribute returns that time, with its own time zone."""

    __slots__ = ("time",)

    time: datetime

    def __new__(cls, time: datetime) -> Self:
        """Format a time."""
        self = super().__new__(cls, format_time(time))
        self.time = time
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return str, (str(self),)


_WITHOUT_TIMES = frozenset({bool, bytes, float, int, str, type(None)})
"""Classes of most values."""


def has_naive_time(value: Any) -> bool:
    """Return whether a value is or contains a naive ``datetime``. Those in models were checked on assignment."""
    if value.__class__ in _WITHOUT_TIMES or is_model(value):
        return False
    if isinstance(value, datetime):
        return value.utcoffset() is None
    if isinstance(value, (list, tuple)):
        return any(map(has_naive_time, value))
    return isinstance(value, Mapping) and any(map(has_naive_time, value.values()))


def warn_naive_time(name: str) -> None:
    """Warn about a ``datetime`` without a time zone, which is sent unchanged.

    :param name: the name of the argument
    """
    warn_caller(
        f"{name}: a datetime without a time zone is sent unchanged, and servers may interpret it as their local time: "
        "use a datetime with a time zone, such as datetime.now(timezone.utc)",
        UserWarning,
    )
