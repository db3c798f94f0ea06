"""The job scheduler with its database and a clock that tests set, without HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Self

from test.simulator.clock import Clock
from vidispine.simulator.database.connection import Database
from vidispine.simulator.jobs.behavior import Behavior, make_behavior
from vidispine.simulator.jobs.job_store import Job
from vidispine.simulator.jobs.scheduler import Scheduler
from vidispine.simulator.jobs.timeline import Timeline
from vidispine.simulator.state import SCHEMA

MEDIUM = 3
PRIORITIES = ("IMMEDIATE", "HIGHEST", "HIGH", "MEDIUM", "LOW", "LOWEST")
FOUR_SECONDS = Behavior(("one", "two", "three", "four"), 4.0)


class SchedulerHarness:
    """A scheduler with methods to create, abort and inspect jobs."""

    def __init__(self, clock: Clock, slots: int = 3, speed: float = 1.0, path: Path | None = None) -> None:
        self.clock = clock
        self.database = Database(path, SCHEMA)
        self.scheduler = Scheduler(self.database, slots, speed)
        self.timeline = Timeline(self.database, self.scheduler, clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.timeline.close()

    def create(self, priority: str = "MEDIUM", data: dict[str, str] | None = None, **behavior: Any) -> int:
        job_behavior = make_behavior(FOUR_SECONDS, **behavior)
        with self.timeline.transaction() as now:
            serial = self.scheduler.jobs.create(
                now, "admin", "TRANSCODE", PRIORITIES.index(priority), job_behavior, {"itemId": "VX-7", **(data or {})}
            )
            self.scheduler.dispatch(now)
        return serial

    def job(self, serial: int) -> Job:
        with self.timeline.transaction():
            job = self.scheduler.jobs.get(serial)
        assert job is not None
        return job

    def status(self, *serials: int) -> Any:
        statuses = [self.job(serial).status for serial in serials]
        return statuses[0] if len(serials) == 1 else statuses

    def tasks(self, serial: int) -> list[tuple[int, int, str]]:
        """Return step, attempt and status of each task."""
        with self.timeline.transaction():
            rows = self.database.rows("SELECT * FROM task WHERE job = ? ORDER BY id", serial)
        return [(row["step"], row["attempt"], row["status"]) for row in rows]

    def data(self, serial: int) -> dict[str, str]:
        with self.timeline.transaction():
            rows = self.database.rows("SELECT key, value FROM job_data WHERE job = ?", serial)
        return {row["key"]: row["value"] for row in rows}

    def abort(self, serial: int, **options: Any) -> None:
        job = self.job(serial)
        with self.timeline.transaction() as now:
            self.scheduler.abort(job, now, **options)

    def problems(self) -> list[tuple[int, str]]:
        with self.timeline.transaction():
            rows = self.database.rows("SELECT id, type FROM problem WHERE resolved = 0")
        return [(row["id"], row["type"]) for row in rows]

    def resolve(self, problem: int) -> list[int]:
        with self.timeline.transaction() as now:
            return self.scheduler.resolve(problem, now)
