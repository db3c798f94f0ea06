"""The long soak test with figures on the terminal: ``python -m test.soak.soak``, run by ``tox -e soak``."""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from test.soak.figures import show_calls, show_files, show_problems, show_upload
from test.soak.interrupted_upload import interrupted_upload
from test.soak.large_files import large_files
from test.soak.mixed_calls import mixed_calls

PARTS = ("calls", "files", "upload")
INTERRUPTIONS = 5


def main(arguments: list[str] | None = None) -> int:
    """Run the selected parts and print the figures; return the exit code."""
    options = _parser().parse_args(arguments)
    console = Console(highlight=False)
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        if options.only in (None, "calls"):
            problems += _calls(console, options.calls, options.seed, Path(folder))
        if options.only in (None, "files"):
            problems += _files(console, options.megabytes, Path(folder))
        if options.only in (None, "upload"):
            problems += _upload(console, 2 * options.megabytes, Path(folder))
    show_problems(console, problems)
    return 1 if problems else 0


def _calls(console: Console, calls: int, seed: str, folder: Path) -> list[str]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as progress:
        task = progress.add_task("calls", total=calls)

        def show(done: int, memory: int) -> None:
            progress.update(task, completed=done, description=f"calls, {memory / 2**20:.1f} MB")

        figures = mixed_calls(calls, seed, folder, show)
    show_calls(console, figures)
    return figures.problems


def _files(console: Console, megabytes: int, folder: Path) -> list[str]:
    with console.status("large files") as status:
        ways = large_files(megabytes, folder, lambda way: status.update(f"a file of {megabytes:,} MB {way}"))
        brought = list(ways)
    show_files(console, brought)
    return [problem for one in brought for problem in one.problems]


def _upload(console: Console, megabytes: int, folder: Path) -> list[str]:
    with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task("an upload that is killed now and then", total=megabytes * 2**20)
        uploaded = interrupted_upload(
            megabytes, INTERRUPTIONS, folder, lambda sent: progress.update(task, completed=sent)
        )
    show_upload(console, uploaded)
    return uploaded.problems


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m test.soak.soak", description="Try a client for long.")
    parser.add_argument("--only", choices=PARTS, help="one of the parts; default: all")
    parser.add_argument("--calls", type=int, default=100_000, help="number of calls (default: 100000)")
    parser.add_argument("--seed", default=secrets.token_hex(4), help="seed of the calls and the faults")
    parser.add_argument(
        "--megabytes",
        type=int,
        default=1024,
        help="size of the large files (default: 1024); the upload that is interrupted has twice that",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
