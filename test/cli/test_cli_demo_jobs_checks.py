"""Each step of the demo of jobs fails if it does not have the expected result."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from vidispine import Client, ItemApi, JobApi, JobType, URIListType, simulator
from vidispine.cli import main
from vidispine.cli.commands.demo import jobs as demo
from vidispine.cli.commands.demo.checks import CheckError, expect
from vidispine.cli.commands.demo.jobs import Demo
from vidispine.cli.output.demo import open_screen
from vidispine.simulator import Simulator
from vidispine.simulator.jobs.control import JobControl

SPEED = 2
Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def _twice_as_fast(monkeypatch: Patch) -> None:
    keep_polling = Demo.keep_polling
    monkeypatch.setattr(simulator, "Simulator", partial(Simulator, speed=SPEED))
    monkeypatch.setattr(demo, "POLL_SECONDS", demo.POLL_SECONDS / SPEED)
    monkeypatch.setattr(demo, "TIMEOUT_SECONDS", 10.0)
    monkeypatch.setattr(Demo, "keep_polling", lambda self, seconds: keep_polling(self, seconds / SPEED))


def test_demo_succeeds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "jobs"]) == 0
    captured = capsys.readouterr()
    assert captured.out.count("✓ ") == len(demo.STEPS)
    assert captured.err == ""


def behaving(type: str, **behavior: Any) -> Callable[[Patch], None]:
    """Make the jobs of a type behave differently."""

    def sabotage(monkeypatch: Patch) -> None:
        scene = demo.configure_jobs

        def other(where: Demo) -> None:
            scene(where)
            where.simulator.jobs.behave(type, **behavior)

        monkeypatch.setattr(demo, "configure_jobs", other)

    return sabotage


def doing_nothing(owner: type, name: str) -> Callable[[Patch], None]:
    """Make a call return without doing anything."""

    def sabotage(monkeypatch: Patch) -> None:
        monkeypatch.setattr(owner, name, lambda *_, **__: None)

    return sabotage


def without_priority(name: str) -> Callable[[Patch], None]:
    """Make a call ignore its priority."""

    def sabotage(monkeypatch: Patch) -> None:
        call = getattr(JobApi, name)
        monkeypatch.setattr(JobApi, name, lambda self, *args, priority, **rest: call(self, *args, **rest))

    return sabotage


def listing_few_types(monkeypatch: Patch) -> None:
    monkeypatch.setattr(JobApi, "get_job_types", lambda self: URIListType(uri=["NONE", *list(demo.JOBS)[1:]]))


def leaving_the_queue_as_it_is(monkeypatch: Patch) -> None:
    steps = tuple(step for step in demo.STEPS if step is not demo.change_priorities)
    monkeypatch.setattr(demo, "STEPS", steps)


SABOTAGE: dict[Callable[[Demo], str], tuple[Callable[[Patch], None], str]] = {
    demo.list_types: (
        listing_few_types,
        r"job types of the demo that the server does not list: expected \[\], found \['THUMBNAIL'\]",
    ),
    demo.import_clip: (
        behaving("RAW_IMPORT", steps=2, seconds=0, fail_at=1),
        "VX-1 RAW_IMPORT: expected FINISHED, found FAILED_TOTAL",
    ),
    demo.start_jobs: (
        without_priority("create_custom_job"),
        r"the new job VX-7: expected \('ANALYZE', 'LOW', 'READY'\), found \('ANALYZE', 'MEDIUM', 'READY'\)",
    ),
    demo.change_priorities: (
        doing_nothing(JobApi, "update_job"),
        "priority of VX-7 ANALYZE: expected HIGHEST, found LOW",
    ),
    demo.abort_job: (
        doing_nothing(JobApi, "abort_job"),
        r"VX-4 ARCHIVE: expected ABORTED within 1 seconds, found STARTED",
    ),
    demo.check_queue_order: (
        leaving_the_queue_as_it_is,
        "VX-7 ANALYZE started before VX-5 EXPORT: expected True, found False",
    ),
    demo.check_failure: (
        behaving("TRANSCODE", steps=4, seconds=2, fail_at=3, message="no idea"),
        "error message of VX-3 TRANSCODE: expected storage VX-31 is full, found no idea",
    ),
    demo.rerun_job: (
        without_priority("create_duplicate_job"),
        r"the new job VX-8: expected \('TRANSCODE', 'HIGHEST'\), found \('TRANSCODE', 'HIGH'\)",
    ),
    demo.check_success: (
        behaving("THUMBNAIL", steps=4, seconds=3.2, fail_at=4),
        "VX-2 THUMBNAIL: expected FINISHED, found FAILED_TOTAL",
    ),
    demo.check_problem: (
        behaving("EXPORT", steps=3, seconds=1.5, wait_for="NoTranscoder"),
        r"problem of VX-5 EXPORT: expected \('StorageOffline', \['VX-5'\]\), found \('NoTranscoder', \['VX-5'\]\)",
    ),
    demo.solve_problem: (
        doing_nothing(JobControl, "resolve"),
        r"remaining problems: expected \[\], found \['StorageOffline'\]",
    ),
    demo.check_remaining_jobs: (
        behaving("COPY_FILE", steps=2, seconds=1.2, warn_at=1),
        "VX-6 COPY_FILE: expected FINISHED, found FINISHED_WARNING",
    ),
    demo.delete_jobs: (
        doing_nothing(JobApi, "delete_jobs"),
        "the deleted job VX-1: expected 404 Not Found, found a job that is FINISHED",
    ),
}


def test_every_step_is_tested() -> None:
    assert tuple(SABOTAGE) == demo.STEPS


@pytest.mark.parametrize("step", SABOTAGE, ids=lambda step: step.__name__)
def test_failing_step(step: Callable[[Demo], str], monkeypatch: Patch, capsys: pytest.CaptureFixture[str]) -> None:
    sabotage, message = SABOTAGE[step]
    if step is demo.abort_job:
        monkeypatch.setattr(demo, "TIMEOUT_SECONDS", 1.0)
    sabotage(monkeypatch)
    before = demo.STEPS.index(step)
    assert main(["demo", "jobs"]) == 1
    captured = capsys.readouterr()
    assert re.fullmatch(f"vidispine: {message}\n", captured.err)
    assert captured.out.count("✓ ") == before
    assert "steps passed" not in captured.out


def test_failing_call(monkeypatch: Patch, capsys: pytest.CaptureFixture[str]) -> None:
    call = JobApi.get_job_types
    monkeypatch.setattr(JobApi, "get_job_types", lambda self: call(self, _headers={"Authorization": "Basic eDp5"}))
    assert main(["demo", "jobs"]) == 5
    errors = capsys.readouterr().err
    assert errors.startswith("vidispine: get_job_types: 401 ")
    assert errors.count("\n") == 1


def test_missing_proxy(monkeypatch: Patch, capsys: pytest.CaptureFixture[str]) -> None:
    """A custom job of type TRANSCODE creates no proxy."""

    def start_custom_job(self: ItemApi, item_id: str, tag: str, priority: str) -> JobType:
        return JobApi(self.api_client).create_custom_job(
            "TRANSCODE", priority=priority, jobmetadata={"itemId": item_id, "tags": tag}
        )

    monkeypatch.setattr(ItemApi, "create_item_transcode_job", start_custom_job)
    assert main(["demo", "jobs"]) == 1
    assert capsys.readouterr().err == (
        "vidispine: shape tags of item VX-1: expected ['original', 'lowres'], found ['original']\n"
    )


def test_missing_job(tmp_path: Path) -> None:
    with Simulator() as simulator, Client(configuration=simulator.configuration()) as client:
        where = Demo(simulator, client, open_screen(), tmp_path)
        where.ids["ANALYZE"] = "VX-99"
        with pytest.raises(CheckError, match="VX-99 ANALYZE: expected FINISHED, found no such job"):
            where.wait_for("ANALYZE", "FINISHED")


def test_keep_polling(monkeypatch: Patch) -> None:
    looks: list[float] = []
    monkeypatch.setattr(Demo, "poll", lambda self: looks.append(time.monotonic()))
    began = time.monotonic()
    Demo.__new__(Demo).keep_polling(0.2 * SPEED)
    assert time.monotonic() - began >= 0.2
    assert len(looks) > 1


def test_expect() -> None:
    expect("a thing", 1, 1)
    with pytest.raises(CheckError) as caught:
        expect("a thing", 1, "1")
    assert caught.value.message == "a thing: expected 1, found 1"
