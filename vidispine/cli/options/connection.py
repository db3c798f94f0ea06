"""The options by which a command is told where and as whom to connect, and the connection itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from vidispine.cli.click_classes import Option

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

    from vidispine import ApiClient
    from vidispine.cli.settings import Settings

__all__ = ["connect", "connection_options", "given_settings", "settings_of", "settings_options"]

F = TypeVar("F", bound="Callable[..., Any]")

_GIVEN = "vidispine.cli.options.connection"
SECTION = "Connection"


def _note(context: click.Context, parameter: click.Parameter, value: object) -> None:
    # Options before the command's name and after it mean the same; the later ones win.
    if value is not None and value is not False:
        context.meta.setdefault(_GIVEN, {})[parameter.name] = value


def _above_zero(context: click.Context, parameter: click.Parameter, value: float | None) -> None:
    if value is not None and not 0 < value < float("inf"):
        raise click.BadParameter(f"{value:g} is not a number of seconds above 0", context, parameter)
    _note(context, parameter, value)


def _option(*names: str, callback: Any = _note, **settings: Any) -> Callable[[F], F]:
    return click.option(*names, cls=Option, section=SECTION, expose_value=False, callback=callback, **settings)


def _complete_profile(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from vidispine.cli.shell_completion import complete_profile

    return complete_profile(context, parameter, incomplete)


_PROFILE = _option(
    "--profile",
    metavar="NAME",
    shell_complete=_complete_profile,
    help="Profile to take the settings from, see 'vidispine profile'.",
)
_VERBOSE = _option("-v", "--verbose", is_flag=True, help="Tell each request on standard error.")
_SETTINGS = (
    _option("--host", metavar="URL", help="Where the server is, such as http://vidicore:8080."),
    _option("--username", metavar="NAME", help="User to log in as."),
    _option("--run-as", metavar="NAME", help="User to act as, where the one who logs in is an administrator."),
    _option(
        "--timeout",
        type=float,
        metavar="SECONDS",
        callback=_above_zero,
        help="Seconds to wait for a connection, and for each answer.",
    ),
    _option("--retries", type=click.IntRange(min=0), metavar="NUMBER", help="How often what failed is tried again."),
    _option(
        "--ca-file",
        type=click.Path(exists=True, dir_okay=False),
        metavar="FILE",
        help="Certificate authorities to trust.",
    ),
    _option("--insecure", is_flag=True, help="Trust whoever answers, whatever the certificate."),
    _option("--proxy", metavar="URL", help="HTTP proxy to go through."),
)


def connection_options(command: F) -> F:
    """Give a command the options that say where and as whom to connect."""
    return settings_options(_PROFILE(_VERBOSE(command)))


def settings_options(command: F) -> F:
    """Give a command the options that a profile can keep."""
    for option in reversed(_SETTINGS):
        command = option(command)
    return command


def given_settings(context: click.Context) -> dict[str, Any]:
    """Return what was given by these options: a setting's name and value, and ``profile`` and ``verbose``."""
    given = dict(context.meta.get(_GIVEN, {}))
    if given.pop("insecure", False):
        given["verify"] = False
    return given


def settings_of(context: click.Context) -> Settings:
    """Return the settings that a command goes by.

    :raises Misuse: they are not complete, or not right
    """
    from vidispine.cli.settings import resolve

    return resolve(given_settings(context))


def connect(context: click.Context) -> ApiClient:
    """Return a client for the server, closed when the command ends; asks for the password if it has to.

    :raises Misuse: a setting is missing or not right
    """
    import vidispine
    from vidispine.cli.passwords import password_for

    settings = settings_of(context)
    configuration = settings.configuration(None if settings.token else password_for(settings))
    configuration.debug = "verbose" in given_settings(context)
    client: ApiClient = context.with_resource(vidispine.ApiClient(configuration))
    return client
