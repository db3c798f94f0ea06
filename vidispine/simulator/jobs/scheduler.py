"""The scheduler: moves jobs through their states.

It has no clock. Each job with a future event has a ``due`` time. :meth:`Scheduler.advance` processes all events up to a
given time, in order. The result does not depend on the times and the number of calls, so tests can control the time.

Times are in milliseconds since 1970.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vidispine.jobs import SUCCEEDED
from vidispine.simulator.jobs.behavior import Behavior
from vidispine.simulator.jobs.extensions import DONE
from vidispine.simulator.jobs.job_store import JobStore, progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vidispine.simulator.database.connection import Database
    from vidispine.simulator.jobs.extensions import Extension
    from vidispine.simulator.jobs.job_store import Job

BEGUN = "STARTED", "WAITING", "VIDINET_JOB"
"""States of jobs that have begun. Aborting such a job always includes a cleanup."""

_MAX_SPEED = 1e12
_MAX_MILLISECONDS = 100 * 365 * 86_400_000
"""The longest duration, 100 years. The database has no room for any number."""

IMMEDIATE = 0
"""The priority whose jobs start without a free slot."""

CLEANUP_MILLISECONDS = 500
"""Duration of the cleanup of an aborted job."""

FROZEN_PROGRESS = 40.0
"""Progress of the step in which a job is frozen, in percent."""

FAILURE_POINT = 0.5
"""Part of the duration of a step after which a failing attempt fails."""


class Scheduler:
    """Creates jobs and moves them from state to state."""

    def __init__(
        self, database: Database, concurrent_jobs: int = 3, speed: float = 1.0, extensions: Sequence[Extension] = ()
    ) -> None:
        """Create a scheduler.

        :param concurrent_jobs: number of slots
        :param speed: divides all durations
        :param extensions: perform the work of steps, and handle the events of jobs
        """
        self.jobs = JobStore(database)
        self._concurrent_jobs = concurrent_jobs
        self._speed = max(float(min(speed, _MAX_SPEED)), 1 / _MAX_SPEED)
        self._extensions = extensions

    def notify(self, event: str, job: Job, at: int) -> None:
        """Let the extensions handle an event of a job."""
        for extension in self._extensions:
            extension.job_changed(event, job, at)

    @contextmanager
    def all_slots_free(self) -> Iterator[None]:
        """Start jobs without regard to slots."""
        slots, self._concurrent_jobs = self._concurrent_jobs, sys.maxsize
        try:
            yield
        finally:
            self._concurrent_jobs = slots

    def advance(self, now: int) -> None:
        """Process all events up to and including ``now``."""
        while True:
            job = self.jobs.next_due(now)
            if job is None or job.due is None:
                return
            at = job.due
            self._process_event(job, at)
            self.dispatch(at)

    def dispatch(self, at: int) -> None:
        """Start waiting jobs: by priority, then oldest first."""
        while True:
            job = self.jobs.next_ready()
            if job is None or (job.priority != IMMEDIATE and self.jobs.slots_taken() >= self._concurrent_jobs):
                return
            self._start(job, at)

    def abort(self, job: Job, at: int, *, cleanup: bool = True, reason: str | None = None) -> None:
        """Abort a job. No effect on final jobs and jobs that are being aborted."""
        if job.is_final or job.status == "ABORTED_PENDING":
            return
        if reason:
            self.jobs.write_data(job.serial, abortReason=reason)
        for child in self.jobs.children(job):
            self.abort(child, at, cleanup=cleanup, reason=reason)
        if job.status not in BEGUN and not cleanup:
            self._interrupt(job, at, reason)
            self._finish(job, "ABORTED", at)
        else:
            self._start_cleanup(job, at, reason)
        self.dispatch(at)

    def set_priority(self, job: Job, priority: int, at: int) -> None:
        """Set the priority of a job. A running job continues."""
        self.jobs.update(job, priority=priority)
        self.dispatch(at)

    def release(self, job: Job, at: int) -> None:
        """Release a job from HOLD."""
        self.jobs.update(job, status="READY")
        self.dispatch(at)

    def resolve(self, problem: int, at: int) -> list[int]:
        """Resolve a problem. Return the serial numbers of the jobs that waited for it; they are ready again."""
        jobs = self.jobs.resolve_problem(problem)
        for job in jobs:
            self.jobs.update(job, status="READY", phase="waited", problem=None)
            self.jobs.update_task(job, "READY", at)
        self.dispatch(at)
        return [job.serial for job in jobs]

    # Events

    def _process_event(self, job: Job, at: int) -> None:
        if job.status == "VIDINET_JOB":
            self.jobs.update_task(job, "STARTED_ASYNCHRONOUS", at, progress=100.0)
            self.jobs.update(job, status="READY", phase="returned", due=None)
        elif job.status == "ABORTED_PENDING":
            self._end_cleanup(job, at)
        else:
            self._end_attempt(job, at)

    def _start(self, job: Job, at: int) -> None:
        """Give a job a slot and continue it."""
        phase = job.phase
        started = at if phase == "new" else job.started
        self.jobs.update(job, status="STARTED", phase="running", slot=0 if job.parent else 1, started=started)
        if phase == "new":
            self.jobs.write_data(job.serial, totalSteps=len(job.plan.steps))
            self._start_sub_jobs(job, at)
            self._enter_step(job, 1, at)
        elif phase == "waited":
            self._run_step(job, at)
        else:
            self._end_attempt(job, at)

    def _start_sub_jobs(self, job: Job, at: int) -> None:
        count = job.plan.sub_jobs
        for number in range(1, count + 1):
            plan = Behavior((f"Part {number} of {count}",), job.plan.seconds / 2)
            serial = self.jobs.create(
                at, job.user, job.type, job.priority, plan, self.jobs.initial_data(job.serial), job.serial
            )
            child = self.jobs.get(serial)
            if child:
                self._start(child, at)

    def _enter_step(self, job: Job, step: int, at: int) -> None:
        self.jobs.add_task(job, step, 1, at)
        self.notify("UPDATE", job, at)
        if job.plan.wait_for is not None and job.plan.wait_at == step:
            self.jobs.update_task(job, "WAITING", at)
            self.jobs.update(job, status="WAITING", slot=0, due=None, problem=self.jobs.problem_for(job.plan))
        else:
            self._run_step(job, at)

    def _run_step(self, job: Job, at: int) -> None:
        """Start an attempt of the current step."""
        plan = job.plan
        if job.step == plan.freezing_step:
            self._freeze(job, at)
            return
        # Rounding the ends of the steps makes the durations add up to that of the job.
        until = [self._scaled(plan.milliseconds_until(step)) for step in (job.step - 1, job.step)]
        duration = until[1] - until[0]
        fraction = FAILURE_POINT if job.step in (plan.fail_at, plan.warn_at) else 1.0
        is_remote = plan.vidinet_at == job.step
        self.jobs.update_task(
            job, "STARTED_ASYNCHRONOUS" if is_remote else "STARTED", at, duration=duration, running_since=at
        )
        self.jobs.update(job, due=at + round(duration * fraction))
        if is_remote:
            self.jobs.update(job, status="VIDINET_JOB", slot=0)

    def _freeze(self, job: Job, at: int) -> None:
        """Stop a job in its current step, without a slot and without a next event."""
        is_remote = job.plan.vidinet_at == job.step
        self.jobs.update_task(job, "STARTED_ASYNCHRONOUS" if is_remote else "STARTED", at, progress=FROZEN_PROGRESS)
        self.jobs.update(job, status="VIDINET_JOB" if is_remote else "STARTED", phase="frozen", slot=0, due=None)

    def _end_attempt(self, job: Job, at: int) -> None:
        """End the current attempt according to the behavior."""
        plan = job.plan
        if job.step == plan.fail_at:
            self._fail_attempt(job, at)
            return
        results = [extension.complete_step(job, at) for extension in self._extensions]
        result = next((result for result in results if result != DONE), DONE)
        if result.error is not None:
            self._fail(job, result.error, at)
        elif result.wait is not None:
            self.jobs.update(job, due=at + result.wait)
        else:
            self._continue(job, at)

    def _continue(self, job: Job, at: int) -> None:
        """Enter the next step, or finish the job."""
        plan = job.plan
        if job.step == plan.warn_at:
            self.jobs.update_task(job, "FAILED_TOTAL", at, error=plan.error_message(job.step))
            self.jobs.update(job, warned=1)
        else:
            self.jobs.update_task(job, "FINISHED", at, progress=100.0)
        if job.step < len(plan.steps):
            self._enter_step(job, job.step + 1, at)
        else:
            self._finish(job, "FINISHED_WARNING" if job.warned else "FINISHED", at)

    def _fail_attempt(self, job: Job, at: int) -> None:
        message = job.plan.error_message(job.step)
        task = self.jobs.task(job)
        if task is not None and task["attempt"] < job.plan.attempts:
            self.jobs.update_task(job, "FAILED_RETRY", at, error=message)
            self.jobs.add_task(job, job.step, task["attempt"] + 1, at)
            self._run_step(job, at)
        else:
            self._fail(job, message, at)

    def _fail(self, job: Job, message: str, at: int) -> None:
        self.jobs.update_task(job, "FAILED_FATAL", at, error=message)
        self.jobs.write_data(job.serial, errorMessage=message)
        self._finish(job, "FAILED_TOTAL", at)

    def _finish(self, job: Job, status: str, at: int) -> None:
        self.jobs.clear_problem(job)
        self.jobs.update(job, status=status, finished=at, phase="over", slot=0, due=None)
        for child in self.jobs.children(job):
            if child.is_final:
                continue
            if child.status == "ABORTED_PENDING":
                self._end_cleanup(child, at)
            elif status in SUCCEEDED:
                self._end_attempt(child, at)
            else:
                self._interrupt(child, at, None)
                self._finish(child, "ABORTED", at)
        self.notify("STOP", job, at)

    def _start_cleanup(self, job: Job, at: int, reason: str | None) -> None:
        self._interrupt(job, at, reason)
        self.jobs.clear_problem(job)
        duration = self._scaled(CLEANUP_MILLISECONDS)
        self.jobs.add_cleanup_task(job, at, duration)
        if job.plan.freeze == "ABORTED_PENDING":
            self.jobs.update(job, status="ABORTED_PENDING", phase="frozen", slot=0, due=None)
        else:
            self.jobs.update(job, status="ABORTED_PENDING", phase="cleanup", due=at + duration)

    def _end_cleanup(self, job: Job, at: int) -> None:
        self.jobs.finish_running_tasks(job, at)
        self._finish(job, "ABORTED", at)

    def _interrupt(self, job: Job, at: int, reason: str | None) -> None:
        """End the current attempt of an aborted job."""
        task = self.jobs.task(job)
        if task is not None:
            error = "the job was aborted" + (f": {reason}" if reason else "")
            self.jobs.update_task(job, "FAILED_FATAL", at, progress=progress(task, at), error=error)

    def _scaled(self, milliseconds: float) -> int:
        return round(min(milliseconds / self._speed, _MAX_MILLISECONDS))
