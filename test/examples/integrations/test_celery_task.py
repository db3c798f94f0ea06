"""The Celery task: a worker and a caller in separate processes, with a file-system broker."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from test.examples.sandbox import EXAMPLES, LIMIT, Run, Sandbox

EXAMPLE = str(EXAMPLES / "celery_task.py")
CALL = "import sys, celery_task as c; print(c.transcode.apply_async(sys.argv[2:], task_id=sys.argv[1]).get(timeout=60))"


@pytest.fixture
def item(sandbox: Sandbox) -> str:
    sandbox.add_lowres()
    return sandbox.item()


@pytest.fixture(autouse=True)
def _worker(sandbox: Sandbox) -> Iterator[None]:
    """Run a worker with one process."""
    (sandbox.folder / "results").mkdir()
    (sandbox.folder / "data_in").mkdir()
    (sandbox.folder / "data_out").symlink_to("data_in")
    sandbox.changes = {
        "CELERY_BROKER_URL": "filesystem://",
        "CELERY_RESULT_BACKEND": (sandbox.folder / "results").as_uri(),
        "PYTHONPATH": ":".join(filter(None, [str(EXAMPLES), sandbox.environment.get("PYTHONPATH")])),
    }
    command = [sys.executable, "-m", "celery", "--app", "celery_task", "worker", "--pool", "solo", "--loglevel", "INFO"]
    with (sandbox.folder / "worker.log").open("w") as log:
        worker = subprocess.Popen(command, cwd=sandbox.folder, env=sandbox.environment, stdout=log, stderr=log)
        try:
            yield
        finally:
            worker.terminate()
            try:
                worker.wait(30)
            finally:
                worker.kill()
            print((sandbox.folder / "worker.log").read_text())


@contextlib.contextmanager
def _started(sandbox: Sandbox, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run a Python program until the end of the block at the latest."""
    pipe, command = subprocess.PIPE, [sys.executable, *arguments]
    with subprocess.Popen(
        command, cwd=sandbox.folder, env=sandbox.environment, stdout=pipe, stderr=pipe, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _end(process: subprocess.Popen[str]) -> Run:
    output, errors = process.communicate(timeout=LIMIT)
    return Run(subprocess.CompletedProcess(process.args, process.returncode, output, errors))


def _run(sandbox: Sandbox, *arguments: str) -> Run:
    with _started(sandbox, *arguments) as process:
        return _end(process)


def test_worker_is_free_while_a_job_runs(sandbox: Sandbox, item: str) -> None:
    sandbox.vidicore.jobs.behave("TRANSCODE", hold=True)
    with _started(sandbox, EXAMPLE, item, "lowres") as slow:
        while not sandbox.jobs(type="TRANSCODE"):
            time.sleep(0.1)
        (held,) = sandbox.jobs(type="TRANSCODE")
        sandbox.vidicore.jobs.behave("TRANSCODE")
        quick = _run(sandbox, EXAMPLE, item, "lowres")
        assert (quick.status, quick.lines, quick.errors) == (0, [f"{item} has lowres"], [])
        assert slow.poll() is None
        assert sandbox.client.job.get_job(held.job_id).status == "HOLD"

        sandbox.vidicore.jobs.release(held.job_id)
        assert _end(slow).lines == [f"{item} has lowres"]
    # The worker polled repeatedly and was free in between.
    log = (sandbox.folder / "worker.log").read_text()
    assert log.count("retry: Retry in") >= 2


def test_failed_job_is_reported_in_one_line(sandbox: Sandbox, item: str) -> None:
    sandbox.vidicore.jobs.behave("TRANSCODE", steps=2, seconds=1, fail_at=2, message="no space")
    run = _run(sandbox, EXAMPLE, item, "lowres")
    assert (run.status, run.lines) == (1, [])
    (line,) = run.errors
    assert line.startswith("celery_task: wait_for_job: job VX-2 (TRANSCODE) FAILED_TOTAL in step 2 of 2")
    assert line.endswith(": no space")
    run = _run(sandbox, EXAMPLE, "VX-99", "lowres")
    assert run.errors == ["celery_task: create_item_transcode_job: 404 Not Found: no Item with id VX-99"]


def test_temporarily_unavailable_server_is_polled_again(sandbox: Sandbox, item: str) -> None:
    sandbox.vidicore.faults.next(503, times=7, operation="get_job")
    assert _run(sandbox, EXAMPLE, item, "lowres").lines == [f"{item} has lowres"]
    assert not sandbox.vidicore.faults


def test_redelivered_task_finds_its_job(sandbox: Sandbox, item: str) -> None:
    first = _run(sandbox, "-c", CALL, "the-same-id", item, "lowres")
    (sandbox.folder / "results" / "celery-task-meta-the-same-id").unlink()
    again = _run(sandbox, "-c", CALL, "the-same-id", item, "lowres")
    (job,) = sandbox.jobs(type="TRANSCODE")
    assert first.lines == again.lines == [job.job_id]
    assert sandbox.asked("create_item_transcode_job") == 1


def test_unavailable_broker_is_reported_in_one_line(sandbox: Sandbox, item: str) -> None:
    sandbox.changes = {**sandbox.changes, "CELERY_BROKER_URL": "amqp://127.0.0.1:1//"}
    run = _run(sandbox, EXAMPLE, item, "lowres")
    assert run.status == 1
    (line,) = run.errors
    assert line.startswith("celery_task: cannot reach the broker: ")
