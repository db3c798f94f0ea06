"""``vidispine logout``: a password leaves the keyring."""

from __future__ import annotations

import click

from vidispine.cli.commands import Command
from vidispine.cli.connection import connection_options, settings_of
from vidispine.cli.endings import Misuse

__all__ = ["command"]


@click.command("logout", cls=Command)
@connection_options
@click.pass_context
def command(context: click.Context) -> None:
    """It is the password that 'vidispine login' has put there for this user at this server.

    Example:
      vidispine logout --profile lab
    """
    from vidispine.cli.output import note
    from vidispine.cli.passwords import forget

    settings = settings_of(context)
    if settings.username is None:
        raise Misuse("whose password? Give --username or --profile")
    forget(settings)
    note(f"The password of {settings.username} at {settings.host} is no longer in the keyring")
