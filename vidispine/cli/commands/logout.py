"""``vidispine logout``: a password leaves the keyring."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.errors import Misuse
from vidispine.cli.options.connection import connection_options, settings_of

__all__ = ["command"]


@click.command("logout", cls=Command)
@connection_options
@click.pass_context
def command(context: click.Context) -> None:
    """It is the password that 'vidispine login' has put there for this user at this server.

    Example:
      vidispine logout --profile lab
    """
    from vidispine.cli.output.formats import note
    from vidispine.cli.passwords import forget

    settings = settings_of(context)
    if settings.username is None:
        raise Misuse("whose password? Give --username or --profile")
    forget(settings)
    note(f"The password of {settings.username} at {settings.host} is no longer in the keyring")
