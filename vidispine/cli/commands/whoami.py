"""``vidispine whoami``: which user and which server commands work with."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options, settings_of
from vidispine.cli.output.formats import output_options, show_document, wants, write

__all__ = ["command"]


@click.command("whoami", cls=Command)
@output_options
@connection_options
@click.pass_context
def command(context: click.Context) -> None:
    """The server is asked, so that it also tells whether the server is there and takes the password.

    Examples:
      vidispine whoami
      vidispine whoami --profile lab
    """
    from vidispine import UserApi

    settings = settings_of(context)
    user = UserApi(connect(context)).get_who_am_i()
    if wants(context) == "json":
        show_document({"user": user, "host": settings.host, "profile": settings.profile})
    elif wants(context) == "ids":
        write(user)
    else:
        write(f"{user} at {settings.host}" + (f" (profile {settings.profile})" if settings.profile else ""))
