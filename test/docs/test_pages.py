"""The examples of the README and of the hand-written pages run on the sample archive, and print what the pages show.

A page shows output in a ``text`` block after the example, which is all of the output, or in comments after ``print``.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from test.docs.running import run, server
from test.support.examples_in_docs import PAGE_EXAMPLES, PAGES, ROOT, Example

DOCS = ROOT / "docs"
RECIPES = sorted(path for path in (DOCS / "cookbook").glob("*.md") if path.stem != "index")
MAX_LINES = 40

OTHER_TESTS = {
    "docs/guides/logging-and-tracing.md": "test/docs/test_service_guides.py",
    "docs/guides/metadata.md": "test/metadata/test_guide.py",
    "docs/guides/notifications.md": "test/notifications/test_guide.py",
    "docs/guides/threads.md": "test/docs/test_service_guides.py",
    "docs/guides/tls-and-proxies.md": "test/docs/test_service_guides.py",
}
"""Pages whose examples build on each other or need another server, with their tests."""

EXAMPLES = {name: example for name, example in PAGE_EXAMPLES.items() if example.page not in OTHER_TESTS}
BESIDE_PRINT = re.compile(r"^ *print\(.*\)  # ([^(].*)$", re.MULTILINE)


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_runs(name: str) -> None:
    example = EXAMPLES[name]
    if "Client(" in example.script and "Simulator(" not in example.script:
        with server(sample_data=True, speed=50):
            ended = run(example.script, shlex.split(example.command)[2:])
    else:
        ended = run(example.script)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    assert ended.stdout.strip(), "an example shows what it did"
    if example.output:
        assert ended.stdout == example.output
    assert_in_order(shown_beside(example), ended.stdout.splitlines())


def shown_beside(example: Example) -> list[str]:
    """Return the output that comments after ``print`` show. A comment in parentheses is not output."""
    return BESIDE_PRINT.findall(example.script)


def assert_in_order(expected: list[str], lines: list[str]) -> None:
    rest = iter(lines)
    missing = [text for text in expected if text not in rest]
    assert not missing, lines


@pytest.mark.parametrize("page", RECIPES, ids=lambda page: page.stem)
def test_recipe_is_one_short_example_with_its_output(page: Path) -> None:
    (example,) = [example for example in EXAMPLES.values() if example.page == page.relative_to(ROOT).as_posix()]
    assert len(example.script.splitlines()) < MAX_LINES
    assert example.output


def test_every_page_with_examples_is_tested() -> None:
    pages = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in PAGES}
    with_examples = {page for page, text in pages.items() if "\n```python\n" in text}
    assert {example.page for example in PAGE_EXAMPLES.values()} == with_examples
    for page, test in OTHER_TESTS.items():
        assert page in with_examples
        assert Path(page).stem in (ROOT / test).read_text(encoding="utf-8")


def test_output_must_be_right() -> None:
    example = Example("README.md", "print(1)  # 1\nfor n in (2, 3):\n    print(n)  # 2\nprint(4)  # (a number)\n")
    assert shown_beside(example) == ["1", "2"]
    assert_in_order(["1", "3"], ["1", "2", "3"])
    with pytest.raises(AssertionError):
        assert_in_order(["3", "1"], ["1", "2", "3"])
