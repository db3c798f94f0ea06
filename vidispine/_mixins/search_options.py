"""The options of a search: order, facets, filters, highlighting, suggestions, completions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from vidispine._mixins.search_conditions import FILTER, Condition, Operator, joined_document, read_joined
from vidispine._mixins.search_values import arguments, read_flag, read_members
from vidispine._mixins.value_texts import value_text
from vidispine._values.checks import check_boolean, check_integer
from vidispine.exceptions import ApiTypeError, ApiValueError, kind_of

__all__ = ["Autocomplete", "Bounds", "Facet", "FacetFilter", "Filter", "Highlight", "Option", "Sort", "Suggestions"]

Bounds = tuple[Any, Any]
"""The limits of a range: the lowest value, and the first value above it. ``None``: no limit."""

_DIRECTION = re.compile(r"\s(asc|desc)(ending)?\s*(,|\Z)", re.IGNORECASE)
"""The notation of jobs and of SQL for an order."""

OPEN = "*"
"""The notation for an open end of a facet's range. Assumed."""


class Option:
    """The base class: a part of a search that compares by its document. Options are immutable."""

    def document(self) -> dict[str, Any]:
        """Return the document of the option."""
        raise NotImplementedError

    def _arguments(self) -> str:
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.document() == self.document()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._arguments()})"


class Sort(Option):
    """The order of hits. Short forms: ``"title"`` and ``"-title"``.

    :param field: the name of a sortable field; ``_relevance`` sorts by how well a hit matches
    :param descending: whether the largest or newest comes first. Default: ``False``
    :raises ApiTypeError, ApiValueError: the name is not text, or empty
    """

    def __init__(self, field: str, descending: bool = False) -> None:
        self.field = _name("the field to sort by", field)
        self.descending = check_boolean("descending", descending)

    @classmethod
    def of(cls, value: Any) -> Sort:
        """Return an order, or convert its short form."""
        if isinstance(value, str):
            if _DIRECTION.search(value):
                raise ApiValueError(f"sort takes names of fields, such as 'title' or '-title', not {value[:60]!r}")
            return cls(value[1:], True) if value.startswith("-") else cls(value)
        order: Sort = _checked(value, cls, "sort takes names of fields, or Sort objects")
        return order

    @classmethod
    def parse(cls, document: Any, location: str) -> Sort:
        """Return the order in a document."""
        members = read_members(document, location, "field", "order")
        return cls(members.get("field", ""), str(members.get("order", "")).lower() == "descending")

    def document(self) -> dict[str, Any]:
        """Return the document of the order."""
        return {"field": self.field, "order": "descending" if self.descending else "ascending"}

    def __repr__(self) -> str:
        return repr(f"{'-' if self.descending else ''}{self.field}")


