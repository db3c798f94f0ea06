"""Values as the text that documents contain, in metadata, in searches, and of keys."""

from __future__ import annotations

import math
import numbers
import os
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from vidispine._documents.times import format_time
from vidispine._mixins.time_codes import TimeCodeMixin
from vidispine.exceptions import ApiTypeError, ApiValueError, kind_of

__all__ = ["entries_of", "flatten", "value_text"]

_SINGLE = (str, bytes, bytearray, memoryview, Mapping)
_SCALAR_KINDS = frozenset("biufU")
"""Kinds of NumPy types that Python has, too: booleans, numbers and text."""


def value_text(what: str, value: Any, *, naive: bool = False) -> str:
    """Return a value as the text that a document contains.

    :param what: what the value is, for errors
    :param naive: whether a time without a time zone is accepted. Default: ``False``
    :raises ApiTypeError: the value has another type
    :raises ApiValueError: a time without a time zone, or a number that is not finite or too long
    """
    if isinstance(value, str):
        return str.__str__(value)  # an enum member is sent as its value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return _time_text(what, value, naive)
    if isinstance(value, (numbers.Real, Decimal)):
        return _number_text(what, value)
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    if isinstance(value, TimeCodeMixin) or hasattr(type(value), "smpte"):
        from vidispine._mixins.media_time import TimeCode

        return str(TimeCode(value))
    if getattr(value, "ndim", None) == 0 and value.dtype.kind in _SCALAR_KINDS:
        return value_text(what, value.item(), naive=naive)
    kind = kind_of(value)
    raise ApiTypeError(f"{what} must be text, a number, a boolean, a time or a time code, not {kind}")


def _time_text(what: str, value: date, naive: bool) -> str:
    if value != value:  # as NaT of pandas, whose methods raise errors
        raise ApiValueError(f"{what} must be a time, not {value}")
    if not naive and isinstance(value, datetime) and value.utcoffset() is None:
        raise ApiValueError(
            f"{what} must have a time zone: {value.isoformat()} has none; for UTC, pass tzinfo=timezone.utc"
        )
    return format_time(value)


def _number_text(what: str, value: Any) -> str:
    if isinstance(value, numbers.Integral):
        try:
            return str(int(value))
        except ValueError:
            raise ApiValueError(f"{what} has too many digits") from None
    if not (value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)):
        raise ApiValueError(f"{what} must be a finite number, not {value}")
    return format(value, "f") if isinstance(value, Decimal) else repr(float(value))


def entries_of(value: Any) -> list[Any] | None:
    """Return the entries of several values, such as a list or a generator; ``None`` for one value."""
    is_single = isinstance(value, _SINGLE) or not isinstance(value, Iterable)
    # Tables of several dimensions, and parts of metadata, whose iteration yields names.
    if is_single or getattr(value, "ndim", 1) != 1 or hasattr(value, "to_plain"):
        return None
    return list(value)


def flatten(values: Iterable[Any]) -> list[Any]:
    """Return values of which some are several values."""
    found: list[Any] = []
    for value in values:
        entries = entries_of(value)
        found += [value] if entries is None else entries
    return found
