"""Searches over real HTTP: against the simulator, and against recorded responses of servers."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

import vidispine
from test.paging.paged_list import PagedList
from test.simulator.catalog_harness import CatalogHarness, group, metadata
from test.support.loopback import Loopback, Recorded, reply
from test.support.operations import EVERY, Case
from vidispine import ApiTypeError, ApiValueError, Facet, Field, ItemApi, Search, ServiceException, TimeCode
from vidispine.search import Condition, Filter, Highlight, has_file, has_group, has_item, has_shape
from vidispine.simulator import Simulator

SEARCHES = {"ItemSearchType", "FileSearchType", "ShapeSearchType"}
CASES = [case for case in EVERY if any(parameter.type in SEARCHES for parameter in case.operation.parameters)]


@pytest.fixture(scope="module")
def archive() -> Iterator[CatalogHarness]:
    """Twelve items: VX-1 to VX-12."""
    with Simulator() as vidicore, CatalogHarness(vidicore) as catalog:
        catalog.define(acme_genre="string-exact", acme_length="integer", acme_seen="date", acme_name="string")
        catalog.define(acme_role="string-exact")
        catalog.groups.update_or_create_metadata_field_group("acme_person", {})
        for number in range(12):
            catalog.item(
                title=f"{'Evening' if number % 2 else 'Morning'} news {number}",
                acme_genre=["news", "live"][: 1 + number % 2],
                acme_length=number * 60,
                acme_seen=f"2024-01-{number + 1:02}T12:00:00Z",
            )
        people = [
            group("acme_person", acme_name=n, acme_role=r, _mode="add") for n, r in [("Ada", "host"), ("Bob", "cut")]
        ]
        catalog.write("VX-1", metadata(*people))
        yield catalog


def found(archive: CatalogHarness, search: Search) -> list[str]:
    return [item.id for item in archive.items.search_items(search, number=20).item or []]


@pytest.mark.parametrize(
    ("search", "numbers"),
    [
        (Search(), range(12)),
        (Search(Field("title").contains("vening")), range(1, 12, 2)),
        (Search(Field("title").starts_with("Morn"), Field("acme_length") < 180), [0, 2]),
        (Search((Field("acme_length") == 60) | (Field("acme_length") > 599)), [1, 10, 11]),
        (Search(Field("acme_length").between(60, 120, exclusive_minimum=True)), [2]),
        (Search(Field("acme_length").one_of(0, 60) & (Field("acme_genre") != "live")), [0]),
        (Search(~Field("acme_genre").exists()), []),
        (Search(Field("acme_seen") >= datetime(2024, 1, 11, 12, tzinfo=timezone.utc)), [10, 11]),
        (Search(Field("title").contains("*")), []),
        (Search(text="evening 3"), [3]),
        (Search(has_group("acme_person", Field("acme_name") == "ada", Field("acme_role") == "host")), [0]),
        (Search(has_group("acme_person", Field("acme_name") == "ada", Field("acme_role") == "cut")), []),
        (Search(Field("acme_name") == "ada", Field("acme_role") == "cut"), [0]),
        (Search(~has_shape(Field("acme_none") == "x"), filters=[Field("acme_length") <= 60]), [0, 1]),
        (Search(facet_filters={"acme_genre": "live", "acme_length": (300, None)}), [5, 7, 9, 11]),
    ],
)
def test_conditions(archive: CatalogHarness, search: Search, numbers: Any) -> None:
    assert sorted(found(archive, search)) == sorted(f"VX-{number + 1}" for number in numbers)


def test_order_of_the_hits(archive: CatalogHarness) -> None:
    search = Search(Field("acme_length") < 180, sort=["-acme_length"])
    assert found(archive, search) == ["VX-3", "VX-2", "VX-1"]


def test_facets_of_an_iteration(archive: CatalogHarness) -> None:
    search = Search(
        Field("title").contains("news"),
        facets=["acme_genre", Facet("acme_length", ranges=[None, 60, 600, None], name="length")],
    )
    hits = ItemApi(archive.client).iterate_search_items(search, page_size=5)
    assert hits.hits == 12
    assert hits.facets == {
        "acme_genre": {"news": 12, "live": 6},
        "length": {(None, 60): 1, (60, 600): 9, (600, None): 2},
    }
    assert len(list(hits)) == 12
    assert hits.facets["length"][60, 600] == 9


@pytest.mark.parametrize("form", ["search", "model", "mapping"])
@pytest.mark.parametrize("cursor", [False, True])
def test_facets_are_requested_once(server: Loopback, client: vidispine.ApiClient, form: str, cursor: bool) -> None:
    pages = PagedList([{"id": f"VX-{number}"} for number in range(7)], "item")
    sent: list[Any] = []

    def response(connection: Any, request: Recorded) -> bool:
        sent.append(json.loads(request.body))
        position = dict(request.query).get("cursor", "*").replace("*", "1")
        document = pages.response({"first": dict(request.query).get("first", position), "number": "3"})
        facet = {"facet": [{"field": "genre", "count": [{"fieldValue": "news", "count": 7}]}]}
        following = {"nextCursor": str(int(position) + 3)} if cursor else {}
        return reply({**document, **(facet if "facet" in sent[-1] else {}), **following})(connection, request)

    server.otherwise = response
    search = Search(Field("title") == "x", facets=["genre"])
    argument: Any = {"search": search, "model": search.document, "mapping": search.document.to_document()}[form]
    before = Search.from_document(argument.document if form == "search" else argument)
    hits = ItemApi(client).iterate_search_items(argument, page_size=3, cursor=cursor)
    assert (hits.facets, hits.hits) == ({"genre": {"news": 7}}, 7)
    assert [item.id for item in hits] == [f"VX-{number}" for number in range(7)]
    assert hits.facets == {"genre": {"news": 7}}
    assert ["facet" in body for body in sent] == [True] + [False] * (len(sent) - 1)
    assert len(sent) > 2
    assert all(body["field"] for body in sent)
    # The caller's own search is unchanged.
    assert Search.from_document(argument.document if form == "search" else argument) == before


def test_facets_of_one_page(archive: CatalogHarness) -> None:
    facets = [
        Facet(
            "acme_seen", ranges=[datetime(2024, 1, 1, tzinfo=timezone.utc), datetime(2024, 1, 3, tzinfo=timezone.utc)]
        )
    ]
    page = archive.items.search_items(Search(facets=facets), number=1)
    (key,) = page.facets["acme_seen"]
    assert page.facets["acme_seen"][key] == 2
    assert key == (datetime(2024, 1, 1, tzinfo=timezone.utc), datetime(2024, 1, 3, tzinfo=timezone.utc))
    assert archive.items.search_items(Search()).facets == {}


def test_a_condition_alone_is_a_search(archive: CatalogHarness) -> None:
    condition: Any = Field("acme_length") == 60
    assert [item.id for item in archive.items.search_items(condition)] == found(archive, Search(condition))
    assert next(ItemApi(archive.client).iterate_search_items(condition)).id in found(archive, Search(condition))


def test_a_facet_can_exclude_a_filter(archive: CatalogHarness) -> None:
    chosen = Filter(Field("acme_genre") == "live", name="genre")
    hits = ItemApi(archive.client).iterate_search_items(
        Search(filters=[chosen], facets=[Facet("acme_genre", exclude=["genre"])])
    )
    assert (hits.hits, hits.facets["acme_genre"]["news"]) == (6, 12)


def test_highlights_are_on_the_hits(archive: CatalogHarness) -> None:
    search = Search(
        Field("title").contains("evening") & (Field("acme_length") == 60),
        highlight=Highlight(["title"], prefix="<b>", suffix="</b>"),
    )
    (item,) = ItemApi(archive.client).iterate_search_items(search, content="metadata")
    assert item.highlights == {"title": ["<b>Evening</b> news 1"]}
    assert item.metadata is not None
    (entry,) = vidispine.SearchApi(archive.client).iterate_search(search)
    assert entry.highlights == {"title": ["<b>Evening</b> news 1"]}
    assert archive.items.search_items(Search(), number=1).item[0].highlights == {}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_search_takes_it(case: Case, client: vidispine.ApiClient, server: Loopback) -> None:
    server.otherwise = reply({})
    required = [
        "VX-1" for parameter in case.operation.parameters if parameter.required and parameter.location == "path"
    ]
    search = Search(Field("title") == "x", sort="title")
    case.bind(client)(*required, search)
    assert json.loads(server.requests[-1].body) == search.document.to_document()


def test_searches_for_users(client: vidispine.ApiClient, server: Loopback) -> None:
    server.otherwise = reply({})
    name, real = Field("username") == "a*", Field("realname") == "Ada"
    vidispine.UserApi(client).search_users(Search(name, sort="-username"))
    vidispine.UserApi(client).search_users(Search(name | real))
    assert [json.loads(request.body) for request in server.requests] == [
        {
            "field": [{"name": "username", "value": "a*"}],
            "sort": [{"field": "username", "order": "descending"}],
        },
        {
            "operator": {
                "operation": "OR",
                "field": [{"name": "username", "value": "a*"}, {"name": "realname", "value": "Ada"}],
            }
        },
    ]
    for search in (Search(~name), Search(text="a"), Search(Field("username") > "a"), Search(name, facets="username")):
        with pytest.raises(ApiValueError, match="users"):
            vidispine.UserApi(client).search_users(search)


def test_nothing_else_takes_it(client: vidispine.ApiClient, server: Loopback) -> None:
    anything: Any = Search(Field("title") == "x")
    with pytest.raises(ApiTypeError, match="a Search cannot be sent as SearchType: pass SearchType or a mapping"):
        vidispine.SearchApi(client).search2(anything)
    with pytest.raises(ApiTypeError, match="a Search cannot be sent as JobSearchType"):
        vidispine.JobApi(client).search_jobs(anything)
    with pytest.raises(ApiTypeError, match="a Search cannot be sent as JobSearchType"):
        vidispine.JobApi(client).search_jobs(anything.conditions[0])
    assert server.requests == []


def test_it_can_be_a_part_of_a_document() -> None:
    query: Any = Search(text="a")
    time = datetime(2024, 3, 1, tzinfo=timezone.utc)
    history = vidispine.SearchHistoryType(timestamp=time, user="bob", query=query)
    assert history.query.text
    assert history.query.text[0].value == "a"


class TestRecordedResponses:
    """Facets as servers have been seen to return them."""

    @pytest.mark.parametrize(
        ("facet", "counts"),
        [
            ({"field": "mediaType", "count": [{"fieldValue": "video", "count": 3}]}, {"video": 3}),
            (
                {"field": "mediaType", "count": [{"fieldValue": "b", "value": 1}, {"fieldValue": "a", "value": 2}]},
                {"b": 1, "a": 2},
            ),
            ({"field": "n", "range": [{"start": "0", "end": "60", "integerorempty": "4"}]}, {(0, 60): 4}),
            ({"field": "n", "range": [{"start": "0", "end": "60", "value": "4"}]}, {(0, 60): 4}),
            ({"field": "n", "range": [{"start": "0.5", "end": "*", "": 4}]}, {(0.5, None): 4}),
            ({"field": "n", "range": [{"start": "", "end": "m", "integerorempty": ""}]}, {(None, "m"): 0}),
            ({"field": "n"}, {}),
        ],
    )
    def test_facets(self, server: Loopback, client: vidispine.ApiClient, facet: Any, counts: Any) -> None:
        server.otherwise = reply({"hits": 3, "item": [{"id": "VX-93"}], "facet": [facet]})
        hits = ItemApi(client).iterate_search_items(Search(facets=["mediaType"]))
        assert hits.facets == {facet["field"]: counts}
        assert list(hits.facets[facet["field"]]) == list(counts)

    def test_a_search_for_items_and_collections(self, server: Loopback, client: vidispine.ApiClient) -> None:
        generic: dict[str, Any] = {"start": "-INF", "end": "+INF"}
        entry: dict[str, Any] = {"item": {"id": "VX-126", **generic}, "timespan": [{"field": [], **generic}], **generic}
        recorded = {"hits": 1, "suggestion": [], "autocomplete": [], "facet": []}
        server.otherwise = reply({**recorded, "entry": [{**entry, "type": "Item", "id": "VX-126"}]})
        hits = vidispine.SearchApi(client).iterate_search(Search(Field("title") == "Foo"))
        assert (hits.hits, hits.facets) == (1, {})
        (hit,) = hits
        assert (hit.id, hit.highlights) == ("VX-126", {})


def test_ranges_of_time_codes_are_pairs_of_time_codes(server: Loopback, client: vidispine.ApiClient) -> None:
    minute = TimeCode("60@1")
    search = Search(facets=[Facet("durationTimeCode", ranges=[None, TimeCode("0"), TimeCode("1500@PAL"), None])])
    limits = [("*", "0"), ("0", "1500@PAL"), ("1500@PAL", "*")]
    ranges = [{"start": low, "end": high, "integerorempty": str(n)} for n, (low, high) in enumerate(limits)]
    server.otherwise = reply({"hits": 3, "item": [], "facet": [{"field": "durationTimeCode", "range": ranges}]})
    counts = ItemApi(client).search_items(search).facets["durationTimeCode"]
    assert counts == {(None, TimeCode("0")): 0, (TimeCode("0"), minute): 1, (minute, None): 2}


def test_text_with_a_null_character(archive: CatalogHarness) -> None:
    assert found(archive, Search(Field("title") == "a\0b")) == []
    assert found(archive, Search(text="a\0b")) == []


def test_joins_within_joins() -> None:
    with Simulator() as vidicore, vidispine.Client(vidicore.url, "admin", "admin") as client:
        for name in ("dawn.mov", "dusk.mov"):
            client.media.ingest(io.BytesIO(name.encode()), filename=name, poll_interval=0.05)

        def found_by(condition: Condition) -> list[str]:
            items = client.item.search_items(condition, content="metadata")
            return [item.metadata["originalFilename"] for item in items if item.metadata]

        dawn, original = Field("path").starts_with("dawn"), Field("shapeTag") == "original"
        assert found_by(has_shape(has_file(dawn))) == ["dawn.mov"]
        assert found_by(has_shape(original, has_file(Field("path") == "noon.mov"))) == []
        assert found_by(has_file(dawn, has_shape(original))) == ["dawn.mov"]
        assert found_by(has_shape(original, ~has_file(dawn))) == ["dusk.mov"]
        assert client.search.search_files(Search(has_shape(has_file(dawn)))).hits == 1
        with pytest.raises(ServiceException, match="does not search shapes by item"):
            found_by(has_shape(has_item(Field("title").exists())))
