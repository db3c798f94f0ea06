"""The life of jobs, with a clock that stands still until it is moved."""

from __future__ import annotations

import random

import pytest

from test.simulator.life import Clock, Life
from vidispine.jobs import FINAL
from vidispine.simulator.jobs.job_store import progress


def test_a_job_goes_through_its_steps(life: Life, clock: Clock) -> None:
    serial = life.create()
    assert life.status(serial) == "STARTED"
    assert life.tasks(serial) == [(1, 1, "STARTED")]
    clock.pass_(0.999)
    assert life.tasks(serial) == [(1, 1, "STARTED")]
    clock.pass_(0.001)
    assert life.tasks(serial) == [(1, 1, "FINISHED"), (2, 1, "STARTED")]
    clock.pass_(2.999)
    assert life.status(serial) == "STARTED"
    clock.pass_(0.001)
    assert life.status(serial) == "FINISHED"
    assert life.tasks(serial) == [(step, 1, "FINISHED") for step in (1, 2, 3, 4)]
    job = life.job(serial)
    assert job.finished is not None
    assert job.finished - job.started == 4000


def test_nothing_depends_on_when_it_is_looked_at(clock: Clock) -> None:
    begin = clock.seconds
    histories = []
    for looks in ([60.0], [0.1] * 600, [7.3, 0.2, 11.0, 60.0]):
        clock.seconds = begin
        with Life(clock, slots=2) as life:
            serials = [life.create(seconds=2.0 + number / 7, fail_at=number % 4 + 1) for number in range(9)]
            for seconds in looks:
                clock.pass_(seconds)
                life.status(*serials)
            histories.append([(life.job(serial).finished, life.tasks(serial)) for serial in serials])
    assert histories[0] == histories[1] == histories[2]


def test_progress_follows_the_clock(life: Life, clock: Clock) -> None:
    serial = life.create()
    clock.pass_(1.25)
    with life.timeline.transaction() as now:
        tasks = life.database.rows("SELECT * FROM task WHERE job = ? ORDER BY id", serial)
        assert [progress(task, now) for task in tasks] == [100.0, 25.0]


def test_speed_divides_the_times(clock: Clock) -> None:
    with Life(clock, speed=8.0) as life:
        serial = life.create()
        clock.pass_(0.499)
        assert life.status(serial) == "STARTED"
        clock.pass_(0.001)
        assert life.status(serial) == "FINISHED"


def test_no_time_at_all(life: Life) -> None:
    serials = [life.create(seconds=0), life.create(seconds=0, fail_at=4), life.create(seconds=0, sub_jobs=3)]
    assert life.status(*serials) == ["FINISHED", "FAILED_TOTAL", "FINISHED"]


class TestSlots:
    def test_only_so_many_run_and_the_others_come_after(self, life: Life, clock: Clock) -> None:
        serials = [life.create() for _ in range(5)]
        assert life.status(*serials) == ["STARTED"] * 3 + ["READY"] * 2
        clock.pass_(4)
        assert life.status(*serials) == ["FINISHED"] * 3 + ["STARTED"] * 2
        assert life.job(serials[3]).started == life.job(serials[0]).finished

    def test_a_higher_priority_starts_first_and_within_one_the_older(self, clock: Clock) -> None:
        with Life(clock, slots=1) as life:
            running = life.create()
            words = ("LOWEST", "MEDIUM", "HIGH", "LOW", "HIGHEST", "HIGH")
            waiting = [life.create(word) for word in words]
            clock.pass_(60)
            assert life.status(running) == "FINISHED"
            order = sorted(waiting, key=lambda serial: life.job(serial).started)
            assert [words[waiting.index(serial)] for serial in order] == sorted(
                words, key=("HIGHEST", "HIGH", "MEDIUM", "LOW", "LOWEST").index
            )
            assert order.index(waiting[2]) < order.index(waiting[5])

    def test_immediate_needs_no_slot_but_takes_one(self, clock: Clock) -> None:
        with Life(clock, slots=1) as life:
            first, immediate, third = life.create(seconds=1), life.create("IMMEDIATE"), life.create()
            assert life.status(first, immediate, third) == ["STARTED", "STARTED", "READY"]
            clock.pass_(1)
            assert life.status(first, third) == ["FINISHED", "READY"]
            clock.pass_(3)
            assert life.status(immediate, third) == ["FINISHED", "STARTED"]

    def test_a_changed_priority_counts(self, clock: Clock) -> None:
        with Life(clock, slots=1) as life:
            _, second, third = life.create(), life.create(), life.create()
            job = life.job(third)
            with life.timeline.transaction() as now:
                life.scheduler.set_priority(job, 1, now)
            clock.pass_(4)
            assert life.status(second, third) == ["READY", "STARTED"]
            job = life.job(second)
            with life.timeline.transaction() as now:
                life.scheduler.set_priority(job, 0, now)
            assert life.status(second, third) == ["STARTED", "STARTED"]

    def test_without_slots_nothing_but_immediate_starts(self, clock: Clock) -> None:
        with Life(clock, slots=0) as life:
            serials = life.create("HIGHEST"), life.create("IMMEDIATE")
            assert life.status(*serials) == ["READY", "STARTED"]


