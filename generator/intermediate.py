"""What a description says, as plain objects that templates can be filled with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vidispine._calls.operation import OF_THE_PAGE

__all__ = [
    "Api",
    "ApiGroup",
    "Attribute",
    "Description",
    "Example",
    "Fault",
    "Group",
    "Mixin",
    "MixinArgument",
    "MixinMember",
    "Model",
    "Operation",
    "Parameter",
    "Response",
    "Security",
    "Vocabulary",
    "Walk",
    "Word",
]


@dataclass(frozen=True)
class Word:
    """One word of a vocabulary: its name in Python, the word itself, what it means."""

    name: str
    value: str
    description: str
    availability: str
    place: str


@dataclass(frozen=True)
class Group:
    """Words of a vocabulary that have something in common."""

    name: str
    description: str
    values: tuple[str, ...]
    place: str


@dataclass(frozen=True)
class Vocabulary:
    """An open set of words."""

    name: str
    description: str
    words: tuple[Word, ...]
    groups: tuple[Group, ...]
    source: str
    place: str


@dataclass(frozen=True)
class MixinArgument:
    """What a hand-written method takes; ``type`` and ``default`` are code."""

    name: str
    type: str
    default: str | None
    named: bool
    description: str


@dataclass(frozen=True)
class MixinMember:
    """A method or a property that is written by hand, with what its docstring says, as Markdown."""

    name: str
    is_property: bool
    type: str
    summary: str
    description: str
    arguments: tuple[MixinArgument, ...]
    returns: str
    raises: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Mixin:
    """A hand-written class that a generated one inherits from."""

    module: str
    name: str
    members: tuple[MixinMember, ...]


@dataclass(frozen=True)
class Attribute:
    """One member of a document. ``type`` is as in an annotation: ``str``, ``list[JobType]``."""

    name: str
    wire: str
    type: str
    required: bool
    description: str
    values: tuple[Any, ...]
    vocabulary: str | None
    xml: str | None
    secret: bool
    availability: str
    place: str


@dataclass(frozen=True)
class Model:
    """A document, or a part of one. ``document`` is the name of its root element in XML."""

    name: str
    description: str
    attributes: tuple[Attribute, ...]
    base: str | None
    document: str | None
    aliases: tuple[str, ...]
    examples: tuple[Any, ...]
    mixins: tuple[Mixin, ...]
    availability: str
    source: str
    place: str


@dataclass(frozen=True)
class Parameter:
    """What an operation takes; ``type`` and ``location`` are those of :class:`vidispine._calls.operation.Parameter`.

    ``element`` is the type of each value, for those that take several. ``deprecated`` says what to do instead.
    """

    name: str
    wire: str
    location: str
    type: str
    element: str | None
    required: bool
    default: Any
    values: tuple[Any, ...]
    vocabulary: str | None
    content_types: tuple[str, ...]
    description: str
    named: bool
    availability: str
    deprecated: str
    place: str


@dataclass(frozen=True)
class Response:
    """What a status means. ``specific`` when the operation says so itself, and not what all of them share."""

    status: str
    description: str
    exception: str | None
    specific: bool
    place: str


@dataclass(frozen=True)
class Example:
    """A call that shows what an operation is for: arguments by name, and what to do with the result."""

    arguments: dict[str, Any]
    result: str | None
    then: str
    place: str


@dataclass(frozen=True)
class Walk:
    """The method that walks through all pages of a list, which yields values of type ``element``.

    The others are those of :class:`vidispine._calls.operation.Paging`. ``by_cursor`` when the server offers that too.
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
    """One operation. Its parameters are in the order of the method's signature; ``pages`` is its ``x-pages``.

    ``hides`` is ``request`` when it takes what nobody else may see, ``response`` when only its response holds such.
    """

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
    hides: str
    pages: dict[str, Any] | None
    walk: Walk | None
    availability: str
    place: str

    @property
    def positional(self) -> tuple[Parameter, ...]:
        """Those that may be given by position: the required ones, and a body."""
        return tuple(parameter for parameter in self.parameters if is_positional(parameter))

    @property
    def keyword_only(self) -> tuple[Parameter, ...]:
        """Those that are given by name."""
        return tuple(parameter for parameter in self.parameters if not is_positional(parameter))

    @property
    def filters(self) -> tuple[Parameter, ...]:
        """What a walk through all pages takes as well: all but those that choose a page, or have no place in a walk."""
        left_out = {*OF_THE_PAGE, *(self.walk.without if self.walk else ())}
        return tuple(parameter for parameter in self.parameters if parameter.name not in left_out)

    @property
    def answer(self) -> Response | None:
        """What it answers when all went well."""
        return next((response for response in self.responses if response.status[0] == "2"), None)


def is_positional(parameter: Parameter) -> bool:
    """Tell whether a parameter may be given by position."""
    return parameter.required or parameter.location == "body"


@dataclass(frozen=True)
class Api:
    """One resource, which becomes one class."""

    name: str
    line: str
    description: str
    operations: tuple[Operation, ...]
    mixins: tuple[Mixin, ...]
    sources: tuple[str, ...]
    place: str


@dataclass(frozen=True)
class ApiGroup:
    """Classes for one kind of work, such as bringing media in."""

    name: str
    apis: tuple[Api, ...]


@dataclass(frozen=True)
class Security:
    """A way of saying who calls."""

    name: str
    description: str


@dataclass(frozen=True)
class Fault:
    """A member of the server's error document, or of what such a member holds."""

    name: str
    description: str


@dataclass(frozen=True)
class Description:
    """All of a description. One that is ``complete`` promises words and an example for everything."""

    complete: bool
    server: str
    apis: tuple[Api, ...]
    groups: tuple[ApiGroup, ...]
    models: dict[str, Model]
    vocabularies: dict[str, Vocabulary]
    securities: tuple[Security, ...]
    errors: tuple[Response, ...]
    faults: tuple[Fault, ...]
    fault_members: tuple[Fault, ...]
    fault_example: Any
    source: str

    def attributes(self, model: str) -> tuple[Attribute, ...]:
        """Return the attributes of a model, those of its base first."""
        described = self.models[model]
        inherited = self.attributes(described.base) if described.base else ()
        return (*inherited, *described.attributes)
