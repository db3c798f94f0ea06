"""``vidispine jobs start`` and ``rerun``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, TypeVar

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.ids import ids_argument, ids_of
from vidispine.cli.options.job_filters import complete_priority, priority_word
from vidispine.cli.options.waiting import end_with, waiting_options
from vidispine.cli.output.formats import note, output_options
from vidispine.cli.parameter_types import PAIR

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from vidispine import JobType

__all__ = ["rerun", "start"]

F = TypeVar("F", bound="Callable[..., Any]")


def _complete_type(_context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from vidispine import JobTypeName

    return [CompletionItem(word) for word in JobTypeName.values() if word.startswith(incomplete.upper())]


def _priority_option(command: F) -> F:
    return click.option(
        "--priority",
        metavar="PRIORITY",
        callback=priority_word,
        shell_complete=complete_priority,
        help="IMMEDIATE, HIGHEST, HIGH, MEDIUM, LOW or LOWEST.",
    )(command)


@click.command("start", cls=Command)
@click.argument("type", shell_complete=_complete_type)
@click.argument("data", nargs=-1, type=PAIR, metavar="[KEY=VALUE]...")
@_priority_option
@click.option("--notification", metavar="ID", help="Placeholder notification that tells how the job fares.")
@click.option("--notification-data", metavar="TEXT", help="Text to send along with notifications.")
@waiting_options
@output_options
@connection_options
@click.pass_context
def start(
    context: click.Context,
    /,
    type: str,
    data: tuple[tuple[str, str], ...],
    priority: str | None,
    notification: str | None,
    notification_data: str | None,
    **waiting: Any,
) -> None:
    """What the job is to work on goes into its data, as KEY=VALUE. Each call starts another job.

    Examples:
      vidispine jobs start TRANSCODE itemId=VX-7 --priority high
      vidispine jobs start TRANSCODE itemId=VX-7 --wait
      job=$(vidispine jobs start TRANSCODE itemId=VX-7 -o ids)
    """
    from vidispine import JobApi

    api = JobApi(connect(context))
    job = api.create_custom_job(
        type.upper() if type.islower() else type,
        jobmetadata=[f"{key}={value}" for key, value in data] or None,
        priority=priority,
        notification=notification,
        notification_data=notification_data,
    )
    end_with(context, api, [job], **waiting)


@click.command("rerun", cls=Command)
@ids_argument("JOB")
@_priority_option
@waiting_options
@output_options
@connection_options
@click.pass_context
def rerun(context: click.Context, /, ids: tuple[str, ...], priority: str | None, **waiting: Any) -> None:
    """A copy of each job starts, with the type and the data that it had; the old job stays as it is.

    Examples:
      vidispine jobs rerun VX-29 --wait
      vidispine jobs list --state failed --finished-after 1d -o ids | vidispine jobs rerun -
    """
    from vidispine import JobApi

    api = JobApi(connect(context))
    copies: dict[str, JobType] = {}
    try:
        for job_id in ids_of(ids):
            copies[job_id] = api.create_duplicate_job(job_id, priority=priority)
    except BaseException:
        for job_id, copy in copies.items():
            note(f"{job_id} runs again as {copy.job_id}")
        raise
    end_with(context, api, list(copies.values()), **waiting)
