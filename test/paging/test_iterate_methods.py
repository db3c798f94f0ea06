"""Every ``iterate_`` method over a real socket: its requests, its entries and its end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

import vidispine
from test.paging.paged_list import CursorList, PagedList, entry
from test.support.loopback import Loopback, reply
from test.support.operations import EVERY, Case, arguments, sample
from test.support.spec import Parameter, snake_case
from vidispine import ApiClient, ApiTypeError, ApiValueError

PAGED = [case for case in EVERY if case.operation.pages]
BY_CURSOR = [case for case in PAGED if "cursor" in {parameter.name for parameter in case.operation.parameters}]
WITH_HITS = [case for case in PAGED if case.operation.has_hits]

every_paged_operation = pytest.mark.parametrize("case", PAGED, ids=str)
walks_by_cursor = pytest.mark.parametrize("case", BY_CURSOR, ids=str)


def facts(case: Case) -> dict[str, Any]:
    """Return the ``x-pages`` of the operation."""
    assert case.operation.pages is not None
    return case.operation.pages


def method_name(case: Case) -> str:
    """Return the name of the method that iterates over all pages."""
    name: str = facts(case).get("name", "iterate_" + case.operation.name.replace("get_", "", 1))
    return name


def base_of(case: Case) -> int:
    (first,) = (parameter.default for parameter in case.operation.parameters if parameter.name == "first")
    assert isinstance(first, int)
    return first


def listed(case: Case, count: int, **more: Any) -> PagedList:
    entries = [entry(facts(case), number) for number in range(1, count + 1)]
    return PagedList(entries, facts(case)["items"], base=base_of(case), hits=case in WITH_HITS, **more)


def iterate(case: Case, client: ApiClient, **named: Any) -> Any:
    positional, _ = arguments(case.operation, optional=False)
    return getattr(getattr(vidispine, case.owner)(client), method_name(case))(*positional, **named)


def documents(entries: Iterator[Any]) -> list[Any]:
    return [each if isinstance(each, str) else each.to_document() for each in entries]


def filters(case: Case) -> list[Parameter]:
    excluded = {"first", "number", "cursor", *facts(case).get("without", ())}
    return [it for it in case.operation.parameters if it.location == "query" and it.wire not in excluded]


def test_every_operation_with_pages_has_an_iterator() -> None:
    paged = {
        str(case)
        for case in EVERY
        if {"first", "number"} <= {parameter.name for parameter in case.operation.parameters}
    }
    assert {str(case) for case in PAGED} == paged
    # 5.0.4 has 27, nine of them with a cursor.
    assert len(paged) >= 27
    assert len(BY_CURSOR) >= 9
    assert {base_of(case) for case in PAGED} == {0, 1}


@every_paged_operation
def test_yields_each_entry_once(case: Case, client: ApiClient, server: Loopback) -> None:
    server.otherwise = pages = listed(case, 25)
    assert documents(iterate(case, client, page_size=10)) == pages.entries
    base = base_of(case)
    # Each page overlaps the previous one by an entry. Without a total, another request finds the end.
    places = [(base, 10), (base + 9, 10), (base + 18, 10)]
    assert pages.requested == (places if case in WITH_HITS else [*places, (base + 24, 10)])
    assert all("cursor" not in asked for asked in pages.queries)
    positional, _ = arguments(case.operation, optional=False)
    case.bind(client)(*positional, first=base, number=10)
    one_page = server.last
    for request in server.requests:
        assert (request.method, request.path, request.body) == (one_page.method, one_page.path, one_page.body)


@every_paged_operation
def test_sends_the_filters_with_each_page(case: Case, client: ApiClient, server: Loopback) -> None:
    server.otherwise = pages = listed(case, 25)
    given = {parameter.name: sample(parameter) for parameter in filters(case)}
    assert len(documents(iterate(case, client, page_size=10, **given))) == 25
    assert len(pages.queries) > 2
    positional, _ = arguments(case.operation, optional=False)
    for request in list(server.requests):
        place = dict(request.query)
        case.bind(client)(*positional, first=int(place["first"]), number=int(place["number"]), **given)
        assert server.last.target == request.target


@every_paged_operation
def test_stops_at_the_limit(case: Case, client: ApiClient, server: Loopback) -> None:
    server.otherwise = pages = listed(case, 25)
    assert documents(iterate(case, client, page_size=10, limit=12)) == pages.entries[:12]
    assert len(pages.queries) == 2
    assert documents(iterate(case, client, page_size=10, limit=3)) == pages.entries[:3]
    assert pages.requested[2:] == [(base_of(case), 3)]
    assert documents(iterate(case, client, limit=0)) == []
    assert len(pages.queries) == 3


@every_paged_operation
def test_iterates_over_an_empty_list(case: Case, client: ApiClient, server: Loopback) -> None:
    server.otherwise = pages = listed(case, 0)
    entries = iterate(case, client)
    assert documents(entries) == []
    assert next(entries, None) is None
    assert pages.requested == [(base_of(case), 100)]


@every_paged_operation
def test_server_that_repeats_one_page(case: Case, client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply({facts(case)["items"]: [entry(facts(case), number) for number in range(10)]})
    assert len(documents(iterate(case, client, page_size=10))) == 10
    assert len(server.requests) == 5


@every_paged_operation
def test_hits_is_the_total(case: Case, client: ApiClient, server: Loopback) -> None:
    server.otherwise = pages = listed(case, 25)
    entries = iterate(case, client, page_size=10)
    assert pages.queries == []
    hits = 25 if case in WITH_HITS else None
    assert entries.hits == hits
    assert len(pages.queries) == 1
    assert documents(entries) == pages.entries
    assert entries.hits == hits
    counted = iterate(case, client, limit=0)
    assert counted.hits == hits
    assert documents(counted) == []


@every_paged_operation
def test_invalid_arguments_send_nothing(case: Case, client: ApiClient, server: Loopback) -> None:
    name = method_name(case)
    for wrong in (0, -1, 1.5, "10", True, None):
        with pytest.raises(ApiValueError, match=f"^{name}: page_size must be an integer of at least 1, not "):
            iterate(case, client, page_size=wrong)
    for wrong in (-1, 1.5, "10", False):
        with pytest.raises(ApiValueError, match=f"^{name}: limit must be an integer of at least 0, not "):
            iterate(case, client, limit=wrong)
    excluded = map(snake_case, facts(case).get("without", ()))
    for keyword in ("first", "number", "pagesize", "_accept", "_preload_content", *excluded):
        with pytest.raises(ApiTypeError, match=f"^{name} has no parameter '{keyword}'"):
            iterate(case, client, **{keyword: 1})
    with pytest.raises(ApiTypeError, match=f"^{name} has no parameter 'number': use page_size"):
        iterate(case, client, number=1)
    for parameter in filters(case):
        with pytest.raises((ApiTypeError, ApiValueError), match=f"^{name}: .*{parameter.name}"):
            iterate(case, client, **{parameter.name: object()})
    assert server.requests == []


@every_paged_operation
def test_options_apply_to_each_request(case: Case, client: ApiClient, server: Loopback) -> None:
    server.otherwise = listed(case, 25)
    entries = iterate(case, client, page_size=10, _headers={"X-Trace": "7"}, _request_timeout=20, _deadline=60)
    assert len(list(entries)) == 25
    assert {request.header("X-Trace") for request in server.requests} == {"7"}


@every_paged_operation
def test_iteration_continues_after_an_error(case: Case, client: ApiClient, server: Loopback) -> None:
    server.otherwise = pages = listed(case, 25)
    entries = iterate(case, client, page_size=10)
    seen = list(islice(entries, 10))
    server.responses = [reply("no", 503), reply({facts(case)["items"]: "no list"})]
    with pytest.raises(vidispine.ServiceException, match=f"^{case.operation.name}: 503"):
        next(entries)
    with pytest.raises(vidispine.ApiDecodeError, match=f"^{case.operation.name}: "):
        next(entries)
    seen += entries
    assert documents(iter(seen)) == pages.entries
    refused, undecodable, repeated = (request.target for request in server.requests[1:4])
    assert refused == undecodable == repeated


@every_paged_operation
def test_entry_that_is_null_is_an_error(case: Case, client: ApiClient, server: Loopback) -> None:
    items = facts(case)["items"]
    server.otherwise = reply({items: [entry(facts(case), 1), None], "hits": 2})
    with pytest.raises(
        vidispine.ApiDecodeError, match=rf"^{case.operation.name}: 200: \w+\.\w+: expected an entry, got null"
    ):
        list(iterate(case, client))


@walks_by_cursor
@pytest.mark.parametrize("at_the_end", [False, True])
def test_iterates_by_cursor(case: Case, client: ApiClient, server: Loopback, at_the_end: bool) -> None:
    entries = [entry(facts(case), number) for number in range(25)]
    server.otherwise = pages = CursorList(entries, facts(case)["items"], at_the_end=at_the_end)
    iterated = iterate(case, client, page_size=10, cursor=True)
    assert iterated.hits == 25
    assert documents(iterated) == entries
    cursors = ["*", "after 10", "after 20", *(["after 30"] if at_the_end else [])]
    assert [asked["cursor"] for asked in pages.queries] == cursors
    assert all("first" not in asked and asked["number"] == "10" for asked in pages.queries)
    assert documents(iterate(case, client, page_size=10, limit=12, cursor=True)) == entries[:12]


@walks_by_cursor
def test_repeated_cursor_ends_the_iteration(case: Case, client: ApiClient, server: Loopback) -> None:
    page = {facts(case)["items"]: [entry(facts(case), 1)], "nextCursor": "again"}
    server.otherwise = reply(page)
    assert len(list(iterate(case, client, cursor=True))) == 1
    assert len(server.requests) == 2
    server.otherwise = reply({**page, "nextCursor": "*"})
    assert len(list(iterate(case, client, cursor=True))) == 1
    assert len(server.requests) == 3
    with pytest.raises(ApiTypeError, match="cursor must be True or False, not 'again'"):
        iterate(case, client, cursor="again")


@walks_by_cursor
def test_iteration_by_cursor_continues_after_an_error(case: Case, client: ApiClient, server: Loopback) -> None:
    entries = [entry(facts(case), number) for number in range(25)]
    server.otherwise = CursorList(entries, facts(case)["items"], at_the_end=True)
    iterated = iterate(case, client, page_size=10, cursor=True)
    seen = list(islice(iterated, 10))
    server.responses = [reply("no", 500)]
    with pytest.raises(vidispine.ServiceException):
        next(iterated)
    assert documents(iter([*seen, *iterated])) == entries
