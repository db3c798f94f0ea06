"""How the values of a model's attributes are read from its document, accepted from a user, and written again.

There is one converter for each type that an attribute can have. Reading is lenient: what can be understood without
loss is, and what stands for it in the document stays as it came. Accepting is strict.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from operator import is_
from typing import TYPE_CHECKING, Any, Union

from vidispine._documents.registry import find_model
from vidispine._documents.times import format_time, parse_time
from vidispine.exceptions import ApiDecodeError, ApiTypeError, render_path

if TYPE_CHECKING:
    from vidispine._documents.model import Model

__all__ = ["Converter", "Origin", "Place", "converter", "encode", "wrong_kind"]


class Origin:
    """Where a document came from: what it is called, and the call that brought it, if one did.

    One that is ``secret`` may hold passwords and the like.
    """

    __slots__ = ("name", "operation", "secret", "status")

    def __init__(self, name: str, operation: str | None = None, status: int | None = None, secret: bool = True) -> None:
        self.name = name
        self.operation = operation
        self.status = status
        self.secret = secret


Place = Union[Origin, tuple["Place", Union[str, int]]]
"""A place in a document: its origin, or the place that holds it and a member's name or an element's index."""


def wrong_kind(place: Place, expected: str, value: Any) -> ApiDecodeError:
    """Return the error for a value that is not what the place promises."""
    return decode_error(place, f"expected {expected}, got {_describe(value)}")


def decode_error(place: Place, problem: str) -> ApiDecodeError:
    """Return the error for something wrong at a place in an answer."""
    origin, where = _origin_and_path(place)
    error = ApiDecodeError(origin.status, None, operation=origin.operation)
    error.reason = problem
    error.place = where
    error.secret = origin.secret
    return error


def _wrong_argument(place: Place, expected: str, got: str) -> ApiTypeError:
    """Return the error for a value that a user gave to an attribute which cannot take it."""
    return ApiTypeError(f"{_origin_and_path(place)[1]} must be {expected}, not {got}")


def _origin_and_path(place: Place) -> tuple[Origin, str]:
    steps: list[str | int] = []
    while isinstance(place, tuple):
        place, step = place
        steps.append(step)
    return place, render_path([place.name, *reversed(steps)])


class Converter:
    """What a type of attribute can do; the base leaves values as they are (type ``object``)."""

    native: type | None = None
    """The class whose values need no converting at all."""
    keeps = False
    """Whether a value that was read is kept in the model: it is costly to make, or can be changed in place."""
    contains = True
    """Whether a value can change in place, so that it is written again when the document is sent."""

    def decode(self, value: Any, place: Place) -> Any:
        """Return what a value of the document stands for.

        :raises ApiDecodeError: it is of the wrong kind
        """
        return value

    def accept(self, value: Any, place: Place) -> Any:
        """Return a value given by a user in the form in which the model keeps it.

        :raises ApiTypeError: it is of the wrong kind
        """
        return value

    def encode(self, value: Any, before: Any) -> Any:
        """Return the wire form of a value; the very object ``before`` when that already stands for it."""
        return encode(value)


class _Scalar(Converter):
    contains = False
    expected: str

    def accept(self, value: Any, place: Place) -> Any:
        # Servers take numbers and booleans as text, so users may give them so.
        if isinstance(value, (str, int, float)):
            return value
        raise _wrong_argument(place, self.expected, _describe_type(value))


class _Text(_Scalar):
    native = str
    expected = "text"

    def decode(self, value: Any, place: Place) -> str:
        if isinstance(value, (int, float)):
            return json.dumps(value)
        raise wrong_kind(place, self.expected, value)

    def accept(self, value: Any, place: Place) -> Any:
        return format_time(value) if isinstance(value, date) else super().accept(value, place)


class _Integer(_Scalar):
    native = int
    expected = "a whole number"

    def decode(self, value: Any, place: Place) -> int:
        try:
            if isinstance(value, str) or (isinstance(value, float) and value.is_integer()):
                return int(value)
        except ValueError:
            pass
        raise wrong_kind(place, self.expected, value)


class _Float(_Scalar):
    native = float
    expected = "a number"

    def decode(self, value: Any, place: Place) -> float:
        try:
            if isinstance(value, (str, int)) and not isinstance(value, bool):
                return float(value)
        except (ValueError, OverflowError):
            pass
        raise wrong_kind(place, self.expected, value)


class _Boolean(_Scalar):
    native = bool
    expected = "true or false"

    def decode(self, value: Any, place: Place) -> bool:
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        raise wrong_kind(place, self.expected, value)


class _Time(_Scalar):
    keeps = True
    expected = "a time in ISO 8601"

    def decode(self, value: Any, place: Place) -> datetime:
        if isinstance(value, str):
            try:
                return parse_time(value)
            except ValueError:
                pass
        raise wrong_kind(place, self.expected, value)

    def accept(self, value: Any, place: Place) -> Any:
        if isinstance(value, datetime):
            return value
        try:
            return parse_time(value)
        except (TypeError, ValueError):
            raise _wrong_argument(place, f"a datetime or {self.expected}", _describe(value)) from None


class _Object(Converter):
    """A model within a model."""

    keeps = True

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        # No method of its own: this is done for each object in an answer, and a call more would be felt.
        self.decode = model._view  # type: ignore[method-assign, assignment]

    def accept(self, value: Any, place: Place) -> Any:
        if isinstance(value, self.model):
            return value
        if isinstance(value, Mapping):
            return self.model.from_document(value)
        raise _wrong_argument(place, f"a {self.model.__name__} or a mapping", _describe_type(value))

    def encode(self, value: Any, before: Any) -> Any:
        return value._encode()


class _List(Converter):
    keeps = True

    def __init__(self, element: Converter) -> None:
        self.element = element

    def decode(self, value: Any, place: Place) -> list[Any]:
        if value.__class__ is not list:
            raise wrong_kind(place, "a list", value)
        native, decode = self.element.native, self.element.decode
        return [
            element if element.__class__ is native or element is None else decode(element, (place, index))
            for index, element in enumerate(value)
        ]

    def accept(self, value: Any, place: Place) -> list[Any]:
        if isinstance(value, list):
            given = value
        elif isinstance(value, (str, bytes, Mapping)) or not hasattr(value, "__iter__"):
            raise _wrong_argument(place, "a list", _describe_type(value))
        else:
            given = list(value)
        accept = self.element.accept
        accepted = [accept(element, (place, index)) for index, element in enumerate(given)]
        # The user's own list is kept where it can be, so that what they append to it later is sent.
        return given if all(map(is_, accepted, given)) else accepted

    def encode(self, value: Any, before: Any) -> Any:
        if before is None:
            return list(map(encode, value))
        known = before if isinstance(before, list) else []
        if self.element.contains:
            after = list(map(encode, value))
        else:
            after = [self._as_it_came(element, known, index) for index, element in enumerate(value)]
        same = len(after) == len(known) and all(map(is_, after, known))
        return before if same else after

    def _as_it_came(self, element: Any, known: list[Any], index: int) -> Any:
        """Return a text that was read as a time or a number in the notation in which it came."""
        if index < len(known):
            old = known[index]
            if element is old or _stands_for(self.element, old, element):
                return old
        return encode(element)


def _stands_for(element: Converter, old: Any, value: Any) -> bool:
    if old is None:
        return False
    try:
        meaning = old if old.__class__ is element.native else element.decode(old, (Origin(""), ""))
    except ApiDecodeError:
        return False
    return bool(meaning.__class__ is value.__class__ and meaning == value)


class _Nullable(Converter):
    """What may be null within a list, or as a whole answer; an attribute that is null is not there."""

    def __init__(self, present: Converter) -> None:
        self.present = present
        self.native = present.native
        self.keeps = present.keeps
        self.contains = present.contains

    def decode(self, value: Any, place: Place) -> Any:
        return None if value is None else self.present.decode(value, place)

    def accept(self, value: Any, place: Place) -> Any:
        return None if value is None else self.present.accept(value, place)

    def encode(self, value: Any, before: Any) -> Any:
        return None if value is None else self.present.encode(value, before)


_OR_NONE = " | None"
_SCALARS: dict[str, Converter] = {
    "str": _Text(),
    "int": _Integer(),
    "float": _Float(),
    "bool": _Boolean(),
    "datetime": _Time(),
    "object": Converter(),
}


def converter(type_name: str) -> Converter:
    """Return the converter for a type in the notation of the models.

    :param type_name: such as ``"str"``, ``"JobType"``, ``"list[JobType]"`` or, where null may be, ``"JobType | None"``
    """
    if type_name in _SCALARS:
        return _SCALARS[type_name]
    if type_name.endswith(_OR_NONE):
        return _Nullable(converter(type_name[: -len(_OR_NONE)]))
    if type_name.startswith("list["):
        return _List(converter(type_name[len("list[") : -1]))
    return _Object(find_model(type_name))


def encode(value: Any) -> Any:
    """Return any value that may be sent in its wire form: models, times, mappings and lists of them.

    :raises ApiTypeError: the value has no wire form
    """
    if value is None or isinstance(value, (str, int, float)):
        return value
    if hasattr(type(value), "_encode"):
        return value._encode()
    if isinstance(value, Mapping):
        return {_key(key): encode(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(element) for element in value]
    if isinstance(value, date):
        return format_time(value)
    raise ApiTypeError(f"{_describe_type(value)} cannot be part of a document")


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise ApiTypeError(f"the names in a document must be text, not {_describe_type(key)}")
    return key


def _describe(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    text = json.dumps(value) if isinstance(value, (str, int, float)) or value is None else _describe_type(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _describe_type(value: Any) -> str:
    return f"a {type(value).__name__}"
