"""Commands whose help has sections, and groups of commands that are imported when they are used."""

from __future__ import annotations

import re
from importlib import import_module
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

import click

from vidispine.cli.exit_codes import MISUSED
from vidispine.exceptions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.cli.registry import Entry

__all__ = ["CONTEXT", "Command", "Group", "LazyGroup", "Option"]

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
"""Settings that every command inherits from the outermost one."""


class Option(click.Option):
    """An option that stands in a section of the help."""

    def __init__(self, *arguments: Any, section: str, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.section = section


class Command(click.Command):
    """A command whose help has its examples as they are, and its options in sections: its own come first."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        if self.help:
            # The mark by which click leaves the lines of a paragraph alone.
            self.help = re.sub(r"^(?=Examples?:$)", "\b\n", cleandoc(self.help), flags=re.MULTILINE)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections of options."""
        sections: dict[str, list[tuple[str, str]]] = {"Options": []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                sections.setdefault(getattr(parameter, "section", "Options"), []).append(record)
        for name, records in sections.items():
            if records:
                with formatter.section(name):
                    formatter.write_dl(records)


class Group(Command, click.Group):
    """A group of commands that says which name was meant by a wrong one, and lists them in the order of their entry."""

    command_class = Command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the arguments; without any, help and fail."""
        if not args and not self.invoke_without_command and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(MISUSED)
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections of options."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, each with what it does."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.summary(ctx, name)) for name in self.list_commands(ctx)])

    def summary(self, ctx: click.Context, name: str) -> str:
        """Return the first line of a command's help."""
        command = self.get_command(ctx, name)
        return (command.help or "").partition("\n")[0] if command else ""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the first argument names."""
        names = self.list_commands(ctx)
        if args and args[0] not in names:
            ctx.fail(f"there is no command {args[0]!r}{did_you_mean(args[0], names)}")
        return super().resolve_command(ctx, args)


class LazyGroup(Group):
    """A group of commands each of which is imported when it is used: to list them needs none of them."""

    def __init__(self, *arguments: Any, entries: Mapping[str, Entry], **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command, and give its help the first line."""
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = getattr(import_module(entry.module), entry.name)
        if command.short_help is None:
            # The first line of the help stands in the entry, and only there.
            command.short_help = entry.summary
            command.help = f"{entry.summary}\n\n{cleandoc(command.help or '')}".rstrip()
        return command

    def summary(self, ctx: click.Context, name: str) -> str:
        """Return the first line of a command's help, without a look at the command."""
        return self.entries[name].summary
