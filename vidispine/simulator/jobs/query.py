"""What ``GET /job`` asks for, as SQL."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from vidispine.jobs import ABORTING
from vidispine.simulator.formats import to_milliseconds
from vidispine.simulator.http.arguments import split_pair
from vidispine.simulator.http.errors import invalid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

__all__ = ["JobQuery"]

DEFAULT_NUMBER = 100

_SORT = {
    "jobId": "serial",
    "type": "type",
    "state": "status",
    "user": "user",
    "startTime": "started",
    # 0 is the highest priority, so that "asc" goes from the lowest one to the highest.
    "priority": "-priority",
}
_SORT_FORM = re.compile(r"\s*(\w+)(?:\s+(asc|desc))?\s*", re.IGNORECASE)


class JobQuery:
    """A selection of jobs, their order and the page of them that is wanted."""

    def __init__(self, arguments: Mapping[str, Any], user: str, priorities: Sequence[str]) -> None:
        """Read the request's arguments.

        :param user: who asks
        :param priorities: the vocabulary of priorities, the highest first
        :raises Fault: an argument cannot be used
        """
        self._conditions = ["parent IS NULL"]
        self._values: list[Any] = []
        if arguments.get("user", True):
            self._add("user = ?", user)
        self._one_of("type", arguments.get("type"))
        self._one_of("status", [_spelt(word) for word in arguments.get("state") or ()])
        self._one_of("priority", [_rank(word, priorities) for word in arguments.get("priority") or ()])
        for column, parameter in (("started", "starttime"), ("finished", "finishtime")):
            self._between(column, arguments.get(f"{parameter}-from"), arguments.get(f"{parameter}-to"))
        for pair in arguments.get("jobmetadata") or ():
            self._data(*split_pair(pair))
        self._order = _order(arguments.get("sort"))
        # Counted from 1; clients that count from 0 mean the same first job.
        self._offset = max(_at_least_zero("first", arguments.get("first", 1)) - 1, 0)
        self._number = _at_least_zero("number", arguments.get("number", DEFAULT_NUMBER))

    def count(self) -> tuple[str, list[Any]]:
        """Return the statement that counts all matches, and its values."""
        statement = f"SELECT count(*) FROM job WHERE {self._where()}"  # noqa: S608 - values are apart
        return statement, self._values

    def page(self, columns: str = "*") -> tuple[str, list[Any]]:
        """Return the statement that selects the page, and its values."""
        clauses = f"WHERE {self._where()} ORDER BY {self._order} LIMIT ? OFFSET ?"
        statement = f"SELECT {columns} FROM job {clauses}"  # noqa: S608 - values are apart
        return statement, [*self._values, self._number, self._offset]

    def _where(self) -> str:
        return " AND ".join(self._conditions)

    def _add(self, condition: str, *values: Any) -> None:
        self._conditions.append(condition)
        self._values.extend(values)

    def _one_of(self, column: str, words: Sequence[Any] | None) -> None:
        if words and "all" not in words:
            self._add(f"{column} IN ({', '.join('?' * len(words))})", *words)

    def _between(self, column: str, since: datetime | None, until: datetime | None) -> None:
        # Jobs have times in whole milliseconds; what is asked for may be finer.
        if since is not None:
            self._add(f"{column} >= ?", math.ceil(to_milliseconds(since)))
        if until is not None:
            self._add(f"{column} <= ?", math.floor(to_milliseconds(until)))

    def _data(self, key: str, value: str) -> None:
        if key == "item":
            # Made for the answer from itemId; there is no such data to find.
            self._add("0")
        elif "*" in value:
            pattern = value.replace("[", "[[]").replace("?", "[?]")
            self._add("serial IN (SELECT job FROM job_data WHERE key = ? AND value GLOB ?)", key, pattern)
        else:
            self._add("serial IN (SELECT job FROM job_data WHERE key = ? AND value = ?)", key, value)


def _spelt(state: str) -> str:
    """Return a state as it is kept here, where that of a job which is being aborted has one spelling."""
    return "ABORTED_PENDING" if state in ABORTING else state


def _rank(word: str, priorities: Sequence[str]) -> int | str:
    if word == "all":
        return word
    if word not in priorities:
        raise invalid("priority", word, f"a priority is one of {', '.join(priorities)}")
    return priorities.index(word)


def _at_least_zero(name: str, value: int) -> int:
    if value < 0:
        raise invalid(name, str(value), f"{name} must not be negative")
    return value


def _order(sort: Sequence[str] | str | None) -> str:
    """Return the ORDER BY of a list such as ``type asc, startTime desc``; the newest job first when there is none."""
    if not sort:
        return "serial DESC"
    text = sort if isinstance(sort, str) else ",".join(sort)
    terms = []
    direction = "ASC"
    for part in text.split(","):
        match = _SORT_FORM.fullmatch(part)
        if match is None or match[1] not in _SORT:
            allowed = f"a field ({', '.join(_SORT)}) and asc or desc"
            raise invalid("sort", text, f"sort is a list of fields: {allowed}, such as startTime desc")
        direction = (match[2] or "asc").upper()
        terms.append(f"{_SORT[match[1]]} {direction}")
    # Jobs that are equal in all this keep an order too, so that pages do not overlap.
    return ", ".join([*terms, f"serial {direction}"])
