"""What is known about an operation of the API, as plain data.

The generated API classes hold one :class:`Operation` for each of their methods. The client turns it into
requests; the simulator makes its routes and request checks of the same data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from vidispine._documents.naming import snake_case

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["JSON", "TEXT", "XML", "Operation", "Paging", "Parameter", "body", "header", "path", "query"]

T = TypeVar("T")

JSON = "application/json"
TEXT = "text/plain"
XML = "application/xml"

LISTS = frozenset({"csv", "multi", "pairs"})
"""Types of parameters that take several values."""

NO_MODELS = frozenset({"bool", "datetime", "file", "float", "form", "int", "object", "str"})
"""Types of bodies that are no models, beside lists."""

OF_THE_PAGE = frozenset({"cursor", "first", "number"})
"""Parameters that choose one page of a list; a walk through all of it sees to them."""


class Parameter:
    """One parameter of an operation.

    ``type`` is ``str``, ``int``, ``float``, ``bool`` or ``datetime``; ``csv`` (strings joined by commas), ``multi``
    (the key repeated) or ``pairs`` (a ``multi`` of ``key=value``); ``yes/no`` for a boolean that is sent so; for a body
    the name of a model, ``str`` or ``file``. ``values`` names the vocabulary that its words come from, and ``default``
    is what the server assumes. ``available`` says since when servers have it, if not all do; ``deprecated`` what to do
    instead of giving it.
    """

    __slots__ = (
        "_name", "available", "content_types", "default", "deprecated", "place", "required", "type", "values", "wire",
    )  # fmt: skip

    def __init__(
        self,
        place: str,
        wire: str,
        type: str,
        *,
        name: str | None = None,
        required: bool = False,
        default: object = None,
        values: str | None = None,
        content_types: Sequence[str] = (),
        available: str = "",
        deprecated: str = "",
    ) -> None:
        self.place = place
        self.wire = wire
        self.type = type
        self.required = required
        self.default = default
        self.values = values
        self.content_types = content_types
        self.available = available
        self.deprecated = deprecated
        self._name = name

    @property
    def name(self) -> str:
        """The name in Python."""
        if self._name is None:
            self._name = snake_case(self.wire)
        return self._name

    def __repr__(self) -> str:
        return f"<{self.place} parameter {self.wire}: {self.type}>"


def path(wire: str, type: str = "str", **facts: Any) -> Parameter:
    """Describe a parameter in the path."""
    return Parameter("path", wire, type, required=True, **facts)


def query(wire: str, type: str = "str", **facts: Any) -> Parameter:
    """Describe a parameter in the query string."""
    return Parameter("query", wire, type, **facts)


def header(wire: str, type: str = "str", **facts: Any) -> Parameter:
    """Describe a parameter that travels as a header."""
    return Parameter("header", wire, type, **facts)


def body(type: str, content_types: Sequence[str], **facts: Any) -> Parameter:
    """Describe the request's body: a model, ``str``, ``file``, ``form``, or any other JSON by its type."""
    name = facts.pop("name", None) or body_name(type)
    return Parameter("body", name, type, name=name, content_types=content_types, **facts)


def body_name(type: str) -> str:
    """Return the name of the argument for a body: that of its model, if it is one."""
    return "body" if type in NO_MODELS or "[" in type else snake_case(type)


class Paging:
    """How to walk through a list of which an operation returns one page; see :class:`vidispine.paging.Pages`.

    ``name`` is the method that walks, ``items`` the attribute of the answer that holds the entries and ``hits`` the one
    that counts them all. ``identity`` are the attributes that tell an entry from the others; none for texts. ``sort``
    is asked for when the caller asks for no order; entries then come in the order of the numbers in their identities.
    ``without`` are parameters that the method does not take, beside those that choose a page.
    """

    __slots__ = ("hits", "identity", "items", "name", "sort", "without")

    def __init__(
        self,
        name: str,
        items: str,
        identity: Sequence[str],
        *,
        hits: str | None = "hits",
        sort: str | None = None,
        without: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.items = items
        self.identity = identity
        self.hits = hits
        self.sort = sort
        self.without = without


class Operation(Generic[T]):
    """One operation of the API: what it is called, where it lives, what it takes and what it answers.

    ``result`` is the name of a model, ``str``, ``file`` or ``None``; ``accept`` lists the media types that the server
    offers, the preferred one first, and is empty where the answer has no body of interest. ``pages`` is there when it
    returns one page of a list, from position ``first`` on. What must not be seen in logs is told by
    ``sensitive``: ``request`` when the request does, ``response`` when only its response does. ``available`` says since
    when servers have it, if not all do: ``since 25.2, beta``, ``observed on 4.9``.
    """

    __slots__ = ("accept", "available", "method", "name", "pages", "parameters", "path", "result", "sensitive")

    def __init__(
        self,
        name: str,
        method: str,
        path: str,
        result: str | None,
        accept: Sequence[str],
        *parameters: Parameter,
        pages: Paging | None = None,
        sensitive: str = "",
        available: str = "",
    ) -> None:
        self.name = name
        self.method = method
        self.path = path
        self.result = result
        self.accept = accept
        self.parameters = parameters
        self.pages = pages
        self.sensitive = sensitive
        self.available = available

    def __repr__(self) -> str:
        return f"<Operation {self.name}: {self.method} {self.path}>"
