"""The example that plots the duration of jobs."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from test.examples.sandbox import Sandbox

SVG = "{http://www.w3.org/2000/svg}"


def _run_jobs(sandbox: Sandbox, type: str, seconds: float, number: int) -> None:
    # The clock of the server is fifty times faster.
    sandbox.vidicore.jobs.behave(type, steps=1, seconds=seconds * 50)
    jobs = sandbox.client.job
    for _ in range(number):
        jobs.create_custom_job(type)
    sandbox.move_to(days_ago=sandbox.days_ago - seconds * number / 86400)
    sandbox.ended(sandbox.jobs(type=type))


def test_each_job_is_a_dot_in_the_row_of_its_type(sandbox: Sandbox) -> None:
    sandbox.move_to(days_ago=30)
    _run_jobs(sandbox, "TRANSCODE", 7, 3)
    sandbox.move_to(days_ago=2)
    _run_jobs(sandbox, "EXPORT", 3600, 3)
    _run_jobs(sandbox, "TRANSCODE", 20, 2)
    sandbox.failed(1)
    run = sandbox.run("plot_job_times", "times.svg")
    assert run.status == 0, run
    assert not run.errors
    head, export, transcode = run.lines
    assert head.split() == ["type", "jobs", "median", "longest"]
    assert export.split() == ["EXPORT", "3", "3600.0s", "3600.0s"]
    assert transcode.split() == ["TRANSCODE", "2", "20.0s", "20.0s"]

    plot = ET.parse(sandbox.folder / "times.svg").getroot()
    texts = [text.text for text in plot.iter(f"{SVG}text")]
    assert "EXPORT (3)" in texts
    assert "TRANSCODE (2)" in texts
    dots = [(circle.get("cx"), circle.get("cy")) for circle in plot.iter(f"{SVG}circle")]
    assert len(dots) == 5
    # An hour is at the tick of an hour, and each type has its row.
    (hour,) = [text.get("x") for text in plot.iter(f"{SVG}text") if text.text == "1 h"]
    assert {x for x, y in dots if y == dots[0][1]} == {hour}
    assert len({y for _, y in dots}) == 2


def test_no_jobs_give_an_empty_plot(sandbox: Sandbox) -> None:
    run = sandbox.run("plot_job_times", "times.svg", "--days", "1")
    assert run.status == 0, run
    assert not list(ET.parse(sandbox.folder / "times.svg").iter(f"{SVG}circle"))


def test_reports_an_unwritable_file(sandbox: Sandbox) -> None:
    run = sandbox.run("plot_job_times", "no-folder/times.svg")
    assert run.status == 1
    (line,) = run.errors
    assert line.startswith("plot_job_times: ")
    assert "no-folder" in line
