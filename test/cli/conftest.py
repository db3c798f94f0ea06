"""What the tests of the command share: no settings and passwords of whoever runs them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from vidispine.simulator import Simulator


@pytest.fixture(autouse=True)
def config_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of profiles, not there yet; and no keyring but what a test makes."""
    import keyring
    from keyring.backends import fail

    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    path = tmp_path / "settings" / "config.toml"
    monkeypatch.setenv("VIDISPINE_CONFIG", str(path))
    monkeypatch.delenv("VIDISPINE_PROFILE", raising=False)
    return path


@pytest.fixture
def vidicore() -> Iterator[Simulator]:
    """A server whose jobs take a moment."""
    with Simulator(speed=50) as simulator:
        yield simulator


@pytest.fixture
def logged_in(vidicore: Simulator, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    """The same, named by the environment, so that commands find it."""
    monkeypatch.setenv("VIDISPINE_HOST", vidicore.url)
    monkeypatch.setenv("VIDISPINE_USERNAME", "admin")
    monkeypatch.setenv("VIDISPINE_PASSWORD", "admin")
    return vidicore


@pytest.fixture
def as_admin(vidicore: Simulator) -> dict[str, str]:
    """The environment in which a process finds the server."""
    return {"VIDISPINE_HOST": vidicore.url, "VIDISPINE_USERNAME": "admin", "VIDISPINE_PASSWORD": "admin"}
