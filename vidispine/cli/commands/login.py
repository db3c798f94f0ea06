"""``vidispine login``."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.errors import CommandError, InputError
from vidispine.cli.input import read_first_line
from vidispine.cli.options.connection import connection_options, given_settings, resolved_connection
from vidispine.cli.output.formats import Done, output_options, write_done

__all__ = ["command"]


@click.command("login", cls=Command)
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@output_options
@connection_options
@click.pass_context
def command(context: click.Context, password_stdin: bool) -> None:
    """Prompts for the password, tests it on the server and stores it in the keyring for this user and server. All
    profiles with the same user and server use it. A password is never an argument, because other users can see the
    arguments of a process and the shell stores them in its history.

    If there is no keyring, set VIDISPINE_PASSWORD, or enter the password at the prompt of each command.

    Examples:
      vidispine login --profile lab
      vidispine login --host http://vidicore:8080 --username admin
      pass show vidicore | vidispine login --password-stdin
    """
    import vidispine
    from vidispine._profiles.passwords import KeyringError, store_password
    from vidispine.cli.passwords import prompt_password

    connection = resolved_connection(context)
    if not connection.username:
        raise InputError("no username: use --username or --profile")
    password = _read_password() if password_stdin else prompt_password(connection)
    configuration = connection.configuration(password)
    configuration.token = None
    configuration.debug = "verbose" in given_settings(context)
    with vidispine.ApiClient(configuration) as client:
        vidispine.UserApi(client).get_who_am_i()
    try:
        store_password(connection, password)
    except KeyringError as error:
        raise CommandError(str(error)) from error
    note = f"Stored the password of {connection.username} at {connection.host} in the keyring"
    write_done(context, [Done(connection.username, {"username": connection.username, "host": connection.host}, note)])


def _read_password() -> str:
    try:
        password = read_first_line()
    except UnicodeDecodeError:
        raise InputError("the password on standard input is not UTF-8 text") from None
    if not password:
        raise InputError("there is no password on standard input")
    return password
