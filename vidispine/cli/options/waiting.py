"""Waiting until jobs have ended, and what a command that started some says in the end."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Callable, TypeVar

import click

from vidispine.cli.exit_codes import DONE, JOB_FAILED, STILL_RUNNING
from vidispine.cli.output.formats import note, show_documents, wants
from vidispine.cli.parameter_types import DURATION, seconds_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine import JobApi, JobType

__all__ = ["end_with", "max_wait_option", "wait_for", "waiting_options"]

F = TypeVar("F", bound="Callable[..., Any]")


def max_wait_option(command: F) -> F:
    """Give a command the option that says how long it waits."""
    option: Any = click.option(
        "--max-wait", type=DURATION, metavar="DURATION", help="Wait no longer than this, such as 90s, 15m or 2h."
    )
    decorated: F = option(command)
    return decorated


def waiting_options(command: F) -> F:
    """Give a command that starts jobs the options for waiting until they have ended."""
    option: Any = click.option("--wait", is_flag=True, help="Wait until it has ended, and fail if it does.")
    decorated: F = option(max_wait_option(command))
    return decorated


def end_with(
    context: click.Context, api: JobApi, jobs: Sequence[JobType], *, wait: bool, max_wait: float | None
) -> None:
    """Say which jobs there are now; wait for them first if that was asked for."""
    if wait or max_wait is not None:
        wait_for(context, api, jobs, max_wait)
        return
    from vidispine.cli.commands.jobs.list import job_columns

    show_documents(context, jobs, job_columns(), lambda job: job.job_id)


def wait_for(context: click.Context, api: JobApi, jobs: Sequence[JobType | str], max_wait: float | None) -> None:
    """Wait until jobs have ended, show how they fare meanwhile, and end with a status that tells how they did."""
    from vidispine.cli.commands.jobs.list import job_columns

    ended, status = _wait(api, jobs, max_wait)
    show_documents(context, ended, job_columns(steps=True), lambda job: job.job_id)
    if wants(context) != "table":
        for job in ended:
            if job.failed:
                note(f"{job.job_id} {job.status}")
    context.exit(status)


def _wait(api: JobApi, jobs: Sequence[JobType | str], max_wait: float | None) -> tuple[list[JobType], int]:
    from vidispine import JobTimeoutError
    from vidispine.cli.output.live_jobs import following

    ids = [job if isinstance(job, str) else job.job_id for job in jobs]
    ended: dict[str, JobType] = {}
    try:
        with following(sys.stderr) as follower:
            observed = _observing(api, ids, follower.show)
            for job in observed.wait_for_jobs(ids, timeout=max_wait, raise_on_failure=False):
                ended[job.job_id] = job
    except JobTimeoutError:
        left = [job_id for job_id in ids if job_id not in ended]
        note(f"After {seconds_text(max_wait or 0)} still running: {' '.join(left)}")
        return list(ended.values()), STILL_RUNNING
    except KeyboardInterrupt:
        left = [job_id for job_id in ids if job_id not in ended]
        note(f"The server goes on with them: vidispine jobs wait {' '.join(left)}")
        raise
    status = JOB_FAILED if any(job.failed for job in ended.values()) else DONE
    return [ended[job_id] for job_id in dict.fromkeys(ids)], status


def _observing(api: JobApi, ids: Sequence[str], show: Callable[[list[JobType]], object]) -> JobApi:
    """Return jobs as ``api`` has them, each of which is shown as often as it is read."""
    from vidispine import JobApi

    seen: dict[str, JobType] = {}

    class Observed(JobApi):
        def get_job(self, *arguments: Any, **options: Any) -> JobType:
            job = super().get_job(*arguments, **options)
            seen[job.job_id] = job
            show([seen[job_id] for job_id in ids if job_id in seen])
            return job

    return Observed(api.api_client)
