"""What jobs bring about: the place where other areas of the simulator come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from vidispine.simulator.jobs.scheduler import Job

__all__ = ["Effects", "Verdict"]

Verdict = Union[str, int, None]
"""Why the step fails and the job with it; or in how many milliseconds to ask again; or ``None``: it goes on."""


class Effects:
    """Told by the scheduler what happens to jobs. In itself it does nothing."""

    def step_over(self, job: Job, at: int) -> Verdict:
        """Do the work of the step that has just had its time; it has not ended yet."""
        return None

    def changed(self, event: str, job: Job, at: int) -> None:
        """Take note of what happened to a job: ``CREATE``, ``UPDATE`` at each step, and ``STOP`` at its end."""