class Facet(Option):
    """A field by which hits are counted. Short form: the name of the field, which counts its values.

    ``ranges=[0, 60, 600]`` counts the values from 0 to 60 and from 60 to 600. ``None`` at either end means no limit.
    Whether a range includes its upper limit is not documented.

    :param field: the name of the field, such as ``mediaType``
    :param ranges: the limits of adjacent ranges, in order; or pairs ``(low, high)`` for any ranges. Default: values are
        counted, not ranges
    :param name: the name of the facet in the results. Default: the field. Facets on the same field need names
    :param count: whether each value is counted. Default: only if there are no ranges
    :param max_results: the maximum number of values to return. Default: the server's limit
    :param min_count: the minimum number of hits of a value that is returned. Default: the server's limit
    :param exclude: names of filters that do not apply to this facet
    :raises ApiTypeError, ApiValueError: an argument is invalid
    """

    def __init__(
        self,
        field: str,
        ranges: Iterable[Any] | None = None,
        *,
        name: str | None = None,
        count: bool | None = None,
        max_results: int | None = None,
        min_count: int | None = None,
        exclude: Iterable[str] = (),
    ) -> None:
        self.field = _name("the field of a facet", field)
        #: the ranges, as pairs ``(low, high)``
        self.ranges = _pairs(ranges)
        if not isinstance(name, (str, type(None))):
            raise ApiTypeError(f"the name of a facet must be text, not {type(name).__name__}")
        self.name = name
        self.count = not self.ranges if count is None else check_boolean("count", count)
        self.max_results = None if max_results is None else check_integer("max_results", max_results, 0)
        self.min_count = None if min_count is None else check_integer("min_count", min_count, 0)
        if not hasattr(exclude, "__iter__"):
            raise ApiTypeError(f"exclude must be names of facets, not {type(exclude).__name__}")
        self.exclude = (exclude,) if isinstance(exclude, str) else tuple(exclude)

    @classmethod
    def of(cls, value: Any) -> Facet:
        """Return a facet, or convert its short form."""
        return cls(value) if isinstance(value, str) else _checked(value, cls, "facets takes names of fields, or Facets")

    @classmethod
    def parse(cls, document: Any, location: str) -> Facet:
        """Return the facet in a document."""
        members = read_members(
            document, location, "field", "name", "count", "range", "maxResults", "minCount", "exclude"
        )
        ranges = [_read_range(each, f"{location}.range[{i}]") for i, each in enumerate(members.get("range", ()))]
        return cls(
            members.get("field", ""),
            ranges or None,
            name=members.get("name"),
            count=read_flag(members["count"]) if "count" in members else None,
            max_results=_integer(members.get("maxResults")),
            min_count=_integer(members.get("minCount")),
            exclude=members.get("exclude", ()),
        )

    def document(self) -> dict[str, Any]:
        """Return the document of the facet."""
        document: dict[str, Any] = {"field": self.field, "count": self.count}
        given = {"name": self.name, "maxResults": self.max_results, "minCount": self.min_count}
        document.update((wire, value) for wire, value in given.items() if value is not None)
        if self.ranges:
            document["range"] = [_range_document(bounds) for bounds in self.ranges]
        if self.exclude:
            document["exclude"] = list(self.exclude)
        return document

    def __repr__(self) -> str:
        is_short = self == Facet(self.field)
        return repr(self.field) if is_short else super().__repr__()

    def _arguments(self) -> str:
        return arguments(
            self.field,
            ranges=_shortest(self.ranges) or None,
            name=self.name,
            count=None if self.count == (not self.ranges) else self.count,
            max_results=self.max_results,
            min_count=self.min_count,
            exclude=list(self.exclude) or None,
        )


class Filter(Option):
    """Conditions that narrow the hits, but affect neither their ranking nor highlighting.

    :param condition: the condition
    :param name: the name by which facets can exclude the filter
    :raises ApiTypeError: it is not a condition
    """

    def __init__(self, condition: Condition, name: str | None = None) -> None:
        self.condition = _checked(condition, Condition, "a filter takes a condition")
        self.name = name

    @classmethod
    def of(cls, value: Any) -> Filter:
        """Return a filter, or convert a condition."""
        return value if isinstance(value, cls) else cls(value)

    @classmethod
    def parse(cls, document: Any, location: str) -> Filter:
        """Return the filter in a document."""
        members = read_members(document, location, "name", "operation", *FILTER)
        operation = members.pop("operation", "AND")
        return cls(Operator.joined(operation, read_joined(members, location, FILTER), location), members.get("name"))

    def document(self) -> dict[str, Any]:
        """Return the document of the filter."""
        condition = self.condition
        is_operator = isinstance(condition, Operator)
        operation, inner = (condition.operation, condition.inner) if is_operator else ("AND", [condition])
        name = {} if self.name is None else {"name": self.name}
        return {**name, "operation": operation, **joined_document(inner, FILTER)}

    def __repr__(self) -> str:
        return repr(self.condition) if self.name is None else super().__repr__()

    def _arguments(self) -> str:
        return arguments(self.condition, name=self.name)


class FacetFilter(Option):
    """A choice that a user made in a facet: hits have the value, or a value in the range.

    :param field: the name of the field
    :param value: the value, or a range ``(low, high)``, in which ``None`` means no limit
    """

    def __init__(self, field: str, value: Any) -> None:
        self.field = _name("the field of a facet filter", field)
        self.value = value

    @classmethod
    def parse(cls, document: Any, location: str) -> FacetFilter:
        """Return the choice in a document."""
        members = read_members(document, location, "field", "value", "range")
        chosen = _read_range(members["range"], f"{location}.range") if "range" in members else members.get("value", "")
        return cls(members.get("field", ""), chosen)

    def document(self) -> dict[str, Any]:
        """Return the document of the choice."""
        if isinstance(self.value, tuple):
            return {"field": self.field, "range": _range_document(_pair(self.value))}
        return {"field": self.field, "value": value_text("the value of a facet filter", self.value)}

    def _arguments(self) -> str:
        return arguments(self.field, self.value)


