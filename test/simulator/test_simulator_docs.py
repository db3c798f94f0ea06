"""The simulator's page: its example tests, its links, its list of operations.

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
from vidispine.simulator.handlers import HANDLERS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "simulator.md").read_text(encoding="utf-8")
TESTS = re.findall(r"^```py\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


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
    section = PAGE.partition("\n## The operations\n")[2].partition("\n## ")[0]
    written = [line for line in section.splitlines() if " | " in line]
    # To update it: python -m test.simulator.operation_list
    assert written == operation_table()
    assert len(written) > 20
    assert SIMULATED.read_text(encoding="utf-8").split() == sorted(HANDLERS)


def test_links() -> None:
    headings = {
        re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", PAGE, re.MULTILINE)
    }
    targets = re.findall(r"\]\(([^)]+)\)", PAGE)
    assert {target[1:] for target in targets if target.startswith("#")} <= headings
    files = [target for target in targets if not target.startswith("#")]
    assert files
    assert [target for target in files if not (ROOT / "docs" / target.partition("#")[0]).exists()] == []
