"""``vidispine profile remove``."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.output.formats import Done, output_options, write_done
from vidispine.cli.shell_completion import complete_profile

__all__ = ["command"]


@click.command("remove", cls=Command)
@click.argument("name", shell_complete=complete_profile)
@output_options
@click.pass_context
def command(context: click.Context, name: str) -> None:
    """The password stays in the keyring, because other profiles may use it. 'vidispine logout' removes it.

    Example:
      vidispine profile remove lab
    """
    from vidispine._profiles.files import Profiles

    profiles = Profiles()
    profiles.remove(name)
    write_done(context, [Done(name, {"name": name}, f"Removed the profile {name} from {profiles.path}")])