class TestFailure:
    def test_the_job_fails_with_the_step(self, life: Life, clock: Clock) -> None:
        serial = life.create(fail_at=2, message="no space left")
        clock.pass_(1.499)
        assert life.status(serial) == "STARTED"
        clock.pass_(0.001)
        assert life.status(serial) == "FAILED_TOTAL"
        assert life.tasks(serial) == [(1, 1, "FINISHED"), (2, 1, "FAILED_FATAL")]
        assert life.data(serial)["errorMessage"] == "no space left"

    def test_a_message_of_its_own(self, life: Life, clock: Clock) -> None:
        serial = life.create(fail_at=3)
        clock.pass_(4)
        assert life.data(serial)["errorMessage"] == "step 3 (three) failed"

    def test_it_is_tried_again(self, life: Life, clock: Clock) -> None:
        serial = life.create(fail_at=1, attempts=3)
        clock.pass_(0.5)
        assert life.tasks(serial) == [(1, 1, "FAILED_RETRY"), (1, 2, "STARTED")]
        clock.pass_(0.5)
        assert life.status(serial) == "STARTED"
        clock.pass_(0.5)
        assert life.status(serial) == "FAILED_TOTAL"
        assert life.tasks(serial) == [(1, 1, "FAILED_RETRY"), (1, 2, "FAILED_RETRY"), (1, 3, "FAILED_FATAL")]

    def test_a_warning_does_not_fail_the_job(self, life: Life, clock: Clock) -> None:
        serial = life.create(warn_at=2, message="no thumbnails")
        clock.pass_(3.5)
        assert life.status(serial) == "FINISHED_WARNING"
        assert life.tasks(serial)[1] == (2, 1, "FAILED_TOTAL")
        assert "errorMessage" not in life.data(serial)

    def test_it_frees_the_slot(self, clock: Clock) -> None:
        with Life(clock, slots=1) as life:
            serials = life.create(fail_at=1), life.create()
            clock.pass_(0.5)
            assert life.status(*serials) == ["FAILED_TOTAL", "STARTED"]


class TestWaiting:
    def test_it_waits_without_a_slot_until_the_problem_is_resolved(self, clock: Clock) -> None:
        with Life(clock, slots=1) as life:
            waiting, other = life.create(wait_for="StorageNotAvailable"), life.create(seconds=9)
            clock.pass_(1)
            assert life.status(waiting, other) == ["WAITING", "STARTED"]
            assert life.tasks(waiting) == [(1, 1, "FINISHED"), (2, 1, "WAITING")]
            assert life.problems() == [(1, "StorageNotAvailable")]
            clock.pass_(5)
            assert life.status(waiting) == "WAITING"
            assert life.resolve(1) == [waiting]
            assert life.status(waiting) == "READY"
            assert life.problems() == []
            clock.pass_(4)
            assert life.status(waiting, other) == ["STARTED", "FINISHED"]
            clock.pass_(3)
            assert life.status(waiting) == "FINISHED"
            assert len(life.tasks(waiting)) == 4

    def test_jobs_share_a_problem_that_is_the_same(self, life: Life, clock: Clock) -> None:
        problem = {"type": "StorageNotAvailable", "data": {"storage": "VX-3"}}
        first, second = life.create(wait_for=problem, wait_at=1), life.create(wait_for=problem, wait_at=1)
        third = life.create(wait_for="StorageNotAvailable", wait_at=1)
        assert life.problems() == [(1, "StorageNotAvailable"), (2, "StorageNotAvailable")]
        assert life.resolve(1) == [first, second]
        assert life.status(first, second, third) == ["STARTED", "STARTED", "WAITING"]

    def test_it_waits_before_it_fails(self, life: Life, clock: Clock) -> None:
        serial = life.create(wait_for="P", fail_at=3)
        clock.pass_(60)
        assert life.tasks(serial)[-1] == (3, 1, "WAITING")
        life.resolve(1)
        clock.pass_(0.5)
        assert life.status(serial) == "FAILED_TOTAL"

    def test_a_problem_goes_with_the_last_job_that_waits(self, life: Life, clock: Clock) -> None:
        first, second = life.create(wait_for="P"), life.create(wait_for="P")
        clock.pass_(1)
        life.abort(first)
        assert life.problems() == [(1, "P")]
        life.abort(second)
        assert life.problems() == []


