"""Hooks of the scheduler, by which other folders act on the events of jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from vidispine.simulator.jobs.job_store import Job

__all__ = ["DONE", "JobHooks", "StepResult"]


class StepResult(NamedTuple):
    """How the work of a step goes. Without members, it is done."""

    error: str | None = None
    """Why the step fails."""
    wait: int | None = None
    """Milliseconds until the next call."""


DONE = StepResult()


class JobHooks:
    """Called by the scheduler. This class does nothing."""

    def complete_step(self, job: Job, at: int) -> StepResult:
        """Perform the work of a step. Called when its duration is over, before it ends."""
        return DONE

    def job_changed(self, event: str, job: Job, at: int) -> None:
        """Handle an event of a job: ``CREATE``, ``UPDATE`` at each step, or ``STOP`` at the end."""
