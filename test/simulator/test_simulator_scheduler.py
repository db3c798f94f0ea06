"""The job scheduler, with a clock that tests set."""

from __future__ import annotations

import random

import pytest

from test.simulator.clock import Clock
from test.simulator.scheduler_harness import SchedulerHarness
from vidispine.jobs import FINAL
from vidispine.simulator.jobs.job_store import progress


def test_steps_of_a_job(harness: SchedulerHarness, clock: Clock) -> None:
    serial = harness.create()
    assert harness.status(serial) == "STARTED"
    assert harness.tasks(serial) == [(1, 1, "STARTED")]
    clock.advance(0.999)
    assert harness.tasks(serial) == [(1, 1, "STARTED")]
    clock.advance(0.001)
    assert harness.tasks(serial) == [(1, 1, "FINISHED"), (2, 1, "STARTED")]
    clock.advance(2.999)
    assert harness.status(serial) == "STARTED"
    clock.advance(0.001)
    assert harness.status(serial) == "FINISHED"
    assert harness.tasks(serial) == [(step, 1, "FINISHED") for step in (1, 2, 3, 4)]
    job = harness.job(serial)
    assert job.finished is not None
    assert job.finished - job.started == 4000


def test_result_is_independent_of_polling(clock: Clock) -> None:
    begin = clock.seconds
    histories = []
    for looks in ([60.0], [0.1] * 600, [7.3, 0.2, 11.0, 60.0]):
        clock.seconds = begin
        with SchedulerHarness(clock, slots=2) as harness:
            serials = [harness.create(seconds=2.0 + number / 7, fail_at=number % 4 + 1) for number in range(9)]
            for seconds in looks:
                clock.advance(seconds)
                harness.status(*serials)
            histories.append([(harness.job(serial).finished, harness.tasks(serial)) for serial in serials])
    assert histories[0] == histories[1] == histories[2]


def test_progress_follows_the_clock(harness: SchedulerHarness, clock: Clock) -> None:
    serial = harness.create()
    clock.advance(1.25)
    with harness.timeline.transaction() as now:
        tasks = harness.database.rows("SELECT * FROM task WHERE job = ? ORDER BY id", serial)
        assert [progress(task, now) for task in tasks] == [100.0, 25.0]


def test_speed_divides_the_times(clock: Clock) -> None:
    with SchedulerHarness(clock, speed=8.0) as harness:
        serial = harness.create()
        clock.advance(0.499)
        assert harness.status(serial) == "STARTED"
        clock.advance(0.001)
        assert harness.status(serial) == "FINISHED"


def test_job_without_duration(harness: SchedulerHarness) -> None:
    serials = [harness.create(seconds=0), harness.create(seconds=0, fail_at=4), harness.create(seconds=0, sub_jobs=3)]
    assert harness.status(*serials) == ["FINISHED", "FAILED_TOTAL", "FINISHED"]


class TestSlots:
    def test_slots_limit_running_jobs(self, harness: SchedulerHarness, clock: Clock) -> None:
        serials = [harness.create() for _ in range(5)]
        assert harness.status(*serials) == ["STARTED"] * 3 + ["READY"] * 2
        clock.advance(4)
        assert harness.status(*serials) == ["FINISHED"] * 3 + ["STARTED"] * 2
        assert harness.job(serials[3]).started == harness.job(serials[0]).finished

    def test_priority_then_age(self, clock: Clock) -> None:
        with SchedulerHarness(clock, slots=1) as harness:
            running = harness.create()
            priorities = ("LOWEST", "MEDIUM", "HIGH", "LOW", "HIGHEST", "HIGH")
            waiting = [harness.create(priority) for priority in priorities]
            clock.advance(60)
            assert harness.status(running) == "FINISHED"
            order = sorted(waiting, key=lambda serial: harness.job(serial).started)
            assert [priorities[waiting.index(serial)] for serial in order] == sorted(
                priorities, key=("HIGHEST", "HIGH", "MEDIUM", "LOW", "LOWEST").index
            )
            assert order.index(waiting[2]) < order.index(waiting[5])

    def test_immediate_jobs_ignore_the_limit(self, clock: Clock) -> None:
        with SchedulerHarness(clock, slots=1) as harness:
            first, immediate, third = harness.create(seconds=1), harness.create("IMMEDIATE"), harness.create()
            assert harness.status(first, immediate, third) == ["STARTED", "STARTED", "READY"]
            clock.advance(1)
            assert harness.status(first, third) == ["FINISHED", "READY"]
            clock.advance(3)
            assert harness.status(immediate, third) == ["FINISHED", "STARTED"]

    def test_changed_priority(self, clock: Clock) -> None:
        with SchedulerHarness(clock, slots=1) as harness:
            _, second, third = harness.create(), harness.create(), harness.create()
            job = harness.job(third)
            with harness.timeline.transaction() as now:
                harness.scheduler.set_priority(job, 1, now)
            clock.advance(4)
            assert harness.status(second, third) == ["READY", "STARTED"]
            job = harness.job(second)
            with harness.timeline.transaction() as now:
                harness.scheduler.set_priority(job, 0, now)
            assert harness.status(second, third) == ["STARTED", "STARTED"]

    def test_zero_slots(self, clock: Clock) -> None:
        with SchedulerHarness(clock, slots=0) as harness:
            serials = harness.create("HIGHEST"), harness.create("IMMEDIATE")
            assert harness.status(*serials) == ["READY", "STARTED"]


