"""Models: typed views of JSON documents.

A model stores the document that it was created from. An attribute is decoded when it is read; the model stores what can
be changed in place. When the document is sent, changed attributes replace their members; all other members are sent
unchanged. The document of a model that a program constructs can contain lists of models, which are encoded then.
"""

from __future__ import annotations

import copy
import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from vidispine._documents.conversion import Origin, decode_error, encode, type_error
from vidispine._documents.elements import ElementDict
from vidispine._documents.field import Field, FieldMap, optional, required, required_error
from vidispine.exceptions import (
    ApiDecodeError,
    ApiTypeError,
    ApiValueError,
    UnexpectedKeywordError,
    did_you_mean,
    kind_of,
)

if TYPE_CHECKING:
    import inspect
    from collections.abc import Callable, Mapping

    from typing_extensions import Self, dataclass_transform

    from vidispine._documents.conversion import Location
else:

    def dataclass_transform(**_: Any) -> Callable[[Any], Any]:
        """Do nothing: only type checkers use the decorator."""
        return lambda cls: cls


__all__ = ["Field", "Model", "optional", "required"]


class _Signature:
    """The signature of a model's constructor, with all attributes. Created on demand, for ``help()`` and editors."""

    def __get__(self, instance: Any, owner: type[Model]) -> inspect.Signature:
        if owner.__init__ is not Model.__init__:
            raise AttributeError("__signature__")  # it is read from the constructor
        from inspect import Parameter, Signature

        parameters = [
            Parameter(
                name,
                Parameter.KEYWORD_ONLY,
                default=Parameter.empty if field.required else None,
                annotation=field.owner.__annotations__[name],
            )
            for name, field in owner._fields.items()
        ]
        return Signature(sorted(parameters, key=lambda parameter: parameter.name != "id"))


_INDICES = tuple(range(1000))
"""The indices of most long lists. All models share them."""


class _Unfinished:
    """A model whose class is not set yet. Its slots are set fast, because it has no ``__setattr__``."""

    __slots__ = ("__dict__", "__weakref__", "_document", "_index", "_location")

    _document: dict[str, Any]
    _location: Location
    """Where the document came from, without the index in a list. Unset if the constructor made the document, which can
    contain models then."""
    _index: int | None
    """The index of the document in its list; ``None`` outside of lists. Unset if the location is."""


