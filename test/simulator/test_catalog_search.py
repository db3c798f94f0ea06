"""Searches for items and collections."""

from __future__ import annotations

import json
from typing import Any

import pytest

import vidispine
from test.simulator.catalog_harness import CatalogHarness, group, metadata
from test.simulator.clock import Clock
from test.simulator.http_client import NAMESPACE, TEXT, XML, HttpClient
from vidispine.simulator import Simulator

NS = f"{{{NAMESPACE}}}"


def field(name: str, *values: Any) -> dict[str, Any]:
    return {"name": name, "value": [{"value": value} for value in values]}


def between(name: str, low: Any, high: Any, **more: Any) -> dict[str, Any]:
    ends = [
        {"minimum": True} if low is None else {"value": low},
        {"maximum": True} if high is None else {"value": high},
    ]
    return {"name": name, "range": [{"value": ends, **more}]}


@pytest.fixture
def films(catalog: CatalogHarness, clock: Clock) -> CatalogHarness:
    """Four items, created a day apart: VX-1 to VX-4."""
    catalog.define(
        acme_genre="string-exact", acme_year="integer", acme_seen="date", acme_note="string-noindex", acme_hd="boolean"
    )
    for title, genre, year, hd in (
        ("Marathon Berlin", "sport", 2001, True),
        ("The Berlin file", "film", 1985, False),
        ("Evening News", "news", 2024, True),
        ("Über den Wolken", "film", 2010, None),
    ):
        catalog.item(title=title, acme_genre=[genre, "all"], acme_year=year, acme_note=title, acme_hd=hd)
        clock.advance(86400)
    return catalog


NEWEST = ["VX-4", "VX-3", "VX-2", "VX-1"]


NEWS, FILE, BERLIN = field("title", "news"), field("title", "file"), field("title", "berlin")
OLD, FILM, SPORT = field("acme_year", "1985"), field("acme_genre", "film"), field("acme_genre", "sport")
BERLIN_SPORT = {"operation": "AND", "field": [BERLIN, SPORT]}


