"""The attributes of models: how each one is read from a document, checked and assigned."""

from __future__ import annotations

import builtins
from datetime import datetime
from types import FunctionType
from typing import TYPE_CHECKING, Any

from vidispine._documents.conversion import Converter, converter, encode
from vidispine._documents.times import LONGEST_DATE, AssignedTime, has_naive_time, warn_naive_time
from vidispine._documents.type_ref import TypeRef
from vidispine.exceptions import ApiDecodeError, ApiValueError

if TYPE_CHECKING:
    from collections.abc import Callable

    from vidispine._documents.conversion import Location
    from vidispine._documents.model import Model

__all__ = ["Field", "FieldMap", "optional", "required", "required_error"]


class Field:
    """One attribute of a model, which is one member of its document.

    This is deliberately not a data descriptor: a decoded value is stored in the instance's ``__dict__``, where Python
    finds it without calling the descriptor again. Strings, numbers and booleans need no decoding and are stored in the
    document only, and times are parsed at each read. Since most reads are of these, :meth:`reader` returns a faster
    property for them.
    """

    __slots__ = (
        "_cached",
        "_converter",
        "_decode",
        "direct",
        "element",
        "name",
        "owner",
        "passthrough",
        "required",
        "secret",
        "type_ref",
        "values",
        "wire",
        "xml",
    )

    name: str
    """The name of the attribute, such as ``job_id``."""
    owner: type[Model]
    """The model that declares the attribute."""
    type_ref: TypeRef
    """The type of the attribute, parsed."""
    passthrough: type | None
    """The class of values that the document contains as they are, such as ``str``; ``None`` if there is none."""
    direct: type | None
    """The class of values that can be stored without a check; ``None`` if there is none."""
    element: type[Model] | None
    """The model in lists of models; ``None`` for other types, and as long as there is no converter."""

    def __init__(
        self, wire: str, required: bool, values: tuple[Any, ...] | None, xml: str | None, secret: bool
    ) -> None:
        self.wire = wire
        self.required = required
        self.values = values
        self.xml = xml
        self.secret = secret
        self._converter: Converter | None = None
        self._decode: Callable[[Any, Location], Any] | None = None
        self._cached = False
        self.element = None

    def __set_name__(self, owner: type[Model], name: str) -> None:
        self.owner = owner
        self.name = name
        self.type_ref = TypeRef.parse(owner.__annotations__[name]).required
        self.passthrough = self.type_ref.python
        # A float may be infinite.
        self.direct = None if self.values or self.passthrough is float else self.passthrough

    @property
    def type(self) -> str:
        """The type of the attribute's values, such as ``"str"`` or ``"list[JobType]"``."""
        return self.type_ref.text

    @property
    def __doc__(self) -> str:  # type: ignore[override]
        """The text that ``help()`` shows for the attribute."""
        return f"``{self.type}``, {'required' if self.required else 'optional'}; ``{self.wire}`` in the document."

    @property
    def converter(self) -> Converter:
        """The converter for the attribute's values. Created on first use, because it may load other models."""
        if self._converter is None:
            made = converter(self.type)
            # Attributes of the field itself are read faster. Another thread must find all of them.
            self.element, self._cached, self._decode = made.element_model, made.cached, made.decode
            self._converter = made
        return self._converter

    def reader(self) -> Field | property:
        """Return the descriptor that reads the attribute."""
        names: dict[str, Any]
        if self.passthrough is not None:
            read, names = _read, {"_passthrough": self.passthrough}
        elif self.type == "datetime":
            # Without the builtins, Python 3.9 would find no `len`.
            read, names = _read_time, {"__builtins__": builtins}
            names.update(_fromisoformat=_fromisoformat, LONGEST_DATE=LONGEST_DATE)
        else:
            return self
        names.update(_wire=self.wire, _decode=self.__get__, __name__=__name__)
        # Python optimizes code for the type of the model that it is run with. Profilers count by name.
        code = read.__code__.replace(co_name=f"{self.owner.__name__}.{self.name}")
        return property(FunctionType(code, names, self.name), doc=self.__doc__)

    def __get__(self, instance: Model | None, owner: Any = None) -> Any:
        if instance is None:
            return self
        value = instance._document.get(self.wire)
        if value is None:
            return None
        decode = self._decode or self.converter.decode
        # As Model._place does, without a call.
        location: Location
        try:
            location = (instance._location, instance._index, self.wire)
        except AttributeError:
            location = (instance._origin, self.wire)
        try:
            result = decode(value, location)
        except ApiDecodeError as error:
            error.body = error.body or instance._error_body()
            if self.secret:
                error.reason = f"{(error.reason or '').partition(', got ')[0]}, got something else"
            raise
        if self._cached:
            values = instance.__dict__
            values[self.name] = result
            values["_has_values"] = True
        return result

    def assign(self, instance: Model, value: Any) -> None:
        """Set the attribute. ``None`` removes the member from the document.

        :raises ApiValueError: ``None`` for a required attribute, or a value that its enum does not allow
        :raises ApiTypeError: the value has the wrong type
        """
        if value is None:
            if self.required:
                raise required_error(instance, [self.name])
            instance.__dict__.pop(self.name, None)
            instance._document.pop(self.wire, None)
            return
        converter, given = self._converter or self.converter, value
        if not converter.is_native(given):
            value = converter.accept(given, (instance._origin, self.name))
            if has_naive_time(given):
                warn_naive_time(f"{type(instance).__name__}.{self.name}")
        if self.values is not None:
            self._check_enum(instance, value)
        # Nothing is stored before all checks have passed.
        if converter.mutable:
            instance.__dict__.update({self.name: value, "_has_values": True})
        else:
            # A time that is given as text is sent unchanged.
            sent = given if isinstance(given, str) else value
            instance._document[self.wire] = AssignedTime(sent) if isinstance(sent, datetime) else encode(sent)

    def are_models(self, value: Any) -> bool:
        """Return whether a value is a list of models of the attribute's type. An empty list is not.

        The document of a new model contains such lists as they are. They are encoded when the document is.
        """
        if type(value) is not list:
            return False
        model, element = self.element, None
        for element in value:
            if type(element) is not model:
                return False
        return element is not None

    def _check_enum(self, instance: Model, value: Any) -> None:
        allowed = self.values or ()
        for element in value if isinstance(value, list) else [value]:
            if element not in allowed:
                name = f"{type(instance).__name__}.{self.name}"
                raise ApiValueError(f"{name} must be one of {', '.join(map(str, allowed))}, not {element!r}")


