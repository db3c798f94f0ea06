"""The document of each condition and option. Expected documents are written by hand."""

from __future__ import annotations

import copy
import io
import json
import pickle
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

import vidispine
from vidispine import ApiTypeError, ApiValueError, Facet, Field, ItemSearchType, Search, TimeCode
from vidispine.search import (
    Autocomplete,
    Condition,
    FacetFilter,
    Filter,
    Highlight,
    Range,
    Sort,
    Suggestions,
    Text,
    Value,
    has_file,
    has_group,
    has_item,
    has_shape,
    refers_to,
)

A, B = Field("a") == "x", Field("b") == "y"
A_DOCUMENT, B_DOCUMENT = {"name": "a", "value": [{"value": "x"}]}, {"name": "b", "value": [{"value": "y"}]}

NOON = datetime(2024, 1, 31, 12, tzinfo=timezone(timedelta(hours=1)))


def between(low: Any, high: Any, **more: Any) -> dict[str, Any]:
    return {"range": [{"value": [low, high], **more}]}


def value(text: str, **more: Any) -> dict[str, Any]:
    return {"value": [{"value": text, **more}]}


@pytest.mark.parametrize(
    ("condition", "document"),
    [
        (Field("f") == "Evening * news?", value("Evening * news?")),
        (Field("f") == "", value("")),
        (Field("f") == 7, value("7")),
        (Field("f") == 0.5, value("0.5")),
        (Field("f") == Decimal("1E+2"), value("100")),
        (Field("f") == True, value("true")),  # noqa: E712
        (Field("f") == date(2024, 1, 31), value("2024-01-31")),
        (Field("f") == NOON, value("2024-01-31T12:00:00+01:00")),
        (Field("f") == TimeCode("250@PAL"), value("250@PAL")),
        (Field("f") == Value("a~", boost=2, noescape=True), value("a~", boost=2.0, noescape=True)),
        ((Field("f") == "x").boost(0.5), value("x", boost=0.5)),
        (Field("f").contains("news"), value("*news*")),
        (Field("f").starts_with("news"), value("news*")),
        (Field("f").contains('5*?\\"é'), value('*5\\*\\?\\\\\\"é*')),
        (Field("f").exists(), value("*")),
        (Field("f").one_of("x", 2), {"value": [{"value": "x"}, {"value": "2"}]}),
        (Field("f").one_of(["x", 2]), {"value": [{"value": "x"}, {"value": "2"}]}),
        (Field("f").one_of("x", (2,)), {"value": [{"value": "x"}, {"value": "2"}]}),
        (Field("f") < 5, between({"minimum": True}, {"value": "5"}, exclusiveMaximum=True)),
        (Field("f") <= 5, between({"minimum": True}, {"value": "5"})),
        (Field("f") > 5, between({"value": "5"}, {"maximum": True}, exclusiveMinimum=True)),
        (Field("f") >= "m", between({"value": "m"}, {"maximum": True})),
        (Field("f").between(1, 2), between({"value": "1"}, {"value": "2"})),
        (
            Field("f").between(1, Value(2, boost=3), exclusive_minimum=True, exclusive_maximum=True),
            between({"value": "1"}, {"value": "2", "boost": 3.0}, exclusiveMinimum=True, exclusiveMaximum=True),
        ),
        (
            Field("f").one_of("x", Range(1, None)),
            {"value": [{"value": "x"}], "range": [{"value": [{"value": "1"}, {"maximum": True}]}]},
        ),
        (Field("f", target="shape") == "x", {**value("x"), "target": "shape"}),
    ],
)
def test_a_condition_on_a_field(condition: Any, document: dict[str, Any]) -> None:
    assert Search(condition).document.to_document() == {"field": [{"name": "f", **document}]}


