"""``vidispine jobs watch``."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, Callable

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.commands.jobs.list import job_columns
from vidispine.cli.commands.jobs.wait import requested
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.ids import read_ids
from vidispine.cli.options.jobs import filter_options, to_query
from vidispine.cli.output.formats import output_format, output_options
from vidispine.cli.parameter_types import DURATION

if TYPE_CHECKING:
    from vidispine import JobApi, JobType

__all__ = ["command"]


@click.command("watch", cls=Command)
@click.argument("ids", nargs=-1, metavar="[JOB]...")
@click.option(
    "--interval",
    type=DURATION,
    default="2s",
    show_default=True,
    metavar="DURATION",
    help="Polling interval, such as 2s or 1m.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=50,
    show_default=True,
    metavar="NUMBER",
    help="Maximum number of jobs to show.",
)
@filter_options
@output_options
@connection_options
@click.pass_context
def command(context: click.Context, /, ids: tuple[str, ...], interval: float, limit: int, **filters: Any) -> None:
    """With ids, the command ends when all of these jobs have ended. Otherwise it runs until Ctrl-C. In a pipe, it
    writes a line for each change of a job. With --json, the line is the job as a JSON document; with --output ids, the
    id of each job is written when the job has ended.

    Examples:
      vidispine jobs watch --state running --all-users
      vidispine jobs watch VX-29 VX-30
    """
    from vidispine import JobApi

    if interval <= 0:
        raise click.UsageError("--interval must be above 0")
    api = JobApi(connect(context))
    if ids:
        _watch(context, _poll_ids(api, read_ids(ids)), interval, until_ended=True)
    else:
        query = to_query(**filters)
        _watch(context, lambda: api.get_jobs(**query, step=True, number=limit).job or [], interval, until_ended=False)


def _poll_ids(api: JobApi, ids: list[str]) -> Callable[[], list[JobType]]:
    jobs: dict[str, JobType] = {}

    def poll() -> list[JobType]:
        for job_id in ids:
            if job_id not in jobs or not jobs[job_id].is_final:
                jobs[job_id] = requested(api.get_job(job_id), job_id)
        return list(jobs.values())

    return poll


def _watch(context: click.Context, poll: Callable[[], list[JobType]], interval: float, *, until_ended: bool) -> None:
    from vidispine.cli.output.live_jobs import job_display

    jobs = poll()  # an error of the first poll ends the command
    with job_display(sys.stdout, job_columns(steps=True), output_format(context)) as display:
        message = ""
        while True:
            display.show(jobs, message or ("" if jobs else "No jobs"))
            if until_ended and all(job.is_final for job in jobs):
                break
            time.sleep(interval)
            jobs, message = _poll_again(poll, jobs, message)


def _poll_again(poll: Callable[[], list[JobType]], jobs: list[JobType], message: str) -> tuple[list[JobType], str]:
    """Return the current jobs. If the server does not respond, return the previous jobs and a message."""
    from vidispine import ApiException, NotFoundException, UnauthorizedException

    try:
        return poll(), ""
    except (NotFoundException, UnauthorizedException):
        raise
    except ApiException as error:
        return jobs, message or f"No response since {time.strftime('%H:%M:%S')}: {error}"
