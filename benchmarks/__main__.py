"""The command: ``python -m benchmarks``."""

from __future__ import annotations

import argparse
import subprocess
import sys

from benchmarks import growth, report
from benchmarks.contenders import BASELINE, CONTENDERS, EVERY_PYTHON, RAW_SOCKET, Contender
from benchmarks.rows import ROWS, Row, measure
from benchmarks.runner import MORE_ROUNDS, Runner


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks, print the tables and save them if requested; return the exit code."""
    options = _parser().parse_args(arguments)
    if options.write and options.only:
        _parser().error("--write saves all rows: omit --only")
    rows = [row for row in ROWS if not options.only or row.key in options.only]
    try:
        contenders, missing = _ready()
        runs = [_run(rows, contenders, options.rounds, sys.executable, missing)]
        if options.also:
            runs.append(_run(rows, EVERY_PYTHON, options.rounds, options.also, []))
        for run in runs:
            report.show(run)
        if options.write:
            _progress("growth")
            report.write(runs, growth.measure())
            _progress("")
    except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    return 0


def _run(
    rows: list[Row], contenders: tuple[Contender, ...], rounds: int, interpreter: str, missing: list[str]
) -> report.Run:
    """Measure rows with one Python."""
    results = []
    with Runner(contenders, rounds, interpreter) as runner:
        for number, row in enumerate(rows, 1):
            _progress(f"{number} of {len(rows)}: {row.work}")
            results.append(measure(row, runner))
        notes = [
            f"Measured {report.machine(interpreter)}.",
            f"Medians of {rounds} rounds, {rounds * MORE_ROUNDS} of starts, sockets and files.",
            "In brackets: the middle half of the rounds.",
        ]
        if any(row.key.startswith("get_job") for row in rows):
            notes.append(_server_note(runner))
    _progress("")
    return report.Run(contenders, results, [*notes, *missing, *report.missed(results)])


def _ready() -> tuple[tuple[Contender, ...], list[str]]:
    """Return the contenders that can run on this machine, with environments, and why others are skipped."""
    ready, missing = [], []
    for contender in (BASELINE, *CONTENDERS):
        _progress(f"environment: {contender.name}")
        try:
            contender.python()
        except LookupError as error:
            missing.append(f"Skipped: {contender.name}; {error}.")
        else:
            ready.append(contender)
    return tuple(ready[1:]), missing


def _server_note(runner: Runner) -> str:
    microseconds = runner.seconds(RAW_SOCKET, "get_job") * 1e6
    return f"Of each call over loopback the server and the sockets take {microseconds:.0f} µs."


def _progress(text: str) -> None:
    """Show the current step in one line that is overwritten; nothing when the output is not a terminal."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Compare the speed of this SDK.")
    parser.add_argument("--only", nargs="+", metavar="ROW", choices=[row.key for row in ROWS], help="rows to measure")
    parser.add_argument(
        "--rounds",
        type=_rounds,
        default=9,
        help="turns of each contender per row (default: 9); starts, sockets and files get three times as many",
    )
    parser.add_argument("--also", metavar="PYTHON", help="measure this SDK with another Python too, such as python3.13")
    parser.add_argument("--write", action="store_true", help="save tables and JSON in benchmarks/, and plots in docs/")
    return parser


def _rounds(text: str) -> int:
    number = int(text)
    if number < 2:
        raise argparse.ArgumentTypeError("at least 2 are needed to calculate how much they differ")
    return number


if __name__ == "__main__":
    sys.exit(main())
