"""Every walk through a list, over a real socket: what it asks for, what it yields and where it stops."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from loopback import Loopback, reply
from operations import EVERY, Case, arguments, sample
from paged_list import CursorList, PagedList, entry, items_wire

import vidispine
from vidispine import ApiClient, ApiTypeError, ApiValueError
from vidispine.operation import OF_THE_PAGE, Parameter

WALKS = [case for case in EVERY if case.operation.pages]
BY_CURSOR = [case for case in WALKS if "cursor" in {parameter.name for parameter in case.operation.parameters}]
WITH_HITS = [case for case in WALKS if case.operation.pages and case.operation.pages.hits]

every_walk = pytest.mark.parametrize("case", WALKS, ids=str)
walks_by_cursor = pytest.mark.parametrize("case", BY_CURSOR, ids=str)


def base_of(case: Case) -> int:
    (first,) = (parameter.default for parameter in case.operation.parameters if parameter.name == "first")
    assert isinstance(first, int)
    return first


def listed(case: Case, count: int, **facts: Any) -> PagedList:
    entries = [entry(case.operation, number) for number in range(1, count + 1)]
    return PagedList(entries, items_wire(case.operation), base=base_of(case), hits=case in WITH_HITS, **facts)


def walk(case: Case, client: ApiClient, **named: Any) -> Any:
    assert case.operation.pages
    positional, _ = arguments(case.operation, optional=False)
    return getattr(getattr(vidispine, case.owner)(client), case.operation.pages.name)(*positional, **named)


def documents(entries: Iterator[Any]) -> list[Any]:
    return [each if isinstance(each, str) else each.to_document() for each in entries]


def filters(case: Case) -> list[Parameter]:
    assert case.operation.pages
    left_out = {*OF_THE_PAGE, *case.operation.pages.without}
    return [it for it in case.operation.parameters if it.place == "query" and it.name not in left_out]


def test_there_are_as_many_as_there_are_operations_with_pages() -> None:
    paged = {
        str(case)
        for case in EVERY
        if {"first", "number"} <= {parameter.name for parameter in case.operation.parameters}
    }
    # The published SDK has 27.
    assert {str(case) for case in WALKS} == paged
    assert len(paged) == 36
    assert len(BY_CURSOR) == 12
    assert {base_of(case) for case in WALKS} == {0, 1}


@every_walk
def test_it_yields_each_entry_once_page_after_page(case: Case, client: ApiClient, server: Loopback) -> None:
    server.otherwise = pages = listed(case, 25)
    assert documents(walk(case, client, page_size=10)) == pages.entries
    base = base_of(case)
    # A page begins with the last entry of the one before. Without a count it takes another to see the end.
    places = [(base, 10), (base + 9, 10), (base + 18, 10)]
    assert pages.places == (places if case in WITH_HITS else [*places, (base + 24, 10)])
    assert all("cursor" not in asked for asked in pages.asked)
    positional, _ = arguments(case.operation, optional=False)
    case.bind(client)(*positional, first=base, number=10)
    one_page = server.last
    for request in server.requests:
        assert (request.method, request.path, request.body) == (one_page.method, one_page.path, one_page.body)


@every_walk
def test_it_sends_the_filters_with_each_page(case: Case, client: ApiClient, server: Loopback) -> None:
    server.otherwise = pages = listed(case, 25)
    given = {parameter.name: sample(parameter) for parameter in filters(case)}
    assert len(documents(walk(case, client, page_size=10, **given))) == 25
    assert len(pages.asked) > 2
    positional, _ = arguments(case.operation, optional=False)
    for request in list(server.requests):
        place = dict(request.query)
        case.bind(client)(*positional, first=int(place["first"]), number=int(place["number"]), **given)
        assert server.last.target == request.target


@every_walk
def test_it_stops_at_the_limit(case: Case, client: ApiClient, server: Loopback) -> None:
    server.otherwise = pages = listed(case, 25)
    assert documents(walk(case, client, page_size=10, limit=12)) == pages.entries[:12]
    assert len(pages.asked) == 2
    assert documents(walk(case, client, page_size=10, limit=3)) == pages.entries[:3]
    assert pages.places[2:] == [(base_of(case), 3)]
    assert documents(walk(case, client, limit=0)) == []
    assert len(pages.asked) == 3


@every_walk
def test_an_empty_list(case: Case, client: ApiClient, server: Loopback) -> None:
    server.otherwise = pages = listed(case, 0)
    entries = walk(case, client)
    assert documents(entries) == []
    assert next(entries, None) is None
    assert pages.places == [(base_of(case), 100)]


@every_walk
def test_a_server_that_repeats_one_page(case: Case, client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply({items_wire(case.operation): [entry(case.operation, number) for number in range(10)]})
    assert len(documents(walk(case, client, page_size=10))) == 10
    assert len(server.requests) == 5


@every_walk
def test_it_tells_how_many_there_are(case: Case, client: ApiClient, server: Loopback) -> None:
    server.otherwise = pages = listed(case, 25)
    entries = walk(case, client, page_size=10)
    assert pages.asked == []
    hits = 25 if case in WITH_HITS else None
    assert entries.hits == hits
    assert len(pages.asked) == 1
    assert documents(entries) == pages.entries
    assert entries.hits == hits
    counted = walk(case, client, limit=0)
    assert counted.hits == hits
    assert documents(counted) == []


@every_walk
def test_wrong_arguments_send_nothing(case: Case, client: ApiClient, server: Loopback) -> None:
    assert case.operation.pages
    name = case.operation.pages.name
    for wrong in (0, -1, 1.5, "10", True, None):
        with pytest.raises(ApiValueError, match=f"^{name}: page_size must be a whole number from 1 on, not "):
            walk(case, client, page_size=wrong)
    for wrong in (-1, 1.5, "10", False):
        with pytest.raises(ApiValueError, match=f"^{name}: limit must be a whole number from 0 on, not "):
            walk(case, client, limit=wrong)
    for keyword in ("first", "number", "pagesize", "_accept", "_preload_content", *case.operation.pages.without):
        with pytest.raises(ApiTypeError, match=f"^{name} has no parameter '{keyword}'"):
            walk(case, client, **{keyword: 1})
    for parameter in filters(case):
        with pytest.raises((ApiTypeError, ApiValueError), match=f"^{name}: .*{parameter.name}"):
            walk(case, client, **{parameter.name: object()})
    assert server.requests == []


@every_walk
def test_options_hold_for_each_request(case: Case, client: ApiClient, server: Loopback) -> None:
    server.otherwise = listed(case, 25)
    entries = walk(case, client, page_size=10, _headers={"X-Trace": "7"}, _request_timeout=20, _deadline=60)
    assert len(list(entries)) == 25
    assert {request.header("X-Trace") for request in server.requests} == {"7"}


@every_walk
def test_an_error_leaves_the_walk_where_it_was(case: Case, client: ApiClient, server: Loopback) -> None:
    server.otherwise = pages = listed(case, 25)
    entries = walk(case, client, page_size=10)
    seen = list(islice(entries, 10))
    server.answers = [reply("no", 503), reply({items_wire(case.operation): "no list"})]
    with pytest.raises(vidispine.ServiceException, match=f"^{case.operation.name}: 503"):
        next(entries)
    with pytest.raises(vidispine.ApiDecodeError, match=f"^{case.operation.name}: "):
        next(entries)
    seen += entries
    assert documents(iter(seen)) == pages.entries
    refused, undecodable, repeated = (request.target for request in server.requests[1:4])
    assert refused == undecodable == repeated


@walks_by_cursor
@pytest.mark.parametrize("at_the_end", [False, True])
def test_a_walk_by_cursor(case: Case, client: ApiClient, server: Loopback, at_the_end: bool) -> None:
    entries = [entry(case.operation, number) for number in range(25)]
    server.otherwise = pages = CursorList(entries, items_wire(case.operation), at_the_end=at_the_end)
    walked = walk(case, client, page_size=10, cursor=True)
    assert walked.hits == 25
    assert documents(walked) == entries
    cursors = ["*", "after 10", "after 20", *(["after 30"] if at_the_end else [])]
    assert [asked["cursor"] for asked in pages.asked] == cursors
    assert all("first" not in asked and asked["number"] == "10" for asked in pages.asked)
    assert documents(walk(case, client, page_size=10, limit=12, cursor=True)) == entries[:12]


@walks_by_cursor
def test_a_cursor_that_leads_nowhere(case: Case, client: ApiClient, server: Loopback) -> None:
    page = {items_wire(case.operation): [entry(case.operation, 1)], "nextCursor": "again"}
    server.otherwise = reply(page)
    assert len(list(walk(case, client, cursor=True))) == 1
    assert len(server.requests) == 2
    server.otherwise = reply({**page, "nextCursor": "*"})
    assert len(list(walk(case, client, cursor=True))) == 1
    assert len(server.requests) == 3
    with pytest.raises(ApiTypeError, match="cursor must be True or False, not 'again'"):
        walk(case, client, cursor="again")


@walks_by_cursor
def test_a_walk_by_cursor_goes_on_after_an_error(case: Case, client: ApiClient, server: Loopback) -> None:
    entries = [entry(case.operation, number) for number in range(25)]
    server.otherwise = CursorList(entries, items_wire(case.operation), at_the_end=True)
    walked = walk(case, client, page_size=10, cursor=True)
    seen = list(islice(walked, 10))
    server.answers = [reply("no", 500)]
    with pytest.raises(vidispine.ServiceException):
        next(walked)
    assert documents(iter([*seen, *walked])) == entries
