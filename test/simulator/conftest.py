"""A clock that a test sets, and the life of jobs without HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from test.simulator.life import Clock, Life
from test.simulator.shelf import Shelf
from test.simulator.wire import Wire
from vidispine.simulator import Simulator


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def life(clock: Clock) -> Iterator[Life]:
    with Life(clock) as jobs:
        yield jobs


@pytest.fixture
def vidicore(clock: Clock) -> Iterator[Simulator]:
    with Simulator(clock=clock) as simulator:
        yield simulator


@pytest.fixture
def wire(vidicore: Simulator) -> Iterator[Wire]:
    with Wire(vidicore.url) as requests:
        yield requests


@pytest.fixture
def bob(vidicore: Simulator) -> Iterator[Wire]:
    """A user who may read and start jobs and nothing else."""
    vidicore.users.add("bob", "b0b")
    with Wire(vidicore.url, "bob", "b0b") as requests:
        yield requests


@pytest.fixture
def shelf(vidicore: Simulator) -> Iterator[Shelf]:
    """The catalog, accessed with the SDK as the administrator."""
    with Shelf(vidicore) as view:
        yield view
