"""The command: ``python -m benchmarks``."""

from __future__ import annotations

import argparse
import sys

from benchmarks import report
from benchmarks.contenders import CONTENDERS, RAW_SOCKET
from benchmarks.laboratory import Laboratory, python_of
from benchmarks.rows import ROWS, Row, run


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the table, and keep it when asked to; return the exit status."""
    options = _parser().parse_args(arguments)
    rows = [row for row in ROWS if not options.only or row.key in options.only]
    try:
        with Laboratory(CONTENDERS, options.rounds) as laboratory:
            lines, notes = _measure(laboratory, rows)
        report.show(lines)
        print(*notes, sep="\n")
        if options.write:
            report.write(lines, notes)
    except (RuntimeError, OSError) as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    return 0


def _measure(laboratory: Laboratory, rows: list[Row]) -> tuple[list[list[str]], list[str]]:
    """Return the table, and what is to be said below it."""
    for contender in laboratory.contenders:
        _progress(f"environment: {contender.name}")
        python_of(contender)
    results = []
    for number, row in enumerate(rows, 1):
        _progress(f"{number} of {len(rows)}: {row.work}")
        results.append(run(row, laboratory))
    notes = [
        f"Measured {report.machine()}; medians of {laboratory.rounds} rounds, the middle half of them in brackets.",
    ]
    if any(row.key.startswith("get_job") for row in rows):
        notes.append(_server_note(laboratory))
    _progress("")
    return report.table(results, laboratory.contenders[1:]), notes


def _server_note(laboratory: Laboratory) -> str:
    microseconds = laboratory.seconds(RAW_SOCKET, "get_job") * 1e6
    return f"Of each call over loopback the server and the sockets take {microseconds:.0f} µs."


def _progress(text: str) -> None:
    """Show what is being done, in one line that is written over; nothing where nobody looks."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Compare the speed of this SDK.")
    parser.add_argument("--only", nargs="+", metavar="ROW", choices=[row.key for row in ROWS], help="rows to measure")
    parser.add_argument("--rounds", type=_rounds, default=31, help="turns of each contender a row (default: 31)")
    parser.add_argument("--write", action="store_true", help="keep the table in benchmarks/README.md")
    return parser


def _rounds(text: str) -> int:
    number = int(text)
    if number < 2:
        raise argparse.ArgumentTypeError("at least 2 are needed to tell how much they differ")
    return number


if __name__ == "__main__":
    sys.exit(main())
