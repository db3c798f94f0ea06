"""JSON, read and written by orjson where it is installed."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from vidispine.exceptions import ApiValueError

__all__ = ["dump_json", "load_json"]

_MANY_DIGITS = b"0" * 19
_DIGITS_AS_ZEROS = bytes.maketrans(b"123456789", b"0" * 9)


@cache  # an import that fails is looked for anew each time
def _orjson() -> Any:
    """Return the module that the extra ``fast`` brings, or ``None`` where it is not installed."""
    try:
        import orjson
    except ImportError:
        return None
    return orjson


def load_json(data: bytes | str) -> Any:
    """Return what JSON stands for, as ``json.loads`` does, by orjson where it is installed.

    :raises ValueError: this is not JSON
    """
    fast = _orjson()
    # A whole number beyond 64 bits would become a float.
    if fast is not None and isinstance(data, bytes) and _MANY_DIGITS not in data.translate(_DIGITS_AS_ZEROS):
        try:
            return fast.loads(data)
        except ValueError:
            pass  # json takes more: NaN, UTF-16, half of a surrogate pair; and its errors are the promised ones
    return json.loads(data)


def dump_json(value: Any) -> bytes:
    """Return a value in wire form as JSON, by orjson where it is installed.

    :raises ApiValueError: a number is not finite, or the value contains itself
    """
    fast = _orjson()
    if fast is not None:
        try:
            text: bytes = fast.dumps(value, option=fast.OPT_PASSTHROUGH_DATACLASS | fast.OPT_PASSTHROUGH_DATETIME)
        except TypeError:
            pass  # more than 64 bits, names that are no text, or something to refuse
        else:
            # It writes null for a number that is not finite, which must not go unnoticed.
            if b"null" not in text:
                return text
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise ApiValueError(f"the body cannot be written as JSON: {error}") from error
