"""The values that conditions of a search compare with."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from vidispine._mixins.value_texts import value_text
from vidispine.exceptions import ApiTypeError, ApiValueError, kind_of

__all__ = [
    "Range",
    "Value",
    "arguments",
    "escape",
    "read_flag",
    "read_members",
    "read_number",
    "unescape",
]

_SPECIAL = re.compile(r'[\\*?"]')
_ESCAPED = re.compile(r'\\([\\*?"])')


def escape(text: str) -> str:
    """Return a text in which wildcards and quotes have no special meaning. This notation is an assumption."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def unescape(text: str) -> str:
    """Return the text that was escaped."""
    return _ESCAPED.sub(r"\1", text)


def arguments(*values: Any, **options: Any) -> str:
    """Return arguments as Python code, without options that are ``None``."""
    given = [repr(value) for value in values]
    given += [f"{name}={value!r}" for name, value in options.items() if value is not None]
    return ", ".join(given)


def read_members(document: Any, location: str, *known: str) -> dict[str, Any]:
    """Return the members of a part of a search document, without those that are ``null``.

    :param location: the location of the part, for errors
    :param known: the names of the members that can be expressed
    :raises ApiTypeError: the part is not an object
    :raises ApiValueError: the part has an unknown member, which would be lost
    """
    if not isinstance(document, Mapping):
        kind = kind_of(document)
        raise ApiTypeError(f"{location} must be an object, not {kind}")
    for name in document:
        if name not in known:
            raise ApiValueError(
                f"{location} has the member {name!r}, which Search cannot express: send the document instead"
            )
    return {name: value for name, value in document.items() if value is not None}


class Value:
    """A value with options, for conditions that take a value.

    :param value: text, a number, a boolean, a time with a time zone, or a time code
    :param boost: weight of a match in the ranking, as a factor. Default: 1
    :param noescape: ``True`` passes the text to the search engine unchanged, so that special characters have the
        meaning of its query language. Do not use it for text that users typed. Default: ``False``
    :raises ApiTypeError, ApiValueError: the value cannot be searched for
    """

    __slots__ = ("boost", "noescape", "text", "value")

    def __init__(self, value: Any, boost: float | None = None, noescape: bool = False) -> None:
        self.value = value
        #: the value as text
        self.text = value_text("a value", value)
        self.boost = None if boost is None else read_number("boost", boost)
        self.noescape = noescape

    @classmethod
    def of(cls, value: Any) -> Value:
        """Return a ``Value``, converted if necessary."""
        return value if isinstance(value, Value) else cls(value)

    @classmethod
    def parse(cls, document: Any, location: str) -> Value:
        """Return the value in a document."""
        members = read_members(document, location, "value", "boost", "noescape")
        return cls(members.get("value", ""), members.get("boost"), read_flag(members.get("noescape")))

    def with_boost(self, boost: float) -> Value:
        """Return the value with another boost."""
        return Value(self.value, boost, self.noescape)

    @property
    def is_plain(self) -> bool:
        """Whether it has no options."""
        return self.boost is None and not self.noescape

    def document(self) -> dict[str, Any]:
        """Return the document of the value."""
        document: dict[str, Any] = {"value": self.text}
        if self.boost is not None:
            document["boost"] = self.boost
        if self.noescape:
            document["noescape"] = True
        return document

    def __repr__(self) -> str:
        if self.is_plain:
            return repr(self.value)
        return f"Value({arguments(self.value, boost=self.boost, noescape=self.noescape or None)})"


def _check_order(low: Any, high: Any) -> None:
    """Check that a range does not end before it begins.

    :raises ApiValueError: it does
    """
    # Text is compared by the type of the field, and a date not with a time.
    if not any(limit is None or isinstance(limit, str) for limit in (low, high)):
        with suppress(TypeError):
            if low > high:
                texts = [value_text("a limit of a range", limit) for limit in (low, high)]
                raise ApiValueError(f"a range must not end before it begins, as from {' to '.join(texts)}")


class Range:
    """A range of values.

    :param low: the lowest value; ``None``: no limit
    :param high: the highest value; ``None``: no limit
    :param exclusive_minimum: whether the lowest value itself is outside. Default: ``False``
    :param exclusive_maximum: whether the highest value itself is outside. Default: ``False``
    :raises ApiTypeError, ApiValueError: a limit cannot be searched for, or the lowest value is above the highest
    """

    __slots__ = ("exclusive_maximum", "exclusive_minimum", "high", "low")

    def __init__(
        self, low: Any = None, high: Any = None, *, exclusive_minimum: bool = False, exclusive_maximum: bool = False
    ) -> None:
        self.low = None if low is None else Value.of(low)
        self.high = None if high is None else Value.of(high)
        _check_order(low, high)
        self.exclusive_minimum = exclusive_minimum
        self.exclusive_maximum = exclusive_maximum

    @classmethod
    def parse(cls, document: Any, location: str) -> Range:
        """Return the range in a document."""
        members = read_members(document, location, "value", "exclusiveMinimum", "exclusiveMaximum")
        ends = [_read_end(end, f"{location}.value[{index}]") for index, end in enumerate(members.get("value", ()))]
        if len(ends) > 2:
            raise ApiValueError(f"{location}.value must have two limits, not {len(ends)}")
        low, high = (*ends, None, None)[:2]
        return cls(
            low,
            high,
            exclusive_minimum=read_flag(members.get("exclusiveMinimum")),
            exclusive_maximum=read_flag(members.get("exclusiveMaximum")),
        )

    def with_boost(self, boost: float) -> Range:
        """Return the range with a boost on both limits."""
        return Range(
            self.low and self.low.with_boost(boost),
            self.high and self.high.with_boost(boost),
            exclusive_minimum=self.exclusive_minimum,
            exclusive_maximum=self.exclusive_maximum,
        )

    def document(self) -> dict[str, Any]:
        """Return the document of the range."""
        document: dict[str, Any] = {
            "value": [
                {"minimum": True} if self.low is None else self.low.document(),
                {"maximum": True} if self.high is None else self.high.document(),
            ]
        }
        if self.exclusive_minimum:
            document["exclusiveMinimum"] = True
        if self.exclusive_maximum:
            document["exclusiveMaximum"] = True
        return document

    def arguments(self) -> str:
        """Return the arguments that create the range."""
        return arguments(
            self.low,
            self.high,
            exclusive_minimum=self.exclusive_minimum or None,
            exclusive_maximum=self.exclusive_maximum or None,
        )

    def __repr__(self) -> str:
        return f"Range({self.arguments()})"


def _read_end(document: Any, location: str) -> Value | None:
    members = dict(read_members(document, location, "value", "boost", "noescape", "minimum", "maximum"))
    is_open = [read_flag(members.pop(name, None)) for name in ("minimum", "maximum")]
    return None if any(is_open) else Value.parse(members, location)


def read_flag(value: Any) -> bool:
    """Return a boolean of a document, which may be text."""
    return value.lower() == "true" if isinstance(value, str) else bool(value)


def read_number(name: str, value: Any) -> float:
    """Return a number, which may be text in a document.

    :raises ApiTypeError: it is not a finite number
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool) or not math.isfinite(number):
        raise ApiTypeError(f"{name} must be a finite number, not {value!r}")
    return number
