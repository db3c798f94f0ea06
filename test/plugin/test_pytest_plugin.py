"""The fixtures of the package, in a test suite of a user."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

EXAMPLES = [
    example
    for page in ("testing", "faults")
    for example in re.findall(
        r"^```py\n(.*?)^```$", (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
]

SUITE = '''
import pytest
import vidispine


def proxy_of(client, item_id):
    """What a user's program may be: it starts a job, and has it repeated once when it fails."""
    for attempt in (1, 2):
        job = client.job.create_custom_job("TRANSCODE", jobmetadata={"itemId": item_id})
        try:
            return client.job.wait_for_job(job)
        except vidispine.JobFailedError:
            if attempt == 2:
                raise


def test_all_goes_well(vidicore, vidispine_client):
    assert proxy_of(vidispine_client, "VX-7").status == "FINISHED"
    (request,) = vidicore.requests.of("create_custom_job")
    assert request.values("jobmetadata") == ["itemId=VX-7"]


def test_each_test_has_a_server_of_its_own(vidispine_client):
    assert vidispine_client.job.get_jobs().hits == 0


def test_a_failure_is_told(vidicore, vidispine_client):
    vidicore.jobs.behave("TRANSCODE", fail_at=2, message="no space")
    with pytest.raises(vidispine.JobFailedError, match="no space"):
        proxy_of(vidispine_client, "VX-7")
    assert len(vidicore.requests.of("create_custom_job")) == 2


def test_a_busy_server_is_asked_again(vidicore, vidispine_client):
    vidicore.faults.next(503, operation="get_job", retry_after=0)
    assert proxy_of(vidispine_client, "VX-7").is_final
    assert 503 in [request.status for request in vidicore.requests]


@pytest.mark.vidicore(concurrent_jobs=0)
def test_settings_of_the_server(vidispine_client):
    job = vidispine_client.job.create_custom_job("TRANSCODE")
    assert vidispine_client.job.get_job(job.job_id).status == "READY"


@pytest.mark.vidicore(username="ann", password="pw")
class TestOthers:
    @pytest.mark.vidicore(password="other")
    def test_the_nearest_mark_counts(self, vidicore):
        configuration = vidicore.configuration()
        assert (configuration.username, configuration.password) == ("ann", "other")


def test_for_programs_that_read_the_environment(vidicore, monkeypatch):
    configuration = vidicore.configuration()
    monkeypatch.setenv("VIDISPINE_HOST", configuration.host)
    monkeypatch.setenv("VIDISPINE_USERNAME", configuration.username)
    monkeypatch.setenv("VIDISPINE_PASSWORD", configuration.password)
    with vidispine.ApiClient() as client:
        assert vidispine.JobApi(client).get_jobs().hits == 0
'''


def run(folder: Path, suite: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers -W error\n", encoding="utf-8")
    (folder / "test_of_a_user.py").write_text(suite, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, "test_of_a_user.py"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100, check=False
    )


def installed() -> list[str]:
    """Return the arguments that load the plugin if this version of the package is not installed."""
    found = entry_points()
    group = found.select(group="pytest11") if hasattr(found, "select") else found["pytest11"]
    return [] if any(point.value == "vidispine.pytest_plugin" for point in group) else ["-p", "vidispine.pytest_plugin"]


def test_a_suite_that_uses_them(tmp_path: Path) -> None:
    done = run(tmp_path, SUITE, *installed())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "7 passed" in done.stdout


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('.status == "FINISHED"', '.status == "FAILED_TOTAL"'),
        ('message="no space")', 'message="else")'),
        ('== ["itemId=VX-7"]', '== ["itemId=VX-8"]'),
    ],
)
def test_a_suite_that_fails(tmp_path: Path, good: str, bad: str) -> None:
    done = run(tmp_path, SUITE.replace(good, bad), *installed())
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 failed, 6 passed" in done.stdout


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_what_the_documentation_shows(tmp_path: Path, example: str) -> None:
    done = run(tmp_path, example, *installed())
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{example.count('def test_')} passed" in done.stdout


def test_nothing_is_loaded_for_those_that_do_not(tmp_path: Path) -> None:
    suite = """
import sys

def test_nothing():
    assert not {name for name in sys.modules if name.startswith(("vidispine.simulator", "vidispine.api", "werkzeug"))}
"""
    done = run(tmp_path, suite, *installed())
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_fixtures_are_listed_with_their_purpose(tmp_path: Path) -> None:
    done = run(tmp_path, SUITE, *installed(), "--fixtures")
    assert "vidicore" in done.stdout
    assert "Start an empty simulated server" in done.stdout
    assert "Create a client for the simulator" in done.stdout
    assert "@pytest.mark.vidicore(**settings)" in run(tmp_path, SUITE, *installed(), "--markers").stdout