class TestConditions:
    @pytest.mark.parametrize(
        ("search", "found"),
        [
            ({}, NEWEST),
            # Text is searched by word, codes as a whole.
            ({"field": [field("title", "berlin")]}, ["VX-2", "VX-1"]),
            ({"field": [field("title", "berlin file")]}, ["VX-2"]),
            ({"field": [field("title", "file berlin")]}, []),
            ({"field": [field("title", '"Evening News"')]}, ["VX-3"]),
            ({"field": [field("title", "über")]}, ["VX-4"]),
            ({"field": [field("acme_genre", "film")]}, ["VX-4", "VX-2"]),
            ({"field": [field("acme_genre", "Film")]}, []),
            ({"field": [field("acme_genre", "sport", "news")]}, ["VX-3", "VX-1"]),
            # Wildcards.
            ({"field": [field("title", "mara*")]}, ["VX-1"]),
            ({"field": [field("title", "*erli?")]}, ["VX-2", "VX-1"]),
            ({"field": [field("acme_genre", "*")]}, NEWEST),
            ({"field": [field("title", "[mM]*")]}, []),
            # Numbers, times and booleans.
            ({"field": [field("acme_year", "2001")]}, ["VX-1"]),
            ({"field": [between("acme_year", 1985, 2010)]}, ["VX-4", "VX-2", "VX-1"]),
            ({"field": [between("acme_year", 1985, 2010, exclusiveMinimum=True, exclusiveMaximum=True)]}, ["VX-1"]),
            ({"field": [between("acme_year", 2010, None)]}, ["VX-4", "VX-3"]),
            ({"field": [between("acme_year", None, "*")]}, NEWEST),
            ({"field": [between("created", "2023-11-15T00:00:00Z", "2023-11-16T22:13:20+00:00")]}, ["VX-3", "VX-2"]),
            ({"field": [between("acme_genre", "m", "o")]}, ["VX-3"]),
            ({"field": [field("acme_hd", "TRUE")]}, ["VX-3", "VX-1"]),
            ({"field": [field("itemId", "VX-2")]}, ["VX-2"]),
            ({"field": [field("acme_note", "Evening News")]}, []),
            ({"field": [{"name": "acme_hd"}]}, ["VX-3", "VX-2", "VX-1"]),
            # All of several conditions.
            ({"field": [field("acme_genre", "film"), field("title", "berlin")]}, ["VX-2"]),
            # Free text: all words, wherever they are.
            ({"text": [{"value": "berlin"}]}, ["VX-2", "VX-1"]),
            ({"text": [{"value": "berlin film"}]}, ["VX-2"]),
            ({"text": [{"value": "berl* sport"}]}, ["VX-1"]),
            ({"text": [{"value": '"evening news"'}]}, ["VX-3"]),
            ({"text": [{"value": '"news evening"'}]}, []),
            ({"text": [{"value": "*ve?ing"}]}, ["VX-3"]),
            ({"text": [{"value": "berlin"}, {"value": "film"}]}, ["VX-2"]),
            ({"text": [{"value": 'ber"lin'}]}, []),
            # Operators.
            ({"operator": {"operation": "OR", "field": [NEWS, OLD]}}, ["VX-3", "VX-2"]),
            ({"operator": {"operation": "AND", "field": [NEWS, OLD]}}, []),
            ({"operator": {"operation": "NOT", "field": [field("title", "berlin")]}}, ["VX-4", "VX-3"]),
            ({"operator": {"operation": "NOT", "field": [NEWS, OLD]}}, ["VX-4", "VX-1"]),
            (
                {"operator": {"operation": "OR", "text": [{"value": "wolken"}], "operator": [BERLIN_SPORT]}},
                ["VX-4", "VX-1"],
            ),
            # Filters and selected facet values.
            ({"filter": [{"operation": "OR", "field": [NEWS, FILE]}]}, ["VX-3", "VX-2"]),
            ({"facetFilter": [{"field": "acme_genre", "value": "film"}]}, ["VX-4", "VX-2"]),
            ({"item": {"field": [field("title", "news")]}}, ["VX-3"]),
        ],
    )
    def test_items(self, films: CatalogHarness, search: dict[str, Any], found: list[str]) -> None:
        assert films.search(**search) == found

    @pytest.mark.parametrize(
        ("value", "found"),
        [
            (r"*50\**", ["50* off", "[50*]"]),
            (r"*50*", ["50* off", "50 off", "[50*]"]),
            (r"what\?", ["what?"]),
            (r"what?", ["whats", "what?"]),
            (r"c:\\clips", [r"c:\clips"]),
            (r"*\\cl*", [r"c:\clips"]),
            (r"c:\clips", [r"c:\clips"]),
        ],
    )
    def test_escaped_wildcards(self, catalog: CatalogHarness, value: str, found: list[str]) -> None:
        catalog.define(acme_text="string-exact")
        texts = ["50* off", "50 off", "[50*]", "what?", "whats", r"c:\clips"]
        ids = {catalog.item(acme_text=text): text for text in texts}
        assert sorted(ids[each] for each in catalog.search(field=[field("acme_text", value)])) == sorted(found)

    def test_conditions_within_one_group(self, catalog: CatalogHarness) -> None:
        catalog.define(acme_name="string", acme_role="string-exact")
        for name in ("acme_person", "acme_agent"):
            catalog.groups.update_or_create_metadata_field_group(name, {})
        people = [
            group("acme_person", acme_name=n, acme_role=r, _mode="add") for n, r in (("Ada", "cut"), ("Bea", "cam"))
        ]
        agent = {**group("acme_person", acme_name="Cid", _mode="add"), "group": [group("acme_agent", acme_name="Dan")]}
        catalog.item()
        catalog.write("VX-1", metadata(*people, agent))

        def within(**conditions: Any) -> list[str]:
            return catalog.search(group=[{"name": "acme_person", **conditions}])

        assert within(field=[field("acme_name", "ada"), field("acme_role", "cut")]) == ["VX-1"]
        assert within(field=[field("acme_name", "ada"), field("acme_role", "cam")]) == []
        # Without the group, the values may be in different groups.
        assert catalog.search(field=[field("acme_name", "ada"), field("acme_role", "cam")]) == ["VX-1"]
        either = {"operation": "OR", "field": [field("acme_name", "zoe"), field("acme_role", "cam")]}
        assert within(operator=either) == ["VX-1"]
        assert within(group=[{"name": "acme_agent", "field": [field("acme_name", "dan")]}]) == ["VX-1"]
        assert within(field=[field("acme_name", "dan")]) == []

    def test_intervals(self, films: CatalogHarness) -> None:
        timed = {"start": "1@PAL", "end": "2@PAL", "field": metadata(title="news")["timespan"][0]["field"]}
        films.write("VX-1", {"timespan": [timed]})
        news = {"field": [field("title", "news")]}
        assert films.search(**news) == ["VX-3", "VX-1"]
        assert films.search(**news, intervals="generic") == ["VX-3"]
        assert films.search(**news, intervals="timed") == ["VX-1"]

    def test_search_after_update(self, films: CatalogHarness) -> None:
        films.write("VX-1", metadata(title="Cologne"))
        assert films.search(field=[field("title", "berlin")]) == ["VX-2"]
        assert films.search(text=[{"value": "marathon"}]) == []
        assert films.search(text=[{"value": "cologne"}]) == ["VX-1"]
        films.items.delete_item("VX-1")
        assert films.search(text=[{"value": "cologne"}]) == []

    @pytest.mark.parametrize(
        ("search", "status", "path"),
        [
            ({"field": [field("acme_none", "x")]}, 404, "acme_none"),
            ({"field": [field("acme_year", "old")]}, 400, "acme_year"),
            ({"field": [between("created", "yesterday", None)]}, 400, "created"),
            ({"sort": [{"field": "acme_none", "order": "ascending"}]}, 404, "acme_none"),
            ({"sort": [{"field": "__user", "order": "ascending"}]}, 400, "sort"),
            ({"facet": [{"field": "acme_none"}]}, 404, "acme_none"),
            ({"operator": {"operation": "XOR"}}, 400, "operator.operation"),
            ({"felt": []}, 400, "felt"),
            ({"cursor": "rubbish"}, 400, "cursor"),
        ],
    )
    def test_invalid_search(self, films: CatalogHarness, http: HttpClient, search: Any, status: int, path: str) -> None:
        response = http.send("PUT", "/item", body=search)
        assert response.status == status, response.text
        assert response.error[1]["id"] == path

    @pytest.mark.parametrize("search", [{"reference": ["x"]}, {"field": [field("__shape_size", "1")]}])
    def test_unsupported_conditions(self, films: CatalogHarness, http: HttpClient, search: Any) -> None:
        response = http.send("PUT", "/item", body=search)
        assert (response.status, response.error[0]) == (501, "notYetImplemented")

    @pytest.mark.parametrize(("query", "status"), [({"result": "cache"}, 501), ({"library": "VX-1"}, 404)])
    def test_unsupported_parameters(self, http: HttpClient, query: dict[str, str], status: int) -> None:
        assert http.get("/item", query).status == status


