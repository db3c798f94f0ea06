"""Serialization of argument values for paths, query strings and headers.

The ``name`` parameter of each function is used only in error messages.
"""

from __future__ import annotations

import operator
import re
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from vidispine._documents.times import format_time
from vidispine._transport.headers import check_header_name, check_header_value
from vidispine.exceptions import ApiTypeError, ApiValueError, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vidispine._calls.operation import Parameter

__all__ = ["to_header", "to_header_name", "to_path", "to_query"]


def to_path(name: str, value: Any, safe: str) -> str:
    """Return a percent-encoded path value, which cannot change the operation that the path addresses.

    :param safe: characters that are not percent-encoded
    :raises ApiTypeError: the value has an unsupported type
    :raises ApiValueError: the value, or one of its segments if ``/`` is safe, is empty, ``.`` or ``..``
    """
    text = _text(name, value)
    if text in ("", ".", "..") or (safe and _escapes_path(text, safe)):
        raise ApiValueError(f"{name} must not be {text!r}: the path would lead to another operation")
    return quote(text, safe=safe)


def _escapes_path(text: str, safe: str) -> bool:
    # If "/" is safe, a value can contain several segments. Each one can escape the path.
    return "/" in safe and any(segment in ("", ".", "..") for segment in text.split("/"))


def to_query(parameter: Parameter, value: Any) -> list[tuple[str, str]]:
    """Return the query pairs (key, text) of a parameter value, before percent-encoding.

    :raises ApiTypeError, ApiValueError: the value does not match the type of the parameter
    """
    return _QUERY[parameter.type](parameter, value)


def to_header(name: str, value: Any) -> str:
    """Return the text of a header value.

    :raises ApiTypeError: the value has an unsupported type
    :raises ApiValueError: the text contains a line break, another control character, or a character outside Latin-1
    """
    return check_header_value(name, _text(name, value))


def to_header_name(name: Any) -> str:
    """Return a validated header name.

    :raises ApiTypeError, ApiValueError: the header name is invalid
    """
    return check_header_name(_text("a header name", name))


def _text(name: str, value: Any) -> str:
    if isinstance(value, str):
        # An enum member is sent as its value, even if it overrides __str__.
        text = str.__str__(value)
        return text if text.isascii() else _check_unicode(name, text)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _format_number(value)
    if isinstance(value, (bytes, bytearray)):
        return _decode_bytes(name, bytes(value))
    if isinstance(value, date):
        return format_time(value)
    if _is_time(value):
        return str(value)
    hint = ": pass its id" if isinstance(getattr(value, "id", None), str) else ""
    raise ApiTypeError(f"{name} must be text, not {kind_of(value)}{hint}")


def _is_time(value: Any) -> bool:
    """Return whether a value is a time code, a time base or a time span."""
    return type(value).__module__ == "vidispine.timecode"


def _check_unicode(name: str, text: str) -> str:
    # A lone surrogate has no UTF-8 encoding.
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ApiValueError(f"{name} must be valid Unicode text, but contains a lone surrogate") from None
    return text


def _decode_bytes(name: str, value: bytes) -> str:
    import six

    try:
        return six.ensure_str(value)
    except UnicodeDecodeError:
        raise ApiValueError(f"{name} must be UTF-8 if it is passed as bytes") from None


def _format_number(value: float) -> str:
    # An enum member is sent as its value.
    if not isinstance(value, int):
        return float.__repr__(value)
    try:
        return int.__repr__(value)
    except ValueError:
        raise ApiValueError("a number has too many digits") from None


def _boolean(name: str, value: Any) -> str:
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower()
    if isinstance(value, int) and value in (0, 1):
        return "true" if value else "false"
    raise ApiTypeError(f"{name} must be True or False, not {_describe(value)}")


def _integer(name: str, value: Any) -> str:
    if isinstance(value, bool):
        raise ApiTypeError(f"{name} must be an integer, not {value}")
    if isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]+", value):
        return value
    try:
        return _format_number(operator.index(value))  # pyright: ignore[reportArgumentType] - rejected below
    except TypeError:
        raise ApiTypeError(f"{name} must be an integer, not {_describe(value)}") from None


