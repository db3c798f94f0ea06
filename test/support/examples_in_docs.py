"""The examples in the README and in docs/."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from test.support.spec import OPERATIONS

__all__ = ["METHOD_EXAMPLES", "OPERATION_EXAMPLES", "PAGES", "PAGE_EXAMPLES", "SIMULATED", "Example"]

ROOT = Path(__file__).parents[2]
EXAMPLE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WITH_OUTPUT = re.compile(
    r"^```python\n(.*?)^```\n(?:\n```sh\n(python .*?)^```\n)?(?:\n```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL
)
OPERATION = re.compile(r"^# \*\*(\w+)\*\*$", re.MULTILINE)

SIMULATED = frozenset((ROOT / "spec" / "simulated.txt").read_text(encoding="utf-8").split())
"""Operations that the simulator implements."""


class Example(NamedTuple):
    """An example of a page, the command that runs it if it has arguments, and the output that the page shows."""

    page: str
    script: str
    command: str = ""
    output: str = ""


def _of_methods() -> dict[str, str]:
    found = {}
    for page in sorted((ROOT / "docs").glob("*Api.md")):
        parts = OPERATION.split(page.read_text(encoding="utf-8"))
        for name, section in zip(parts[1::2], parts[2::2]):
            for example in EXAMPLE.findall(section):
                assert f"{page.stem}.{name}" not in found, "one example each"
                found[f"{page.stem}.{name}"] = example
    return found


def _of_pages() -> dict[str, Example]:
    return {
        f"{page.relative_to(ROOT).with_suffix('')}-{number}": Example(page.relative_to(ROOT).as_posix(), *found)
        for page in PAGES
        for number, found in enumerate(WITH_OUTPUT.findall(page.read_text(encoding="utf-8")), start=1)
    }


METHOD_EXAMPLES = _of_methods()
"""The examples of the reference, by class and method, such as ``JobApi.wait_for_job``."""

OPERATION_EXAMPLES = {
    name: example
    for name, example in METHOD_EXAMPLES.items()
    if name.partition(".")[2] in {operation.name for operation in OPERATIONS}
}
"""Those of operations, such as ``JobApi.get_job``."""

PAGES = [ROOT / "README.md", *sorted(set((ROOT / "docs").rglob("*.md")) - set((ROOT / "docs").glob("*Api.md")))]
"""The README and all pages except those of the operations."""

PAGE_EXAMPLES = _of_pages()
"""The examples of these pages, by page and number."""
