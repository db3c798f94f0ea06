"""Controls jobs, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.http.formats import job_serial, site_id
from vidispine.simulator.jobs.behavior import make_behavior
from vidispine.simulator.jobs.job_types import default_behavior

if TYPE_CHECKING:
    from vidispine.simulator.jobs.behavior import ProblemSpec, Steps
    from vidispine.simulator.jobs.job_store import Job
    from vidispine.simulator.state import ServerState

_PROBLEMS_BY = {
    "id": "SELECT id FROM problem WHERE id = ? AND resolved = 0",
    "type": "SELECT id FROM problem WHERE type = ? AND resolved = 0 ORDER BY id",
}


class JobControl:
    """Sets the behavior of jobs, and triggers external events: ``vidicore.jobs``."""

    def __init__(self, state: ServerState) -> None:
        self._state = state

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
        wait_for: ProblemSpec = None,
        wait_at: int | None = None,
        hold: bool = False,
        vidinet_at: int | None = None,
        sub_jobs: int = 0,
        freeze: str | None = None,
    ) -> None:
        """Set the behavior of new jobs of a type. It replaces the previous behavior. With the type alone, it resets it
        to the default. Steps are counted from 1.

        :param type: job type, such as ``TRANSCODE``
        :param steps: number of steps (1 to 1000), or their descriptions. Default: those of the type
        :param seconds: duration of a job that does not fail; each step takes an equal part. Default: that of the type
        :param fail_at: the step that fails, and fails the job (``FAILED_TOTAL``)
        :param message: error message of the step of ``fail_at`` or ``warn_at``
        :param attempts: number of attempts of the step of ``fail_at`` (1 to 1000)
        :param warn_at: the step that fails without failing the job (``FINISHED_WARNING``)
        :param wait_for: type of a problem, or ``{"type": ..., "data": {...}}``. The job waits until it is resolved
        :param wait_at: the step before which the job waits. Default: ``fail_at``, otherwise the second
        :param hold: create jobs in ``HOLD``; see :meth:`release`
        :param vidinet_at: the step that runs in a VidiNet service (``VIDINET_JOB``), without a slot
        :param sub_jobs: number of sub-jobs (0 to 1000) that run in parallel with the job
        :param freeze: the state in which jobs stay, without a slot and without notifications, until they are aborted:
            ``READY``, ``STARTED`` or ``VIDINET_JOB`` (in ``vidinet_at``, otherwise the second step), or
            ``ABORTED_PENDING`` when they are aborted
        :raises ValueError: the type is unknown, or an argument is invalid
        """
        with self._state.timeline.transaction():
            self._check_type(type)
            described = make_behavior(
                default_behavior(type),
                steps=steps,
                seconds=seconds,
                fail_at=fail_at,
                message=message,
                attempts=attempts,
                warn_at=warn_at,
                wait_for=wait_for,
                wait_at=wait_at,
                hold=hold,
                vidinet_at=vidinet_at,
                sub_jobs=sub_jobs,
                freeze=freeze,
            )
            self._state.job_types.set_behavior(type, described)

    def resolve(self, problem: int | str) -> list[str]:
        """Resolve a problem. The jobs that wait for it return to ``READY``.

        :param problem: id of the problem, or its type for all problems of the type
        :returns: ids of the jobs that waited
        :raises ValueError: no job waits for such a problem
        """
        column = "type" if isinstance(problem, str) else "id"
        with self._state.timeline.transaction() as now:
            rows = self._state.database.rows(_PROBLEMS_BY[column], problem)
            if not rows:
                raise ValueError(f"no job waits for a problem with the {column} {problem!r}")
            return [site_id(serial) for row in rows for serial in self._state.scheduler.resolve(row["id"], now)]

    def release(self, job_id: str) -> None:
        """Release a job from ``HOLD``. It becomes ``READY``.

        :param job_id: id of the job, such as ``VX-7``
        :raises ValueError: the job is missing, or not in ``HOLD``
        """
        with self._state.timeline.transaction() as now:
            job = self._job(job_id)
            if job.status != "HOLD":
                raise ValueError(f"job {job_id} is {job.status}, not HOLD")
            self._state.scheduler.release(job, now)

    def add_type(self, name: str) -> None:
        """Add a custom job type.

        :param name: letters, digits and underscores, usually ``{VENDOR}_{TYPE}``
        :raises ValueError: the name is invalid or exists
        """
        with self._state.timeline.transaction():
            self._state.job_types.add(name)

    def _job(self, job_id: str) -> Job:
        serial = job_serial(job_id)
        job = None if serial is None else self._state.scheduler.jobs.get(serial)
        if job is None:
            raise ValueError(f"there is no job {job_id}")
        return job

    def _check_type(self, type: str) -> None:
        if not self._state.job_types.exists(type):
            raise ValueError(f"there is no job type {type!r}; add_type() adds a custom one")