class TestOrder:
    @pytest.mark.parametrize(
        ("sort", "found"),
        [
            ([("title", "ascending")], ["VX-3", "VX-1", "VX-2", "VX-4"]),
            ([("title", "descending")], ["VX-4", "VX-2", "VX-1", "VX-3"]),
            ([("acme_year", "ascending")], ["VX-2", "VX-1", "VX-4", "VX-3"]),
            ([("acme_hd", "ascending"), ("created", "ascending")], ["VX-2", "VX-1", "VX-3", "VX-4"]),
            ([("acme_hd", "descending"), ("acme_year", "descending")], ["VX-3", "VX-1", "VX-2", "VX-4"]),
            ([("_relevance", "descending")], NEWEST),
        ],
    )
    def test_sort_by_fields(self, films: CatalogHarness, sort: list[tuple[str, str]], found: list[str]) -> None:
        order = [{"field": name, "order": way} for name, way in sort]
        assert films.search(sort=order) == found
        # A cursor returns the same order with any page size.
        for size in (1, 3):
            ids: list[str] = []
            cursor: str | None = "*"
            while cursor is not None:
                page = films.items.search_items({"sort": order}, cursor=cursor, number=size)
                ids += [item.id for item in page.item or []]
                cursor = page.next_cursor if page.item else None
            assert ids == found

    def test_pages(self, films: CatalogHarness, http: HttpClient) -> None:
        def page(**query: Any) -> tuple[int | None, list[str]]:
            found = http.send("PUT", "/item", query, body={}).json
            return found.get("hits"), [item["id"] for item in found["item"]]

        assert page(first=2, number=2) == (4, ["VX-3", "VX-2"])
        assert page(first=5) == (4, [])
        assert page(number=0) == (4, [])
        assert page(count="false", number=1) == (None, ["VX-4"])
        assert http.send("PUT", "/item", {"number": -1}, body={}).status == 400

    def test_cursor_misses_nothing_when_items_are_added_and_removed(self, films: CatalogHarness) -> None:
        page = films.items.search_items({}, cursor="*", number=2)
        assert [item.id for item in page.item] == ["VX-4", "VX-3"]
        films.items.delete_item("VX-4")
        films.item(title="newer")
        page = films.items.search_items({}, cursor=page.next_cursor, number=2)
        assert [item.id for item in page.item] == ["VX-2", "VX-1"]
        page = films.items.search_items({}, cursor=page.next_cursor, number=2)
        assert (page.item, page.next_cursor is not None) == ([], True)


