"""``vidispine jobs``: the commands for jobs."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import LazyGroup
from vidispine.cli.registry import Entry

__all__ = ["command"]

_HERE = "vidispine.cli.commands.jobs"

_ENTRIES = {
    "list": Entry(f"{_HERE}.list", "List jobs."),
    "show": Entry(f"{_HERE}.show", "Show what is known about jobs."),
    "watch": Entry(f"{_HERE}.watch", "Watch jobs in a table that keeps up with them."),
    "wait": Entry(f"{_HERE}.wait", "Wait until jobs have ended."),
    "start": Entry(f"{_HERE}.start:start", "Start a job."),
    "rerun": Entry(f"{_HERE}.start:rerun", "Run jobs once more."),
    "abort": Entry(f"{_HERE}.abort:abort", "Abort jobs."),
    "delete": Entry(f"{_HERE}.abort:delete", "Delete jobs that have ended."),
    "priority": Entry(f"{_HERE}.abort:priority", "Change how soon jobs get their turn."),
    "problems": Entry(f"{_HERE}.problems", "List what jobs wait for."),
    "types": Entry(f"{_HERE}.types", "List the types of jobs that the server knows."),
}


@click.group("jobs", cls=LazyGroup, entries=_ENTRIES)
def command() -> None:
    """Where a command takes ids, a - stands for those on standard input, one a line: what 'jobs list -o ids' writes.

    Examples:
      vidispine jobs list --state running
      vidispine jobs start TRANSCODE itemId=VX-7 --wait
      vidispine jobs list --state failed --finished-before 7d -o ids | vidispine jobs delete --yes -
    """
