"""The ``vidispine`` command line: finds commands, and turns errors and signals into exit codes."""

from __future__ import annotations

import io
import os
import sys
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click
from click.exceptions import Exit

from vidispine.cli.click_classes import CONTEXT, Group
from vidispine.cli.commands import COMMANDS
from vidispine.cli.errors import error_message, exit_code_of
from vidispine.cli.exit_codes import BROKEN_PIPE, INTERRUPTED, SUCCESS, USAGE_ERROR
from vidispine.cli.options.connection import connection_options
from vidispine.cli.output.text import one_line
from vidispine.cli.signals import Terminated, raise_when_terminated
from vidispine.exceptions import OpenApiException
from vidispine.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

__all__ = ["application", "run"]


class _Application(Group):
    """The group of all commands. Signals and closed pipes become exit codes."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Parse the arguments. ``--help`` and ``--version`` write their output here."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except BrokenPipeError:
            raise Exit(_discard_output()) from None

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that the arguments name."""
        try:
            with raise_when_terminated():
                return super().invoke(ctx)
        except Terminated as signal:
            _flush_or_discard_output()
            ctx.exit(signal.exit_code)
        except KeyboardInterrupt:
            if sys.stderr.isatty():
                click.echo(err=True)  # the terminal has written ^C
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            ctx.exit(_discard_output())


@click.group(
    "vidispine",
    cls=_Application,
    package="vidispine.cli.commands",
    summaries=COMMANDS,
    invoke_without_command=True,
    context_settings=CONTEXT,
    epilog="""Settings are read from options, then from VIDISPINE_HOST, VIDISPINE_USERNAME, VIDISPINE_PASSWORD and
VIDISPINE_TOKEN, then from the current profile. --profile takes precedence over the environment variables.
'vidispine login' stores a password.

Use 'vidispine COMMAND --help' for details and examples.""",
)
@click.version_option(__version__, prog_name="vidispine", message="%(prog)s %(version)s")
@connection_options
@click.pass_context
def application(context: click.Context) -> None:
    """Work with VidiCore from a terminal. To try it without a server, use the included simulator."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(USAGE_ERROR)


def run(arguments: Sequence[str]) -> int:
    """Run the command with these arguments, write one line for an error or a warning, and return the exit code."""
    _escape_unsupported_characters()
    format_warning, warnings.formatwarning = warnings.formatwarning, _format_warning
    try:
        exit_code = application.main(list(arguments), prog_name="vidispine", standalone_mode=False)
        sys.stdout.flush()
    except click.Abort:
        return INTERRUPTED
    except BrokenPipeError:
        return _discard_output()
    except (click.ClickException, OpenApiException, OSError) as error:
        print(one_line(error_message(error)), file=sys.stderr)
        return exit_code_of(error)
    finally:
        warnings.formatwarning = format_warning
    # Click returns the exit code of Context.exit, or what the command returned, which is None.
    return exit_code if isinstance(exit_code, int) else SUCCESS


def _format_warning(message: Warning | str, *_: Any, **__: Any) -> str:
    return one_line(f"vidispine: warning: {message}") + "\n"


def _escape_unsupported_characters() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _flush_or_discard_output() -> None:
    """Write what is buffered, unless the terminal is closed."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # noqa: PERF203 - the other stream may be open
            _discard_output(stream)


def _discard_output(stream: TextIO | None = None) -> int:
    # Otherwise Python would report the closed pipe or terminal when it flushes standard output at exit.
    with suppress(OSError, ValueError):  # a stream of the caller may have no descriptor
        os.dup2(os.open(os.devnull, os.O_WRONLY), (stream or sys.stdout).fileno())
    return BROKEN_PIPE
