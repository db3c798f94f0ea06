"""Fixtures: a simulator and APIs that wait for its jobs, all with a fake clock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from test.jobs.fake_clock import FakeClock
from vidispine import ApiClient, JobApi
from vidispine.simulator import Simulator


@pytest.fixture
def time() -> FakeClock:
    return FakeClock()


@pytest.fixture
def vidicore(time: FakeClock) -> Iterator[Simulator]:
    with Simulator(clock=time) as simulator:
        yield simulator


@pytest.fixture
def jobs(vidicore: Simulator, time: FakeClock) -> Iterator[JobApi]:
    """The job API of the simulator."""
    with ApiClient(vidicore.configuration()) as client:
        api = JobApi(client)
        api._clock = time
        yield api


@pytest.fixture
def broken(client: ApiClient, time: FakeClock) -> JobApi:
    """The job API of the loopback server, whose responses the test defines."""
    api = JobApi(client)
    api._clock = time
    return api
