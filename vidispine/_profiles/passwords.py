"""Passwords in environment variables and in the keyring."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from vidispine._profiles.connection import normalize_host

if TYPE_CHECKING:
    from collections.abc import Callable

    from vidispine._profiles.connection import Connection

__all__ = ["KeyringError", "delete_password", "no_password", "store_password", "stored_password"]

_SERVICE = "vidispine"


class KeyringError(Exception):
    """There is no keyring, or it failed."""


def no_password(connection: Connection, problem: str) -> str:
    """Return the message for a user without a password.

    :param problem: why the keyring cannot be used; empty if it has no password
    """
    message = f"no password for {connection.username} at {connection.host}: "
    hint = "set VIDISPINE_PASSWORD, or store one with 'vidispine login'"
    return f"{message}{hint} ({problem})" if problem else f"{message}{hint}"


def stored_password(connection: Connection) -> tuple[str | None, str]:
    """Return the user's password from the environment or the keyring, and why the keyring cannot be used.

    The password of the environment is used only for the server and the user of the environment, so that it is never
    sent to another server.
    """
    password = _password_of_environment(connection)
    if password is not None:
        return password, ""
    try:
        return _of_keyring(connection), ""
    except KeyringError as error:
        return None, str(error)


def store_password(connection: Connection, password: str) -> None:
    """Store a password in the keyring.

    :raises KeyringError: there is no keyring, or it failed
    """
    _use_keyring(connection, lambda keyring, service, user: keyring.set_password(service, user, password))


def delete_password(connection: Connection) -> None:
    """Delete a password from the keyring.

    :raises KeyringError: there is no password or no keyring, or the keyring failed
    """
    if _of_keyring(connection) is None:
        raise KeyringError(f"the keyring has no password of {connection.username} at {connection.host}")
    _use_keyring(connection, lambda keyring, service, user: keyring.delete_password(service, user))


def _password_of_environment(connection: Connection) -> str | None:
    host, username = os.environ.get("VIDISPINE_HOST"), os.environ.get("VIDISPINE_USERNAME")
    if host and normalize_host(host) != connection.host:
        return None
    if username and username != connection.username:
        return None
    return os.environ.get("VIDISPINE_PASSWORD") or None


def _of_keyring(connection: Connection) -> str | None:
    found = _use_keyring(connection, lambda keyring, service, user: keyring.get_password(service, user))
    return None if found is None else str(found)


def _use_keyring(connection: Connection, action: Callable[[Any, str, str], Any]) -> Any:
    """Return the result of an action on the keyring.

    :raises KeyringError: there is no keyring, or it failed
    """
    import keyring
    from keyring.errors import NoKeyringError

    try:
        return action(keyring, _SERVICE, f"{connection.username}@{connection.host}")
    except NoKeyringError as error:
        raise KeyringError("there is no keyring on this machine") from error
    except Exception as error:  # backends raise exceptions of the libraries below them
        reason = str(error).split("\n", 1)[0].rstrip(".") or type(error).__name__
        raise KeyringError(f"the keyring cannot be used: {reason}") from error
