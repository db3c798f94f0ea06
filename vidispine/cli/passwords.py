"""Passwords: from the environment, the keyring or a prompt. They stand in no file and in no argument."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from vidispine.cli.errors import Failure, Misuse
from vidispine.cli.settings import checked_host

if TYPE_CHECKING:
    from collections.abc import Callable

    from vidispine.cli.settings import Settings

__all__ = ["ask", "forget", "keep", "password_for"]

_SERVICE = "vidispine"


def password_for(settings: Settings) -> str:
    """Return the password of the settings' user.

    The environment's is taken for the server and the user that the environment names, if it names any: what belongs
    to one server must not be sent to another.

    :raises Misuse: there is no user, or no password and nobody to ask
    """
    if settings.username is None:
        raise Misuse(f"no user for {settings.host}: give --username or --profile, or set VIDISPINE_USERNAME")
    password = _of_environment(settings)
    if password is not None:
        return password
    trouble = ""
    try:
        kept = _keyring(settings, lambda keyring, service, user: keyring.get_password(service, user))
    except Failure as failure:
        kept, trouble = None, f" ({failure.message})"
    if kept is not None:
        return str(kept)
    if not _somebody_is_there():
        raise Misuse(
            f"no password for {settings.username} at {settings.host}: "
            f"set VIDISPINE_PASSWORD, or keep one with 'vidispine login'{trouble}"
        )
    return ask(settings)


def ask(settings: Settings) -> str:
    """Return the password that a person types, unseen.

    :raises Misuse: nobody is there to type it
    """
    if not _somebody_is_there():
        raise Misuse("there is no terminal to ask for the password on")
    password: str = click.prompt(f"Password of {settings.username} at {settings.host}", hide_input=True, err=True)
    return password


def keep(settings: Settings, password: str) -> None:
    """Put a password into the keyring.

    :raises Failure: there is no keyring, or it refuses
    """
    _keyring(settings, lambda keyring, service, user: keyring.set_password(service, user, password))


def forget(settings: Settings) -> None:
    """Remove a password from the keyring.

    :raises Failure: there is none, or no keyring, or it refuses
    """
    if _keyring(settings, lambda keyring, service, user: keyring.get_password(service, user)) is None:
        raise Failure(f"the keyring has no password of {settings.username} at {settings.host}")
    _keyring(settings, lambda keyring, service, user: keyring.delete_password(service, user))


def _of_environment(settings: Settings) -> str | None:
    environment = os.environ.get
    host, username = environment("VIDISPINE_HOST"), environment("VIDISPINE_USERNAME")
    if host and checked_host(host) != settings.host:
        return None
    if username and username != settings.username:
        return None
    return environment("VIDISPINE_PASSWORD") or None


def _keyring(settings: Settings, use: Callable[[Any, str, str], Any]) -> Any:
    """Return what a use of the keyring gives.

    :raises Failure: there is no keyring, or it refuses
    """
    import keyring
    from keyring.errors import NoKeyringError

    try:
        return use(keyring, _SERVICE, f"{settings.username}@{settings.host}")
    except NoKeyringError as error:
        raise Failure("there is no keyring on this machine") from error
    except Exception as error:  # backends raise what the system underneath raises
        reason = str(error).split("\n", 1)[0].rstrip(".") or type(error).__name__
        raise Failure(f"the keyring cannot be used: {reason}") from error


def _somebody_is_there() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()
