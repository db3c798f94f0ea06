"""Transactions at one point in time, and time across restarts."""

from __future__ import annotations

from pathlib import Path

import pytest

from test.simulator.clock import Clock
from test.simulator.scheduler_harness import SchedulerHarness
from vidispine.simulator import SimulatorError


def test_jobs_do_not_progress_while_stopped(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "state.db"
    with SchedulerHarness(clock, path=path) as harness:
        serial = harness.create()
        queued = [harness.create() for _ in range(3)]
        clock.advance(1.5)
        assert harness.tasks(serial)[-1] == (2, 1, "STARTED")
    clock.advance(3600)
    with SchedulerHarness(clock, path=path) as harness:
        assert harness.tasks(serial) == [(1, 1, "FINISHED"), (2, 1, "STARTED")]
        assert harness.status(*queued) == ["STARTED", "STARTED", "READY"]
        clock.advance(2.499)
        assert harness.status(serial) == "STARTED"
        clock.advance(0.001)
        assert harness.status(serial, queued[2]) == ["FINISHED", "STARTED"]


def test_more_slots_after_a_restart(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "state.db"
    with SchedulerHarness(clock, slots=0, path=path) as harness:
        serial = harness.create()
    with SchedulerHarness(clock, slots=1, path=path) as harness:
        assert harness.status(serial) == "STARTED"


def test_restart_keeps_problems_and_waiting_jobs(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "state.db"
    with SchedulerHarness(clock, path=path) as harness:
        serial = harness.create(wait_for="P", wait_at=1)
    with SchedulerHarness(clock, path=path) as harness:
        assert (harness.status(serial), harness.problems()) == ("WAITING", [(1, "P")])
        assert harness.resolve(1) == [serial]


def test_clock_set_back(harness: SchedulerHarness, clock: Clock) -> None:
    serial = harness.create()
    clock.advance(2)
    tasks = harness.tasks(serial)
    clock.advance(-3600)
    assert harness.tasks(serial) == tasks
    clock.advance(3602)
    assert harness.status(serial) == "FINISHED"


def test_failed_transaction_keeps_due_events(harness: SchedulerHarness, clock: Clock) -> None:
    serial = harness.create()
    job = harness.job(serial)
    clock.advance(1)

    def fail_midway() -> None:
        with harness.timeline.transaction() as now:
            harness.scheduler.abort(job, now)
            raise KeyError

    with pytest.raises(KeyError):
        fail_midway()
    assert harness.tasks(serial) == [(1, 1, "FINISHED"), (2, 1, "STARTED")]


def test_use_after_close(clock: Clock) -> None:
    harness = SchedulerHarness(clock)
    harness.timeline.close()
    harness.timeline.close()
    with pytest.raises(SimulatorError, match=r"^the simulator is stopped$"), harness.timeline.transaction():
        pass
