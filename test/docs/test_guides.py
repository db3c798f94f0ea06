"""The examples of the guides run against the sample archive, and print what the guides say beside them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vidispine.simulator import Simulator

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
NAMES = ["media", "search", "tables"]
EXAMPLES = {
    f"{name}-{number}": example
    for name in NAMES
    for number, example in enumerate(
        re.findall(r"^```python\n(.*?)^```$", (GUIDES / f"{name}.md").read_text(encoding="utf-8"), re.M | re.S)
    )
}


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_examples(
    example: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with Simulator(sample_data=True) as vidicore:
        for name, value in (("HOST", vidicore.url), ("USERNAME", "admin"), ("PASSWORD", "admin")):
            monkeypatch.setenv(f"VIDISPINE_{name}", value)
        exec(example, {})
    printed = capsys.readouterr().out
    assert printed
    for expected in re.findall(r"^print\(.*\)  # (.+)$", example, re.MULTILINE):
        assert expected in printed


def test_every_guide_has_examples() -> None:
    assert {name.split("-")[0] for name in EXAMPLES} == set(NAMES)
