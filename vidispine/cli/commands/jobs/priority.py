"""``vidispine jobs priority``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.ids import ids_argument, read_ids
from vidispine.cli.options.jobs import complete_priority, to_priority
from vidispine.cli.output.formats import Done, output_options, write_done

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["command"]


@click.command("priority", cls=Command)
@click.argument("priority", callback=to_priority, shell_complete=complete_priority)
@ids_argument("JOB")
@output_options
@connection_options
@click.pass_context
def command(context: click.Context, priority: str, ids: tuple[str, ...]) -> None:
    """Priorities, from first to last: IMMEDIATE, HIGHEST, HIGH, MEDIUM, LOW, LOWEST.

    Example:
      vidispine jobs priority high VX-29 VX-30
    """
    from vidispine import JobApi, JobPriority

    if priority not in JobPriority.values():
        raise click.UsageError(f"{priority!r} is not a priority: use one of {', '.join(JobPriority.values())}")
    jobs = read_ids(ids)
    api = JobApi(connect(context))

    def update() -> Iterator[Done]:
        for job_id in jobs:
            api.update_job(job_id, priority=priority)
            yield Done(job_id, {"jobId": job_id, "priority": priority}, f"{job_id} has the priority {priority}")

    write_done(context, update())
