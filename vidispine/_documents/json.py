"""Reading and writing JSON, with orjson if it is installed."""

from __future__ import annotations

import json
from functools import cache
from importlib import import_module
from math import inf, isfinite, nan
from typing import Any

from vidispine._documents.registry import is_model
from vidispine.exceptions import ApiTypeError, ApiValueError, one_line, render_path

__all__ = ["dump_json", "load_json", "number"]

_MAX_LEVELS = 200
_MANY_DIGITS = b"0" * 19
_DIGITS_AS_ZEROS = bytes.maketrans(b"123456789", b"0" * 9)
_BEFORE_INTEGERS = b" \t\n\r:,[-"
_CONTAINERS = (b"{", b"[")


class _NonFiniteNumber(float):
    """Infinity, or not a number (NaN), in a document. JSON has no such numbers.

    orjson would write ``null`` for a plain ``float`` of this value. It rejects a subclass, so that :func:`dump_json`
    raises the same error with and without it.
    """

    __slots__ = ()

    def __deepcopy__(self, memo: object) -> _NonFiniteNumber:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return float, (repr(self),)


_NON_FINITE = {repr(value): _NonFiniteNumber(value) for value in (nan, inf, -inf)}
"""The same objects in all documents, so that documents with NaN are equal."""


def number(value: str | float) -> float:
    """Return a number in the form in which documents contain it.

    :param value: the number, or its text in JSON
    """
    result = float(value)
    return result if isfinite(result) else _NON_FINITE[repr(result)]


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
            pass  # json accepts more (NaN, 1e999, UTF-16, lone surrogates), and its error messages are documented
    if isinstance(data, bytes) and data[:1] in _CONTAINERS and data[1:2] != b"\0":
        # json.loads would look for other encodings first.
        data = data.decode("utf-8", "surrogatepass")
    if fast is None:
        return json.loads(data)
    return json.loads(data, parse_float=number, parse_constant=number)


def _has_large_integer(data: bytes) -> bool:
    """Return whether there is an integer of many digits, or what looks like one; digits within a word do not."""
    digits = data.translate(_DIGITS_AS_ZEROS)
    at = digits.find(_MANY_DIGITS)
    while at > 0 and data[at - 1] not in _BEFORE_INTEGERS:
        at = digits.find(_MANY_DIGITS, at + len(_MANY_DIGITS))
    return at >= 0


def _members(value: Any) -> Any:
    """Return the members of a model that the encoder reached, which can contain other models."""
    try:
        has_values, document = value._has_values, value._document
    except AttributeError:
        return json.JSONEncoder().default(value)  # raises the usual error
    return value._encode() if has_values else document


# A document that contains itself is a RecursionError, so a check for each object is not needed.
_ENCODER = json.JSONEncoder(
    default=_members, check_circular=False, ensure_ascii=False, separators=(",", ":"), allow_nan=False
)


def dump_json(value: Any) -> bytes:
    """Serialize a model, or a value that ``encode`` returned.

    :raises ApiValueError: a number is not finite, or the value contains itself
    :raises ApiTypeError: a value has no form in JSON
    """
    fast = _orjson()
    if fast is not None:
        try:
            # Without ``default``: if orjson called Python, it would not notice that another thread changes a list.
            options = fast.OPT_PASSTHROUGH_DATACLASS | fast.OPT_PASSTHROUGH_DATETIME
            text: bytes = fast.dumps(_members(value) if is_model(value) else value, option=options)
        except TypeError:
            pass  # models, integers of more than 64 bits, keys that are not strings, or a value that json rejects too
        else:
            return text
    try:
        return _ENCODER.encode(value).encode()
    except (TypeError, ValueError, RecursionError) as error:
        # A model that contains itself, or something else than models, raises an error of its own here.
        plain = _plain(value)
        if isinstance(error, TypeError) and plain is not value:
            return dump_json(plain)  # the program appended something else to a list of models
        raise _error(error, plain) from error


def _plain(value: Any) -> Any:
    return value._encode() if is_model(value) else value


def _error(error: Exception, value: Any) -> ApiTypeError | ApiValueError:
    problem = "it contains itself, or is nested too deeply" if isinstance(error, RecursionError) else str(error)
    kind = ApiTypeError if isinstance(error, TypeError) else ApiValueError
    return kind(one_line(f"the body cannot be serialized as JSON: {problem}{_place(value)}"))


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
