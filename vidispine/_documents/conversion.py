"""Converters between the JSON values of a document and the Python values of a model's attributes.

There is one converter per type. Decoding is lenient: a value in another notation (``"7"`` for an ``int``) is understood
if nothing is lost, and is written back unchanged. Values that a user assigns are checked strictly.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from operator import is_
from typing import TYPE_CHECKING, Any

from vidispine._documents.elements import ElementDict
from vidispine._documents.json import dump_json, number
from vidispine._documents.registry import find_model, is_model
from vidispine._documents.times import AssignedTime, format_time, parse_time
from vidispine._documents.type_ref import TypeRef
from vidispine.exceptions import ApiDecodeError, ApiTypeError, kind_of, render_path

if TYPE_CHECKING:
    from typing import Union

    from vidispine._documents.model import Model

    #: A location in a document: its origin, or a parent location and the steps from there. A step is a member's name,
    #: an element's index, or ``None`` for no step.
    Location = Union["Origin", tuple[Any, ...]]

__all__ = [
    "Converter",
    "Origin",
    "converter",
    "decode",
    "decode_error",
    "encode",
    "encode_json",
    "type_error",
]


class Origin:
    """Where a document came from.

    :param name: the root of locations in the document, such as ``JobListType``
    :param operation: the operation that returned it, such as ``get_jobs``
    :param status: the HTTP status of the response
    :param secret: whether the document may contain secrets, such as passwords
    """

    __slots__ = ("name", "operation", "secret", "status")

    def __init__(self, name: str, operation: str | None = None, status: int | None = None, secret: bool = True) -> None:
        self.name = name
        self.operation = operation
        self.status = status
        self.secret = secret


def type_error(location: Location, expected: str, value: Any) -> ApiDecodeError:
    """Return the error for a value of the wrong type in a document."""
    return decode_error(location, f"expected {expected}, got {_describe(value)}")


def decode_error(location: Location, problem: str) -> ApiDecodeError:
    """Return the error for a problem at a location in a document."""
    origin, path = _resolve(location)
    error = ApiDecodeError(origin.status, None, operation=origin.operation)
    error.reason = problem
    error.place = path
    error.secret = origin.secret
    return error


def _argument_error(location: Location, expected: str, got: str) -> ApiTypeError:
    """Return the error for a value of the wrong type that a user assigned to an attribute."""
    return ApiTypeError(f"{_resolve(location)[1]} must be {expected}, not {got}")


def _resolve(location: Location) -> tuple[Origin, str]:
    """Return a location's origin and its path, such as ``JobListType.job[3].totalSteps``."""
    steps: list[str | int | None] = []
    while isinstance(location, tuple):
        location, *more = location
        steps = [*more, *steps]
    return location, render_path([location.name, *(step for step in steps if step is not None)])


class Converter:
    """Converts the values of one type; the base class leaves them unchanged (type ``object``)."""

    passthrough: type | None = None
    """The class of JSON values that need no decoding, such as ``str``."""
    cached = False
    """Whether the model stores a decoded value, because it can be changed in place."""
    mutable = True
    """Whether a value can be changed in place, so it must be encoded each time the document is sent."""
    element_model: type[Model] | None = None
    """The class of the elements if values are lists of models."""
    native: frozenset[type] = frozenset()
    """Classes of values that a user can assign and that need neither a check nor a conversion."""

    def decode(self, value: Any, location: Location) -> Any:
        """Return the Python value for a JSON value.

        :raises ApiDecodeError: the value has the wrong type
        """
        return value

    def decode_list(self, values: list[Any], location: Location) -> list[Any]:
        """Return the Python values for the JSON values of a list.

        :raises ApiDecodeError: a value has the wrong type
        """
        if values.__class__ is not list:
            raise type_error(location, "a list", values)
        passthrough, decode = self.passthrough, self.decode
        return [
            value if value.__class__ is passthrough or value is None else decode(value, (location, index))
            for index, value in enumerate(values)
        ]

    def is_native(self, value: Any) -> bool:
        """Return whether :meth:`accept` would return a value unchanged; ``False`` if that takes a closer look."""
        return value.__class__ in self.native

    def accept(self, value: Any, location: Location) -> Any:
        """Return a value that a user assigned, in the form in which the model stores it.

        :raises ApiTypeError: the value has the wrong type
        """
        return value

    def encode(self, value: Any, original: Any) -> Any:
        """Return the JSON value for a Python value; ``original`` itself if that has the same meaning."""
        return encode(value)

    def encode_list(self, values: list[Any]) -> list[Any]:
        """Return the JSON values for the Python values of a list."""
        return list(map(encode, values))


