"""``vidispine jobs wait``."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.ids import ids_argument, ids_of
from vidispine.cli.options.waiting import max_wait_option, wait_for
from vidispine.cli.output.formats import output_options

__all__ = ["command"]


@click.command("wait", cls=Command)
@ids_argument("JOB")
@max_wait_option
@output_options
@connection_options
@click.pass_context
def command(context: click.Context, ids: tuple[str, ...], max_wait: float | None) -> None:
    """How they fare is shown on standard error, and in the end the jobs on standard output. Ctrl-C ends the waiting;
    the server goes on with the jobs.

    The exit status is 0 if all of them finished, 3 if one failed or was aborted, 7 if they still run after --max-wait.

    Examples:
      vidispine jobs wait VX-29 VX-30
      vidispine jobs wait VX-29 --max-wait 2h && echo done
    """
    from vidispine import JobApi

    wait_for(context, JobApi(connect(context)), ids_of(ids), max_wait)