class TestFacets:
    def facet(self, films: CatalogHarness, search: dict[str, Any], **facet: Any) -> Any:
        return films.items.search_items({**search, "facet": [facet]}, number=0).facet[0]

    def test_values(self, films: CatalogHarness) -> None:
        found = self.facet(films, {}, field="acme_genre", count=True)
        assert [(c.field_value, c.value, c.count) for c in found.count] == [
            ("all", 4, 4),
            ("film", 2, 2),
            ("news", 1, 1),
            ("sport", 1, 1),
        ]
        found = self.facet(films, {"field": [field("title", "berlin")]}, field="acme_genre", maxResults=1, name="g")
        assert (found.name, [(c.field_value, c.value) for c in found.count]) == ("g", [("all", 2)])
        assert len(self.facet(films, {}, field="acme_genre", minCount=2).count) == 2

    def test_ranges(self, films: CatalogHarness) -> None:
        ranges = [{"start": "1900", "end": "2001"}, {"start": "2001", "end": "*"}]
        found = self.facet(films, {}, field="acme_year", range=ranges)
        assert [(r.start, r.end, r.integerorempty) for r in found.range] == [("1900", "2001", "1"), ("2001", "*", "3")]
        assert found.count is None

    def test_ranges_of_numbers_and_dates(self, films: CatalogHarness) -> None:
        films.define(acme_score="float")
        for item_id, score in (("VX-1", "0.5"), ("VX-2", "1.0"), ("VX-3", "1.75")):
            films.write(item_id, metadata(acme_score=score))
        ranges = [{"start": "0", "end": "1"}, {"start": "1", "end": "1.75"}, {"start": "1.75", "end": "*"}]
        found = self.facet(films, {}, field="acme_score", range=ranges)
        assert [(r.integerorempty, r.value) for r in found.range] == [("1", "1"), ("1", "1"), ("1", "1")]
        # The items are made on 2023-11-14 to 2023-11-17 at 22:13:20 UTC. The same time can be written in any zone.
        ranges = [
            {"start": "*", "end": "2023-11-15T23:13:20+01:00"},
            {"start": "2023-11-15T22:13:20Z", "end": "2023-11-17T00:00:00Z"},
        ]
        found = self.facet(films, {"field": [field("acme_genre", "all")]}, field="created", range=ranges)
        assert [(r.start, r.end, r.integerorempty) for r in found.range] == [
            ("*", "2023-11-15T23:13:20+01:00", "1"),
            ("2023-11-15T22:13:20Z", "2023-11-17T00:00:00Z", "2"),
        ]
        for ranges in ([{"start": "soon", "end": "*"}], [{"start": "0", "end": "1"}]):
            with pytest.raises(vidispine.BadRequestException):
                self.facet(films, {}, field="created", range=ranges)

    def test_ranges_and_values_at_once(self, films: CatalogHarness) -> None:
        found = self.facet(films, {}, field="acme_year", count=True, range=[{"start": "2000", "end": "2020"}])
        assert ([c.field_value for c in found.count], found.range[0].value) == (["1985", "2001", "2010", "2024"], "2")

    def test_excluded_filter(self, films: CatalogHarness) -> None:
        chosen = {"filter": [{"name": "genre", "operation": "AND", "field": [field("acme_genre", "film")]}]}
        assert films.search(**chosen) == ["VX-4", "VX-2"]
        with_it = self.facet(films, chosen, field="acme_genre")
        without = self.facet(films, chosen, field="acme_genre", exclude=["genre"])
        assert [c.field_value for c in with_it.count] == ["all", "film"]
        assert [c.field_value for c in without.count] == ["all", "film", "news", "sport"]


