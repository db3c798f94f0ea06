"""Probes that write: how searches find the title of the scratch item."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Callable

from vidispine._mixins.search_conditions import Field
from vidispine.cli.probes.probe import NotCheckedError, Probe

if TYPE_CHECKING:
    from vidispine._mixins.search_conditions import Condition
    from vidispine.cli.probes.probe import Server

__all__ = ["PROBES"]

ATTEMPTS = 20
SECONDS = 0.5
"""Time between two attempts to find a new item, which servers index with a delay."""

TITLE = Field("title")


def _finds(condition: Condition) -> Callable[[Server], str]:
    def observe(server: Server) -> str:
        item = Field("itemId") == server.scratch_item()
        for _ in range(1 if server.is_index_late else ATTEMPTS):
            if _hits(server, item):
                return "found" if _hits(server, item & condition) else "not found"
            time.sleep(SECONDS)
        server.is_index_late = True
        raise NotCheckedError("the item is not indexed yet")

    return observe


def _hits(server: Server, condition: Condition) -> bool:
    from vidispine.search import Search

    return bool(server.client.item.search_items(Search(condition), number=1).hits)


PROBES = tuple(
    Probe(f"search.{name}", question, _finds(condition), expected, writes=True)
    for name, question, condition, expected in (
        ("equal", "Searching for a title", TITLE == "vidispine check", "found"),
        ("not", "Searching for another title than that of the item", TITLE != "vidispine check", "not found"),
        ("wildcard", "Searching for a title with the wildcard *", TITLE == "vidis*", "found"),
        ("contains", "Searching for a part of a word, sent as *ispin*", TITLE.contains("ispin"), "found"),
        ("starts_with", "Searching for the start of a word, sent as vidis*", TITLE.starts_with("vidis"), "found"),
        ("escape", r"Searching for an escaped wildcard, sent as *v\*k*", TITLE.contains("v*k"), "not found"),
    )
)
