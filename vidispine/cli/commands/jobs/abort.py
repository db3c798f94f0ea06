"""``vidispine jobs abort``, ``delete`` and ``priority``."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.ids import confirm_deleting, counted, ids_argument, ids_of
from vidispine.cli.options.job_filters import complete_priority, priority_word
from vidispine.cli.output.formats import note

__all__ = ["abort", "delete", "priority"]

_AT_ONCE = 100
"""Ids in one request, whose URL must not get too long."""


@click.command("abort", cls=Command)
@ids_argument("JOB")
@click.option("--reason", metavar="TEXT", help="Why, for those who later wonder.")
@click.option("--no-cleanup", is_flag=True, help="Leave out the clean-up steps of a job that does not run yet.")
@connection_options
@click.pass_context
def abort(context: click.Context, ids: tuple[str, ...], reason: str | None, no_cleanup: bool) -> None:
    """It returns when the server has been told; 'jobs wait' waits until they have stopped. The jobs stay and can be
    read.

    Examples:
      vidispine jobs abort VX-29 --reason 'wrong source'
      vidispine jobs list --state waiting -o ids | vidispine jobs abort -
    """
    from vidispine import JobApi

    api = JobApi(connect(context))
    for job_id in ids_of(ids):
        api.abort_job(job_id, reason=reason, cleanup=False if no_cleanup else None)
        note(f"Aborting {job_id}")


@click.command("delete", cls=Command)
@ids_argument("JOB")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@connection_options
@click.pass_context
def delete(context: click.Context, ids: tuple[str, ...], yes: bool) -> None:
    """The jobs and all that the server keeps about them are gone; what they have made stays.

    Examples:
      vidispine jobs delete VX-29
      vidispine jobs list --state failed --finished-before 7d --all -o ids | vidispine jobs delete --yes -
    """
    from vidispine import JobApi

    jobs = ids_of(ids)
    confirm_deleting(counted(jobs, "job"), yes)
    api = JobApi(connect(context))
    for start in range(0, len(jobs), _AT_ONCE):
        api.delete_jobs(jobs[start : start + _AT_ONCE])
    note(f"Deleted {counted(jobs, 'job')}")


@click.command("priority", cls=Command)
@click.argument("priority", callback=priority_word, shell_complete=complete_priority)
@ids_argument("JOB")
@connection_options
@click.pass_context
def priority(context: click.Context, priority: str, ids: tuple[str, ...]) -> None:
    """From IMMEDIATE, HIGHEST, HIGH, MEDIUM and LOW to LOWEST.

    Example:
      vidispine jobs priority high VX-29 VX-30
    """
    from vidispine import JobApi, JobPriority

    if priority not in JobPriority.values():
        raise click.UsageError(f"{priority!r} is no priority: {', '.join(JobPriority.values())}")
    api = JobApi(connect(context))
    for job_id in ids_of(ids):
        api.update_job(job_id, priority=priority)
        note(f"{job_id} has the priority {priority}")
