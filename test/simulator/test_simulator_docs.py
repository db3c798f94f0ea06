"""The simulator's pages: their example tests, their links, the list of operations.

Its scripts are run with those of all pages.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from test.simulator.operation_list import SIMULATED, operation_table
from vidispine.simulator.server import HANDLERS

ROOT = Path(__file__).parents[2]
PAGES = {
    name: (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in ("simulator", "simulator-coverage")
}
TESTS = re.findall(r"^```py\n(.*?)^```$", PAGES["simulator"], re.MULTILINE | re.DOTALL)


def run(example: str, folder: Path) -> subprocess.CompletedProcess[str]:
    # Without it, pytest uses the settings of this project.
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    script = folder / "test_example.py"
    script.write_text(example, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        str(script),
    ]
    return subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=100
    )


@pytest.mark.parametrize("example", TESTS, ids=range(len(TESTS)))
def test_example_passes(example: str, tmp_path: Path) -> None:
    result = run(example, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 passed" in result.stdout


def test_example_can_fail(tmp_path: Path) -> None:
    assert len(TESTS) == 1
    assert run(TESTS[0].replace("in step 2 of 4", "in step 3 of 4"), tmp_path).returncode == 1


def test_operation_list_is_up_to_date() -> None:
    section = PAGES["simulator-coverage"].partition("\n## The operations\n")[2].partition("\n## ")[0]
    written = [line for line in section.splitlines() if " | " in line]
    # To update it: python -m test.simulator.operation_list
    assert written == operation_table()
    assert len(written) > 20
    assert SIMULATED.read_text(encoding="utf-8").split() == sorted(HANDLERS)


@pytest.mark.parametrize("name", PAGES)
def test_links(name: str) -> None:
    targets = re.findall(r"\]\(([^)]+)\)", PAGES[name])
    assert targets
    for target in targets:
        page, _, anchor = target.partition("#")
        path = ROOT / "docs" / (page or f"{name}.md")
        assert path.exists(), target
        assert not anchor or anchor in headings(path), target


def headings(path: Path) -> set[str]:
    found = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in found}