class _ScalarConverter(Converter):
    mutable = False
    expected: str

    def accept(self, value: Any, location: Location) -> Any:
        # Servers accept numbers and booleans as text, so users may pass text too.
        if isinstance(value, str):
            try:
                self.decode(value, location)
            except ApiDecodeError:
                raise _argument_error(location, self.expected, _describe(value)) from None
            return value
        if self.matches(value):
            return value
        got = _describe(value) if isinstance(value, (int, float)) else kind_of(value)
        raise _argument_error(location, self.expected, got)

    def matches(self, value: Any) -> bool:
        """Return whether a value that is not text is of this type."""
        return False


class _StringConverter(_ScalarConverter):
    passthrough = str
    native = frozenset({str})
    expected = "a string"

    def decode(self, value: Any, location: Location) -> str:
        if isinstance(value, (int, float)):
            return json.dumps(value)
        if isinstance(value, str):  # with attributes, in XML
            return str(value)
        raise type_error(location, self.expected, value)

    def accept(self, value: Any, location: Location) -> Any:
        return format_time(value) if isinstance(value, date) else super().accept(value, location)

    def matches(self, value: Any) -> bool:
        return isinstance(value, (int, float))


class _IntegerConverter(_ScalarConverter):
    passthrough = int
    native = frozenset({int})
    expected = "an integer"

    def decode(self, value: Any, location: Location) -> int:
        try:
            if isinstance(value, str) or (isinstance(value, float) and value.is_integer()):
                return int(value)
        except ValueError:
            pass
        raise type_error(location, self.expected, value)

    def matches(self, value: Any) -> bool:
        is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        return is_whole and not isinstance(value, bool)


class _FloatConverter(_ScalarConverter):
    passthrough = float
    native = frozenset({float})
    expected = "a number"

    def decode(self, value: Any, location: Location) -> float:
        try:
            if isinstance(value, (str, int, float)) and not isinstance(value, bool):
                return float(value)
        except (ValueError, OverflowError):
            pass
        raise type_error(location, self.expected, value)

    def matches(self, value: Any) -> bool:
        return isinstance(value, (int, float)) and not isinstance(value, bool)


class _BooleanConverter(_ScalarConverter):
    passthrough = bool
    native = frozenset({bool})
    expected = "true or false"

    def decode(self, value: Any, location: Location) -> bool:
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        raise type_error(location, self.expected, value)

    def matches(self, value: Any) -> bool:
        return isinstance(value, int) and value in (0, 1)


class _DateTimeConverter(_ScalarConverter):
    expected = "an ISO 8601 time"

    def decode(self, value: Any, location: Location) -> datetime:
        if isinstance(value, AssignedTime):
            return value.time
        if isinstance(value, str):
            try:
                return parse_time(value)
            except ValueError:
                pass
        raise type_error(location, self.expected, value)

    def accept(self, value: Any, location: Location) -> Any:
        if isinstance(value, datetime):
            return value
        try:
            return parse_time(value)
        except (TypeError, ValueError):
            raise _argument_error(location, f"a datetime or {self.expected}", _describe(value)) from None


class _DateConverter(_DateTimeConverter):
    expected = "an ISO 8601 date"

    def decode(self, value: Any, location: Location) -> Any:
        return super().decode(value, location).date()

    def accept(self, value: Any, location: Location) -> Any:
        return value if isinstance(value, date) else super().accept(value, location).date()


class _ModelConverter(Converter):
    cached = True

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        self.native = frozenset({model})
        # Not methods: they run for each object in a response, where one more call is measurable.
        self.decode = model._view  # type: ignore[method-assign, assignment]
        self.decode_list = model._views  # type: ignore[method-assign, assignment]

    def accept(self, value: Any, location: Location) -> Any:
        if isinstance(value, self.model) or self.model._is_like(value):
            return value
        if isinstance(value, Mapping):
            return getattr(self.model, "_from_mapping", self.model.from_document)(value)
        if hasattr(type(value), "_as_model"):
            return value._as_model(self.model.__name__)
        raise _argument_error(location, f"a {self.model.__name__} or a mapping", kind_of(value))

    def encode(self, value: Any, original: Any) -> Any:
        return value._encode()

    def encode_list(self, values: list[Any]) -> list[Any]:
        model = self.model
        # Most are parts of a document that were not changed.
        return [
            value._document
            if value.__class__ is model and not value._has_values and hasattr(value, "_location")
            else encode(value)
            for value in values
        ]