class TestHighlights:
    """The marked values of a hit."""

    def marked(self, films: CatalogHarness, search: dict[str, Any], **options: Any) -> list[dict[str, list[str]]]:
        items = films.items.search_items({**search, "highlight": {"prefix": "[", "suffix": "]", **options}}).item or []
        return [
            {field.name: field.value for timespan in item.timespan or [] for field in timespan.field} for item in items
        ]

    @pytest.mark.parametrize(
        ("search", "marked"),
        [
            ({"text": [{"value": "berlin"}]}, [{"title": ["The [Berlin] file"]}, {"title": ["Marathon [Berlin]"]}]),
            ({"text": [{"value": "mara* berlin"}]}, [{"title": ["[Marathon] [Berlin]"]}]),
            ({"text": [{"value": '"evening news"'}]}, [{"title": ["[Evening News]"]}]),
            ({"text": [{"value": "uber"}]}, [{"title": ["[Über] den Wolken"]}]),
            ({"text": [{"value": "*ve?ing"}]}, [{"title": ["[Evening] News"]}]),
            ({"field": [field("title", "berlin file")]}, [{"title": ["The [Berlin file]"]}]),
            ({"field": [field("title", "*ile")]}, [{"title": ["The Berlin [file]"]}]),
            ({"field": [field("title", "wol?en")]}, [{"title": ["Über den [Wolken]"]}]),
            ({"field": [field("title", r"*even\ing*")]}, []),
            # All values of a multi-valued field, in order. An exact field matches as a whole.
            ({"field": [field("acme_genre", "news")]}, [{"acme_genre": ["[news]", "all"]}]),
            ({"field": [field("acme_genre", "new*")]}, [{"acme_genre": ["[news]", "all"]}]),
            ({"operator": {"operation": "OR", "field": [NEWS, OLD]}}, [{"title": ["Evening [News]"]}, {}]),
            # Filters, excluded words, numbers and "any value" mark nothing.
            ({"operator": {"operation": "NOT", "field": [field("title", "berlin")]}}, [{}, {}]),
            ({"filter": [{"operation": "AND", "field": [NEWS]}]}, [{}]),
            ({"field": [OLD]}, [{}]),
            ({"field": [field("title", "*")]}, [{}, {}, {}, {}]),
            ({}, [{}, {}, {}, {}]),
        ],
    )
    def test_words(self, films: CatalogHarness, search: dict[str, Any], marked: list[dict[str, list[str]]]) -> None:
        assert self.marked(films, search) == marked

    def test_fields(self, films: CatalogHarness) -> None:
        search = {"text": [{"value": "news"}], "operator": {"operation": "AND", "field": [field("acme_genre", "news")]}}
        both = {"title": ["Evening [News]"], "acme_genre": ["[news]", "all"]}
        assert self.marked(films, search) == [both]
        assert self.marked(films, search, field=["title"]) == [{"title": ["Evening [News]"]}]
        assert self.marked(films, search, field=["title", "mediaType"]) == [
            {"title": ["Evening [News]"], "mediaType": ["none"]}
        ]
        assert self.marked(films, search, field=["title", "mediaType"], matchingOnly=True) == [
            {"title": ["Evening [News]"]}
        ]

    def test_timespans(self, films: CatalogHarness) -> None:
        timed = {"start": "1@PAL", "end": "2@PAL", "field": metadata(title="news at one")["timespan"][0]["field"]}
        films.write("VX-3", {"timespan": [timed]})

        def found(**more: Any) -> list[tuple[str, str, list[str]]]:
            search = {"field": [field("title", "news")], "highlight": {}, **more}
            (item,) = films.items.search_items(search).item
            return [(t.start, t.end, t.field[0].value) for t in item.timespan]

        generic, part = ("-INF", "+INF", ["Evening <em>News</em>"]), ("1@PAL", "2@PAL", ["<em>news</em> at one"])
        assert found() == [generic, part]
        assert found(intervals="timed") == [part]

    def test_items_and_collections(self, films: CatalogHarness, http: HttpClient) -> None:
        films.collections.create_collection({}, name="Berlin")
        body = {"text": [{"value": "berlin"}], "highlight": {}}
        entries = http.send("PUT", "/search", body=body).json["entry"]
        assert [entry["timespan"][0]["field"] for entry in entries] == [
            [{"name": "title", "value": [title]}]
            for title in ("The <em>Berlin</em> file", "<em>Berlin</em>", "Marathon <em>Berlin</em>")
        ]
        # A list of collections cannot contain them.
        assert http.send("PUT", "/collection", body=body).json["hits"] == 1

    def test_a_field_that_is_missing(self, http: HttpClient) -> None:
        assert http.send("PUT", "/item", body={"highlight": {"field": ["acme_none"]}}).status == 404

    def test_xml(self, films: CatalogHarness, http: HttpClient) -> None:
        body = f"""<ItemSearchDocument xmlns="{NAMESPACE}"><field><name>title</name><value>news</value></field>
            <highlight><prefix>&lt;b></prefix><suffix>&lt;/b></suffix></highlight></ItemSearchDocument>"""
        response = http.send("PUT", "/item", body=body, content_type=XML, accept=XML)
        assert [value.text for value in response.xml.iter(f"{NS}value")] == ["Evening <b>News</b>"]


