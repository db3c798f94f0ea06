"""``vidispine jobs watch``."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, Callable

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.ids import ids_of
from vidispine.cli.options.job_filters import filter_options, wanted
from vidispine.cli.parameter_types import DURATION

if TYPE_CHECKING:
    from vidispine import JobApi, JobType

__all__ = ["command"]


@click.command("watch", cls=Command)
@click.argument("ids", nargs=-1, metavar="[JOB]...")
@click.option(
    "--interval", type=DURATION, default="2s", show_default=True, metavar="DURATION", help="How often to look."
)
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, metavar="NUMBER", help="At most.")
@filter_options
@connection_options
@click.pass_context
def command(context: click.Context, /, ids: tuple[str, ...], interval: float, limit: int, **filters: Any) -> None:
    """Named jobs are watched until all of them have ended, others until Ctrl-C. In a pipe there is a line whenever
    something has happened to a job.

    Examples:
      vidispine jobs watch --state running --all-users
      vidispine jobs watch VX-29 VX-30
    """
    from vidispine import JobApi

    if interval <= 0:
        raise click.UsageError("--interval must be above 0")
    api = JobApi(connect(context))
    if ids:
        _watch(_those(api, ids_of(ids)), interval, until_ended=True)
    else:
        query = wanted(**filters)
        _watch(lambda: api.get_jobs(**query, step=True, number=limit).job or [], interval, until_ended=False)


def _those(api: JobApi, ids: list[str]) -> Callable[[], list[JobType]]:
    found: dict[str, JobType] = {}

    def look() -> list[JobType]:
        for job_id in ids:
            # What has ended stays as it is.
            if job_id not in found or not found[job_id].is_final:
                found[job_id] = api.get_job(job_id)
        return list(found.values())

    return look


def _watch(look: Callable[[], list[JobType]], interval: float, *, until_ended: bool) -> None:
    from vidispine.cli.output.live_jobs import following

    jobs = look()  # if the server is not there at the beginning, that is all there is to say
    with following(sys.stdout) as follower:
        remark = ""
        while True:
            follower.show(jobs, remark or ("" if jobs else "No jobs"))
            if until_ended and all(job.is_final for job in jobs):
                break
            time.sleep(interval)
            jobs, remark = _look_again(look, jobs, remark)


def _look_again(look: Callable[[], list[JobType]], jobs: list[JobType], remark: str) -> tuple[list[JobType], str]:
    """Return the jobs as they are now; as they were, with since when and why, while the server does not answer."""
    from vidispine import ApiException, NotFoundException, UnauthorizedException

    try:
        return look(), ""
    except (NotFoundException, UnauthorizedException):
        raise
    except ApiException as error:
        return jobs, remark or f"No answer since {time.strftime('%H:%M:%S')}: {error}"
