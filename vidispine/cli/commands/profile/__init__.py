"""``vidispine profile``: the commands for profiles."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import Group

__all__ = ["command"]

_SUMMARIES = {
    "add": "Add a profile.",
    "list": "List the profiles.",
    "show": "Show the settings of a profile.",
    "remove": "Remove a profile.",
    "use": "Make a profile the current one.",
}


@click.group("profile", cls=Group, package=__name__, summaries=_SUMMARIES)
def command() -> None:
    """A profile stores the host, the username and other settings for a server in your configuration file. Passwords
    are stored separately, by 'vidispine login'. Commands use the profile of --profile or VIDISPINE_PROFILE, or else
    the current profile.

    Examples:
      vidispine profile add lab --host http://vidicore:8080 --username admin
      vidispine login --profile lab
      vidispine --profile lab jobs list
      vidispine profile use lab
    """
