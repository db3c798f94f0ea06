"""A paginated list that a test can change during an iteration."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from test.support.loopback import Recorded, reply

__all__ = ["CursorList", "PagedList", "entry"]


class PagedList:
    """Serves pages of ``entries``; ``queries`` are the query parameters of the requests.

    :param member: the member of the response that contains the entries
    :param base: the position of the first entry
    :param hits: whether the response contains the number of entries
    :param max_page: the maximum number of entries on a page, regardless of the request
    """

    def __init__(
        self, entries: Sequence[Any], member: str = "job", *, base: int = 1, hits: bool = True, max_page: int = 10**9
    ) -> None:
        self.entries = list(entries)
        self.queries: list[dict[str, str]] = []
        self.on_request: Callable[[int], object] = lambda count: None
        """Called before each response with the number of requests so far."""
        self._member = member
        self._base = base
        self._hits = hits
        self._max_page = max_page

    @property
    def requested(self) -> list[tuple[int, int]]:
        """The position and the size of each requested page."""
        return [(int(query["first"]), int(query["number"])) for query in self.queries]

    def __call__(self, connection: socket.socket, request: Recorded) -> bool:
        query = dict(request.query)
        self.queries.append(query)
        self.on_request(len(self.queries))
        return reply(self.response(query))(connection, request)

    def response(self, query: dict[str, str]) -> dict[str, Any]:
        begin = int(query["first"]) - self._base
        page = self.entries[begin : begin + min(int(query["number"]), self._max_page)]
        document: dict[str, Any] = {"hits": len(self.entries)} if self._hits else {}
        # Like a real server, omit an empty list.
        return {**document, self._member: page} if page else document


class CursorList(PagedList):
    """A list that is read by a cursor, which contains the position of the next entry.

    :param at_the_end: whether the last page and empty pages have a cursor too
    """

    def __init__(self, entries: Sequence[Any], member: str, *, at_the_end: bool) -> None:
        super().__init__(entries, member)
        self._at_the_end = at_the_end

    def response(self, query: dict[str, str]) -> dict[str, Any]:
        begin = 0 if query["cursor"] == "*" else int(query["cursor"].removeprefix("after "))
        end = begin + int(query["number"])
        page = self.entries[begin:end]
        document: dict[str, Any] = {"hits": len(self.entries), self._member: page}
        if page and (end < len(self.entries) or self._at_the_end):
            document["nextCursor"] = f"after {end}"
        elif self._at_the_end:
            document["nextCursor"] = query["cursor"]
        return document


def entry(pages: Mapping[str, Any], number: int) -> Any:
    """Return an entry of a list, with the members that identify it.

    :param pages: the ``x-pages`` of the operation
    """
    identity = pages.get("identity", [])
    paths = [identity] if isinstance(identity, str) else identity
    document: dict[str, Any] = {}
    for path in paths:
        *parts, last = path.split(".")
        inner = document
        for part in parts:
            inner = inner.setdefault(part, {})
        # Ids of the error log are numbers, all others text.
        inner[last] = number if pages["items"] == "errorLog" else f"VX-{number}"
    return document if paths else f"VX-{number}"
