"""What the steps of the demo work with: the server, the API, the jobs they started, and a way to wait for them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from vidispine.cli.errors import Failure

if TYPE_CHECKING:
    from vidispine import JobApi, JobType
    from vidispine.cli.output.demo import Screen
    from vidispine.simulator import Simulator

__all__ = ["CheckFailed", "Stage", "expect"]

POLL_SECONDS = 0.1
LIMIT_SECONDS = 30.0
"""How long a step waits for a job; many times what it takes on a slow machine."""


class CheckFailed(Failure):
    """A step of the demo did not do what it says."""


def expect(what: str, expected: Any, found: Any) -> None:
    """Check one thing that a step says.

    :raises CheckFailed: what was found is not what was expected
    """
    if found != expected:
        raise CheckFailed(f"{what}: expected {expected}, found {found}")


class Stage:
    """The demo's world."""

    def __init__(self, simulator: Simulator, api: JobApi, screen: Screen) -> None:
        """Set up the stage.

        :param simulator: for what no client can do: say how jobs go, and solve problems
        :param api: for everything else
        """
        self.simulator = simulator
        self.api = api
        self.screen = screen
        self.ids: dict[str, str] = {}
        """Ids of the jobs by what they are for."""

    def name(self, role: str) -> str:
        """Return how the report calls a job: ``VX-2 TRANSCODE``."""
        return f"{self.ids[role]} {role}"

    def look(self) -> dict[str, JobType]:
        """Ask for all jobs, show them, and return them by id."""
        jobs = self.api.get_jobs(step=True, sort="jobId asc").job or []
        self.screen.show(jobs)
        return {job.job_id: job for job in jobs}

    def watch(self, seconds: float) -> None:
        """Give whoever looks on some time to see what happens."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.look()
            time.sleep(POLL_SECONDS)

    def wait_for(self, role: str, *states: str) -> JobType:
        """Wait until a job is in one of some states, and return it.

        :raises CheckFailed: it ended in another state, did not get there in time, or is not there
        """
        job_id, wanted = self.ids[role], " or ".join(states)
        self.screen.caption(f"Waiting for {self.name(role)} to be {wanted} ...")
        end = time.monotonic() + LIMIT_SECONDS
        while True:
            job = self.look().get(job_id)
            if job is None:
                raise CheckFailed(f"{self.name(role)}: expected {wanted}, found no such job")
            if job.status in states:
                return job
            if job.is_final:
                expect(self.name(role), wanted, job.status)
            if time.monotonic() > end:
                raise CheckFailed(
                    f"{self.name(role)}: expected {wanted} within {LIMIT_SECONDS:g} seconds, found {job.status}"
                )
            time.sleep(POLL_SECONDS)
