"""A clock for the SDK and the simulator, on which time passes only during ``sleep()``."""

from __future__ import annotations

from typing import Any

__all__ = ["FakeClock", "document"]


class FakeClock:
    """A clock with ``monotonic()`` and ``sleep()``; ``sleeps`` are the durations of the calls of ``sleep()``."""

    def __init__(self) -> None:
        self.seconds = 1_700_000_000.0
        self.sleeps: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.sleeps.append(seconds)
        self.seconds += seconds


def document(status: str, job_id: str = "VX-29", step: int | None = None, **more: Any) -> dict[str, Any]:
    """Return the document of a job."""
    current = {"currentStep": {"description": "Working", "number": step, "status": "STARTED"}} if step else {}
    return {"jobId": job_id, "status": status, "type": "TRANSCODE", "priority": "MEDIUM", **current, **more}
