"""The command line as a whole: finding a command, and turning what became of it into an exit status."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

from vidispine.cli.registry import COMMANDS
from vidispine.cli.status import DONE, FAILED, INTERRUPTED, MISUSED
from vidispine.cli.text import one_line
from vidispine.exceptions import OpenApiException, did_you_mean
from vidispine.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["run"]


class _Commands(click.Group):
    """The commands of the registry, each imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = import_module(entry.module).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:
            ctx.fail(f"there is no command {args[0]!r}{did_you_mean(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="'vidispine COMMAND --help' tells more about a command.",
)
@click.version_option(__version__, prog_name="vidispine", message="%(prog)s %(version)s")
@click.pass_context
def _application(context: click.Context) -> None:
    """Work with VidiCore from a terminal, or with a stand-in for it where there is none."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(MISUSED)


def run(arguments: Sequence[str]) -> int:
    """Run the command with these arguments, say in one line what went wrong if anything did, return the exit status."""
    try:
        status = _application.main(list(arguments), prog_name="vidispine", standalone_mode=False)
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "vidispine"
        return _fail(f"{path}: {error.format_message().rstrip('.')}; see '{path} --help'", MISUSED)
    except click.ClickException as error:
        return _fail(f"vidispine: {error.format_message()}", error.exit_code)
    except OpenApiException as error:
        return _fail(f"vidispine: {error}", FAILED)
    except click.Abort:
        return INTERRUPTED
    # Click returns what a command returned, or the status it exited with; ours return nothing.
    return status if isinstance(status, int) else DONE


def _fail(message: str, status: int) -> int:
    print(one_line(message), file=sys.stderr)
    return status