@dataclass_transform(kw_only_default=True, field_specifiers=(required,))
class Model(_Unfinished):
    """The base class of all documents.

    The constructor takes the attributes as keywords. Setting an attribute to ``None`` removes the member from the
    document. Lists can be changed in place. Models compare by content, and can be pickled and copied.
    """

    __slots__ = ()

    _origin: ClassVar[Origin]
    _fields: ClassVar[dict[str, Field]] = {}
    _declared: ClassVar[tuple[dict[str, Field], tuple[str, ...]]]
    """What the constructor reads: the fields and the names of the required ones, as one attribute."""
    _has_values: ClassVar[bool] = False
    """Whether ``__dict__`` has values of attributes. Reading ``__dict__`` itself would create it."""
    _entries: ClassVar[str]

    __signature__: ClassVar[inspect.Signature] = _Signature()  # type: ignore[assignment]
    """The attributes that the constructor takes, the id first."""

    document_name: ClassVar[str | None] = None
    """The name of the root element in XML; ``None`` for a model that is only used within other documents."""

    discriminator: ClassVar[None] = None
    """Always ``None``. Kept for scripts that were written for 5.0.4."""

    openapi_types: ClassVar[Mapping[str, str]] = FieldMap("type")  # type: ignore[assignment]
    """The type of each attribute: ``{"job_id": "str", "sub_job": "list[JobType]", ...}``. Do not modify it."""

    attribute_map: ClassVar[Mapping[str, str]] = FieldMap("wire")  # type: ignore[assignment]
    """The name in the document of each attribute: ``{"job_id": "jobId", ...}``. Do not modify it."""

    _xml_order: ClassVar[str] = ""
    """The elements that the class itself declares, in the order of XML; others follow."""
    _bare: ClassVar[str | None] = None
    """The name of the model whose documents ``_from_bare`` converts to documents of this model, if any."""
    _xml_schema: ClassVar[Any] = None
    """Created from the members above when the first document in XML is read or written."""

    def __init_subclass__(cls, document: str | None = None, entries: str | None = None, xml_order: str = "") -> None:
        if cls.__basicsize__ != _Unfinished.__basicsize__:
            raise TypeError(f"{cls.__name__} must not have __slots__ of its own")
        # Mappings that the base class has built must not be inherited.
        cls.openapi_types, cls.attribute_map = _OPENAPI_TYPES, _ATTRIBUTE_MAP
        own = {name: field for name, field in cls.__dict__.items() if isinstance(field, Field)}
        cls._fields = {**cls._fields, **own}
        required = tuple(name for name, field in cls._fields.items() if field.required)
        cls.document_name = document
        if entries is not None:
            cls._entries = entries
        cls._xml_order = xml_order
        cls._origin = Origin(cls.__name__)
        cls._declared = cls._fields, required
        for name, field in own.items():
            setattr(cls, name, field.reader())

    # Type checkers derive the signature from the attributes (dataclass_transform) and know no other attributes.
    # There is no __getattr__, because it would slow down every read; Python suggests names for misspelled ones itself.
    if not TYPE_CHECKING:

        def __init__(self, *arguments: Any, **values: Any) -> None:
            """Create a document from the given attributes, which are keywords.

            :raises UnexpectedKeywordError: the model has no such attribute
            :raises ApiValueError: a required attribute is missing, or an enum does not allow the value
            :raises ApiTypeError: a value has the wrong type
            """
            if arguments:
                raise self._positional_error(arguments[0])
            fields, required = self._declared
            for name in values:  # noqa: PLC0206 - faster
                value = values[name]
                try:
                    field = fields[name]
                except KeyError:
                    raise UnexpectedKeywordError.of(type(self).__name__, name, fields) from None
                if field.wire is not name or (type(value) is not field.direct and not field.are_models(value)):
                    self._set_attributes(values)
                    break
            else:
                # The keywords are the document. Python creates the dictionary for each call.
                _set_document(self, values)
            if required:
                missing = [name for name in required if values.get(name) is None]
                if missing:
                    raise required_error(self, missing)

        def _set_attributes(self, values: dict[str, Any]) -> None:
            """Create the document from attributes one by one."""
            document: dict[str, Any] = {}
            _set_document(self, document)
            for name, value in values.items():
                field = self._fields.get(name)
                if field is None:
                    raise UnexpectedKeywordError.of(type(self).__name__, name, self._fields)
                if type(value) is field.direct or field.are_models(value):
                    document[field.wire] = value
                elif value is not None:
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
        """Return the declaration of each attribute by its Python name, in the order of the document."""
        return MappingProxyType(cls._fields)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Create a model from a document as ``json.loads`` returns it; it can contain models and times. It is copied.

        :raises ApiTypeError: the document is not a mapping, or contains a value that JSON does not have
        :raises ApiValueError: the document contains itself, or is nested too deeply
        """
        if not hasattr(document, "items"):
            raise ApiTypeError(f"{cls.__name__}.from_document takes a mapping, not {type(document).__name__}")
        try:
            # The second call copies the documents of models.
            copied = encode(encode(document if isinstance(document, dict) else dict(document)))
        except RecursionError:
            raise ApiValueError(f"the {cls.__name__} contains itself, or is nested too deeply") from None
        return cls._view(copied, cls._origin)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Create a model from a document in JSON.

        :param text: the JSON: text, or bytes in UTF-8, UTF-16 or UTF-32
        :raises ApiDecodeError: the JSON is not valid, or not an object
        :raises ApiTypeError: the JSON is neither text nor bytes
        """
        from vidispine._documents.json import load_json

        if not isinstance(text, (str, bytes, bytearray)):
            raise ApiTypeError(f"{cls.__name__}.from_json takes text or bytes, not {type(text).__name__}")
        try:
            document = load_json(text.lstrip("\ufeff") if isinstance(text, str) else bytes(text))
        except (ValueError, RecursionError) as error:
            raise decode_error(cls._origin, f"not valid JSON: {error}") from None
        return cls._view(document, cls._origin)

    @classmethod
    def from_xml(cls, text: str | bytes) -> Self:
        """Create a model from a document in XML.

        Any namespace prefix is accepted, or none. Elements and attributes that the model does not declare are kept in
        ``additional_properties`` and written back.

        :param text: the XML: text, or bytes in the encoding that its declaration names. Default: UTF-8
        :raises ApiDecodeError: the XML is not well-formed, has a document type (DOCTYPE), has another root element, is
            nested more than 200 levels deep or has more than 256 MiB
        :raises ApiTypeError: the XML is neither text nor bytes
        """
        from vidispine._documents.xml import read_xml

        return cls._view(read_xml(text, cls), cls._origin)

    @classmethod
    def _view(cls, document: Any, location: Location) -> Self:
        """Return a model of this document, without copying or checking it.

        :raises ApiDecodeError: the document is not an object
        """
        if document.__class__ is not dict and document.__class__ is not ElementDict:
            raise type_error(location, "an object", document)
        model: Any = _Unfinished()
        model._document = document
        model._location = location
        model._index = None
        model.__class__ = cls
        return model  # type: ignore[no-any-return]

    @classmethod
    def _views(cls, documents: list[Any], location: Location) -> list[Any]:
        """Return models of the documents in a list, as :meth:`_view` does; ``None`` for ``null``.

        :raises ApiDecodeError: one of them is not an object
        """
        if documents.__class__ is not list:
            raise type_error(location, "a list", documents)
        models: list[Any] = []
        model: Any
        # Python itself shares the integers up to 256.
        numbered = zip(_INDICES, documents) if 256 < len(documents) <= len(_INDICES) else enumerate(documents)
        for index, document in numbered:
            if document.__class__ is dict:
                model = _Unfinished()
                model._document = document
                model._location = location
                model._index = index
                model.__class__ = cls
            elif isinstance(document, Model):
                return documents  # the constructor stored them
            else:
                model = None if document is None else cls._view(document, (location, index))
            models.append(model)
        return models

    @classmethod
    def _from_bare(cls, document: dict[str, Any]) -> dict[str, Any]:
        """Return a document of this model that contains one of the model ``_bare``."""
        raise NotImplementedError

    @classmethod
    def _is_like(cls, value: Any) -> bool:
        """Return whether a value is a model of this class, or of another one with the same members."""
        if isinstance(value, cls):
            return True
        return isinstance(value, Model) and value.attribute_map == cls.attribute_map

    def to_document(self) -> dict[str, Any]:
        """Return a copy of the document, as ``json.loads`` would return it.

        :raises ApiDecodeError: the document is nested too deeply
        """
        with _RecursionGuard(self):
            return copy.deepcopy(self._encode())

    def to_json(self) -> str:
        """Return the document as JSON text, in the form that is sent.

        :raises ApiValueError: a number is not finite, or a string contains half a surrogate pair
        :raises ApiDecodeError: the document is nested too deeply
        """
        from vidispine._documents.json import dump_json

        with _RecursionGuard(self):
            return dump_json(self).decode()

    def to_xml(self) -> str:
        """Return the document as XML, in the form that operations send.

        Elements are in the order of the server's schema. In bytes, the text must be encoded as UTF-8.

        :raises ApiValueError: a member has a name, or a string a character, that XML does not allow
        :raises ApiDecodeError: the document is nested too deeply
        """
        from vidispine._documents.xml import write_xml

        with _RecursionGuard(self):
            return write_xml(self._encode(), type(self))

    def _encode(self) -> dict[str, Any]:
        """Return the document with all changes applied; the stored document itself if nothing has changed."""
        document = self._document
        if not hasattr(self, "_location"):
            document = _with_encoded_models(document)
        if not self._has_values:
            return document
        fields, changed = self._fields, {}
        for name, value in [*self.__dict__.items()]:  # another thread may read an attribute
            field = fields.get(name)
            if field is None:  # state that a mixin stores with the document
                continue
            converter = field._converter or field.converter
            if converter.mutable:
                original = document.get(field.wire)
                encoded = converter.encode(value, original)
                if encoded is not original:
                    changed[field.wire] = encoded
        if not changed:
            return document
        merged = {**document, **changed}
        return document.with_members(merged) if isinstance(document, ElementDict) else merged

    @property
    def additional_properties(self) -> Mapping[str, Any]:
        """The members that the model does not declare, by their names in the document. They are sent back unchanged."""
        declared = {field.wire for field in self._fields.values()}
        return MappingProxyType({wire: value for wire, value in self._document.items() if wire not in declared})

    def validate(self) -> None:
        """Check the whole document: the type of every value, and that all required members are present.

        :raises ApiDecodeError: the document is not valid; ``place`` is the first location that is wrong
        """
        with _RecursionGuard(self):
            self._validate()

    def _validate(self) -> None:
        for name, field in self._fields.items():
            value = getattr(self, name)
            if value is None:
                if field.required:
                    raise self._missing(field)
            elif field.converter.mutable:
                for element in value if isinstance(value, list) else [value]:
                    if isinstance(element, Model):
                        element._validate()

    def _place(self, step: str | None = None) -> Location:
        """Return the location of the document, or of one of its members."""
        location = getattr(self, "_location", self._origin)
        if getattr(self, "_index", None) is not None:
            location = (location, self._index)
        return location if step is None else (location, step)

    def _positional_error(self, argument: Any) -> ApiTypeError:
        name = type(self).__name__
        hint = f": use {name}.from_document" if hasattr(argument, "items") else ""
        return ApiTypeError(f"{name} takes its attributes as keywords, not {kind_of(argument)}{hint}")

    def _missing(self, field: Field) -> ApiDecodeError:
        error = decode_error(self._place(field.wire), "is missing")
        error.body = self._error_body()
        return error

    def _error_body(self) -> str:
        """Return the document as JSON for an error message; never raises."""
        try:
            return self.to_json()
        except ApiValueError:
            return json.dumps(self._encode())
        except ApiDecodeError:
            return ""

    def to_dict(self) -> dict[str, Any]:
        """Return all declared attributes by their Python names, recursively; ``None`` for those that are absent.

        :raises ApiDecodeError: a value has the wrong type, or the document is nested too deeply
        """
        with _RecursionGuard(self):
            return _to_dict(self)

    def to_str(self) -> str:
        """Return ``to_dict()`` as formatted text with secrets masked."""
        from vidispine._documents.display import format_str

        try:
            return format_str(self)
        except RecursionError:
            return f"{type(self).__name__}(...)"

    def __str__(self) -> str:
        """Return the whole document as the constructor call that creates it. Secrets are masked."""
        from vidispine._documents.display import format_full

        try:
            return format_full(self)
        except RecursionError:
            return f"{type(self).__name__}(...)"

    def __repr__(self) -> str:
        """Return the document in at most 24 lines, with ``...`` for what does not fit. Secrets are masked."""
        from vidispine._documents.display import format_repr

        try:
            return format_repr(self)
        except RecursionError:
            return f"{type(self).__name__}(...)"

    def _repr_html_(self) -> str:
        """Return the document as a table, which notebooks show."""
        from vidispine._documents.html import model_table

        return model_table(self)

    def _summary(self) -> Mapping[str, Any] | None:
        """Return the members that ``repr`` and notebooks show instead of the attributes; ``None`` to show the
        attributes.
        """
        return None

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        with _RecursionGuard(self):
            if self._encode() == other._encode():
                return True
            return self.additional_properties == other.additional_properties and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return restore, (type(self), self._encode())

    def __copy__(self) -> Self:
        with _RecursionGuard(self):
            return self._view(copy.copy(self._encode()), self._place())

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        with _RecursionGuard(self):
            return self._view(copy.deepcopy(self._encode(), memo), self._place())


