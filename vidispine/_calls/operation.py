"""Descriptions of API operations, as plain data.

Each method of a generated API class has one :class:`Operation`. The client builds requests from it. The simulator
builds its routes and request validation from the same data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from vidispine._documents.registry import snake_case
from vidispine._documents.type_ref import TypeRef

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["JSON", "TEXT", "XML", "Operation", "Paging", "Parameter", "body", "header", "path", "query"]

T = TypeVar("T")

JSON = "application/json"
TEXT = "text/plain"
XML = "application/xml"

LISTS = frozenset({"csv", "multi", "pairs"})
"""Parameter types that accept several values."""

OF_THE_PAGE = frozenset({"cursor", "first", "number"})
"""Parameters that select one page of a list. Methods that iterate over all pages set them."""


class Parameter:
    """One parameter of an operation.

    - ``wire``: the name in the request.
    - ``type``: ``str``, ``int``, ``float``, ``bool``, ``datetime``, ``csv`` (strings joined by commas), ``multi`` (the
      key is repeated), ``pairs`` (a ``multi`` of ``key=value``) or ``yes/no`` (a boolean sent as ``yes`` or ``no``).
      For a body: the name of a model, ``str``, ``file``, ``form``, or another JSON type.
    - ``values``: the name of the vocabulary that defines the allowed values.
    - ``default``: the value that the server uses if the parameter is omitted.
    - ``available``: the server versions that support the parameter; empty if all do.
    - ``deprecated``: what to use instead; empty if the parameter is not deprecated.
    """

    __slots__ = (
        "_name",
        "available",
        "content_types",
        "default",
        "deprecated",
        "location",
        "required",
        "type",
        "values",
        "wire",
    )

    def __init__(
        self,
        location: str,
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
        self.location = location
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
        """The name of the Python argument. Default: ``wire`` in snake case."""
        if self._name is None:
            self._name = snake_case(self.wire)
        return self._name

    def __repr__(self) -> str:
        return f"<{self.location} parameter {self.wire}: {self.type}>"


def path(wire: str, type: str = "str", **facts: Any) -> Parameter:
    """Create a path parameter, which is always required."""
    return Parameter("path", wire, type, required=True, **facts)


def query(wire: str, type: str = "str", **facts: Any) -> Parameter:
    """Create a query parameter."""
    return Parameter("query", wire, type, **facts)


def header(wire: str, type: str = "str", **facts: Any) -> Parameter:
    """Create a header parameter."""
    return Parameter("header", wire, type, **facts)


def body(type: str, content_types: Sequence[str], **facts: Any) -> Parameter:
    """Create the request body: a model, ``str``, ``file``, ``form``, or another JSON type."""
    name = facts.pop("name", None) or body_name(type)
    return Parameter("body", name, type, name=name, content_types=content_types, **facts)


def body_name(type: str) -> str:
    """Return the argument name of a body: the model name in snake case, or ``body`` if the type is not a model."""
    return snake_case(type) if TypeRef.parse(type).is_model else "body"


class Paging:
    """Pagination of an operation that returns one page of a list; see :class:`vidispine.paging.Pages`.

    - ``name``: the method that iterates over all pages.
    - ``items``: the response attribute that contains the entries of the page.
    - ``hits``: the response attribute that contains the total number of entries.
    - ``identity``: the attributes that identify an entry; empty if the entries are strings.
    - ``sort``: the sort order to request if the caller requests none. Entries are then ordered by the numbers in their
      identities.
    - ``without``: parameters that the method does not accept, in addition to those that select a page.
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
    """One operation of the API: its name, HTTP method, path, parameters and result.

    - ``result``: the name of a model, ``str``, ``file`` or ``None``.
    - ``path``: the path below the base URL. ``/..`` at its start leads to another base path on the same host.
    - ``accept``: the media types that the server offers, preferred type first; empty if the response body is unused.
    - ``pages``: the pagination, if the operation returns one page of a list, from position ``first``.
    - ``sensitive``: what must not be logged: ``request`` (neither the request nor the response body) or ``response``
      (only the response body); empty if everything can be logged.
    - ``available``: the server versions that support the operation; empty if all do. Examples: ``since 25.2, beta``,
      ``observed on 4.9``.
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

    @property
    def shown_path(self) -> str:
        """The path as the documentation shows it: without ``/..`` at its start."""
        return self.path.removeprefix("/..")

    def __repr__(self) -> str:
        return f"<Operation {self.name}: {self.method} {self.shown_path}>"
