"""The prose of the project avoids the expressions of ``idioms.txt``.

Where an expression is right, it is counted in ``AREAS``. These numbers may only decrease.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
IDIOMS = [
    re.split(r"\s{2,}", line, maxsplit=1)
    for line in (Path(__file__).parent / "idioms.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
FOUND = re.compile("|".join(expression.replace(" ", r"\s+") for expression, _ in IDIOMS), re.IGNORECASE)

UNCHANGED = frozenset({"examples_5_0_4", "programs"})
"""Folders of files that others wrote."""

AREAS = {
    "code": (["vidispine/**/*.py", "generator/**/*.py", "generator/templates/*.j2", "examples/*.py"], 8),
    "description": (["spec/**/*.yaml"], 5),
    "pages": (["docs/**/*.md", "*.md"], 0),
    "tests": (["test/**/*.py", "benchmarks/**/*.py"], 22),
}
"""Files of each area, and the number of expressions that remain in them."""


def prose(patterns: list[str]) -> Iterator[Path]:
    """Yield the hand-written files, without the changelog, which describes former versions."""
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            is_generated = path.read_text("utf-8").startswith(("# Generated", "<!-- Generated"))
            if path.name != "CHANGELOG.md" and not is_generated and not UNCHANGED.intersection(path.parts):
                yield path


@pytest.mark.parametrize("area", AREAS)
def test_expressions_to_avoid(area: str) -> None:
    patterns, allowed = AREAS[area]
    hits = [
        f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, found.start()) + 1}: {' '.join(found[0].split())}"
        for path in prose(patterns)
        for text in [path.read_text("utf-8")]
        for found in FOUND.finditer(text)
    ]
    assert len(hits) <= allowed, f"{len(hits)} expressions, {allowed} before:\n" + "\n".join(hits[:20])


def test_each_expression_is_matched() -> None:
    assert [expression for expression, instead in IDIOMS if not instead] == []
    assert FOUND.search("All fields when\nleft out.")
    assert not FOUND.search("Default: all fields.")