class TestFailure:
    def test_step_failure_fails_the_job(self, harness: SchedulerHarness, clock: Clock) -> None:
        serial = harness.create(fail_at=2, message="no space left")
        clock.advance(1.499)
        assert harness.status(serial) == "STARTED"
        clock.advance(0.001)
        assert harness.status(serial) == "FAILED_TOTAL"
        assert harness.tasks(serial) == [(1, 1, "FINISHED"), (2, 1, "FAILED_FATAL")]
        assert harness.data(serial)["errorMessage"] == "no space left"

    def test_custom_message(self, harness: SchedulerHarness, clock: Clock) -> None:
        serial = harness.create(fail_at=3)
        clock.advance(4)
        assert harness.data(serial)["errorMessage"] == "step 3 (three) failed"

    def test_retry(self, harness: SchedulerHarness, clock: Clock) -> None:
        serial = harness.create(fail_at=1, attempts=3)
        clock.advance(0.5)
        assert harness.tasks(serial) == [(1, 1, "FAILED_RETRY"), (1, 2, "STARTED")]
        clock.advance(0.5)
        assert harness.status(serial) == "STARTED"
        clock.advance(0.5)
        assert harness.status(serial) == "FAILED_TOTAL"
        assert harness.tasks(serial) == [(1, 1, "FAILED_RETRY"), (1, 2, "FAILED_RETRY"), (1, 3, "FAILED_FATAL")]

    def test_warning(self, harness: SchedulerHarness, clock: Clock) -> None:
        serial = harness.create(warn_at=2, message="no thumbnails")
        clock.advance(3.5)
        assert harness.status(serial) == "FINISHED_WARNING"
        assert harness.tasks(serial)[1] == (2, 1, "FAILED_TOTAL")
        assert "errorMessage" not in harness.data(serial)

    def test_failed_job_frees_its_slot(self, clock: Clock) -> None:
        with SchedulerHarness(clock, slots=1) as harness:
            serials = harness.create(fail_at=1), harness.create()
            clock.advance(0.5)
            assert harness.status(*serials) == ["FAILED_TOTAL", "STARTED"]


class TestWaiting:
    def test_waiting_job_has_no_slot(self, clock: Clock) -> None:
        with SchedulerHarness(clock, slots=1) as harness:
            waiting, other = harness.create(wait_for="StorageNotAvailable"), harness.create(seconds=9)
            clock.advance(1)
            assert harness.status(waiting, other) == ["WAITING", "STARTED"]
            assert harness.tasks(waiting) == [(1, 1, "FINISHED"), (2, 1, "WAITING")]
            assert harness.problems() == [(1, "StorageNotAvailable")]
            clock.advance(5)
            assert harness.status(waiting) == "WAITING"
            assert harness.resolve(1) == [waiting]
            assert harness.status(waiting) == "READY"
            assert harness.problems() == []
            clock.advance(4)
            assert harness.status(waiting, other) == ["STARTED", "FINISHED"]
            clock.advance(3)
            assert harness.status(waiting) == "FINISHED"
            assert len(harness.tasks(waiting)) == 4

    def test_equal_problems_are_shared(self, harness: SchedulerHarness, clock: Clock) -> None:
        problem = {"type": "StorageNotAvailable", "data": {"storage": "VX-3"}}
        first, second = harness.create(wait_for=problem, wait_at=1), harness.create(wait_for=problem, wait_at=1)
        third = harness.create(wait_for="StorageNotAvailable", wait_at=1)
        assert harness.problems() == [(1, "StorageNotAvailable"), (2, "StorageNotAvailable")]
        assert harness.resolve(1) == [first, second]
        assert harness.status(first, second, third) == ["STARTED", "STARTED", "WAITING"]

    def test_wait_before_failure(self, harness: SchedulerHarness, clock: Clock) -> None:
        serial = harness.create(wait_for="P", fail_at=3)
        clock.advance(60)
        assert harness.tasks(serial)[-1] == (3, 1, "WAITING")
        harness.resolve(1)
        clock.advance(0.5)
        assert harness.status(serial) == "FAILED_TOTAL"

    def test_problem_ends_with_its_last_job(self, harness: SchedulerHarness, clock: Clock) -> None:
        first, second = harness.create(wait_for="P"), harness.create(wait_for="P")
        clock.advance(1)
        harness.abort(first)
        assert harness.problems() == [(1, "P")]
        harness.abort(second)
        assert harness.problems() == []


