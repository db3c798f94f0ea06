"""The Airflow sensor: runs the DAG of its docstring with Airflow's command and a separate database."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from test.examples.sandbox import EXAMPLES, Sandbox

LIMIT = 110.0
SOURCE = EXAMPLES / "airflow_sensor.py"


def _airflow(home: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    settings = {"AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    return subprocess.run(
        [sys.executable, "-m", "airflow", *arguments],
        cwd=home,
        env={**environment, **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT,
        check=False,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Set up Airflow as the docstring says."""
    folder = tmp_path_factory.mktemp("airflow")
    (folder / "plugins").mkdir()
    (folder / "dags").mkdir()
    (folder / "plugins" / SOURCE.name).write_bytes(SOURCE.read_bytes())
    text = ast.get_docstring(ast.parse(SOURCE.read_text(encoding="utf-8"))) or ""
    code = text.partition("::\n\n")[2].partition("\n\nThe sensor")[0]
    (folder / "dags" / "transcode.py").write_text(textwrap.dedent(code) + "\n", encoding="utf-8")
    migrated = _airflow(folder, dict(os.environ), "db", "migrate")
    assert migrated.returncode == 0, migrated.stdout
    return folder


@pytest.fixture
def item(sandbox: Sandbox) -> str:
    sandbox.add_lowres()
    return sandbox.item()


def _run(home: Path, sandbox: Sandbox, item: str) -> subprocess.CompletedProcess[str]:
    conf = f'{{"item": "{item}", "tag": "lowres"}}'
    run = _airflow(home, sandbox.environment, "dags", "test", "transcode", "--conf", conf)
    print(run.stdout)
    return run


def test_task_is_deferred_until_the_job_ends(home: Path, sandbox: Sandbox, item: str) -> None:
    # The trigger polls every ten seconds.
    sandbox.vidicore.jobs.behave("TRANSCODE", seconds=12 * 50)
    began = time.monotonic()
    run = _run(home, sandbox, item)
    assert run.returncode == 0
    assert time.monotonic() - began > 12
    assert "Pausing task as DEFERRED" in run.stdout
    assert "state=success" in run.stdout
    assert sandbox.tags(item) == ["lowres", "original"]
    (job,) = sandbox.jobs(type="TRANSCODE")
    looks = [request for request in sandbox.vidicore.requests.of("get_job") if request.path.endswith(f"/{job.job_id}")]
    assert len(looks) >= 2


def test_failed_job_fails_the_task_without_retry(home: Path, sandbox: Sandbox, item: str) -> None:
    sandbox.vidicore.jobs.behave("TRANSCODE", steps=2, seconds=1, fail_at=2, message="no space")
    run = _run(home, sandbox, item)
    assert "AirflowFailException" in run.stdout
    assert "wait_for_job: job VX-2 (TRANSCODE) FAILED_TOTAL in step 2 of 2" in run.stdout
    assert "state=failed" in run.stdout
    assert len(sandbox.jobs(type="TRANSCODE")) == 1


def test_temporarily_unavailable_server_is_polled_again(home: Path, sandbox: Sandbox, item: str) -> None:
    sandbox.vidicore.faults.next(503, times=3, operation="get_job")
    run = _run(home, sandbox, item)
    assert run.returncode == 0
    assert "state=success" in run.stdout
    assert not sandbox.vidicore.faults
