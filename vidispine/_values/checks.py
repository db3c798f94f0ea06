"""Checks of the values of settings and arguments. Each returns the value that it accepts."""

from __future__ import annotations

import math
from typing import Any

from vidispine.exceptions import ApiTypeError, ApiValueError, short_repr

__all__ = [
    "check_boolean",
    "check_byte_limit",
    "check_callables",
    "check_integer",
    "check_media_type",
    "check_rate",
    "check_seconds",
    "check_string",
]

_MIN_RATE = 1e-6


def check_string(name: str, value: Any) -> str:
    """Check that a value is a string, which may be empty.

    :param name: the name of the argument, for messages
    :raises ApiTypeError: it is not
    """
    if not isinstance(value, str):
        raise ApiTypeError(f"{name} must be a string, not {type(value).__name__}")
    return value


def check_media_type(name: str, value: Any) -> str:
    """Check that a value is a media type, or looks like one.

    :param name: the name of the argument, for messages
    :raises ApiValueError: it is not
    """
    if not isinstance(value, str) or "/" not in value:
        raise ApiValueError(f"{name} must be a media type such as 'application/xml', not {short_repr(value)}")
    return value


def check_boolean(name: str, value: Any) -> bool:
    """Check that a value is ``True`` or ``False``.

    :param name: the name of the argument, for messages
    :raises ApiTypeError: it is not
    """
    if not isinstance(value, bool):
        raise ApiTypeError(f"{name} must be True or False, not {type(value).__name__}")
    return value


def check_integer(name: str, value: Any, lowest: int, highest: int | None = None) -> int:
    """Check that a value is an integer in a range.

    :param name: the name of the argument, for messages
    :param highest: the largest allowed value. Default: no limit
    :raises ApiTypeError, ApiValueError: the value is not an integer, or it is out of range
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise ApiTypeError(f"{name} must be an integer, not {type(value).__name__}")
    if value < lowest or (highest is not None and value > highest):
        allowed = f"of at least {lowest}" if highest is None else f"from {lowest} to {highest}"
        raise ApiValueError(f"{name} must be an integer {allowed}, not {short_repr(value)}")
    return value


def check_seconds(name: str, value: Any, *, may_be_zero: bool = False, may_be_infinite: bool = False) -> float:
    """Check that a value is a positive number of seconds.

    :param name: the name of the argument, for messages
    :param may_be_zero: also allow 0. Default: ``False``
    :param may_be_infinite: also allow infinity. Default: ``False``
    :raises ApiTypeError, ApiValueError: the value is not a number, or it is out of range
    """
    if not _is_number(value):
        raise ApiTypeError(f"{name} must be a number of seconds, not {type(value).__name__}")
    try:
        seconds = float(value)
    except OverflowError:
        seconds = math.inf if value > 0 else -math.inf
    if not (seconds > 0 or (may_be_zero and seconds == 0)):
        kind = "non-negative" if may_be_zero else "positive"
        raise ApiValueError(f"{name} must be a {kind} number of seconds, not {short_repr(value)}")
    if seconds == math.inf and not may_be_infinite:
        raise ApiValueError(f"{name} must be a finite number of seconds")
    return seconds


def check_rate(name: str, value: Any) -> float | None:
    """Check that a value is a rate greater than 0, or ``None`` for no limit.

    :param name: the name of the argument, for messages
    :raises ApiTypeError, ApiValueError: it is not
    """
    if value is None:
        return None
    if not _is_number(value):
        raise ApiTypeError(f"{name} must be a number or None, not {type(value).__name__}")
    if not _MIN_RATE <= value < math.inf:
        raise ApiValueError(f"{name} must be a number greater than 0, not {short_repr(value)}")
    rate: float = value
    return rate


def check_byte_limit(name: str, value: Any) -> int | None:
    """Check that a value is a positive number of bytes, or ``None`` for no limit.

    :param name: the name of the argument, for messages
    :raises ApiTypeError, ApiValueError: it is not
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise ApiTypeError(f"{name} must be a number of bytes or None, not {type(value).__name__}")
    if value < 1:
        raise ApiValueError(f"{name} must be a number of bytes of at least 1, or None for no limit")
    return value


def check_callables(name: str, value: Any) -> list[Any]:
    """Check that a value is a callable or an iterable of callables.

    :param name: the name of the argument, for messages
    :returns: a list; the same one if the value is a list, so that clients can share their hooks
    :raises ApiTypeError: it is not
    """
    callables = value if isinstance(value, list) else list(value) if hasattr(value, "__iter__") else [value]
    for one in callables:
        if not callable(one):
            raise ApiTypeError(f"{name} must be a list of callables, not {type(one).__name__}")
    return callables


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
