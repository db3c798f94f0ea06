"""The life of jobs: what happens to them by itself, and when.

There is no clock in here. Every job that something will happen to has a ``due`` time, and :meth:`Scheduler.advance`
lets everything up to a given time happen, in the order of those times. So it makes no difference how often or by whom
the jobs are looked at, and a test can tell the time.

Times are milliseconds since 1970.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from vidispine.jobs import FINAL, SUCCEEDED
from vidispine.simulator.jobs.behavior import Behaviour
from vidispine.simulator.jobs.effects import Effects

if TYPE_CHECKING:
    from collections.abc import Mapping
    from sqlite3 import Row

    from vidispine.simulator.database import Database

__all__ = ["BEGUN", "GENERATED_KEYS", "IMMEDIATE", "Job", "Scheduler"]

BEGUN = "STARTED", "WAITING", "VIDINET_JOB"
"""States of a job that has done some of its work, so that aborting it always cleans up."""

IMMEDIATE = 0
"""The priority whose jobs start without a free slot."""

CLEANUP_MILLISECONDS = 500
"""How long the cleanup of an aborted job takes."""

FAILING_PART = 0.5
"""The part of a step's time after which a run that fails does so."""

GENERATED_KEYS = frozenset(
    {"item", "username", "totalSteps", "currentStepNumber", "currentStepStatus", "errorMessage", "abortReason"}
)
"""Keys of a job's data that the server writes; what a client gives for them is not used."""


@dataclass
class Job:
    """A row of the table of jobs."""

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
    def plan(self) -> Behaviour:
        """How the job goes."""
        return Behaviour.from_json(self.behaviour)

    @property
    def is_final(self) -> bool:
        """Whether nothing happens to the job any more."""
        return self.status in FINAL