def test_hold(harness: SchedulerHarness, clock: Clock) -> None:
    serial = harness.create(hold=True)
    clock.advance(60)
    assert harness.status(serial) == "HOLD"
    job = harness.job(serial)
    with harness.timeline.transaction() as now:
        harness.scheduler.release(job, now)
    assert harness.status(serial) == "STARTED"


def test_vidinet_job_frees_its_slot(clock: Clock) -> None:
    with SchedulerHarness(clock, slots=1) as harness:
        away, other = harness.create(vidinet_at=2), harness.create(seconds=1.5)
        clock.advance(1)
        assert harness.status(away, other) == ["VIDINET_JOB", "STARTED"]
        assert harness.tasks(away)[-1] == (2, 1, "STARTED_ASYNCHRONOUS")
        clock.advance(1)
        assert harness.status(away, other) == ["READY", "STARTED"]
        clock.advance(0.5)
        assert harness.status(away, other) == ["STARTED", "FINISHED"]
        assert harness.tasks(away)[-2:] == [(2, 1, "FINISHED"), (3, 1, "STARTED")]
        clock.advance(2)
        assert harness.status(away) == "FINISHED"


def test_vidinet_failure(harness: SchedulerHarness, clock: Clock) -> None:
    serial = harness.create(vidinet_at=2, fail_at=2, attempts=2)
    clock.advance(1)
    assert harness.status(serial) == "VIDINET_JOB"
    clock.advance(0.5)
    assert harness.status(serial) == "VIDINET_JOB"
    assert harness.tasks(serial)[1:] == [(2, 1, "FAILED_RETRY"), (2, 2, "STARTED_ASYNCHRONOUS")]
    clock.advance(0.5)
    assert harness.status(serial) == "FAILED_TOTAL"


class TestAbort:
    def test_cleanup_uses_the_slot(self, clock: Clock) -> None:
        with SchedulerHarness(clock, slots=1) as harness:
            running, ready = harness.create(), harness.create()
            clock.advance(1.25)
            harness.abort(running, reason="wrong clip")
            assert harness.status(running, ready) == ["ABORTED_PENDING", "READY"]
            assert harness.tasks(running) == [(1, 1, "FINISHED"), (2, 1, "FAILED_FATAL"), (5, 1, "STARTED")]
            assert harness.data(running)["abortReason"] == "wrong clip"
            clock.advance(0.499)
            assert harness.status(running) == "ABORTED_PENDING"
            clock.advance(0.001)
            assert harness.status(running, ready) == ["ABORTED", "STARTED"]
            assert harness.tasks(running)[-1] == (5, 1, "FINISHED")

    def test_running_job_always_cleans_up(self, harness: SchedulerHarness) -> None:
        serial = harness.create()
        harness.abort(serial, cleanup=False)
        assert harness.status(serial) == "ABORTED_PENDING"

    def test_ready_job_is_aborted_immediately(self, clock: Clock) -> None:
        with SchedulerHarness(clock, slots=0) as harness:
            with_cleanup, without = harness.create(), harness.create()
            harness.abort(with_cleanup)
            harness.abort(without, cleanup=False)
            assert harness.status(with_cleanup, without) == ["ABORTED_PENDING", "ABORTED"]
            clock.advance(0.5)
            assert harness.status(with_cleanup) == "ABORTED"
            assert harness.tasks(without) == []

    def test_ready_job_after_vidinet_is_aborted_immediately(self, clock: Clock) -> None:
        with SchedulerHarness(clock, slots=1) as harness:
            serial = harness.create(wait_for="P", wait_at=1)
            harness.create()
            harness.resolve(1)
            assert harness.status(serial) == "READY"
            harness.abort(serial, cleanup=False)
            assert harness.status(serial) == "ABORTED"
            assert harness.tasks(serial) == [(1, 1, "FAILED_FATAL")]

    @pytest.mark.parametrize("cleanup", [True, False])
    def test_jobs_on_hold_and_waiting(self, harness: SchedulerHarness, cleanup: bool) -> None:
        held, waiting = harness.create(hold=True), harness.create(wait_for="P", wait_at=1)
        harness.abort(held, cleanup=cleanup)
        harness.abort(waiting, cleanup=cleanup)
        assert harness.status(held, waiting) == ["ABORTED_PENDING" if cleanup else "ABORTED", "ABORTED_PENDING"]

    def test_abort_of_ended_or_aborting_job_changes_nothing(self, harness: SchedulerHarness, clock: Clock) -> None:
        finished = harness.create()
        clock.advance(4)
        harness.abort(finished)
        assert harness.status(finished) == "FINISHED"
        running = harness.create()
        harness.abort(running)
        due = harness.job(running).due
        clock.advance(0.25)
        harness.abort(running)
        assert harness.job(running).due == due


