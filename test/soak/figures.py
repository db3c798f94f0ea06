"""Prints the figures as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from test.soak.calling import KINDS

if TYPE_CHECKING:
    from test.soak.interrupted_upload import Uploaded
    from test.soak.large_files import Brought
    from test.soak.verdict import Figures

__all__ = ["show_calls", "show_files", "show_problems", "show_upload"]

MEGABYTE = 1024 * 1024
MOST_PROBLEMS = 20

_ALL = {kind.__name__ for kind in KINDS}
_CHANGES = {"update", "abort", "delete"}
_GROUPS = {"reading": _ALL - _CHANGES - {"create"}, "changing": _CHANGES, "creating": {"create"}, "all": _ALL}


def show_calls(console: Console, figures: Figures) -> None:
    """Print the result of the mixed calls."""
    console.print(_outcomes(figures), _faults(figures), _results(figures))


def show_files(console: Console, brought: Sequence[Brought]) -> None:
    """Print the result of the file transfers."""
    table = Table("Large files", "MB", "Seconds", "MB/s", "MB more memory")
    for one in brought:
        size = one.size / MEGABYTE
        row = (f"{size:,.0f}", f"{one.seconds:.1f}", f"{size / one.seconds:,.0f}", f"{one.memory / MEGABYTE:.1f}")
        table.add_row(one.way, *row)
    console.print(_right(table))


def show_upload(console: Console, uploaded: Uploaded) -> None:
    """Print the result of the interrupted upload."""
    table = Table("An upload that was killed now and then", "")
    table.add_row("MB of the file", f"{uploaded.size / MEGABYTE:,.0f}")
    table.add_row("MB sent in all attempts", f"{uploaded.sent / MEGABYTE:,.0f}")
    table.add_row("times killed", str(uploaded.interruptions))
    table.add_row("seconds", f"{uploaded.seconds:.1f}")
    console.print(_right(table))


def show_problems(console: Console, problems: Sequence[str]) -> None:
    """Print the problems."""
    for problem in problems[:MOST_PROBLEMS]:
        console.print(problem, style="bold red", soft_wrap=True)
    if len(problems) > MOST_PROBLEMS:
        console.print(f"and {len(problems) - MOST_PROBLEMS} more", style="bold red")


def _outcomes(figures: Figures) -> Table:
    """Return a line for each outcome of calls."""
    counts: Counter[tuple[str, str]] = Counter()
    for kind, outcome, number in figures.client["outcomes"]:
        for group, kinds in _GROUPS.items():
            counts[outcome, group] += number if kind in kinds else 0
    table = Table("Calls", *_GROUPS)
    for outcome in sorted({outcome for outcome, _ in counts}, key=lambda name: (name != "done", name)):
        table.add_row(outcome, *(_number(counts[outcome, group]) for group in _GROUPS))
    table.add_section()
    sums = (sum(number for (_, its), number in counts.items() if its == group) for group in _GROUPS)
    table.add_row("all", *map(_number, sums))
    return _right(table)


def _faults(figures: Figures) -> Table:
    faults = figures.proxy["faults"]
    table = Table("Faults", "")
    for name, number in sorted(faults.items()):
        table.add_row(name, _number(number))
    table.add_section()
    share = sum(faults.values()) / figures.proxy["requests"]
    table.add_row(f"all, {share:.1%} of {figures.proxy['requests']:,} requests", _number(sum(faults.values())))
    return _right(table)


def _results(figures: Figures) -> Table:
    table = Table("Results", "")
    for name, value in _lines(figures):
        table.add_row(name, value)
    return _right(table)


def _lines(figures: Figures) -> Iterator[tuple[str, str]]:
    client = figures.client
    start, warm, end, closed = (client[phase] for phase in ("start", "warm", "end", "closed"))
    calls = sum(number for *_, number in client["outcomes"])
    yield "seed", figures.seed
    yield "seconds", f"{client['seconds']:.1f}"
    yield "calls a second", f"{calls / client['seconds']:.0f}"
    yield "retries", _number(figures.proxy["retries"])
    yield "jobs that callers were informed of", _number(figures.reported)
    yield "jobs lost of these", str(figures.lost)
    yield "calls for a job that may have been carried out", _number(figures.uncertain)
    yield "jobs made by these", _number(figures.made)
    yield "jobs made twice", str(figures.duplicates)
    yield "memory of the client in MB: start, warm, end", _megabytes(start, warm, end)
    yield "open files: start, warm, end, closed", _over_time("files", start, warm, end, closed)
    yield "threads: start, warm, end, closed", _over_time("threads", start, warm, end, closed)
    yield "objects of vidispine: start, warm, end, closed", _over_time("objects", start, warm, end, closed)


def _over_time(name: str, *uses: dict[str, int | None]) -> str:
    return " → ".join(str(use[name]) for use in uses)


def _megabytes(*uses: dict[str, int]) -> str:
    return " → ".join(f"{use['memory'] / MEGABYTE:.1f}" for use in uses)


def _number(number: int) -> str:
    return f"{number:,}" if number else "·"


def _right(table: Table) -> Table:
    """Align figures."""
    for column in table.columns[1:]:
        column.justify = "right"
    return table
