"""The documents that are decoded and encoded: jobs as a server writes them, about 1 kB each."""

from __future__ import annotations

from typing import Any

STATES = ("FINISHED", "FINISHED", "FINISHED", "STARTED", "FAILED_TOTAL", "READY")
PRIORITIES = ("MEDIUM", "MEDIUM", "HIGH", "LOW")
STEPS = ("Checking the source", "Making the proxy", "Storing the result")


def job_list(count: int) -> dict[str, Any]:
    """Return a ``JobListDocument``."""
    return {"hits": count, "job": [job(number) for number in range(1, count + 1)]}


def job(number: int) -> dict[str, Any]:
    """Return a ``JobDocument``."""
    status = STATES[number % len(STATES)]
    minute = number % 60
    return {
        "jobId": f"VX-{number}",
        "user": "admin",
        "started": f"2026-03-01T10:{minute:02}:00.047+0000",
        "status": status,
        "type": "TRANSCODE",
        "priority": PRIORITIES[number % len(PRIORITIES)],
        "totalSteps": len(STEPS),
        "data": [
            {"key": "itemId", "value": f"VX-{number * 7}"},
            {"key": "username", "value": "admin"},
            {"key": "tags", "value": "lowres"},
            {"key": "sourceFileIds", "value": f"VX-{number * 11}"},
            {"key": "title", "value": f"Evening news, part {number}, på svenska"},
        ],
        "log": {"task": [task(number, step, minute) for step in range(1, len(STEPS) + 1)]},
    }


def task(number: int, step: int, minute: int) -> dict[str, Any]:
    """Return one entry of a job's log."""
    return {
        "id": number * 10 + step,
        "step": step,
        "attempts": 1,
        "status": "FINISHED",
        "timestamp": f"2026-03-01T10:{minute:02}:{step:02}.500+0000",
        "description": STEPS[step - 1],
        "progress": {"value": 100.0, "total": 100, "unit": "percent"},
    }
