"""``vidispine logout``."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.errors import InputError
from vidispine.cli.options.connection import connection_options, resolved_settings
from vidispine.cli.output.streams import write_note

__all__ = ["command"]


@click.command("logout", cls=Command)
@connection_options
@click.pass_context
def command(context: click.Context) -> None:
    """Removes the password that 'vidispine login' stored for this user and server.

    Example:
      vidispine logout --profile lab
    """
    from vidispine.cli.passwords import delete_password

    settings = resolved_settings(context)
    if settings.username is None:
        raise InputError("no username: give --username or --profile")
    delete_password(settings)
    write_note(f"Removed the password of {settings.username} at {settings.host} from the keyring")
