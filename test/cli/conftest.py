"""Fixtures for the tests of the command, isolated from the settings and passwords of the person who runs them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from vidispine.simulator import Simulator


@pytest.fixture(autouse=True)
def config_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration file, which does not exist yet. There is no keyring."""
    import keyring
    from keyring.backends import fail

    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    path = tmp_path / "settings" / "config.toml"
    monkeypatch.setenv("VIDISPINE_CONFIG", str(path))
    monkeypatch.delenv("VIDISPINE_PROFILE", raising=False)
    return path


@pytest.fixture
def vidicore() -> Iterator[Simulator]:
    """A server with short jobs."""
    with Simulator(speed=50) as simulator:
        yield simulator


@pytest.fixture
def logged_in(vidicore: Simulator, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    """The same server, in environment variables for commands that run in this process."""
    monkeypatch.setenv("VIDISPINE_HOST", vidicore.url)
    monkeypatch.setenv("VIDISPINE_USERNAME", "admin")
    monkeypatch.setenv("VIDISPINE_PASSWORD", "admin")
    return vidicore


@pytest.fixture
def as_admin(vidicore: Simulator) -> dict[str, str]:
    """Environment variables for commands that run in another process."""
    return {"VIDISPINE_HOST": vidicore.url, "VIDISPINE_USERNAME": "admin", "VIDISPINE_PASSWORD": "admin"}
