"""``vidispine profile``: settings for servers, each under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vidispine.cli.click_classes import Group
from vidispine.cli.errors import Misuse
from vidispine.cli.options.connection import given_settings, settings_options
from vidispine.cli.output.formats import note, output_options, show_document, show_documents, wants, write
from vidispine.cli.profiles import KINDS, Profiles
from vidispine.cli.shell_completion import complete_profile

if TYPE_CHECKING:
    from vidispine.cli.output.table import Column

__all__ = ["command"]


@click.group("profile", cls=Group)
def command() -> None:
    """A profile keeps a server's address, a user and other settings in a file of yours; passwords are not in it, see
    'vidispine login'. Commands go by the current profile, or by the one that --profile or VIDISPINE_PROFILE names.

    Examples:
      vidispine profile add lab --host http://vidicore:8080 --username admin
      vidispine login --profile lab
      vidispine --profile lab jobs list
      vidispine profile use lab
    """


@command.command("add")
@click.argument("name")
@click.option("--replace", is_flag=True, help="Replace the profile that has this name.")
@settings_options
@click.pass_context
def add(context: click.Context, name: str, replace: bool) -> None:
    """Add a profile with the settings that the options give.

    The first profile becomes the current one.

    Example:
      vidispine profile add lab --host https://vidicore.example.com --username admin --timeout 20
    """
    from vidispine.cli.settings import checked_host

    settings = {setting: value for setting, value in given_settings(context).items() if setting in KINDS}
    if "host" not in settings:
        raise click.UsageError("a profile needs --host")
    settings["host"] = checked_host(settings["host"])
    if not name.strip() or not name.isprintable():
        raise click.UsageError("a profile's name must have letters")
    profiles = Profiles()
    if name in profiles.all and not replace:
        raise Misuse(f"there is a profile {name!r} already; --replace replaces it")
    profiles.add(name, settings)
    note(f"{profiles.path} has the profile {name}")


@command.command("list")
@output_options
@click.pass_context
def list_(context: click.Context) -> None:
    """List the profiles.

    Example:
      vidispine profile list
    """
    profiles = Profiles()
    rows = [{"name": name, "current": name == profiles.current, **found} for name, found in profiles.all.items()]
    if not show_documents(context, rows, _columns(), lambda row: row["name"]):
        note(f"{profiles.path} has no profiles; 'vidispine profile add' adds one")


def _columns() -> list[Column[dict[str, Any]]]:
    from vidispine.cli.output.table import Column

    return [
        Column("Profile", lambda row: row["name"], style=lambda row: "bold" if row["current"] else ""),
        Column("Current", lambda row: "yes" if row["current"] else "", rank=1),
        Column("Host", lambda row: row.get("host"), cut=True),
        Column("User", lambda row: row.get("username"), rank=2),
    ]


@command.command("show")
@click.argument("name", required=False, shell_complete=complete_profile)
@output_options
@click.pass_context
def show(context: click.Context, name: str | None) -> None:
    """Show the settings of a profile, the current one unless one is named.

    Example:
      vidispine profile show lab
    """
    profiles = Profiles()
    chosen = name or given_settings(context).get("profile") or profiles.current
    if chosen is None:
        raise Misuse("there is no current profile: name one, or choose one with 'vidispine profile use'")
    settings = {"name": chosen, **profiles.get(chosen)}
    if wants(context) == "json":
        show_document(settings)
    elif wants(context) == "ids":
        write(chosen)
    else:
        from vidispine.cli.output.pager import listing
        from vidispine.cli.output.pager import show as show_lines

        show_lines(listing([(setting, str(value)) for setting, value in settings.items()]))


@command.command("remove")
@click.argument("name", shell_complete=complete_profile)
def remove(name: str) -> None:
    """Remove a profile.

    Its password stays in the keyring, where other profiles may need it; 'vidispine logout' removes it.

    Example:
      vidispine profile remove lab
    """
    profiles = Profiles()
    profiles.remove(name)
    note(f"{profiles.path} no longer has the profile {name}")


@command.command("use")
@click.argument("name", shell_complete=complete_profile)
def use(name: str) -> None:
    """Make a profile the current one.

    Example:
      vidispine profile use lab
    """
    Profiles().use(name)
    note(f"{name} is the current profile")