class Scheduler:
    """Moves jobs from state to state."""

    def __init__(self, database: Database, concurrent_jobs: int = 3, speed: float = 1.0) -> None:
        """Make a scheduler.

        :param concurrent_jobs: number of slots: jobs that may run at a time
        :param speed: how many times faster than its behaviour says a job runs
        """
        self._database = database
        self._concurrent_jobs = concurrent_jobs
        self._speed = speed
        self.effects = Effects()
        """What jobs bring about."""

    # What is asked of it

    def advance(self, now: int) -> None:
        """Let everything happen that is due, up to and including ``now``."""
        while True:
            row = self._database.row("SELECT * FROM job WHERE due <= ? ORDER BY due, serial LIMIT 1", now)
            if row is None:
                return
            job = Job(**row)
            at = row["due"]
            self._happen(job, at)
            self.dispatch(at)

    def is_due(self, now: int) -> bool:
        """Return whether :meth:`advance` would do anything."""
        return self._database.value("SELECT 1 FROM job WHERE due <= ? LIMIT 1", now) is not None

    def is_busy(self) -> bool:
        """Return whether anything will happen by itself."""
        return self._database.value("SELECT 1 FROM job WHERE due IS NOT NULL LIMIT 1") is not None

    def has_unfinished(self) -> bool:
        """Return whether there are jobs that are not final."""
        marks = ", ".join("?" * len(FINAL))
        statement = f"SELECT 1 FROM job WHERE parent IS NULL AND status NOT IN ({marks}) LIMIT 1"  # noqa: S608
        return self._database.value(statement, *FINAL) is not None

    def dispatch(self, at: int) -> None:
        """Start the jobs that may start: the highest priority first, and within one the oldest job."""
        while True:
            row = self._database.row(
                "SELECT * FROM job WHERE status = 'READY' AND parent IS NULL ORDER BY priority, serial LIMIT 1"
            )
            if row is None or (row["priority"] != IMMEDIATE and self._slots_taken() >= self._concurrent_jobs):
                return
            self._start(Job(**row), at)

    def job(self, serial: int) -> Job | None:
        """Return a job by its number."""
        row = self._database.row("SELECT * FROM job WHERE serial = ?", serial)
        return None if row is None else Job(**row)

    def create(
        self,
        at: int,
        user: str,
        type: str,
        priority: int,
        plan: Behaviour,
        data: Mapping[str, str],
        parent: int | None = None,
    ) -> int:
        """Add a job and return its number. It starts with the next :meth:`dispatch`."""
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
        self.note(serial, username=user)
        return serial

    def given_data(self, serial: int) -> dict[str, str]:
        """Return the data that a job was created with."""
        rows = self._database.rows("SELECT key, value FROM job_data WHERE job = ? AND given = 1", serial)
        return {row["key"]: row["value"] for row in rows}

    def note(self, serial: int, **data: Any) -> None:
        """Write data that the server generates."""
        for key, value in data.items():
            self._database.execute("INSERT OR REPLACE INTO job_data VALUES (?, ?, ?, 0)", [serial, key, str(value)])

    def abort(self, job: Job, at: int, *, cleanup: bool = True, reason: str | None = None) -> None:
        """Abort a job. A final job stays as it is, and so does one that is being aborted."""
        if job.is_final or job.status == "ABORTED_PENDING":
            return
        if reason:
            self.note(job.serial, abortReason=reason)
        for child in self._children(job):
            self.abort(child, at, cleanup=cleanup, reason=reason)
        if job.status not in BEGUN and not cleanup:
            self._interrupt(job, at, reason)
            self._finish(job, "ABORTED", at)
        else:
            self._clean_up(job, at, reason)
        self.dispatch(at)

    def set_priority(self, job: Job, priority: int, at: int) -> None:
        """Change a job's priority; a job that runs already goes on."""
        self._set(job, priority=priority)
        self.dispatch(at)

    def release(self, job: Job, at: int) -> None:
        """Let a job in HOLD take its turn."""
        self._set(job, status="READY")
        self.dispatch(at)

    def resolve(self, problem: int, at: int) -> list[int]:
        """Put a problem out of the way; the jobs that waited for it are ready again, and their numbers returned."""
        rows = self._database.rows("SELECT * FROM job WHERE problem = ? ORDER BY serial", problem)
        jobs = [Job(**row) for row in rows]
        self._database.update("problem", problem, resolved=1)
        for job in jobs:
            self._set(job, status="READY", phase="waited", problem=None)
            self._set_task(job, "READY", at)
        self.dispatch(at)
        return [job.serial for job in jobs]

    def delete(self, job: Job) -> None:
        """Remove a job that is final, with everything that belongs to it."""
        for child in self._children(job):
            self.delete(child)
        for statement in (
            "DELETE FROM task WHERE job = ?",
            "DELETE FROM job_data WHERE job = ?",
            "DELETE FROM job_work WHERE job = ?",
            "DELETE FROM job WHERE serial = ?",
        ):
            self._database.execute(statement, [job.serial])

    def shift(self, milliseconds: int) -> None:
        """Move everything that is going on in time: while nobody ran the server, no work was done."""
        self._database.execute("UPDATE job SET due = due + ? WHERE due IS NOT NULL", [milliseconds])
        self._database.execute(
            "UPDATE task SET running_since = running_since + ? WHERE running_since IS NOT NULL", [milliseconds]
        )

    # What happens

    def _happen(self, job: Job, at: int) -> None:
        if job.status == "VIDINET_JOB":
            self._set_task(job, "STARTED_ASYNCHRONOUS", at, progress=100.0)
            self._set(job, status="READY", phase="returned", due=None)
        elif job.status == "ABORTED_PENDING":
            self._end_cleanup(job, at)
        else:
            self._end_run(job, at)

    def _start(self, job: Job, at: int) -> None:
        """Give a job a slot and let it go on where it is."""
        phase = job.phase
        self._set(job, status="STARTED", phase="running", slot=0 if job.parent else 1)
        if phase == "new":
            self._set(job, started=at)
            self.note(job.serial, totalSteps=len(job.plan.steps))
            self._start_sub_jobs(job, at)
            self._enter_step(job, 1, at)
        elif phase == "waited":
            self._run(job, at)
        else:
            self._end_run(job, at)

    def _start_sub_jobs(self, job: Job, at: int) -> None:
        count = job.plan.sub_jobs
        for number in range(1, count + 1):
            plan = Behaviour((f"Part {number} of {count}",), job.plan.seconds / 2)
            serial = self.create(at, job.user, job.type, job.priority, plan, self.given_data(job.serial), job.serial)
            child = self.job(serial)
            if child:
                self._start(child, at)

    def _enter_step(self, job: Job, step: int, at: int) -> None:
        self._new_task(job, step, 1, at)
        self.effects.changed("UPDATE", job, at)
        if job.plan.wait_for is not None and job.plan.wait_at == step:
            self._set_task(job, "WAITING", at)
            self._set(job, status="WAITING", slot=0, due=None, problem=self._problem(job.plan))
        else:
            self._run(job, at)

    def _run(self, job: Job, at: int) -> None:
        """Begin a run of the current step."""
        plan = job.plan
        # Whole milliseconds for each step that make up the whole job's.
        until = [self._scaled(plan.milliseconds_until(step)) for step in (job.step - 1, job.step)]
        duration = until[1] - until[0]
        part = FAILING_PART if job.step in (plan.fail_at, plan.warn_at) else 1.0
        away = plan.vidinet_at == job.step
        self._set_task(job, "STARTED_ASYNCHRONOUS" if away else "STARTED", at, duration=duration, running_since=at)
        self._set(job, due=at + round(duration * part))
        if away:
            self._set(job, status="VIDINET_JOB", slot=0)

    def _end_run(self, job: Job, at: int) -> None:
        """End a run of the current step as the behaviour says, and go on."""
        plan = job.plan
        if job.step == plan.fail_at:
            self._fail_run(job, at)
            return
        verdict = self.effects.step_over(job, at)
        if isinstance(verdict, str):
            self._fail(job, verdict, at)
        elif isinstance(verdict, int):
            self._set(job, due=at + verdict)
        else:
            self._go_on(job, at)

    def _go_on(self, job: Job, at: int) -> None:
        """Enter the next step, or finish after the last."""
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

    def _fail_run(self, job: Job, at: int) -> None:
        message = job.plan.error_message(job.step)
        attempt = self._database.value("SELECT attempt FROM task WHERE id = ?", job.task)
        if attempt < job.plan.attempts:
            self._set_task(job, "FAILED_RETRY", at, error=message)
            self._new_task(job, job.step, attempt + 1, at)
            self._run(job, at)
        else:
            self._fail(job, message, at)

    def _fail(self, job: Job, message: str, at: int) -> None:
        self._set_task(job, "FAILED_FATAL", at, error=message)
        self.note(job.serial, errorMessage=message)
        self._finish(job, "FAILED_TOTAL", at)

    def _finish(self, job: Job, status: str, at: int) -> None:
        self._leave_problem(job)
        self._set(job, status=status, finished=at, phase="over", slot=0, due=None)
        for child in self._children(job):
            if child.is_final:
                continue
            if child.status == "ABORTED_PENDING":
                self._end_cleanup(child, at)
            elif status in SUCCEEDED:
                self._end_run(child, at)
            else:
                self._interrupt(child, at, None)
                self._finish(child, "ABORTED", at)
        self.effects.changed("STOP", job, at)

    def _clean_up(self, job: Job, at: int, reason: str | None) -> None:
        self._interrupt(job, at, reason)
        self._leave_problem(job)
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
        """End the run that is going on, if one is, because the job is aborted."""
        if job.task is None:
            return
        task = self._database.row("SELECT * FROM task WHERE id = ?", job.task)
        if task is not None:
            error = "the job was aborted" + (f": {reason}" if reason else "")
            self._set_task(job, "FAILED_FATAL", at, progress=progress(task, at), error=error)

    # Problems

    def _problem(self, plan: Behaviour) -> int:
        """Return the unresolved problem that a behaviour names, the same for all jobs that wait for the same."""
        data = json.dumps(plan.wait_data, sort_keys=True)
        known: int | None = self._database.value(
            "SELECT id FROM problem WHERE type = ? AND data = ? AND resolved = 0", plan.wait_for, data
        )
        return known or self._database.insert("problem", type=plan.wait_for, data=data)

    def _leave_problem(self, job: Job) -> None:
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
        """Change the current run. Unless told where progress counts from, it stays at what it was."""
        task = self._database.row("SELECT * FROM task WHERE id = ?", job.task)
        if task is None:
            raise LookupError(f"job {job.serial} has no run of a step")
        values.setdefault("progress", progress(task, at))
        self._database.update("task", task["id"], status=status, changed=at, running_since=running_since, **values)
        self.note(job.serial, currentStepNumber=job.step, currentStepStatus=status)

    def _children(self, job: Job) -> list[Job]:
        rows = self._database.rows("SELECT * FROM job WHERE parent = ? ORDER BY serial", job.serial)
        return [Job(**row) for row in rows]

    def _slots_taken(self) -> int:
        return int(self._database.value("SELECT count(*) FROM job WHERE slot = 1"))

    def _scaled(self, milliseconds: float) -> int:
        return round(milliseconds / self._speed)


def progress(task: Row, now: int) -> float:
    """Return how much of a run is done, in percent."""
    since = task["running_since"]
    if since is None:
        return float(task["progress"])
    if task["duration"] == 0:
        return 100.0
    done = 100.0 * float(now - since) / float(task["duration"])
    return round(min(100.0, max(0.0, done)), 1)
