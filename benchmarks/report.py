"""Shows results: on a terminal, and in the README of this folder."""

from __future__ import annotations

import os
import platform
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.contenders import OURS

if TYPE_CHECKING:
    from benchmarks.contenders import Contender
    from benchmarks.laboratory import Spread
    from benchmarks.rows import Result, Row

README = Path(__file__).resolve().with_name("README.md")
BEGIN, END = "<!-- figures: written by `python -m benchmarks --write` -->", "<!-- end of figures -->"


def table(results: list[Result], contenders: tuple[Contender, ...]) -> list[list[str]]:
    """Return a heading and a line for each result."""
    heading = ["Work", *(contender.name for contender in contenders), "Compared with", "Goal", ""]
    return [heading, *(_line(result, contenders) for result in results)]


def show(lines: list[list[str]]) -> None:
    """Print a table: drawn where rich is installed, with aligned columns where it is not."""
    try:
        from rich.console import Console
        from rich.table import Table
    except ImportError:
        widths = [max(map(len, column)) for column in zip(*lines)]
        for line in lines:
            print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    else:
        drawn = Table(*lines[0])
        for line in lines[1:]:
            drawn.add_row(*line, style="bold red" if line[-1] == "missed" else None)
        Console().print(drawn)


def write(lines: list[list[str]], notes: list[str]) -> None:
    """Put a table and what belongs to it between the markers of the README.

    :raises RuntimeError: the README has no markers
    """
    rules = ["---"] * len(lines[0])
    rows = ["| " + " | ".join(cells) + " |" for cells in [lines[0], rules, *lines[1:]]]
    figures = "\n".join([BEGIN, "", *rows, "", *notes, "", END])
    text = README.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    if len(pattern.findall(text)) != 1:
        raise RuntimeError(f"{README.name} must have each of the two comments around the figures once")
    README.write_text(pattern.sub(lambda _: figures, text), encoding="utf-8")


def machine() -> str:
    """Return in a line what the figures were measured on and when."""
    return (
        f"{date.today():%Y-%m-%d}, {platform.python_implementation()} {platform.python_version()}, "
        f"{platform.system()} on {_processor()}, {os.cpu_count()} cores"
    )


def _processor() -> str:
    try:
        models = re.findall(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        models = []
    return models[0] if models else platform.processor() or platform.machine()


def _line(result: Result, contenders: tuple[Contender, ...]) -> list[str]:
    figures = [_figure(result.spreads.get(contender), result.row, contender is OURS) for contender in contenders]
    seconds = result.baseline_seconds * 1000
    return [
        result.row.work,
        *figures,
        f"{result.row.compared_with}, {seconds:.3g} ms",
        _goal(result.row),
        result.verdict,
    ]


def _figure(spread: Spread | None, row: Row, precise: bool) -> str:
    if spread is None:
        return "-"
    digits = 2 if precise or spread.median < 10 else 0
    text = f"{spread.median:.{digits}f} {row.unit}"
    return f"{text} ({spread.low:.{digits}f}-{spread.high:.{digits}f})"


def _goal(row: Row) -> str:
    if row.goal is None:
        return ""
    return f"{'≥' if row.goal.at_least else '≤'} {row.goal.bound:g} {row.unit}"
