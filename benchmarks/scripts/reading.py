"""Reads every attribute of decoded documents, including missing ones.

All contenders with classes have nearly the same attributes, so reading costs all of them the same.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS = tuple(f"portal_mf{number:06}" for number in (0, 5, 10, 15, 19))
"""Fields of the items that are read by their names: the first, the last and some between."""
GROUP = ("subject", "portal_mf000003")
"""A field of the groups of the items."""

_SET = "uuid user timestamp change mode"


class Reader:
    """Reads whole documents.

    :param renamed: attributes that have other names in the classes of a contender
    :param without: attributes that its classes do not have
    """

    def __init__(self, renamed: Mapping[str, str] | None = None, without: str = "") -> None:
        lacking = without.split()

        def every(names: str) -> attrgetter[Any]:
            return attrgetter(*((renamed or {}).get(name, name) for name in names.split() if name not in lacking))

        # Attributes that are read further come last.
        self._job = every(
            "job_id user started finished status type priority total_steps current_step waiting sub_job data log"
        )
        self._pair = every("key value")
        self._task = every(
            "id step attempts status timestamp description error_message sub_step total_sub_tasks sub_task progress"
        )
        self._progress = every("value total unit")
        self._item = every(
            "files merged_access end thumbnails timespan terse access start shape base external_id posters id metadata"
        )
        self._metadata = every("group template revision timespan")
        self._timespan = every("end base start group field")
        self._group = every(f"referenced group name reference inheritance data id cycle {_SET} field")
        self._field = every(f"referenced name reference inheritance track data type id {_SET} value")
        self._value = every(f"lang id value {_SET}")

    def jobs(self, jobs: Any) -> None:
        """Read each job of a list."""
        for job in jobs.job:
            self.job(job)

    def job(self, job: Any) -> None:
        """Read a job, and those within it."""
        *_, within, data, log = self._job(job)
        for pair in data:
            self._pair(pair)
        for task in log.task:
            self._progress(self._task(task)[-1])
        if within:
            for one in within:
                self.job(one)

    def items(self, items: Any) -> None:
        """Read each item of a list."""
        for item in items.item:
            for timespan in self._metadata(self._item(item)[-1])[-1]:
                *_, groups, fields = self._timespan(timespan)
                self._fields(fields)
                for group in groups:
                    self._fields(self._group(group)[-1])

    def _fields(self, fields: Any) -> None:
        for field in fields:
            for value in self._field(field)[-1]:
                self._value(value)


_READER = Reader()
read_job, read_jobs, read_items = _READER.job, _READER.jobs, _READER.items


def read_two(jobs: Any) -> list[tuple[str, str]]:
    """Return two attributes of each job."""
    return [(job.job_id, job.status) for job in jobs.job]


def kept(jobs: Any) -> Any:
    """Return a list of jobs, after two attributes of each were read."""
    read_two(jobs)
    return jobs


def read_by_types(model: Any) -> None:
    """Read every attribute as generic code does that knows no model, such as ``to_dict()`` of 5.0.4."""
    for name in model.openapi_types:
        value = getattr(model, name)
        if isinstance(value, list):
            for element in value:
                if hasattr(element, "openapi_types"):
                    read_by_types(element)
        elif hasattr(value, "openapi_types"):
            read_by_types(value)
