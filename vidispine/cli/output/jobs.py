"""How a terminal shows jobs: as a table, or as one line for each."""

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

WIDE = 100
"""Columns from which on there is room for a bar."""

# Colours that are legible on dark and on light; they only repeat what the word says.
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

# So wide from the start that the table keeps its shape while states and priorities change.
_STATE_WIDTH = len("ABORTED_PENDING")
_PRIORITY_WIDTH = len("HIGHEST")
_BAR_WIDTH = 20


def job_table(jobs: Iterable[JobType], width: int) -> Table:
    """Return a table with a row for each job, as wide as the terminal.

    :param jobs: jobs, with their log
    :param width: columns of the terminal; in a wide one there is a bar
    """
    # Expanded, and its last column the only one with a ratio: so it is the one that is cut short where room is scarce.
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", expand=True)
    table.add_column("Job", no_wrap=True)
    table.add_column("Type", no_wrap=True)
    table.add_column("Priority", no_wrap=True, min_width=_PRIORITY_WIDTH)
    table.add_column("State", no_wrap=True, min_width=_STATE_WIDTH)
    if width >= WIDE:
        table.add_column("Done", no_wrap=True, min_width=_BAR_WIDTH)
    table.add_column("Step", no_wrap=True, overflow="ellipsis", ratio=1)
    for job in jobs:
        what = (Text(one_line(word)) for word in (job.job_id, job.type, job.priority))
        state = Text(one_line(job.status), style=state_style(job))
        bar = [_bar(job)] if width >= WIDE else []
        table.add_row(*what, state, *bar, Text(one_line(step_text(job, progress=True))))
    return table


def state_style(job: JobType) -> str:
    """Return the colour of a job's state; none for one that is not known."""
    return _STYLES.get(state_of(job), "")


def job_line(job: JobType) -> str:
    """Return a job, with its log, as one line without its progress: it differs when something happened to the job."""
    job_id, type, priority, state = (one_line(word) for word in (job.job_id, job.type, job.priority, job.status))
    columns = f"{job_id:<5}  {type:<10}  {priority:<{_PRIORITY_WIDTH}}  {state:<{_STATE_WIDTH}}"
    return f"{columns}  {one_line(step_text(job))}".rstrip()


def step_text(job: JobType, *, progress: bool = False) -> str:
    """Return how far a job is: ``2/4 Transcoding``, or what stopped it there.

    :param job: a job with its log
    :param progress: add the percentage of the step that is running
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
        return f"{number} waits for {_requirement(job)}"
    attempt = f", try {task.attempts}" if task.attempts > 1 else ""
    percent = f" {task_progress(task):.0%}" if progress and job.status == "STARTED" else ""
    return f"{number} {task.description or ''}{attempt}{percent}"


def _bar(job: JobType) -> ProgressBar:
    given_up = job.status in ABORTING or job.status == "ABORTED"
    return ProgressBar(
        total=1.0,
        completed=0.0 if given_up else job.progress,
        width=_BAR_WIDTH,
        style="bright_black",
        complete_style="cyan",
        finished_style="green",
    )


def _requirement(job: JobType) -> str:
    return (job.waiting.requirement if job.waiting else None) or "something that is missing"
