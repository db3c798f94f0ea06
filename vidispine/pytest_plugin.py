"""Fixtures for tests of programs that use VidiCore; pytest finds them where this package is installed.

``vidicore`` is a simulated server of the test's own, ``vidispine_client`` a client of it. They need the package's
extra ``simulator``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vidispine.client import Client
    from vidispine.simulator import Simulator

__all__ = ["SPEED", "vidicore", "vidispine_client"]

SPEED = 100
"""How many times faster than they say jobs run, unless the test says otherwise."""


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line(
        "markers",
        "vidicore(**settings): settings of the simulator that the fixture `vidicore` starts, such as `speed=1`",
    )


@pytest.fixture
def vidicore(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """Start a simulated server with nothing in it, and stop it after the test.

    Jobs run a hundred times faster than they say. ``@pytest.mark.vidicore(speed=1, concurrent_jobs=1)`` changes this
    and the other settings of :class:`vidispine.simulator.Simulator`, for a test or, as ``pytestmark``, for a module.
    """
    from vidispine.simulator import Simulator  # nothing of it is loaded for tests that do not ask for it

    settings: dict[str, Any] = {"speed": SPEED}
    for mark in reversed(list(request.node.iter_markers("vidicore"))):
        settings.update(mark.kwargs)
    with Simulator(**settings) as simulator:
        yield simulator


@pytest.fixture
def vidispine_client(vidicore: Simulator) -> Iterator[Client]:
    """Make a client of the test's server, as its administrator, and close it after the test."""
    from vidispine.client import Client

    with Client(configuration=vidicore.configuration()) as client:
        yield client
