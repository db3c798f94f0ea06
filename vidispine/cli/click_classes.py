"""Click's classes, with sections in the help and with commands that are imported on first use."""

from __future__ import annotations

import re
from importlib import import_module
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

import click

from vidispine.cli.exit_codes import USAGE_ERROR
from vidispine.exceptions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CONTEXT", "Command", "Group", "Option"]

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
"""Context settings of the outermost command, inherited by all others."""


class Option(click.Option):
    """An option that belongs to a section of the help."""

    def __init__(self, *arguments: Any, section: str, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.section = section


class Command(click.Command):
    """A command whose help shows examples unwrapped and options in sections. Its own options come first."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        if self.help:
            # Click does not wrap a paragraph that starts with \b.
            self.help = re.sub(r"^(?=Examples?:$)", "\b\n", cleandoc(self.help), flags=re.MULTILINE)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, by section."""
        sections: dict[str, list[tuple[str, str]]] = {"Options": []}
        for parameter in self.get_params(ctx):
            # Since click 8.5, arguments have help records too. The usage line already shows them.
            record = None if isinstance(parameter, click.Argument) else parameter.get_help_record(ctx)
            if record is not None:
                sections.setdefault(getattr(parameter, "section", "Options"), []).append(record)
        for name, records in sections.items():
            if records:
                with formatter.section(name):
                    formatter.write_dl(records)


class Group(Command, click.Group):
    """A group of commands, each of which is imported on first use. Listing them imports none.

    The command ``list`` is the object ``command`` of the module ``list``.

    :param package: name of the package with a module for each command
    :param summaries: the first line of each command's help, by name, in the order of the help
    """

    def __init__(self, *arguments: Any, package: str, summaries: Mapping[str, str], **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._package = package
        self._summaries = summaries

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments. Without any, show the help and fail."""
        if not args and not self.invoke_without_command and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(USAGE_ERROR)
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands with their summaries."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._summaries.items()))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(self._summaries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command and add its summary to its help."""
        summary = self._summaries.get(cmd_name)
        if summary is None:
            return None
        command: click.Command = import_module(f"{self._package}.{cmd_name}").command
        if command.short_help is None:
            command.short_help = summary
            command.help = f"{summary}\n\n{cleandoc(command.help or '')}".rstrip()
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the first argument names."""
        if args and args[0] not in self._summaries:
            ctx.fail(f"unknown command {args[0]!r}{did_you_mean(args[0], self._summaries)}")
        return super().resolve_command(ctx, args)
