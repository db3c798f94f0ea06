"""The behavior of jobs that tests set."""

from __future__ import annotations

import pytest

from test.simulator.clock import Clock
from test.simulator.http_client import HttpClient
from vidispine.simulator import Simulator


def test_behavior_applies_to_new_jobs(http: HttpClient, vidicore: Simulator, clock: Clock) -> None:
    before = http.create()
    vidicore.jobs.behave("TRANSCODE", steps=4, seconds=2, fail_at=2, message="no space left")
    after = http.create()
    clock.advance(0.75)
    assert (http.status(before), http.status(after)) == ("STARTED", "FAILED_TOTAL")


def test_behave_replaces_previous_behavior(http: HttpClient, vidicore: Simulator, clock: Clock) -> None:
    vidicore.jobs.behave("TRANSCODE", steps=4, seconds=100, fail_at=2)
    vidicore.jobs.behave("TRANSCODE", seconds=1)
    job = http.create()
    clock.advance(1)
    assert http.status(job) == "FINISHED"
    assert [task["description"] for task in http.get(f"/job/{job}").json["log"]["task"]] == [
        "Allocating resources",
        "Transcoding",
        "Checking media",
        "Updating item",
    ]


def test_behavior_applies_to_one_type(http: HttpClient, vidicore: Simulator, clock: Clock) -> None:
    vidicore.jobs.behave("TRANSCODE", fail_at=1)
    job = http.create("EXPORT")
    clock.advance(60)
    assert http.status(job) == "FINISHED"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda jobs: jobs.behave("NO_SUCH"), "there is no job type 'NO_SUCH'; add_type() adds a custom one"),
        (lambda jobs: jobs.behave("EXPORT", steps=0), "steps must be an integer from 1 to 1000, not 0"),
        (lambda jobs: jobs.add_type("EXPORT"), "the job type EXPORT already exists"),
        (lambda jobs: jobs.add_type("A B"), "the name of a job type is letters, digits and underscores, not 'A B'"),
        (lambda jobs: jobs.resolve("P"), "no job waits for a problem with the type 'P'"),
        (lambda jobs: jobs.resolve(7), "no job waits for a problem with the id 7"),
        (lambda jobs: jobs.release("VX-9"), "there is no job VX-9"),
        (lambda jobs: jobs.release("AB-1"), "there is no job AB-1"),
        (lambda jobs: jobs.release("nope"), "an id must have the form VX-7, not 'nope'"),
        (lambda jobs: jobs.release("VX-1"), "job VX-1 is STARTED, not HOLD"),
    ],
)
def test_invalid_behavior_raises_value_error(http: HttpClient, vidicore: Simulator, call: object, message: str) -> None:
    http.create()
    assert callable(call)
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the whole message is compared
        call(vidicore.jobs)
    assert str(refused.value) == message


def test_behavior_of_a_custom_type(http: HttpClient, vidicore: Simulator, clock: Clock) -> None:
    vidicore.jobs.add_type("ACME_REVIEW")
    vidicore.jobs.behave("ACME_REVIEW", steps=["Look", "Judge"], seconds=2, warn_at=2, message="too dark")
    job = http.create("ACME_REVIEW")
    clock.advance(2)
    assert http.status(job) == "FINISHED_WARNING"
    assert http.get(f"/job/{job}").json["log"]["task"][1]["errorMessage"] == "too dark"