class TestFormats:
    SEARCH = f"""<ItemSearchDocument xmlns="{NAMESPACE}">
        <text>berl*</text>
        <field><name>acme_year</name><range><value>1980</value><value maximum="true"/></range></field>
        <facet count="true"><field>acme_genre</field></facet>
        <sort><field>title</field><order>descending</order></sort>
        <operator operation="OR"><field><name>acme_genre</name><value>film</value></field></operator>
        </ItemSearchDocument>"""

    def test_xml(self, films: CatalogHarness, http: HttpClient) -> None:
        query = {"content": "metadata", "field": "title"}
        response = http.send("PUT", "/item", query, body=self.SEARCH, content_type=XML, accept=XML)
        assert (response.xml.tag, response.xml.findtext(f"{NS}hits")) == (f"{NS}ItemListDocument", "1")
        (item,) = response.xml.findall(f"{NS}item")
        assert item.get("id") == "VX-2"
        assert item.findtext(f".//{NS}value") == "The Berlin file"
        counts = response.xml.findall(f"{NS}facet/{NS}count")
        assert [(count.get("fieldValue"), count.text) for count in counts] == [("all", "1"), ("film", "1")]

    @pytest.mark.parametrize("text", [SEARCH, json.dumps({"field": [field("title", "file")]})])
    def test_search_in_the_query_string(self, films: CatalogHarness, http: HttpClient, text: str) -> None:
        assert [item["id"] for item in http.get("/item", {"q": text}).json["item"]] == ["VX-2"]

    @pytest.mark.parametrize("text", ["<a/>", "{", '{"felt": 1}'])
    def test_invalid_search_in_the_query_string(self, http: HttpClient, text: str) -> None:
        response = http.get("/item", {"q": text})
        assert (response.status, response.error[1]["id"]) == (400, "q")

    def test_text(self, films: CatalogHarness, http: HttpClient) -> None:
        assert http.get("/item", accept=TEXT).text == "VX-4\r\nVX-3\r\nVX-2\r\nVX-1\r\n"
        urls = http.get("/item", {"url": "true", "number": 1}, accept=TEXT).text
        assert urls == f"{http.url}/API/item/VX-4\r\n"

    def test_items_and_collections(self, films: CatalogHarness, http: HttpClient) -> None:
        films.collections.create_collection({}, name="Berlin")
        response = http.send("PUT", "/search", body={"text": [{"value": "berlin"}]}).json
        assert {key: response[key] for key in ("hits", "suggestion", "autocomplete", "facet")} == {
            "hits": 3,
            "suggestion": [],
            "autocomplete": [],
            "facet": [],
        }
        assert [(entry["type"], entry["id"]) for entry in response["entry"]] == [
            ("Item", "VX-2"),
            ("Collection", "VX-1"),
            ("Item", "VX-1"),
        ]
        generic: dict[str, Any] = {"start": "-INF", "end": "+INF"}
        assert response["entry"][0] == {
            "item": {"id": "VX-2", "access": [], "externalId": [], "shape": [], **generic},
            "timespan": [{"field": [], **generic}],
            **generic,
            "type": "Item",
            "id": "VX-2",
        }
        assert response["entry"][1]["collection"]["name"] == "Berlin"


