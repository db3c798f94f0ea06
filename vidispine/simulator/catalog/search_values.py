"""Compiles values, ranges and words of a search to SQL conditions on the table ``metadata``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vidispine.simulator.database.conditions import condition
from vidispine.simulator.http.errors import invalid_input

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.catalog.field_store import Field
    from vidispine.simulator.database.conditions import Condition

_ESCAPED = re.compile(r'\\([*?"\\])')
"""Characters without their special meaning."""
_WORDS = re.compile(r'"([^"]*)"|(\S+)')


def split_words(text: str) -> list[tuple[str, str]]:
    """Return the quoted phrases and the words of a free text, as pairs of which one is empty."""
    return _WORDS.findall(text)


def is_pattern(text: str) -> bool:
    """Return whether a value has wildcards that are not escaped by a backslash."""
    return re.search("[*?]", _ESCAPED.sub("", text)) is not None


def unescape(text: str) -> str:
    """Return a value without the backslashes that escape wildcards, quotes and backslashes."""
    return _ESCAPED.sub(r"\1", text)


def value_condition(field: Field, document: Mapping[str, Any]) -> Condition:
    """Return the condition for rows with a value.

    :raises ApiError: the value is invalid for the field
    """
    text = document.get("value", "")
    if text == "*":
        return condition("folded IS NOT NULL")
    if field.is_number:
        return condition("number = ?", _number(field, text))
    if is_pattern(text):
        return _wildcards(text)
    text = unescape(text)
    if field.is_exact:
        return condition("folded = ? AND value = ?", text.casefold(), text)
    if field.kind == "boolean":
        return condition("folded = ?", text.casefold())
    phrase = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    return word_condition(phrase, is_phrase=True)


def _wildcards(text: str) -> Condition:
    """Return the condition for values, or words in them, that match a pattern with ``*`` and ``?``."""
    pattern = _ESCAPED.sub(r"[\1]", text.casefold().replace("[", "[[]"))
    return condition("' ' || folded || ' ' GLOB ?", f"* {pattern} *")


def range_condition(field: Field, document: Mapping[str, Any]) -> Condition:
    """Return the condition for rows with a value in a range.

    :raises ApiError: a bound is invalid for the field
    """
    ends = document.get("value", [])
    column = "number" if field.is_number else "folded"
    parts, values = [f"{column} IS NOT NULL"], []
    for position, end in enumerate(ends[:2]):
        text = end.get("value", "")
        if end.get("minimum") or end.get("maximum") or text in ("", "*"):
            continue
        sign = ("<" if document.get("exclusiveMaximum") else "<=") if position else None
        sign = sign or (">" if document.get("exclusiveMinimum") else ">=")
        parts.append(f"{column} {sign} ?")
        values.append(_number(field, text) if field.is_number else text.casefold())
    return condition(" AND ".join(parts), *values)


def _number(field: Field, text: str) -> float:
    try:
        return field.number(text)
    except ValueError as error:
        raise invalid_input(field.name, text, f"{field.name}: {error}", context="search") from None


def word_condition(text: str, is_phrase: bool) -> Condition:
    """Return the condition for values with a word, a prefix (``berl*``) or a phrase."""
    stem = text.rstrip("*") if not is_phrase else text
    if not is_phrase and re.search(r"[*?]", stem):
        return _wildcards(text)
    if not re.search(r"\w", stem):
        # Text without word characters is not in the full-text index: compare the whole value.
        return condition("folded IS NOT NULL") if text == "*" else condition("folded = ?", text.casefold())
    quoted = '"' + re.sub('["\0]', " ", stem) + '"' + ("*" if stem != text else "")
    return condition("id IN (SELECT rowid FROM free_text WHERE free_text MATCH ?)", quoted)
