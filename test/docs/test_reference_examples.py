"""The example of each operation in the reference runs on a fresh sample archive, or says that the simulator does not
implement the operation.
"""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import vidispine
from test.support.examples_in_docs import METHOD_EXAMPLES, OPERATION_EXAMPLES, SIMULATED
from test.support.spec import OPERATIONS
from vidispine.simulator import Simulator

SERVER = "http://localhost:8080"
NOT_SIMULATED = "*Not implemented by the [simulator](simulator.md).*"
OPERATIONS_OF_5_0_4 = 735
MOST_NOT_SIMULATED = 422
"""The number of operations of 5.0.4 that 6.0.0 did not simulate."""

DOCS = Path(__file__).parents[2] / "docs"
METHODS = {operation.name: operation.method for operation in OPERATIONS}
EXAMPLES = {name: code for name, code in OPERATION_EXAMPLES.items() if name.partition(".")[2] in SIMULATED}
READING = [name for name in EXAMPLES if METHODS[name.partition(".")[2]] == "GET"]
OTHER_METHODS = sorted(METHOD_EXAMPLES.keys() - OPERATION_EXAMPLES.keys())
CHANGING = [*(name for name in EXAMPLES if name not in READING), *OTHER_METHODS]
OTHERS = sorted(OPERATION_EXAMPLES.keys() - EXAMPLES.keys())


def run(name: str, vidicore: Simulator) -> None:
    script = METHOD_EXAMPLES[name].replace(SERVER, vidicore.url)
    assert script != METHOD_EXAMPLES[name]
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(script, name, "exec"), {"__name__": "__main__"})


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state file with the sample archive. Nothing changes it: tests copy it."""
    path = tmp_path_factory.mktemp("archive") / "state.db"
    Simulator(sample_data=True, db=path).stop()
    return path


@pytest.fixture(scope="module")
def shared() -> Iterator[Simulator]:
    """A server for examples that change nothing that others need."""
    with Simulator(sample_data=True, speed=100) as vidicore:
        yield vidicore


@pytest.fixture
def fresh(archive: Path, tmp_path: Path) -> Iterator[Simulator]:
    """A server with a copy of the sample archive."""
    path = tmp_path / "state.db"
    shutil.copyfile(archive, path)
    shutil.copytree(f"{archive}.media", f"{path}.media")
    with Simulator(db=path, speed=100) as vidicore:
        yield vidicore


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let examples write to a folder of the test, also those that save a file without a path."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.mark.parametrize("name", READING)
def test_reading_example(name: str, shared: Simulator) -> None:
    run(name, shared)


@pytest.mark.parametrize("name", CHANGING)
def test_changing_example(name: str, fresh: Simulator) -> None:
    run(name, fresh)


@pytest.mark.parametrize("name", OTHERS)
def test_example_says_what_is_not_simulated(name: str, shared: Simulator) -> None:
    with pytest.raises(vidispine.ApiException, match="is not implemented by the simulator"):
        run(name, shared)


def test_pages_say_what_is_not_simulated() -> None:
    for page in DOCS.glob("*Api.md"):
        sections = re.split(r"^# \*\*(\w+)\*\*$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for name, text in zip(sections[1::2], sections[2::2]):
            if f"{page.stem}.{name}" in OPERATION_EXAMPLES:
                assert (NOT_SIMULATED in text) == (f"{page.stem}.{name}" in OTHERS), f"{page.stem}.{name}"


def test_the_simulator_loses_no_operation() -> None:
    assert len(SIMULATED) >= OPERATIONS_OF_5_0_4 - MOST_NOT_SIMULATED
    assert {name.partition(".")[2] for name in EXAMPLES} == SIMULATED
