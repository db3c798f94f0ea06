"""``vidispine simulator``."""

from __future__ import annotations

import math
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.errors import CommandError, require_extras
from vidispine.cli.exit_codes import HUNG_UP, INTERRUPTED, SUCCESS, TERMINATED
from vidispine.cli.output.formats import output_format, output_options, to_json
from vidispine.cli.output.streams import write, write_note
from vidispine.cli.signals import Terminated, raise_when_terminated

if TYPE_CHECKING:
    from vidispine.simulator import Simulator

__all__ = ["command"]

USERNAME = "admin"
PASSWORD = "admin"  # noqa: S105  (documented credentials of a simulator)
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _check_port(context: click.Context, parameter: click.Parameter, port: int) -> int:
    if not 0 <= port <= 65535:
        raise click.BadParameter(f"{port} is not a number from 0 to 65535", context, parameter)
    return port


def _check_speed(context: click.Context, parameter: click.Parameter, speed: float) -> float:
    if not 0 < speed < math.inf:
        raise click.BadParameter(f"{speed:g} is not a number above 0, such as 10 or 0.5", context, parameter)
    return speed


@click.command("simulator", cls=Command)
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8080,
    show_default=True,
    callback=_check_port,
    help="Port to listen on; 0 for any free port.",
)
@click.option(
    "--db",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Database file for the state, created if it does not exist. Media is stored next to it in the folder "
    "FILE.media.  [default: memory and a temporary folder]",
)
@click.option("--speed", default=1.0, show_default=True, callback=_check_speed, help="Speed factor of jobs, above 0.")
@click.option(
    "--allow-folder",
    "folders",
    metavar="FOLDER",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder that imports may read and exports may write, with its subfolders. Repeatable. The system's folder for "
    "temporary files is always allowed.",
)
@click.option(
    "--sample-data",
    is_flag=True,
    help="Start with the sample archive: a small newsroom with items, media, collections, users and jobs.",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Reject unknown query parameters and missing documents. By default they are ignored, as VidiCore does.",
)
@output_options
@click.pass_context
def command(
    context: click.Context,
    host: str,
    port: int,
    db: Path | None,
    speed: float,
    folders: tuple[Path, ...],
    sample_data: bool,
    strict: bool,
) -> None:
    """Items, files and jobs behave as on a real server. Media is not processed: renditions and images are small
    generated files. Use it to test programs that call VidiCore. Default URL: http://localhost:8080/API.
    """
    require_extras("simulator")
    from vidispine.simulator import Simulator, SimulatorError

    try:
        # SIGTERM is handled before the server announces that it is ready.
        with (
            raise_when_terminated(),
            Simulator(
                host,
                port,
                db=db,
                speed=speed,
                username=USERNAME,
                password=PASSWORD,
                allow_folders=folders,
                sample_data=sample_data,
                strict=strict,
            ) as simulator,
        ):
            exit_code = _serve(context, simulator, host, db)
    except SimulatorError as error:
        raise CommandError(str(error)) from error
    if output_format(context) == "table" and exit_code != HUNG_UP:
        click.echo("Stopped")
    context.exit(exit_code)


def _serve(context: click.Context, simulator: Simulator, host: str, db: Path | None) -> int:
    """Announce the server and wait for Ctrl-C, or for SIGTERM, which service managers send."""
    try:
        _announce(context, simulator, host, db)
        # A signal just before a sleep does not interrupt it, so each sleep is short.
        while True:
            time.sleep(0.5)
    except KeyboardInterrupt:
        if sys.stdout.isatty():
            click.echo("")  # the terminal has written ^C
        return INTERRUPTED
    except Terminated as signal:
        return SUCCESS if signal.exit_code == TERMINATED else signal.exit_code


def _announce(context: click.Context, simulator: Simulator, host: str, db: Path | None) -> None:
    if host not in LOOPBACK:
        write_note(
            f"Warning: anyone who can reach {host} over the network can log in, and can read and write the files "
            "that the simulator may access"
        )
    url = f"{simulator.url}/API"
    if output_format(context) != "table":
        write(to_json({"url": url, "username": USERNAME}, indent=None) if output_format(context) == "json" else url)
        sys.stdout.flush()
        return
    state = "in memory and lost when the simulator stops" if db is None else f"in {db}"
    click.echo(
        f"VidiCore simulator listening on {url}\n"
        f"Username {USERNAME}, password {PASSWORD}\n"
        f"State is kept {state}\n"
        "Press Ctrl-C to stop"
    )
