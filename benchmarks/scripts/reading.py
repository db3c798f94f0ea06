"""Reads every attribute of what was decoded, those that are missing too.

All contenders with classes call the attributes alike, so the reading costs them all the same.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any

# What is read further comes last.
JOB = attrgetter(
    *("job_id", "user", "started", "finished", "status", "type", "priority", "total_steps"),
    *("current_step", "waiting", "sub_job", "data", "log"),
)
PAIR = attrgetter("key", "value")
TASK = attrgetter(
    *("id", "step", "attempts", "status", "timestamp", "description", "error_message"),
    *("sub_step", "total_sub_tasks", "sub_task", "progress"),
)
PROGRESS = attrgetter("value", "total", "unit")

ITEM = attrgetter(
    *("files", "merged_access", "end", "thumbnails", "timespan", "terse", "access", "start", "shape", "base"),
    *("external_id", "posters", "id", "metadata"),
)
METADATA = attrgetter("group", "template", "revision", "timespan")
TIMESPAN = attrgetter("end", "base", "start", "group", "field")
_SET = ("uuid", "user", "timestamp", "change", "mode")
GROUP = attrgetter("referenced", "group", "name", "reference", "inheritance", "data", "id", "cycle", *_SET, "field")
FIELD = attrgetter("referenced", "name", "reference", "inheritance", "track", "data", "type", "id", *_SET, "value")
VALUE = attrgetter("lang", "id", "value", *_SET)


def kept(jobs: Any) -> Any:
    """Return a list of jobs, after two attributes of each were read."""
    for job in jobs.job:
        _ = job.job_id, job.status
    return jobs


def read_jobs(jobs: Any) -> None:
    """Read each job of a list."""
    for job in jobs.job:
        read_job(job)


def read_job(job: Any) -> None:
    """Read a job, and those within it."""
    *_, within, data, log = JOB(job)
    for pair in data:
        PAIR(pair)
    for task in log.task:
        PROGRESS(TASK(task)[-1])
    if within:
        for one in within:
            read_job(one)


def read_items(items: Any) -> None:
    """Read each item of a list."""
    for item in items.item:
        for timespan in METADATA(ITEM(item)[-1])[-1]:
            *_, groups, fields = TIMESPAN(timespan)
            _read_fields(fields)
            for group in groups:
                _read_fields(GROUP(group)[-1])


def _read_fields(fields: Any) -> None:
    for field in fields:
        for value in FIELD(field)[-1]:
            VALUE(value)
