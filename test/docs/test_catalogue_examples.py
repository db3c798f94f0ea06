"""The example of every operation of the catalogue runs against the simulator, including its assertions."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest

from test.docs.prepared import prepare
from test.support.examples_in_docs import IN_CATALOGUE, OPERATION_EXAMPLES
from vidispine.simulator import Simulator

DEFAULT = "http://localhost:8080"
EXAMPLES = {name: example for name, example in OPERATION_EXAMPLES.items() if name.partition(".")[2] in IN_CATALOGUE}


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Simulator() as vidicore:
        prepare(vidicore, EXAMPLES[name])
        script = EXAMPLES[name].replace(DEFAULT, vidicore.url)
        assert script != EXAMPLES[name]
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(script, name, "exec"), {"__name__": "__main__"})


def test_every_operation_has_an_example() -> None:
    assert {name.partition(".")[2] for name in EXAMPLES} == IN_CATALOGUE