_OPENAPI_TYPES, _ATTRIBUTE_MAP = Model.__dict__["openapi_types"], Model.__dict__["attribute_map"]
# The constructor sets the slot through its descriptor, because Model.__setattr__ sets attributes of the document.
_set_document = _Unfinished.__dict__["_document"].__set__


def _with_encoded_models(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document without the models that a constructor stored in its lists; itself if there are none."""
    for wire, value in document.items():
        if value.__class__ is list and _has_model(value):
            document = {**document, wire: list(map(encode, value))}
    return document


def _has_model(values: list[Any]) -> bool:
    for value in values:  # noqa: SIM110 - faster
        if isinstance(value, Model):
            return True
    return False


def restore(cls: type[Model], document: dict[str, Any]) -> Model:
    """Return the model that was pickled."""
    # Numbers that are not finite are plain ones in pickles.
    return cls._view(encode(document), cls._origin)


# Pickles contain this public name, so that they survive changes to the layout of the engine.
restore.__module__, restore.__qualname__ = "vidispine.model", "_restore"


class _RecursionGuard:
    """Converts the ``RecursionError`` of a deeply nested document to ``ApiDecodeError``."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        if isinstance(error, RecursionError):
            raise decode_error(self._model._place(), "is nested too deeply") from None


def _to_dict(model: Model) -> dict[str, Any]:
    values = [getattr(model, name) for name in model._fields]
    # No comprehension: before Python 3.12, each one adds a frame per level of nesting.
    return dict(zip(model._fields, map(_plain, values)))


def _plain(value: Any) -> Any:
    """Return a value with all models converted to dictionaries."""
    if isinstance(value, Model):
        return _to_dict(value)
    if isinstance(value, list):
        return list(map(_plain, value))
    return value
