"""Passwords: from the environment, the keyring or a prompt, never from a file or an argument."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from vidispine._profiles.passwords import no_password, stored_password
from vidispine.cli.errors import InputError

if TYPE_CHECKING:
    from vidispine._profiles.connection import Connection

__all__ = ["password_for", "prompt_password"]


def password_for(connection: Connection) -> str:
    """Return the user's password from the environment, the keyring or a prompt.

    :raises InputError: there is no username, or no password and no terminal for a prompt
    """
    if not connection.username:
        raise InputError(f"no username for {connection.host}: use --username or --profile, or set VIDISPINE_USERNAME")
    password, problem = stored_password(connection)
    if password is not None:
        return password
    if not _is_interactive():
        raise InputError(no_password(connection, problem))
    return prompt_password(connection)


def prompt_password(connection: Connection) -> str:
    """Prompt for the password without showing it.

    :raises InputError: there is no terminal
    """
    if not _is_interactive():
        raise InputError("there is no terminal for the password prompt")
    password: str = click.prompt(f"Password of {connection.username} at {connection.host}", hide_input=True, err=True)
    return password


def _is_interactive() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()
