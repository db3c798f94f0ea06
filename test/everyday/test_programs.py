"""Typical programs of integrators run on the sample archive, in any order and repeatedly."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from vidispine.simulator import Simulator

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))

ORDERS = [PROGRAMS, PROGRAMS[::-1]]
"""The orders in which the programs run on one server."""

OUTPUT = {
    "1_ingest": "Evening news",
    "2_metadata": "'acme_keyword': 'budget'",
    "3_search": "hits by genre",
    "4_notifications": "FINISHED",
    "5_documents": "ok",
    "6_media": "FINISHED",
    "7_service": "stopped waiting for",
}
"""What each program prints, among other lines."""


@pytest.fixture(scope="module")
def archive() -> Iterator[Simulator]:
    # The settings of `vidispine simulator --sample-data`.
    with Simulator(sample_data=True) as simulator:
        yield simulator


@pytest.mark.slow
@pytest.mark.parametrize("order", ORDERS, ids=["forward", "backward"])
def test_programs_run_unchanged(archive: Simulator, order: list[Path], tmp_path: Path) -> None:
    assert {program.stem for program in order} == set(OUTPUT)
    clip = tmp_path / "clip.mov"
    clip.write_bytes(bytes(range(256)) * 1000)
    for program in order:
        done = run(archive, program, *([clip] if program.stem == "1_ingest" else []))
        assert done.returncode == 0, f"{program.name}\n{done.stdout}{done.stderr}"
        assert OUTPUT[program.stem] in done.stdout


def run(archive: Simulator, program: Path, *arguments: Path) -> subprocess.CompletedProcess[str]:
    """Run a program as its README says. Warnings are errors, because users would see them."""
    settings = {
        "VIDISPINE_HOST": archive.url,
        "VIDISPINE_USERNAME": "admin",
        "VIDISPINE_PASSWORD": "admin",
        "PYTHONUTF8": "1",
    }
    return subprocess.run(
        [sys.executable, "-W", "error", str(program), *map(str, arguments)],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
