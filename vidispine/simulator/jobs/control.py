"""What a test can say about the simulator's jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.formats import job_id, job_serial
from vidispine.simulator.jobs.behavior import behaviour
from vidispine.simulator.jobs.job_types import default_behaviour

if TYPE_CHECKING:
    from vidispine.simulator.jobs.behavior import Problem, Steps
    from vidispine.simulator.jobs.scheduler import Job
    from vidispine.simulator.state import World

__all__ = ["Jobs"]

_PROBLEMS_BY = {
    "id": "SELECT id FROM problem WHERE id = ? AND resolved = 0",
    "type": "SELECT id FROM problem WHERE type = ? AND resolved = 0 ORDER BY id",
}


class Jobs:
    """How jobs behave, and the events that come from outside: ``vidicore.jobs``."""

    def __init__(self, world: World) -> None:
        """Speak about the jobs of this world."""
        self._world = world

    def behave(
        self,
        type: str,
        *,
        steps: Steps = None,
        seconds: float | None = None,
        fail_at: int | None = None,
        message: str | None = None,
        attempts: int = 1,
        warn_at: int | None = None,
        wait_for: Problem = None,
        wait_at: int | None = None,
        hold: bool = False,
        vidinet_at: int | None = None,
        sub_jobs: int = 0,
    ) -> None:
        """Say how jobs of a type go that are created from now on. It replaces what was said before; with the type
        alone they go as they do by default. Steps are counted from 1.

        :param type: the jobs' type, such as ``TRANSCODE``
        :param steps: number of steps (1 to 1000), or a description of each; the type's own when ``None``
        :param seconds: how long a job takes when nothing fails, each step an equal part; the type's own when ``None``
        :param fail_at: the step that fails, and with it the job (``FAILED_TOTAL``)
        :param message: why the step of ``fail_at`` or ``warn_at`` fails
        :param attempts: how often the step of ``fail_at`` is tried (1 to 1000)
        :param warn_at: the step that fails without failing the job (``FINISHED_WARNING``)
        :param wait_for: type of a problem, or ``{"type": ..., "data": {...}}``: the job waits until it is resolved
        :param wait_at: the step before which the job waits; ``fail_at`` when ``None``, and without that the second
        :param hold: create jobs in ``HOLD``; see :meth:`release`
        :param vidinet_at: the step that a VidiNet service does (``VIDINET_JOB``), without a slot
        :param sub_jobs: number of sub-jobs (0 to 1000) that run beside the job
        :raises ValueError: there is no such type, or a value makes no sense
        """
        with self._world.timeline.moment():
            self._check_type(type)
            described = behaviour(
                default_behaviour(type), steps=steps, seconds=seconds, fail_at=fail_at, message=message,
                attempts=attempts, warn_at=warn_at, wait_for=wait_for, wait_at=wait_at, hold=hold,
                vidinet_at=vidinet_at, sub_jobs=sub_jobs,
            )  # fmt: skip
            self._world.job_types.set_behaviour(type, described)

    def resolve(self, problem: int | str) -> list[str]:
        """Put a problem out of the way; the jobs that waited for it return to ``READY``.

        :param problem: id of the problem, or its type: then all problems of this type
        :returns: ids of the jobs that waited
        :raises ValueError: no job waits for such a problem
        """
        column = "type" if isinstance(problem, str) else "id"
        with self._world.timeline.moment() as now:
            rows = self._world.database.rows(_PROBLEMS_BY[column], problem)
            if not rows:
                raise ValueError(f"no job waits for a problem with the {column} {problem!r}")
            return [job_id(serial) for row in rows for serial in self._world.scheduler.resolve(row["id"], now)]

    def release(self, job_id: str) -> None:
        """Let a job in ``HOLD`` take its turn: it becomes ``READY``.

        :param job_id: id of the job, such as ``VX-7``
        :raises ValueError: there is no such job, or it is not in ``HOLD``
        """
        with self._world.timeline.moment() as now:
            job = self._job(job_id)
            if job.status != "HOLD":
                raise ValueError(f"job {job_id} is {job.status}, not HOLD")
            self._world.scheduler.release(job, now)

    def add_type(self, name: str) -> None:
        """Add a custom job type.

        :param name: letters, digits and underscores; ``{VENDOR}_{TYPE}`` is usual
        :raises ValueError: the name is no such name, or taken already
        """
        with self._world.timeline.moment():
            self._world.job_types.add(name)

    def _job(self, job_id: str) -> Job:
        serial = job_serial(job_id)
        job = None if serial is None else self._world.scheduler.job(serial)
        if job is None:
            raise ValueError(f"there is no job {job_id}")
        return job

    def _check_type(self, type: str) -> None:
        if not self._world.job_types.exists(type):
            raise ValueError(f"there is no job type {type!r}; add_type() adds a custom one")
