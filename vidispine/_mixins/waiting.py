"""Waiting for jobs: polls them, by a growing interval, until they have ended."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from vidispine._calls.parameters import to_path
from vidispine._mixins.job_state import JobOutcome, error_message, failed_step, last_task, state_of
from vidispine.exceptions import (
    ApiConnectionError,
    ApiException,
    ApiResponseError,
    ApiTimeoutError,
    ApiTypeError,
    ApiValueError,
    JobFailedError,
    JobTimeoutError,
    ServiceException,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from typing_extensions import Self

    from vidispine.api.job_api import JobApi
    from vidispine.models.job_type import JobType

__all__ = ["Options", "Wait"]

FIRST_INTERVAL = 0.5
LONGEST_INTERVAL = 5.0
GROWTH = 1.5
POLLS_PER_SECOND = 20
"""Polls that are made in a second at most, whatever the number of jobs; unless an interval is given."""

POLL_SECONDS = 60.0
"""What a poll may take with its retries; then it is made again at the next turn."""

LAST_POLL_SECONDS = 2.0
"""What a poll at the end of a timeout may take beyond it, and all that are made then, when none fails."""

PATIENCE = 600.0
"""Seconds without a poll that succeeds, after which a wait without a timeout gives up."""

_BROKEN = (ApiConnectionError, ApiTimeoutError, ApiResponseError, ServiceException)


class Options:
    """How to wait: the keywords of ``wait_for_job``, checked.

    :param name: the method that they were given to
    :raises ApiTypeError, ApiValueError: one of them cannot be used
    """

    def __init__(
        self,
        name: str,
        timeout: float | None,
        poll_interval: float | None,
        on_progress: Callable[[JobType], object] | None,
        raise_on_failure: bool,
    ) -> None:
        self.name = name
        self.timeout = self._seconds("timeout", timeout)
        self.poll_interval = self._seconds("poll_interval", poll_interval)
        if self.poll_interval == 0:
            raise ApiValueError(f"{name}: poll_interval must be a number of seconds above 0")
        if on_progress is not None and not callable(on_progress):
            raise ApiTypeError(f"{name}: on_progress must be callable, not a {type(on_progress).__name__}")
        if not isinstance(raise_on_failure, bool):
            raise ApiTypeError(
                f"{name}: raise_on_failure must be True or False, not a {type(raise_on_failure).__name__}"
            )
        self.on_progress = on_progress
        self.raise_on_failure = raise_on_failure

    def _seconds(self, keyword: str, value: Any) -> float | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ApiTypeError(f"{self.name}: {keyword} must be a number of seconds, not a {type(value).__name__}")
        if not 0 <= value < math.inf:
            raise ApiValueError(f"{self.name}: {keyword} must be a number of seconds from 0 up, not {value!r}")
        return float(value)


class _Watched:
    """A job that is waited for."""

    def __init__(self, job_id: str, job: JobType | None, due: float) -> None:
        self.job_id = job_id
        self.job = job
        self.due = due
        self.interval = FIRST_INTERVAL
        self.seen: tuple[str, Any] | None = None
        self.answered = False
        self.looked_at_the_end = False


class Wait:
    """An iterator over jobs in the order in which they end.

    :param api: what reads the jobs
    :param jobs: jobs or their ids
    :param options: how to wait
    :param clock: tells the time by ``monotonic()`` and waits by ``sleep(seconds)``
    :raises ApiTypeError, ApiValueError: something among the jobs cannot be the job or the id of one
    """

    def __init__(self, api: JobApi, jobs: Iterable[JobType | str], options: Options, clock: Any) -> None:
        self._api = api
        self._options = options
        self._clock = clock
        began: float = clock.monotonic()
        self._end = None if options.timeout is None else began + options.timeout
        self._waiting = _watched(options.name, jobs, began)
        self._number = len(self._waiting)
        self._broken: ApiException | None = None
        self._broken_since = began
        self._overtime = 0.0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> JobType:
        while self._waiting:
            watched = min(self._waiting, key=lambda job: (job.looked_at_the_end, self._due(job)))
            if watched.looked_at_the_end or self._is_too_late_for(watched):
                raise self._timed_out()
            self._sleep_until(self._due(watched))
            job = self._look(watched)
            if job is not None and job.is_final:
                self._waiting.remove(watched)
                return self._ended(job)
        raise StopIteration

    # Time

    def _due(self, watched: _Watched) -> float:
        """Return when to look at a job next: at the end of the time once more."""
        return watched.due if self._end is None else min(watched.due, self._end)

    def _sleep_until(self, moment: float) -> None:
        seconds = moment - self._clock.monotonic()
        if seconds > 0:
            self._clock.sleep(seconds)

    def _is_too_late_for(self, watched: _Watched) -> bool:
        """Tell whether the last looks took so long that a job which was looked at before is not once more."""
        return watched.answered and self._overtime > LAST_POLL_SECONDS

    def _seconds_for_a_poll(self) -> float:
        if self._end is None:
            return POLL_SECONDS
        left: float = self._end - self._clock.monotonic()
        return max(min(left, POLL_SECONDS), LAST_POLL_SECONDS)

    # Looking

    def _look(self, watched: _Watched) -> JobType | None:
        """Return a job as it is now; ``None`` when that could not be found out.

        :raises ApiException: and never will be
        :raises JobTimeoutError: in the time that there was
        """
        began = self._clock.monotonic()
        watched.looked_at_the_end = self._end is not None and began >= self._end
        try:
            job = self._api.get_job(watched.job_id, metadata=True, _deadline=self._seconds_for_a_poll())
        except ApiException as error:
            self._count_on_another_try(watched, error)
            return None
        finally:
            self._plan_the_next_look(watched, began)
        self._broken = None
        watched.job = job
        watched.answered = True
        self._report(watched, job)
        return job

    def _plan_the_next_look(self, watched: _Watched, began: float) -> None:
        now = self._clock.monotonic()
        if watched.looked_at_the_end:
            self._overtime += now - began
        given = self._options.poll_interval
        interval = given or max(watched.interval, len(self._waiting) / POLLS_PER_SECOND)
        watched.interval = min(watched.interval * GROWTH, LONGEST_INTERVAL)
        watched.due = now + interval

    def _count_on_another_try(self, watched: _Watched, error: ApiException) -> None:
        """Note that a poll broke.

        :raises ApiException: another one would not help
        :raises JobTimeoutError: there is no time for another one
        """
        if not _may_succeed_later(error):
            self._waiting.remove(watched)
            raise error
        now = self._clock.monotonic()
        if self._broken is None:
            self._broken_since = now
        self._broken = error
        if watched.looked_at_the_end:
            raise self._timed_out() from error
        if self._end is None and now - self._broken_since >= PATIENCE:
            # Who goes on waiting starts afresh.
            self._broken = None
            error.hint = (
                f"no poll succeeded for {PATIENCE / 60:g} minutes; the job goes on, wait for it again by its id"
            )
            raise error

    def _report(self, watched: _Watched, job: JobType) -> None:
        seen = (state_of(job), _step_number(job))
        if seen != watched.seen:
            watched.seen = seen
            if self._options.on_progress is not None:
                self._options.on_progress(job)

    # Endings

    def _ended(self, job: JobType) -> JobType:
        if job.failed and self._options.raise_on_failure:
            raise JobFailedError(
                job, step=failed_step(job), error_message=error_message(job), operation=self._options.name
            )
        return job

    def _timed_out(self) -> JobTimeoutError:
        waiting, self._waiting = self._waiting, []
        error = JobTimeoutError(
            waiting[0].job,
            job_ids=[watched.job_id for watched in waiting],
            timeout=self._options.timeout or 0,
            number=self._number,
            operation=self._options.name,
        )
        # Why the last poll broke, when it did.
        error.__cause__ = self._broken
        return error


def _watched(name: str, jobs: Any, now: float) -> list[_Watched]:
    """Return what to wait for, each job once."""
    if isinstance(jobs, str):
        jobs = [jobs]
    if not hasattr(jobs, "__iter__"):
        raise ApiTypeError(f"{name}: jobs must be jobs or ids of jobs, not a {type(jobs).__name__}")
    found: dict[str, _Watched] = {}
    for job in jobs:
        document: JobType | None = job if isinstance(job, JobOutcome) else None  # type: ignore[assignment]
        job_id = job if document is None else document.job_id
        if document is not None and job_id is None:
            raise ApiValueError(f"{name}: the job has no job_id")
        if not isinstance(job_id, str):
            raise ApiTypeError(f"{name}: a job must be a JobType or the id of one, not a {type(job).__name__}")
        to_path(f"{name}: the id of a job", job_id, safe="")
        found.setdefault(job_id, _Watched(job_id, document, now))
    return list(found.values())


def _may_succeed_later(error: ApiException) -> bool:
    """Tell whether a poll that ended so may be another time's success: too many requests, no server, no answer."""
    return error.status == 429 or (isinstance(error, _BROKEN) and error.status != 501)


def _step_number(job: JobType) -> int | None:
    if job.current_step is not None:
        return job.current_step.number
    task = last_task(job)
    return task.step if task else None
