"""``vidispine profile add``."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.errors import InputError
from vidispine.cli.options.connection import given_settings, settings_options
from vidispine.cli.output.formats import Done, output_options, write_done

__all__ = ["command"]


@click.command("add", cls=Command)
@click.argument("name")
@click.option("--replace", is_flag=True, help="Replace an existing profile of this name.")
@output_options
@settings_options
@click.pass_context
def command(context: click.Context, name: str, replace: bool) -> None:
    """The profile stores the settings that you pass as options. The first profile becomes the current one.

    Example:
      vidispine profile add lab --host http://vidicore:8080 --timeout 20
    """
    from vidispine._profiles.connection import normalize_host, warn_if_empty
    from vidispine._profiles.files import SETTING_TYPES, Profiles, profile_problem

    settings = {setting: value for setting, value in given_settings(context).items() if setting in SETTING_TYPES}
    if "host" not in settings:
        raise click.UsageError("a profile needs --host")
    settings["host"] = normalize_host(settings["host"])
    if not name.strip() or not name.isprintable():
        raise click.UsageError("the name of a profile must be printable and not empty")
    problem = next(filter(None, (profile_problem(setting, value) for setting, value in settings.items())), None)
    if problem:
        raise InputError(f"profile {name!r}: {problem}")
    profiles = Profiles()
    if name in profiles.all and not replace:
        raise InputError(f"the profile {name!r} already exists; --replace replaces it")
    warn_if_empty(settings)
    if not settings.get("run_as"):
        settings.pop("run_as", None)
    profiles.add(name, settings)
    write_done(context, [Done(name, {"name": name, **settings}, f"Added the profile {name} to {profiles.path}")])
