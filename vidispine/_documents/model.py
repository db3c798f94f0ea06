"""Models: typed views of JSON documents.

A model keeps the document that it was made from. An attribute is converted when it is first read; what was changed is
laid over the document when it is sent. What nobody touched goes back exactly as it came.
"""

from __future__ import annotations

import copy
import json
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from vidispine._documents.conversion import Converter, Origin, Place, converter, decode_error, encode, wrong_kind
from vidispine.exceptions import (
    ApiDecodeError,
    ApiTypeError,
    ApiValueError,
    UnexpectedKeywordError,
    did_you_mean,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    from typing_extensions import Self, dataclass_transform

    C = TypeVar("C")
else:

    def dataclass_transform(**_: Any) -> Callable[[Any], Any]:
        """Stand in for what only type checkers read."""
        return lambda cls: cls


__all__ = ["Field", "Model", "Vocabulary", "optional", "required"]

_PLAIN: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
"""The types whose values stand in a document as they are."""


class Field:
    """One attribute of a model: a member of its document.

    It is no data descriptor on purpose: what was converted is kept in the instance's ``__dict__``, which Python then
    finds without asking here again. Texts, numbers and booleans need no converting and stay in the document alone;
    most of what is read is one of these, so a property of few steps stands for them in the class (:meth:`reader`).
    """

    __slots__ = ("_converter", "name", "native", "owner", "required", "secret", "values", "wire", "xml")

    name: str
    owner: type[Model]
    native: type | None
    """The class of values that stand in the document as they are; ``None`` when there is none."""

    def __init__(
        self, wire: str, required: bool, values: tuple[Any, ...] | None, xml: str | None, secret: bool
    ) -> None:
        self.wire = wire
        self.required = required
        self.values = values
        self.xml = xml
        self.secret = secret
        self._converter: Converter | None = None

    def __set_name__(self, owner: type[Model], name: str) -> None:
        self.owner = owner
        self.name = name
        self.native = _PLAIN.get(self.type)

    @property
    def type(self) -> str:
        """The type of a value that is there: ``"str"``, ``"list[JobType]"``."""
        annotation: str = self.owner.__annotations__[self.name]
        return re.sub(r"\bAny\b", "object", annotation.removesuffix(" | None"))

    @property
    def __doc__(self) -> str:  # type: ignore[override]
        """Return what ``help()`` shows for the attribute."""
        return f"``{self.type}``, {'required' if self.required else 'optional'}; ``{self.wire}`` in the document."

    @property
    def converter(self) -> Converter:
        """How values are read and checked; made when first needed, as it may load other models."""
        if self._converter is None:
            self._converter = converter(self.type)
        return self._converter

    def reader(self) -> Field | property:
        """Return the descriptor that reads the attribute."""
        if self.native is None:
            return self
        native, wire, convert = self.native, self.wire, self.__get__

        def read(model: Model) -> Any:
            value = model._document.get(wire)
            return value if value is None or value.__class__ is native else convert(model)

        return property(read, doc=self.__doc__)

    def __get__(self, instance: Model | None, owner: Any = None) -> Any:
        if instance is None:
            return self
        value = instance._document.get(self.wire)
        if value is None:
            return None
        convert = self._converter or self.converter
        try:
            result = convert.decode(value, (instance._place, self.wire))
        except ApiDecodeError as error:
            error.body = error.body or instance._as_body()
            if self.secret:
                error.reason = f"{(error.reason or '').partition(', got ')[0]}, got something else"
            raise
        if convert.keeps:
            instance.__dict__[self.name] = result
        return result

    def assign(self, instance: Model, value: Any) -> None:
        """Set the attribute; ``None`` takes the member out of the document.

        :raises ApiValueError: ``None`` for a required attribute, or a word outside its enumeration
        :raises ApiTypeError: a value of the wrong kind
        """
        if value is None:
            if self.required:
                raise self.missing(instance)
            instance.__dict__.pop(self.name, None)
            instance._document.pop(self.wire, None)
            return
        convert = self._converter or self.converter
        value = convert.accept(value, (instance._origin, self.name))
        if self.values is not None:
            self._refuse_other_words(instance, value)
        # What is refused above leaves the attribute as it was.
        if convert.native is None:
            instance.__dict__[self.name] = value
        else:
            instance.__dict__.pop(self.name, None)
        if not convert.contains:
            instance._document[self.wire] = encode(value)

    def _refuse_other_words(self, instance: Model, value: Any) -> None:
        words = self.values or ()
        for word in value if isinstance(value, list) else [value]:
            if word not in words:
                name = f"{type(instance).__name__}.{self.name}"
                raise ApiValueError(f"{name} must be one of {', '.join(map(str, words))}, not {word!r}")

    def missing(self, instance: Model) -> ApiValueError:
        """Return the error for a required attribute that was not given."""
        return ApiValueError(f"{type(instance).__name__}.{self.name} is required and must not be None")


def required(wire: str, *, values: tuple[Any, ...] | None = None, xml: str | None = None, secret: bool = False) -> Any:
    """Declare an attribute that the constructor insists on; in an answer it may be missing all the same.

    :param wire: name of the member in the document
    :param values: the words of a closed enumeration
    :param xml: ``"attribute"`` for what is an attribute in the XML form, ``"text"`` for what is the element's own text
    :param secret: keep the value out of ``repr`` and ``to_str``
    """
    return Field(wire, True, values, xml, secret)


def optional(wire: str, *, values: tuple[Any, ...] | None = None, xml: str | None = None, secret: bool = False) -> Any:
    """Declare an attribute that may be missing and then reads as ``None``; parameters as in :func:`required`."""
    return Field(wire, False, values, xml, secret)


class _Facts:
    """A mapping about a model's attributes, worked out when it is asked for."""

    def __init__(self, fact: str) -> None:
        self._fact = fact

    def __get__(self, instance: Any, owner: type[Model]) -> dict[str, str]:
        return {name: getattr(field, self._fact) for name, field in owner._fields.items()}


@dataclass_transform(kw_only_default=True, field_specifiers=(required,))
class Model:
    """The base of all documents.

    The constructor takes the attributes as keywords. Setting an attribute to ``None`` takes the member out of the
    document; lists can be changed in place. Models compare by content, pickle and copy.
    """

    __slots__ = ("__dict__", "__weakref__", "_document", "_place")

    _document: dict[str, Any]
    _place: Place
    _origin: ClassVar[Origin]
    _fields: ClassVar[dict[str, Field]] = {}

    document_name: ClassVar[str | None] = None
    """Name of the root element in XML; ``None`` for what is only ever a part of a document."""

    discriminator: ClassVar[None] = None
    """Always ``None``; it is here because the published models had it."""

    openapi_types: ClassVar[Mapping[str, str]] = _Facts("type")  # type: ignore[assignment]
    """For each attribute its type: ``{"job_id": "str", "sub_job": "list[JobType]", ...}``."""

    attribute_map: ClassVar[Mapping[str, str]] = _Facts("wire")  # type: ignore[assignment]
    """For each attribute the name of its member in the document: ``{"job_id": "jobId", ...}``."""

    def __init_subclass__(cls, document: str | None = None) -> None:
        own = {name: field for name, field in cls.__dict__.items() if isinstance(field, Field)}
        cls._fields = {**cls._fields, **own}
        cls.document_name = document
        cls._origin = Origin(cls.__name__)
        for name, field in own.items():
            setattr(cls, name, field.reader())

    # Type checkers make the signature of the attributes (dataclass_transform) and know no other attributes.
    # There is no __getattr__: with one, Python looks for it at each reading of any attribute, and a misspelt name
    # gets the interpreter's own suggestion anyway.
    if not TYPE_CHECKING:

        def __init__(self, **values: Any) -> None:
            """Make a document of the given attributes.

            :raises UnexpectedKeywordError: there is no such attribute
            :raises ApiValueError: a required attribute is missing, or a word is outside its enumeration
            :raises ApiTypeError: a value of the wrong kind
            """
            document: dict[str, Any] = {}
            _set_document(self, document)
            _set_place(self, self._origin)
            fields = self._fields
            for name in values:
                if name not in fields:
                    raise UnexpectedKeywordError.of(type(self).__name__, name, fields)
            for name, field in fields.items():
                value = values.get(name)
                if value is None:
                    if field.required:
                        raise field.missing(self)
                elif value.__class__ is field.native and field.values is None:
                    document[field.wire] = value
                else:
                    field.assign(self, value)

        def __setattr__(self, name: str, value: Any) -> None:
            field = self._fields.get(name)
            if field is None:
                near = did_you_mean(name, self._fields)
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{near}")
            field.assign(self, value)

        def __delattr__(self, name: str) -> None:
            setattr(self, name, None)

    @classmethod
    def fields(cls) -> Mapping[str, Field]:
        """Return what is declared about each attribute, by its Python name, in the document's order."""
        return MappingProxyType(cls._fields)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return a model of a document in wire form (what ``json.loads`` makes of its JSON), which is copied.

        :raises ApiTypeError: the document is not a mapping
        """
        if not hasattr(document, "items"):
            raise ApiTypeError(f"{cls.__name__} is made from a mapping, not from a {type(document).__name__}")
        return cls._view(copy.deepcopy(dict(document)), cls._origin)

    @classmethod
    def _view(cls, document: Any, place: Place) -> Self:
        """Return a model over this very document, without a copy or a look into it.

        :raises ApiDecodeError: the document is no object
        """
        if document.__class__ is not dict:
            raise wrong_kind(place, "an object", document)
        model = _new(cls)
        _set_document(model, document)
        _set_place(model, place)
        return model

    def to_document(self) -> dict[str, Any]:
        """Return the document in wire form, as a copy: changing it does not change the model.

        :raises ApiDecodeError: it is nested too deeply
        """
        with _AtOnce(self):
            return copy.deepcopy(self._encode())

    def to_json(self) -> str:
        """Return the document as JSON text, as it would be sent.

        :raises ApiValueError: a number in it is not finite, or a text has half a surrogate pair
        :raises ApiDecodeError: it is nested too deeply
        """
        from vidispine._documents.json import dump_json

        with _AtOnce(self):
            return dump_json(self._encode()).decode()

    def _encode(self) -> dict[str, Any]:
        """Return the document with what was changed laid over it; the document itself when nothing was."""
        document = self._document
        kept = self.__dict__
        if not kept:
            return document
        changed: dict[str, Any] = {}
        for name, value in kept.items():
            field = self._fields[name]
            convert = field._converter or field.converter
            if convert.contains:
                before = document.get(field.wire)
                after = convert.encode(value, before)
                if after is not before:
                    changed[field.wire] = after
        return {**document, **changed} if changed else document

    @property
    def additional_properties(self) -> Mapping[str, Any]:
        """Members of the document that the model does not declare, by their wire names; they are sent back too."""
        declared = {field.wire for field in self._fields.values()}
        return MappingProxyType({wire: value for wire, value in self._document.items() if wire not in declared})

    def validate(self) -> None:
        """Check the whole document: the kind of every value, and that no required member is missing.

        :raises ApiDecodeError: naming the first place that is wrong
        """
        with _AtOnce(self):
            self._validate()

    def _validate(self) -> None:
        for name, field in self._fields.items():
            value = getattr(self, name)
            if value is None:
                if field.required:
                    raise self._missing(field)
            elif field.converter.contains:
                for element in value if isinstance(value, list) else [value]:
                    if isinstance(element, Model):
                        element._validate()

    def _missing(self, field: Field) -> ApiDecodeError:
        error = decode_error((self._place, field.wire), "is missing")
        error.body = self._as_body()
        return error

    def _as_body(self) -> str:
        """Return the document as JSON for an error, whatever it holds: the error is about something else."""
        try:
            return self.to_json()
        except ApiValueError:
            return json.dumps(self._encode())
        except ApiDecodeError:
            return ""

    def to_dict(self) -> dict[str, Any]:
        """Return every declared attribute by its Python name, ``None`` where nothing is there, and so within.

        :raises ApiDecodeError: a value is of the wrong kind, or the document is nested too deeply
        """
        with _AtOnce(self):
            return _to_dict(self)

    def to_str(self) -> str:
        """Return ``to_dict()`` laid out for reading, with secrets masked."""
        from vidispine._documents.display import lay_out

        try:
            return lay_out(self)
        except RecursionError:
            return f"{type(self).__name__}(...)"

    def __repr__(self) -> str:
        from vidispine._documents.display import represent

        try:
            return represent(self)
        except RecursionError:
            return f"{type(self).__name__}(...)"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        with _AtOnce(self):
            if self._encode() == other._encode():
                return True
            return self.additional_properties == other.additional_properties and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return restore, (type(self), self._encode())

    def __copy__(self) -> Self:
        with _AtOnce(self):
            return self._view(dict(self._encode()), self._place)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        with _AtOnce(self):
            return self._view(copy.deepcopy(self._encode(), memo), self._place)


_new = object.__new__
# Slots are set by their descriptors, since Model.__setattr__ is for attributes of the document.
_set_document = Model.__dict__["_document"].__set__
_set_place = Model.__dict__["_place"].__set__


def restore(cls: type[Model], document: dict[str, Any]) -> Model:
    """Return the model that a pickle holds."""
    return cls._view(document, cls._origin)


# Pickles refer to it by a public name, so that they survive changes of the engine's layout.
restore.__module__, restore.__qualname__ = "vidispine.model", "_restore"


class _AtOnce:
    """Around what goes through a whole document: the end of the interpreter's stack is an error of ours."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        if isinstance(error, RecursionError):
            raise decode_error(self._model._place, "is nested too deeply") from None


def _to_dict(model: Model) -> dict[str, Any]:
    values = [getattr(model, name) for name in model._fields]
    # No comprehension around what calls itself: before Python 3.12 that is one frame more for each level.
    return dict(zip(model._fields, map(_plain, values)))


def _plain(value: Any) -> Any:
    """Return a value with the models in it turned into dictionaries."""
    if isinstance(value, Model):
        return _to_dict(value)
    if isinstance(value, list):
        return list(map(_plain, value))
    return value


class Vocabulary:
    """An open set of words that a field or a parameter takes; servers may know more of them.

    A word is a plain ``str`` with a name: ``JobState.FINISHED`` is ``"FINISHED"``.
    """

    @classmethod
    def values(cls) -> tuple[str, ...]:
        """Return all words, in the order in which they are described."""
        return tuple(word for name, word in cls.__dict__.items() if name[0] != "_" and isinstance(word, str))
