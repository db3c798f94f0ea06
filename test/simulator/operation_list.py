"""The simulated operations, in spec/simulated.txt and in the table of docs/simulator-coverage.md.

``python -m test.simulator.operation_list`` updates both. Afterwards, run the generator: it marks the other operations.
"""

from __future__ import annotations

import re
from pathlib import Path

from vidispine import api
from vidispine.simulator.server import HANDLERS

__all__ = ["SIMULATED", "TABLE", "operation_table"]

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "simulator-coverage.md"
SIMULATED = ROOT / "spec" / "simulated.txt"
TABLE = re.compile(r"^Class \| Simulated \|.*\n(?:.* \|.*\n)+", re.MULTILINE)


def operation_table() -> list[str]:
    """Return the lines of the table: a row for each class with a simulated operation."""
    rows = ["Class | Simulated | Not implemented (501)", "----- | --------- | ---------------------"]
    for name in sorted(api.__all__):
        names = sorted(getattr(api, name).operations)
        done, left = [n for n in names if n in HANDLERS], [n for n in names if n not in HANDLERS]
        if done:
            rows.append(f"[{name}]({name}.md) | {_cell(done, left)} | {_cell(left, done)}")
    return rows


def _cell(these: list[str], others: list[str]) -> str:
    if not these:
        return "none"
    if not others:
        return f"all {len(these)}"
    # Only the shorter of the two lists is written out.
    if len(these) <= len(others) or len(these) <= 3:
        return ", ".join(f"`{name}`" for name in these)
    return f"the other {len(these)}"


def main() -> None:
    """Update both files."""
    SIMULATED.write_text("".join(f"{name}\n" for name in sorted(HANDLERS)), encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(TABLE.sub("\n".join(operation_table()) + "\n", page), encoding="utf-8")


if __name__ == "__main__":
    main()