def test_hold(life: Life, clock: Clock) -> None:
    serial = life.create(hold=True)
    clock.pass_(60)
    assert life.status(serial) == "HOLD"
    job = life.job(serial)
    with life.timeline.transaction() as now:
        life.scheduler.release(job, now)
    assert life.status(serial) == "STARTED"


def test_vidinet_frees_the_slot_and_the_job_comes_back(clock: Clock) -> None:
    with Life(clock, slots=1) as life:
        away, other = life.create(vidinet_at=2), life.create(seconds=1.5)
        clock.pass_(1)
        assert life.status(away, other) == ["VIDINET_JOB", "STARTED"]
        assert life.tasks(away)[-1] == (2, 1, "STARTED_ASYNCHRONOUS")
        clock.pass_(1)
        assert life.status(away, other) == ["READY", "STARTED"]
        clock.pass_(0.5)
        assert life.status(away, other) == ["STARTED", "FINISHED"]
        assert life.tasks(away)[-2:] == [(2, 1, "FINISHED"), (3, 1, "STARTED")]
        clock.pass_(2)
        assert life.status(away) == "FINISHED"


def test_vidinet_can_fail(life: Life, clock: Clock) -> None:
    serial = life.create(vidinet_at=2, fail_at=2, attempts=2)
    clock.pass_(1)
    assert life.status(serial) == "VIDINET_JOB"
    clock.pass_(0.5)
    assert life.status(serial) == "VIDINET_JOB"
    assert life.tasks(serial)[1:] == [(2, 1, "FAILED_RETRY"), (2, 2, "STARTED_ASYNCHRONOUS")]
    clock.pass_(0.5)
    assert life.status(serial) == "FAILED_TOTAL"


class TestAbort:
    def test_a_running_job_cleans_up_in_its_slot(self, clock: Clock) -> None:
        with Life(clock, slots=1) as life:
            running, ready = life.create(), life.create()
            clock.pass_(1.25)
            life.abort(running, reason="wrong clip")
            assert life.status(running, ready) == ["ABORTED_PENDING", "READY"]
            assert life.tasks(running) == [(1, 1, "FINISHED"), (2, 1, "FAILED_FATAL"), (5, 1, "STARTED")]
            assert life.data(running)["abortReason"] == "wrong clip"
            clock.pass_(0.499)
            assert life.status(running) == "ABORTED_PENDING"
            clock.pass_(0.001)
            assert life.status(running, ready) == ["ABORTED", "STARTED"]
            assert life.tasks(running)[-1] == (5, 1, "FINISHED")

    def test_a_running_job_cleans_up_even_without_cleanup(self, life: Life) -> None:
        serial = life.create()
        life.abort(serial, cleanup=False)
        assert life.status(serial) == "ABORTED_PENDING"

    def test_a_ready_job_without_cleanup_is_aborted_at_once(self, clock: Clock) -> None:
        with Life(clock, slots=0) as life:
            with_cleanup, without = life.create(), life.create()
            life.abort(with_cleanup)
            life.abort(without, cleanup=False)
            assert life.status(with_cleanup, without) == ["ABORTED_PENDING", "ABORTED"]
            clock.pass_(0.5)
            assert life.status(with_cleanup) == "ABORTED"
            assert life.tasks(without) == []

    def test_a_job_that_came_back_ready_is_aborted_at_once_too(self, clock: Clock) -> None:
        with Life(clock, slots=1) as life:
            serial = life.create(wait_for="P", wait_at=1)
            life.create()
            life.resolve(1)
            assert life.status(serial) == "READY"
            life.abort(serial, cleanup=False)
            assert life.status(serial) == "ABORTED"
            assert life.tasks(serial) == [(1, 1, "FAILED_FATAL")]

    @pytest.mark.parametrize("cleanup", [True, False])
    def test_hold_and_waiting(self, life: Life, cleanup: bool) -> None:
        held, waiting = life.create(hold=True), life.create(wait_for="P", wait_at=1)
        life.abort(held, cleanup=cleanup)
        life.abort(waiting, cleanup=cleanup)
        assert life.status(held, waiting) == ["ABORTED_PENDING" if cleanup else "ABORTED", "ABORTED_PENDING"]

    def test_it_changes_nothing_on_a_job_that_is_over_or_being_aborted(self, life: Life, clock: Clock) -> None:
        finished = life.create()
        clock.pass_(4)
        life.abort(finished)
        assert life.status(finished) == "FINISHED"
        running = life.create()
        life.abort(running)
        due = life.job(running).due
        clock.pass_(0.25)
        life.abort(running)
        assert life.job(running).due == due


