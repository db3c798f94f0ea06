"""``vidispine jobs abort``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.ids import ids_argument, read_ids
from vidispine.cli.output.formats import Done, output_options, write_done

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["command"]


@click.command("abort", cls=Command)
@ids_argument("JOB")
@click.option("--reason", metavar="TEXT", help="Free-text reason for the abort.")
@click.option("--no-cleanup", is_flag=True, help="Skip the clean-up steps of jobs that are not running yet.")
@output_options
@connection_options
@click.pass_context
def command(context: click.Context, ids: tuple[str, ...], reason: str | None, no_cleanup: bool) -> None:
    """The command does not wait until the jobs have stopped; use 'jobs wait' for that. Aborted jobs are kept.

    Examples:
      vidispine jobs abort VX-29 --reason 'wrong source'
      vidispine jobs list --state waiting -o ids | vidispine jobs abort -
    """
    from vidispine import JobApi

    jobs = read_ids(ids)
    api = JobApi(connect(context))

    def abort() -> Iterator[Done]:
        for job_id in jobs:
            api.abort_job(job_id, reason=reason, cleanup=False if no_cleanup else None)
            yield Done(job_id, {"jobId": job_id}, f"Aborting {job_id}")

    write_done(context, abort())