class TestAutocomplete:
    def completed(self, films: CatalogHarness, text: str, **more: Any) -> list[str] | None:
        request = {"text": text, **more}
        return vidispine.AutocompleteApi(films.client).autocomplete(request).suggestion

    def test_autocomplete_of_a_field_and_of_free_text(self, films: CatalogHarness, vidicore: Simulator) -> None:
        assert self.completed(films, "the", field="title") == ["The Berlin file"]
        assert self.completed(films, "B") == ["berlin"]
        assert self.completed(films, "fi") == ["file", "film"]
        assert self.completed(films, "fi", maximumSuggestions=1) == ["file"]
        assert self.completed(films, "-") == []
        vidicore.users.add("eve", "3ve", roles=[])
        with CatalogHarness(vidicore, "eve", "3ve") as eve:
            assert self.completed(eve, "b") == []
            assert self.completed(eve, "the", field="title") == []


class TestShapes:
    """Shapes by their keys and values, and items by their shapes."""

    def test_both(self, films: CatalogHarness) -> None:
        delivery = {"field": [{"key": "acme_delivery", "value": "approved"}]}
        made = vidispine.ShapeApi(films.client).create_shape_placeholder("VX-2", delivery, container=1)

        def found(*conditions: Any, **more: Any) -> list[tuple[Any, Any]]:
            response = vidispine.SearchApi(films.client).search_shapes({"field": list(conditions), **more})
            assert response.hits == len(response.shape or [])
            return [(shape.id, [item.id for item in shape.item or []]) for shape in response.shape or []]

        approved = field("acme_delivery", "approved")
        assert found(approved) == [(made, ["VX-2"])]
        assert found(field("acme_delivery", "APP*")) == [(made, ["VX-2"])]
        assert found(approved, item={"field": [field("title", "news")]}) == []
        assert found(approved, item={"field": [field("title", "file")]}) == [(made, ["VX-2"])]
        assert found(operator={"operation": "NOT", "field": [approved]}, item={"field": [FILE]}) != []
        assert films.search(shape={"field": [approved]}) == ["VX-2"]
        assert "VX-2" not in films.search(operator={"operation": "NOT", "shape": {"field": [approved]}})


class TestManyItems:
    """Enough items for several pages."""

    def test_iterate(self, vidicore: Simulator, catalog: CatalogHarness) -> None:
        catalog.define(acme_year="integer")
        for number in range(130):
            catalog.item(acme_year=number % 10)
        seen = []
        for first in range(1, 200, 50):
            page = catalog.items.search_items(
                {"sort": [{"field": "acme_year", "order": "ascending"}]},
                first=first,
                number=50,
                content="metadata",
                field="acme_year",
                terse="yes",
            )
            seen += [(item.terse["acme_year"][0]["value"], item.id) for item in page.item or []]
        assert len(set(seen)) == 130
        assert [year for year, _ in seen] == sorted(year for year, _ in seen)


def test_hits_are_limited_to_readable_items(vidicore: Simulator, films: CatalogHarness) -> None:
    vidicore.users.add("eve", "3ve", roles=["_metadata_read", "_collection_read"])
    with CatalogHarness(vidicore, "eve", "3ve") as eve:
        assert eve.items.get_items().hits == 0
        access: Any = vidispine.AccessApi(films.client)
        access.create_access_control("item", "VX-2", {"permission": "READ", "user": "eve"})
        assert eve.search() == ["VX-2"]
        collection = films.collections.create_collection({"content": [{"id": "VX-3", "type": "item"}]}).id
        access.create_access_control("collection", collection, {"permission": "READ", "user": "eve"})
        assert eve.search() == ["VX-3", "VX-2"]
        assert eve.items.get_items(content="metadata").item[0].metadata is not None
