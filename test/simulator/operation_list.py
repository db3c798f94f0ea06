"""The table of simulated operations in docs/simulator.md: ``python -m test.simulator.operation_list``."""

from __future__ import annotations

from vidispine import api
from vidispine.simulator.handlers import HANDLERS

__all__ = ["operation_table"]


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


if __name__ == "__main__":
    print("\n".join(operation_table()))
