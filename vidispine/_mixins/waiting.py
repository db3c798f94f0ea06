"""Polls jobs, with exponential backoff, until they have ended."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from vidispine._calls.parameters import to_path
from vidispine._mixins.job_state import JobOutcome, error_message, failed_step, last_task, state_of
from vidispine._transport.deadline import MAX_TIMEOUT
from vidispine._transport.errors import cause_of
from vidispine._transport.retry import MAX_OUTAGE, POLL, RetryLoop
from vidispine._values.checks import check_boolean, check_seconds
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
    WaitStoppedError,
    kind_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from threading import Event

    from typing_extensions import Self

    from vidispine.api.job_api import JobApi
    from vidispine.models.job_type import JobType

__all__ = ["JobWaiter", "WaitOptions"]

INITIAL_INTERVAL = 0.5
"""Seconds between the first two polls of a job."""
MAX_INTERVAL = 5.0
"""The maximum number of seconds between two polls of a job."""
BACKOFF_FACTOR = 1.5
"""The factor by which the interval grows with each poll."""

MAX_POLLS_PER_SECOND = 20
"""The maximum rate of polls for all jobs together, unless an interval is given."""

POLL_TIMEOUT = 60.0
"""The maximum duration of a poll and its retries, in seconds."""

FINAL_POLL_TIMEOUT = 2.0
"""The maximum duration of the polls that are made when the timeout has expired, in seconds."""

_TRANSIENT = (ApiConnectionError, ApiTimeoutError, ApiResponseError, ServiceException)


class WaitOptions:
    """The checked keyword arguments of ``wait_for_job`` and ``wait_for_jobs``.

    :param name: the method that was called
    :raises ApiTypeError, ApiValueError: an argument is invalid
    """

    def __init__(
        self,
        name: str,
        timeout: float | None,
        poll_interval: float | None,
        on_progress: Callable[[JobType], object] | None,
        raise_on_failure: bool,
        stop: Event | None = None,
    ) -> None:
        self.name = name
        self.timeout = None if timeout is None else check_seconds(f"{name}: timeout", timeout, may_be_zero=True)
        self.poll_interval = poll_interval
        if poll_interval is not None:
            # No system sleeps longer at a time.
            self.poll_interval = min(check_seconds(f"{name}: poll_interval", poll_interval), MAX_TIMEOUT)
        if on_progress is not None and not callable(on_progress):
            raise ApiTypeError(f"{name}: on_progress must be callable, not {type(on_progress).__name__}")
        self.on_progress = on_progress
        self.raise_on_failure = check_boolean(f"{name}: raise_on_failure", raise_on_failure)
        if stop is not None and not (hasattr(stop, "is_set") and hasattr(stop, "wait")):
            raise ApiTypeError(f"{name}: stop must be a threading.Event, not {type(stop).__name__}")
        self.stop = stop


class PolledJob:
    """A job that has not ended, and when to poll it."""

    def __init__(self, job_id: str, job: JobType | None, due: float) -> None:
        self.job_id = job_id
        self.job = job
        self.due = due
        self.interval = INITIAL_INTERVAL
        self.reported: tuple[str, Any] | None = None
        """The state and step that ``on_progress`` was last called with."""
        self.was_read = False
        self.had_final_poll = False
        """Whether the job was polled after the timeout had expired."""


class JobWaiter:
    """An iterator over jobs in the order in which they end.

    :param api: the API that reads the jobs
    :param jobs: jobs or ids of jobs
    :param options: how to wait
    :param clock: provides ``monotonic()`` and ``sleep(seconds)``
    :raises ApiTypeError, ApiValueError: an element of ``jobs`` is neither a job nor a valid id
    """

    def __init__(self, api: JobApi, jobs: Iterable[JobType | str], options: WaitOptions, clock: Any) -> None:
        self._api = api
        self._options = options
        self._clock = clock
        started: float = clock.monotonic()
        self._end = None if options.timeout is None else started + options.timeout
        self._pending = _polled_jobs(options.name, jobs, started)
        self._number = len(self._pending)
        self._last_error: ApiException | None = None
        # A timeout already limits the wait.
        max_outage = MAX_OUTAGE if self._end is None else None
        self._loop = RetryLoop(POLL, None, ceiling=math.inf, max_outage=max_outage, clock=clock)
        self._overtime = 0.0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> JobType:
        while self._pending:
            polled = min(self._pending, key=lambda job: (job.had_final_poll, self._due(job)))
            if polled.had_final_poll or self._is_too_late_for(polled):
                raise self._timed_out()
            self._sleep_until(self._due(polled))
            job = self._poll(polled)
            if job is not None and job.is_final:
                self._pending.remove(polled)
                return self._ended(job)
        raise StopIteration

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self._pending)} of {self._number} jobs are pending>"

    # Time

    def _due(self, polled: PolledJob) -> float:
        """Return when to poll a job. Every job is polled a last time at the end of the timeout."""
        return polled.due if self._end is None else min(polled.due, self._end)

    def _sleep_until(self, due: float) -> None:
        """Wait until a job is due.

        :raises WaitStoppedError: the event ``stop`` is set
        """
        # No system sleeps longer at a time.
        seconds = min(due - self._clock.monotonic(), MAX_TIMEOUT)
        stop = self._options.stop
        if stop is not None:
            if stop.wait(max(seconds, 0)):
                pending, self._pending = self._pending, []
                raise WaitStoppedError([polled.job_id for polled in pending], operation=self._options.name)
        elif seconds > 0:
            self._clock.sleep(seconds)

    def _is_too_late_for(self, polled: PolledJob) -> bool:
        """Return whether the final polls took too long to poll a job again that was read before."""
        return polled.was_read and self._overtime > FINAL_POLL_TIMEOUT

    def _poll_timeout(self) -> float:
        if self._end is None:
            return POLL_TIMEOUT
        remaining: float = self._end - self._clock.monotonic()
        return max(min(remaining, POLL_TIMEOUT), FINAL_POLL_TIMEOUT)

    # Polling

    def _poll(self, polled: PolledJob) -> JobType | None:
        """Return the current state of a job; ``None`` after a transient error.

        :raises ApiException: the error is not transient
        :raises JobTimeoutError: the timeout has expired
        """
        started = self._clock.monotonic()
        polled.had_final_poll = self._end is not None and started >= self._end
        try:
            try:
                job = self._api.get_job(polled.job_id, metadata=True, _deadline=self._poll_timeout())
            finally:
                self._schedule(polled, started)
        except ApiException as error:
            self._handle_error(polled, error)
            return None
        self._last_error = None
        self._loop.restart()
        polled.job = job
        polled.was_read = True
        self._report(polled, job)
        return job

    def _schedule(self, polled: PolledJob, started: float) -> None:
        """Set when to poll a job next.

        :param started: when the last poll started
        """
        now = self._clock.monotonic()
        if polled.had_final_poll:
            self._overtime += now - started
        interval = self._options.poll_interval or max(polled.interval, len(self._pending) / MAX_POLLS_PER_SECOND)
        polled.interval = min(polled.interval * BACKOFF_FACTOR, MAX_INTERVAL)
        polled.due = now + interval

    def _handle_error(self, polled: PolledJob, error: ApiException) -> None:
        """Record a transient error.

        :raises ApiException: the error is not transient, or the outage lasts too long
        :raises JobTimeoutError: the timeout has expired
        """
        if not _is_transient(error):
            self._pending.remove(polled)
            raise error
        self._last_error = error
        if polled.had_final_poll:
            raise self._timed_out() from error
        seconds = self._loop.delay("GET", cause_of(error), asked=error.retry_after)
        if seconds is None:
            # If the caller continues to wait, a new outage starts.
            self._last_error = None
            self._loop.restart()
            error.hint = (
                f"no poll succeeded for {MAX_OUTAGE / 60:g} minutes; the job continues, wait for it again by its id"
            )
            raise error
        polled.due = max(polled.due, self._clock.monotonic() + seconds)

    def _report(self, polled: PolledJob, job: JobType) -> None:
        current = (state_of(job), _step_number(job))
        if current != polled.reported:
            polled.reported = current
            if self._options.on_progress is not None:
                self._options.on_progress(job)

    # Results

    def _ended(self, job: JobType) -> JobType:
        if job.failed and self._options.raise_on_failure:
            raise JobFailedError(
                job, step=failed_step(job), error_message=error_message(job), operation=self._options.name
            )
        return job

    def _timed_out(self) -> JobTimeoutError:
        pending, self._pending = self._pending, []
        error = JobTimeoutError(
            pending[0].job,
            job_ids=[polled.job_id for polled in pending],
            timeout=self._options.timeout or 0,
            number=self._number,
            operation=self._options.name,
        )
        error.__cause__ = self._last_error
        return error


def _polled_jobs(name: str, jobs: Any, now: float) -> list[PolledJob]:
    """Return the jobs to poll, without duplicates."""
    if isinstance(jobs, str):
        jobs = [jobs]
    if not hasattr(jobs, "__iter__"):
        raise ApiTypeError(f"{name}: jobs must be an iterable of jobs or job ids, not {kind_of(jobs)}")
    found: dict[str, PolledJob] = {}
    for job in jobs:
        document: JobType | None = job if isinstance(job, JobOutcome) else None  # type: ignore[assignment]
        job_id = job if document is None else document.job_id
        if document is not None and job_id is None:
            raise ApiValueError(f"{name}: the job has no job_id")
        if not isinstance(job_id, str):
            raise ApiTypeError(f"{name}: a job must be a JobType or a job id, not {kind_of(job)}")
        to_path(f"{name}: the job id", job_id, safe="")
        found.setdefault(job_id, PolledJob(job_id, document, now))
    return list(found.values())


def _is_transient(error: ApiException) -> bool:
    return error.status == 429 or (isinstance(error, _TRANSIENT) and error.status != 501)


def _step_number(job: JobType) -> int | None:
    if job.current_step is not None:
        return job.current_step.number
    task = last_task(job)
    return task.step if task else None
