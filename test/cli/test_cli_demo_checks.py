"""Every step of the demo notices when what it shows does not come about."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from vidispine import ApiClient, JobApi, URIListType
from vidispine.cli import main
from vidispine.cli.demo import performance, stage, story
from vidispine.cli.demo.screen import open_screen
from vidispine.cli.demo.stage import CheckFailed, Stage, expect
from vidispine.simulator import Simulator
from vidispine.simulator.jobs.control import JobControl

SPEED = 2
Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def _twice_as_fast(monkeypatch: Patch) -> None:
    watch = Stage.watch
    monkeypatch.setattr(performance, "Simulator", partial(Simulator, speed=SPEED))
    monkeypatch.setattr(stage, "POLL_SECONDS", stage.POLL_SECONDS / SPEED)
    monkeypatch.setattr(stage, "LIMIT_SECONDS", 10.0)
    monkeypatch.setattr(Stage, "watch", lambda self, seconds: watch(self, seconds / SPEED))


def test_it_succeeds_when_nothing_is_broken(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo"]) == 0
    captured = capsys.readouterr()
    assert captured.out.count("✓ ") == len(story.STEPS)
    assert captured.err == ""


def behaving(type: str, **behaviour: Any) -> Callable[[Patch], None]:
    """Have the jobs of a type go otherwise than the story wants."""

    def sabotage(monkeypatch: Patch) -> None:
        scene = story.set_the_scene

        def other(where: Stage) -> None:
            scene(where)
            where.simulator.jobs.behave(type, **behaviour)

        monkeypatch.setattr(story, "set_the_scene", other)

    return sabotage


def doing_nothing(owner: type, name: str) -> Callable[[Patch], None]:
    """Have a call answer without having done anything."""

    def sabotage(monkeypatch: Patch) -> None:
        monkeypatch.setattr(owner, name, lambda *_, **__: None)

    return sabotage


def without_priority(name: str) -> Callable[[Patch], None]:
    """Have a call lose the priority that it is given."""

    def sabotage(monkeypatch: Patch) -> None:
        call = getattr(JobApi, name)
        monkeypatch.setattr(JobApi, name, lambda self, *args, priority, **rest: call(self, *args, **rest))

    return sabotage


def listing_few_types(monkeypatch: Patch) -> None:
    monkeypatch.setattr(JobApi, "get_job_types", lambda self: URIListType(uri=["NONE", *list(story.JOBS)[1:]]))


def leaving_the_queue_as_it_is(monkeypatch: Patch) -> None:
    steps = tuple(step for step in story.STEPS if step is not story.change_priorities)
    monkeypatch.setattr(story, "STEPS", steps)


SABOTAGE: dict[Callable[[Stage], str], tuple[Callable[[Patch], None], str]] = {
    story.list_types: (
        listing_few_types,
        r"types of the demo's jobs that the server does not list: expected \[\], found \['IMPORT'\]",
    ),
    story.start_jobs: (
        without_priority("create_custom_job"),
        r"the new job VX-2: expected \('TRANSCODE', 'HIGH', 'READY'\), found \('TRANSCODE', 'MEDIUM', 'READY'\)",
    ),
    story.change_priorities: (
        doing_nothing(JobApi, "update_job"),
        "priority of VX-6 ANALYZE: expected HIGHEST, found LOW",
    ),
    story.abort_job: (
        doing_nothing(JobApi, "abort_job"),
        r"VX-3 ARCHIVE: expected ABORTED within 1 seconds, found STARTED",
    ),
    story.see_who_is_next: (
        leaving_the_queue_as_it_is,
        "VX-6 ANALYZE began before VX-4 EXPORT: expected True, found False",
    ),
    story.see_a_failure: (
        behaving("TRANSCODE", steps=4, seconds=2, fail_at=3, message="no idea"),
        "error message of VX-2 TRANSCODE: expected storage VX-31 is full, found no idea",
    ),
    story.run_again: (
        without_priority("create_duplicate_job"),
        r"the new job VX-7: expected \('TRANSCODE', 'HIGHEST'\), found \('TRANSCODE', 'HIGH'\)",
    ),
    story.see_success: (
        behaving("IMPORT", steps=4, seconds=3.2, fail_at=4),
        "VX-1 IMPORT: expected FINISHED, found FAILED_TOTAL",
    ),
    story.see_a_problem: (
        behaving("EXPORT", steps=3, seconds=1.5, wait_for="NoTranscoder"),
        r"problem of VX-4 EXPORT: expected \('StorageOffline', \['VX-4'\]\), found \('NoTranscoder', \['VX-4'\]\)",
    ),
    story.solve_the_problem: (
        doing_nothing(JobControl, "resolve"),
        r"problems left: expected \[\], found \['StorageOffline'\]",
    ),
    story.see_the_rest: (
        behaving("COPY_FILE", steps=2, seconds=1.2, warn_at=1),
        "VX-5 COPY_FILE: expected FINISHED, found FINISHED_WARNING",
    ),
    story.delete_jobs: (
        doing_nothing(JobApi, "delete_jobs"),
        "the deleted job VX-1: expected 404 Not Found, found it FINISHED",
    ),
}


def test_every_step_is_put_to_the_test() -> None:
    assert tuple(SABOTAGE) == story.STEPS


@pytest.mark.parametrize("step", SABOTAGE, ids=lambda step: step.__name__)
def test_a_step_that_goes_wrong_fails_the_demo(
    step: Callable[[Stage], str], monkeypatch: Patch, capsys: pytest.CaptureFixture[str]
) -> None:
    sabotage, message = SABOTAGE[step]
    if step is story.abort_job:
        monkeypatch.setattr(stage, "LIMIT_SECONDS", 1.0)
    sabotage(monkeypatch)
    before = story.STEPS.index(step)
    assert main(["demo"]) == 1
    captured = capsys.readouterr()
    assert re.fullmatch(f"vidispine: {message}\n", captured.err)
    assert captured.out.count("✓ ") == before
    assert "steps did what they say" not in captured.out


def test_a_call_that_fails_is_told_in_one_line(monkeypatch: Patch, capsys: pytest.CaptureFixture[str]) -> None:
    call = JobApi.get_job_types
    monkeypatch.setattr(JobApi, "get_job_types", lambda self: call(self, _headers={"Authorization": "Basic eDp5"}))
    assert main(["demo"]) == 5
    errors = capsys.readouterr().err
    assert errors.startswith("vidispine: get_job_types: 401 ")
    assert errors.count("\n") == 1


def test_a_job_that_is_not_there_is_told() -> None:
    with Simulator() as simulator, ApiClient(simulator.configuration()) as client:
        where = Stage(simulator, JobApi(client), open_screen())
        where.ids["IMPORT"] = "VX-99"
        with pytest.raises(CheckFailed, match="VX-99 IMPORT: expected FINISHED, found no such job"):
            where.wait_for("IMPORT", "FINISHED")


def test_watching_takes_as_long_as_it_says(monkeypatch: Patch) -> None:
    looks: list[float] = []
    monkeypatch.setattr(Stage, "look", lambda self: looks.append(time.monotonic()))
    began = time.monotonic()
    Stage.__new__(Stage).watch(0.2 * SPEED)
    assert time.monotonic() - began >= 0.2
    assert len(looks) > 1


def test_expect() -> None:
    expect("a thing", 1, 1)
    with pytest.raises(CheckFailed) as caught:
        expect("a thing", 1, "1")
    assert caught.value.message == "a thing: expected 1, found 1"
