"""How documents are displayed: ``repr`` on one screen, ``str`` in full, tables in notebooks."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

import vidispine
from vidispine import Field, ItemListType, ItemType, JobListType, JobType, Metadata, Search, records

HOSTILE = "</td><script>alert('&\"')</script>"
VALUES = {"title": "Harbor", "acme_keyword": ["a", "b"], "acme_person": {"acme_name": "Ada"}, "x": "long " * 500}


def metadata(values: dict[str, Any]) -> dict[str, Any]:
    return Metadata(values).to_document()


def item(number: int, title: str = "Harbor") -> dict[str, Any]:
    shape = {"id": f"VX-{number}9", "tag": ["original"], "created": "2024-03-01T10:00:00Z"}
    many = {f"field{n}": f"value {n}" for n in range(100)}
    return {"shape": [shape] * 9, "id": f"VX-{number}", "metadata": metadata({**many, "title": title})}


class Tags(HTMLParser):
    """Collects the tags and the text of HTML. Each tag must be closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[Any]) -> None:
        assert not attrs
        self.names.add(tag)
        if tag != "br":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


MARKUP = {"table", "caption", "tr", "th", "td", "br"}


def assert_on_a_screen(text: str) -> None:
    lines = text.split("\n")
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 110


def test_an_item_fits_on_a_screen_with_its_id_and_title() -> None:
    shown = repr(ItemType.from_document(item(7)))
    assert_on_a_screen(shown)
    assert shown.startswith("ItemType(\n    id='VX-7',\n")
    assert "        'title': 'Harbor',\n" in shown
    assert " more\n" in shown
    assert len(str(ItemType.from_document(item(7)))) > 10_000


def test_a_list_has_a_line_for_each_entry_that_fits() -> None:
    jobs = [
        {"jobId": f"VX-{n}", "status": "READY", "type": "NONE", "priority": "LOW", "started": "2024-03-01T10:00:00Z"}
        for n in range(500)
    ]
    shown = repr(JobListType.from_document({"hits": 500, "job": jobs}))
    assert_on_a_screen(shown)
    assert "        JobType(job_id='VX-0', status='READY', type='NONE', priority='LOW'," in shown
    assert "... 484 more" in shown


def test_ids_come_first_and_empty_lists_last() -> None:
    hit = {"end": "+INF", "access": [], "start": "-INF", "shape": [], "id": "VX-7"}
    assert repr(ItemType.from_document(hit)) == "ItemType(id='VX-7', end='+INF', start='-INF', access=[], shape=[])"
    listed = {"suggestion": [], "hits": 9, "item": [{**hit, "metadata": metadata({"title": "Harbor"})}] * 9}
    shown = repr(ItemListType.from_document(listed)).split("\n")
    assert shown[2] == "    item=["
    assert shown[3].startswith("        ItemType(id='VX-7', end='+INF', start='-INF', metadata=MetadataType({")
    assert shown[-2:] == ["    suggestion=[],", ")"]


def test_what_fits_is_the_constructor_call() -> None:
    job = JobType.from_document({"jobId": "VX-1", "status": "READY", "started": "2024-03-01T10:00:00Z"})
    assert repr(job) == str(job)
    assert "datetime.datetime(2024, 3, 1, 10, 0, tzinfo=datetime.timezone.utc)" in repr(job)


def test_metadata_is_shown_by_the_names_of_fields() -> None:
    md = Metadata({"acme_keyword": ["a", "b"], "title": "Harbor", "acme_person": {"acme_name": "Ada"}})
    md.at("0@PAL", "25@PAL")["acme_comment"] = "Noise"
    assert repr(md) == (
        "Metadata({\n"
        "    'title': 'Harbor',\n"
        "    'acme_keyword': ['a', 'b'],\n"
        "    'acme_person': {'acme_name': 'Ada'},\n"
        "    '0@PAL to 25@PAL': {'acme_comment': 'Noise'},\n"
        "})"
    )
    assert repr(Metadata({"title": "Harbor"})) == "Metadata({'title': 'Harbor'})"
    assert str(Metadata({"title": "Harbor"})).startswith("Metadata(\n    timespan=[\n")


@pytest.mark.parametrize(
    "document",
    [
        {"timespan": "none"},
        {"timespan": [{"field": [{"name": 5, "value": [7, None]}]}]},
        {"timespan": [3]},
        {"x": {"y": [1]}},
    ],
)
def test_what_is_no_metadata_is_shown_as_it_is(document: dict[str, Any]) -> None:
    md = vidispine.MetadataType.from_document(document)
    assert repr(md)
    assert Tags(md._repr_html_()).names <= MARKUP


def test_secrets_are_masked() -> None:
    user = vidispine.UserType.from_document({"userName": "ann", "password": "hunter2"})
    listed = vidispine.UserListType.from_document({"user": [user.to_document()] * 30})
    wrong = vidispine.UserType.from_document({"userName": "ann", "password": ["hunter2"]})
    for one in (user, listed, wrong):
        for shown in (repr(one), str(one), one._repr_html_()):
            assert "hunter2" not in shown
            assert "***" in shown


HOSTILE_ITEM = ItemType.from_document(
    {
        "id": HOSTILE,
        HOSTILE: HOSTILE,
        "metadata": metadata({HOSTILE: HOSTILE, "g": {HOSTILE: [HOSTILE, HOSTILE]}, "half": "\ud800"}),
    }
)


@pytest.mark.parametrize(
    "shown",
    [
        HOSTILE_ITEM,
        HOSTILE_ITEM.metadata,
        HOSTILE_ITEM.metadata and HOSTILE_ITEM.metadata.groups("g")[0],
        ItemListType.from_document({"hits": 1, HOSTILE: HOSTILE, "item": [HOSTILE_ITEM.to_document()]}),
        Search(Field(HOSTILE) == HOSTILE, text=HOSTILE, sort=HOSTILE, facets=HOSTILE),
        records([HOSTILE_ITEM, {HOSTILE: HOSTILE}]),
    ],
)
def test_tables_are_escaped(shown: Any) -> None:
    html = shown._repr_html_()
    html.encode()
    found = Tags(html)
    assert found.names <= MARKUP
    assert any("<script>" in text for text in found.text)


def test_a_list_is_a_table_of_its_entries() -> None:
    html = ItemListType.from_document({"hits": 70, "item": [item(n) for n in range(30)]})._repr_html_()
    found = Tags(html)
    assert "ItemListType, hits=70 (the first 20 of 30 are shown)" in found.text
    assert html.count("<tr>") == 21
    assert html.startswith(f"<table><caption>{found.text[0]}</caption><tr><th>id</th><th>title</th>")


def test_empty_lists_are_no_columns() -> None:
    listed = {"item": [{"id": "VX-7", "shape": [], "access": [], "metadata": metadata({"title": "Harbor"})}]}
    assert Tags(ItemListType.from_document(listed)._repr_html_()).text[1:] == ["id", "title", "VX-7", "Harbor"]


def test_rows_that_were_shown_are_still_read() -> None:
    read: list[int] = []

    def entries() -> Any:
        for number in range(30):
            read.append(number)
            yield {"n": number}

    rows = records(entries(), "n")
    assert "iterate" in repr(rows)
    assert read == []
    assert rows._repr_html_() == rows._repr_html_()
    assert len(read) == 20
    assert [row["n"] for row in rows] == list(range(30))
