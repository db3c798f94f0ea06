"""The examples of the guide print the output that it shows."""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

GUIDE = Path(__file__).parents[2] / "docs" / "timecode.md"
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_print_what_they_say(example: str) -> None:
    said = re.findall(r"^print\(.*\)  # (.+)$", example, re.MULTILINE)
    assert len(said) == example.count("print(")
    with redirect_stdout(StringIO()) as printed:
        exec(example, {})
    assert printed.getvalue().splitlines() == said


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 6
