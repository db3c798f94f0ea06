"""The cost of importing in modules, which is the same on every machine."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "vidispine"
HEAVY = frozenset({"asyncio", "dataclasses", "email", "http", "inspect", "multiprocessing", "typing_extensions"})
"""Modules that no module of the engine may import at the top level."""
EXTRAS = frozenset(
    {"cheroot", "click", "keyring", "opentelemetry", "orjson", "platformdirs", "rich", "tomlkit", "werkzeug"}
)

LIST_MODULES = "import json, sys; before = set(sys.modules); {}; print(json.dumps(sorted(set(sys.modules) - before)))"


def modules_after(statements: str, *options: str) -> set[str]:
    """Return the modules that statements load in a new interpreter."""
    command = [sys.executable, *options, "-c", LIST_MODULES.format(statements)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    return set(json.loads(done.stdout))


def test_import_loads_only_the_version() -> None:
    ours = {name for name in modules_after("import vidispine") if name.partition(".")[0] == "vidispine"}
    assert ours <= {"vidispine", "vidispine.version", "vidispine._documents.registry"}


@pytest.mark.parametrize(
    "dependency", ["urllib3", "dateutil", "six", "certifi", "ssl", "importlib", "logging", "datetime"]
)
def test_import_loads_no_dependency(dependency: str) -> None:
    # -S: what site-packages load at startup would not count.
    assert dependency not in modules_after("import vidispine", "-S")


def test_class_is_loaded_alone() -> None:
    loaded = modules_after("import vidispine; vidispine.JobProblemType")
    models = {name for name in loaded if name.startswith("vidispine.models.")}
    assert models <= {"vidispine.models", "vidispine.models.job_problem_type"}
    assert not loaded & {"urllib3", "vidispine.api_client", "vidispine.rest"}


def test_class_loads_its_bases_and_the_models_it_reads() -> None:
    """None of the other models are loaded."""
    touched = modules_after("import vidispine; vidispine.VideoComponentType")
    models = {name.rpartition(".")[2] for name in touched if name.startswith("vidispine.models.")}
    assert models <= {"video_component_type", "media_component_type", "component_type"}
    read = modules_after(
        "import vidispine; item = vidispine.ItemType.from_document({'shape': [{'tag': ['x']}]}); item.shape[0].tag"
    )
    models = {name.rpartition(".")[2] for name in read if name.startswith("vidispine.models.")}
    assert models <= {"item_type", "shape_type"}


def test_api_class_loads_neither_other_api_classes_nor_models() -> None:
    loaded = modules_after("import vidispine; vidispine.JobApi")
    assert {name for name in loaded if name.startswith("vidispine.api.")} <= {"vidispine.api.job_api"}
    assert not {name for name in loaded if name.startswith("vidispine.models.")}


def test_client_loads_no_heavy_modules() -> None:
    ready = "import vidispine; vidispine.JobApi(vidispine.ApiClient(vidispine.Configuration()))"
    added = modules_after(ready) - modules_after("import urllib3, six")
    foreign = {name for name in added if name.partition(".")[0] != "vidispine"}
    assert not foreign & (HEAVY | EXTRAS | {"dateutil"})
    assert not {name for name in added if name.startswith(("vidispine.cli", "vidispine.simulator"))}


def engine_modules() -> list[Path]:
    """Return the hand-written modules below the command line and the simulator that need no extra."""
    modules = [*PACKAGE.glob("*.py"), *PACKAGE.glob("_*/**/*.py")]
    return sorted(path for path in modules if path.stem != "opentelemetry")


@pytest.mark.parametrize("path", engine_modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_engine_module_imports_nothing_heavy(path: Path) -> None:
    imported = set(_imported_at_top(ast.parse(path.read_text(encoding="utf-8")).body))
    # urllib3 imports `http` anyway.
    free = {"http"} if "urllib3" in imported or path.stem in ("response", "http1") else set()
    assert not imported & (HEAVY | EXTRAS) - free


def _imported_at_top(body: list[ast.stmt]) -> list[str]:
    """Return the top-level packages that a module imports when it is loaded, without those for type checkers."""
    names: list[str] = []
    for statement in body:
        if isinstance(statement, ast.Import):
            names += [alias.name.partition(".")[0] for alias in statement.names]
        elif isinstance(statement, ast.ImportFrom):
            names.append((statement.module or "").partition(".")[0])
        elif isinstance(statement, ast.If):
            guarded = isinstance(statement.test, ast.Name) and statement.test.id == "TYPE_CHECKING"
            names += _imported_at_top(statement.orelse if guarded else [*statement.body, *statement.orelse])
        elif isinstance(statement, ast.Try):
            names += _imported_at_top([*statement.body, *statement.orelse, *statement.finalbody])
    return names
