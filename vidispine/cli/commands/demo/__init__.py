"""``vidispine demo``: a tour of the features, and the demo of jobs."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import Group
from vidispine.cli.output.formats import output_format, output_options

__all__ = ["command"]

_SUMMARIES = {"jobs": "Watch jobs live, from start to end."}


@click.group("demo", cls=Group, package=__name__, summaries=_SUMMARIES, invoke_without_command=True)
@output_options
@click.pass_context
def command(context: click.Context) -> None:
    """Starts a VidiCore simulator on a free port of this machine and calls it over HTTP with the SDK: imports a file,
    creates its proxy, edits its metadata, finds it by search, receives a notification, downloads and exports it. Each
    step shows the code that did it. The demo takes a few seconds, needs no server and deletes everything that it
    creates. The exit code is 0 only if all checks passed.

    Examples:
      vidispine demo
      vidispine demo jobs
    """
    if context.invoked_subcommand is None:
        from vidispine.cli.commands.demo.checks import run
        from vidispine.cli.commands.demo.tour import run_tour

        run(run_tour, output_format(context))