class TestSubJobs:
    def children(self, life: Life, parent: int) -> list[int]:
        with life.timeline.transaction():
            rows = life.database.rows("SELECT serial FROM job WHERE parent = ? ORDER BY serial", parent)
        return [row["serial"] for row in rows]

    def test_they_run_beside_the_job_without_slots(self, clock: Clock) -> None:
        with Life(clock, slots=1) as life:
            serial = life.create(sub_jobs=3)
            children = self.children(life, serial)
            assert life.status(*children) == ["STARTED"] * 3
            assert life.data(children[0])["itemId"] == "VX-7"
            clock.pass_(2)
            assert life.status(serial, *children) == ["STARTED"] + ["FINISHED"] * 3
            clock.pass_(2)
            assert life.status(serial) == "FINISHED"

    def test_they_end_with_a_job_that_fails(self, life: Life, clock: Clock) -> None:
        serial = life.create(sub_jobs=2, fail_at=1)
        clock.pass_(0.5)
        assert life.status(*self.children(life, serial)) == ["ABORTED", "ABORTED"]

    def test_they_are_aborted_with_it(self, life: Life, clock: Clock) -> None:
        serial = life.create(sub_jobs=2)
        children = self.children(life, serial)
        life.abort(serial)
        assert life.status(serial, *children) == ["ABORTED_PENDING"] * 3
        clock.pass_(0.5)
        assert life.status(serial, *children) == ["ABORTED"] * 3
        assert life.tasks(children[0]) == [(1, 1, "FAILED_FATAL"), (2, 1, "FINISHED")]

    def test_they_are_deleted_with_it(self, life: Life, clock: Clock) -> None:
        serial = life.create(sub_jobs=2)
        clock.pass_(4)
        job = life.job(serial)
        with life.timeline.transaction():
            life.scheduler.jobs.delete(job)
            for table in ("job", "task", "job_data"):
                assert life.database.value(f"SELECT count(*) FROM {table}") == 0


def test_data_that_the_server_writes_is_not_the_clients(life: Life) -> None:
    serial = life.create(data={"item": "VX-1", "username": "somebody", "errorMessage": "mine", "colour": "blue"})
    data = life.data(serial)
    assert data == {
        "itemId": "VX-7", "colour": "blue", "username": "admin",
        "totalSteps": "4", "currentStepNumber": "1", "currentStepStatus": "STARTED",
    }  # fmt: skip
    with life.timeline.transaction():
        assert life.scheduler.jobs.initial_data(serial) == {"itemId": "VX-7", "colour": "blue"}


def test_whatever_happens_every_job_comes_to_its_end_and_slots_are_kept(clock: Clock) -> None:
    chance = random.Random(20240301)
    with Life(clock, slots=2) as life:
        serials: list[int] = []
        for _ in range(300):
            count = chance.randint(1, 5)
            step = chance.choice([None, chance.randint(1, count)])
            serials.append(
                life.create(
                    chance.choice(["HIGH", "MEDIUM", "LOW"]),
                    steps=count,
                    seconds=chance.choice([0, 0.1, 1.0]),
                    fail_at=step,
                    attempts=chance.randint(1, 3) if step else 1,
                    wait_for=chance.choice([None, "P", "Q"]),
                    vidinet_at=chance.choice([None, 1]),
                    sub_jobs=chance.choice([0, 0, 2]),
                    hold=chance.random() < 0.1,
                )
            )
            clock.pass_(chance.random())
            if chance.random() < 0.2:
                life.abort(chance.choice(serials), cleanup=chance.random() < 0.5)
            if chance.random() < 0.3:
                for problem, _type in life.problems():
                    life.resolve(problem)
            with life.timeline.transaction():
                taken = life.database.value("SELECT count(*) FROM job WHERE slot = 1")
                ready = life.database.value("SELECT count(*) FROM job WHERE status = 'READY' AND parent IS NULL")
            assert taken == 2 if ready else taken <= 2
        for serial in serials:
            job = life.job(serial)
            if job.status == "HOLD":
                with life.timeline.transaction() as now:
                    life.scheduler.release(job, now)
        for _ in range(50):
            clock.pass_(60)
            for problem, _type in life.problems():
                life.resolve(problem)
        with life.timeline.transaction():
            states = {row["status"]: row["n"] for row in life.database.rows(
                "SELECT status, count(*) AS n FROM job GROUP BY status"
            )}  # fmt: skip
            open_tasks = life.database.value("SELECT count(*) FROM task WHERE running_since IS NOT NULL")
        assert set(states) == {"FINISHED", "FAILED_TOTAL", "ABORTED"} <= FINAL
        assert open_tasks == 0
        assert life.problems() == []
