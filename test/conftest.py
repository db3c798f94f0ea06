"""Fixtures that several folders share. What they need is imported when they are used: some tests run without it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from loopback import PASSWORD, Loopback

if TYPE_CHECKING:
    from vidispine import ApiClient, Configuration


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "USERNAME", "PASSWORD", "TOKEN", "BEARER", "RUN_AS"):
        monkeypatch.delenv(f"VIDISPINE_{name}", raising=False)
    # A proxy would be asked for hosts that the tests make up.
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as loopback:
        yield loopback


@pytest.fixture
def configuration(server: Loopback) -> Configuration:
    """As whom and where most tests connect: patient enough for a busy machine, and never trying twice."""
    from vidispine import Configuration

    return Configuration(host=server.url, username="admin", password=PASSWORD, timeout=20, retries=0)


@pytest.fixture
def client(configuration: Configuration) -> Iterator[ApiClient]:
    from vidispine import ApiClient

    with ApiClient(configuration) as api_client:
        yield api_client
