"""Jobs as rows of a live table, and as single lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from vidispine.cli.output.text import one_line
from vidispine.jobs import ABORTING, FAILED, SUCCEEDED, error_message, last_task, state_of, task_progress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vidispine import JobType

__all__ = ["job_line", "job_table", "state_style", "step_text"]

MIN_BAR_WIDTH = 100
"""Minimum width of a terminal that has room for progress bars."""

# Colors of the terminal's palette that are readable on dark and light backgrounds.
_STYLES = {
    "STARTED": "cyan",
    "VIDINET_JOB": "cyan",
    "WAITING": "magenta",
    "HOLD": "magenta",
    "ABORTED_PENDING": "red",
    "ABORTED": "red",
    "FAILED_TOTAL": "bold red",
    "FINISHED": "green",
    "FINISHED_WARNING": "green",
}

# Minimum widths, so that columns do not move when a state or a priority changes.
_STATE_WIDTH = len("ABORTED_PENDING")
_PRIORITY_WIDTH = len("HIGHEST")
_BAR_WIDTH = 20


def job_table(jobs: Iterable[JobType], width: int) -> Table:
    """Return a table with a row per job, as wide as the terminal.

    :param jobs: jobs with their logs
    :param width: width of the terminal
    """
    # Only the last column has a ratio, so that it is the one that is truncated.
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", expand=True)
    table.add_column("Job", no_wrap=True)
    table.add_column("Type", no_wrap=True)
    table.add_column("Priority", no_wrap=True, min_width=_PRIORITY_WIDTH)
    table.add_column("State", no_wrap=True, min_width=_STATE_WIDTH)
    if width >= MIN_BAR_WIDTH:
        table.add_column("Done", no_wrap=True, min_width=_BAR_WIDTH)
    table.add_column("Step", no_wrap=True, overflow="ellipsis", ratio=1)
    for job in jobs:
        cells = (Text(one_line(text)) for text in (job.job_id, job.type, job.priority))
        state = Text(one_line(job.status), style=state_style(job))
        bar = [_bar(job)] if width >= MIN_BAR_WIDTH else []
        table.add_row(*cells, state, *bar, Text(one_line(step_text(job, progress=True))))
    return table


def state_style(job: JobType) -> str:
    """Return the color of a job's state; empty for an unknown state."""
    return _STYLES.get(state_of(job), "")


def job_line(job: JobType) -> str:
    """Return a job with its log as one line. The line has no progress, so it changes only with the state or step."""
    job_id, type, priority, state = (one_line(text) for text in (job.job_id, job.type, job.priority, job.status))
    columns = f"{job_id:<5}  {type:<10}  {priority:<{_PRIORITY_WIDTH}}  {state:<{_STATE_WIDTH}}"
    return f"{columns}  {one_line(step_text(job))}".rstrip()


def step_text(job: JobType, *, progress: bool = False) -> str:
    """Return a job's current step, ``2/4 Transcoding``, or the error that ended it.

    :param job: a job with its log
    :param progress: whether to add the percentage of the current step
    """
    task, total = last_task(job), job.total_steps or 0
    if task is None or job.status == "ABORTED":
        return ""
    if task.step > total:  # such as the cleanup of an aborted job
        return task.description or ""
    number = f"{task.step}/{total}"
    if job.status in SUCCEEDED:
        return number
    if job.status in FAILED:
        return f"{number} {error_message(job) or task.description or ''}"
    if job.status == "WAITING":
        return f"{number} waiting for {_requirement(job)}"
    attempt = f", attempt {task.attempts}" if task.attempts > 1 else ""
    percent = f" {task_progress(task):.0%}" if progress and job.status == "STARTED" else ""
    return f"{number} {task.description or ''}{attempt}{percent}"


def _bar(job: JobType) -> ProgressBar:
    aborted = job.status in ABORTING or job.status == "ABORTED"
    return ProgressBar(
        total=1.0,
        completed=0.0 if aborted else job.progress,
        width=_BAR_WIDTH,
        style="bright_black",
        complete_style="cyan",
        finished_style="green",
    )


def _requirement(job: JobType) -> str:
    return (job.waiting.requirement if job.waiting else None) or "an unknown resource"
