"""Simple search for users and groups."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from vidispine.simulator.http.errors import invalid_input

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def find_matches(document: Mapping[str, Any], rows: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Return the rows that match a search document, sorted as requested.

    The number of users and groups is small, so this scans all of them. ``*`` matches any text.

    :raises ApiError: the document names an unknown field
    """
    known = list(rows[0]) if rows else None
    for entry in (*_fields(document), *({"name": sort["field"]} for sort in document.get("sort", ()))):
        if known is not None and entry["name"].lower() not in known:
            raise invalid_input("field", entry["name"], f"the search knows {', '.join(known)}", context="search")
    found = [row for row in rows if _matches_document(document, row)]
    for sort in reversed(document.get("sort", ())):
        name = sort["field"].lower()
        found.sort(key=lambda row: row[name].casefold(), reverse=sort["order"] == "descending")
    return found


def _fields(document: Mapping[str, Any]) -> list[Mapping[str, str]]:
    return [*document.get("field", ()), *document.get("operator", {}).get("field", ())]


def _matches_document(document: Mapping[str, Any], row: Mapping[str, str]) -> bool:
    if not all(_matches_field(field, row) for field in document.get("field", ())):
        return False
    operator = document.get("operator")
    if operator is None:
        return True
    results = [_matches_field(field, row) for field in operator.get("field", ())]
    return any(results) if operator["operation"] == "OR" else all(results)


def _matches_field(field: Mapping[str, str], row: Mapping[str, str]) -> bool:
    pattern = field["value"].casefold().replace("[", "[[]")
    return fnmatchcase(row[field["name"].lower()].casefold(), pattern)
