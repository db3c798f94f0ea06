"""Conditions in SQL that can be joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ALWAYS", "Condition", "all_of", "any_of", "condition", "none_of"]


class Condition(NamedTuple):
    """SQL that is true or false for a row, and the values of its question marks."""

    text: str
    values: list[Any]


ALWAYS = Condition("1", [])


def condition(text: str, *values: Any) -> Condition:
    """Return a condition."""
    return Condition(text, list(values))


def all_of(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that all of some hold; it always holds when there are none."""
    return _join(" AND ", conditions, "1")


def any_of(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that at least one of some holds; it never holds when there are none."""
    return _join(" OR ", conditions, "0")


def none_of(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that not one of some holds."""
    found = any_of(conditions)
    return Condition(f"NOT ({found.text})", found.values)


def _join(word: str, conditions: Iterable[Condition], empty: str) -> Condition:
    found = list(conditions)
    text = word.join(f"({condition.text})" for condition in found) or empty
    return Condition(text, [value for condition in found for value in condition.values])
