"""Prints results on a terminal and writes them to the README of this folder."""

from __future__ import annotations

import json
import os
import platform
import re
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import plots
from benchmarks.contenders import OURS

if TYPE_CHECKING:
    from benchmarks.contenders import Contender
    from benchmarks.growth import Growth
    from benchmarks.rows import Result, Row
    from benchmarks.runner import Spread

README = Path(__file__).resolve().with_name("README.md")
DOCS = README.parent.parent / "docs"
FIGURES = README.with_name("figures.json")
BEGIN, END = "<!-- figures: written by `python -m benchmarks --write` -->", "<!-- end of figures -->"


def table(results: list[Result], contenders: tuple[Contender, ...]) -> list[list[str]]:
    """Return a heading and a line for each result."""
    heading = ["Work", *(contender.name for contender in contenders), "Compared with", "Goal", ""]
    return [heading, *(_line(result, contenders) for result in results)]


def show(lines: list[list[str]]) -> None:
    """Print each line of a table as a block, because its columns do not fit a terminal."""
    width = max(len(name or "Verdict") for name in lines[0][1:])
    for work, *cells in lines[1:]:
        print(work)
        for name, cell in zip(lines[0][1:], cells):
            if cell not in ("", "-"):
                print(f"  {name or 'Verdict':{width}}  {cell}")
        print()


def write(lines: list[list[str]], notes: list[str], results: list[Result], growth: Growth) -> None:
    """Save everything: the table in the README, figures as JSON, and plots in docs/, which the site publishes.

    :raises RuntimeError: the README has no markers
    """
    images = ["![Ratios as bars](../docs/performance.svg)", "", "![Seconds by size](../docs/performance-growth.svg)"]
    fill(README, [_markdown(lines), "", *notes, "", *images])
    FIGURES.write_text(json.dumps(_figures(results, notes, growth), indent=1) + "\n", encoding="utf-8")
    (DOCS / "performance.svg").write_text(plots.bars(results), encoding="utf-8")
    (DOCS / "performance-growth.svg").write_text(plots.lines(growth), encoding="utf-8")


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


def missed(results: list[Result]) -> str:
    """Return one line that names the missed goals."""
    works = [result.row.work for result in results if result.verdict == "missed"]
    return f"Goals missed: {'; '.join(works)}." if works else "No goal is missed."


def _markdown(lines: list[list[str]]) -> str:
    rules = ["---"] * len(lines[0])
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [lines[0], rules, *lines[1:]])


def _figures(results: list[Result], notes: list[str], growth: Growth) -> dict[str, Any]:
    rows = {
        result.row.key: {
            "work": result.row.work,
            "compared_with": result.row.compared_with,
            "baseline_seconds": result.baseline_seconds,
            "unit": result.row.unit,
            "goal": result.row.goal and asdict(result.row.goal),
            "verdict": result.verdict or None,
            "figures": {contender.name: asdict(spread) for contender, spread in result.spreads.items()},
        }
        for result in results
    }
    return {"notes": notes, "rows": rows, "growth_seconds": growth}


def machine() -> str:
    """Return one line about the machine, the versions and the date."""
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
    baseline = result.baseline_seconds
    amount = f"{baseline / 1e6:.3g} MB" if result.row.unit == "MB" else f"{baseline * 1000:.3g} ms"
    return [
        result.row.work,
        *figures,
        f"{result.row.compared_with}, {amount}",
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
