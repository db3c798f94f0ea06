"""The behavior of jobs: valid and invalid arguments."""

from __future__ import annotations

from typing import Any

import pytest

from vidispine import Client
from vidispine.simulator import Simulator
from vidispine.simulator.jobs.behavior import Behavior, make_behavior
from vidispine.simulator.jobs.job_types import default_behavior

DEFAULT = Behavior(("one", "two", "three"), 1.5)


def test_omitted_arguments_keep_the_default() -> None:
    assert make_behavior(DEFAULT) == DEFAULT


def test_steps_by_number_and_description() -> None:
    assert make_behavior(DEFAULT, steps=2).steps == ("Step 1 of 2", "Step 2 of 2")
    assert make_behavior(DEFAULT, steps=["look", "leap"]).steps == ("look", "leap")


def test_database_round_trip() -> None:
    given = make_behavior(
        DEFAULT,
        steps=4,
        seconds=2,
        fail_at=3,
        message="no space left",
        attempts=2,
        warn_at=1,
        wait_for={"type": "StorageNotAvailable", "data": {"storage": "VX-3", "tries": 2}},
        wait_at=2,
        hold=True,
        vidinet_at=2,
        sub_jobs=5,
    )
    assert Behavior.from_json(given.to_json()) == given
    assert given.wait_data == {"storage": "VX-3", "tries": "2"}


@pytest.mark.parametrize(
    ("values", "wait_at"),
    [
        ({"wait_for": "P"}, 2),
        ({"wait_for": "P", "steps": 1}, 1),
        ({"wait_for": "P", "fail_at": 3}, 3),
        ({"wait_for": "P", "wait_at": 3}, 3),
    ],
)
def test_waiting_step(values: dict[str, Any], wait_at: int) -> None:
    assert make_behavior(DEFAULT, **values).wait_at == wait_at


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"steps": 0}, "steps must be an integer from 1 to 1000, not 0"),
        ({"steps": True}, "steps must be a number or a list of descriptions, not True"),
        ({"steps": "one"}, "steps must be a number or a list of descriptions, not 'one'"),
        ({"steps": 1.5}, "steps must be a number or a list of descriptions, not 1.5"),
        ({"steps": []}, "a job has 1 to 1000 steps, not 0"),
        ({"steps": ["one", ""]}, "a step's description must be text, not ''"),
        ({"seconds": -1}, "seconds must be a number of at least 0, not -1"),
        ({"seconds": float("nan")}, "seconds must be a number of at least 0, not nan"),
        ({"seconds": float("inf")}, "seconds must be a number of at least 0, not inf"),
        ({"seconds": "2"}, "seconds must be a number of at least 0, not '2'"),
        ({"fail_at": 0}, "fail_at must be an integer from 1 to 3, not 0"),
        ({"fail_at": 4}, "fail_at must be an integer from 1 to 3, not 4"),
        ({"fail_at": "2"}, "fail_at must be an integer from 1 to 3, not '2'"),
        ({"attempts": 2}, "attempts requires fail_at"),
        ({"fail_at": 1, "attempts": 0}, "attempts must be an integer from 1 to 1000, not 0"),
        ({"message": "no space left"}, "message must be text, and requires fail_at or warn_at"),
        ({"fail_at": 1, "message": 5}, "message must be text, and requires fail_at or warn_at"),
        ({"fail_at": 2, "warn_at": 3}, "warn_at=3 is never reached: the job fails at step 2"),
        ({"fail_at": 2, "vidinet_at": 3}, "vidinet_at=3 is never reached: the job fails at step 2"),
        ({"fail_at": 2, "wait_for": "P", "wait_at": 3}, "wait_at=3 is never reached: the job fails at step 2"),
        ({"fail_at": 2, "warn_at": 2}, "step 2 cannot both fail the job (fail_at) and only warn (warn_at)"),
        ({"wait_at": 2}, "wait_at requires wait_for, the problem to wait for"),
        ({"wait_for": ""}, "the type of a problem must be text, not ''"),
        ({"wait_for": {"data": {}}}, "the type of a problem must be text, not None"),
        ({"wait_for": {"type": "P", "data": 5}}, "the data of a problem must be a mapping, not 5"),
        ({"hold": 1}, "hold must be True or False, not 1"),
        ({"sub_jobs": -1}, "sub_jobs must be an integer from 0 to 1000, not -1"),
    ],
)
def test_invalid_behavior(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the whole message is compared
        make_behavior(DEFAULT, **values)
    assert str(refused.value) == message


def test_problem_with_unknown_members_is_rejected() -> None:
    with pytest.raises(ValueError, match="wait_for must be a problem's type, or "):
        make_behavior(DEFAULT, wait_for={"type": "P", "dat": {}})


@pytest.mark.parametrize("name", ["TRANSCODE", "EXPORT", "NONE", "ACME_REVIEW"])
def test_default_duration_is_one_to_three_seconds(name: str) -> None:
    default = default_behavior(name)
    assert 1 <= default.seconds <= 3
    assert len(default.steps) >= 2
    assert make_behavior(default) == default


@pytest.mark.parametrize("seconds", [1e10, 1e300, pytest.param(10**400, id="digits")])
@pytest.mark.parametrize("speed", [1e-300, 1, 1e300, pytest.param(10**400, id="digits")])
def test_durations_of_any_length(seconds: float, speed: float) -> None:
    with Simulator(speed=speed) as vidicore:
        vidicore.jobs.behave("NONE", seconds=seconds)
        client = Client(configuration=vidicore.configuration())
        job = client.job.create_custom_job("NONE")
        assert client.job.get_job(job.job_id or "").status in ("STARTED", "READY", "FINISHED")
        client.close()
