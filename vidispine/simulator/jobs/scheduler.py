"""The scheduler: moves jobs through their states.

It has no clock. Each job with a future event has a ``due`` time. :meth:`Scheduler.advance` processes all events up to a
given time, in order. The result does not depend on when or how often it is called, so tests can control the time.

Times are in milliseconds since 1970.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from vidispine.jobs import FINAL, SUCCEEDED
from vidispine.simulator.jobs.behavior import Behavior
from vidispine.simulator.jobs.effects import JobHooks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from sqlite3 import Row

    from vidispine.simulator.database import Database

__all__ = ["BEGUN", "GENERATED_KEYS", "IMMEDIATE", "Job", "Scheduler"]

BEGUN = "STARTED", "WAITING", "VIDINET_JOB"
"""States of jobs that have begun. Aborting such a job always includes a cleanup."""

IMMEDIATE = 0
"""The priority whose jobs start without a free slot."""

CLEANUP_MILLISECONDS = 500
"""Duration of the cleanup of an aborted job."""

FAILURE_POINT = 0.5
"""Part of the duration of a step after which a failing attempt fails."""

GENERATED_KEYS = frozenset(
    {"item", "username", "totalSteps", "currentStepNumber", "currentStepStatus", "errorMessage", "abortReason"}
)
"""Keys of job data that the server sets. Values of clients are ignored."""


@dataclass
class Job:
    """A row of the table ``job``."""

    serial: int
    parent: int | None
    user: str
    type: str
    status: str
    priority: int
    started: int
    finished: int | None
    behaviour: str
    step: int
    phase: str
    task: int | None
    problem: int | None
    slot: int
    warned: int
    due: int | None

    @cached_property
    def plan(self) -> Behavior:
        """The behavior of the job."""
        return Behavior.from_json(self.behaviour)

    @property
    def is_final(self) -> bool:
        """Whether the job is in a final state."""
        return self.status in FINAL


class Scheduler:
    """Creates jobs and moves them from state to state."""

    def __init__(self, database: Database, concurrent_jobs: int = 3, speed: float = 1.0) -> None:
        """Create a scheduler.

        :param concurrent_jobs: number of slots
        :param speed: divides all durations
        """
        self._database = database
        self._concurrent_jobs = concurrent_jobs
        self._speed = speed
        self.hooks = JobHooks()
        """Called on the events of jobs."""

    # Public methods

    def advance(self, now: int) -> None:
        """Process all events up to and including ``now``."""
        while True:
            row = self._database.row("SELECT * FROM job WHERE due <= ? ORDER BY due, serial LIMIT 1", now)
            if row is None:
                return
            job = Job(**row)
            at = row["due"]
            self._process_event(job, at)
            self.dispatch(at)

    def is_due(self, now: int) -> bool:
        """Return whether :meth:`advance` has events to process."""
        return self._database.value("SELECT 1 FROM job WHERE due <= ? LIMIT 1", now) is not None

    def is_busy(self) -> bool:
        """Return whether any job has a future event."""
        return self._database.value("SELECT 1 FROM job WHERE due IS NOT NULL LIMIT 1") is not None

    def has_unfinished(self) -> bool:
        """Return whether any job is not final."""
        marks = ", ".join("?" * len(FINAL))
        statement = f"SELECT 1 FROM job WHERE parent IS NULL AND status NOT IN ({marks}) LIMIT 1"  # noqa: S608
        return self._database.value(statement, *FINAL) is not None

    def dispatch(self, at: int) -> None:
        """Start waiting jobs: by priority, then oldest first."""
        while True:
            row = self._database.row(
                "SELECT * FROM job WHERE status = 'READY' AND parent IS NULL ORDER BY priority, serial LIMIT 1"
            )
            if row is None or (row["priority"] != IMMEDIATE and self._slots_taken() >= self._concurrent_jobs):
                return
            self._start(Job(**row), at)

    def job(self, serial: int) -> Job | None:
        """Return a job, ``None`` when it is missing."""
        row = self._database.row("SELECT * FROM job WHERE serial = ?", serial)
        return None if row is None else Job(**row)

    def create(
        self,
        at: int,
        user: str,
        type: str,
        priority: int,
        plan: Behavior,
        data: Mapping[str, str],
        parent: int | None = None,
    ) -> int:
        """Create a job and return its serial number. The next :meth:`dispatch` may start it."""
        serial = self._database.insert(
            "job",
            parent=parent,
            user=user,
            type=type,
            status="HOLD" if plan.hold else "READY",
            priority=priority,
            started=at,
            behaviour=plan.to_json(),
        )
        for key, value in data.items():
            if key not in GENERATED_KEYS:
                self._database.insert("job_data", job=serial, key=key, value=value, given=1)
        self.write_data(serial, username=user)
        return serial

    def initial_data(self, serial: int) -> dict[str, str]:
        """Return the data that a job was created with."""
        rows = self._database.rows("SELECT key, value FROM job_data WHERE job = ? AND given = 1", serial)
        return {row["key"]: row["value"] for row in rows}

    def write_data(self, serial: int, **data: Any) -> None:
        """Set data of a job that the server generates."""
        for key, value in data.items():
            self._database.execute("INSERT OR REPLACE INTO job_data VALUES (?, ?, ?, 0)", [serial, key, str(value)])

    def abort(self, job: Job, at: int, *, cleanup: bool = True, reason: str | None = None) -> None:
        """Abort a job. No effect on final jobs and jobs that are being aborted."""
        if job.is_final or job.status == "ABORTED_PENDING":
            return
        if reason:
            self.write_data(job.serial, abortReason=reason)
        for child in self._children(job):
            self.abort(child, at, cleanup=cleanup, reason=reason)
        if job.status not in BEGUN and not cleanup:
            self._interrupt(job, at, reason)
            self._finish(job, "ABORTED", at)
        else:
            self._start_cleanup(job, at, reason)
        self.dispatch(at)

    def set_priority(self, job: Job, priority: int, at: int) -> None:
        """Set the priority of a job. A running job continues."""
        self._set(job, priority=priority)
        self.dispatch(at)

    def release(self, job: Job, at: int) -> None:
        """Release a job from HOLD."""
        self._set(job, status="READY")
        self.dispatch(at)

    def resolve(self, problem: int, at: int) -> list[int]:
        """Resolve a problem. Return the serial numbers of the jobs that waited for it; they are ready again."""
        rows = self._database.rows("SELECT * FROM job WHERE problem = ? ORDER BY serial", problem)
        jobs = [Job(**row) for row in rows]
        self._database.update("problem", problem, resolved=1)
        for job in jobs:
            self._set(job, status="READY", phase="waited", problem=None)
            self._set_task(job, "READY", at)
        self.dispatch(at)
        return [job.serial for job in jobs]

    def delete(self, job: Job) -> None:
        """Delete a final job and everything that belongs to it."""
        for child in self._children(job):
            self.delete(child)
        for statement in (
            "DELETE FROM task WHERE job = ?",
            "DELETE FROM job_data WHERE job = ?",
            "DELETE FROM job_work WHERE job = ?",
            "DELETE FROM job WHERE serial = ?",
        ):
            self._database.execute(statement, [job.serial])

    def shift_times(self, milliseconds: int) -> None:
        """Add an offset to all pending times: jobs make no progress while the simulator is stopped."""
        self._database.execute("UPDATE job SET due = due + ? WHERE due IS NOT NULL", [milliseconds])
        self._database.execute(
            "UPDATE task SET running_since = running_since + ? WHERE running_since IS NOT NULL", [milliseconds]
        )

    # Events

    def _process_event(self, job: Job, at: int) -> None:
        if job.status == "VIDINET_JOB":
            self._set_task(job, "STARTED_ASYNCHRONOUS", at, progress=100.0)
            self._set(job, status="READY", phase="returned", due=None)
        elif job.status == "ABORTED_PENDING":
            self._end_cleanup(job, at)
        else:
            self._end_attempt(job, at)

    def _start(self, job: Job, at: int) -> None:
        """Give a job a slot and continue it."""
        phase = job.phase
        self._set(job, status="STARTED", phase="running", slot=0 if job.parent else 1)
        if phase == "new":
            self._set(job, started=at)
            self.write_data(job.serial, totalSteps=len(job.plan.steps))
            self._start_sub_jobs(job, at)
            self._enter_step(job, 1, at)
        elif phase == "waited":
            self._run_step(job, at)
        else:
            self._end_attempt(job, at)

    def _start_sub_jobs(self, job: Job, at: int) -> None:
        count = job.plan.sub_jobs
        for number in range(1, count + 1):
            plan = Behavior((f"Part {number} of {count}",), job.plan.seconds / 2)
            serial = self.create(at, job.user, job.type, job.priority, plan, self.initial_data(job.serial), job.serial)
            child = self.job(serial)
            if child:
                self._start(child, at)

    def _enter_step(self, job: Job, step: int, at: int) -> None:
        self._new_task(job, step, 1, at)
        self.hooks.job_changed("UPDATE", job, at)
        if job.plan.wait_for is not None and job.plan.wait_at == step:
            self._set_task(job, "WAITING", at)
            self._set(job, status="WAITING", slot=0, due=None, problem=self._problem(job.plan))
        else:
            self._run_step(job, at)

    def _run_step(self, job: Job, at: int) -> None:
        """Start an attempt of the current step."""
        plan = job.plan
        # Rounding the ends of the steps makes the durations add up to that of the job.
        until = [self._scaled(plan.milliseconds_until(step)) for step in (job.step - 1, job.step)]
        duration = until[1] - until[0]
        fraction = FAILURE_POINT if job.step in (plan.fail_at, plan.warn_at) else 1.0
        is_remote = plan.vidinet_at == job.step
        self._set_task(job, "STARTED_ASYNCHRONOUS" if is_remote else "STARTED", at, duration=duration, running_since=at)
        self._set(job, due=at + round(duration * fraction))
        if is_remote:
            self._set(job, status="VIDINET_JOB", slot=0)

    def _end_attempt(self, job: Job, at: int) -> None:
        """End the current attempt as the behavior says."""
        plan = job.plan
        if job.step == plan.fail_at:
            self._fail_attempt(job, at)
            return
        result = self.hooks.complete_step(job, at)
        if isinstance(result, str):
            self._fail(job, result, at)
        elif isinstance(result, int):
            self._set(job, due=at + result)
        else:
            self._continue(job, at)

    def _continue(self, job: Job, at: int) -> None:
        """Enter the next step, or finish the job."""
        plan = job.plan
        if job.step == plan.warn_at:
            self._set_task(job, "FAILED_TOTAL", at, error=plan.error_message(job.step))
            self._set(job, warned=1)
        else:
            self._set_task(job, "FINISHED", at, progress=100.0)
        if job.step < len(plan.steps):
            self._enter_step(job, job.step + 1, at)
        else:
            self._finish(job, "FINISHED_WARNING" if job.warned else "FINISHED", at)

    def _fail_attempt(self, job: Job, at: int) -> None:
        message = job.plan.error_message(job.step)
        attempt = self._database.value("SELECT attempt FROM task WHERE id = ?", job.task)
        if attempt < job.plan.attempts:
            self._set_task(job, "FAILED_RETRY", at, error=message)
            self._new_task(job, job.step, attempt + 1, at)
            self._run_step(job, at)
        else:
            self._fail(job, message, at)

    def _fail(self, job: Job, message: str, at: int) -> None:
        self._set_task(job, "FAILED_FATAL", at, error=message)
        self.write_data(job.serial, errorMessage=message)
        self._finish(job, "FAILED_TOTAL", at)

    def _finish(self, job: Job, status: str, at: int) -> None:
        self._clear_problem(job)
        self._set(job, status=status, finished=at, phase="over", slot=0, due=None)
        for child in self._children(job):
            if child.is_final:
                continue
            if child.status == "ABORTED_PENDING":
                self._end_cleanup(child, at)
            elif status in SUCCEEDED:
                self._end_attempt(child, at)
            else:
                self._interrupt(child, at, None)
                self._finish(child, "ABORTED", at)
        self.hooks.job_changed("STOP", job, at)

    def _start_cleanup(self, job: Job, at: int, reason: str | None) -> None:
        self._interrupt(job, at, reason)
        self._clear_problem(job)
        duration = self._scaled(CLEANUP_MILLISECONDS)
        self._database.insert(
            "task", job=job.serial, step=len(job.plan.steps) + 1, attempt=1, status="STARTED",
            description="Cleaning up", begun=at, changed=at, running_since=at, duration=duration,
        )  # fmt: skip
        self._set(job, status="ABORTED_PENDING", phase="cleanup", due=at + duration)

    def _end_cleanup(self, job: Job, at: int) -> None:
        self._database.execute(
            "UPDATE task SET status = 'FINISHED', changed = ?, running_since = NULL, progress = 100 "
            "WHERE job = ? AND running_since IS NOT NULL",
            [at, job.serial],
        )
        self._finish(job, "ABORTED", at)

    def _interrupt(self, job: Job, at: int, reason: str | None) -> None:
        """End the current attempt of an aborted job."""
        if job.task is None:
            return
        task = self._database.row("SELECT * FROM task WHERE id = ?", job.task)
        if task is not None:
            error = "the job was aborted" + (f": {reason}" if reason else "")
            self._set_task(job, "FAILED_FATAL", at, progress=progress(task, at), error=error)

    # Problems

    def _problem(self, plan: Behavior) -> int:
        """Return the unresolved problem of a behavior. Jobs with the same type and data share it."""
        data = json.dumps(plan.wait_data, sort_keys=True)
        known: int | None = self._database.value(
            "SELECT id FROM problem WHERE type = ? AND data = ? AND resolved = 0", plan.wait_for, data
        )
        return known or self._database.insert("problem", type=plan.wait_for, data=data)

    def _clear_problem(self, job: Job) -> None:
        problem = job.problem
        if problem is None:
            return
        self._set(job, problem=None)
        if self._database.value("SELECT 1 FROM job WHERE problem = ? LIMIT 1", problem) is None:
            self._database.update("problem", problem, resolved=1)

    # Rows

    def _set(self, job: Job, **values: Any) -> None:
        for name, value in values.items():
            setattr(job, name, value)
        self._database.update("job", job.serial, **values)

    def _new_task(self, job: Job, step: int, attempt: int, at: int) -> None:
        description = job.plan.steps[step - 1]
        task = self._database.insert(
            "task", job=job.serial, step=step, attempt=attempt, status="READY", description=description,
            begun=at, changed=at,
        )  # fmt: skip
        self._set(job, step=step, task=task)

    def _set_task(self, job: Job, status: str, at: int, running_since: int | None = None, **values: Any) -> None:
        """Update the current attempt. The progress stops unless ``running_since`` is given."""
        task = self._database.row("SELECT * FROM task WHERE id = ?", job.task)
        if task is None:
            raise LookupError(f"job {job.serial} has no run of a step")
        values.setdefault("progress", progress(task, at))
        self._database.update("task", task["id"], status=status, changed=at, running_since=running_since, **values)
        self.write_data(job.serial, currentStepNumber=job.step, currentStepStatus=status)

    def _children(self, job: Job) -> list[Job]:
        rows = self._database.rows("SELECT * FROM job WHERE parent = ? ORDER BY serial", job.serial)
        return [Job(**row) for row in rows]

    def _slots_taken(self) -> int:
        return int(self._database.value("SELECT count(*) FROM job WHERE slot = 1"))

    def _scaled(self, milliseconds: float) -> int:
        return round(milliseconds / self._speed)


def progress(task: Row, now: int) -> float:
    """Return the progress of an attempt, in percent."""
    since = task["running_since"]
    if since is None:
        return float(task["progress"])
    if task["duration"] == 0:
        return 100.0
    done = 100.0 * float(now - since) / float(task["duration"])
    return round(min(100.0, max(0.0, done)), 1)
