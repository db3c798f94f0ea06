"""What a value, a range or a word in a search asks of a row of the metadata, as SQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vidispine.simulator.http.errors import invalid
from vidispine.simulator.sql import condition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.catalog.field_store import Field
    from vidispine.simulator.sql import Condition

__all__ = ["range_condition", "value_condition", "word_condition"]


def value_condition(field: Field, document: Mapping[str, Any]) -> Condition:
    """Return the condition that a row has a value.

    :raises Fault: the field can have no such value
    """
    text = document.get("value", "")
    if text == "*":
        return condition("folded IS NOT NULL")
    if field.is_number:
        return condition("number = ?", _number(field, text))
    if "*" in text or "?" in text:
        return _wildcards(text)
    if field.is_exact:
        return condition("value = ? AND folded IS NOT NULL", text)
    if field.kind == "boolean":
        return condition("folded = ?", text.casefold())
    phrase = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    return word_condition(phrase, is_phrase=True)


def _wildcards(text: str) -> Condition:
    """Return the condition that the whole value, or words in it, are of a form with ``*`` and ``?``."""
    pattern = text.casefold().replace("[", "[[]")
    return condition("' ' || folded || ' ' GLOB ?", f"* {pattern} *")


def range_condition(field: Field, document: Mapping[str, Any]) -> Condition:
    """Return the condition that a row has a value in a range.

    :raises Fault: an end of it is no value that the field can have
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
        raise invalid(field.name, text, f"{field.name}: {error}", context="search") from None


def word_condition(text: str, is_phrase: bool) -> Condition:
    """Return the condition that a row's value has a word, the beginning of one (``berl*``), or a phrase."""
    stem = text.rstrip("*") if not is_phrase else text
    if not is_phrase and re.search(r"[*?]", stem):
        return _wildcards(text)
    if not re.search(r"\w", stem):
        # What has no letters is no word; it can only be all that there is.
        return condition("folded IS NOT NULL") if text == "*" else condition("folded = ?", text.casefold())
    quoted = '"' + stem.replace('"', " ") + '"' + ("*" if stem != text else "")
    return condition("id IN (SELECT rowid FROM free_text WHERE free_text MATCH ?)", quoted)
