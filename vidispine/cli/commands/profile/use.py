"""``vidispine profile use``."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.output.formats import Done, output_options, write_done
from vidispine.cli.shell_completion import complete_profile

__all__ = ["command"]


@click.command("use", cls=Command)
@click.argument("name", shell_complete=complete_profile)
@output_options
@click.pass_context
def command(context: click.Context, name: str) -> None:
    """Commands use the current profile unless you give --profile or set VIDISPINE_PROFILE.

    Example:
      vidispine profile use lab
    """
    from vidispine._profiles.files import Profiles

    Profiles().use(name)
    write_done(context, [Done(name, {"name": name}, f"{name} is the current profile")])
