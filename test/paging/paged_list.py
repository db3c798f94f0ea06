"""A list that a server gives in pages, and that a test can change while somebody walks through it."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Sequence
from typing import Any

from loopback import Recorded, reply

import vidispine
from vidispine.operation import Operation

__all__ = ["CursorList", "PagedList", "entry", "items_wire"]


class PagedList:
    """Answers requests for pages of ``entries``; ``asked`` are the places that they asked for.

    :param member: the member of the answer that holds the entries
    :param base: position of the first entry
    :param hits: whether the answer tells how many there are
    :param most: how many entries a page has at most, whatever is asked for
    """

    def __init__(
        self, entries: Sequence[Any], member: str = "job", *, base: int = 1, hits: bool = True, most: int = 10**9
    ) -> None:
        self.entries = list(entries)
        self.asked: list[dict[str, str]] = []
        self.meanwhile: Callable[[int], object] = lambda count: None
        """Called before each answer with the number of requests until now."""
        self._member = member
        self._base = base
        self._hits = hits
        self._most = most

    @property
    def places(self) -> list[tuple[int, int]]:
        """Where the pages began that were asked for, and how many entries they were to have."""
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
        # The member is missing when it would be empty, as with the real server.
        return {**document, self._member: page} if page else document


class CursorList(PagedList):
    """A list that is given by a cursor: the position of the next entry, as text of its own.

    :param at_the_end: give a cursor with the last page and after it too
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


def items_wire(operation: Operation[Any]) -> str:
    """Return the member of an operation's answer that holds the entries."""
    assert operation.pages is not None
    fields = getattr(vidispine, str(operation.result)).fields()
    wire: str = fields[operation.pages.items].wire
    return wire


def entry(operation: Operation[Any], number: int) -> Any:
    """Return the document of an entry of an operation's list, with what tells it from others."""
    assert operation.pages is not None
    if not operation.pages.identity:
        return f"VX-{number}"
    answer = getattr(vidispine, str(operation.result))
    kind = answer.fields()[operation.pages.items].type[len("list[") : -1]
    document: dict[str, Any] = {}
    for path in operation.pages.identity:
        inner, model = document, getattr(vidispine, kind)
        *parts, last = path.split(".")
        for part in parts:
            field = model.fields()[part]
            inner = inner.setdefault(field.wire, {})
            model = getattr(vidispine, field.type)
        field = model.fields()[last]
        inner[field.wire] = number if field.type == "int" else f"VX-{number}"
    return json.loads(json.dumps(document))
