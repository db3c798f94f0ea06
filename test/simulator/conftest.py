"""A simulator with a clock that tests set, and ways to use it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from test.simulator.catalog_harness import CatalogHarness
from test.simulator.clock import Clock
from test.simulator.http_client import HttpClient
from test.simulator.scheduler_harness import SchedulerHarness
from vidispine.simulator import Simulator


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def harness(clock: Clock) -> Iterator[SchedulerHarness]:
    with SchedulerHarness(clock) as harness:
        yield harness


@pytest.fixture
def vidicore(clock: Clock) -> Iterator[Simulator]:
    with Simulator(clock=clock) as simulator:
        yield simulator


@pytest.fixture
def http(vidicore: Simulator) -> Iterator[HttpClient]:
    with HttpClient(vidicore.url) as requests:
        yield requests


@pytest.fixture
def bob(vidicore: Simulator) -> Iterator[HttpClient]:
    """A user who may only read and start jobs."""
    vidicore.users.add("bob", "b0b")
    with HttpClient(vidicore.url, "bob", "b0b") as requests:
        yield requests


@pytest.fixture
def catalog(vidicore: Simulator) -> Iterator[CatalogHarness]:
    """The catalog, accessed with the SDK as the administrator."""
    with CatalogHarness(vidicore) as catalog:
        yield catalog
