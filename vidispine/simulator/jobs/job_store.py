"""Rows of jobs, their tasks (attempts of steps), their data, and the problems that they wait for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from vidispine.jobs import FINAL
from vidispine.simulator.database.conditions import marks
from vidispine.simulator.jobs.behavior import Behavior

if TYPE_CHECKING:
    from collections.abc import Mapping
    from sqlite3 import Row

    from vidispine.simulator.database.connection import Database

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


class JobStore:
    """Stores jobs: ``state.scheduler.jobs``. Times are in milliseconds since 1970."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Jobs

    def get(self, serial: int) -> Job | None:
        """Return a job, ``None`` when it is missing."""
        return self._database.find(Job, "SELECT * FROM job WHERE serial = ?", serial)

    def next_due(self, now: int) -> Job | None:
        """Return the job with the earliest event up to ``now``, ``None`` when there is none."""
        return self._database.find(Job, "SELECT * FROM job WHERE due <= ? ORDER BY due, serial LIMIT 1", now)

    def next_ready(self) -> Job | None:
        """Return the job to start next: by priority, then the oldest; ``None`` when there is none."""
        ready = "status = 'READY' AND parent IS NULL AND phase != 'frozen'"
        statement = f"SELECT * FROM job WHERE {ready} ORDER BY priority, serial LIMIT 1"  # noqa: S608 - a constant
        return self._database.find(Job, statement)

    def is_due(self, now: int) -> bool:
        """Return whether any job has an event up to ``now``."""
        return self._database.value("SELECT 1 FROM job WHERE due <= ? LIMIT 1", now) is not None

    def is_busy(self) -> bool:
        """Return whether any job has a future event."""
        return self._database.value("SELECT 1 FROM job WHERE due IS NOT NULL LIMIT 1") is not None

    def has_unfinished(self) -> bool:
        """Return whether any job is neither final nor frozen."""
        unfinished = f"parent IS NULL AND status NOT IN ({marks(FINAL)}) AND phase != 'frozen'"
        statement = f"SELECT 1 FROM job WHERE {unfinished} LIMIT 1"  # noqa: S608 - values are bound
        return self._database.value(statement, *FINAL) is not None

    def slots_taken(self) -> int:
        """Return the number of occupied slots."""
        return int(self._database.value("SELECT count(*) FROM job WHERE slot = 1"))

    def children(self, job: Job) -> list[Job]:
        """Return the sub-jobs of a job."""
        return self._database.records(Job, "SELECT * FROM job WHERE parent = ? ORDER BY serial", job.serial)

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
        """Create a job. Return its serial number."""
        who = {"user": user, "type": type, "priority": priority, "parent": parent, "started": at}
        status, phase = "HOLD" if plan.hold else "READY", "frozen" if plan.freeze == "READY" else "new"
        serial = self._database.insert("job", **who, status=status, phase=phase, behaviour=plan.to_json())
        given = [(serial, key, value, 1) for key, value in data.items() if key not in GENERATED_KEYS]
        self._database.execute_many("INSERT INTO job_data VALUES (?, ?, ?, ?)", [*given, (serial, "username", user, 0)])
        return serial

    def update(self, job: Job, **values: Any) -> None:
        """Set columns of a job, and the same attributes of the object."""
        for name, value in values.items():
            setattr(job, name, value)
        self._database.update("job", job.serial, **values)

    def delete(self, job: Job) -> None:
        """Delete a final job and everything that belongs to it."""
        for child in self.children(job):
            self.delete(child)
        for table in ("task", "job_data", "job_work"):
            self._database.delete(table, job=job.serial)
        self._database.delete("job", serial=job.serial)

    def shift_times(self, milliseconds: int) -> None:
        """Add an offset to all pending times."""
        for table, column in (("job", "due"), ("task", "running_since")):
            statement = f"UPDATE {table} SET {column} = {column} + ? WHERE {column} IS NOT NULL"  # noqa: S608
            self._database.execute(statement, [milliseconds])

    # Data

    def initial_data(self, serial: int) -> dict[str, str]:
        """Return the data that a job was created with."""
        rows = self._database.rows("SELECT key, value FROM job_data WHERE job = ? AND given = 1", serial)
        return {row["key"]: row["value"] for row in rows}

    def write_data(self, serial: int, **data: Any) -> None:
        """Set data of a job that the server generates."""
        rows = [(serial, key, str(value)) for key, value in data.items()]
        self._database.execute_many("INSERT OR REPLACE INTO job_data VALUES (?, ?, ?, 0)", rows)

    # Tasks

    def task(self, job: Job) -> Row | None:
        """Return the current task of a job, ``None`` before the first step."""
        return self._database.row("SELECT * FROM task WHERE id = ?", job.task)

    def add_task(self, job: Job, step: int, attempt: int, at: int) -> None:
        """Add the task of a step, and make it the current one."""
        task = self._add_task(job, step, job.plan.steps[step - 1], at, attempt=attempt, status="READY")
        self.update(job, step=step, task=task)

    def add_cleanup_task(self, job: Job, at: int, duration: int) -> None:
        """Add the task that cleans up after an aborted job."""
        running = {"status": "STARTED", "running_since": at, "duration": duration}
        self._add_task(job, len(job.plan.steps) + 1, "Cleaning up", at, attempt=1, **running)

    def _add_task(self, job: Job, step: int, description: str, at: int, **values: Any) -> int:
        described = {"job": job.serial, "step": step, "description": description}
        return self._database.insert("task", **described, begun=at, changed=at, **values)

    def update_task(self, job: Job, status: str, at: int, running_since: int | None = None, **values: Any) -> None:
        """Update the current task. The progress stops unless ``running_since`` is given."""
        if job.task is None:
            raise LookupError(f"job {job.serial} has no run of a step")
        if "progress" not in values:
            values["progress"] = progress(self._database.rows("SELECT * FROM task WHERE id = ?", job.task)[0], at)
        self._database.update("task", job.task, status=status, changed=at, running_since=running_since, **values)
        self.write_data(job.serial, currentStepNumber=job.step, currentStepStatus=status)

    def finish_running_tasks(self, job: Job, at: int) -> None:
        """Finish the running tasks of a job."""
        self._database.execute(
            "UPDATE task SET status = 'FINISHED', changed = ?, running_since = NULL, progress = 100 "
            "WHERE job = ? AND running_since IS NOT NULL",
            [at, job.serial],
        )

    # Problems

    def problem_for(self, plan: Behavior) -> int:
        """Return the unresolved problem of a behavior. Jobs with the same type and data share it."""
        data = json.dumps(plan.wait_data, sort_keys=True)
        statement = "SELECT id FROM problem WHERE type = ? AND data = ? AND resolved = 0"
        known: int | None = self._database.value(statement, plan.wait_for, data)
        return known or self._database.insert("problem", type=plan.wait_for, data=data)

    def resolve_problem(self, problem: int) -> list[Job]:
        """Mark a problem as resolved. Return the jobs that wait for it."""
        self._database.update("problem", problem, resolved=1)
        return self._database.records(Job, "SELECT * FROM job WHERE problem = ? ORDER BY serial", problem)

    def clear_problem(self, job: Job) -> None:
        """Detach a job from its problem. Resolve the problem when no other job waits for it."""
        problem = job.problem
        if problem is None:
            return
        self.update(job, problem=None)
        if self._database.value("SELECT 1 FROM job WHERE problem = ? LIMIT 1", problem) is None:
            self._database.update("problem", problem, resolved=1)


def progress(task: Row, now: int) -> float:
    """Return the progress of an attempt, in percent."""
    since = task["running_since"]
    if since is None:
        return float(task["progress"])
    if task["duration"] == 0:
        return 100.0
    done = 100.0 * float(now - since) / float(task["duration"])
    return round(min(100.0, max(0.0, done)), 1)
