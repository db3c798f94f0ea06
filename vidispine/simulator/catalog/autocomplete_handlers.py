"""Completes what somebody has begun to type, from the metadata of items that they may read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vidispine.simulator.catalog.search_values import word_condition
from vidispine.simulator.http.requests import table
from vidispine.simulator.http.responses import Answer

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Call

__all__ = ["AUTOCOMPLETE"]

DEFAULT_SUGGESTIONS = 10
MOST_VALUES = 1000
"""Values that are looked through for words that begin so."""


def autocomplete(call: Call) -> Answer:
    """Answer with values of a field, or with words of all fields, that begin as a text does."""
    text, field = call.body["text"], call.body.get("field")
    number = max(call.body.get("maximumSuggestions", DEFAULT_SUGGESTIONS), 0)
    if field is not None:
        call.world.fields.get(field)
        return Answer({"field": field, "suggestion": _values(call, text, field, number)})
    return Answer({"suggestion": _words(call, text, number)})


def _values(call: Call, text: str, field: str, number: int) -> list[str]:
    visible = call.world.access.visible("item", call.user)
    rows = call.world.database.rows(
        "SELECT DISTINCT value FROM metadata WHERE kind = 'item' AND name = ? AND node = 'value' AND removed IS NULL"  # noqa: S608
        f" AND substr(folded, 1, ?) = ? AND owner IN (SELECT serial FROM item WHERE {visible.text})"
        " ORDER BY value LIMIT ?",
        field, len(text.casefold()), text.casefold(), *visible.values, number,
    )  # fmt: skip
    return [row["value"] for row in rows]


def _words(call: Call, text: str, number: int) -> list[str]:
    if not re.search(r"\w", text):
        return []
    visible, begun = call.world.access.visible("item", call.user), word_condition(f"{text}*", is_phrase=False)
    rows = call.world.database.rows(
        "SELECT value FROM metadata WHERE kind = 'item' AND node = 'value' AND removed IS NULL"  # noqa: S608
        f" AND {begun.text} AND owner IN (SELECT serial FROM item WHERE {visible.text}) LIMIT ?",
        *begun.values, *visible.values, MOST_VALUES,
    )  # fmt: skip
    words = {word for row in rows for word in re.findall(r"\w+", row["value"].casefold())}
    return sorted(word for word in words if word.startswith(text.casefold()))[:number]


AUTOCOMPLETE = table([autocomplete])
