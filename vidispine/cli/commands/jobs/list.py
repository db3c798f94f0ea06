"""``vidispine jobs list``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.job_filters import filter_options, wanted
from vidispine.cli.options.limit import limit_options, tell_the_rest
from vidispine.cli.output.formats import output_options, show_documents, wants

if TYPE_CHECKING:
    from vidispine import JobType
    from vidispine.cli.output.table import Column

__all__ = ["command", "job_columns"]


@click.command("list", cls=Command)
@click.option("--steps", is_flag=True, help="With the step that each has come to, and in JSON with the log of all.")
@click.option("--metadata", is_flag=True, help="In JSON, with the data of each job.")
@click.option("--field", "fields", multiple=True, metavar="KEY", help="Of the data only this key; repeatable.")
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
    """Your jobs, the newest first. Several options of a kind are alternatives, those of different kinds must all fit.

    Examples:
      vidispine jobs list
      vidispine jobs list --state running --all-users
      vidispine jobs list --state failed --finished-after 24h --steps
      vidispine jobs list --type TRANSCODE --data itemId=VX-7 --json --metadata
      vidispine jobs list --state failed --all -o ids
    """
    from vidispine import JobApi

    query = wanted(**filters)
    query.update(step=steps or None, metadata=metadata or bool(fields) or None, field=fields or None)
    if wants(context) == "ids":
        query["idonly"] = True
    found = JobApi(connect(context)).iterate_jobs(**query, limit=limit)
    count = show_documents(context, found, job_columns(steps=steps), lambda job: job.job_id)
    tell_the_rest(context, count, found.hits, "jobs")


def job_columns(*, steps: bool = False) -> list[Column[JobType]]:
    """Return what a table shows of each job.

    :param steps: the jobs have their logs
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
        columns.append(Column("Step", step_text, rank=2, cut=True))
    return columns