def _number(name: str, value: Any) -> str:
    try:
        if isinstance(value, (bool, bytes, bytearray)):
            raise ValueError
        number = float(value)
    except OverflowError:
        raise ApiValueError(f"{name} must be a finite number") from None
    except (TypeError, ValueError):
        raise ApiTypeError(f"{name} must be a number, not {_describe(value)}") from None
    if number != number or number in (float("inf"), float("-inf")):
        raise ApiValueError(f"{name} must be a finite number, not {number}")
    if isinstance(value, str):
        return value
    # Other numbers, such as Decimal and Fraction, are sent as floats.
    return _format_number(value if isinstance(value, (int, float)) else number)


def _strings(parameter: Parameter, value: Any) -> list[str]:
    """Return the values of a list as text. A single string counts as a list with one value."""
    if isinstance(value, (str, bytes)) or _is_time(value):
        texts = [_text(parameter.name, value)]
    else:
        try:
            elements: Iterable[Any] = iter(value)
        except TypeError:
            raise ApiTypeError(
                f"{parameter.name} must be a string or a list of strings, not {_describe(value)}"
            ) from None
        texts = [_element(parameter.name, element) for element in elements]
    if parameter.required and not (texts and all(texts)):
        raise ApiValueError(f"{parameter.name} must contain at least one value, and no empty values")
    return texts


def _element(name: str, value: Any) -> str:
    if value is None:
        raise ApiValueError(f"{name} must not contain None")
    return _text(f"each value of {name}", value)


def _pairs(parameter: Parameter, value: Any) -> list[tuple[str, str]]:
    if hasattr(value, "items"):
        value = [
            f"{_key(parameter.name, key)}={_element(parameter.name, one)}"
            for key, values in value.items()
            for one in ([values] if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__") else values)
        ]
    return [(parameter.wire, text) for text in _strings(parameter, value)]


def _key(name: str, key: Any) -> str:
    text = _text(f"each key of {name}", key)
    if "=" in text:
        raise ApiValueError(f"{name} must not have the key {_describe(text)}: a key cannot contain '='")
    return text


def _required_text(parameter: Parameter, value: Any) -> list[tuple[str, str]]:
    text = _text(parameter.name, value)
    if parameter.required and not text:
        raise ApiValueError(f"{parameter.name} must not be empty")
    return [(parameter.wire, text)]


def _datetime(parameter: Parameter, value: Any) -> list[tuple[str, str]]:
    if not isinstance(value, (str, date)):
        raise ApiTypeError(f"{parameter.name} must be a datetime or ISO 8601 text, not {_describe(value)}")
    return _required_text(parameter, value)


def _yes_or_no(parameter: Parameter, value: Any) -> list[tuple[str, str]]:
    return _required_text(parameter, {True: "yes", False: "no"}[value] if isinstance(value, bool) else value)


_QUERY: dict[str, Callable[[Parameter, Any], list[tuple[str, str]]]] = {
    "str": _required_text,
    "datetime": _datetime,
    "bool": lambda parameter, value: [(parameter.wire, _boolean(parameter.name, value))],
    "int": lambda parameter, value: [(parameter.wire, _integer(parameter.name, value))],
    "float": lambda parameter, value: [(parameter.wire, _number(parameter.name, value))],
    "csv": lambda parameter, value: [(parameter.wire, ",".join(_strings(parameter, value)))],
    "multi": lambda parameter, value: [(parameter.wire, text) for text in _strings(parameter, value)],
    "pairs": _pairs,
    "yes/no": _yes_or_no,
}


def _describe(value: Any) -> str:
    """Return an invalid value for an error message: its repr, truncated to 60 characters, or its type if not scalar."""
    if isinstance(value, (str, int, float, bool, bytes)) or value is None:
        try:
            text = repr(value)
        except ValueError:
            return "a number with too many digits"
        return text if len(text) <= 60 else f"{text[:57]}..."
    return kind_of(value)
