"""Reads every attribute of what was decoded; all contenders have given the attributes the same names."""

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


def read_jobs(jobs: Any) -> None:
    """Read every attribute of each job of a list, those that are missing too."""
    for job in jobs.job:
        *_, data, log = JOB(job)
        for pair in data:
            PAIR(pair)
        for task in log.task:
            PROGRESS(TASK(task)[-1])
