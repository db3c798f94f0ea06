"""Pytest fixtures for programs that use VidiCore. Pytest loads them if this package is installed.

``vidicore`` is a simulated server, one per test. ``vidispine_client`` is a client for it. They require the extra
``simulator``.
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
"""The default ``speed`` of the simulator: jobs take a hundredth of their nominal duration."""


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker ``vidicore``."""
    config.addinivalue_line(
        "markers",
        "vidicore(**settings): settings for the simulator of the fixture `vidicore`, such as `sample_data=True`",
    )


@pytest.fixture
def vidicore(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """Start an empty simulated server, and stop it after the test.

    ``@pytest.mark.vidicore(speed=1, concurrent_jobs=1)`` passes settings to :class:`vidispine.simulator.Simulator`, for
    a test, or as ``pytestmark`` for a module. ``@pytest.mark.vidicore(sample_data=True)`` starts with the sample
    archive. Default: ``speed=100``, without data.

    :yields: The running :class:`vidispine.simulator.Simulator`.
    """
    from vidispine.simulator import Simulator  # not loaded for tests that do not use it

    settings: dict[str, Any] = {"speed": SPEED}
    for mark in reversed(list(request.node.iter_markers("vidicore"))):
        settings.update(mark.kwargs)
    with Simulator(**settings) as simulator:
        yield simulator


@pytest.fixture
def vidispine_client(vidicore: Simulator) -> Iterator[Client]:
    """Create a client for the simulator of the test, with the user ``admin``, and close it after the test.

    :yields: A :class:`vidispine.Client`.
    """
    from vidispine.client import Client

    with Client(configuration=vidicore.configuration()) as client:
        yield client
