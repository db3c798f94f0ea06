"""The changes to any metadata document, applied by the server's rules, result in the edited document."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from test.metadata import reference
from vidispine import (
    ApiDecodeError,
    ApiKeyError,
    ApiTypeError,
    ApiValueError,
    Field,
    Metadata,
    MetadataFieldValueType,
    MetadataType,
    MetadataTypeTimespan,
    MetadataValueType,
    Search,
    TimeSpan,
)

NAMES = ["title", "acme_a", "acme_b"]
TEXTS = st.sampled_from(["a", "b", "c", "", "\u00e5\u00e4\u00f6", "a "])
SPANS = [("0@PAL", "25@PAL"), ("25@PAL", "50@PAL")]


@st.composite
def values(draw: Any) -> list[dict[str, Any]]:
    texts = draw(st.lists(TEXTS, min_size=1, max_size=4))
    langs = draw(st.lists(st.sampled_from([None, None, "sv"]), min_size=len(texts), max_size=len(texts)))
    return [
        {"value": text, "uuid": reference.new_uuid(), "user": "x", **({"lang": lang} if lang else {})}
        for text, lang in zip(texts, langs)
    ]


@st.composite
def fields(draw: Any) -> list[dict[str, Any]]:
    keys = draw(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from([None, "A1"])), max_size=4, unique=True))
    found = [
        {"name": name, "uuid": reference.new_uuid(), **({"track": track} if track else {}), "value": draw(values())}
        for name, track in keys
    ]
    return [*found, {"name": "__user", "value": [{"value": "admin"}]}]


@st.composite
def groups(draw: Any, depth: int = 2) -> list[dict[str, Any]]:
    names = draw(st.lists(st.sampled_from(["g", "h"]), max_size=3))
    return [
        {
            "name": name,
            "uuid": reference.new_uuid(),
            "field": draw(fields()),
            "group": draw(groups(depth - 1)) if depth else [],
        }
        for name in names
    ]


@st.composite
def documents(draw: Any) -> dict[str, Any]:
    spans = [("-INF", "+INF"), *draw(st.lists(st.sampled_from(SPANS), unique=True))]
    timespans = [{"start": start, "end": end, "field": draw(fields()), "group": draw(groups())} for start, end in spans]
    return {"revision": "VX-1,VX-2", "timespan": timespans}


class Edit(NamedTuple):
    """One edit: where in the document, and what is done there."""

    path: list[tuple[str, int]]
    action: str
    name: str
    texts: list[str]
    number: int

    def apply(self, metadata: Any) -> None:
        part = metadata
        for step, number in self.path:
            part = STEPS[step](part, number)
            if part is None:
                return
        ACTIONS[self.action](part, self.name, self.texts, self.number)


def _group(part: Any, number: int) -> Any:
    groups = part.groups()
    return groups[number % len(groups)] if groups else None


STEPS: dict[str, Any] = {
    "language": lambda part, number: part.language("sv"),
    "track": lambda part, number: part.track("A1"),
    "group": _group,
    "at": lambda part, number: part.at(*SPANS[number % 2]) if hasattr(part, "at") else None,
}


def _remove(part: Any, name: str, texts: list[str], number: int) -> None:
    present = part.get_all(name)
    if present:
        part.remove(name, present[number % len(present)])


def _delete(part: Any, name: str, texts: list[str], number: int) -> None:
    if name in part:
        del part[name]


def _remove_group(part: Any, name: str, texts: list[str], number: int) -> None:
    group = _group(part, number)
    if group is not None:
        part.remove_group(group)


ACTIONS: dict[str, Any] = {
    "set": lambda part, name, texts, number: part.__setitem__(name, texts[0]),
    "set several": lambda part, name, texts, number: part.__setitem__(name, texts[1:]),
    "delete": _delete,
    "add": lambda part, name, texts, number: part.add(name, *texts),
    "remove": _remove,
    "add group": lambda part, name, texts, number: part.add_group("g", {name: texts, "h": [{"x": t} for t in texts]}),
    "set groups": lambda part, name, texts, number: part.__setitem__("g", [{name: text} for text in texts]),
    "remove group": _remove_group,
    "refer": lambda part, name, texts, number: part.set_reference(name, "5b7d7c1e-0f8e-4ac0-8a55-2a9d1f0c6e43"),
}

EDITS = st.lists(
    st.builds(
        Edit,
        st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 5)), max_size=3),
        st.sampled_from(sorted(ACTIONS)),
        st.sampled_from(NAMES),
        st.lists(TEXTS, min_size=1, max_size=4),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=300)
@given(documents(), EDITS)
def test_changes_give_the_edited_document(document: dict[str, Any], edits: list[Edit]) -> None:
    before = copy.deepcopy(document)
    metadata = MetadataType.from_document(document)
    for edit in edits:
        edit.apply(metadata)
    changes = metadata.changes()
    after = metadata.to_document()
    if changes is None:
        assert reference.content(before) == reference.content(after)
        return
    sent = changes.to_document()
    assert sent.pop("revision") == "VX-1,VX-2"
    assert reference.content(reference.apply(before, sent)) == reference.content(after)


@settings(max_examples=150)
@given(documents(), EDITS)
def test_documents_read_as_attributes_are_edited_alike(document: dict[str, Any], edits: list[Edit]) -> None:
    plain, as_models = MetadataType.from_document(document), MetadataType.from_document(document)
    for edit in edits:
        as_models.to_dict()  # decodes every attribute
        edit.apply(plain)
        edit.apply(as_models)
    assert as_models.to_document() == plain.to_document()
    before, after = plain.changes(), as_models.changes()
    assert (before and before.to_document()) == (after and after.to_document())
    assert as_models.to_dict() == plain.to_dict()


@settings(max_examples=150)
@given(documents(), EDITS, st.booleans())
def test_reading_by_name_follows_every_edit(document: dict[str, Any], edits: list[Edit], as_models: bool) -> None:
    metadata = MetadataType.from_document(document)
    for edit in edits:
        assert values_by_name(metadata) == values_by_name_in(metadata.to_document())
        edit.apply(metadata)
        if as_models:
            rename(metadata)
    assert values_by_name(metadata) == values_by_name_in(metadata.to_document())


def values_by_name(metadata: MetadataType) -> dict[str, list[str]]:
    """Return the values of each name as the view reads them, and check that its ways to read them agree."""
    found = {name: metadata.get_all(name) for name in [*NAMES, "renamed"]}
    for name, texts in found.items():
        assert (name in metadata) == bool(texts)
        assert metadata.get(name) == next(iter(texts), None)
    return found


def values_by_name_in(document: dict[str, Any]) -> dict[str, list[str]]:
    fields = [
        field
        for timespan in document.get("timespan", [])
        if (timespan["start"], timespan["end"]) == ("-INF", "+INF")
        for field in timespan.get("field", [])
        if field.get("track") is None
    ]
    return {
        name: [value["value"] for field in fields if field["name"] == name for value in field.get("value", [])]
        for name in [*NAMES, "renamed"]
    }


def rename(metadata: MetadataType) -> None:
    """Change a document through its attributes, which its view does not see."""
    for timespan in metadata.timespan or ():
        for field in (timespan.field or ())[:1]:
            field.name = "renamed"


DOCUMENT = {
    "revision": "VX-7",
    "timespan": [
        {
            "start": "-INF",
            "end": "+INF",
            "field": [
                {"name": "title", "uuid": "f1", "value": [{"value": "Draft", "uuid": "v1"}]},
                {
                    "name": "acme_keyword",
                    "uuid": "f2",
                    "value": [{"value": "a", "uuid": "v2"}, {"value": "b", "uuid": "v3"}, {"value": "c", "uuid": "v4"}],
                },
                {"name": "__user", "value": [{"value": "admin"}]},
            ],
            "group": [
                {"name": "p", "uuid": "g1", "field": [{"name": "r", "uuid": "f3", "value": [{"value": "x"}]}]},
                {"name": "p", "uuid": "g2", "field": [{"name": "r", "uuid": "f4", "value": [{"value": "y"}]}]},
            ],
        }
    ],
}


def changed(edit: Any, document: Any = DOCUMENT) -> Any:
    metadata = MetadataType.from_document(document)
    edit(metadata)
    changes = metadata.changes()
    return None if changes is None else changes.to_document()


def generic(**content: Any) -> dict[str, Any]:
    return {"revision": "VX-7", "timespan": [{"start": "-INF", "end": "+INF", **content}]}


def set_title(text: str) -> Any:
    return lambda metadata: metadata.__setitem__("title", text)


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (set_title("New"), generic(field=[{"name": "title", "uuid": "f1", "value": [{"value": "New", "uuid": "v1"}]}])),
        (set_title("Draft"), None),
        (
            lambda md: md.add("acme_keyword", "d"),
            generic(field=[{"name": "acme_keyword", "uuid": "f2", "value": [{"value": "d", "mode": "add"}]}]),
        ),
        (
            lambda md: md.remove("acme_keyword", "b"),
            generic(field=[{"name": "acme_keyword", "uuid": "f2", "value": [{"uuid": "v3", "mode": "remove"}]}]),
        ),
        (
            lambda md: md.__delitem__("title"),
            generic(field=[{"name": "title", "uuid": "f1", "value": [{"uuid": "v1", "mode": "remove"}]}]),
        ),
        (
            lambda md: md.groups("p")[1].__setitem__("r", "z"),
            generic(
                group=[
                    {
                        "name": "p",
                        "uuid": "g2",
                        "field": [{"name": "r", "uuid": "f4", "value": [{"value": "z"}]}],
                    }
                ]
            ),
        ),
        (lambda md: (md.__delitem__("title"), md.__setitem__("title", "Draft")), None),
        (lambda md: (md.__delitem__("acme_keyword"), md.update({"acme_keyword": ["a", "b", "c"]})), None),
        (lambda md: md.update({"p": [{"r": "x"}, {"r": ["y"]}], "title": "Draft"}), None),
        (lambda md: md.update({"p": {"r": "y"}}), generic(group=[{"name": "p", "uuid": "g1", "mode": "remove"}])),
        (
            lambda md: md.update({"p": [{"r": "x"}, {"r": "z"}]}),
            generic(
                group=[
                    {"name": "p", "uuid": "g2", "mode": "remove"},
                    {"name": "p", "mode": "add", "field": [{"name": "r", "value": [{"value": "z"}]}]},
                ]
            ),
        ),
        (lambda md: md.remove_group("p", 0), generic(group=[{"name": "p", "uuid": "g1", "mode": "remove"}])),
        (
            lambda md: md.add_group("p", {"r": "new"}),
            generic(group=[{"name": "p", "mode": "add", "field": [{"name": "r", "value": [{"value": "new"}]}]}]),
        ),
    ],
)
def test_the_change_is_the_smallest_one(edit: Any, expected: Any) -> None:
    assert changed(edit) == expected


def test_a_value_without_a_uuid_is_deleted_by_an_empty_list() -> None:
    document = {"timespan": [{"field": [{"name": "title", "value": [{"value": "x"}]}]}]}
    assert changed(lambda md: md.__delitem__("title"), document) == {
        "timespan": [{"start": "-INF", "end": "+INF", "field": [{"name": "title", "value": []}]}]
    }


def test_groups_without_uuids_are_written_anew() -> None:
    group = [{"name": "p", "field": [{"name": "r", "value": [{"value": text}]}]} for text in "abc"]
    document = {"timespan": [{"group": group}]}
    assert changed(lambda md: md.remove_group("p", 1), document)["timespan"][0]["group"] == [
        {"name": "p", "mode": "remove"},
        {"name": "p", "mode": "add", "field": [{"name": "r", "value": [{"value": "a"}]}]},
        {"name": "p", "mode": "add", "field": [{"name": "r", "value": [{"value": "c"}]}]},
    ]
    assert changed(lambda md: md.add_group("p", {"r": "d"}), document)["timespan"][0]["group"] == [
        {"name": "p", "mode": "add", "field": [{"name": "r", "value": [{"value": "d"}]}]}
    ]


def test_timed_groups_of_one_interval_are_written_in_one_timespan() -> None:
    def annotate(md: MetadataType) -> None:
        md.at("100@PAL", "250@PAL").add_group("p", {"r": "1"})
        md.at("4", "10").add_group("p", {"r": "2"})  # the same interval in seconds

    (span,) = changed(annotate)["timespan"]
    assert (span["start"], span["end"], len(span["group"])) == ("100@PAL", "250@PAL", 2)


def test_values_can_be_given_as_paths_and_in_lists() -> None:
    path = Path("clips") / "a.mov"
    metadata = Metadata({"a": path})
    assert metadata["a"] == str(path)
    metadata.add("k", ["x", "y"], "z", ("x",))
    assert metadata.get_all("k") == ["x", "y", "z", "x"]
    metadata.remove("k", {"x"}, "z")
    assert metadata.get_all("k") == ["y"]
    assert Search(Field("path") == Path("a.mov")) == Search(Field("path") == "a.mov")


def test_a_group_of_another_document_is_given_as_plain_values() -> None:
    source, target = Metadata({"g": {"a": "x"}}), Metadata()
    groups: Any = source.groups("g")
    calls: list[Any] = [lambda: target.add_group("g", groups[0]), lambda: target.update({"g": groups})]
    for call in calls:
        with pytest.raises(ApiTypeError, match="pass its to_plain"):
            call()
    target["g"] = [group.to_plain() for group in groups]
    assert target == source


def test_a_timespan_can_be_given_as_one() -> None:
    metadata: Any = MetadataType()
    metadata.at(TimeSpan("4", "10"))["a"] = "x"
    assert metadata.at("100@PAL", "250@PAL")["a"] == "x"
    calls: list[Any] = [lambda: metadata.at("4"), lambda: metadata.at(TimeSpan("4", "10"), "12")]
    for call in calls:
        with pytest.raises(ApiTypeError):
            call()


def test_the_values_of_a_language_have_no_groups_without_any() -> None:
    metadata = Metadata({"title": "Norm", "g": {"a": "x", "h": {"b": "y"}}, "i": {}})
    metadata.language("sv")["title"] = "Namn"
    assert metadata.language("sv").to_plain() == {"title": "Namn"}
    metadata.groups("g")[0].groups("h")[0].language("sv")["b"] = "z"
    assert metadata.language("sv").to_plain() == {"title": "Namn", "g": {"h": {"b": "z"}}}
    assert metadata.to_plain()["i"] == {}


def test_a_group_is_on_the_tracks_of_its_fields() -> None:
    metadata = MetadataType.from_document(DOCUMENT)
    before = metadata.to_plain()
    audio = metadata.track("A1")
    group = audio.add_group("p", {"r": "narrator"})
    assert metadata.to_plain() == before
    assert [one["r"] for one in audio.groups("p")] == ["narrator"]
    assert metadata.track("A2").groups("p") == []
    metadata.remove_group(group)
    assert audio.groups("p") == []
    assert metadata.changes() is None


def test_the_timespans_of_a_track_or_language_have_values_of_it() -> None:
    metadata = Metadata({"title": "News"})
    metadata.at("0@PAL", "25@PAL")["note"] = "all"
    metadata.track("A1").at("25@PAL", "50@PAL")["note"] = "audio"
    metadata.track("V1").at("50@PAL", "75@PAL").add_group("person", {"name": "Ada"})
    metadata.language("sv").at("75@PAL", "100@PAL")["note"] = "svenska"
    assert [str(span.start) for span in metadata.timed()] == ["0@PAL", "25@PAL", "50@PAL", "75@PAL"]
    assert [span["note"] for span in metadata.track("A1").timed()] == ["audio"]
    assert [span.groups("person")[0]["name"] for span in metadata.track("V1").timed()] == ["Ada"]
    assert [span["note"] for span in metadata.language("sv").timed()] == ["svenska"]
    assert metadata.track("A2").timed() == metadata.language("de").timed() == []


@pytest.mark.parametrize("name", ["1", "A", "A0", "1A", "A1-2", " A1", "A1\n", "\u00c51"])
def test_a_track_is_letters_and_a_number(name: str) -> None:
    for part in (MetadataType.from_document(DOCUMENT), MetadataType.from_document(DOCUMENT).at("0", "1")):
        with pytest.raises(ApiValueError, match="must be letters and a number"):
            part.track(name)


def test_changes_through_attributes_count_after_a_change_through_the_view() -> None:
    metadata = MetadataType.from_document(DOCUMENT)
    metadata["title"] = "New"
    metadata.timespan[0].field[0].value[0].value = "Newer"  # type: ignore[index]
    sent = metadata.changes()
    assert sent is not None
    assert sent["title"] == "Newer"


def test_an_edited_document_keeps_what_it_was_when_copied_or_pickled() -> None:
    import pickle

    metadata = MetadataType.from_document(DOCUMENT)
    metadata["title"] = "New"
    for copied in (copy.copy(metadata), copy.deepcopy(metadata), pickle.loads(pickle.dumps(metadata))):
        assert copied == metadata
        assert copied.changes() == metadata.changes() is not None


@pytest.mark.parametrize(
    ("document", "location"),
    [
        ({"timespan": ["x"]}, "timespan"),
        ({"timespan": [None]}, "timespan"),
        ({"timespan": [{"field": ["x"]}]}, "field"),
        ({"timespan": [{"group": [None]}]}, "group"),
        ({"timespan": [{"group": [{"name": "g", "field": [3]}]}]}, "field"),
        ({"timespan": [{"field": [{"name": "title", "value": ["x"]}]}]}, "value"),
    ],
)
def test_a_malformed_document_raises_an_error_that_names_the_place(document: dict[str, Any], location: str) -> None:
    metadata = MetadataType.from_document(document)
    with pytest.raises(ApiDecodeError, match=rf"^MetadataType\.{location}: expected an object, got "):
        metadata.to_plain()


@pytest.mark.parametrize("value", ["x", None])
def test_a_malformed_value_raises_the_same_error_when_it_is_read(value: Any) -> None:
    field = {"name": "title", "value": [value]}
    metadata = MetadataType.from_document({"timespan": [{"start": "-INF", "end": "+INF", "field": [field]}]})
    for read in (metadata.get, metadata.get_all, metadata.__getitem__):
        with pytest.raises(ApiDecodeError, match=r"^MetadataType\.value: expected an object, got "):
            read("title")


def test_attributes_that_are_unknown_do_not_hinder_changes() -> None:
    value = '<value acmeSource="ocr">News</value>'
    field = f'<field acmeOrigin="x"><name>title</name>{value}</field>'
    text = f'<MetadataDocument><timespan start="-INF" end="+INF">{field}</timespan></MetadataDocument>'
    metadata = Metadata.from_xml(text)
    assert metadata["title"] == "News"
    metadata["title"] = "Late news"
    assert (metadata["title"], metadata.to_plain()) == ("Late news", {"title": "Late news"})
    assert '<value acmeSource="ocr">Late news</value>' in metadata.to_xml()
    changes = metadata.changes()
    assert changes is not None
    assert changes["title"] == "Late news"


def test_groups_are_removed_by_name() -> None:
    document = generic(group=[{"name": "p", "uuid": "g1"}, {"name": "q"}, {"name": "p", "uuid": "g2"}])
    metadata = MetadataType.from_document(document)
    del metadata["p"]
    assert [group.name for group in metadata.groups()] == ["q"]
    changes = metadata.changes()
    assert changes is not None
    assert changes.to_document() == generic(
        group=[{"name": "p", "uuid": "g1", "mode": "remove"}, {"name": "p", "uuid": "g2", "mode": "remove"}]
    )
    with pytest.raises(ApiKeyError, match="there is no value of 'p'"):
        del metadata["p"]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("p", 2), ApiKeyError, "there is no group p at position 2: the number of them is 2"),
        (("p", -3), ApiKeyError, "there is no group p at position -3: the number of them is 2"),
        (("person",), ApiKeyError, "there is no group person to remove"),
        (
            ("p", {"name": "Ada"}),
            ApiTypeError,
            "index must be the position of a group, an integer, not {'name': 'Ada'}",
        ),
        (("p", "0"), ApiTypeError, "index must be the position of a group, an integer, not '0'"),
        (("p", True), ApiTypeError, "index must be the position of a group, an integer, not True"),
        (({"name": "Ada"},), ApiTypeError, "a group must be a MetadataGroup or a name"),
    ],
)
def test_invalid_groups_are_not_removed(arguments: Any, error: Any, message: str) -> None:
    metadata = MetadataType.from_document(generic(group=[{"name": "p"}, {"name": "p"}]))
    with pytest.raises(error) as raised:
        metadata.remove_group(*arguments)
    assert str(raised.value).startswith(message)
    assert "did you mean 'p'" not in str(raised.value)
    assert len(metadata.groups("p")) == 2


def test_metadata_that_is_constructed_of_models_can_be_edited_by_name() -> None:
    for _ in range(2):  # the first constructor call of a process stores its lists elsewhere
        value = MetadataValueType(value="Draft")
        whole = MetadataTypeTimespan(
            start="-INF", end="+INF", field=[MetadataFieldValueType(name="title", value=[value])]
        )
        metadata = MetadataType(timespan=[whole])
        assert metadata["title"] == "Draft"
        metadata["acme_rating"] = "4"
        metadata.add("title", "News")
        fields: Any = whole.field
        assert [type(field) for field in fields] == [MetadataFieldValueType] * 2
        assert [type(one) for one in fields[0].value] == [MetadataValueType] * 2
        fields[0].name = "headline"
        assert metadata.to_plain() == {"headline": ["Draft", "News"], "acme_rating": "4"}
        assert list(metadata) == ["headline", "acme_rating"]
        assert "title" not in metadata
