"""Intermediate representation of a description: plain objects that templates render."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vidispine._calls.operation import OF_THE_PAGE


@dataclass(frozen=True)
class EnumValue:
    """One value of a vocabulary, with its Python name and description."""

    name: str
    value: str
    description: str
    availability: str
    pointer: str


@dataclass(frozen=True)
class Group:
    """A named group of values in a vocabulary."""

    name: str
    description: str
    values: tuple[str, ...]
    pointer: str


@dataclass(frozen=True)
class Vocabulary:
    """An open enum: the server may return values that are not listed."""

    name: str
    description: str
    values: tuple[EnumValue, ...]
    groups: tuple[Group, ...]
    pointer: str


@dataclass(frozen=True)
class MixinArgument:
    """An argument of a hand-written method. ``type`` and ``default`` are Python code."""

    name: str
    type: str
    default: str | None
    description: str


@dataclass(frozen=True)
class MixinMember:
    """A hand-written method or property, with its docstring as Markdown. ``signature`` has no types."""

    name: str
    signature: str
    is_property: bool
    type: str
    summary: str
    description: str
    example: str
    arguments: tuple[MixinArgument, ...]
    returns: str
    raises: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Mixin:
    """A hand-written base class of a generated class."""

    module: str
    name: str
    members: tuple[MixinMember, ...]


@dataclass(frozen=True)
class Value:
    """What a member of a document and a parameter have in common. ``vocabulary`` names the enum of its values."""

    name: str
    wire: str
    type: str
    required: bool
    description: str
    values: tuple[Any, ...]
    vocabulary: str | None
    availability: str
    pointer: str


@dataclass(frozen=True)
class Attribute(Value):
    """One member of a document. ``type`` is a type annotation, such as ``str`` or ``list[JobType]``."""

    xml: str | None
    secret: bool


@dataclass(frozen=True)
class Model:
    """A document or a part of a document.

    ``document`` is the name of the XML root element, ``other_documents`` are others of the same type. ``order`` has the
    members whose position in XML is known; those of the base precede them. ``entries`` is the attribute with the
    entries of a list document.
    """

    name: str
    description: str
    attributes: tuple[Attribute, ...]
    base: str | None
    document: str | None
    other_documents: tuple[str, ...]
    namespace: str
    order: tuple[str, ...]
    aliases: tuple[str, ...]
    examples: tuple[Any, ...]
    mixins: tuple[Mixin, ...]
    entries: Attribute | None
    availability: str
    pointer: str

    @property
    def elements(self) -> tuple[str, ...]:
        """The members that are elements in XML, in their order there: those with an unknown position come last."""
        declared = [attribute.wire for attribute in self.attributes if attribute.xml is None]
        return (*self.order, *(wire for wire in declared if wire not in self.order))

    @property
    def unverified(self) -> tuple[str, ...]:
        """The elements whose position in XML is unknown, unless there is only one position."""
        return self.elements[len(self.order) :] if self.base or len(self.elements) > 1 else ()


@dataclass(frozen=True)
class Parameter(Value):
    """A parameter of an operation.

    ``type`` and ``location`` are those of :class:`vidispine._calls.operation.Parameter`. ``element`` is the type of
    each value of a multi-value parameter. ``deprecated`` says what to use instead.
    ``accepts`` is a class of this package, such as ``vidispine.search.Search``, that a body may also be.
    """

    location: str
    element: str | None
    default: Any
    content_types: tuple[str, ...]
    named: bool
    deprecated: str
    accepts: str

    @property
    def is_positional(self) -> bool:
        """Whether it can be passed by position."""
        return self.required or self.location == "body"


@dataclass(frozen=True)
class Response:
    """The meaning of a status code. ``specific`` if the operation itself describes it; else it is a shared response."""

    status: str
    description: str
    exception: str | None
    specific: bool
    pointer: str


@dataclass(frozen=True)
class Example:
    """An example call: arguments by name, and code that uses the result."""

    arguments: dict[str, Any]
    result: str | None
    then: str
    pointer: str
    before: str = ""
    """Code that creates the values of arguments ``{x-code: NAME}``."""


@dataclass(frozen=True)
class IterateMethod:
    """The method that iterates over all pages of a list and yields values of type ``element``.

    ``by_cursor`` is true if the server also supports a cursor. The other attributes are those of
    :class:`vidispine._calls.operation.Paging`.
    """

    name: str
    items: str
    element: str
    identity: tuple[str, ...]
    hits: str | None
    sort: str | None
    without: tuple[str, ...]
    by_cursor: bool


@dataclass(frozen=True)
class Operation:
    """One operation. Parameters are in the order of the method's signature. ``pages`` is the value of ``x-pages``.

    ``tag`` names its class without ``Api``, ``source`` is the file in which its path is written.
    ``sensitive`` is ``request`` if the request contains sensitive data, ``response`` if only the response does.
    """

    tag: str
    source: str
    name: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    result: str | None
    accept: tuple[str, ...]
    responses: tuple[Response, ...]
    example: Example | None
    sensitive: str
    pages: dict[str, Any] | None
    availability: str
    pointer: str
    iterate: IterateMethod | None = None

    @property
    def shown_path(self) -> str:
        """The path as pages show it: below the base path, or that of another server on the same host."""
        return self.path.replace("/..", "")

    @property
    def hides_arguments(self) -> bool:
        """Whether tracebacks must not show its arguments: secrets, and addresses, which can have credentials."""
        return self.sensitive == "request" or any(parameter.name in ("uri", "url") for parameter in self.parameters)

    @property
    def positional(self) -> tuple[Parameter, ...]:
        """Parameters that can be passed by position: required parameters and the body."""
        return tuple(parameter for parameter in self.parameters if parameter.is_positional)

    @property
    def keyword_only(self) -> tuple[Parameter, ...]:
        """Parameters that must be passed by name."""
        return tuple(parameter for parameter in self.parameters if not parameter.is_positional)

    @property
    def filters(self) -> tuple[Parameter, ...]:
        """Parameters of the iterate method: all except those that select a page and those listed in ``without``."""
        omitted = {*OF_THE_PAGE, *(self.iterate.without if self.iterate else ())}
        return tuple(parameter for parameter in self.parameters if parameter.name not in omitted)


@dataclass(frozen=True)
class Api:
    """One resource. Each is generated as one class."""

    name: str
    line: str
    description: str
    operations: tuple[Operation, ...]
    mixins: tuple[Mixin, ...]
    sources: tuple[str, ...]
    pointer: str


@dataclass(frozen=True)
class ApiGroup:
    """A group of classes for one area, such as importing media."""

    name: str
    apis: tuple[Api, ...]


@dataclass(frozen=True)
class Named:
    """A description of something that has no more to it than a name."""

    name: str
    description: str


@dataclass(frozen=True)
class Description:
    """A whole description. If ``complete``, every part must have a description and every operation an example.

    ``securities`` are the ways to authenticate. ``faults`` are the kinds of the server's error document, and
    ``fault_members`` what each of them has.
    """

    complete: bool
    server: str
    apis: tuple[Api, ...]
    groups: tuple[ApiGroup, ...]
    models: dict[str, Model]
    vocabularies: dict[str, Vocabulary]
    securities: tuple[Named, ...]
    errors: tuple[Response, ...]
    faults: tuple[Named, ...]
    fault_members: tuple[Named, ...]
    fault_example: Any
    source: str
    simulated: frozenset[str] | None = None
    """Operations that the simulator implements. ``None``: the description has no simulator."""

    def operations(self) -> Iterator[tuple[Api, Operation]]:
        """Yield all operations, each after its class."""
        for api in self.apis:
            for operation in api.operations:
                yield api, operation

    def attributes(self, model: str) -> tuple[Attribute, ...]:
        """Return the attributes of a model: the id, inherited attributes, then its own."""
        return tuple(sorted(all_attributes(model, self.models), key=lambda attribute: attribute.name != "id"))


def all_attributes(name: str, models: dict[str, Model]) -> tuple[Attribute, ...]:
    """Return the attributes of a model, inherited ones first; an empty list if it is not a model."""
    model = models.get(name)
    return (*all_attributes(model.base or "", models), *model.attributes) if model else ()
