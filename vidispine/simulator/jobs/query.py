"""Queries for ``GET /job``, compiled to SQL."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from vidispine.jobs import ABORTING
from vidispine.simulator.database.conditions import marks
from vidispine.simulator.http.arguments import split_pair
from vidispine.simulator.http.errors import invalid_input
from vidispine.simulator.http.formats import to_milliseconds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

DEFAULT_NUMBER = 100

_SORT = {
    "jobId": "serial",
    "type": "type",
    "state": "status",
    "user": "user",
    "startTime": "started",
    # 0 is the highest priority: "asc" sorts from the lowest to the highest.
    "priority": "-priority",
}
_SORT_FORM = re.compile(r"\s*(\w+)(?:\s+(asc|desc))?\s*", re.IGNORECASE)


class JobQuery:
    """A filter on jobs, with an order and a page."""

    def __init__(self, arguments: Mapping[str, Any], user: str, priorities: Sequence[str]) -> None:
        """Read the arguments of a request.

        :param user: name of the requesting user
        :param priorities: all priorities, highest first
        :raises ApiError: an argument is invalid
        """
        self._conditions = ["parent IS NULL"]
        self._values: list[Any] = []
        if arguments.get("user", True):
            self._add("user = ?", user)
        self._one_of("type", arguments.get("type"))
        self._one_of("status", [_stored_state(value) for value in arguments.get("state") or ()])
        self._one_of("priority", [_rank(value, priorities) for value in arguments.get("priority") or ()])
        for column, parameter in (("started", "starttime"), ("finished", "finishtime")):
            self._between(column, arguments.get(f"{parameter}-from"), arguments.get(f"{parameter}-to"))
        for pair in arguments.get("jobmetadata") or ():
            self._data(*split_pair(pair))
        self._order = _order(arguments.get("sort"))
        # Positions start at 1. For clients that start at 0, the first job is the same.
        self._offset = max(_at_least_zero("first", arguments.get("first", 1)) - 1, 0)
        self._number = _at_least_zero("number", arguments.get("number", DEFAULT_NUMBER))

    def count(self) -> tuple[str, list[Any]]:
        """Return the statement that counts all matching jobs, and its values."""
        statement = f"SELECT count(*) FROM job WHERE {self._where()}"  # noqa: S608 - values are bound
        return statement, self._values

    def page(self, columns: str = "*") -> tuple[str, list[Any]]:
        """Return the statement that selects the page, and its values."""
        clauses = f"WHERE {self._where()} ORDER BY {self._order} LIMIT ? OFFSET ?"
        statement = f"SELECT {columns} FROM job {clauses}"  # noqa: S608 - values are bound
        return statement, [*self._values, self._number, self._offset]

    def _where(self) -> str:
        return " AND ".join(self._conditions)

    def _add(self, condition: str, *values: Any) -> None:
        self._conditions.append(condition)
        self._values.extend(values)

    def _one_of(self, column: str, values: Sequence[Any] | None) -> None:
        if values and "all" not in values:
            self._add(f"{column} IN ({marks(values)})", *values)

    def _between(self, column: str, since: datetime | None, until: datetime | None) -> None:
        # Times in requests may be more precise than the milliseconds of the database.
        if since is not None:
            self._add(f"{column} >= ?", math.ceil(to_milliseconds(since)))
        if until is not None:
            self._add(f"{column} <= ?", math.floor(to_milliseconds(until)))

    def _data(self, key: str, value: str) -> None:
        if key == "item":
            # This key is derived from itemId in responses. It is not stored.
            self._add("0")
        elif "*" in value:
            pattern = value.replace("[", "[[]").replace("?", "[?]")
            self._add("serial IN (SELECT job FROM job_data WHERE key = ? AND value GLOB ?)", key, pattern)
        else:
            self._add("serial IN (SELECT job FROM job_data WHERE key = ? AND value = ?)", key, value)


def _stored_state(state: str) -> str:
    return "ABORTED_PENDING" if state in ABORTING else state


def _rank(value: str, priorities: Sequence[str]) -> int | str:
    if value == "all":
        return value
    if value not in priorities:
        raise invalid_input("priority", value, f"a priority must be one of {', '.join(priorities)}")
    return priorities.index(value)


def _at_least_zero(name: str, value: int) -> int:
    if value < 0:
        raise invalid_input(name, str(value), f"{name} must not be negative")
    return value


def _order(sort: Sequence[str] | str | None) -> str:
    """Return the ORDER BY clause for a list such as ``type asc, startTime desc``. Default: newest first."""
    if not sort:
        return "serial DESC"
    text = sort if isinstance(sort, str) else ",".join(sort)
    terms = []
    direction = "ASC"
    for part in text.split(","):
        match = _SORT_FORM.fullmatch(part)
        if match is None or match[1] not in _SORT:
            allowed = f"a field ({', '.join(_SORT)}) and asc or desc"
            raise invalid_input("sort", text, f"sort is a list of fields: {allowed}, such as startTime desc")
        direction = (match[2] or "asc").upper()
        terms.append(f"{_SORT[match[1]]} {direction}")
    # A unique last key keeps pages from overlapping.
    return ", ".join([*terms, f"serial {direction}"])
