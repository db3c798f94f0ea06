"""``vidispine demo``: start a simulator, take it through the steps of the story, and say how that went."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.errors import Failure, require_extras, terminable

__all__ = ["command"]


@click.command("demo", cls=Command)
def command() -> None:
    """Starts a stand-in for VidiCore on a free port of this machine and works with it through the SDK, over HTTP.
    Jobs finish, fail, wait for a problem to be solved, are aborted and run again. It takes some seconds, needs no
    server and leaves nothing behind. The exit status is 0 only if everything that it reports was checked.
    """
    require_extras("demo")
    from vidispine.cli.commands.demo.performance import perform
    from vidispine.simulator import SimulatorError

    try:
        with terminable():
            perform()
    except SimulatorError as error:
        raise Failure(str(error)) from error
