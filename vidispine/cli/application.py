"""The command line as a whole: finding a command, and turning what became of it into an exit status."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

import click

from vidispine.cli.click_classes import CONTEXT, LazyGroup
from vidispine.cli.errors import Failure, Terminated, status_of, terminable
from vidispine.cli.exit_codes import BROKEN_PIPE, DONE, FAILED, INTERRUPTED, MISUSED, TERMINATED
from vidispine.cli.options.connection import connection_options
from vidispine.cli.output.text import one_line
from vidispine.cli.registry import COMMANDS
from vidispine.exceptions import OpenApiException, UnauthorizedException
from vidispine.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["application", "run"]


class _Application(LazyGroup):
    """All commands, and the ways in which somebody else ends them."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that the arguments name."""
        try:
            # What is open is closed then, and of a file that has not come whole nothing is left.
            with terminable():
                return super().invoke(ctx)
        except Terminated:
            ctx.exit(TERMINATED)
        except KeyboardInterrupt:
            if sys.stderr.isatty():
                click.echo(err=True)  # the terminal has written ^C
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            ctx.exit(_nobody_reads())


@click.group(
    "vidispine",
    cls=_Application,
    entries=COMMANDS,
    invoke_without_command=True,
    context_settings=CONTEXT,
    epilog="""Settings come from options, then from VIDISPINE_HOST, VIDISPINE_USERNAME, VIDISPINE_PASSWORD and
VIDISPINE_TOKEN, then from the current profile; a --profile comes before the environment. 'vidispine login' keeps a
password.

'vidispine COMMAND --help' tells more about a command, with examples.""",
)
@click.version_option(__version__, prog_name="vidispine", message="%(prog)s %(version)s")
@connection_options
@click.pass_context
def application(context: click.Context) -> None:
    """Work with VidiCore from a terminal, or with a stand-in for it where there is none."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(MISUSED)


def run(arguments: Sequence[str]) -> int:
    """Run the command with these arguments, say in one line what went wrong if anything did, return the exit status."""
    _write_what_there_is_no_sign_for_as_its_number()
    try:
        status = application.main(list(arguments), prog_name="vidispine", standalone_mode=False)
        sys.stdout.flush()
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "vidispine"
        return _fail(f"{path}: {error.format_message().rstrip('.')}; see '{path} --help'", MISUSED)
    except Failure as error:
        return _fail(f"vidispine: {error.message}", error.status)
    except click.ClickException as error:
        return _fail(f"vidispine: {error.format_message()}", error.exit_code)
    except OpenApiException as error:
        if isinstance(error, UnauthorizedException):
            error.hint = "check the user and the password; 'vidispine login' keeps a new one"
        return _fail(f"vidispine: {error}", status_of(error))
    except click.Abort:
        return INTERRUPTED
    except OSError as error:
        return _nobody_reads() if isinstance(error, BrokenPipeError) else _fail(_said_by_the_system(error), FAILED)
    # Click returns what a command returned, or the status it exited with; ours return nothing.
    return status if isinstance(status, int) else DONE


def _write_what_there_is_no_sign_for_as_its_number() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _said_by_the_system(error: OSError) -> str:
    what = f"{error.filename}: " if error.filename else ""
    return f"vidispine: {what}{(error.strerror or str(error)).lower()}"


def _fail(message: str, status: int) -> int:
    print(one_line(message), file=sys.stderr)
    return status


def _nobody_reads() -> int:
    # Python flushes standard output once more at the end, and would complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE
