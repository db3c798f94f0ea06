"""Any document of the API as ids or as a table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vidispine.cli.errors import CommandError
from vidispine.cli.output.formats import write_id

if TYPE_CHECKING:
    from rich.text import Text

__all__ = ["write_as_ids", "write_as_table"]

ID_MEMBERS = ("id", "jobId", "uuid", "userName", "groupName", "username", "name", "key")
"""Members that identify an entity, most specific first."""


def write_as_ids(document: Any) -> None:
    """Write the ids of the entries of a list document, or the id of another document.

    :raises CommandError: there are no ids, or one cannot be written as one line
    """
    wire = _wire(document)
    entries = _entries(wire)
    for entry in [wire] if entries is None else entries:
        found = _id_of(entry)
        if found is None:
            raise CommandError("the result has no ids: use --output json")
        write_id(found)


def write_as_table(document: Any) -> None:
    """Write the entries of a list document as a table, or the members of another document."""
    wire = _wire(document)
    entries = _entries(wire)
    if entries is None:
        _write_members(wire)
        return
    from vidispine.cli.output.table import Column, write_table

    names = dict.fromkeys(
        name for entry in entries if isinstance(entry, dict) for name, value in entry.items() if _is_simple(value)
    )
    columns: list[Column[Any]] = [
        Column(name, _member(name), rank=rank, truncate=True) for rank, name in enumerate(names)
    ] or [Column("value", _text)]
    write_table(entries, columns)


def _wire(document: Any) -> Any:
    return document.to_document() if hasattr(document, "to_document") else document


def _entries(wire: Any) -> list[Any] | None:
    """Return the entries of a list document: a document without an id that has a single list."""
    if isinstance(wire, list):
        return wire
    if not isinstance(wire, dict) or _id_of(wire) is not None:
        return None
    lists = [value for value in wire.values() if isinstance(value, list)]
    others = [value for value in wire.values() if not _is_simple(value) and not isinstance(value, list)]
    if not others and (len(lists) == 1 or set(wire) <= {"hits"}):
        return lists[0] if lists else []
    return None


def _id_of(entry: Any) -> str | None:
    if _is_simple(entry):
        return str(entry)
    if not isinstance(entry, dict):
        return None
    return next((str(entry[name]) for name in ID_MEMBERS if isinstance(entry.get(name), (str, int))), None)


def _is_simple(value: Any) -> bool:
    return isinstance(value, (str, int, float))


def _member(name: str) -> Any:
    return lambda entry: _text(entry.get(name)) if isinstance(entry, dict) else ""


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _write_members(wire: Any) -> None:
    from vidispine.cli.output.pager import key_values, show

    lines: list[Text] = list(key_values((name, _text(value)) for name, value in dict(wire).items()))
    show(lines)
