"""Checks that apply to all examples."""

from __future__ import annotations

import ast
import json
import re
import socket
from typing import Any

import pytest

from test.examples.sandbox import EXAMPLES, Sandbox
from vidispine.simulator import Simulator

ARGUMENTS = {
    "clean_up_failed_jobs": [],
    "export_collection": ["VX-1", "file:///srv/out/"],
    "ingest_folder": ["."],
    "metadata_csv": ["items.csv", "--save", "title"],
    "notify_on_failure": ["reported.json"],
    "plot_job_times": ["times.svg"],
    "transcode_missing_proxies": ["lowres"],
}
"""The arguments of each example."""

IN_ANOTHER_ENVIRONMENT = ("airflow_sensor", "celery_task")
"""Examples with further dependencies: `tox -e integrations`."""


def test_every_example_is_tested() -> None:
    assert {file.stem for file in EXAMPLES.glob("*.py")} == {*ARGUMENTS, *IN_ANOTHER_ENVIRONMENT}


@pytest.mark.shows_secrets  # the simulator's own password is in the environment
def test_the_notebook_runs_without_what_needs_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    """`tox -e notebook` runs all of it."""
    notebook = json.loads((EXAMPLES / "explore_archive.ipynb").read_text(encoding="utf-8"))
    code = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert not any(cell.get("outputs") for cell in notebook["cells"])
    names: dict[str, Any] = {}
    with Simulator(sample_data=True) as vidicore:
        settings = vidicore.configuration()
        for name in ("host", "username", "password"):
            monkeypatch.setenv(f"VIDISPINE_{name.upper()}", getattr(settings, name))
        for cell in code:
            if not re.search(r"\bpd\b|\btable\b", cell):
                exec(compile(cell, "cell", "exec"), names)
    assert names["comments"][0].keys() == {"item", "from", "to", "seconds", "comment"}
    assert names["results"]
    assert names["failed"] == {}


@pytest.mark.parametrize("name", [*ARGUMENTS, *IN_ANOTHER_ENVIRONMENT])
def test_example_is_listed_and_says_how_to_run_it(name: str) -> None:
    source = (EXAMPLES / f"{name}.py").read_text(encoding="utf-8")
    text = ast.get_docstring(ast.parse(source)) or ""
    assert f"{name}" in text.split("\n\n", 1)[1]
    assert f"[{name}.py]({name}.py)" in (EXAMPLES / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ARGUMENTS)
def test_unreachable_server_is_reported_in_one_line(sandbox: Sandbox, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    sandbox.changes = {"VIDISPINE_HOST": f"http://127.0.0.1:{port}/API", "NOTIFY_URL": "http://127.0.0.1:1/"}
    (sandbox.folder / "a.mov").write_bytes(b"film")
    run = sandbox.run(name, *ARGUMENTS[name])
    assert run.status == 1, run
    assert not run.lines
    (line,) = run.errors
    assert line.startswith(f"{name}: "), run
    assert f"127.0.0.1:{port}" in line


@pytest.mark.parametrize("name", ARGUMENTS)
def test_wrong_credentials_are_reported_in_one_line(sandbox: Sandbox, name: str) -> None:
    sandbox.changes = {"VIDISPINE_PASSWORD": "wrong", "NOTIFY_URL": "http://127.0.0.1:1/"}
    (sandbox.folder / "a.mov").write_bytes(b"film")
    run = sandbox.run(name, *ARGUMENTS[name])
    assert run.status == 1, run
    (line,) = run.errors
    assert "401 Unauthorized" in line


@pytest.mark.parametrize("name", ARGUMENTS)
def test_has_help(sandbox: Sandbox, name: str) -> None:
    run = sandbox.run(name, "--help")
    assert run.status == 0
    assert run.lines[0].startswith(f"usage: {name}.py ")
    assert not sandbox.vidicore.requests