@pytest.mark.parametrize(
    ("search", "document"),
    [
        (Search(), {}),
        (Search(A), {"field": [A_DOCUMENT]}),
        (Search(A, B), {"field": [A_DOCUMENT, B_DOCUMENT]}),
        (Search(A & B), {"field": [A_DOCUMENT, B_DOCUMENT]}),
        (Search(A).where(B), {"field": [A_DOCUMENT, B_DOCUMENT]}),
        (Search(A) & B, {"field": [A_DOCUMENT, B_DOCUMENT]}),
        (Search(A | B), {"operator": {"operation": "OR", "field": [A_DOCUMENT, B_DOCUMENT]}}),
        (Search(~A), {"operator": {"operation": "NOT", "field": [A_DOCUMENT]}}),
        (Search(Field("a") != "x"), {"operator": {"operation": "NOT", "field": [A_DOCUMENT]}}),
        (Search(~~A), {"field": [A_DOCUMENT]}),
        (Search(~(A | B)), {"operator": {"operation": "NOT", "field": [A_DOCUMENT, B_DOCUMENT]}}),
        (
            Search(~(A & B)),
            {"operator": {"operation": "NOT", "operator": [{"operation": "AND", "field": [A_DOCUMENT, B_DOCUMENT]}]}},
        ),
        (
            Search(A, ~A, ~B),
            {
                "field": [A_DOCUMENT],
                "operator": {
                    "operation": "AND",
                    "operator": [
                        {"operation": "NOT", "field": [A_DOCUMENT]},
                        {"operation": "NOT", "field": [B_DOCUMENT]},
                    ],
                },
            },
        ),
        (Search(text="evening news"), {"text": [{"value": "evening news"}]}),
        (Search(text=["a", Text("b", boost=2)]), {"text": [{"value": "a"}, {"value": "b", "boost": 2.0}]}),
        (
            Search(A | Text("t", noescape=True)),
            {"operator": {"operation": "OR", "field": [A_DOCUMENT], "text": [{"value": "t", "noescape": True}]}},
        ),
        (Search(refers_to("u-1")), {"reference": ["u-1"]}),
        (Search(has_group("g", A, B)), {"group": [{"name": "g", "field": [A_DOCUMENT, B_DOCUMENT]}]}),
        (
            Search(has_group("g", has_group("h", A), A | B, reference="u-1")),
            {
                "group": [
                    {
                        "name": "g",
                        "group": [{"name": "h", "field": [A_DOCUMENT]}],
                        "operator": {"operation": "OR", "field": [A_DOCUMENT, B_DOCUMENT]},
                        "reference": "u-1",
                    }
                ]
            },
        ),
        (Search(has_shape(A)), {"shape": {"field": [A_DOCUMENT]}}),
        (Search(has_shape(A, has_file(B))), {"shape": {"field": [A_DOCUMENT], "file": {"field": [B_DOCUMENT]}}}),
        (Search(has_item(A, has_shape(B))), {"item": {"field": [A_DOCUMENT], "shape": {"field": [B_DOCUMENT]}}}),
        (
            # Two shapes, each of which meets one condition.
            Search(has_shape(A), has_shape(B)),
            {
                "shape": {"field": [A_DOCUMENT]},
                "operator": {"operation": "AND", "shape": {"field": [B_DOCUMENT]}},
            },
        ),
        (Search(filters=[A]), {"filter": [{"operation": "AND", "field": [A_DOCUMENT]}]}),
        (
            Search(filters=[Filter(A | B, name="choice"), ~A]),
            {
                "filter": [
                    {"name": "choice", "operation": "OR", "field": [A_DOCUMENT, B_DOCUMENT]},
                    {"operation": "NOT", "field": [A_DOCUMENT]},
                ]
            },
        ),
        (
            Search(sort=["-created", "title", Sort("_relevance", descending=True)]),
            {
                "sort": [
                    {"field": "created", "order": "descending"},
                    {"field": "title", "order": "ascending"},
                    {"field": "_relevance", "order": "descending"},
                ]
            },
        ),
        (Search(sort="title"), {"sort": [{"field": "title", "order": "ascending"}]}),
        (
            Search(facets=["genre", Facet("length", ranges=[None, 60, 600.5, None])]),
            {
                "facet": [
                    {"field": "genre", "count": True},
                    {
                        "field": "length",
                        "count": False,
                        "range": [
                            {"start": "*", "end": "60"},
                            {"start": "60", "end": "600.5"},
                            {"start": "600.5", "end": "*"},
                        ],
                    },
                ]
            },
        ),
        (
            Search(
                facets=Facet("year", [(1, 5), (3, 9)], name="y", count=True, max_results=5, min_count=1, exclude="f")
            ),
            {
                "facet": [
                    {
                        "field": "year",
                        "count": True,
                        "name": "y",
                        "maxResults": 5,
                        "minCount": 1,
                        "exclude": ["f"],
                        "range": [{"start": "1", "end": "5"}, {"start": "3", "end": "9"}],
                    }
                ]
            },
        ),
        (Search(highlight=True), {"highlight": {}}),
        (Search(highlight="title"), {"highlight": {"field": ["title"]}}),
        (
            Search(highlight=Highlight(["title"], prefix="<b>", suffix="</b>", matching_only=False)),
            {"highlight": {"field": ["title"], "prefix": "<b>", "suffix": "</b>", "matchingOnly": False}},
        ),
        (Search(suggestions=True), {"suggestion": {}}),
        (Search(suggestions=3), {"suggestion": {"maximumSuggestions": 3}}),
        (Search(suggestions=Suggestions(3, accuracy=0.7)), {"suggestion": {"maximumSuggestions": 3, "accuracy": 0.7}}),
        (
            Search(autocomplete=["ma", Autocomplete("be", field="title", maximum=5)]),
            {"autocomplete": [{"text": "ma"}, {"text": "be", "field": "title", "maximumSuggestions": 5}]},
        ),
        (
            Search(facet_filters={"genre": "news", "length": (0, None)}),
            {
                "facetFilter": [
                    {"field": "genre", "value": "news"},
                    {"field": "length", "range": {"start": "0", "end": "*"}},
                ]
            },
        ),
        (Search(intervals="generic", cursor="*", version=1), {"intervals": "generic", "cursor": "*", "version": 1}),
    ],
)
def test_a_search(search: Search, document: dict[str, Any]) -> None:
    assert isinstance(search.document, ItemSearchType)
    assert search.document.to_document() == document
    assert Search.from_document(search.document) == search
    assert Search.from_document(document) == search
    assert pickle.loads(pickle.dumps(search)) == copy.deepcopy(search) == search


