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


def deep_job(levels: int) -> dict[str, Any]:
    """Return a ``JobDocument`` with jobs nested to the given depth."""
    document = job(levels)
    for number in range(levels - 1, 0, -1):
        document = {**job(number), "subJob": [document]}
    return document


def item_list(count: int) -> dict[str, Any]:
    """Return an ``ItemListDocument`` with all metadata, about 10 kB per item."""
    return {"hits": count, "item": [item(number) for number in range(1, count + 1)]}


def item(number: int) -> dict[str, Any]:
    """Return an ``ItemDocument`` with metadata: fields, and fields in groups."""
    groups = [{"name": "subject", "uuid": _uuid(number, 900 + one), "field": _values(number, 5)} for one in range(3)]
    whole = {"start": "-INF", "end": "+INF", "field": _values(number, 20), "group": groups}
    return {"id": f"VX-{number}", "metadata": {"revision": f"VX-{number}", "timespan": [whole]}}


def _values(number: int, count: int) -> list[dict[str, Any]]:
    return [_value(number, field) for field in range(count)]


def _value(number: int, field: int) -> dict[str, Any]:
    set_by = {"user": "admin", "timestamp": f"2026-03-01T10:{field:02}:00.047+0000", "change": f"VX-{number * 100}"}
    value = {"value": f"value {field} of item {number}", "uuid": _uuid(number, field), **set_by}
    return {"name": f"portal_mf{field:06}", "uuid": _uuid(number, 500 + field), "value": [value], **set_by}


def _uuid(number: int, part: int) -> str:
    return f"{number:08x}-5ea0-4b0c-9d3e-{part:012x}"
