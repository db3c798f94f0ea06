"""Groups of job states, and functions that evaluate the document of a job.

:class:`vidispine.JobState` documents each state. ``JobApi.wait_for_job`` waits for a job.
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
"""The states of a job that has ended."""

SUCCEEDED = JobState.SUCCEEDED
"""The final states of a job that succeeded."""

FAILED = JobState.FAILED
"""The final states of a job that failed or was aborted."""

ABORTING = JobState.ABORTING
"""The states of a job that is being aborted. Servers use one or the other."""
