"""``vidispine jobs problems``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.limit import write_total
from vidispine.cli.output.formats import output_options, write_documents
from vidispine.cli.parameter_types import ID

if TYPE_CHECKING:
    from vidispine import JobProblemType
    from vidispine.cli.output.table import Column

__all__ = ["command", "problem_text"]


@click.command("problems", cls=Command)
@click.argument("job", type=ID, required=False)
@output_options
@connection_options
@click.pass_context
def command(context: click.Context, job: str | None) -> None:
    """Lists what is missing, such as a storage, and the jobs that are waiting for it: for one job or for all jobs on
    the server. A job continues automatically when its problem is solved.

    Examples:
      vidispine jobs problems
      vidispine jobs problems VX-29
    """
    from vidispine import JobApi

    api = JobApi(connect(context))
    problems = (api.get_job_problems(job) if job else api.get_all_job_problems()).problem or []
    count = write_documents(context, problems, _columns(), lambda problem: str(problem.id))
    write_total(context, count, None, "problems")


def problem_text(problem: JobProblemType) -> str:
    """Return a problem in one line: ``StorageNotAvailable (storage=VX-3)``."""
    from vidispine.cli.output.text import one_line

    data = _data(problem)
    return one_line(f"{problem.type} ({data})" if data else str(problem.type))


def _data(problem: JobProblemType) -> str:
    return ", ".join(f"{pair.key}={pair.value}" for pair in problem.data or [])


def _columns() -> list[Column[JobProblemType]]:
    from vidispine.cli.output.table import Column

    return [
        Column("Problem", lambda problem: problem.id, rank=1),
        Column("Type", lambda problem: problem.type),
        Column("Data", _data, rank=2, truncate=True),
        Column("Jobs", lambda problem: ", ".join(problem.job or []), truncate=True),
    ]
