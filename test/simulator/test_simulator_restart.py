"""The database keeps the state after a stop and after a kill."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from test.simulator.http_client import TEXT, HttpClient
from test.simulator.simulator_process import simulator_process
from vidispine.simulator import Simulator, SimulatorError

SERVE = """
import sys, time
from vidispine.simulator import Simulator
vidicore = Simulator(db=sys.argv[1], concurrent_jobs=2)
vidicore.start()
vidicore.users.add("bob", "b0b")
vidicore.jobs.add_type("ACME_REVIEW")
vidicore.jobs.behave("ACME_REVIEW", steps=1, seconds=6)
vidicore.jobs.behave("EXPORT", seconds=0, fail_at=1, message="no space left")
vidicore.jobs.behave("ANALYZE", seconds=0, wait_for={"type": "P", "data": {"storage": "VX-3"}}, wait_at=1)
print(vidicore.url, flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_kill_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with (
        simulator_process(SERVE, path) as (url, process),
        HttpClient(url, "bob", "b0b") as bob,
        HttpClient(url) as http,
    ):
        token = http.get("/token", {"seconds": 3600}).json["token"]
        failed = bob.create("EXPORT", jobmetadata="itemId=VX-7")
        waiting = bob.create("ANALYZE")
        running = bob.create("ACME_REVIEW")
        others = [bob.create("ACME_REVIEW", priority="LOW") for _ in range(3)]
        # Progress without requests is not lost either.
        time.sleep(3.3)
        before = {id: bob.get(f"/job/{id}", {"metadata": "true"}).json for id in (failed, waiting, *others[1:])}
        done = bob.get(f"/job/{running}").json["log"]["task"][0]["progress"]["value"]
        assert done > 50
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    time.sleep(0.5)
    with Simulator(db=path, concurrent_jobs=2) as vidicore, HttpClient(vidicore.url, "bob", "b0b") as bob:
        assert {id: bob.get(f"/job/{id}", {"metadata": "true"}).json for id in before} == before
        after = bob.get(f"/job/{running}").json["log"]["task"][0]["progress"]["value"]
        assert done <= after < 95
        with HttpClient(vidicore.url, token=token) as by_token:
            assert by_token.get("/whoami", accept=TEXT).text == "admin"
            assert "ACME_REVIEW" in by_token.get("/jobtype").json["uri"]
        assert vidicore.jobs.resolve("P") == [waiting]
        assert bob.get(f"/job/{bob.create('EXPORT')}").json["status"] == "READY"
        deadline = time.monotonic() + 20
        while bob.ids(state="READY,STARTED"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert {bob.status(id) for id in (waiting, running, *others)} == {"FINISHED"}


def test_progress_is_stored_without_requests(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with simulator_process(SERVE, path) as (url, process), HttpClient(url) as http:
        running = http.create("ACME_REVIEW")
        time.sleep(3)
        process.kill()
        process.wait()
    with Simulator(db=path) as vidicore, HttpClient(vidicore.url) as http:
        done = http.get(f"/job/{running}").json["log"]["task"][0]["progress"]["value"]
        assert done >= 20


def test_restart_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with Simulator(db=path) as vidicore, HttpClient(vidicore.url) as http:
        vidicore.jobs.behave("TRANSCODE", seconds=1000, sub_jobs=1)
        http.create()
        before = http.get("/job/VX-1").json
    with Simulator(db=str(path)) as vidicore, HttpClient(vidicore.url) as http:
        after = http.get("/job/VX-1").json
        assert {**after, "log": None} == {**before, "log": None}
        http.create()
        assert http.ids() == ["VX-3", "VX-1"]


def test_last_given_password_is_valid(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    Simulator(db=path, password="first").stop()
    with Simulator(db=path, password="second") as vidicore:
        for password, status in (("first", 401), ("second", 200)):
            with HttpClient(vidicore.url, "admin", password) as http:
                assert http.get("/job").status == status


def test_one_simulator_per_file(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with Simulator(db=path), pytest.raises(SimulatorError, match="in use by another simulator"):
        Simulator(db=path)
    Simulator(db=path).stop()
