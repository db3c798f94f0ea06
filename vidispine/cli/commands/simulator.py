"""``vidispine simulator``: a stand-in for VidiCore, until it is told to stop."""

from __future__ import annotations

import math
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.errors import Failure, Terminated, require_extras, terminable
from vidispine.cli.exit_codes import DONE, INTERRUPTED

if TYPE_CHECKING:
    from vidispine.simulator import Simulator

__all__ = ["command"]

USERNAME = "admin"
PASSWORD = "admin"  # noqa: S105  (the documented login of a server that holds nothing of worth)
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
    help="Port to listen on; 0 for any free one.",
)
@click.option(
    "--db",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File that keeps the state from one run to the next, made if it is not there; the bytes of media are kept in "
    "a folder beside it, FILE.media.  [default: memory and a temporary folder]",
)
@click.option(
    "--speed", default=1.0, show_default=True, callback=_check_speed, help="How many times faster jobs run, above 0."
)
@click.option(
    "--allow-folder",
    "folders",
    metavar="FOLDER",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder that imports may read from and exports write to, with all below it; may be given more than once. The "
    "system's folder for temporary files always is one.",
)
@click.pass_context
def command(
    context: click.Context, host: str, port: int, db: Path | None, speed: float, folders: tuple[Path, ...]
) -> None:
    """Items, files and jobs live as on a real server, but nothing is done to any media. Programs that talk to VidiCore
    can be tried on it, at http://localhost:8080/API unless told otherwise.
    """
    require_extras("simulator")
    from vidispine.simulator import Simulator, SimulatorError

    try:
        # The signal is taken care of before anybody can read that the server is there.
        with (
            terminable(),
            Simulator(
                host, port, db=db, speed=speed, username=USERNAME, password=PASSWORD, allow_folders=folders
            ) as simulator,
        ):
            status = _serve(simulator, host, db)
    except SimulatorError as error:
        raise Failure(str(error)) from error
    click.echo("Stopped")
    context.exit(status)


def _serve(simulator: Simulator, host: str, db: Path | None) -> int:
    """Say where the server is, and wait for Ctrl-C, or for SIGTERM, by which service managers end what ran well."""
    try:
        _announce(simulator, host, db)
        # A signal that comes just before a sleep begins does not cut it short, so none is long.
        while True:
            time.sleep(0.5)
    except KeyboardInterrupt:
        if sys.stdout.isatty():
            click.echo("")  # the terminal has written ^C
        return INTERRUPTED
    except Terminated:
        return DONE


def _announce(simulator: Simulator, host: str, db: Path | None) -> None:
    if host not in LOOPBACK:
        rights = "can log in, too, and read and write files where the simulator may"
        click.echo(f"Whoever reaches {host} over the network {rights}", err=True)
    kept = "in memory, and gone when it stops" if db is None else f"in {db}"
    click.echo(
        f"A VidiCore simulator listens on {simulator.url}/API\n"
        f"Log in as {USERNAME} with the password {PASSWORD}\n"
        f"Its state is kept {kept}\n"
        "Ctrl-C stops it"
    )
