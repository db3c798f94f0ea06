"""Converts the values of metadata fields to text, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Union

from vidispine._documents.times import parse_time
from vidispine._mixins.value_texts import entries_of, value_text
from vidispine.exceptions import ApiTypeError, ApiValueError, short_repr

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable
    from typing import SupportsFloat

    from vidispine._mixins.media_time import TimeCode
    from vidispine._mixins.time_codes import TimeCodeMixin

    MetadataValue = Union[str, SupportsFloat, datetime, date, os.PathLike[str], TimeCode, TimeCodeMixin]
    # One kind of iterable, because mypy infers a list of objects if it can choose.
    MetadataInput = Union[MetadataValue, Mapping[str, Any], Iterable[Union[MetadataValue, Mapping[str, Any]]]]

__all__ = [
    "BY_FIELD_TYPE",
    "check_name",
    "check_text",
    "check_track",
    "from_text",
    "is_transient",
    "split_input",
    "to_text",
]


_TRACK = re.compile(r"[A-Za-z]+[1-9][0-9]*")


def is_transient(name: Any) -> bool:
    """Return whether a field is transient, which means that its name begins with two underscores."""
    return isinstance(name, str) and name.startswith("__")


def check_name(name: Any) -> None:
    """Check the name of a field or group before it is written.

    :raises ApiTypeError: the name is not text
    :raises ApiValueError: the name is empty, or that of a transient field
    """
    if not isinstance(name, str):
        raise ApiTypeError(f"the name of a metadata field must be a string, not {type(name).__name__}")
    if not name:
        raise ApiValueError("the name of a metadata field must not be empty")
    if name.startswith("__"):
        raise ApiValueError(f"{name} is computed by the server and cannot be written")


def to_text(name: str, value: Any) -> str:
    """Return a value as the text that the server stores.

    :raises ApiTypeError: the value has another type
    :raises ApiValueError: a time without a time zone, or a number that is not finite
    """
    if value.__class__ is str:
        return value
    if value is None:
        raise ApiTypeError(f"{name}: None is not a value: to remove a field, use del")
    if hasattr(value, "to_plain"):
        raise ApiTypeError(f"{name}: a {type(value).__name__} is a part of its document: pass its to_plain()")
    return value_text(f"{name}: a value", value)


def split_input(name: str, value: Any) -> tuple[list[str], None] | tuple[None, list[Mapping[str, Any]]]:
    """Return the input for a name as the texts of a field's values, or as the contents of groups.

    :raises ApiTypeError, ApiValueError: see :func:`to_text`
    """
    if isinstance(value, Mapping):
        return None, [value]
    given = value if value.__class__ is list else entries_of(value)
    if given is None:
        return [to_text(name, value)], None
    found = [one for one in given if isinstance(one, Mapping)]
    if not found:
        return [to_text(name, one) for one in given], None
    if len(found) < len(given):
        raise ApiTypeError(f"{name}: pass either values, for a field, or mappings, for a group")
    return None, found


def from_text(name: str, text: str, type: Callable[[str], Any]) -> Any:
    """Return the text of a value as another type.

    :raises ApiValueError: the text is not of this type
    """
    if not callable(type):
        raise ApiTypeError(f"{name}: the type must be a class or another callable, not {short_repr(type)}")
    try:
        return _PARSERS.get(type, type)(text)
    except (ValueError, ArithmeticError) as error:
        wanted = getattr(type, "__name__", repr(type))
        raise ApiValueError(f"{name}: {text[:60]!r} cannot be converted to {wanted}: {error}") from None


def _parse_boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError("must be true or false")
    return text.lower() == "true"


def _parse_date(text: str) -> date:
    return parse_time(text).date()


def _parse_time_code(text: str) -> TimeCode:
    from vidispine._mixins.media_time import TimeCode

    return TimeCode(text)


_PARSERS: dict[Any, Any] = {bool: _parse_boolean, datetime: parse_time, date: _parse_date}
BY_FIELD_TYPE: dict[str, Any] = {
    "boolean": bool,
    "date": datetime,
    "float": float,
    "integer": int,
    "long": int,
    "timeCode": _parse_time_code,
}
"""Python types by the type of a field's definition, without suffixes such as ``-noindex``; others are text."""


def check_text(what: str, value: Any) -> str:
    """Check that a value is a non-empty string, and return it.

    :raises ApiTypeError, ApiValueError: it is not
    """
    if not isinstance(value, str):
        raise ApiTypeError(f"{what} must be a string, not {type(value).__name__}")
    if not value:
        raise ApiValueError(f"{what} must not be empty")
    return value


def check_track(value: Any) -> str:
    """Return the name of a track.

    :raises ApiTypeError, ApiValueError: it is not one
    """
    name = check_text("a track", value)
    if not _TRACK.fullmatch(name):
        raise ApiValueError(f"a track must be letters and a number, such as A1, not {name[:40]!r}")
    return name
