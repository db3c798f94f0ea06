"""Reading and writing JSON, with orjson if it is installed."""

from __future__ import annotations

import json
from functools import cache
from importlib import import_module
from math import isfinite
from typing import Any

from vidispine.exceptions import ApiTypeError, ApiValueError, one_line, render_path

__all__ = ["dump_json", "load_json"]

_MAX_LEVELS = 200
_MANY_DIGITS = b"0" * 19
_DIGITS_AS_ZEROS = bytes.maketrans(b"123456789", b"0" * 9)
_BEFORE_INTEGERS = b" \t\n\r:,[-"
_CONTAINERS = (b"{", b"[")
_NULLS = (b":null", b",null", b"[null")


@cache  # Python does not cache failed imports
def _orjson() -> Any:
    """Return the module ``orjson`` (the extra ``fast``), or ``None`` if it is not installed."""
    try:
        # By name: type checkers of a generated SDK must not need the extra.
        return import_module("orjson")
    except ImportError:
        return None


def load_json(data: bytes | str) -> Any:
    """Parse JSON with the same results as ``json.loads``.

    :raises ValueError: the data is not valid JSON
    """
    fast = _orjson()
    # orjson converts integers of more than 64 bits to float.
    if fast is not None and isinstance(data, bytes) and not _has_large_integer(data):
        try:
            return fast.loads(data)
        except ValueError:
            pass  # json accepts more (NaN, UTF-16, lone surrogates), and its error messages are documented
    if isinstance(data, bytes) and data[:1] in _CONTAINERS and data[1:2] != b"\0":
        # json.loads would look for other encodings first.
        data = data.decode("utf-8", "surrogatepass")
    return json.loads(data)


def _has_large_integer(data: bytes) -> bool:
    """Return whether there is an integer of many digits, or what looks like one; digits within a word do not."""
    digits = data.translate(_DIGITS_AS_ZEROS)
    at = digits.find(_MANY_DIGITS)
    while at > 0 and data[at - 1] not in _BEFORE_INTEGERS:
        at = digits.find(_MANY_DIGITS, at + len(_MANY_DIGITS))
    return at >= 0


def dump_json(value: Any) -> bytes:
    """Serialize a value that consists of JSON types.

    :raises ApiValueError: a number is not finite, or the value contains itself
    :raises ApiTypeError: a value has no form in JSON
    """
    fast = _orjson()
    if fast is not None:
        try:
            text: bytes = fast.dumps(value, option=fast.OPT_PASSTHROUGH_DATACLASS | fast.OPT_PASSTHROUGH_DATETIME)
        except TypeError:
            pass  # integers of more than 64 bits, keys that are not strings, or a value that json rejects too
        else:
            # orjson writes null for a number that is not finite, so reading it back returns another value.
            if not _has_null(text) or fast.loads(text) == value:
                return text
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise ApiValueError(_message(error, value)) from error
    except TypeError as error:
        raise ApiTypeError(_message(error, value)) from error


def _message(error: Exception, value: Any) -> str:
    return one_line(f"the body cannot be serialized as JSON: {error}{_place(value)}")


def _place(value: Any) -> str:
    """Return the location of the first value that is invalid in JSON, for an error; empty if there is none."""
    rest: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while rest:
        path, part = rest.pop()
        if len(path) > _MAX_LEVELS:
            return ""  # the document contains itself
        if isinstance(part, dict):
            rest += [((*path, name), member) for name, member in reversed(part.items())]
        elif isinstance(part, (list, tuple)):
            rest += [((*path, index), entry) for index, entry in reversed([*enumerate(part)])]
        elif path and not _is_json(part):
            return f", at {render_path(path)}"
    return ""


def _is_json(scalar: Any) -> bool:
    if isinstance(scalar, str):
        return not any("\ud800" <= character <= "\udfff" for character in scalar)
    return scalar is None or isinstance(scalar, int) or (isinstance(scalar, float) and isfinite(scalar))


def _has_null(text: bytes) -> bool:
    """Return whether JSON may contain null outside of strings."""
    return b"null" in text and (text == b"null" or any(null in text for null in _NULLS))
