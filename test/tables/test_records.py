"""Tables of entries: from models, mappings, pages and searches."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest

import vidispine
from vidispine import ApiTypeError, ApiValueError, Field, Search, records
from vidispine.simulator import Simulator


@pytest.fixture(scope="module")
def archive() -> Iterator[vidispine.Client]:
    with Simulator(sample_data=True) as vidicore, vidispine.Client(vidicore.url, "admin", "admin") as client:
        yield client


def value(*texts: str) -> list[dict[str, str]]:
    return [{"value": text} for text in texts]


CONTACT = {"name": "acme_contact", "field": [{"name": "acme_email", "value": value("ada@example.com")}]}
PERSONS = [
    {
        "name": "acme_person",
        "field": [{"name": "acme_name", "value": value("Ada")}, {"name": "acme_role", "value": value("host")}],
        "group": [CONTACT],
    },
    {"name": "acme_person", "field": [{"name": "acme_name", "value": value("Bob")}]},
]
FIELDS = [{"name": "title", "value": value("News")}, {"name": "acme_keyword", "value": value("a", "b")}]
ITEM = vidispine.ItemType.from_document(
    {
        "id": "VX-1",
        "metadata": {"timespan": [{"start": "-INF", "end": "+INF", "field": FIELDS, "group": PERSONS}]},
        "shape": [{"id": "VX-7", "tag": ["original"]}, {"id": "VX-8", "tag": ["lowres", "web"]}],
    }
)


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("id", "VX-1"),
        ("title", "News"),
        ("acme_keyword", ["a", "b"]),
        ("acme_person.acme_name", ["Ada", "Bob"]),
        ("acme_person.acme_role", "host"),
        ("acme_person.acme_contact.acme_email", "ada@example.com"),
        ("shape.id", ["VX-7", "VX-8"]),
        ("shape.tag", ["original", "lowres", "web"]),
        ("missing", None),
        ("acme_person.missing", None),
        ("missing.acme_name", None),
        ("title.missing", None),
    ],
)
@pytest.mark.parametrize("form", ["item", "metadata", "entry"])
def test_names(form: str, name: str, cell: Any) -> None:
    entry: Any = {
        "item": ITEM,
        "metadata": ITEM.metadata,
        "entry": vidispine.SearchResultEntryType.from_document({"type": "Item", "item": ITEM.to_document()}),
    }[form]
    if form == "metadata" and name.split(".", maxsplit=1)[0] in ("id", "shape"):
        cell = None
    if form == "entry" and name == "id":
        entry.id = "VX-1"
    assert list(records([entry], [name])) == [{name: cell}]


def test_the_short_form_of_metadata() -> None:
    terse = {
        "title": [{"start": "-INF", "end": "+INF", "uuid": "u", "value": "News"}],
        "k": [{"value": "a"}, {"value": "b"}],
    }
    item = vidispine.ItemType.from_document({"id": "VX-1", "terse": terse})
    assert list(records([item], ["title", "k", "none"])) == [{"title": "News", "k": ["a", "b"], "none": None}]


def test_attributes_and_mappings() -> None:
    job = vidispine.JobType.from_document(
        {"jobId": "VX-29", "status": "FINISHED", "type": "NONE", "priority": "LOW", "currentStep": {"number": 2}}
    )
    names = ["job_id", "jobId", "current_step.number", "currentStep.number"]
    assert list(records([job], names)) == [dict(zip(names, ["VX-29", "VX-29", 2, 2]))]
    assert list(records([{"a": {"b": [1, 2]}}], "a.b")) == [{"a.b": [1, 2]}]


def test_all_fields() -> None:
    assert list(records([ITEM])) == [{"id": "VX-1", "title": "News", "acme_keyword": ["a", "b"]}]
    assert list(records([{"a": 1}])) == [{"a": 1}]
    assert list(records(ITEM)) == list(records([ITEM]))
    assert ITEM.metadata is not None
    assert list(records(ITEM.metadata, "title")) == [{"title": "News"}]
    terse = {"title": value("News"), "k": value("a", "b"), "__user": value("admin")}
    item = vidispine.ItemType.from_document({"id": "VX-1", "terse": terse})
    assert list(records([item])) == [{"id": "VX-1", "title": "News", "k": ["a", "b"]}]


def test_groups_of_metadata() -> None:
    metadata = vidispine.Metadata({"p": [{"name": "Ada", "role": "host"}, {"name": "Bob"}]})
    assert list(records(metadata.groups("p"), ["name", "role"])) == [
        {"name": "Ada", "role": "host"},
        {"name": "Bob", "role": None},
    ]
    assert list(records(metadata.groups("p"))) == [{"name": "Ada", "role": "host"}, {"name": "Bob"}]


@pytest.mark.parametrize("fields", [None, ["id"]])
def test_entries_that_have_no_members(fields: Any) -> None:
    with pytest.raises(ApiTypeError, match="the entries of a table must be models or mappings, not int"):
        list(records([1], fields))


def test_pages_searches_and_lists(archive: vidispine.Client) -> None:
    search = Search(Field("title").contains("news"), sort="title")
    options: dict[str, Any] = {"content": "metadata", "field": "title"}
    by_iteration = list(records(archive.item.iterate_search_items(search, page_size=5, **options), ["id", "title"]))
    by_page = list(records(archive.item.search_items(search, **options), ["id", "title"]))
    assert by_iteration == by_page
    assert len(by_page) > 5
    assert all("news" in row["title"].lower() for row in by_page)
    jobs = list(records(archive.job.get_jobs(), ["job_id", "status"]))
    assert jobs
    assert all(row["job_id"] for row in jobs)


def test_an_iteration_that_was_shown_loses_no_entry(archive: vidispine.Client) -> None:
    search = Search(Field("title").contains("news"), sort="title")
    options: dict[str, Any] = {"content": "metadata", "field": "title", "page_size": 5}
    titles = [item.metadata["title"] for item in archive.item.iterate_search_items(search, **options) if item.metadata]
    pages = archive.item.iterate_search_items(search, **options)
    assert repr(pages) == "<Pages of search_items>"
    html = pages._repr_html_()
    assert html.count("<tr>") == 6
    assert f"<td>{titles[4]}</td>" in html
    assert f"<td>{titles[5]}</td>" not in html
    assert repr(pages) == f"<Pages of search_items: {len(titles)} entries>"
    assert html == pages._repr_html_()
    assert [item.metadata["title"] for item in pages if item.metadata] == titles
    assert "<td>" not in pages._repr_html_()
    limited = archive.item.iterate_search_items(search, limit=2, **options)
    assert limited._repr_html_().count("<tr>") == 3
    assert len(list(limited)) == 2


def test_csv() -> None:
    table = io.StringIO()
    writer = csv.DictWriter(table, ["id", "title"])
    writer.writeheader()
    writer.writerows(records([ITEM], ["id", "title"]))
    assert table.getvalue() == "id,title\r\nVX-1,News\r\n"


def test_it_reads_entries_when_they_are_needed() -> None:
    read: list[int] = []

    def entries() -> Iterator[dict[str, int]]:
        for number in range(3):
            read.append(number)
            yield {"n": number}

    rows = records(entries(), "n")
    assert read == []
    assert next(rows) == {"n": 0}
    assert read == [0]


@pytest.mark.parametrize(
    ("entries", "fields", "error"),
    [
        ("text", ["a"], ApiTypeError),
        ({"a": 1}, ["a"], ApiTypeError),
        (None, ["a"], ApiTypeError),
        ([], [5], ApiTypeError),
        ([], 5, ApiTypeError),
        ([], {"a": 1}, ApiTypeError),
        ([], [""], ApiValueError),
        ([], ["a..b"], ApiValueError),
        ([], [".a"], ApiValueError),
    ],
)
def test_mistakes(entries: Any, fields: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        records(entries, fields)


def test_a_search_has_no_entries() -> None:
    for search in (Search(text="news"), Field("title") == "News"):
        with pytest.raises(ApiTypeError, match=r"not \w+: pass what it finds, such as client\.item\.iterate_search"):
            records(search)  # type: ignore[arg-type]


def test_the_keys_of_pairs_are_columns() -> None:
    data = [{"key": "itemId", "value": "VX-93"}, {"key": "tag", "value": "a"}, {"key": "tag", "value": "b"}]
    job = vidispine.JobType.from_document({"jobId": "VX-1", "data": data})
    file = vidispine.FileType.from_document({"metadata": {"field": [{"key": "created", "value": "1667142418413"}]}})
    (row,) = records(job, ["job_id", "values.itemId", "values.tag", "values.none", "data.key"])
    assert row == {
        "job_id": "VX-1",
        "values.itemId": "VX-93",
        "values.tag": ["a", "b"],
        "values.none": None,
        "data.key": ["itemId", "tag", "tag"],
    }
    assert list(records(file, "metadata.values.created")) == [{"metadata.values.created": "1667142418413"}]
    assert list(records(vidispine.SimpleMetadataType(), "values.itemId")) == [{"values.itemId": None}]


def test_fields_of_items_that_were_requested_without_metadata_cause_a_warning(archive: vidispine.Client) -> None:
    search = Search(Field("title").contains("news"))
    names = ["id", "tag", "title", "acme_person.acme_name"]
    for entries in (
        archive.item.iterate_search_items(search, limit=2),
        archive.item.search_items(search, number=2),
        archive.search.iterate_search(search, limit=2),
        archive.collection.get_collections(),
    ):
        with pytest.warns(UserWarning, match="^title is empty: the entries have no metadata") as caught:
            rows = list(records(entries, names))
        assert len(rows) >= 2
        assert len(caught) == 1
        assert caught[0].filename == __file__
        assert all(row["id"] and row["title"] is None for row in rows)


def test_names_that_are_no_fields_of_metadata_cause_no_warning(archive: vidispine.Client) -> None:
    search = Search(Field("title").contains("news"))
    hits = archive.item.iterate_search_items(search, content="metadata", limit=2)
    assert [row["acme_city"] for row in records(hits, ["acme_city"])] == [None, None]
    terse = archive.item.iterate_search_items(search, content="metadata", terse=True, limit=2)
    assert [row["acme_city"] for row in records(terse, ["acme_city"])] == [None, None]
    assert len(list(records(archive.item.iterate_items(limit=2), ["id", "tag", "metadata", "shape.id"]))) == 2
    assert next(records(archive.job.get_jobs(number=1), ["nothing"])) == {"nothing": None}
    assert next(records([{"id": 1}], ["title"])) == {"title": None}
