"""Time that stands still in a moment, and goes on where it was after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from test.simulator.life import Clock, Life
from vidispine.simulator.errors import SimulatorError


def test_time_while_nobody_runs_it_is_no_working_time(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "state.db"
    with Life(clock, path=path) as life:
        serial = life.create()
        queued = [life.create() for _ in range(3)]
        clock.pass_(1.5)
        assert life.tasks(serial)[-1] == (2, 1, "STARTED")
    clock.pass_(3600)
    with Life(clock, path=path) as life:
        assert life.tasks(serial) == [(1, 1, "FINISHED"), (2, 1, "STARTED")]
        assert life.status(*queued) == ["STARTED", "STARTED", "READY"]
        clock.pass_(2.499)
        assert life.status(serial) == "STARTED"
        clock.pass_(0.001)
        assert life.status(serial, queued[2]) == ["FINISHED", "STARTED"]


def test_more_slots_after_a_restart(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "state.db"
    with Life(clock, slots=0, path=path) as life:
        serial = life.create()
    with Life(clock, slots=1, path=path) as life:
        assert life.status(serial) == "STARTED"


def test_problems_and_waiting_jobs_outlive_a_restart(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "state.db"
    with Life(clock, path=path) as life:
        serial = life.create(wait_for="P", wait_at=1)
    with Life(clock, path=path) as life:
        assert (life.status(serial), life.problems()) == ("WAITING", [(1, "P")])
        assert life.resolve(1) == [serial]


def test_a_clock_that_is_set_back_undoes_nothing(life: Life, clock: Clock) -> None:
    serial = life.create()
    clock.pass_(2)
    tasks = life.tasks(serial)
    clock.pass_(-3600)
    assert life.tasks(serial) == tasks
    clock.pass_(3602)
    assert life.status(serial) == "FINISHED"


def test_what_fails_in_a_moment_leaves_nothing_but_what_was_due(life: Life, clock: Clock) -> None:
    serial = life.create()
    job = life.job(serial)
    clock.pass_(1)

    def half() -> None:
        with life.timeline.transaction() as now:
            life.scheduler.abort(job, now)
            raise KeyError

    with pytest.raises(KeyError):
        half()
    assert life.tasks(serial) == [(1, 1, "FINISHED"), (2, 1, "STARTED")]


def test_after_the_end_there_is_one_line(clock: Clock) -> None:
    life = Life(clock)
    life.timeline.close()
    life.timeline.close()
    with pytest.raises(SimulatorError, match=r"^the simulator is stopped$"), life.timeline.transaction():
        pass
