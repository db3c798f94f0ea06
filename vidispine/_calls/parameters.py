"""Values of parameters and their text in paths, queries and headers.

Each function takes the argument's name only to state it in an error.
"""

from __future__ import annotations

import operator
import re
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from vidispine._documents.times import format_time
from vidispine.exceptions import ApiTypeError, ApiValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vidispine._calls.operation import Parameter

__all__ = ["to_header", "to_header_name", "to_path", "to_query"]

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NOT_IN_A_HEADER = re.compile(r"[^ -~\x80-\xff]")


def to_path(name: str, value: Any, safe: str) -> str:
    """Return a path value, percent-encoded whole, so that it can never become another operation's path.

    :raises ApiValueError: the value is empty, ``.`` or ``..``
    """
    text = _text(name, value)
    if text in ("", ".", "..") or (safe and _escapes(text, safe)):
        raise ApiValueError(f"{name} must not be {text!r}: the path would lead to another operation")
    return quote(text, safe=safe)


def _escapes(text: str, safe: str) -> bool:
    # With "/" declared safe one value may hold several segments, and each could step out.
    return "/" in safe and any(segment in ("", ".", "..") for segment in text.split("/"))


def to_query(parameter: Parameter, value: Any) -> list[tuple[str, str]]:
    """Return the pairs of key and text, not yet percent-encoded, that a parameter's value becomes.

    :raises ApiTypeError, ApiValueError: the value does not fit the parameter's type
    """
    return _QUERY[parameter.type](parameter, value)


def to_header(name: str, value: Any) -> str:
    """Return a header's text.

    :raises ApiValueError: the text has a line break, another control character, or one that is not in Latin-1
    """
    text = _text(name, value)
    if _NOT_IN_A_HEADER.search(text):
        raise ApiValueError(f"{name} must not hold line breaks, control characters or characters beyond Latin-1")
    return text


def to_header_name(name: Any) -> str:
    """Return a header's name.

    :raises ApiTypeError, ApiValueError: no header can have this name
    """
    text = _text("a header's name", name)
    if not _HEADER_NAME.fullmatch(text):
        raise ApiValueError(f"{text!r} cannot be the name of a header")
    return text


def _text(name: str, value: Any) -> str:
    if isinstance(value, str):
        # A member of an enumeration is sent as its value, whatever its own __str__ says.
        return _unicode(name, str.__str__(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _digits(value)
    if isinstance(value, (bytes, bytearray)):
        return _decoded(name, bytes(value))
    if isinstance(value, date):
        return format_time(value)
    raise ApiTypeError(f"{name} must be text, not {_kind(value)}")


def _unicode(name: str, text: str) -> str:
    # Only what is not ASCII can hold half of a surrogate pair, which has no UTF-8.
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ApiValueError(f"{name} must be Unicode text, and has half a surrogate pair") from None
    return text


def _decoded(name: str, value: bytes) -> str:
    import six

    try:
        return six.ensure_str(value)
    except UnicodeDecodeError:
        raise ApiValueError(f"{name} must be UTF-8 when it is given as bytes") from None


def _digits(value: float) -> str:
    # A member of an enumeration is sent as its value here too.
    return int.__repr__(value) if isinstance(value, int) else float.__repr__(value)


def _boolean(name: str, value: Any) -> str:
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower()
    if isinstance(value, int) and value in (0, 1):
        return "true" if value else "false"
    raise ApiTypeError(f"{name} must be True or False, not {_shown(value)}")


def _integer(name: str, value: Any) -> str:
    if isinstance(value, bool):
        raise ApiTypeError(f"{name} must be a whole number, not {value}")
    if isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]+", value):
        return value
    try:
        return _digits(operator.index(value))  # pyright: ignore[reportArgumentType] - refused below
    except TypeError:
        raise ApiTypeError(f"{name} must be a whole number, not {_shown(value)}") from None


def _number(name: str, value: Any) -> str:
    try:
        if isinstance(value, bool):
            raise ValueError
        number = float(value)
    except (TypeError, ValueError):
        raise ApiTypeError(f"{name} must be a number, not {_shown(value)}") from None
    if number != number or number in (float("inf"), float("-inf")):
        raise ApiValueError(f"{name} must be a finite number, not {number}")
    return value if isinstance(value, str) else _digits(value)


def _strings(parameter: Parameter, value: Any) -> list[str]:
    """Return the texts in a list; a single string is a list of one, never of its letters."""
    if isinstance(value, (str, bytes)):
        texts = [_text(parameter.name, value)]
    else:
        try:
            elements: Iterable[Any] = iter(value)
        except TypeError:
            raise ApiTypeError(f"{parameter.name} must be a string or a list of them, not {_shown(value)}") from None
        texts = [_element(parameter.name, element) for element in elements]
    if parameter.required and not (texts and all(texts)):
        raise ApiValueError(f"{parameter.name} must hold at least one value, and none that is empty")
    return texts


def _element(name: str, value: Any) -> str:
    if value is None:
        raise ApiValueError(f"{name} must not hold None")
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
        raise ApiValueError(f"{name} must not have the key {_shown(text)}: a key ends at the first '='")
    return text


def _required_text(parameter: Parameter, value: Any) -> list[tuple[str, str]]:
    text = _text(parameter.name, value)
    if parameter.required and not text:
        raise ApiValueError(f"{parameter.name} must not be empty")
    return [(parameter.wire, text)]


def _moment(parameter: Parameter, value: Any) -> list[tuple[str, str]]:
    if not isinstance(value, (str, date)):
        raise ApiTypeError(f"{parameter.name} must be a datetime or ISO 8601 text, not {_shown(value)}")
    return _required_text(parameter, value)


def _yes_or_no(parameter: Parameter, value: Any) -> list[tuple[str, str]]:
    return _required_text(parameter, {True: "yes", False: "no"}[value] if isinstance(value, bool) else value)


_QUERY: dict[str, Callable[[Parameter, Any], list[tuple[str, str]]]] = {
    "str": _required_text,
    "datetime": _moment,
    "bool": lambda parameter, value: [(parameter.wire, _boolean(parameter.name, value))],
    "int": lambda parameter, value: [(parameter.wire, _integer(parameter.name, value))],
    "float": lambda parameter, value: [(parameter.wire, _number(parameter.name, value))],
    "csv": lambda parameter, value: [(parameter.wire, ",".join(_strings(parameter, value)))],
    "multi": lambda parameter, value: [(parameter.wire, text) for text in _strings(parameter, value)],
    "pairs": _pairs,
    "yes/no": _yes_or_no,
}


def _kind(value: Any) -> str:
    return "None" if value is None else f"a {type(value).__name__}"


def _shown(value: Any) -> str:
    """Return a wrong value as it may stand in a message: short, and by its type when it is not plain."""
    if isinstance(value, (str, int, float, bool, bytes)) or value is None:
        text = repr(value)
        return text if len(text) <= 60 else f"{text[:57]}..."
    return _kind(value)
