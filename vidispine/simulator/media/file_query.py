"""Queries for files, with an order and pages."""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING, Any

from vidispine.simulator.database.conditions import marks
from vidispine.simulator.http.arguments import split_values
from vidispine.simulator.http.errors import invalid_input
from vidispine.simulator.http.formats import serial_of
from vidispine.simulator.media.file_store import File, checked_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vidispine.simulator.http.requests import Request

NUMBER = 10
"""Default size of a page of files or folders."""

_SORTS = {
    "fileId": "serial",
    "path": "path",
    "filename": "path",
    "size": "size",
    "state": "state",
    "storage": "storage",
    "timestamp": "changed",
    "hash": "hash",
}
_FILTERS = {
    "all": "1",
    "item": "EXISTS (SELECT 1 FROM component_file WHERE component_file.file = file.serial)",
    "noitem": "NOT EXISTS (SELECT 1 FROM component_file WHERE component_file.file = file.serial)",
}


class FileQuery:
    """The filters of a request for files."""

    def __init__(self, request: Request, storages: list[str], filter: str) -> None:
        """Read the arguments of a request.

        :param storages: ids of storages. Empty: all
        :param filter: whether files belong to items
        :raises ApiError: an argument is invalid
        """
        self._request = request
        self._where: list[str] = []
        self._values: list[Any] = []
        arguments = request.arguments
        self._one_of("storage", [request.state.media.storages.get(id).serial for id in storages])
        self._one_of("serial", [serial_of(id, "FILE") for id in split_values(arguments.get("id"))])
        self._one_of("state", [checked_state(state) for state in split_values(arguments.get("state"))])
        self._one_of("hash", split_values(arguments.get("hash")))
        if filter not in _FILTERS:
            raise invalid_input("filter", filter, f"filter must be one of {', '.join(_FILTERS)}")
        self._where.append(_FILTERS[filter])
        if arguments.get("storageType"):
            self._where.append("storage IN (SELECT serial FROM storage WHERE type = ?)")
            self._values.append(arguments["storageType"])
        if arguments.get("storageGroup"):
            self._where.append("storage IN (SELECT storage FROM storage_group_member WHERE name = ?)")
            self._values.append(arguments["storageGroup"])
        self._path = _PathFilter(arguments)
        self._order = _order(arguments.get("sort", ()))

    def _one_of(self, column: str, values: list[Any]) -> None:
        if values:
            self._where.append(f"{column} IN ({marks(values)})")
            self._values += values

    def _select(self, columns: str, ending: str = "") -> str:
        return f"SELECT {columns} FROM file WHERE {' AND '.join(self._where)} {ending}"  # noqa: S608 - values are bound

    def _rows(self, more: str = "1", values: tuple[Any, ...] = (), order: str | None = None) -> Iterator[File]:
        ending = f"AND {more} ORDER BY {order or self._order}"
        for row in self._request.state.database.execute(self._select("*", ending), [*self._values, *values]):
            file = File(*row)
            if self._path.matches(file.path):
                yield file

    def count(self) -> int:
        """Return the number of matching files."""
        if self._path.matches_all:
            return int(self._request.state.database.value(self._select("count(*)"), *self._values))
        return sum(1 for _ in self._rows())

    def page(self) -> list[File]:
        """Return the requested page."""
        first = max(0, self._request.arguments.get("first", 0))
        return _slice(self._rows(), first, self._number("number"))

    def after(self, cursor: str) -> tuple[list[File], str]:
        """Return the page after a cursor, and the next cursor. Files are sorted by id."""
        if cursor != "*" and not re.fullmatch(r"[0-9]{1,18}", cursor):
            raise invalid_input("cursor", cursor, "cursor must be * or the nextCursor of the previous page")
        last = 0 if cursor == "*" else int(cursor)
        files = _slice(self._rows("serial > ?", (last,), "serial"), 0, self._number("number"))
        return files, str(files[-1].serial if files else last)

    def folders(self) -> list[str]:
        """Return the requested page of folders below the path."""
        paths = self._request.state.database.column(self._select("path"), *self._values)
        names = sorted({name for name in map(self._path.folder, paths) if name is not None})
        first = max(0, self._request.arguments.get("prefixFirst", 0))
        return names[first : first + self._number("prefixNumber")]

    def _number(self, name: str) -> int:
        return max(0, int(self._request.arguments.get(name, NUMBER)))


class _PathFilter:
    """The filter on paths."""

    def __init__(self, arguments: Any) -> None:
        text = arguments.get("path", "/").strip("/")
        self._ignore_case = arguments.get("ignorecase", False)
        self._wildcard = arguments.get("wildcard", False)
        self._recursive = arguments.get("recursive", True)
        self._text = text.lower() if self._ignore_case else text

    @property
    def matches_all(self) -> bool:
        """Whether the filter matches all paths."""
        return not self._text and self._recursive

    def matches(self, path: str) -> bool:
        """Return whether the filter matches a path."""
        path = path.lower() if self._ignore_case else path
        if self._wildcard and self._text:
            return fnmatch.fnmatchcase(path, self._text) or fnmatch.fnmatchcase(path, f"{self._text}/*")
        if self._text and path != self._text and not path.startswith(f"{self._text}/"):
            return False
        rest = path[len(self._text) :].lstrip("/") if self._text else path
        return self._recursive or "/" not in rest

    def folder(self, path: str) -> str | None:
        """Return the folder directly below the filter's path that contains a file, ``None`` when there is none."""
        normalized = path.lower() if self._ignore_case else path
        if self._text and not normalized.startswith(f"{self._text}/"):
            return None
        start = len(self._text) + 1 if self._text else 0
        name, slash, _ = path[start:].partition("/")
        return f"{path[:start]}{name}/" if slash else None


def _slice(files: Iterator[File], first: int, number: int) -> list[File]:
    page: list[File] = []
    for position, file in enumerate(files):
        if len(page) >= number:
            break
        if position >= first:
            page.append(file)
    return page


def _order(sorts: Any) -> str:
    parts = []
    for sort in sorts:
        key, _, direction = sort.strip().partition(" ")
        if key not in _SORTS or direction.strip().lower() not in ("", "asc", "desc"):
            raise invalid_input("sort", sort, f"sort is one of {', '.join(_SORTS)}, each with asc or desc")
        parts.append(f"{_SORTS[key]} {direction.strip() or 'asc'}")
    return ", ".join([*parts, "serial"])
