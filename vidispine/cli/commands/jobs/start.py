"""``vidispine jobs start``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.commands.jobs.wait import finish_with_jobs
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.jobs import priority_option, wait_options
from vidispine.cli.output.formats import output_options
from vidispine.cli.parameter_types import ID, KEY_VALUE

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = ["command"]


def _complete_type(_context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from vidispine import JobTypeName

    return [CompletionItem(name) for name in JobTypeName.values() if name.startswith(incomplete.upper())]


@click.command("start", cls=Command)
@click.argument("type", shell_complete=_complete_type)
@click.argument("data", nargs=-1, type=KEY_VALUE, metavar="[KEY=VALUE]...")
@priority_option
@click.option("--notification", type=ID, metavar="ID", help="Placeholder notification for the events of the job.")
@click.option("--notification-data", metavar="TEXT", help="Text to send with notifications.")
@wait_options
@output_options
@connection_options
@click.pass_context
def command(
    context: click.Context,
    /,
    type: str,
    data: tuple[tuple[str, str], ...],
    priority: str | None,
    notification: str | None,
    notification_data: str | None,
    **waiting: Any,
) -> None:
    """For custom job types. A job of a built-in type that is started in this way creates nothing: use 'items
    transcode', 'upload', or the operations that 'vidispine api --search' finds. KEY=VALUE is job metadata, such as the
    item to work on. Each call starts another job.

    Examples:
      vidispine jobs start ACME_REVIEW itemId=VX-7 --priority high
      vidispine jobs start ACME_REVIEW itemId=VX-7 --wait
      job=$(vidispine jobs start ACME_REVIEW itemId=VX-7 -o ids)
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
    finish_with_jobs(context, api, [job], **waiting)
