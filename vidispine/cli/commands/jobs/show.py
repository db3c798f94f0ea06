"""``vidispine jobs show``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.ids import ids_argument, read_ids
from vidispine.cli.output.formats import output_format, output_options, write_document, write_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from vidispine import JobApi, JobTaskType, JobType

__all__ = ["command"]


@click.command("show", cls=Command)
@ids_argument("JOB")
@output_options
@connection_options
@click.pass_context
def command(context: click.Context, ids: tuple[str, ...]) -> None:
    """Shows the state, the steps and the metadata of each job, and the problems that it is waiting for.

    Examples:
      vidispine jobs show VX-29
      vidispine jobs show VX-29 --json |
        jq '.data[] | select(.key == "errorMessage")'
    """
    from vidispine import JobApi

    api = JobApi(connect(context))
    jobs = [api.get_job(job_id, metadata=True) for job_id in read_ids(ids)]
    if output_format(context) == "json":
        write_document(jobs[0] if len(jobs) == 1 else [job.to_document() for job in jobs])
    elif output_format(context) == "ids":
        for job in jobs:
            write_id(job.job_id)
    else:
        from rich.text import Text

        from vidispine.cli.output.pager import show

        lines = [line for job in jobs for line in (*_details(job), *_problems(api, job), Text())]
        show(lines[:-1])


def _details(job: JobType) -> Iterator[Text]:
    from rich.text import Text

    from vidispine.cli.output.jobs import state_style, step_text
    from vidispine.cli.output.pager import key_values
    from vidispine.cli.output.text import local_time, one_line

    title = Text(f"{one_line(job.job_id)}  {one_line(job.type)}  ", "bold")
    yield title.append(one_line(job.status), state_style(job))
    yield from key_values(
        [
            ("Step", step_text(job, progress=True)),
            ("Priority", job.priority),
            ("User", job.user),
            ("Started", local_time(job.started)),
            ("Finished", _finished(job)),
        ]
    )
    if job.log and job.log.task:
        yield from (Text(), Text("Steps", "bold"))
        for task in job.log.task:
            yield _task(task)
    if job.data:
        yield from (Text(), Text("Data", "bold"))
        yield from key_values([(pair.key or "", pair.value) for pair in job.data], "  ")
    if job.sub_job:
        yield from (Text(), Text("Sub-jobs", "bold"))
        for sub in job.sub_job:
            yield Text(f"  {one_line(sub.job_id)}  {one_line(sub.type)}  {one_line(sub.status)}")


def _task(task: JobTaskType) -> Text:
    from rich.text import Text

    from vidispine.cli.output.text import one_line

    attempt = f", attempt {task.attempts}" if (task.attempts or 0) > 1 else ""
    error = f": {task.error_message}" if task.error_message else ""
    line = Text(f"  {task.step:>3}  {one_line(task.status or ''):<12}  ")
    line.append(one_line(f"{task.description or ''}{attempt}{error}"), "red" if error else "")
    return line


def _problems(api: JobApi, job: JobType) -> Iterator[Text]:
    from rich.text import Text

    from vidispine.cli.commands.jobs.problems import problem_text

    if job.status not in ("WAITING", "HOLD"):
        return
    problems = api.get_job_problems(job.job_id).problem or []
    if problems:
        yield from (Text(), Text("Waiting for", "bold"))
    for problem in problems:
        yield Text(f"  {problem_text(problem)}", "magenta")


def _finished(job: JobType) -> str:
    from vidispine.cli.output.text import duration_text, local_time

    if job.finished is None:
        return ""
    duration = f" (after {duration_text((job.finished - job.started).total_seconds())})" if job.started else ""
    return f"{local_time(job.finished)}{duration}"
