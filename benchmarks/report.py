"""Prints results on a terminal and writes them to the README of this folder."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import plots
from benchmarks.contenders import FAST, OURS

if TYPE_CHECKING:
    from benchmarks.contenders import Contender
    from benchmarks.growth import Growth
    from benchmarks.rows import Goal, Result, Row
    from benchmarks.runner import Spread

README = Path(__file__).resolve().with_name("README.md")
FIGURES = README.with_name("figures.json")
DOCS = README.parent.parent / "docs"
RATIOS, GROWTH = DOCS / "performance.svg", DOCS / "performance-growth.svg"
BEGIN, END = "<!-- figures: written by `python -m benchmarks --write` -->", "<!-- end of figures -->"


@dataclass(frozen=True)
class Run:
    """What was measured with one Python.

    :param notes: what to print below the table
    """

    contenders: tuple[Contender, ...]
    results: list[Result]
    notes: list[str]

    @property
    def table(self) -> list[list[str]]:
        """A heading and a line for each result."""
        heading = ["Work", *(contender.name for contender in self.contenders), "Compared with", "Goal", ""]
        return [heading, *(_line(result, self.contenders) for result in self.results)]


def show(run: Run) -> None:
    """Print each line of a table as a block, because its columns do not fit a terminal."""
    heading, *lines = run.table
    width = max(len(name or "Verdict") for name in heading[1:])
    for work, *cells in lines:
        print(work)
        for name, cell in zip(heading[1:], cells):
            if cell not in ("", "-"):
                print(f"  {name or 'Verdict':{width}}  {cell}")
        print()
    print(*run.notes, sep="\n")


def write(runs: list[Run], growth: Growth) -> None:
    """Save everything: tables in the README, figures as JSON, and plots in docs/, which the site publishes.

    :raises RuntimeError: the README has no markers
    """
    text = [line for run in runs for line in (_markdown(run.table), "", *run.notes, "")]
    images = ["![Ratios as bars](../docs/performance.svg)", "", "![Seconds by size](../docs/performance-growth.svg)"]
    figures = {"runs": [_figures(run) for run in runs], "growth_seconds": growth}
    FIGURES.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    fill(README, [*text, *images])
    RATIOS.write_text(plots.bars(runs[0].contenders, runs[0].results), encoding="utf-8")
    GROWTH.write_text(plots.lines(growth), encoding="utf-8")


def fill(page: Path, text: list[str]) -> None:
    """Write lines between the markers of a page.

    :raises RuntimeError: the page has no markers
    """
    figures = "\n".join([BEGIN, "", *text, "", END])
    before = page.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    if len(pattern.findall(before)) != 1:
        raise RuntimeError(f"{page.name} must have each of the two comments around the figures once")
    page.write_text(pattern.sub(lambda _: figures, before), encoding="utf-8")


def missed(results: list[Result]) -> list[str]:
    """Return one line that names the missed goals, and one for each that has a reason."""
    rows = [result.row for result in results if result.verdict == "missed"]
    if not rows:
        return ["No goal is missed."]
    reasons = [f"{row.key}: {row.why_missed}" for row in rows if row.why_missed]
    return [f"Goals missed: {'; '.join(row.work for row in rows)}.", *reasons]


def _markdown(lines: list[list[str]]) -> str:
    rules = ["---"] * len(lines[0])
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [lines[0], rules, *lines[1:]])


def _figures(run: Run) -> dict[str, Any]:
    rows = {
        result.row.key: {
            "work": result.row.work,
            "compared_with": result.row.compared_with,
            "baseline_bytes" if result.row.in_bytes else "baseline_seconds": result.baseline,
            "unit": result.row.unit,
            "goal": _goals(result.row) or None,
            "verdict": result.verdict or None,
            "figures": {
                contender.name: {"median": spread.median, "low": spread.low, "high": spread.high}
                for contender, spread in result.spreads.items()
            },
        }
        for result in run.results
    }
    return {"notes": run.notes, "rows": rows}


def machine(interpreter: str = sys.executable) -> str:
    """Return one line about the machine, the versions and the date."""
    program = "import platform; print(platform.python_implementation(), platform.python_version())"
    done = subprocess.run([interpreter, "-c", program], capture_output=True, text=True, check=True)
    return (
        f"{date.today():%Y-%m-%d}, {done.stdout.strip()}, {platform.system()} on {_processor()}, {os.cpu_count()} cores"
    )


def _processor() -> str:
    try:
        models = re.findall(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        models = []
    return models[0] if models else platform.processor() or platform.machine()


def _line(result: Result, contenders: tuple[Contender, ...]) -> list[str]:
    figures = [_figure(result.spreads.get(contender), result.row, contender is OURS) for contender in contenders]
    baseline = result.baseline
    amount = f"{baseline / 1e6:.3g} MB" if result.row.in_bytes else f"{baseline * 1000:.3g} ms"
    return [
        result.row.work,
        *figures,
        f"{result.row.compared_with}, {amount}",
        _goals(result.row),
        result.verdict,
    ]


def _figure(spread: Spread | None, row: Row, precise: bool) -> str:
    if spread is None:
        return "-"
    digits = 2 if precise or spread.median < 10 else 0
    text = f"{spread.median:.{digits}f} {row.unit}"
    return f"{text} ({spread.low:.{digits}f}-{spread.high:.{digits}f})"


def _goals(row: Row) -> str:
    return "; ".join(_goal(goal, row) for goal in row.goals)


def _goal(goal: Goal, row: Row) -> str:
    limit = f"{'≥' if goal.at_least else '≤'} {goal.bound:g} {row.unit}"
    return f"with extras {limit}" if goal.contender is FAST else limit
