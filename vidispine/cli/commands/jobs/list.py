"""``vidispine jobs list``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.jobs import filter_options, to_query
from vidispine.cli.options.limit import limit_options, write_total
from vidispine.cli.output.formats import output_format, output_options, write_documents

if TYPE_CHECKING:
    from vidispine import JobType
    from vidispine.cli.output.table import Column

__all__ = ["command", "job_columns"]


@click.command("list", cls=Command)
@click.option("--steps", is_flag=True, help="Add the current step; in JSON, the log with all steps.")
@click.option("--metadata", is_flag=True, help="Add the job metadata, in JSON only.")
@click.option("--field", "fields", multiple=True, metavar="KEY", help="Limit the job metadata to this key. Repeatable.")
@filter_options
@limit_options
@output_options
@connection_options
@click.pass_context
def command(
    context: click.Context,
    /,
    limit: int | None,
    steps: bool,
    metadata: bool,
    fields: tuple[str, ...],
    **filters: Any,
) -> None:
    """Lists your jobs, newest first. A job must match all given filters; values of a repeated filter are alternatives.

    Examples:
      vidispine jobs list
      vidispine jobs list --state running --all-users
      vidispine jobs list --state failed --finished-after 24h --steps
      vidispine jobs list --type TRANSCODE --data itemId=VX-7 --json --metadata
      vidispine jobs list --state failed --all -o ids
    """
    from vidispine import JobApi

    query = to_query(**filters)
    query.update(step=steps or None, metadata=metadata or bool(fields) or None, field=fields or None)
    if output_format(context) == "ids":
        query["idonly"] = True
    jobs = JobApi(connect(context)).iterate_jobs(**query, limit=limit)
    count = write_documents(context, jobs, job_columns(steps=steps), lambda job: job.job_id)
    write_total(context, count, jobs.hits, "jobs")


def job_columns(*, steps: bool = False) -> list[Column[JobType]]:
    """Return the columns of a table of jobs.

    :param steps: whether the jobs have their logs
    """
    from vidispine.cli.output.jobs import state_style, step_text
    from vidispine.cli.output.table import Column
    from vidispine.cli.output.text import local_time

    columns: list[Column[JobType]] = [
        Column("Job", lambda job: job.job_id),
        Column("Type", lambda job: job.type, rank=3),
        Column("Priority", lambda job: job.priority, rank=5),
        Column("State", lambda job: job.status, style=state_style),
        Column("User", lambda job: job.user, rank=6),
        Column("Started", lambda job: local_time(job.started), rank=4),
        Column("Finished", lambda job: local_time(job.finished), rank=7),
    ]
    if steps:
        columns.append(Column("Done", lambda job: f"{job.progress:.0%}", rank=1))
        columns.append(Column("Step", step_text, rank=2, truncate=True))
    return columns
