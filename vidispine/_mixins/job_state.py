"""What is to be known of a job from its document: whether it is over, how it ended, how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine._documents.registry import find_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vidispine.models.job_state import JobState
    from vidispine.models.job_task_type import JobTaskType
    from vidispine.models.job_type import JobType
    from vidispine.models.job_type_current_step import JobTypeCurrentStep
    from vidispine.models.job_type_log import JobTypeLog

__all__ = ["JobOutcome", "error_message", "failed_step", "last_task", "state_of", "task_progress"]


class JobOutcome:
    """What a job has beside the members of its document."""

    __slots__ = ()

    if TYPE_CHECKING:
        status: str
        total_steps: int | None
        current_step: JobTypeCurrentStep | None
        log: JobTypeLog | None

    @property
    def is_final(self) -> bool:
        """Whether the job has ended for good.

        ``True`` when its ``status`` is in ``JobState.FINAL``. A state that is not known is not final, and neither is
        one that the document does not tell.
        """
        return self.status in _states().FINAL

    @property
    def failed(self) -> bool:
        """Whether the job has ended without its work being done.

        ``True`` when its ``status`` is in ``JobState.FAILED``: a step failed for good, or somebody aborted the job. A
        job that is being aborted has not failed yet.
        """
        return self.status in _states().FAILED

    @property
    def progress(self) -> float:
        """How far the job is: a fraction from ``0.0`` to ``1.0``.

        Each step counts the same, however long it takes, and the one that runs by its own progress, as far as the
        document tells. ``1.0`` when the work is done. A job that failed or was aborted stays where it was.
        """
        if self.status in _states().SUCCEEDED:
            return 1.0
        total = self.total_steps or 0
        if total < 1:
            return 0.0
        by_step = {task.step: _fraction(task) for task in _tasks(self.log) if 1 <= task.step <= total}
        current = self.current_step.number if self.current_step else 0
        last = min(max([current or 0, *by_step]), total)
        # What has no record before the last one is over: it was skipped, or the log was not asked for.
        done = sum(by_step.get(step, float(step < last)) for step in range(1, last + 1))
        return min(done / total, 1.0)


def state_of(job: JobType) -> str:
    """Return the state of a job in the spelling of today: ``ABORT_PENDING`` is ``ABORTED_PENDING``."""
    return _states().ABORTED_PENDING if job.status in _states().ABORTING else job.status


def last_task(job: JobType) -> JobTaskType | None:
    """Return the record of the step that a job came to last; ``None`` when its log is empty or not there."""
    return next(iter(reversed(_tasks(job.log))), None)


def failed_step(job: JobType) -> JobTaskType | None:
    """Return the record of the step that a job failed in; ``None`` for a job that did not fail, or does not tell."""
    if not job.failed:
        return None
    tasks = _tasks(job.log)[::-1]
    found = next((task for task in tasks if _has_failed(task)), None)
    found = found or next((task for task in tasks if task.error_message), None)
    # A step may have been given up without a word, such as `DISAPPEARED`; an abort is no step's fault.
    return found or (tasks[0] if tasks and job.status != _states().ABORTED else None)


def error_message(job: JobType) -> str | None:
    """Return why a job failed, as the server puts it: in the log of its last failure, or in the job's data."""
    step = failed_step(job)
    found = next(_messages([step]), None) if step else None
    return found or next((pair.value for pair in job.data or () if pair.key == "errorMessage"), None)


def task_progress(task: JobTaskType) -> float:
    """Return how far the run of a step is, by its own account: a fraction from ``0.0`` to ``1.0``."""
    progress = task.progress
    if progress is None or not progress.total or progress.value is None:
        return 0.0
    return min(max(progress.value / progress.total, 0.0), 1.0)


def _states() -> type[JobState]:
    states: type[JobState] = find_model("JobState")
    return states


def _tasks(log: JobTypeLog | None) -> list[JobTaskType]:
    return (log.task if log else None) or []


def _has_failed(task: JobTaskType) -> bool:
    # By the beginning of the word: it may be one for steps (`FAILED_FATAL`) or for jobs (`FAILED_TOTAL`).
    return (task.status or "").startswith("FAILED")


def _fraction(task: JobTaskType) -> float:
    return 1.0 if task.status == "FINISHED" else task_progress(task)


def _messages(tasks: Iterable[JobTaskType]) -> Iterator[str]:
    """Yield what went wrong in some tasks, or in the parts that they were split into."""
    for task in tasks:
        if task.error_message:
            yield task.error_message
        yield from _messages(task.sub_task or ())
