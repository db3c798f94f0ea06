"""Autocompletion from the metadata of items that the user may read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vidispine.simulator.catalog.search_values import word_condition
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Request

DEFAULT_SUGGESTIONS = 10
MAX_SCANNED_VALUES = 1000
"""Maximum number of values that are scanned for words."""


@operation()
def autocomplete(request: Request) -> Response:
    """Complete a text to values of a field, or to words of all fields."""
    text, field = request.body["text"], request.body.get("field")
    number = max(request.body.get("maximumSuggestions", DEFAULT_SUGGESTIONS), 0)
    if field is not None:
        request.state.fields.get(field)
        return Response({"field": field, "suggestion": _values(request, text, field, number)})
    return Response({"suggestion": _words(request, text, number)})


def _values(request: Request, text: str, field: str, number: int) -> list[str]:
    visible = request.state.access.visible("item", request.user)
    rows = request.state.database.rows(
        "SELECT DISTINCT value FROM metadata WHERE kind = 'item' AND name = ? AND node = 'value' AND removed IS NULL"  # noqa: S608
        f" AND substr(folded, 1, ?) = ? AND owner IN (SELECT serial FROM item WHERE {visible.text})"
        " ORDER BY value LIMIT ?",
        field, len(text.casefold()), text.casefold(), *visible.values, number,
    )  # fmt: skip
    return [row["value"] for row in rows]


def _words(request: Request, text: str, number: int) -> list[str]:
    if not re.search(r"\w", text):
        return []
    visible, prefix = request.state.access.visible("item", request.user), word_condition(f"{text}*", is_phrase=False)
    rows = request.state.database.rows(
        "SELECT value FROM metadata WHERE kind = 'item' AND node = 'value' AND removed IS NULL"  # noqa: S608
        f" AND {prefix.text} AND owner IN (SELECT serial FROM item WHERE {visible.text}) LIMIT ?",
        *prefix.values, *visible.values, MAX_SCANNED_VALUES,
    )  # fmt: skip
    words = {word for row in rows for word in re.findall(r"\w+", row["value"].casefold())}
    return sorted(word for word in words if word.startswith(text.casefold()))[:number]
