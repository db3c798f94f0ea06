"""Jobs: the final states, what a job's document tells, and how waiting works.

The states themselves and what each means are in :class:`vidispine.JobState`.
"""

from __future__ import annotations

from vidispine._mixins.job_state import error_message, failed_step, last_task, state_of, task_progress
from vidispine.models.job_state import JobState

__all__ = [
    "ABORTING",
    "FAILED",
    "FINAL",
    "SUCCEEDED",
    "error_message",
    "failed_step",
    "last_task",
    "state_of",
    "task_progress",
]

FINAL = JobState.FINAL
"""States after which nothing follows."""

SUCCEEDED = JobState.SUCCEEDED
"""Final states of a job whose work is done."""

FAILED = JobState.FAILED
"""Final states of a job whose work is not done."""

ABORTING = JobState.ABORTING
"""The spellings of the one state of a job that is being aborted."""
