"""What people type, as values: durations, moments, and the values of an operation's parameters."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from vidispine.operation import Parameter

__all__ = ["DURATION", "LISTS", "MOMENT", "PAIR", "duration", "moment", "parameter_value", "seconds_text"]

LISTS = ("csv", "multi", "pairs")
"""Types of parameters that take several values."""

_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_DURATION = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[smhdw]?)")
_BOOLEANS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def duration(text: str) -> float:
    """Return the seconds that a duration such as ``90``, ``90s``, ``15m``, ``2h``, ``7d`` or ``1w`` stands for.

    :raises ValueError: the text is none
    """
    found = _DURATION.fullmatch(text.strip().lower())
    if not found:
        raise ValueError(f"{text!r} is not a duration such as 90s, 15m, 2h or 7d")
    return float(found["number"]) * _UNITS[found["unit"]]


def moment(text: str) -> datetime:
    """Return the moment that ISO 8601 text stands for, or that was a duration ago: ``2h`` is two hours ago.

    A time without a zone is one of this machine's clock.

    :raises ValueError: the text is neither
    """
    from vidispine.serialization import parse_time

    if _DURATION.fullmatch(text.strip().lower()) and text.strip()[-1].isalpha():
        return datetime.now(timezone.utc).replace(microsecond=0) - timedelta(seconds=duration(text))
    try:
        found = parse_time(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is not a time such as 2026-01-31, 2026-01-31T15:00 or 2h (ago)") from None
    return found.astimezone() if found.tzinfo is None else found


class _Type(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A type of click for a function that turns text into a value."""

    def __init__(self, name: str, convert: Any) -> None:
        self.name = name
        self._convert = convert

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return self._convert(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise ValueError(f"{text!r} is not of the form key=value")
    return key, value


DURATION = _Type("duration", duration)
"""An option's type: seconds, given as a duration."""

MOMENT = _Type("time", moment)
"""An option's type: a moment, given as ISO 8601 text or as a duration ago."""

PAIR = _Type("key=value", _pair)
"""An option's or an argument's type: a key and a value."""


def parameter_value(parameter: Parameter, text: str) -> Any:
    """Return the value that text stands for, by the type of an operation's parameter.

    :raises ValueError: the text does not fit the type
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
            raise ValueError(f"{text!r} is not a {'whole ' if parameter.type == 'int' else ''}number") from None
    if parameter.type == "datetime":
        return moment(text)
    return _word(parameter, text)


def _word(parameter: Parameter, text: str) -> str:
    """Return a word of the parameter's vocabulary in the vocabulary's spelling; what it does not know, as it is."""
    if parameter.values is None:
        return text
    from vidispine import models

    words = getattr(models, parameter.values).values()
    return text if text in words else next((word for word in words if word.lower() == text.lower()), text)


def seconds_text(seconds: float) -> str:
    """Return a duration as people say it: ``7s``, ``3m 20s``, ``2h 5m`` or ``3d 4h``."""
    whole = round(seconds)
    for size, unit, smaller, part in ((86400, "d", 3600, "h"), (3600, "h", 60, "m"), (60, "m", 1, "s")):
        if whole >= size:
            rest = whole % size // smaller
            return f"{whole // size}{unit} {rest}{part}" if rest else f"{whole // size}{unit}"
    return f"{whole}s"