def required_error(model: Model, names: list[str]) -> ApiValueError:
    """Return the error for required attributes of a model that are missing."""
    *first, last = names
    listed = f"{', '.join(first)} and {last} are" if first else f"{last} is"
    return ApiValueError(f"{type(model).__name__}.{listed} required and must not be None")


# Each attribute has a copy of one of the next functions, with its own values of these names. Closures are slower.
_wire = ""
_passthrough: type = str
_decode: Callable[[Model], Any] = str
_fromisoformat = datetime.fromisoformat


def _read(model: Model) -> Any:
    """Return the value of an attribute that the document contains as it is."""
    value = model._document.get(_wire)
    return value if value is None or value.__class__ is _passthrough else _decode(model)


def _read_time(model: Model) -> Any:
    """Return the time of an attribute. A response may have thousands, so most are parsed without another call."""
    value = model._document.get(_wire)
    if value is None:
        return None
    if value.__class__ is str and len(value) > LONGEST_DATE:
        try:
            return _fromisoformat(value)
        except ValueError:
            pass
    return _decode(model)


def required(wire: str, *, values: tuple[Any, ...] | None = None, xml: str | None = None, secret: bool = False) -> Any:
    """Declare an attribute that the constructor requires. A response may omit it nevertheless.

    :param wire: the name of the member in the document
    :param values: the allowed values of a closed enum. Default: any value
    :param xml: how XML represents the value: ``"attribute"`` or ``"text"``. Default: a child element
    :param secret: whether ``repr`` and ``to_str`` mask the value. Default: ``False``
    """
    return Field(wire, True, values, xml, secret)


def optional(wire: str, *, values: tuple[Any, ...] | None = None, xml: str | None = None, secret: bool = False) -> Any:
    """Declare an optional attribute, which is ``None`` if it is absent. Parameters as in :func:`required`."""
    return Field(wire, False, values, xml, secret)


class FieldMap:
    """A mapping of attribute names, built on first access and then stored in the class."""

    def __init__(self, member: str) -> None:
        self._member = member

    def __set_name__(self, owner: type[Model], name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type[Model]) -> dict[str, str]:
        mapping = {name: getattr(field, self._member) for name, field in owner._fields.items()}
        setattr(owner, self._name, mapping)
        return mapping
