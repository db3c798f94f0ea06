"""``vidispine logout``."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.errors import CommandError, InputError
from vidispine.cli.options.connection import connection_options, resolved_connection
from vidispine.cli.output.formats import Done, output_options, write_done

__all__ = ["command"]


@click.command("logout", cls=Command)
@output_options
@connection_options
@click.pass_context
def command(context: click.Context) -> None:
    """Removes the password that 'vidispine login' stored for this user and server.

    Example:
      vidispine logout --profile lab
    """
    from vidispine._profiles.passwords import KeyringError, delete_password

    connection = resolved_connection(context)
    if not connection.username:
        raise InputError("no username: use --username or --profile")
    try:
        delete_password(connection)
    except KeyringError as error:
        raise CommandError(str(error)) from error
    note = f"Removed the password of {connection.username} at {connection.host} from the keyring"
    write_done(context, [Done(connection.username, {"username": connection.username, "host": connection.host}, note)])
