"""The examples in the README and in docs/."""

from __future__ import annotations

import re
from pathlib import Path

from test.support.spec import OPERATIONS

__all__ = ["METHOD_EXAMPLES", "OPERATION_EXAMPLES", "PAGE_EXAMPLES", "SIMULATED"]

ROOT = Path(__file__).parents[2]
EXAMPLE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OPERATION = re.compile(r"^# \*\*(\w+)\*\*$", re.MULTILINE)

SIMULATED = frozenset((ROOT / "spec" / "simulated.txt").read_text(encoding="utf-8").split())
"""Operations that the simulator implements."""


def _of_methods() -> dict[str, str]:
    found = {}
    for page in sorted((ROOT / "docs").glob("*Api.md")):
        parts = OPERATION.split(page.read_text(encoding="utf-8"))
        for name, section in zip(parts[1::2], parts[2::2]):
            for example in EXAMPLE.findall(section):
                assert f"{page.stem}.{name}" not in found, "one example each"
                found[f"{page.stem}.{name}"] = example
    return found


def _of_pages() -> dict[str, str]:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    pages.remove(ROOT / "docs" / "migration.md")  # its examples need the sample archive
    return {
        f"{page.stem}-{number}": example
        for page in pages
        if not page.name.endswith("Api.md")
        for number, example in enumerate(EXAMPLE.findall(page.read_text(encoding="utf-8")), start=1)
    }


METHOD_EXAMPLES = _of_methods()
"""The examples of the reference, by class and method, such as ``JobApi.wait_for_job``."""

OPERATION_EXAMPLES = {
    name: example
    for name, example in METHOD_EXAMPLES.items()
    if name.partition(".")[2] in {operation.name for operation in OPERATIONS}
}
"""Those of operations, such as ``JobApi.get_job``."""

PAGE_EXAMPLES = _of_pages()
"""The examples of the other pages, by page and number."""