class Highlight(Option):
    """How to mark the words found. Short form: a list of fields.

    :param fields: the names of fields in which words are marked. Default: all fields
    :param prefix: the text before each word. Default: the server's, such as ``<em>``. Escape the rest of the value
        before you show it as HTML
    :param suffix: the text after each word. Default: the server's, such as ``</em>``
    :param matching_only: whether only fields in which a word was found are returned. Default: the server's default
    """

    def __init__(
        self,
        fields: Iterable[str] = (),
        *,
        prefix: str | None = None,
        suffix: str | None = None,
        matching_only: bool | None = None,
    ) -> None:
        names = (fields,) if isinstance(fields, str) else tuple(fields)
        self.fields = tuple(_name("a field to highlight", name) for name in names)
        self.prefix = prefix
        self.suffix = suffix
        self.matching_only = matching_only

    @classmethod
    def of(cls, value: Any) -> Highlight | None:
        """Return highlighting from ``True`` for all fields, ``False`` or ``None`` for none, or names of fields."""
        if value is None or value is False:
            return None
        if isinstance(value, cls):
            return value
        if value is True:
            return cls()
        if isinstance(value, Mapping) or not isinstance(value, Iterable):
            raise ApiTypeError(f"highlight takes True, names of fields or a Highlight, not {type(value).__name__}")
        return cls(value)

    @classmethod
    def parse(cls, document: Any, location: str) -> Highlight:
        """Return the highlighting in a document."""
        members = read_members(document, location, "field", "prefix", "suffix", "matchingOnly")
        matching_only = read_flag(members["matchingOnly"]) if "matchingOnly" in members else None
        return cls(
            members.get("field", ()),
            prefix=members.get("prefix"),
            suffix=members.get("suffix"),
            matching_only=matching_only,
        )

    def document(self) -> dict[str, Any]:
        """Return the document of the highlighting."""
        given = {"prefix": self.prefix, "suffix": self.suffix, "matchingOnly": self.matching_only}
        fields = {"field": list(self.fields)} if self.fields else {}
        return {**fields, **{wire: value for wire, value in given.items() if value is not None}}

    def __repr__(self) -> str:
        if self == Highlight(self.fields):
            return repr(list(self.fields)) if self.fields else "True"
        return super().__repr__()

    def _arguments(self) -> str:
        given = [list(self.fields)] if self.fields else []
        return arguments(*given, prefix=self.prefix, suffix=self.suffix, matching_only=self.matching_only)


class Suggestions(Option):
    """Requests other spellings of the search terms. Short forms: ``True``, or the maximum number.

    :param maximum: the maximum number of spellings per term. Default: the server's limit
    :param accuracy: how similar a spelling must be, from 0 to 1. Default: the server's default
    """

    def __init__(self, maximum: int | None = None, accuracy: float | None = None) -> None:
        self.maximum = None if maximum is None else check_integer("the maximum of suggestions", maximum, 0)
        self.accuracy = accuracy

    @classmethod
    def of(cls, value: Any) -> Suggestions | None:
        """Return suggestions from ``True``, a maximum number, or ``False`` or ``None`` for none."""
        if value is None or value is False:
            return None
        if value is True:
            return cls()
        return cls(value) if isinstance(value, int) else _checked(value, cls, "suggestions takes True or a number")

    @classmethod
    def parse(cls, document: Any, location: str) -> Suggestions:
        """Return the suggestions in a document."""
        members = read_members(document, location, "maximumSuggestions", "accuracy")
        return cls(_integer(members.get("maximumSuggestions")), members.get("accuracy"))

    def document(self) -> dict[str, Any]:
        """Return the document of the suggestions."""
        given = {"maximumSuggestions": self.maximum, "accuracy": self.accuracy}
        return {wire: value for wire, value in given.items() if value is not None}

    def __repr__(self) -> str:
        if self.accuracy is not None:
            return super().__repr__()
        return "True" if self.maximum is None else repr(self.maximum)

    def _arguments(self) -> str:
        return arguments(maximum=self.maximum, accuracy=self.accuracy)


