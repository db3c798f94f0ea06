"""The state of a job, derived from its document: whether and how it ended, and its progress."""

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
    """Properties of a job that are derived from its document."""

    __slots__ = ()

    if TYPE_CHECKING:
        status: str
        total_steps: int | None
        current_step: JobTypeCurrentStep | None
        log: JobTypeLog | None

    @property
    def is_final(self) -> bool:
        """Whether the job has ended.

        ``True`` if its ``status`` is in ``JobState.FINAL``. An unknown or missing state is not final.
        """
        return self.status in _states().FINAL

    @property
    def failed(self) -> bool:
        """Whether the job has failed or was aborted.

        ``True`` if its ``status`` is in ``JobState.FAILED``. A job that is being aborted has not failed yet.
        """
        return self.status in _states().FAILED

    @property
    def progress(self) -> float:
        """The progress of the job, from ``0.0`` to ``1.0``.

        All steps have the same weight. The running step counts by its own progress, if the document contains it. A job
        that succeeded has ``1.0``; a job that failed or was aborted keeps the progress that it had.
        """
        if self.status in _states().SUCCEEDED:
            return 1.0
        total = self.total_steps or 0
        if total < 1:
            return 0.0
        by_step = {task.step: _fraction(task) for task in _tasks(self.log) if 1 <= task.step <= total}
        current = self.current_step.number if self.current_step else 0
        last = min(max([current or 0, *by_step]), total)
        # Earlier steps without a log entry are complete: they were skipped, or the log was not requested.
        done = sum(by_step.get(step, float(step < last)) for step in range(1, last + 1))
        return min(done / total, 1.0)


def state_of(job: JobType) -> str:
    """Return the state of a job, with the former ``ABORT_PENDING`` as ``ABORTED_PENDING``.

    :param job: a job
    :returns: The state, such as ``JobState.STARTED``.
    """
    return _states().ABORTED_PENDING if job.status in _states().ABORTING else job.status


def last_task(job: JobType) -> JobTaskType | None:
    """Return the log entry of the last step that a job has started.

    :param job: a job with its log
    :returns: The log entry; ``None`` if the log is empty or missing.
    """
    return next(iter(reversed(_tasks(job.log))), None)


def failed_step(job: JobType) -> JobTaskType | None:
    """Return the log entry of the step in which a job failed.

    :param job: a job with its log
    :returns: The log entry; ``None`` if the job has not failed or the log does not contain the step.
    """
    if not job.failed:
        return None
    tasks = _tasks(job.log)[::-1]
    found = next((task for task in tasks if _has_failed(task)), None)
    found = found or next((task for task in tasks if task.error_message), None)
    # A step can fail without an error message (`DISAPPEARED`). When a job is aborted, no step has failed.
    return found or (tasks[0] if tasks and job.status != _states().ABORTED else None)


def error_message(job: JobType) -> str | None:
    """Return the server's error message for a failed job: from the log of the failed step, else from the job's data.

    :param job: a job with its log and its data
    :returns: The message; ``None`` if there is none.
    """
    step = failed_step(job)
    found = next(_messages([step]), None) if step else None
    return found or next((pair.value for pair in job.data or () if pair.key == "errorMessage"), None)


def task_progress(task: JobTaskType) -> float:
    """Return the progress of a step.

    :param task: a log entry of a job
    :returns: The progress, from ``0.0`` to ``1.0``; ``0.0`` if the log entry does not contain it.
    """
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
    # By prefix: servers report states of steps (`FAILED_FATAL`) and of jobs (`FAILED_TOTAL`).
    return (task.status or "").startswith("FAILED")


def _fraction(task: JobTaskType) -> float:
    return 1.0 if task.status == "FINISHED" else task_progress(task)


def _messages(tasks: Iterable[JobTaskType]) -> Iterator[str]:
    """Yield the error messages of log entries and of their subtasks."""
    for task in tasks:
        if task.error_message:
            yield task.error_message
        yield from _messages(task.sub_task or ())
