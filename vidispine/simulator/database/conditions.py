"""SQL conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sized


class Condition(NamedTuple):
    """An SQL expression and the values of its placeholders."""

    text: str
    values: list[Any]


ALWAYS = Condition("1", [])


def condition(text: str, *values: Any) -> Condition:
    """Create a condition."""
    return Condition(text, list(values))


def marks(values: Sized) -> str:
    """Return the placeholders of values, for ``IN``."""
    return ", ".join("?" * len(values))


def all_of(conditions: Iterable[Condition]) -> Condition:
    """Combine conditions with AND. Without conditions, the result is true."""
    return _join(" AND ", conditions, "1")


def any_of(conditions: Iterable[Condition]) -> Condition:
    """Combine conditions with OR. Without conditions, the result is false."""
    return _join(" OR ", conditions, "0")


def none_of(conditions: Iterable[Condition]) -> Condition:
    """Negate the combination of conditions with OR."""
    found = any_of(conditions)
    return Condition(f"NOT ({found.text})", found.values)


def _join(word: str, conditions: Iterable[Condition], empty: str) -> Condition:
    found = list(conditions)
    text = word.join(f"({condition.text})" for condition in found) or empty
    return Condition(text, [value for condition in found for value in condition.values])
