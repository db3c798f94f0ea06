"""The guide's examples run against the sample archive."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vidispine.simulator import Simulator

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "search.md"
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples(example: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with Simulator(sample_data=True) as vidicore:
        for name, value in (("HOST", vidicore.url), ("USERNAME", "admin"), ("PASSWORD", "admin")):
            monkeypatch.setenv(f"VIDISPINE_{name}", value)
        exec(example, {})
    printed = capsys.readouterr().out
    assert printed
    for expected in re.findall(r"^print\(.*\)  # (.+)$", example, re.MULTILINE):
        assert expected in printed


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 3
