"""Jobs as rows of a live table and as lines, with any text from the server."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from vidispine import JobType
from vidispine.cli.output.jobs import job_line, job_table, step_text

TASK = {"step": 2, "attempts": 1, "status": "STARTED", "timestamp": "2024-03-01T10:00:00.000+0000"}


def job(status: str = "STARTED", *, task: dict[str, Any] | None = None, **members: Any) -> JobType:
    document = {"jobId": "VX-29", "status": status, "type": "TRANSCODE", "priority": "HIGH", "totalSteps": 4, **members}
    if task is not None:
        document["log"] = {"task": [{**TASK, "step": 1}, {**TASK, "description": "Transcoding", **task}]}
    return JobType.from_document(document)


def percent(value: float) -> dict[str, Any]:
    return {"progress": {"value": value, "total": 100, "unit": "percent"}}


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (job("READY"), ""),
        (job("READY", log={}), ""),
        (job("READY", log={"task": []}), ""),
        (job(task={}), "2/4 Transcoding"),
        (job(task={"attempts": 3}), "2/4 Transcoding, attempt 3"),
        (job(task={"description": None}), "2/4 "),
        (job("FINISHED", task={"step": 4}), "4/4"),
        (job("FINISHED_WARNING", task={"step": 4}), "4/4"),
        (job("FAILED_TOTAL", task={"errorMessage": "disk full"}), "2/4 disk full"),
        (job("FAILED_TOTAL", task={}), "2/4 Transcoding"),
        (job("WAITING", task={}, waiting={"requirement": "a transcoder"}), "2/4 waiting for a transcoder"),
        (job("WAITING", task={}, waiting={}), "2/4 waiting for an unknown resource"),
        (job("WAITING", task={}), "2/4 waiting for an unknown resource"),
        (job("ABORTED_PENDING", task={"step": 5, "description": "Cleaning up"}), "Cleaning up"),
        (job("ABORTED", task={}), ""),
        (job("SOMETHING_NEW", task={}), "2/4 Transcoding"),
    ],
)
def test_step(shown: JobType, text: str) -> None:
    assert step_text(shown) == text


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (percent(42.0), "2/4 Transcoding 42%"),
        ({"progress": {"value": 512, "total": 2048, "unit": "bytes"}}, "2/4 Transcoding 25%"),
        (percent(250), "2/4 Transcoding 100%"),
        ({"progress": {"value": 1, "total": 0}}, "2/4 Transcoding 0%"),
        ({}, "2/4 Transcoding 0%"),
    ],
)
def test_progress(progress: dict[str, Any], text: str) -> None:
    assert step_text(job(task=progress), progress=True) == text


def test_line_does_not_change_with_the_progress() -> None:
    assert job_line(job(task=percent(1))) == job_line(job(task=percent(99)))
    assert job_line(job(task={})) != job_line(job(task={"attempts": 2}))
    assert job_line(job("READY")) == "VX-29  TRANSCODE   HIGH     READY"


def test_line_has_no_control_characters() -> None:
    line = job_line(job("FAILED_TOTAL", type="ACME\x1b[2J", task={"errorMessage": "first\r\nsecond \x1b[31m"}))
    assert line.isprintable()
    assert line.endswith("2/4 first second [31m")


def drawn(width: int, *jobs: JobType) -> list[str]:
    output = io.StringIO()
    Console(file=output, width=width, color_system=None).print(job_table(jobs, width))
    return [line.rstrip() for line in output.getvalue().splitlines()]


@pytest.mark.parametrize("width", [60, 80, 99, 100, 140])
def test_every_job_has_one_row(width: int) -> None:
    """Long or multi-line messages stay in one row."""
    jobs = [
        job("ABORTED_PENDING", task={"description": "Cleaning up"}),
        job("FAILED_TOTAL", task={"errorMessage": "a very long story " * 20}),
        job("FAILED_TOTAL", task={"errorMessage": "[bold]no markup[/bold] 写真"}),
        job("FAILED_TOTAL", task={"errorMessage": "first line\nsecond line"}),
        job("FAILED_TOTAL", task={"errorMessage": "red \x1b[31m bell \x07 title \x1b]0;x\x07"}),
        job("READY"),
    ]
    lines = drawn(width, *jobs)
    assert len(lines) == 1 + len(jobs)
    assert all(cell_len(line) <= width for line in lines)
    assert all(line.split()[:3] == ["VX-29", "TRANSCODE", "HIGH"] for line in lines[1:])
    assert lines[1].split()[:4] == ["VX-29", "TRANSCODE", "HIGH", "ABORTED_PENDING"]
    assert "[bold]" in lines[3]
    assert "".join(lines).isprintable()


def test_bar_in_a_wide_table() -> None:
    assert drawn(99, job(task=percent(50)))[0].split() == ["Job", "Type", "Priority", "State", "Step"]
    heading, row = drawn(100, job(task=percent(50)))
    assert heading.split() == ["Job", "Type", "Priority", "State", "Done", "Step"]
    assert "━" in row


def test_bar_is_full_only_at_the_end() -> None:
    rows = drawn(
        120,
        job("FINISHED", task={"step": 4, **percent(0)}),
        job("STARTED", task={"step": 4, **percent(90)}),
        job("FAILED_TOTAL", task={"step": 1, **percent(50)}),
        job("READY", totalSteps=None),
    )
    lengths = [row.count("━") for row in rows[1:]]
    assert lengths[0] == 20
    assert lengths[0] > lengths[1] > lengths[2] > lengths[3] == 0
