"""``vidispine profile show``."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.errors import InputError
from vidispine.cli.options.connection import given_settings
from vidispine.cli.output.formats import output_format, output_options, write_document
from vidispine.cli.output.streams import write
from vidispine.cli.shell_completion import complete_profile

__all__ = ["command"]


@click.command("show", cls=Command)
@click.argument("name", required=False, shell_complete=complete_profile)
@output_options
@click.pass_context
def command(context: click.Context, name: str | None) -> None:
    """Default: the current profile.

    Example:
      vidispine profile show lab
    """
    from vidispine._profiles.files import Profiles

    profiles = Profiles()
    selected = name or given_settings(context).get("profile") or profiles.current
    if selected is None:
        raise InputError("there is no current profile: specify a name, or select one with 'vidispine profile use'")
    settings = {"name": selected, **profiles.get(selected)}
    if output_format(context) == "json":
        write_document(settings)
    elif output_format(context) == "ids":
        write(selected)
    else:
        from vidispine.cli.output import pager

        pager.show(pager.definitions([(setting, str(value)) for setting, value in settings.items()]))