class Autocomplete(Option):
    """Requests completions of a text. Short form: the text.

    :param text: what the user has typed so far
    :param field: the name of the field whose values are completed. Default: words of all fields
    :param maximum: the maximum number of completions. Default: the server's limit
    """

    def __init__(self, text: str, field: str | None = None, maximum: int | None = None) -> None:
        self.text = text
        self.field = field
        self.maximum = maximum

    @classmethod
    def of(cls, value: Any) -> Autocomplete:
        """Return completions, or convert their short form."""
        return cls(value) if isinstance(value, str) else _checked(value, cls, "autocomplete takes texts")

    @classmethod
    def parse(cls, document: Any, location: str) -> Autocomplete:
        """Return the completions in a document."""
        members = read_members(document, location, "text", "field", "maximumSuggestions")
        return cls(members.get("text", ""), members.get("field"), _integer(members.get("maximumSuggestions")))

    def document(self) -> dict[str, Any]:
        """Return the document of the completions."""
        given = {"text": self.text, "field": self.field, "maximumSuggestions": self.maximum}
        return {wire: value for wire, value in given.items() if value is not None}

    def __repr__(self) -> str:
        return repr(self.text) if self.field is None and self.maximum is None else super().__repr__()

    def _arguments(self) -> str:
        return arguments(self.text, field=self.field, maximum=self.maximum)


def _checked(value: Any, kind: type[Any], expected: str) -> Any:
    if not isinstance(value, kind):
        raise ApiTypeError(f"{expected}, not {kind_of(value)}")
    return value


def _name(what: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ApiTypeError(f"{what} must be text, not {kind_of(value)}")
    if not value:
        raise ApiValueError(f"{what} must not be empty")
    return value


def _integer(value: Any) -> int | None:
    return None if value is None else int(value)


# Ranges of facets


def _pairs(ranges: Iterable[Any] | None) -> tuple[Bounds, ...]:
    """Return ranges as pairs, from limits of adjacent ranges if necessary.

    :raises ApiTypeError, ApiValueError: the ranges are invalid
    """
    if ranges is None:
        return ()
    if isinstance(ranges, (str, Mapping)) or not isinstance(ranges, Iterable):
        raise ApiTypeError(f"ranges must be a list of limits, or of pairs (low, high), not {type(ranges).__name__}")
    given = list(ranges)
    are_pairs = [isinstance(each, (tuple, list)) for each in given]
    if any(are_pairs):
        if not all(are_pairs):
            raise ApiTypeError("ranges must be either limits or pairs (low, high), not both")
        return tuple(_pair(each) for each in given)
    if len(given) < 2:
        raise ApiValueError(f"ranges needs at least two limits, not {len(given)}: None means no limit")
    if None in given[1:-1]:
        raise ApiValueError("only the first and the last limit of ranges may be None")
    return tuple(_pair(each) for each in zip(given, given[1:]))


def _pair(bounds: Sequence[Any]) -> Bounds:
    if len(bounds) != 2:
        raise ApiValueError(f"a range must be a pair (low, high), not {len(bounds)} values")
    for limit in bounds:
        if limit is not None:
            value_text("a limit of a range", limit)
    low, high = bounds
    # Text is compared by the type of the field, and a date not with a time.
    if not (None in bounds or isinstance(low, str) or isinstance(high, str)):
        with suppress(TypeError):
            if not low < high:
                texts = [value_text("a limit of a range", limit) for limit in bounds]
                raise ApiValueError(f"a range must begin below its end, not from {' to '.join(texts)}")
    return (low, high)


def _shortest(ranges: Sequence[Bounds]) -> list[Any]:
    """Return ranges as limits if they are adjacent, as pairs otherwise."""
    limits = [*(low for low, _ in ranges), *(high for _, high in ranges[-1:])]
    is_adjacent = all(before[1] == after[0] for before, after in zip(ranges, ranges[1:]))
    return limits if is_adjacent and None not in limits[1:-1] else list(ranges)


def _range_document(bounds: Bounds) -> dict[str, Any]:
    low, high = (OPEN if limit is None else value_text("a limit of a range", limit) for limit in bounds)
    return {"start": low, "end": high}


def _read_range(document: Any, location: str) -> Bounds:
    # XML has text in addition to the limits; that of a response is the number of hits.
    members = read_members(document, location, "start", "end", "value", "integerorempty")
    return read_limit(members.get("start")), read_limit(members.get("end"))


def read_limit(text: str | None) -> Any:
    """Return a limit of a facet's range: ``None`` if there is none."""
    return None if text in (None, "", OPEN) else text
