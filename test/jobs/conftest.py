"""A simulator and those who wait for its jobs, by a time that passes only while they sleep."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from test.jobs.stopped_time import StoppedTime
from vidispine import ApiClient, JobApi
from vidispine.simulator import Simulator


@pytest.fixture
def time() -> StoppedTime:
    return StoppedTime()


@pytest.fixture
def vidicore(time: StoppedTime) -> Iterator[Simulator]:
    with Simulator(clock=time) as simulator:
        yield simulator


@pytest.fixture
def jobs(vidicore: Simulator, time: StoppedTime) -> Iterator[JobApi]:
    """The jobs of the simulator."""
    with ApiClient(vidicore.configuration()) as client:
        api = JobApi(client)
        api._clock = time
        yield api


@pytest.fixture
def broken(client: ApiClient, time: StoppedTime) -> JobApi:
    """The jobs of the loopback server, which answers what a test tells it."""
    api = JobApi(client)
    api._clock = time
    return api
