"""The methods of ``JobApi`` that wait for jobs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from threading import Event

    from vidispine.api.job_api import JobApi
    from vidispine.models.job_type import JobType

__all__ = ["JobWaiting"]


class JobWaiting:
    """Waits until jobs have ended."""

    _clock: Any = time
    """Provides ``monotonic()`` and ``sleep(seconds)``; tests replace it."""

    def wait_for_job(
        self,
        job: JobType | str,
        *,
        timeout: float | None = None,
        poll_interval: float | None = None,
        on_progress: Callable[[JobType], object] | None = None,
        raise_on_failure: bool = True,
        stop: Event | None = None,
    ) -> JobType:
        """Wait until a job has ended, and return it.

        Polls the job with ``get_job``, on the calling thread, until its state is in ``JobState.FINAL``. Waiting changes
        nothing on the server. If the wait ends early, the job continues, and you can wait for it again by its id. Jobs
        in state ``WAITING`` are waited for like all others.

        ::

            job = client.item.create_item_transcode_job("VX-93", tag=["lowres"])
            job = client.job.wait_for_job(job, timeout=600)
            print(job.job_id, job.status)

        Transient polling errors do not end the wait: connection errors, no response within one minute, and the statuses
        429 and 5xx. Polling continues until the timeout. Without a timeout, the wait fails with the last error after
        ten minutes without a successful poll. All other errors end the wait immediately.

        :param job: the job as an operation returned it, or its id, such as ``VX-29``
        :param timeout: the maximum time to wait, in seconds; ``0`` checks once. Default: waits until the job ends
        :param poll_interval: the time between polls, in seconds. Default: 0.5 seconds, increasing to 5
        :param on_progress: called with the job on the first poll and on every change of state or step. An exception
            that it raises ends the wait. Default: not called
        :param raise_on_failure: whether to raise ``JobFailedError`` for a job that failed or was aborted; ``False``
            returns the job instead. Default: ``True``
        :param stop: ends the wait when it is set, also from another thread or a signal handler. Default: none
        :returns: The job in its final state, with its log and all its data.
        :raises JobFailedError: The job ended with ``FAILED_TOTAL`` or ``ABORTED``.
        :raises JobTimeoutError: The job did not end within the timeout.
        :raises WaitStoppedError: ``stop`` was set. ``job_ids`` has the id of the job, which continues.
        :raises NotFoundException: There is no job with this id.
        :raises ApiTypeError: An argument has the wrong type. Nothing was sent.
        :raises ApiValueError: An argument has an invalid value, such as a negative timeout. Nothing was sent.
        """
        from vidispine._mixins.waiting import JobWaiter, WaitOptions

        options = WaitOptions("wait_for_job", timeout, poll_interval, on_progress, raise_on_failure, stop)
        return next(JobWaiter(cast("JobApi", self), [job], options, self._clock))

    def wait_for_jobs(
        self,
        jobs: Iterable[JobType | str],
        *,
        timeout: float | None = None,
        poll_interval: float | None = None,
        on_progress: Callable[[JobType], object] | None = None,
        raise_on_failure: bool = True,
        stop: Event | None = None,
    ) -> Iterator[JobType]:
        """Wait for several jobs, and yield each one when it ends.

        ::

            jobs = [client.item.create_item_transcode_job(item_id, tag=["lowres"]) for item_id in ("VX-93", "VX-94")]
            for job in client.job.wait_for_jobs(jobs, timeout=600, raise_on_failure=False):
                print(job.job_id, job.status)

        Servers cannot return several jobs by their ids, so the jobs are polled sequentially, as by ``wait_for_job``.
        Without a ``poll_interval``, there are at most 20 polls per second.

        An error for one job, such as ``JobFailedError``, does not end the iterator. The following ``next()`` continues
        with the other jobs, and so does a new ``for`` loop over the same iterator. ``JobTimeoutError`` and
        ``WaitStoppedError`` end it.

        :param jobs: the jobs as operations returned them, or their ids. Each job is yielded once, even if given twice
        :param timeout: the maximum time to wait for all jobs, in seconds from this call; ``0`` checks each job once.
            Default: waits until all jobs have ended
        :param poll_interval: the time between polls of the same job, in seconds. Default: 0.5 seconds, increasing to 5,
            and to more with over 100 jobs
        :param on_progress: called with a job on its first poll and on every change of its state or step. An exception
            that it raises is raised by ``next()`` and does not end the iterator. Default: not called
        :param raise_on_failure: whether to raise ``JobFailedError`` for a job that failed or was aborted; ``False``
            yields the job instead. Default: ``True``
        :param stop: ends the wait when it is set, also from another thread or a signal handler. Default: none
        :returns: An iterator over the jobs in their final states, with their logs and all their data.
        :raises JobFailedError: Raised by ``next()``: a job ended with ``FAILED_TOTAL`` or ``ABORTED``.
        :raises JobTimeoutError: Raised by ``next()``: some jobs did not end within the timeout.
        :raises WaitStoppedError: Raised by ``next()``: ``stop`` was set. ``job_ids`` has the ids of all other jobs.
        :raises NotFoundException: Raised by ``next()``: there is no job with one of the ids.
        :raises ApiTypeError: An argument has the wrong type. Nothing was sent.
        :raises ApiValueError: An argument has an invalid value, such as a negative timeout. Nothing was sent.
        """
        from vidispine._mixins.waiting import JobWaiter, WaitOptions

        options = WaitOptions("wait_for_jobs", timeout, poll_interval, on_progress, raise_on_failure, stop)
        return JobWaiter(cast("JobApi", self), jobs, options, self._clock)
