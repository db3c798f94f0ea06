"""Passwords: from the environment, the keyring or a prompt, never from a file or an argument."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from vidispine.cli.errors import CommandError, InputError
from vidispine.cli.settings import normalize_host

if TYPE_CHECKING:
    from collections.abc import Callable

    from vidispine.cli.settings import Connection

__all__ = ["delete_password", "password_for", "prompt_password", "store_password"]

_SERVICE = "vidispine"


def password_for(connection: Connection) -> str:
    """Return the user's password from the environment, the keyring or a prompt.

    The password of the environment is used only for the server and the user of the environment, so that it is never
    sent to another server.

    :raises InputError: there is no username, or no password and no terminal for a prompt
    """
    if connection.username is None:
        raise InputError(f"no username for {connection.host}: use --username or --profile, or set VIDISPINE_USERNAME")
    password = _password_of_environment(connection)
    if password is not None:
        return password
    problem = ""
    try:
        stored = _use_keyring(connection, lambda keyring, service, user: keyring.get_password(service, user))
    except CommandError as error:
        stored, problem = None, f" ({error.message})"
    if stored is not None:
        return str(stored)
    if not _is_interactive():
        raise InputError(
            f"no password for {connection.username} at {connection.host}: "
            f"set VIDISPINE_PASSWORD, or store one with 'vidispine login'{problem}"
        )
    return prompt_password(connection)


def prompt_password(connection: Connection) -> str:
    """Prompt for the password without showing it.

    :raises InputError: there is no terminal
    """
    if not _is_interactive():
        raise InputError("there is no terminal for the password prompt")
    password: str = click.prompt(f"Password of {connection.username} at {connection.host}", hide_input=True, err=True)
    return password


def store_password(connection: Connection, password: str) -> None:
    """Store a password in the keyring.

    :raises CommandError: there is no keyring, or it failed
    """
    _use_keyring(connection, lambda keyring, service, user: keyring.set_password(service, user, password))


def delete_password(connection: Connection) -> None:
    """Delete a password from the keyring.

    :raises CommandError: there is no password or no keyring, or the keyring failed
    """
    if _use_keyring(connection, lambda keyring, service, user: keyring.get_password(service, user)) is None:
        raise CommandError(f"the keyring has no password of {connection.username} at {connection.host}")
    _use_keyring(connection, lambda keyring, service, user: keyring.delete_password(service, user))


def _password_of_environment(connection: Connection) -> str | None:
    host, username = os.environ.get("VIDISPINE_HOST"), os.environ.get("VIDISPINE_USERNAME")
    if host and normalize_host(host) != connection.host:
        return None
    if username and username != connection.username:
        return None
    return os.environ.get("VIDISPINE_PASSWORD") or None


def _use_keyring(connection: Connection, action: Callable[[Any, str, str], Any]) -> Any:
    """Return the result of an action on the keyring.

    :raises CommandError: there is no keyring, or it failed
    """
    import keyring
    from keyring.errors import NoKeyringError

    try:
        return action(keyring, _SERVICE, f"{connection.username}@{connection.host}")
    except NoKeyringError as error:
        raise CommandError("there is no keyring on this machine") from error
    except Exception as error:  # backends raise exceptions of the libraries below them
        reason = str(error).split("\n", 1)[0].rstrip(".") or type(error).__name__
        raise CommandError(f"the keyring cannot be used: {reason}") from error


def _is_interactive() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()
