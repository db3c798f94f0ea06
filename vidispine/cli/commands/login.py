"""``vidispine login``: a password goes into the keyring."""

from __future__ import annotations

import sys

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.errors import Misuse
from vidispine.cli.options.connection import connection_options, given_settings, settings_of

__all__ = ["command"]


@click.command("login", cls=Command)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input; a line end is left out.")
@connection_options
@click.pass_context
def command(context: click.Context, password_stdin: bool) -> None:
    """Asks for the password, tries it on the server, and keeps it for this user at this server in the keyring of this
    machine, where all profiles with that user and server find it. A password is no argument of any command: arguments
    can be seen by others and stay in the history of the shell.

    Where there is no keyring, set VIDISPINE_PASSWORD, or type the password when a command asks for it.

    Examples:
      vidispine login --profile lab
      vidispine login --host http://vidicore:8080 --username admin
      pass show vidicore | vidispine login --password-stdin
    """
    import vidispine
    from vidispine.cli.output.formats import note
    from vidispine.cli.passwords import ask, keep

    settings = settings_of(context)
    if settings.username is None:
        raise Misuse("whose password? Give --username or --profile")
    password = _read() if password_stdin else ask(settings)
    configuration = settings.configuration(password)
    configuration.token = None
    configuration.debug = "verbose" in given_settings(context)
    with vidispine.ApiClient(configuration) as client:
        vidispine.UserApi(client).get_who_am_i()
    keep(settings, password)
    note(f"The password of {settings.username} at {settings.host} is in the keyring")


def _read() -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise Misuse("there is no password on standard input")
    return password
