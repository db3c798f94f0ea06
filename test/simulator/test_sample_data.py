"""The sample archive: what it contains, and that its unfinished jobs are frozen."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml

import vidispine
from vidispine.simulator import Simulator, SimulatorError

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "spec" / "schemas"
SPELLED_OTHERWISE = {"ABORT_PENDING"}
"""States of jobs in documentation that the simulator spells in another way."""


def states(file: str, name: str) -> set[str]:
    return set(yaml.safe_load((SCHEMAS / file).read_text(encoding="utf-8"))[name]["x-values"])


@pytest.fixture(scope="module")
def client() -> Iterator[vidispine.Client]:
    with (
        Simulator(sample_data=True, concurrent_jobs=1) as vidicore,
        vidispine.Client(configuration=vidicore.configuration()) as client,
    ):
        yield client


def test_a_newsroom(client: vidispine.Client) -> None:
    items = client.item.get_items(content=["metadata"], terse="yes", number=100).item or []
    assert len(items) >= 40
    for name in ("title", "acme_keyword", "acme_genre", "acme_rating"):
        assert all(name in (item.terse or {}) for item in items), name
    lasting = [item for item in items if "durationSeconds" in (item.terse or {})]
    assert len(lasting) >= 40
    for item in lasting:
        metadata = client.metadata.load("item", item)
        length = vidispine.TimeCode(metadata["durationTimeCode"])
        assert length.seconds == metadata.get("durationSeconds", type=float)
        assert length == metadata.get("durationTimeCode", type=vidispine.TimeCode)
    commented = [item for item in items if "acme_comment" in (item.terse or {})]
    assert len(commented) >= 40
    assert {"lowres", "original"} <= set(client.shape_tag.get_all_shape_tags().uri or [])
    assert {"alice", "bob"} <= {user.user_name for user in client.user.get_users().user or []}
    assert "bob" in {user.user_name for user in client.group.get_group_users("editors").user or []}
    assert client.item.get_item("VX-93", content=["metadata"], field=["title"], terse="yes").id == "VX-93"
    assert client.collection.get_collection_ancestors("VX-111").uri


def test_jobs_in_each_state_are_frozen(client: vidispine.Client) -> None:
    jobs = client.job.get_jobs(number=1000).job or []
    assert {job.status for job in jobs} == states("job.yaml", "JobState") - SPELLED_OTHERWISE
    waiting = {job.job_id: job.status for job in jobs if not job.is_final}
    # There is one slot. A job of the user takes it and ends.
    job = client.job.wait_for_job(client.job.create_custom_job("NONE"), timeout=60, poll_interval=0.05)
    assert job.status == "FINISHED"
    assert {id: client.job.get_job(id).status for id in waiting} == waiting


def test_files_in_each_state(client: vidispine.Client) -> None:
    files = client.file.get_files(number=1000).file or []
    assert {file.state for file in files} == states("storage.yaml", "FileState")


def test_a_state_file_keeps_its_archive(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    seen = []
    for _ in range(2):
        with (
            Simulator(sample_data=True, db=path) as vidicore,
            vidispine.Client(configuration=vidicore.configuration()) as client,
        ):
            counted = Counter(job.status for job in client.job.get_jobs(number=1000).job or [])
            seen.append((counted, [item.id for item in client.item.get_items(number=100).item or []]))
    assert seen[0] == seen[1]


def test_data_of_another_kind_stays_alone(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with Simulator(db=path) as vidicore, vidispine.Client(configuration=vidicore.configuration()) as client:
        client.import_.create_placeholder({}, container=1)
    with pytest.raises(SimulatorError, match="has data: the sample archive needs a new state file"):
        Simulator(sample_data=True, db=path)


def test_an_archive_that_cannot_be_completed_leaves_no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, media = tmp_path / "state.db", tmp_path / "state.db.media"
    with monkeypatch.context() as patched:
        patched.setattr("vidispine.simulator.sample_data.archive.SAVED_SEARCH", None)
        with pytest.raises(SimulatorError):
            Simulator(db=path, sample_data=True)
    with pytest.raises(SimulatorError, match="has files of another state: delete them, or use a new state file"):
        Simulator(db=path, sample_data=True)
    shutil.rmtree(media)
    with (
        Simulator(db=path, sample_data=True) as vidicore,
        vidispine.Client(configuration=vidicore.configuration()) as client,
    ):
        assert client.file.get_file("VX-40").path == "2024-03-01_harbor_at_dawn.mov"


def test_frozen_jobs_send_nothing() -> None:
    received = []

    class Callback(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    with (
        HTTPServer(("127.0.0.1", 0), Callback) as server,
        Simulator(sample_data=True, speed=100) as vidicore,
        vidispine.Client(configuration=vidicore.configuration()) as client,
    ):
        http = {"url": f"http://127.0.0.1:{server.server_port}/", "synchronous": False, "timeout": "5"}
        trigger = {"job": {"create": "", "update": "", "stop": ""}}
        action = {"http": {**http, "contentType": "text/plain"}}
        client.notification.create_notification("job", {"action": action, "trigger": trigger})
        job = client.job.create_custom_job("NONE")
        # The first message is that of the new job.
        server.handle_request()
    assert f"jobId={job.job_id}".encode() in received[0]
