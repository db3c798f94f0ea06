"""Shared fixtures. They import what they need when they are used, because some tests run without the package."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from test.support.loopback import PASSWORD, Loopback

if TYPE_CHECKING:
    from vidispine import ApiClient, Configuration


# Background jobs may ignore Ctrl-C, which programs started by the tests would inherit.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config: pytest.Config) -> None:
    """Let generated examples take any time, since machines are shared, and share fixtures."""
    if config.pluginmanager.hasplugin("hypothesispytest"):
        from hypothesis import HealthCheck, settings

        settings.register_profile("shared", deadline=None, database=None, suppress_health_check=list(HealthCheck))
        settings.load_profile("shared")


def pytest_collection_finish() -> None:
    """Exclude collected objects from garbage collection, which would traverse them all the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "USERNAME", "PASSWORD", "TOKEN", "BEARER", "RUN_AS"):
        monkeypatch.delenv(f"VIDISPINE_{name}", raising=False)
    # A proxy would be asked for the invented hosts of the tests.
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(autouse=True)
def _no_secret_gets_out(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which the package leaks the password of the tests' clients."""
    from test.support.planted_secret import watch

    # In the tests of distributions neither the package nor its dependencies are installed.
    if find_spec("six") is None or request.node.get_closest_marker("shows_secrets"):
        yield
        return
    with watch() as leaks:
        yield
    assert not leaks


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Fail a test whose output shows the password."""
    from test.support.planted_secret import find_secret

    outcome: Any = yield
    report = outcome.get_result()
    shown = [title for title, text in report.sections if find_secret(text)]
    if shown and report.when == "teardown" and not item.get_closest_marker("shows_secrets"):
        report.outcome, report.longrepr = "failed", f"{', '.join(shown)}: shows the password"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the figures of the soak test, which say more than that it passed."""
    for report in terminalreporter.getreports("passed"):
        if report.nodeid.startswith("test/soak/") and report.capstdout:
            terminalreporter.section("figures of the soak")
            terminalreporter.write(report.capstdout)


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as loopback:
        yield loopback


@pytest.fixture
def configuration(server: Loopback) -> Configuration:
    """The settings of most tests: patient enough for a busy machine, without retries."""
    from vidispine import Configuration

    return Configuration(host=server.url, username="admin", password=PASSWORD, timeout=20, retries=0)


@pytest.fixture
def client(configuration: Configuration) -> Iterator[ApiClient]:
    from vidispine import ApiClient

    with ApiClient(configuration) as api_client:
        yield api_client