class TestSubJobs:
    def children(self, harness: SchedulerHarness, parent: int) -> list[int]:
        with harness.timeline.transaction():
            rows = harness.database.rows("SELECT serial FROM job WHERE parent = ? ORDER BY serial", parent)
        return [row["serial"] for row in rows]

    def test_sub_jobs_need_no_slots(self, clock: Clock) -> None:
        with SchedulerHarness(clock, slots=1) as harness:
            serial = harness.create(sub_jobs=3)
            children = self.children(harness, serial)
            assert harness.status(*children) == ["STARTED"] * 3
            assert harness.data(children[0])["itemId"] == "VX-7"
            clock.advance(2)
            assert harness.status(serial, *children) == ["STARTED"] + ["FINISHED"] * 3
            clock.advance(2)
            assert harness.status(serial) == "FINISHED"

    def test_sub_jobs_end_with_a_failed_job(self, harness: SchedulerHarness, clock: Clock) -> None:
        serial = harness.create(sub_jobs=2, fail_at=1)
        clock.advance(0.5)
        assert harness.status(*self.children(harness, serial)) == ["ABORTED", "ABORTED"]

    def test_sub_jobs_are_aborted_with_the_job(self, harness: SchedulerHarness, clock: Clock) -> None:
        serial = harness.create(sub_jobs=2)
        children = self.children(harness, serial)
        harness.abort(serial)
        assert harness.status(serial, *children) == ["ABORTED_PENDING"] * 3
        clock.advance(0.5)
        assert harness.status(serial, *children) == ["ABORTED"] * 3
        assert harness.tasks(children[0]) == [(1, 1, "FAILED_FATAL"), (2, 1, "FINISHED")]

    def test_sub_jobs_are_deleted_with_the_job(self, harness: SchedulerHarness, clock: Clock) -> None:
        serial = harness.create(sub_jobs=2)
        clock.advance(4)
        job = harness.job(serial)
        with harness.timeline.transaction():
            harness.scheduler.jobs.delete(job)
            for table in ("job", "task", "job_data"):
                assert harness.database.value(f"SELECT count(*) FROM {table}") == 0


def test_server_data_overrides_client_data(harness: SchedulerHarness) -> None:
    serial = harness.create(data={"item": "VX-1", "username": "somebody", "errorMessage": "mine", "color": "blue"})
    data = harness.data(serial)
    assert data == {
        "itemId": "VX-7",
        "color": "blue",
        "username": "admin",
        "totalSteps": "4",
        "currentStepNumber": "1",
        "currentStepStatus": "STARTED",
    }
    with harness.timeline.transaction():
        assert harness.scheduler.jobs.initial_data(serial) == {"itemId": "VX-7", "color": "blue"}


def test_every_job_ends_and_slots_are_respected(clock: Clock) -> None:
    chance = random.Random(20240301)
    with SchedulerHarness(clock, slots=2) as harness:
        serials: list[int] = []
        for _ in range(300):
            count = chance.randint(1, 5)
            step = chance.choice([None, chance.randint(1, count)])
            serials.append(
                harness.create(
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
            clock.advance(chance.random())
            if chance.random() < 0.2:
                harness.abort(chance.choice(serials), cleanup=chance.random() < 0.5)
            if chance.random() < 0.3:
                for problem, _type in harness.problems():
                    harness.resolve(problem)
            with harness.timeline.transaction():
                taken = harness.database.value("SELECT count(*) FROM job WHERE slot = 1")
                ready = harness.database.value("SELECT count(*) FROM job WHERE status = 'READY' AND parent IS NULL")
            assert taken == 2 if ready else taken <= 2
        for serial in serials:
            job = harness.job(serial)
            if job.status == "HOLD":
                with harness.timeline.transaction() as now:
                    harness.scheduler.release(job, now)
        for _ in range(50):
            clock.advance(60)
            for problem, _type in harness.problems():
                harness.resolve(problem)
        with harness.timeline.transaction():
            states = {
                row["status"]: row["n"]
                for row in harness.database.rows("SELECT status, count(*) AS n FROM job GROUP BY status")
            }
            open_tasks = harness.database.value("SELECT count(*) FROM task WHERE running_since IS NOT NULL")
        assert set(states) == {"FINISHED", "FAILED_TOTAL", "ABORTED"} <= FINAL
        assert open_tasks == 0
        assert harness.problems() == []
