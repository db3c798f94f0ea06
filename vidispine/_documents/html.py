"""Documents and tables in HTML, for notebooks. Everything that is not markup is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from itertools import islice
from typing import Any

from vidispine._documents.display import format_line, importance, masked_members
from vidispine._documents.entries import PARTS
from vidispine._documents.registry import is_model
from vidispine._documents.times import format_time

__all__ = ["ROWS", "grid", "model_table", "row_of", "table"]

ROWS = 20
"""The maximum number of rows and columns of a table of entries."""
_MEMBERS = 100
"""The maximum number of members shown for a document."""
_CELL = 200
"""The maximum number of characters shown for a value."""
_NESTED = 5
"""The maximum depth of nested tables."""


def model_table(model: Any) -> str:
    """Return a list as a table of its entries, and another document as a table of its members."""
    name = type(model).__name__
    entries = getattr(type(model), "_entries", None)
    if entries is None:
        return table(members_of(model), name)
    members = dict(masked_members(model))
    listed = members.pop(entries, [])
    plain = [f"{key}={_text(value)}" for key, value in members.items() if not isinstance(value, list)]
    return grid(map(row_of, islice(listed, ROWS)), ", ".join([name, *plain]), len(listed))


def members_of(model: Any) -> Mapping[str, Any]:
    """Return the values to show for a model, by name."""
    summary = model._summary()
    return dict(sorted(masked_members(model), key=importance)) if summary is None else summary


def row_of(entry: Any) -> dict[str, Any]:
    """Return the values of an entry by column: its own, and those of its metadata."""
    if isinstance(entry, Mapping):
        return dict(entry)
    if not is_model(entry):
        return {type(entry).__name__: entry}
    members = members_of(entry)
    row = {name: value for name, value in members.items() if value != [] and not _is_nested(value)}
    for part in (members.get(name) for name in PARTS):
        if is_model(part):
            row.update((name, value) for name, value in row_of(part).items() if name not in row)
    return row


def _is_nested(value: Any) -> bool:
    return isinstance(value, Mapping) or is_model(value) or (isinstance(value, list) and any(map(_is_nested, value)))


def table(members: Mapping[str, Any], caption: str = "", depth: int = _NESTED) -> str:
    """Return a table with a row for each member.

    :param depth: the maximum depth of nested tables for groups of values
    """
    shown = islice(members.items(), _MEMBERS)
    rows = [f"<tr><th>{_safe(name)}</th><td>{_cell(value, depth - 1)}</td></tr>" for name, value in shown]
    more = len(members) - len(rows)
    return _table(caption, [*rows, f"<tr><td>... {more} more</td></tr>"] if more else rows)


def grid(rows: Iterable[Mapping[str, Any]], caption: str, total: int | None = None) -> str:
    """Return a table with a column for each name.

    :param total: the total number of rows, if known
    """
    shown = list(islice(rows, ROWS))
    names = list(dict.fromkeys(name for row in shown for name in row))[:ROWS]
    head = "".join(f"<th>{_safe(name)}</th>" for name in names)
    body = [f"<tr>{''.join(f'<td>{_cell(row.get(name), 0)}</td>' for name in names)}</tr>" for row in shown]
    more = "" if total is None or total <= len(shown) else f" (the first {len(shown)} of {total} are shown)"
    return _table(f"{caption}{more}", [f"<tr>{head}</tr>", *body] if shown else [])


def _table(caption: str, rows: list[str]) -> str:
    head = f"<caption>{_safe(caption)}</caption>" if caption else ""
    return f"<table>{head}{''.join(rows)}</table>"


def _cell(value: Any, depth: int) -> str:
    """Return a value as the content of a cell.

    :param depth: the maximum depth of nested tables for groups of values
    """
    if depth > 0 and isinstance(value, Mapping):
        return table(value, depth=depth)
    if depth > 0 and is_model(value):
        summary = value._summary()
        return _safe(_text(value)) if summary is None else table(summary, depth=depth)
    if isinstance(value, list) and value:
        separator = "<br>" if _is_nested(value) else ", "
        cells = [_cell(element, depth) for element in value[:ROWS]]
        return separator.join(cells if len(value) <= ROWS else [*cells, f"... {len(value) - ROWS} more"])
    return _safe(_text(value))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, str):
        return value if len(value) <= _CELL else f"{value[:_CELL]}..."
    return format_line(value, _CELL)


def _safe(text: Any) -> str:
    """Return text escaped for HTML, without characters that cannot be encoded."""
    return escape(str(text).encode("utf-8", "backslashreplace").decode("utf-8"))
