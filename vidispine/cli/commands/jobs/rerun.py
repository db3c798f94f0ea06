"""``vidispine jobs rerun``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.commands.jobs.wait import finish_with_jobs
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.ids import ids_argument, read_ids
from vidispine.cli.options.jobs import priority_option, wait_options
from vidispine.cli.output.formats import output_options
from vidispine.cli.output.streams import write_note

if TYPE_CHECKING:
    from vidispine import JobType

__all__ = ["command"]


@click.command("rerun", cls=Command)
@ids_argument("JOB")
@priority_option
@wait_options
@output_options
@connection_options
@click.pass_context
def command(context: click.Context, /, ids: tuple[str, ...], priority: str | None, **waiting: Any) -> None:
    """Starts a copy of each job, with the same type and data. The original job is unchanged.

    Examples:
      vidispine jobs rerun VX-29 --wait
      vidispine jobs list --state failed --finished-after 1d -o ids |
        vidispine jobs rerun -
    """
    from vidispine import JobApi

    api = JobApi(connect(context))
    copies: dict[str, JobType] = {}
    try:
        for job_id in read_ids(ids):
            copies[job_id] = api.create_duplicate_job(job_id, priority=priority)
    except BaseException:
        for job_id, copy in copies.items():
            write_note(f"{job_id} runs again as {copy.job_id}")
        raise
    finish_with_jobs(context, api, list(copies.values()), **waiting)
