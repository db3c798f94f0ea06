"""Builds search documents from Python expressions; see ``docs/guides/search.md``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TextIO, Union

from vidispine._documents.model import Model
from vidispine._documents.registry import find_model
from vidispine._mixins.search_conditions import (
    SEARCH,
    Condition,
    Field,
    FieldCondition,
    Text,
    all_of,
    has_file,
    has_group,
    has_item,
    has_shape,
    joined_document,
    operand,
    read_joined,
    refers_to,
)
from vidispine._mixins.search_options import (
    Autocomplete,
    Facet,
    FacetFilter,
    Filter,
    Highlight,
    Sort,
    Suggestions,
)
from vidispine._mixins.search_values import Range, Value, arguments, read_members
from vidispine.exceptions import ApiTypeError, ApiValueError, kind_of

if TYPE_CHECKING:
    from typing_extensions import Self

    from vidispine.models.file_search_type import FileSearchType
    from vidispine.models.item_search_type import ItemSearchType
    from vidispine.models.shape_search_type import ShapeSearchType
    from vidispine.types import Document

__all__ = [
    "Autocomplete",
    "Condition",
    "Facet",
    "FacetFilter",
    "Field",
    "FieldCondition",
    "Filter",
    "Highlight",
    "Range",
    "Search",
    "SearchLike",
    "Sort",
    "Suggestions",
    "Text",
    "Value",
    "has_file",
    "has_group",
    "has_item",
    "has_shape",
    "refers_to",
]

INTERVALS = ("all", "generic", "timed")
MODELS = ("ItemSearchType", "FileSearchType", "ShapeSearchType", "SimpleSearchType")
"""The models that a search can be converted to."""

_LISTS: Mapping[str, tuple[str, Any]] = {
    "filters": ("filter", Filter),
    "sort": ("sort", Sort),
    "facets": ("facet", Facet),
    "autocomplete": ("autocomplete", Autocomplete),
    "facet_filters": ("facetFilter", FacetFilter),
}
"""The lists of options: the member of the document, and the class."""
_OBJECTS: Mapping[str, tuple[str, Any]] = {
    "highlight": ("highlight", Highlight),
    "suggestions": ("suggestion", Suggestions),
}
_SCALARS = ("intervals", "cursor", "version")


class Search:
    """A search for items, collections, documents, shapes or files. Every operation that takes a search document accepts
    it::

        Search(Field("title").contains("news"), sort=["-created"], facets=["mediaType"])

    All conditions must match. Without conditions, everything that the user may read matches. Searches are immutable and
    compare equal if their documents are equal.

    :param conditions: conditions on fields, groups, items, shapes and files
    :param text: free text, which is searched for in the full-text index of the server; one text or several
    :param filters: conditions that affect neither ranking nor highlighting; :class:`Filter` gives them names
    :param sort: fields to sort by: ``"title"`` ascending, ``"-created"`` descending. Default: the server's order
    :param facets: fields by which hits are counted: names, or :class:`Facet` objects
    :param highlight: fields in which the words found are marked; ``True``: all fields. Default: none
    :param suggestions: ``True``, or the maximum number: return other spellings of the search terms. Default: ``False``
    :param autocomplete: texts to complete, for a search field that shows hits while the user types
    :param facet_filters: choices that a user made in facets: a mapping of fields to values or ranges ``(low, high)``,
        or :class:`FacetFilter` objects
    :param intervals: which metadata is searched: ``generic`` (of the whole entity), ``timed`` or ``all``. Default:
        ``all``
    :param cursor: where a long list continues; methods that iterate set it themselves. In searches for items and
        collections at once: since 5.4
    :param version: the version of the search language. Undocumented
    :raises ApiTypeError, ApiValueError: an argument is invalid
    """

    def __init__(
        self,
        *conditions: Condition,
        text: str | Text | Iterable[str | Text] = (),
        filters: Condition | Filter | Iterable[Condition | Filter] = (),
        sort: str | Sort | Iterable[str | Sort] = (),
        facets: str | Facet | Iterable[str | Facet] = (),
        highlight: bool | str | Iterable[str] | Highlight | None = None,
        suggestions: bool | int | Suggestions | None = None,
        autocomplete: str | Autocomplete | Iterable[str | Autocomplete] = (),
        facet_filters: Mapping[str, Any] | Iterable[FacetFilter] = (),
        intervals: str | None = None,
        cursor: str | None = None,
        version: int | None = None,
    ) -> None:
        texts = [each if isinstance(each, Text) else Text(each) for each in _listed(text, (str, Text))]
        #: the conditions, all of which must match; free texts come last
        self.conditions = all_of([*conditions, *texts], "Search")
        self.filters = tuple(Filter.of(each) for each in _listed(filters, (Condition, Filter)))
        self.sort = tuple(Sort.of(each) for each in _listed(sort, (str, Sort)))
        self.facets = tuple(Facet.of(each) for each in _listed(facets, (str, Facet)))
        self.highlight = Highlight.of(highlight)
        self.suggestions = Suggestions.of(suggestions)
        self.autocomplete = tuple(Autocomplete.of(each) for each in _listed(autocomplete, (str, Autocomplete)))
        self.facet_filters = _facet_filters(facet_filters)
        if intervals not in (None, *INTERVALS):
            raise ApiValueError(f"intervals must be one of {', '.join(INTERVALS)}, not {intervals!r}")
        self.intervals = intervals
        self.cursor = cursor
        self.version = version

    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: Any) -> None:
            if name in self.__dict__ or name not in ("conditions", *_LISTS, *_OBJECTS, *_SCALARS):
                raise AttributeError(f"a Search is immutable: replace({name}=...) returns one with another option")
            super().__setattr__(name, value)

    @classmethod
    def from_document(cls, document: ItemSearchType | FileSearchType | ShapeSearchType | Document) -> Self:
        """Create a search from a search document, such as one of the search history.

        :param document: the document
        :raises ApiTypeError: it is not a search document
        :raises ApiValueError: it is not valid, or has members that this class cannot express
        """
        plain: Any = document.to_document() if isinstance(document, Model) else document
        wires = [wire for wire, _ in [*_LISTS.values(), *_OBJECTS.values()]]
        members = read_members(plain, "the search", *SEARCH, *wires, *_SCALARS)
        options: dict[str, Any] = {name: members.get(name) for name in _SCALARS}
        for name, (wire, kind) in _LISTS.items():
            options[name] = [kind.parse(each, f"{wire}[{i}]") for i, each in enumerate(members.get(wire, ()))]
        for name, (wire, kind) in _OBJECTS.items():
            options[name] = kind.parse(members[wire], wire) if wire in members else None
        return cls(*read_joined(members, "the search", SEARCH), **options)

    @property
    def document(self) -> ItemSearchType:
        """The search document, in the form that is sent."""
        model: ItemSearchType = self._as_model("ItemSearchType")
        return model

    def where(self, *conditions: Condition) -> Self:
        """Return the search with more conditions, all of which must match as well.

        :param conditions: the conditions
        """
        return self._replace(conditions=[*self.conditions, *all_of(conditions, "where")])

    def replace(self, **options: Any) -> Self:
        """Return the search with other options.

        :param options: options of the constructor, such as ``sort``
        :raises ApiTypeError: there is no such option
        """
        for name in options:
            if name not in self._options():
                raise ApiTypeError(f"Search has no option {name!r}: the options are {', '.join(self._options())}")
        return self._replace(**options)

    def explain(self, file: TextIO | None = None) -> None:
        """Print the search document as formatted JSON.

        :param file: where to print. Default: the standard output
        """
        print(json.dumps(self._to_document(), indent=2, ensure_ascii=False), file=file)

    def _replace(self, conditions: Iterable[Condition] | None = None, **options: Any) -> Self:
        kept = self.conditions if conditions is None else conditions
        return type(self)(*kept, **{**self._options(), **options})

    def _options(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in (*_LISTS, *_OBJECTS, *_SCALARS)}

    def _to_document(self) -> dict[str, Any]:
        try:
            document = joined_document(self.conditions, SEARCH)
        except RecursionError:
            raise ApiValueError("the conditions of a search are nested too deeply") from None
        for name, (wire, _) in _LISTS.items():
            options = getattr(self, name)
            if options:
                document[wire] = [option.document() for option in options]
        for name, (wire, _) in _OBJECTS.items():
            option = getattr(self, name)
            if option is not None:
                document[wire] = option.document()
        document.update((name, getattr(self, name)) for name in _SCALARS if getattr(self, name) is not None)
        return document

    def _as_model(self, name: str) -> Any:
        """Return the document as a model, for an operation that takes it.

        :param name: the model that the operation takes
        :raises ApiTypeError: the operation does not take a search
        """
        if name not in MODELS:
            raise ApiTypeError(f"a Search cannot be sent as {name}: pass {name} or a mapping")
        document = self._to_document()
        if name == "SimpleSearchType":
            document = _simple(document)
        return find_model(name)._view(document, find_model(name)._origin)

    def __eq__(self, other: object) -> bool:
        return self._to_document() == other._to_document() if isinstance(other, Search) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __and__(self, other: object) -> Self:
        """Return the search with another condition."""
        if not isinstance(other, Condition):
            raise ApiTypeError(f"a Search can be joined with conditions only, not with {kind_of(other)}")
        return self.where(other)

    def __repr__(self) -> str:
        options = arguments(**{name: _shown(value) for name, value in self._options().items()})
        return f"Search({', '.join(filter(None, [self._joined(), options]))})"

    def _joined(self) -> str:
        """Return the conditions as Python code."""
        return " & ".join(map(operand if len(self.conditions) > 1 else repr, self.conditions))

    def _repr_html_(self) -> str:
        """Return the conditions and options as a table, which notebooks show."""
        from vidispine._documents.html import table

        options = {name: _shown(value) for name, value in self._options().items()}
        members = {"conditions": self._joined() or "none: everything matches", **options}
        return table({name: str(value) for name, value in members.items() if value is not None}, "Search")


def _shown(value: Any) -> Any:
    return (list(value) or None) if isinstance(value, tuple) else value


SearchLike = Union[Search, Condition]
"""What is accepted as a search document: a search, or its only condition."""


def _listed(value: Any, single: tuple[type[Any], ...]) -> Iterable[Any]:
    """Return a list of options. One that is not in a list counts as a list of one."""
    if isinstance(value, single):
        return [value]
    if isinstance(value, Mapping) or not isinstance(value, Iterable):
        kinds = ", ".join("text" if kind is str else kind.__name__ for kind in single)
        raise ApiTypeError(f"expected {kinds} or a list of these, not {kind_of(value)}")
    return value


def _facet_filters(chosen: Mapping[str, Any] | Iterable[FacetFilter]) -> tuple[FacetFilter, ...]:
    if isinstance(chosen, Mapping):
        return tuple(FacetFilter(str(field), value) for field, value in chosen.items())
    found: tuple[Any, ...] = tuple(_listed(chosen, (FacetFilter,)))
    if not all(isinstance(each, FacetFilter) for each in found):
        raise ApiTypeError("facet_filters takes a mapping of fields to values, or FacetFilter objects")
    return found


def _simple(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document of a search for users or groups, which takes values of attributes only.

    :raises ApiValueError: the search has something else
    """
    members = read_simple(document, "field", "operator", "sort")
    simple = {name: content for name, content in members.items() if name == "sort"}
    if "operator" in members:
        operator = read_simple(members["operator"], "operation", "field")
        if operator["operation"] == "NOT":
            raise ApiValueError("users and groups cannot be searched with ~ or !=")
        fields = [_simple_field(field) for field in operator.get("field", ())]
        simple["operator"] = {"operation": operator["operation"], "field": fields}
    if "field" in members:
        simple["field"] = [_simple_field(field) for field in members["field"]]
    return simple


def _simple_field(document: Mapping[str, Any]) -> dict[str, Any]:
    values = read_simple(document, "name", "value").get("value", [])
    if len(values) != 1 or set(values[0]) != {"value"}:
        raise ApiValueError(f"users and groups are searched by one value: {document['name']} has another condition")
    return {"name": document["name"], "value": values[0]["value"]}


def read_simple(document: Mapping[str, Any], *known: str) -> Mapping[str, Any]:
    for name in document:
        if name not in known:
            raise ApiValueError(f"a search for users or groups cannot have {name}")
    return document
