"""Probes: pagination, order and cursors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.cli.probes.probe import NotCheckedError, Probe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine.cli.probes.probe import Server

__all__ = ["PROBES"]

MAX_CURSOR_PAGES = 100
"""Maximum number of pages, of a tenth of the hits each, that are read to find the end of a list."""


def _first_item(server: Server) -> str:
    page = _ids(server.client.item.get_items(first=1, number=2).item, 2, "items")
    return _base(page, _ids(server.client.item.get_items(first=2, number=1).item), 1)


def _first_job(server: Server) -> str:
    def page(first: int, number: int) -> list[str]:
        jobs = server.client.job.get_jobs(user=False, first=first, number=number, sort="jobId asc").job
        return [str(job.job_id) for job in jobs or []]

    return _base(_needed(page(1, 2), 2, "jobs"), page(2, 1), 1)


def _first_file(server: Server) -> str:
    page = _ids(server.client.file.get_files(first=0, number=2).file, 2, "files")
    return _base(page, _ids(server.client.file.get_files(first=1, number=1).file), 0)


def _item_zero(server: Server) -> str:
    page = _ids(server.client.item.get_items(first=1, number=1).item, 1, "items")
    return "the same as 1" if _ids(server.client.item.get_items(first=0, number=1).item) == page else "another item"


def _hits(server: Server) -> str:
    page = server.client.item.get_items(number=1)
    _ids(server.client.item.get_items(number=2).item, 2, "items")
    return "all matches" if (page.hits or 0) > 1 else "the entries of the page"


def _no_entries(server: Server) -> str:
    page = server.client.item.get_items(number=0)
    return "no entries" if page.hits is not None and not page.item else "entries"


def _job_order(server: Server) -> str:
    jobs = server.client.job.get_jobs(user=False, number=20, sort="jobId desc").job or []
    numbers = [int(str(job.job_id).rpartition("-")[2]) for job in _needed(jobs, 2, "jobs")]
    return "by number" if numbers == sorted(numbers, reverse=True) else "in another order"


def _cursor(server: Server) -> str:
    items = server.client.item
    first = items.get_items(cursor="*", number=1)
    page = _ids(first.item, 1, "items")
    if not first.next_cursor:
        return "no cursor is returned"
    second = _needed(_ids(items.get_items(cursor=first.next_cursor, number=1).item), 1, "items")
    return "continues after the page" if second != page else "repeats the page"


def _cursor_end(server: Server) -> str:
    items = server.client.item
    page = items.get_items(cursor="*", number=1)
    number = max((page.hits or 0) // 10, 1)
    page = items.get_items(cursor="*", number=number)
    for _ in range(MAX_CURSOR_PAGES):
        if not page.item:
            return "an empty page"
        if not page.next_cursor:
            return "no cursor"
        page = items.get_items(cursor=page.next_cursor, number=number)
    raise NotCheckedError("the list changes while it is read")


def _base(page: Sequence[str], second: Sequence[str], base: int) -> str:
    """Return the position of the first entry.

    :param page: the first two entries, read from position ``base``
    :param second: the entry at position ``base + 1``
    """
    if list(second) == list(page[1:2]):
        return f"{base}"
    return "another" if list(second) != list(page[:1]) else f"{base + 1}"


def _ids(entries: Sequence[Any] | None, needed: int = 0, what: str = "") -> list[str]:
    return _needed([str(entry.id) for entry in entries or []], needed, what)


def _needed(entries: list[Any], count: int, what: str) -> list[Any]:
    if len(entries) < count:
        raise NotCheckedError(f"needs {count} {what}")
    return entries


PROBES = (
    Probe("lists.items", "Position of the first item", _first_item, "1"),
    Probe("lists.jobs", "Position of the first job", _first_job, "1"),
    Probe("lists.files", "Position of the first file", _first_file, "0"),
    Probe("lists.zero", "Items from position 0", _item_zero, "the same as 1"),
    Probe("lists.hits", "What hits counts", _hits, "all matches"),
    Probe("lists.number", "A page of number=0", _no_entries, "no entries"),
    Probe("lists.order", "Order of jobs with sort=jobId desc", _job_order, "by number"),
    Probe("lists.cursor", "The page after the first one of a cursor", _cursor, "continues after the page"),
    Probe("lists.cursor_end", "How a list that is read by cursor ends", _cursor_end, "an empty page"),
)