@pytest.mark.parametrize(
    "document",
    [
        # The examples of the description.
        {
            "text": [{"value": "marathon"}],
            "operator": {
                "operation": "OR",
                "field": [
                    {"name": "mediaType", "value": [{"value": "video"}]},
                    {"name": "acme_priority", "range": [{"value": [{"value": "5"}, {"maximum": True}]}]},
                ],
            },
            "filter": [{"name": "genre", "operation": "AND", "field": [{"name": "g", "value": [{"value": "sport"}]}]}],
            "facet": [{"field": "g", "count": True, "exclude": ["genre"], "maxResults": 20}],
            "sort": [{"field": "created", "order": "descending"}],
            "highlight": {"prefix": "<b>", "suffix": "</b>", "matchingOnly": True},
        },
        {"field": [{"name": "state", "value": [{"value": "LOST"}]}], "item": {"field": [A_DOCUMENT]}},
        {"operator": {"operation": "OR"}},
        {"field": [{"name": "only"}]},
    ],
)
def test_a_document_that_others_wrote(document: dict[str, Any]) -> None:
    assert Search.from_document(document).document.to_document() == document


def test_flags_and_numbers_may_be_text() -> None:
    document = {
        "text": [{"value": "a", "boost": "2.0", "noescape": "true"}],
        "facet": [{"field": "f", "count": "false"}],
    }
    assert Search.from_document(document) == Search(
        text=Text("a", boost=2, noescape=True), facets=Facet("f", count=False)
    )


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"felt": []}, "the search has the member 'felt', which Search cannot express: send the document instead"),
        ({"field": [A_DOCUMENT, {"name": "b", "near": 1}]}, "the search.field[1] has the member 'near'"),
        ({"field": [{"value": []}]}, "the search.field.name is missing"),
        ({"operator": {"operation": "XOR"}}, "the search.operator.operation must be AND, OR or NOT, not 'XOR'"),
        ({"shape": {"shape": {}}}, "the search.shape has the member 'shape'"),
        ({"field": ["a"]}, "the search.field must be an object, not str"),
    ],
)
def test_documents_that_cannot_be_expressed(document: dict[str, Any], message: str) -> None:
    with pytest.raises((ApiValueError, ApiTypeError)) as raised:
        Search.from_document(document)
    assert message in str(raised.value)


# Type checkers reject these, as they should.
wrong: Any = vidispine.search
wrong_a: Any = A
wrong_b: Any = B


@pytest.mark.parametrize(
    "use",
    [
        lambda: bool(wrong_a),
        lambda: 1 < wrong.Field("a") < 3,
        lambda: not wrong_a,
        lambda: wrong_a and wrong_b,
        lambda: wrong_a or wrong_b,
        lambda: bool(wrong.Field("a")),
        lambda: "x" if wrong.Field("a") > 1 else "y",
    ],
)
def test_a_condition_has_no_truth_value(use: Callable[[], Any]) -> None:
    with pytest.raises(TypeError, match=r"a condition has no truth value: join conditions with &, \| and ~"):
        use()


