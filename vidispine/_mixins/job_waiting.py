"""What ``JobApi`` has beside its operations: waiting for jobs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from vidispine.api.job_api import JobApi
    from vidispine.models.job_type import JobType

__all__ = ["JobWaiting"]


class JobWaiting:
    """Waits for jobs to end."""

    _clock: Any = time
    """What tells the time and sleeps."""

    def wait_for_job(
        self,
        job: JobType | str,
        *,
        timeout: float | None = None,
        poll_interval: float | None = None,
        on_progress: Callable[[JobType], object] | None = None,
        raise_on_failure: bool = True,
    ) -> JobType:
        """Wait until a job has ended, and return it.

        The job is read with ``get_job``, on this thread, until its state is in ``JobState.FINAL``. Waiting changes
        nothing on the server: when it ends early, for whatever reason, the job goes on, and its id is all it takes to
        wait for it again. A job that is ``WAITING`` for something that is missing is waited for as any other.

        A poll that finds no server, gets no answer within a minute, or is answered with 429 or 5xx, is made again at
        the next turn, until the timeout, or without one until ten minutes have passed in which none succeeded. Any
        other error ends the wait at once.

        :param job: the job as any operation returned it, or its id, such as ``VX-29``
        :param timeout: seconds to wait at most; ``0`` looks once, ``None`` waits as long as it takes
        :param poll_interval: seconds from one poll to the next; half a second that grows to 5 when left out
        :param on_progress: called with the job when it was read first, and then whenever its state or its step is
            another; what it raises ends the wait
        :param raise_on_failure: ``False`` returns a job that failed or was aborted, instead of raising an error
        :returns: The job in its final state, with its log and all its data.
        :raises JobFailedError: The job ended ``FAILED_TOTAL`` or ``ABORTED``.
        :raises JobTimeoutError: The time is over, and the job is not.
        :raises NotFoundException: No job has this id.
        :raises ApiTypeError: An argument has the wrong type; nothing was sent.
        :raises ApiValueError: An argument cannot be right, such as a negative timeout; nothing was sent.
        """
        from vidispine._mixins.waiting import Options, Wait  # few programs wait

        options = Options("wait_for_job", timeout, poll_interval, on_progress, raise_on_failure)
        return next(Wait(cast("JobApi", self), [job], options, self._clock))

    def wait_for_jobs(
        self,
        jobs: Iterable[JobType | str],
        *,
        timeout: float | None = None,
        poll_interval: float | None = None,
        on_progress: Callable[[JobType], object] | None = None,
        raise_on_failure: bool = True,
    ) -> Iterator[JobType]:
        """Wait for several jobs, and yield each as it ends.

        Servers cannot be asked for some jobs by their ids, so the jobs are read in turn, each as by ``wait_for_job``,
        and without a ``poll_interval`` no more than 20 a second.

        An error that is raised for one job, because it failed or is not there, does not lose the others: the iterator
        goes on with them at the next ``next()``. A ``for`` loop that an error has left can be followed by another one
        over the same iterator. A timeout is the end of it.

        :param jobs: jobs as operations returned them, or their ids; a job that is given twice is yielded once
        :param timeout: seconds from this call until all of them have to be over; ``0`` looks at each once, ``None``
            waits as long as it takes
        :param poll_interval: seconds from one poll of a job to its next; half a second that grows to 5 when left out,
            and to more with over 100 jobs
        :param on_progress: called with each job when it was read first, and then whenever its state or its step is
            another; what it raises ends neither the wait nor the iterator
        :param raise_on_failure: ``False`` yields jobs that failed or were aborted as well, instead of raising an error
        :returns: An iterator over the jobs in their final states, each with its log and all its data.
        :raises JobFailedError: By ``next()``: a job ended ``FAILED_TOTAL`` or ``ABORTED``.
        :raises JobTimeoutError: By ``next()``: the time is over, and some jobs are not.
        :raises NotFoundException: By ``next()``: no job has one of the ids.
        :raises ApiTypeError: An argument has the wrong type; nothing was sent.
        :raises ApiValueError: An argument cannot be right, such as a negative timeout; nothing was sent.
        """
        from vidispine._mixins.waiting import Options, Wait

        options = Options("wait_for_jobs", timeout, poll_interval, on_progress, raise_on_failure)
        return Wait(cast("JobApi", self), jobs, options, self._clock)
