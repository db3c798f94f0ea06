"""The options for the connection to the server, and the client that they configure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from vidispine.cli.click_classes import Option
from vidispine.cli.parameter_types import SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

    from vidispine import ApiClient, Client
    from vidispine._profiles.connection import Connection

__all__ = ["connect", "connection_options", "given_settings", "open_client", "resolved_connection", "settings_options"]

F = TypeVar("F", bound="Callable[..., Any]")

_KEY = "vidispine.cli.connection"


def _store(context: click.Context, parameter: click.Parameter, value: object) -> None:
    # Options may precede or follow the name of the command. The last one is used.
    if value is not None and value is not False:
        context.meta.setdefault(_KEY, {})[parameter.name] = value


def _option(*names: str, **settings: Any) -> Callable[[F], F]:
    return click.option(*names, cls=Option, section="Connection", expose_value=False, callback=_store, **settings)


def _complete_profile(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from vidispine.cli.shell_completion import complete_profile

    return complete_profile(context, parameter, incomplete)


_PROFILE = _option(
    "--profile",
    metavar="NAME",
    shell_complete=_complete_profile,
    help="Profile that provides the settings. See 'vidispine profile'.",
)
_VERBOSE = _option("-v", "--verbose", is_flag=True, help="Log each request to standard error.")
_SETTINGS = (
    _option("--host", metavar="URL", help="Base URL of the server, such as http://vidicore:8080."),
    _option("--username", metavar="NAME", help="User to authenticate as."),
    _option("--run-as", metavar="NAME", help="User to run as. Requires an administrator's credentials."),
    _option(
        "--timeout",
        type=SECONDS,
        metavar="SECONDS",
        help="Timeout in seconds for connecting and for each response.",
    ),
    _option("--retries", type=click.IntRange(min=0), metavar="NUMBER", help="Number of retries for idempotent calls."),
    _option(
        "--ca-file",
        type=click.Path(exists=True),
        metavar="PATH",
        help="File or directory with trusted CA certificates.",
    ),
    _option("--insecure", is_flag=True, help="Do not verify the server's certificate."),
    _option("--proxy", metavar="URL", help="URL of the HTTP proxy."),
)


def connection_options(command: F) -> F:
    """Add the options for the connection to a command."""
    return settings_options(_PROFILE(_VERBOSE(command)))


def settings_options(command: F) -> F:
    """Add the options that a profile can store to a command."""
    for option in reversed(_SETTINGS):
        command = option(command)
    return command


def given_settings(context: click.Context) -> dict[str, Any]:
    """Return the values of the given options by setting, including ``profile`` and ``verbose``."""
    given = dict(context.meta.get(_KEY, {}))
    if given.pop("insecure", False):
        given["verify"] = False
    return given


def resolved_connection(context: click.Context) -> Connection:
    """Return the server, the user and the settings from options, environment variables and profiles.

    :raises InputError: a setting is invalid
    """
    from vidispine._profiles.connection import resolve

    return resolve(given_settings(context))


def connect(context: click.Context) -> ApiClient:
    """Return an API client for the server, which is closed when the command ends. Prompts for the password if it is not
    stored.

    :raises InputError: a setting is missing or invalid
    """
    return open_client(context).api_client


def open_client(context: click.Context) -> Client:
    """Return a client for the server, as ``connect`` does."""
    import vidispine
    from vidispine.cli.passwords import password_for

    connection = resolved_connection(context)
    configuration = connection.configuration(None if connection.token else password_for(connection))
    configuration.debug = "verbose" in given_settings(context)
    client: Client = context.with_resource(vidispine.Client(configuration=configuration))
    return client