class _ListConverter(Converter):
    cached = True

    def __init__(self, element: Converter) -> None:
        self.element = element
        self.element_model = getattr(element, "model", None)
        self.decode = element.decode_list  # type: ignore[method-assign, assignment]

    def is_native(self, value: Any) -> bool:
        return value.__class__ is list and self.element.native.issuperset(map(type, value))

    def accept(self, value: Any, location: Location) -> list[Any]:
        if isinstance(value, list):
            elements = value
        elif isinstance(value, (str, bytes, Mapping)) or not hasattr(value, "__iter__"):
            raise _argument_error(location, "a list", kind_of(value))
        else:
            elements = list(value)
        accept = self.element.accept
        accepted = [accept(element, (location, index)) for index, element in enumerate(elements)]
        # The user's own list is stored where possible, so that elements appended to it later are sent.
        return elements if all(map(is_, accepted, elements)) else accepted

    def encode(self, value: Any, original: Any) -> Any:
        if original is None:
            return self.element.encode_list(value)
        before = original if isinstance(original, list) else []
        if self.element.mutable:
            after = self.element.encode_list(value)
        else:
            after = [self._encode_element(element, before, index) for index, element in enumerate(value)]
        unchanged = before is original and len(after) == len(before) and all(map(is_, after, before))
        return original if unchanged else after

    def _encode_element(self, element: Any, before: list[Any], index: int) -> Any:
        """Return the JSON value for an element, in the notation in which it was read."""
        if index < len(before):
            original = before[index]
            if element is original or self._is_equal(original, element):
                return original
        return encode(element)

    def _is_equal(self, original: Any, value: Any) -> bool:
        if original is None:
            return False
        try:
            decoded = _decode(self.element, original, Origin(""))
        except ApiDecodeError:
            return False
        return bool(decoded.__class__ is value.__class__ and decoded == value)


class _MappingConverter(Converter):
    cached = True

    def __init__(self, element: Converter) -> None:
        self.element = element

    def decode(self, value: Any, location: Location) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise type_error(location, "an object", value)
        return {
            key: None if member is None else _decode(self.element, member, (location, key))
            for key, member in value.items()
        }


class _OptionalConverter(Converter):
    """Allows ``null`` as an element of a list or as a whole response; an attribute that is ``null`` is absent."""

    def __init__(self, required: Converter) -> None:
        self.required = required
        self.passthrough = required.passthrough
        self.cached = required.cached
        self.mutable = required.mutable

    def decode(self, value: Any, location: Location) -> Any:
        return None if value is None else self.required.decode(value, location)

    def accept(self, value: Any, location: Location) -> Any:
        return None if value is None else self.required.accept(value, location)

    def encode(self, value: Any, original: Any) -> Any:
        return None if value is None else self.required.encode(value, original)


_BUILTIN: dict[str, Converter] = {
    "str": _StringConverter(),
    "int": _IntegerConverter(),
    "float": _FloatConverter(),
    "bool": _BooleanConverter(),
    "date": _DateConverter(),
    "datetime": _DateTimeConverter(),
    "object": Converter(),
}


@cache
def converter(type_name: str) -> Converter:
    """Return the converter for a type in the notation of :class:`TypeRef`, such as ``list[JobType]``."""
    ref = TypeRef.parse(type_name)
    if ref.optional:
        return _OptionalConverter(converter(ref.required.text))
    if ref.element is not None:
        element = converter(ref.element.text)
        return _ListConverter(element) if ref.is_list else _MappingConverter(element)
    return _BUILTIN.get(ref.name) or _ModelConverter(find_model(ref.name))


def decode(document: Any, type_name: str, origin: Origin) -> Any:
    """Return the Python value for a document of the given type.

    :param type_name: the type in the notation of :class:`TypeRef`, such as ``list[JobType]``
    :raises ApiDecodeError: the document has another type
    """
    return _decode(converter(type_name), document, origin)


def _decode(reader: Converter, value: Any, location: Location) -> Any:
    return value if value.__class__ is reader.passthrough else reader.decode(value, location)


def encode(value: Any) -> Any:
    """Return the JSON value for a model, a date or time, a scalar, or a mapping or list of these.

    :raises ApiTypeError: the value cannot be converted to JSON
    """
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, float):
        return number(value)
    if is_model(value):
        return value._encode()
    if isinstance(value, Mapping):
        members = {_key(key): encode(member) for key, member in value.items()}
        return value.with_members(members) if isinstance(value, ElementDict) else members
    if isinstance(value, (list, tuple)):
        return [encode(element) for element in value]
    if isinstance(value, date):
        return format_time(value)
    raise ApiTypeError(f"{kind_of(value)} cannot be converted to JSON")


def encode_json(value: Any) -> bytes:
    """Return the JSON of a model, or of another value that :func:`encode` accepts.

    :raises ApiTypeError: the value cannot be converted to JSON
    :raises ApiValueError: a number is not finite, or the value contains itself
    """
    # What a model contains is encoded while it is written, which is faster.
    return dump_json(value if is_model(value) else encode(value))


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise ApiTypeError(f"the keys of a document must be strings, not {kind_of(key)}")
    return key


def _describe(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    text = json.dumps(value) if isinstance(value, (str, int, float)) or value is None else kind_of(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
