"""Any query becomes a valid document with the same meaning, and any document becomes a query and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vidispine
from test.search.evaluator import Entity, matches
from vidispine import Field, Search
from vidispine.search import (
    Condition,
    Facet,
    Filter,
    Highlight,
    Range,
    Text,
    Value,
    has_file,
    has_group,
    has_item,
    has_shape,
    refers_to,
)

NAMES = st.sampled_from("abc")
NUMBERS = st.integers(0, 4)


class Query(NamedTuple):
    """A condition, and what it means for an entity."""

    condition: Condition
    holds: Callable[[Entity], bool]


def _numbers(entity: Entity, name: str) -> list[int]:
    return [int(value) for value in entity["field"].get(name, [])]


@st.composite
def comparisons(draw: st.DrawFn) -> Query:
    name, low, high = draw(NAMES), *sorted((draw(NUMBERS), draw(NUMBERS)))
    field = Field(name)
    kinds: list[tuple[Condition, Callable[[int], bool]]] = [
        (field == low, lambda n: n == low),
        (field < low, lambda n: n < low),
        (field <= low, lambda n: n <= low),
        (field > low, lambda n: n > low),
        (field >= low, lambda n: n >= low),
        (field.between(low, high), lambda n: low <= n <= high),
        (field.between(low, high, exclusive_maximum=True), lambda n: low <= n < high),
        (field.one_of(low, Range(high, None)), lambda n: n == low or n >= high),
        (field.exists(), lambda n: True),
    ]
    condition, holds = draw(st.sampled_from(kinds))
    return Query(condition, lambda entity: any(holds(number) for number in _numbers(entity, name)))


def _different(field: str, number: int) -> Query:
    return Query(Field(field) != number, lambda entity: number not in _numbers(entity, field))


def _text(word: str) -> Query:
    return Query(Text(word), lambda entity: any(word in values for values in entity["field"].values()))


def _reference(uuid: str) -> Query:
    return Query(refers_to(uuid), lambda entity: uuid in entity["reference"])


LEAVES = st.one_of(
    comparisons(),
    st.builds(_different, NAMES, NUMBERS),
    st.builds(_text, NUMBERS.map(str)),
    st.builds(_reference, st.sampled_from(["u1", "u2"])),
)
JOINS = {"item": has_item, "shape": has_shape, "file": has_file}


def _and(left: Query, right: Query) -> Query:
    return Query(left.condition & right.condition, lambda entity: left.holds(entity) and right.holds(entity))


def _or(left: Query, right: Query) -> Query:
    return Query(left.condition | right.condition, lambda entity: left.holds(entity) or right.holds(entity))


def _not(inner: Query) -> Query:
    return Query(~inner.condition, lambda entity: not inner.holds(entity))


def _joined(kind: str, inner: list[Query]) -> Query:
    condition = JOINS[kind](*(query.condition for query in inner))
    return Query(condition, lambda entity: any(all(q.holds(other) for q in inner) for other in entity[kind]))


def _grouped(name: str, inner: list[Query]) -> Query:
    condition = has_group(name, *(query.condition for query in inner))
    return Query(
        condition, lambda entity: any(all(q.holds(one) for q in inner) for one in entity["group"].get(name, []))
    )


QUERIES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(_and, inner, inner),
        st.builds(_or, inner, inner),
        st.builds(_not, inner),
        st.builds(_joined, st.sampled_from([*JOINS]), st.lists(inner, max_size=2)),
        st.builds(_grouped, NAMES, st.lists(inner, max_size=2)),
    ),
    max_leaves=8,
)


def entities(depth: int = 2) -> st.SearchStrategy[Entity]:
    fields = st.dictionaries(NAMES, st.lists(NUMBERS.map(str), max_size=2))
    nested = st.lists(entities(depth - 1), max_size=2) if depth else st.just([])
    return st.fixed_dictionaries(
        {
            "field": fields,
            "reference": st.lists(st.sampled_from(["u1", "u2"]), max_size=1),
            "group": st.dictionaries(NAMES, nested, max_size=2) if depth else st.just({}),
            **dict.fromkeys(JOINS, nested),
        }
    )


def through_xml(search: Search) -> Search:
    try:
        text = search.document.to_xml()
    except vidispine.ApiValueError:  # XML does not have all characters
        return search
    return Search.from_document(vidispine.ItemSearchType.from_xml(text))


@given(query=QUERIES, others=st.lists(QUERIES, max_size=2), entity=entities())
def test_a_query_means_the_same_as_its_document(query: Query, others: list[Query], entity: Entity) -> None:
    search = Search(query.condition, *(other.condition for other in others))
    expected = all(each.holds(entity) for each in [query, *others])
    assert matches(search.document.to_document(), entity) == expected
    again = Search.from_document(search.document)
    assert again == search
    assert through_xml(search) == search
    assert matches(again.document.to_document(), entity) == expected


@given(query=QUERIES, entity=entities())
def test_a_filter_means_the_same_as_its_document(query: Query, entity: Entity) -> None:
    search = Search(filters=[Filter(query.condition, "name")])
    assert matches(search.document.to_document(), entity) == query.holds(entity)
    assert Search.from_document(search.document) == search


@given(query=QUERIES)
def test_the_repr_of_a_query_is_the_query(query: Query) -> None:
    names = vars(vidispine.search)
    search = Search(query.condition, filters=[query.condition])
    assert eval(repr(search), dict(names)) == search
    assert eval(repr(Search.from_document(search.document)), dict(names)) == search


@given(query=QUERIES)
def test_the_document_is_valid(query: Query) -> None:
    document = Search(query.condition).document
    document.validate()
    _check_declared(document)


def _check_declared(model: Any) -> None:
    """Check that a document has only members that the description declares."""
    assert not model.additional_properties, model
    for name in model.fields():
        value = getattr(model, name)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, vidispine.models.ItemSearchType.__mro__[-2]):
                _check_declared(each)


WORDS = st.text(max_size=5)
NAMED = st.text(min_size=1, max_size=5)
BOUNDS = st.none() | st.integers(-5, 5) | st.sampled_from(["2024-01-01", "a"])


def _begins_below_its_end(pair: tuple[Any, Any]) -> bool:
    return not all(isinstance(each, int) for each in pair) or bool(pair[0] < pair[1])


RANGES = st.tuples(BOUNDS, BOUNDS).filter(_begins_below_its_end)
FACETS = st.builds(
    Facet,
    NAMED,
    st.none() | st.lists(RANGES, min_size=1, max_size=3),
    name=st.none() | WORDS,
    count=st.none() | st.booleans(),
    max_results=st.none() | st.integers(0, 9),
    min_count=st.none() | st.integers(0, 9),
    exclude=st.lists(WORDS, max_size=2),
)
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "text": st.lists(WORDS | st.builds(Text, WORDS, st.none() | st.floats(0, 9), st.booleans()), max_size=2),
        "sort": st.lists(NAMED.filter(lambda name: name != "-" and not name.startswith("--")), max_size=2),
        "facets": st.lists(NAMED | FACETS, max_size=2),
        "highlight": st.booleans()
        | st.lists(NAMED, max_size=2)
        | st.builds(
            Highlight,
            st.lists(NAMED, max_size=2),
            prefix=st.none() | WORDS,
            suffix=st.none() | WORDS,
            matching_only=st.none() | st.booleans(),
        ),
        "suggestions": st.none() | st.booleans() | st.integers(0, 9),
        "autocomplete": st.lists(WORDS, max_size=2),
        "facet_filters": st.dictionaries(NAMED, WORDS | RANGES, max_size=2),
        "intervals": st.sampled_from(["all", "generic", "timed"]),
        "cursor": WORDS,
        "version": st.integers(1, 2),
    },
)


@given(options=OPTIONS)
def test_options(options: dict[str, Any]) -> None:
    search = Search(**options)
    document = search.document
    document.validate()
    _check_declared(document)
    again = Search.from_document(document)
    assert again == search
    assert again.document == document
    assert through_xml(search) == search
    assert eval(repr(search), dict(vars(vidispine.search))) == search


@given(value=st.builds(Value, WORDS, st.none() | st.floats(0, 9), st.booleans()), name=NAMED)
def test_values(value: Value, name: str) -> None:
    search = Search(Field(name) == value)
    assert Search.from_document(search.document) == search
    assert eval(repr(search), dict(vars(vidispine.search))) == search


@given(text=st.text(min_size=1, max_size=9), method=st.sampled_from(["contains", "starts_with"]))
def test_parts(text: str, method: str) -> None:
    """What is escaped can be recovered, so no text has a special meaning."""
    search = Search(getattr(Field("title"), method)(text))
    assert repr(search) == f"Search(Field('title').{method}({text!r}))"
    assert repr(Search.from_document(search.document)) == repr(search)


@pytest.mark.parametrize("model", ["ItemSearchType", "FileSearchType", "ShapeSearchType"])
@given(query=QUERIES)
def test_each_kind_of_search(model: str, query: Query) -> None:
    document = getattr(vidispine, model).from_document(Search(query.condition).document.to_document())
    assert Search.from_document(document) == Search(query.condition)
