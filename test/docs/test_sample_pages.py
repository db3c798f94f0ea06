"""The examples of the cookbook and of the guides run on the sample archive, and print what the pages show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from test.docs.running import run, server

DOCS = Path(__file__).parents[2] / "docs"
COOKBOOK = sorted((DOCS / "cookbook").glob("*.md"))
GUIDES = ("authentication", "concurrency", "quickstart", "timeouts")
"""Guides whose examples need the sample archive. The others have tests of their own."""
PAGES = [*COOKBOOK, *(DOCS / "guides" / f"{name}.md" for name in GUIDES), DOCS / "migration.md"]

EXAMPLE = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
MAX_LINES = 40

EXAMPLES = {
    f"{page.relative_to(DOCS).with_suffix('')}-{number}": found
    for page in PAGES
    for number, found in enumerate(EXAMPLE.findall(page.read_text(encoding="utf-8")), start=1)
    if "sys.argv" not in found[0]  # programs with arguments have tests of their own
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_runs(name: str) -> None:
    script, output = EXAMPLES[name]
    with server(sample_data=True, speed=50):
        ended = run(script)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip(), "an example shows what it did"
    if output:
        assert ended.stdout == output
    assert ended.stderr == ""


@pytest.mark.parametrize("page", COOKBOOK, ids=lambda page: page.stem)
def test_recipe_is_short(page: Path) -> None:
    examples = [script for script, _ in EXAMPLE.findall(page.read_text(encoding="utf-8"))]
    assert len(examples) == (page.stem != "index")
    assert all(len(script.splitlines()) < MAX_LINES for script in examples)


def test_index_lists_all_recipes() -> None:
    for index in (DOCS / "cookbook" / "index.md", DOCS / "index.md"):
        listed = set(re.findall(r"\]\((?:cookbook/)?([\w-]+\.md)\)", index.read_text(encoding="utf-8")))
        assert {page.name for page in COOKBOOK} - {"index.md"} <= listed
