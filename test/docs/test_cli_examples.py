"""The examples in docs/cli.md and those of the quickstart run unchanged in a shell, against the simulator."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from test.docs.running import server
from test.support.examples_in_docs import SIMULATED
from vidispine.cli import exit_codes
from vidispine.cli.commands import COMMANDS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "cli.md").read_text(encoding="utf-8")
QUICKSTART = (DOCS / "guides" / "quickstart.md").read_text(encoding="utf-8")
WITH_OUTPUT = re.compile(r"^```sh\n(export (?:(?!^```).)*)^```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

NEEDED = {"upload": "import_item_raw", "download": "get_file_data", "items": "search_items", "search": "search"}
"""Commands whose operations may not be simulated."""


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """The environment of a shell in which the command is installed, without other settings of the tests."""
    command = tmp_path / "bin" / "vidispine"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -W error -m vidispine.cli "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return {
        "PATH": os.pathsep.join([str(command.parent), os.environ["PATH"]]),
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "HOME": str(tmp_path),
        "VIDISPINE_CONFIG": str(tmp_path / "config.toml"),
        "VIDISPINE_HOST": "http://localhost:8080",
        "VIDISPINE_USERNAME": "admin",
        "VIDISPINE_PASSWORD": "admin",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }


NEEDS_SHELL = pytest.mark.skipif(
    not shutil.which("bash") or sys.platform == "win32", reason="the examples are for a POSIX shell"
)


def run_in_shell(example: str, shell: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", example],
        cwd=folder,
        env=shell,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@NEEDS_SHELL
@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_example_runs(number: int, shell: dict[str, str], tmp_path: Path) -> None:
    example = EXAMPLES[number]
    missing = {
        operation
        for command, operation in NEEDED.items()
        if f"vidispine {command} " in example and operation not in SIMULATED
    }
    if missing:
        pytest.skip(f"the simulator has no {', '.join(sorted(missing))}")
    work = tmp_path / "work"
    work.mkdir()
    (work / "clip.mov").write_bytes(b"a film")
    with server(speed=20):
        ended = run_in_shell(example, shell, work)
    assert ended.returncode == 0, ended.stderr
    assert "vidispine: " not in ended.stderr
    assert "\x1b" not in ended.stdout + ended.stderr


@NEEDS_SHELL
def test_quickstart_shows_the_output(shell: dict[str, str], tmp_path: Path) -> None:
    ((example, output),) = WITH_OUTPUT.findall(QUICKSTART)
    with server(sample_data=True):
        ended = run_in_shell(example, shell, tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert [line.rstrip() for line in ended.stdout.splitlines()] == output.splitlines()


def test_pages_have_examples() -> None:
    assert len(EXAMPLES) >= 9
    shown = {name for name in COMMANDS if f"vidispine {name}" in PAGE}
    assert shown >= set(COMMANDS) - {"demo"}


def test_page_lists_every_exit_code() -> None:
    reported = re.findall(r"^(\d+) \| ", PAGE, re.MULTILINE)
    assert [int(number) for number in reported] == sorted(getattr(exit_codes, name) for name in exit_codes.__all__)
