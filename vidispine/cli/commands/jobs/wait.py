"""``vidispine jobs wait``, and waiting for jobs that other commands start."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Callable

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.commands.jobs.list import job_columns
from vidispine.cli.errors import CommandError
from vidispine.cli.exit_codes import JOB_FAILED, SUCCESS, WAIT_TIMEOUT
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.ids import ids_argument, read_ids
from vidispine.cli.options.jobs import max_wait_option
from vidispine.cli.output.formats import output_format, output_options, write_documents
from vidispine.cli.output.streams import write_note
from vidispine.cli.output.text import duration_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine import JobApi, JobType

__all__ = ["command", "finish_with_jobs", "requested", "start_jobs"]


@click.command("wait", cls=Command)
@ids_argument("JOB")
@max_wait_option
@output_options
@connection_options
@click.pass_context
def command(context: click.Context, ids: tuple[str, ...], max_wait: float | None) -> None:
    """Progress is shown on standard error. When the jobs have ended, they are written to standard output.
    Ctrl-C ends the wait; the jobs continue on the server.

    The exit code is 0 if all jobs finished, 3 if a job failed or was aborted, and 7 if jobs are still running after
    --max-wait.

    Examples:
      vidispine jobs wait VX-29 VX-30
      vidispine jobs wait VX-29 --max-wait 2h && echo done
    """
    from vidispine import JobApi

    _wait_for_jobs(context, JobApi(connect(context)), read_ids(ids), max_wait)


def start_jobs(items: Sequence[str], start: Callable[[str], JobType], doing: str) -> list[JobType]:
    """Start a job for each item. If one cannot be started, write the started ones.

    :param doing: the action for messages, such as ``Transcoding``
    """
    jobs: dict[str, JobType] = {}
    try:
        for item_id in items:
            jobs[item_id] = start(item_id)
    except BaseException:
        for item_id, job in jobs.items():
            write_note(f"{doing} item {item_id}: job {job.job_id}")
        raise
    return list(jobs.values())


def finish_with_jobs(
    context: click.Context, api: JobApi, jobs: Sequence[JobType], *, wait: bool, max_wait: float | None
) -> None:
    """Write the started jobs, after waiting for them if the options say so."""
    if wait or max_wait is not None:
        _wait_for_jobs(context, api, jobs, max_wait)
        return
    write_documents(context, jobs, job_columns(), lambda job: job.job_id)


def requested(job: JobType, job_id: str) -> JobType:
    """Return the job that the server returned for an id.

    :raises CommandError: it is another job
    """
    if job.job_id != job_id:
        raise CommandError(f"the server returned the job {job.job_id!a}, which was not requested")
    return job


def _wait_for_jobs(context: click.Context, api: JobApi, jobs: Sequence[JobType | str], max_wait: float | None) -> None:
    """Wait until jobs end while their progress is shown, write them, and exit with the code of the outcome."""
    ended, exit_code = _wait(api, jobs, max_wait)
    write_documents(context, ended, job_columns(steps=True), lambda job: job.job_id)
    if output_format(context) != "table":
        for job in ended:
            if job.failed:
                write_note(f"{job.job_id} {job.status}")
    context.exit(exit_code)


def _wait(api: JobApi, jobs: Sequence[JobType | str], max_wait: float | None) -> tuple[list[JobType], int]:
    from vidispine import JobTimeoutError
    from vidispine.cli.output.live_jobs import job_display

    ids = [job if isinstance(job, str) else job.job_id for job in jobs]
    ended: dict[str, JobType] = {}
    try:
        with job_display(sys.stderr, job_columns(steps=True)) as display:
            observed = _observed(api, ids, display.show)
            for job in observed.wait_for_jobs(ids, timeout=max_wait, raise_on_failure=False):
                ended[job.job_id] = job
    except JobTimeoutError:
        running = [job_id for job_id in ids if job_id not in ended]
        write_note(f"Still running after {duration_text(max_wait or 0)}: {' '.join(running)}")
        return list(ended.values()), WAIT_TIMEOUT
    except KeyboardInterrupt:
        running = [job_id for job_id in ids if job_id not in ended]
        write_note(f"The jobs continue on the server: vidispine jobs wait {' '.join(running)}")
        raise
    exit_code = JOB_FAILED if any(job.failed for job in ended.values()) else SUCCESS
    return [ended[job_id] for job_id in dict.fromkeys(ids)], exit_code


def _observed(api: JobApi, ids: Sequence[str], show: Callable[[list[JobType]], object]) -> JobApi:
    """Return an API whose ``get_job`` also shows the latest state of all jobs."""
    from vidispine import JobApi

    latest: dict[str, JobType] = {}

    class Observed(JobApi):
        def get_job(self, job_id: str, **options: Any) -> JobType:
            job = latest[job_id] = requested(super().get_job(job_id, **options), job_id)
            show([latest[job_id] for job_id in ids if job_id in latest])
            return job

    return Observed(api.api_client)
