"""Highlighting: the values of hits, with the words that were found marked."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from vidispine.simulator.catalog.search_values import split_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from vidispine.simulator.catalog.field_store import Field, FieldStore
    from vidispine.simulator.catalog.search import Hit
    from vidispine.simulator.database.connection import Database

PREFIX, SUFFIX = "<em>", "</em>"

_PARTS = re.compile(r"""\\([*?"\\])|([*?])|(\s+)|(.)""", re.DOTALL)
"""An escaped character, a wildcard, space, and any other character."""
_ANY_FIELD = ""
"""The key of the patterns that apply to all fields."""


class Highlighter:
    """Marks the words of one search in the values of its hits."""

    def __init__(self, database: Database, fields: FieldStore, query: Mapping[str, Any]) -> None:
        """Read a search document that has ``highlight``.

        :raises ApiError: a field is missing
        """
        self._database = database
        self._fields = fields
        options = query["highlight"]
        self._only = [fields.get(name).name for name in options.get("field", ())]
        self._prefix, self._suffix = options.get("prefix", PREFIX), options.get("suffix", SUFFIX)
        # Fields that are not requested by name are returned only if words were found in them.
        self._matching_only = options.get("matchingOnly", False) or not self._only
        self._intervals = query.get("intervals", "all")
        self._patterns: dict[str, list[re.Pattern[str]]] = {}
        for name, text, is_exact in self._conditions(query):
            self._patterns.setdefault(name, []).append(_pattern(text, is_exact=is_exact))

    def timespans(self, hits: Sequence[Hit]) -> list[list[dict[str, Any]]]:
        """Return the timespans of each hit, with the marked values of their fields."""
        return [self._of(hit) for hit in hits]

    def _of(self, hit: Hit) -> list[dict[str, Any]]:
        found: dict[tuple[str, str], dict[str, list[str]]] = {}
        present = "kind = ? AND owner = ? AND node = 'value' AND removed IS NULL AND value IS NOT NULL"
        statement = f"SELECT name, value, start, stop FROM metadata WHERE {present} ORDER BY id"  # noqa: S608
        for row in self._database.rows(statement, *hit):
            times = (row["start"], row["stop"])
            if self._is_searched(row["name"], times):
                found.setdefault(times, {}).setdefault(row["name"], []).append(row["value"])
        return [
            {"field": fields, "start": start, "end": end}
            for (start, end), values in found.items()
            if (fields := list(self._marked(values)))
        ]

    def _is_searched(self, name: str, times: tuple[str, str]) -> bool:
        is_generic = times == ("-INF", "+INF")
        if self._intervals != "all" and is_generic != (self._intervals == "generic"):
            return False
        return name in self._only if self._only else self._is_marked(name)

    def _is_marked(self, name: str) -> bool:
        """Return whether words can be found in a field."""
        field = self._fields.find(name)
        if field is None:
            return False
        return name in self._patterns or (_ANY_FIELD in self._patterns and field.is_free_text)

    def _marked(self, values: Mapping[str, list[str]]) -> Iterator[dict[str, Any]]:
        for name, texts in values.items():
            patterns = self._patterns.get(name, [])
            if self._is_marked(name):
                patterns = patterns + self._patterns.get(_ANY_FIELD, [])
            marked = [self._mark(text, patterns) for text in texts]
            if self._matching_only and marked == texts:
                continue
            yield {"name": name, "value": marked}

    def _mark(self, text: str, patterns: Iterable[re.Pattern[str]]) -> str:
        folded = _fold(text)
        places = sorted(match.span() for pattern in patterns for match in pattern.finditer(folded))
        parts, position = [], 0
        for start, end in places:
            if start < position:
                continue
            parts += [text[position:start], self._prefix, text[start:end], self._suffix]
            position = end
        return "".join([*parts, text[position:]])

    # A search term: the name of the field, the text, and whether it must be the whole value

    def _conditions(self, criterion: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
        """Return the search terms of a document, without those of filters and of conditions that exclude hits."""
        for text in criterion.get("text", ()):
            for phrase, word in split_words(text.get("value", "")):
                yield _ANY_FIELD, phrase or word, False
        for document in criterion.get("field", ()):
            field = self._fields.get(document["name"])
            if field.kind == "string" and field.is_indexed:
                yield from _values(field, document)
        operators = criterion.get("operator", [])
        for operator in operators if isinstance(operators, list) else [operators]:
            if operator.get("operation") != "NOT":
                yield from self._conditions(operator)
        for group in criterion.get("group", ()):
            yield from self._conditions(group)


def _values(field: Field, document: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    for value in document.get("value", ()):
        text = value.get("value", "")
        is_quoted = len(text) > 1 and text[0] == text[-1] == '"'
        yield field.name, text[1:-1] if is_quoted else text, field.is_exact


def _pattern(text: str, *, is_exact: bool) -> re.Pattern[str]:
    """Return the pattern that finds a word, a phrase or a wildcard in a folded value."""
    if not text.strip('*?" '):
        return re.compile(r"(?!)")
    letter, between = (".", r"\s+") if is_exact else (r"\w", r"\W+")
    wildcards = {"*": f"{letter}*", "?": letter}
    parts = _PARTS.findall(_fold(text.strip()))
    inside = "".join(
        wildcards[wildcard] if wildcard else between if space else re.escape(escaped or other)
        for escaped, wildcard, space, other in parts
    )
    return re.compile(rf"\A{inside}\Z" if is_exact else rf"(?<!\w){inside}(?!\w)", re.DOTALL)


def _fold(text: str) -> str:
    """Return a text of the same length, without case and accents, as the full-text index compares it."""
    return "".join(_fold_letter(letter) for letter in text)


def _fold_letter(letter: str) -> str:
    folded = unicodedata.normalize("NFD", letter)[0].casefold()
    return folded if len(folded) == 1 else letter
