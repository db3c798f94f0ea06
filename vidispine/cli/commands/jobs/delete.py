"""``vidispine jobs delete``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.ids import confirm_deletion, count_text, ids_argument, read_ids, yes_option
from vidispine.cli.output.formats import Done, output_options, write_done

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["command"]

BATCH_SIZE = 100
"""Ids per request, which keeps the URL short."""


@click.command("delete", cls=Command)
@ids_argument("JOB")
@yes_option
@output_options
@connection_options
@click.pass_context
def command(context: click.Context, ids: tuple[str, ...], yes: bool) -> None:
    """The jobs and their logs are deleted. What the jobs created is kept.

    Examples:
      vidispine jobs delete VX-29
      vidispine jobs list --state failed --finished-before 7d --all -o ids |
        vidispine jobs delete --yes -
    """
    from vidispine import JobApi

    jobs = read_ids(ids)
    confirm_deletion(count_text(jobs, "job"), yes)
    api = JobApi(connect(context))

    def delete() -> Iterator[Done]:
        for start in range(0, len(jobs), BATCH_SIZE):
            batch = jobs[start : start + BATCH_SIZE]
            api.delete_jobs(batch)
            note = f"Deleted {count_text(jobs, 'job')}" if batch[-1] == jobs[-1] else None
            for job_id in batch:
                yield Done(job_id, {"jobId": job_id}, note if job_id == batch[-1] else None)

    write_done(context, delete())