@pytest.mark.parametrize(
    ("use", "error", "message"),
    [
        (lambda: wrong.Field("a") == "x" & wrong.Field("b"), ApiTypeError, "write each comparison in parentheses"),
        (lambda: wrong_a & "b", ApiTypeError, "write each comparison in parentheses"),
        (lambda: wrong_a | None, ApiTypeError, "write each comparison in parentheses"),
        (lambda: wrong.Field("a") == None, ApiTypeError, "for a missing field, use ~Field(name).exists()"),  # noqa: E711
        (lambda: wrong.Field("a") == ["x"], ApiTypeError, "a cannot be compared with list: use one_of(*values)"),
        (lambda: wrong.Field("a") == object(), ApiTypeError, "a value must be text, a number, a boolean, a time"),
        (lambda: wrong.Field("a") == wrong.Field("b"), ApiTypeError, "not Field"),
        (lambda: wrong.Field("a") > float("nan"), ApiValueError, "a value must be a finite number, not nan"),
        (lambda: wrong.Field("a") > datetime(2024, 1, 1), ApiValueError, "must have a time zone: 2024-01-01T"),
        (lambda: wrong.Field("a").between(None, None), ApiValueError, "a range needs a limit"),
        (lambda: wrong.Field("a").between(60, 10), ApiValueError, "must not end before it begins, as from 60 to 10"),
        (lambda: wrong.Field("a").between(date(2025, 1, 1), date(2024, 1, 1)), ApiValueError, "must not end before"),
        (lambda: wrong.Field("a").one_of(Range(2.5, 1)), ApiValueError, "must not end before it begins"),
        (lambda: wrong.Field("a").one_of(), ApiValueError, "one_of needs a value"),
        (lambda: wrong.Field("a").one_of([]), ApiValueError, "one_of needs a value"),
        (lambda: wrong.Search(sort="title desc"), ApiValueError, "sort takes names of fields, such as 'title'"),
        (lambda: wrong.Search(sort=["a", "b ASCENDING, c"]), ApiValueError, "not 'b ASCENDING, c'"),
        (lambda: wrong.Field("a").contains(""), ApiValueError, "contains needs a text"),
        (lambda: wrong.Field("a").starts_with(5), ApiTypeError, "starts_with takes text, not int"),
        (lambda: wrong.Field(""), ApiValueError, "the name of a field must not be empty"),
        (lambda: wrong.Field(5), ApiTypeError, "the name of a field must be text, not int"),
        (lambda: wrong.Field("a", target="component"), ApiValueError, "target must be one of item, shape, file"),
        (lambda: wrong_a.boost("high"), ApiTypeError, "boost must be a finite number, not 'high'"),
        (lambda: wrong.Search("news"), ApiTypeError, "Search takes conditions, not str: for words, use text="),
        (lambda: wrong.Search(wrong_a, sort=5), ApiTypeError, "expected text, Sort or a list of these, not int"),
        (lambda: wrong.Search(text=5), ApiTypeError, "expected text, Text or a list of these, not int"),
        (lambda: wrong.Search(wrong.Field), ApiTypeError, "Search takes conditions, not the class Field"),
        (lambda: wrong.Search(False), ApiTypeError, "compare a Field, such as Field"),
        (lambda: wrong.Search(sort=[5]), ApiTypeError, "sort takes names of fields, or Sort objects, not int"),
        (lambda: wrong.Search(sort=["-"]), ApiValueError, "the field to sort by must not be empty"),
        (lambda: wrong.Search(facets={"a": 1}), ApiTypeError, "expected text, Facet or a list of these, not dict"),
        (lambda: wrong.Search(text=[5]), ApiTypeError, "a free text must be a string, not int"),
        (lambda: wrong.Search(filters=["a"]), ApiTypeError, "a filter takes a condition, not str"),
        (lambda: wrong.Search(intervals="some"), ApiValueError, "intervals must be one of all, generic, timed"),
        (lambda: wrong.Search(highlight=5), ApiTypeError, "highlight takes True, names of fields or a Highlight"),
        (lambda: wrong.Search(facet_filters=["a"]), ApiTypeError, "facet_filters takes a mapping of fields to values"),
        (lambda: wrong.Facet("a", ranges=[60, 0]), ApiValueError, "a range must begin below its end, not from 60 to 0"),
        (lambda: wrong.Facet("a", ranges=[date(2024, 1, 2), date(2024, 1, 1)]), ApiValueError, "from 2024-01-02 to"),
        (lambda: wrong.Facet("a", ranges=[TimeCode("2@PAL"), TimeCode("1@50")]), ApiValueError, "from 2@PAL to 1@50"),
        (lambda: wrong.Facet("a", min_count="x"), ApiTypeError, "min_count must be an integer, not str"),
        (lambda: wrong.Facet("a", max_results=-1), ApiValueError, "max_results must be an integer of at least 0"),
        (lambda: wrong.Facet("a", name=5), ApiTypeError, "the name of a facet must be text, not int"),
        (lambda: wrong.Facet("a", count="no"), ApiTypeError, "count must be"),
        (lambda: wrong.Sort("a", "down"), ApiTypeError, "descending must be"),
        (lambda: wrong.Search(suggestions=-1), ApiValueError, "suggestions must be an integer of at least 0"),
        (lambda: wrong.Facet("a", ranges=[0, 60, 60]), ApiValueError, "must begin below its end, not from 60 to 60"),
        (lambda: wrong.Facet("a", ranges=[1]), ApiValueError, "ranges needs at least two limits, not 1"),
        (lambda: wrong.Facet("a", ranges=[1, None, 3]), ApiValueError, "only the first and the last limit"),
        (lambda: wrong.Facet("a", ranges=[(1, 2, 3)]), ApiValueError, "a range must be a pair (low, high), not 3"),
        (lambda: wrong.Facet("a", ranges=[1, (2, 3)]), ApiTypeError, "either limits or pairs (low, high), not both"),
        (lambda: wrong.Facet("a", ranges="1-5"), ApiTypeError, "ranges must be a list of limits"),
        (lambda: wrong.Search(wrong_a).replace(sorted="a"), ApiTypeError, "Search has no option 'sorted'"),
        (lambda: wrong.has_group(5), ApiTypeError, "the name of a group must be text, not int"),
        (lambda: wrong.has_shape("a"), ApiTypeError, "has_shape takes conditions, not str"),
        (lambda: wrong.Search.from_document("x"), ApiTypeError, "the search must be an object, not str"),
    ],
)
def test_mistakes(use: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as raised:
        use()
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "Search()",
        "Search(Field('title').contains('news') & ((Field('length') > 60) | Field('key').one_of('top', 'live')))",
        "Search(~(Field('genre') == 'archive') & has_shape(Field('codec') == 'h264', has_file(Field('s') == 'LOST')))",
        "Search(~(Text('a') | Text('b')), sort=['-created', 'title'], facets=['g', Facet('n', ranges=[0, 60, None])])",
        "Search(Field('n').between(1, 5, exclusive_maximum=True), highlight=['title'], suggestions=3)",
        "Search(has_group('g', Field('a').exists()) & refers_to('u'), filters=[Filter(Field('a') == 1, name='f')])",
        "Search((Field('a') == Value('x~', boost=2.0, noescape=True)) & Field('b').starts_with('y'), highlight=True)",
        "Search(autocomplete=['ma'], facet_filters=[FacetFilter('genre', 'news')], intervals='generic')",
    ],
)
def test_a_repr_reads_like_the_query(text: str) -> None:
    search = eval(text, dict(vars(vidispine.search)))
    assert repr(search) == text
    assert eval(repr(search), dict(vars(vidispine.search))) == search


def test_explain_prints_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    search = Search(Field("title") == "Über", sort="title")
    search.explain()
    printed = capsys.readouterr().out
    assert json.loads(printed) == search.document.to_document()
    assert '"Über"' in printed
    to = io.StringIO()
    search.explain(file=to)
    assert to.getvalue() == printed


def test_a_search_is_immutable_and_replaced() -> None:
    search = Search(A, sort="a", facets=["b"])
    assert search.replace(facets=()) == Search(A, sort="a")
    assert search.where(B) == Search(A, B, sort="a", facets=["b"])
    assert search == Search(A, sort="a", facets=["b"])
    assert search != Search(A)
    assert FacetFilter("a", "x") != Sort("a")
    with pytest.raises(TypeError):
        hash(search)
    for name in ("sort", "facet"):
        with pytest.raises(AttributeError, match=rf"a Search is immutable: replace\({name}=...\)"):
            setattr(search, name, ())


def test_conditions_that_are_nested_too_deeply() -> None:
    nested: Condition = A
    for number in range(5000):
        nested = ~(nested | (Field("b") == number))
    with pytest.raises(ApiValueError, match="nested too deeply"):
        Search(nested).explain()
