"""The examples in the README and in docs/."""

from __future__ import annotations

import re
from pathlib import Path

from vidispine.simulator.accounts.handlers import ACCOUNTS
from vidispine.simulator.catalog.handlers import CATALOG
from vidispine.simulator.http.handlers import SYSTEM
from vidispine.simulator.jobs.handlers import JOBS

__all__ = ["IN_CATALOGUE", "OPERATION_EXAMPLES", "PAGE_EXAMPLES", "SIMULATED"]

ROOT = Path(__file__).parents[2]
EXAMPLE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OPERATION = re.compile(r"^# \*\*(\w+)\*\*$", re.MULTILINE)

IN_CATALOGUE = frozenset({*ACCOUNTS, *CATALOG, "search_shapes"}) - {
    "get_auth_token",
    "get_user_auth_token",
    "get_who_am_i",
}
"""Operations of the simulator's catalogue."""

SIMULATED = frozenset({*JOBS, *SYSTEM, *ACCOUNTS, *IN_CATALOGUE})
"""Operations whose examples run against the simulator. Those of media would need files that are not there."""


def _of_operations() -> dict[str, str]:
    found = {}
    for page in sorted((ROOT / "docs").glob("*Api.md")):
        parts = OPERATION.split(page.read_text(encoding="utf-8"))
        for name, section in zip(parts[1::2], parts[2::2]):
            (found[f"{page.stem}.{name}"],) = EXAMPLE.findall(section)
    return found


def _of_pages() -> dict[str, str]:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return {
        f"{page.stem}-{number}": example
        for page in pages
        if not page.name.endswith("Api.md")
        for number, example in enumerate(EXAMPLE.findall(page.read_text(encoding="utf-8")), start=1)
    }


OPERATION_EXAMPLES = _of_operations()
"""By class and operation, such as ``JobApi.get_job``."""

PAGE_EXAMPLES = _of_pages()
"""The examples of the other pages, by page and number."""
