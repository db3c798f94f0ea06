"""Conversion of command-line arguments: durations, times, and the values of an operation's parameters."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Callable

import click

from vidispine._profiles.files import MAX_SECONDS

if TYPE_CHECKING:
    from vidispine._calls.operation import Parameter

__all__ = [
    "DURATION",
    "ID",
    "KEY_VALUE",
    "SECONDS",
    "TIME",
    "is_id",
    "parameter_value",
    "parse_duration",
    "parse_id",
    "parse_time_argument",
]

_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_DURATION = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[smhdw]?)")
_DATE = re.compile(r"\d{4}-?\d\d-?\d\d")
_HAS_TIME = re.compile(r"\d[Tt ]\d")
_BOOLEANS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def parse_duration(text: str) -> float:
    """Return the seconds of a duration such as ``90``, ``90s``, ``15m``, ``2h``, ``7d`` or ``1w``.

    :raises ValueError: the text is not a duration, or longer than 100 years
    """
    match = _DURATION.fullmatch(text.strip().lower())
    if not match:
        raise ValueError(f"{text!r} is not a duration such as 90s, 15m, 2h or 7d")
    seconds = float(match["number"]) * _UNITS[match["unit"]]
    if seconds > MAX_SECONDS:
        raise ValueError(f"{_shortened(text)!r} is longer than 100 years")
    return seconds


def parse_seconds(text: str) -> float:
    """Return a positive number of seconds, such as ``20`` or ``0.5``.

    :raises ValueError: the text is not a number, or not above 0, or longer than 100 years
    """
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= MAX_SECONDS:
        raise ValueError(f"{_shortened(text)!r} is not a number of seconds above 0 and up to 100 years")
    return seconds


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:20]}..."


def parse_time_argument(text: str) -> datetime:
    """Return the time of ISO 8601 text, or of a duration before now: ``2h`` is two hours ago.

    A date is the first moment of that day in the time zone of this machine. A time needs a time zone.

    :raises ValueError: the text is neither
    """
    from vidispine._documents.times import parse_time

    if _DURATION.fullmatch(text.strip().lower()) and text.strip()[-1].isalpha():
        return datetime.now(timezone.utc).replace(microsecond=0) - timedelta(seconds=parse_duration(text))
    try:
        if _DATE.fullmatch(text.strip()):
            return parse_time(text.strip()).astimezone()
        time = parse_time(text.strip())
    except (OSError, OverflowError, ValueError):  # the first and last years have no local time
        raise ValueError(
            f"{_shortened(text)!r} is not a time such as 2026-01-31, 2026-01-31T15:00Z or 2h (ago)"
        ) from None
    if time.utcoffset() is None:
        raise ValueError(f"{_shortened(text)!r} has no time zone, such as Z for UTC or +01:00")
    return time


def is_id(text: str) -> bool:
    """Return whether text can be an id: it is not empty, and has no white space or invisible characters."""
    return text.isprintable() and bool(text) and not any(map(str.isspace, text))


def parse_id(text: str) -> str:
    """Return the id.

    :raises ValueError: the text cannot be an id
    """
    if not text.strip():
        raise ValueError("an id must not be empty")
    if not is_id(text):
        raise ValueError(f"{_shortened(text)!a} is not an id: an id has no white space or control characters")
    return text


def _parse_key_value(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise ValueError(f"{text!r} is not of the form key=value")
    return key, value


class _Type(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A type of click that calls a function, which raises ValueError for invalid text."""

    def __init__(self, name: str, parse: Callable[[str], object]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return self._parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


DURATION = _Type("duration", parse_duration)
"""A duration, as seconds."""

ID = _Type("id", parse_id)
"""The id of an entity."""

TIME = _Type("time", parse_time_argument)
"""ISO 8601 text or a duration before now, as ``datetime``."""

SECONDS = _Type("seconds", parse_seconds)
"""A positive number of seconds."""

KEY_VALUE = _Type("key=value", _parse_key_value)
"""A key and a value, as a tuple."""


def parameter_value(parameter: Parameter, text: str) -> Any:
    """Convert text to the type of an operation's parameter.

    :raises ValueError: the text is invalid for the type
    """
    if parameter.type == "bool":
        if text.lower() not in _BOOLEANS:
            raise ValueError(f"{text!r} is not true or false")
        return _BOOLEANS[text.lower()]
    if parameter.type == "yes/no":
        return _BOOLEANS.get(text.lower(), text)
    if parameter.type in ("int", "float"):
        try:
            return int(text) if parameter.type == "int" else float(text)
        except ValueError:
            raise ValueError(f"{text!r} is not {'an integer' if parameter.type == 'int' else 'a number'}") from None
    if parameter.type == "datetime":
        time = parse_time_argument(text)
        return text if _HAS_TIME.search(text) else time
    return _enum_value(parameter, text)


def _enum_value(parameter: Parameter, text: str) -> str:
    """Return an allowed value in the server's spelling. Unknown values are returned unchanged."""
    if parameter.values is None:
        return text
    from vidispine import models

    values = getattr(models, parameter.values).values()
    return text if text in values else next((value for value in values if value.lower() == text.lower()), text)
