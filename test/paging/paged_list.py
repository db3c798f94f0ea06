"""A paginated list that a test can change during an iteration."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from test.support.loopback import Recorded, reply

__all__ = ["CursorList", "PagedList", "entry"]


class PagedList:
    """Responds with pages of ``entries``. ``asked`` has the queries of all requests.

    :param member: the member of the response that holds the entries
    :param base: position of the first entry
    :param hits: whether the response has the total
    :param most: maximum number of entries in a page
    """

    def __init__(
        self, entries: Sequence[Any], member: str = "job", *, base: int = 1, hits: bool = True, most: int = 10**9
    ) -> None:
        self.entries = list(entries)
        self.asked: list[dict[str, str]] = []
        self.meanwhile: Callable[[int], object] = lambda count: None
        """Called before each response with the number of requests so far."""
        self._member = member
        self._base = base
        self._hits = hits
        self._most = most

    @property
    def places(self) -> list[tuple[int, int]]:
        """First position and requested size of each page."""
        return [(int(asked["first"]), int(asked["number"])) for asked in self.asked]

    def __call__(self, connection: socket.socket, request: Recorded) -> bool:
        query = dict(request.query)
        self.asked.append(query)
        self.meanwhile(len(self.asked))
        return reply(self.answer(query))(connection, request)

    def answer(self, query: dict[str, str]) -> dict[str, Any]:
        begin = int(query["first"]) - self._base
        page = self.entries[begin : begin + min(int(query["number"]), self._most)]
        document: dict[str, Any] = {"hits": len(self.entries)} if self._hits else {}
        # An empty list is omitted, as by the real server.
        return {**document, self._member: page} if page else document


class CursorList(PagedList):
    """A list with a cursor that encodes the position of the next entry.

    :param at_the_end: whether the last page and later ones have a cursor
    """

    def __init__(self, entries: Sequence[Any], member: str, *, at_the_end: bool) -> None:
        super().__init__(entries, member)
        self._at_the_end = at_the_end

    def answer(self, query: dict[str, str]) -> dict[str, Any]:
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
    """Return an entry of a list, with the members that tell it from the others.

    :param pages: what the description says of the list in ``x-pages``
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
