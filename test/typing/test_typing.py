"""Type checkers on scripts as users write them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from test.support.examples_in_docs import OPERATION_EXAMPLES

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
USES = sorted(HERE.glob("uses_*.py"))
MISTAKES = HERE / "mistakes.py.txt"


def mypy(path: Path) -> set[int]:
    """Return the lines with errors of mypy."""
    # Without the settings of this project, which users do not have.
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-error-summary", str(path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode in (0, 1), ended.stdout + ended.stderr
    lines = {int(line) for line in re.findall(rf"{re.escape(path.name)}:(\d+): error", ended.stdout)}
    assert bool(lines) == bool(ended.returncode), ended.stdout
    return lines


def pyright(path: Path) -> set[int]:
    """Return the lines with errors of pyright."""
    with TemporaryDirectory() as folder:
        # In a folder of its own, without the settings of this project.
        (Path(folder) / path.name).write_text(path.read_text())
        settings = {"include": ["."], "extraPaths": [str(ROOT)], "typeCheckingMode": "standard"}
        (Path(folder) / "pyrightconfig.json").write_text(json.dumps(settings))
        command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
        ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    found = json.loads(ended.stdout)["generalDiagnostics"]
    return {each["range"]["start"]["line"] + 1 for each in found if each["severity"] == "error"}


Checker = Callable[[Path], set[int]]
CHECKERS = [
    pytest.param(checker, marks=pytest.mark.skipif(find_spec(checker.__name__) is None, reason="not installed here"))
    for checker in (mypy, pyright)
]


@pytest.mark.parametrize("checker", CHECKERS)
@pytest.mark.parametrize("script", USES, ids=lambda script: script.stem)
def test_scripts_have_the_asserted_types(checker: Checker, script: Path) -> None:
    assert checker(script) == set()


@pytest.mark.parametrize("checker", CHECKERS)
def test_operation_examples_have_no_type_errors(checker: Checker, tmp_path: Path) -> None:
    functions = [
        f"def {re.sub(r'[^0-9A-Za-z]', '_', name)}() -> None:\n{textwrap.indent(example, '    ')}"
        for name, example in OPERATION_EXAMPLES.items()
    ]
    assert len(functions) > 700
    file = tmp_path / "examples_of_operations.py"
    file.write_text("\n\n".join(functions), encoding="utf-8")
    assert checker(file) == set()


@pytest.mark.parametrize("checker", CHECKERS)
def test_type_errors_are_detected(checker: Checker, tmp_path: Path) -> None:
    text = MISTAKES.read_text(encoding="utf-8")
    script = tmp_path / "mistakes.py"
    script.write_text(text, encoding="utf-8")
    lines = enumerate(text.splitlines(), start=1)
    assert checker(script) == {number for number, line in lines if "# mistake" in line}
