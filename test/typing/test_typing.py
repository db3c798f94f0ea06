"""Type checkers on this project, and on scripts as users write them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from test.support.examples_in_docs import OPERATION_EXAMPLES

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
USES = sorted(HERE.glob("uses_*.py"))
MISTAKES = HERE / "mistakes.py.txt"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def run(*command: str, cwd: Path = ROOT) -> str:
    """Run a type checker, which exits with 1 when it finds something, and return its output."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert not done.returncode or done.stdout, done.stderr
    return done.stdout


def mypy(folder: Path) -> set[tuple[str, int]]:
    """Return each file and line of a folder in which mypy finds an error."""
    # Without the settings of this project, which users do not have.
    output = run("mypy", "--strict", "--config-file=", "--no-error-summary", *map(str, sorted(folder.glob("*.py"))))
    errors = re.findall(r"(\w+\.py):(\d+): error", output)
    assert bool(errors) == bool(output), output
    return {(name, int(line)) for name, line in errors}


def pyright(folder: Path) -> set[tuple[str, int]]:
    """Return each file and line of a folder in which pyright finds an error."""
    # Without the settings of this project, which users do not have.
    settings = {"include": ["."], "extraPaths": [str(ROOT)], "typeCheckingMode": "standard"}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    found = json.loads(run("pyright", "--outputjson", "--pythonpath", sys.executable, cwd=folder))
    return {
        (Path(each["file"]).name, each["range"]["start"]["line"] + 1)
        for each in found["generalDiagnostics"]
        if each["severity"] == "error"
    }


def installed(*checkers: str) -> list[object]:
    """Return a test parameter for each type checker; few environments have them."""
    missing = {name for name in checkers if find_spec(name) is None}
    return [
        pytest.param(name, marks=pytest.mark.skipif(name in missing, reason="not installed here")) for name in checkers
    ]


Checker = Callable[[Path], set[tuple[str, int]]]
CHECKERS: dict[str, Checker] = {"mypy": mypy, "pyright": pyright}


@pytest.mark.parametrize("checker", installed(*CHECKERS))
def test_only_the_type_errors_in_scripts_are_detected(checker: str, tmp_path: Path) -> None:
    """In scripts that assert types, in the examples of all operations, and in a script of mistakes."""
    scripts = {script.name: script.read_text(encoding="utf-8") for script in USES}
    assert len(scripts) > 1
    scripts["mistakes.py"] = MISTAKES.read_text(encoding="utf-8")
    functions = [
        f"def {re.sub(r'[^0-9A-Za-z]', '_', name)}() -> None:\n{textwrap.indent(example, '    ')}"
        for name, example in OPERATION_EXAMPLES.items()
    ]
    assert len(functions) > 700
    scripts["examples_of_operations.py"] = "\n\n".join(functions)
    for name, text in scripts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    lines = enumerate(scripts["mistakes.py"].splitlines(), start=1)
    mistakes = {("mistakes.py", number) for number, line in lines if "# mistake" in line}
    assert len(mistakes) > 5
    assert CHECKERS[checker](tmp_path) == mistakes


@pytest.mark.parametrize("checker", installed("mypy"))
def test_mypy_finds_nothing_in_the_project(checker: str) -> None:
    output = run(checker, "--no-error-summary")
    assert not output, output


@pytest.mark.parametrize("checker", installed("pyright"))
def test_pyright_finds_nothing_in_the_project(checker: str) -> None:
    output = run(checker, "--pythonpath", sys.executable)
    assert output.startswith("0 errors, 0 warnings"), output
