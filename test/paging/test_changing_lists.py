"""Iteration over lists that change during the iteration."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

import vidispine
from test.paging.paged_list import PagedList
from test.support.loopback import Loopback, reply
from vidispine import ApiClient, JobApi, paging

MANY = settings(
    max_examples=150,
    # The explain phase takes minutes before Python 3.12.
    phases=[phase for phase in Phase if phase is not Phase.explain],
    # All examples share the server and the client; each has its own list.
)


def job(number: int) -> dict[str, Any]:
    return {"jobId": f"VX-{number}", "status": "FINISHED", "type": "EXPORT", "priority": "MEDIUM"}


def numbers(jobs: Iterator[vidispine.JobType]) -> list[int]:
    return [int(job.job_id.rpartition("-")[2]) for job in jobs]


class ChangingList:
    """A list of jobs that changes. ``all_along`` are the jobs that have existed from the start until now."""

    def __init__(self, count: int, *, newest_first: bool = False) -> None:
        self.numbers = list(range(1, count + 1))
        if newest_first:
            self.numbers.reverse()
        self.all_along = set(self.numbers)
        self.pages = PagedList([job(number) for number in self.numbers])

    def change(self, deleted: set[int], added: dict[int, int]) -> None:
        """Delete jobs by number, and insert others at positions, counted from 0."""
        self.numbers = [number for number in self.numbers if number not in deleted]
        self.all_along -= deleted
        for number, position in added.items():
            self.numbers.insert(position, number)
        self.pages.entries = [job(number) for number in self.numbers]


CHANGES = st.lists(
    st.tuples(st.lists(st.integers(0, 200), max_size=40), st.lists(st.integers(0, 200), max_size=15)), max_size=12
)
"""For each request, the jobs to delete and the positions to add jobs at, before the response."""

PURGED: list[tuple[list[int], list[int]]] = [
    *[([], [])] * 4,
    ([], [0, 0]),
    ([], []),
    ([], [0, 0]),
    ([], []),
    ([], [0]),
    ([0, 1, 2, 3, 4, 5, 6, 7], []),
]
"""Changes after which the current page of the iteration is the first page of the list, with the same entries."""

Where = Callable[[ChangingList, int], int]
AT_THE_END: Where = lambda listing, place: len(listing.numbers)  # noqa: E731
AT_THE_FRONT: Where = lambda listing, place: 0  # noqa: E731
ANYWHERE: Where = lambda listing, place: place % (len(listing.numbers) + 1)  # noqa: E731


@pytest.mark.parametrize(
    ("sort", "newest_first", "where"),
    [
        pytest.param(None, False, AT_THE_END, id="by id"),
        pytest.param("jobId desc", True, AT_THE_FRONT, id="by id, newest first"),
        pytest.param("priority asc", False, ANYWHERE, id="in another order"),
    ],
)
@MANY
@example(count=6, size=1, changes=PURGED, ends=False)
@example(count=32, size=9, changes=[([], []), ([], []), ([], [0, 0]), ([0, 1], []), ([], [0, 0])], ends=False)
@given(count=st.integers(0, 60), size=st.integers(1, 12), changes=CHANGES, ends=st.booleans())
def test_each_remaining_entry_is_yielded_once(
    client: ApiClient,
    server: Loopback,
    sort: str | None,
    newest_first: bool,
    where: Where,
    count: int,
    size: int,
    changes: list[tuple[list[int], list[int]]],
    ends: bool,
) -> None:
    listing = ChangingList(count, newest_first=newest_first)
    server.otherwise = listing.pages
    new = iter(range(1001, 2000))

    def happen(requests: int) -> None:
        if 2 <= requests < len(changes) + 2:
            deleted, places = changes[requests - 2]
            gone = {listing.numbers[index % len(listing.numbers)] for index in deleted if listing.numbers}
            listing.change(gone, {})
            for place in places:
                listing.change(set(), {next(new): where(listing, place)})
        elif requests == len(changes) + 2 and ends:
            listing.change(set(listing.numbers), {})

    listing.pages.on_request = happen
    seen = numbers(JobApi(client).iterate_jobs(page_size=size, sort=sort))
    assert len(seen) == len(set(seen))
    assert listing.all_along <= set(seen)
    assert len(listing.pages.queries) < 400


def test_deleting_each_entry_after_it_is_yielded(client: ApiClient, server: Loopback) -> None:
    listing = ChangingList(250)
    server.otherwise = listing.pages
    seen = []
    for each in JobApi(client).iterate_jobs(page_size=10):
        seen.append(int(each.job_id[3:]))
        listing.change({seen[-1]}, {})
    assert seen == list(range(1, 251))
    # The iteration goes back for each page, but not to the start.
    assert len(listing.pages.queries) < 2 * 250 / 10 + 15


def test_deletion_before_each_request_costs_one_more_request(client: ApiClient, server: Loopback) -> None:
    listing = ChangingList(1000)
    server.otherwise = listing.pages
    listing.pages.on_request = lambda count: listing.change({min(listing.numbers)}, {})
    seen = numbers(JobApi(client).iterate_jobs(page_size=100))
    assert seen == list(range(2, 1001))
    assert len(listing.pages.queries) < 2 * 1000 / 100 + 5


def test_most_jobs_are_purged_at_once(client: ApiClient, server: Loopback) -> None:
    """More entries than are recognized, and more than were read."""
    listing = ChangingList(9000)
    server.otherwise = listing.pages
    jobs = JobApi(client).iterate_jobs(page_size=100)
    seen = numbers(islice(jobs, 6000))
    listing.change(set(range(100, 7000)), {})
    seen += numbers(jobs)
    assert len(seen) == len(set(seen))
    assert set(seen) >= {*range(1, 6001), *range(7000, 9001)}


def test_many_entries_are_added_in_front(client: ApiClient, server: Loopback) -> None:
    """In an order other than by id, the documented number of recent entries is recognized."""
    listing = ChangingList(3000)
    server.otherwise = listing.pages
    jobs = JobApi(client).iterate_jobs(page_size=100, sort="startTime desc")
    seen = numbers(islice(jobs, 2000))
    listing.change(set(), dict.fromkeys(range(10_000, 10_000 + paging.SEEN_ENTRIES - 100), 0))
    seen += numbers(jobs)
    assert seen == list(range(1, 3001))


def test_forgotten_entries_are_not_repeated_after_a_deletion(client: ApiClient, server: Loopback) -> None:
    listing = ChangingList(5000)
    server.otherwise = listing.pages
    jobs = JobApi(client).iterate_jobs(page_size=50, sort="startTime asc")
    seen = numbers(islice(jobs, 4000))
    listing.change(set(range(2500, 4001)), {})
    seen += numbers(jobs)
    assert len(seen) == len(set(seen))
    assert seen[:4000] == list(range(1, 4001))


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_small_pages(client: ApiClient, server: Loopback, size: int) -> None:
    listing = ChangingList(20)
    server.otherwise = listing.pages
    assert numbers(JobApi(client).iterate_jobs(page_size=size)) == listing.numbers


def test_a_server_that_gives_less_than_it_is_asked_for(client: ApiClient, server: Loopback) -> None:
    server.otherwise = PagedList([job(number) for number in range(1, 56)], max_page=10)
    assert numbers(JobApi(client).iterate_jobs(page_size=1000)) == list(range(1, 56))


def test_too_small_total_does_not_end_the_iteration(client: ApiClient, server: Loopback) -> None:
    class Miscounted(PagedList):
        def response(self, query: dict[str, str]) -> dict[str, Any]:
            return {**super().response(query), "hits": 3}

    server.otherwise = Miscounted([job(number) for number in range(1, 36)])
    assert numbers(JobApi(client).iterate_jobs(page_size=10)) == list(range(1, 36))


def test_ids_in_the_order_of_text(client: ApiClient, server: Loopback) -> None:
    """The numbers of ids are relied on only while they have the requested order."""
    entries = sorted((job(number) for number in range(1, 131)), key=lambda each: str(each["jobId"]))
    server.otherwise = PagedList(entries)
    seen = numbers(JobApi(client).iterate_jobs(page_size=10))
    assert sorted(seen) == list(range(1, 131))


def test_ids_of_several_sites(client: ApiClient, server: Loopback) -> None:
    entries = [{**job(number), "jobId": f"{site}-{number}"} for number in range(1, 41) for site in ("VX", "AB")]
    server.otherwise = PagedList(entries)
    assert len({each.job_id for each in JobApi(client).iterate_jobs(page_size=7)}) == 80


def test_entries_without_an_id_are_identified_by_their_content(client: ApiClient, server: Loopback) -> None:
    entries = [{"type": "EXPORT", "user": f"user{number}"} for number in range(25)]
    server.otherwise = PagedList(entries)
    assert [each.user for each in JobApi(client).iterate_jobs(page_size=10)] == [each["user"] for each in entries]
    files = [{"file": {"path": f"{number}.mp4"}} if number else {} for number in range(25)]
    server.otherwise = PagedList(files, "element", base=0)
    assert len(list(vidispine.ImportApi(client).iterate_importables(page_size=10))) == 25


def test_response_without_content_is_an_empty_page(client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply(b"", 204)
    assert list(JobApi(client).iterate_jobs()) == []


def test_filters_are_fixed_at_the_start(client: ApiClient, server: Loopback) -> None:
    server.otherwise = pages = PagedList([job(number) for number in range(1, 26)])
    states = ["READY", "STARTED"]
    jobs = JobApi(client).iterate_jobs(page_size=10, state=states, type=(word for word in ["A", "B"]))
    next(jobs)
    states.append("FINISHED")
    assert len(list(jobs)) == 24
    assert {(asked["state"], asked["type"]) for asked in pages.queries} == {("READY,STARTED", "A,B")}


def test_search_is_fixed_at_the_start(client: ApiClient, server: Loopback) -> None:
    server.otherwise = PagedList([{"id": f"VX-{number}"} for number in range(25)], "item")
    search = vidispine.ItemSearchType(field=[vidispine.SearchFieldType(name="title")])
    before = copy.deepcopy(search)
    items = vidispine.ItemApi(client).iterate_search_items(search, page_size=10)
    next(items)
    search.operator = None
    search.field = []
    assert len(list(items)) == 24
    assert {request.body for request in server.requests} == {before.to_json().encode()}


def test_exhausted_iterator_sends_no_request(client: ApiClient, server: Loopback) -> None:
    listing = ChangingList(5)
    server.otherwise = listing.pages
    jobs = JobApi(client).iterate_jobs()
    assert numbers(jobs) == listing.numbers
    listing.change(set(), {9: 5})
    assert list(jobs) == []
    assert len(server.requests) == 1
    assert repr(jobs) == "<Pages of get_jobs: 5 entries>"


def test_operation_without_pages_cannot_be_iterated(client: ApiClient) -> None:
    from vidispine.api import job_api

    with pytest.raises(vidispine.ApiTypeError, match="get_job does not return a paginated list"):
        vidispine.Pages(client, job_api._GET_JOB, ["VX-1"], {}, page_size=1, limit=None)
