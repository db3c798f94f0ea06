"""The database keeps media after a stop, and after a kill during a job."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

import vidispine
from test.simulator.clock import Clock
from test.simulator.http_client import HttpClient
from test.simulator.media_harness import TITLED, MediaHarness
from test.simulator.simulator_process import simulator_process
from test.support.loopback import Loopback, reply, stall

SERVE = """
import sys, time
from vidispine.simulator import Simulator
with Simulator(db=sys.argv[1]) as vidicore:
    vidicore.jobs.behave("PLACEHOLDER_IMPORT", seconds=4)
    print(vidicore.url, flush=True)
    time.sleep(600)
"""


def test_restart_keeps_media(clock: Clock, tmp_path: Path) -> None:
    data = os.urandom(100_000)
    (tmp_path / "clip.mov").write_bytes(data)
    db = tmp_path / "state.db"
    with MediaHarness(clock, db) as media:
        media.add_lowres()
        item = media.import_file(tmp_path / "clip.mov", tag=["lowres"], create_posters="0@PAL")
        placeholder = media.imports.create_placeholder(metadata_type=TITLED, container=1).id or ""
        storage = media.storages.create_storage(storage_type={"type": "LOCAL", "capacity": 10}).id or ""
        shapes = media.shapes_by_tag(item)
        before = [media.shapes.get_shape(item, id).to_dict() for id in shapes.values()]
    # The folder of the media moves with the database.
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    db.rename(moved / "state.db")
    (tmp_path / "state.db.media").rename(moved / "state.db.media")
    with MediaHarness(clock, moved / "state.db") as media:
        assert media.shapes_by_tag(item) == shapes
        after = [media.shapes.get_shape(item, id).to_dict() for id in shapes.values()]
        expected = [str(document).replace(str(tmp_path / "state.db"), str(moved / "state.db")) for document in before]
        assert [str(document) for document in after] == expected
        file = media.shape_file(item, shapes["original"])
        assert media.download(file.id or "", tmp_path) == data
        assert (file.uri or []) == [(moved / "state.db.media/storage/VX-1" / (file.path or "")).as_uri()]
        assert vidispine.PosterResourceApi(media.api_client).get_posters("VX-1", item).uri == ["0@PAL"]
        assert media.storages.get_storage(storage).capacity == 10
        assert media.storages.get_storages().hits == 2
        job = media.imports.import_to_placeholder(
            item_id=placeholder, component_type="container", uri=(tmp_path / "clip.mov").as_uri(), tag=["lowres"]
        )
        media.finish(job)
        assert sorted(media.shapes_by_tag(placeholder)) == ["lowres", "original"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_import_continues_after_kill(tmp_path: Path) -> None:
    data = os.urandom(100_000)
    (tmp_path / "clip.mov").write_bytes(data)
    db = tmp_path / "state.db"
    with simulator_process(SERVE, db) as (url, process), HttpClient(url) as http:
        job = http.send("POST", "/import", {"uri": (tmp_path / "clip.mov").as_uri()}, body=TITLED).json["jobId"]
        # The file is complete, the shape is not.
        while not http.get("/storage/file").json["hits"]:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
    (tmp_path / "clip.mov").unlink()
    with simulator_process(SERVE, db) as (url, process), HttpClient(url) as http:
        while http.status(job) not in ("FINISHED", "FAILED_TOTAL"):
            time.sleep(0.05)
        assert http.status(job) == "FINISHED"
        assert http.get("/storage/file").json["hits"] == 1
        (shape,) = http.get("/item/VX-1/shape").json["uri"]
        file = http.get(f"/item/VX-1/shape/{shape}/file").json["file"][0]["id"]
        assert http.get(f"/file/{file}/data", accept="").data == data


def test_http_import_restarts_after_restart(clock: Clock, tmp_path: Path) -> None:
    with Loopback() as other:
        other.responses = [stall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"), reply(b"moving")]
        with MediaHarness(clock, tmp_path / "state.db") as media:
            job = media.imports.import_item(uri=f"{other.origin}/a.mov", metadata_type={})
            clock.advance(1)
            assert media.jobs.get_job(job.job_id).status == "STARTED"
            while not other.requests:
                time.sleep(0.01)
        with MediaHarness(clock, tmp_path / "state.db") as media:
            clock.advance(1)
            while media.jobs.get_job(job.job_id).current_step.number == 1:  # type: ignore[union-attr]
                clock.advance(0.05)
            item = media.finish(job)["itemId"]
            assert (
                media.download(media.shape_file(item, media.shapes_by_tag(item)["original"]).id or "", tmp_path)
                == b"moving"
            )
        assert not list((tmp_path / "state.db.media" / "incoming").iterdir())


def test_no_files_remain_without_a_database(clock: Clock) -> None:
    with MediaHarness(clock) as media:
        media.files.create_file_in_storage("VX-1", b"moving", path="a.mov")
        (method,) = media.storages.get_storage("VX-1").method or []
        folder = Path(method.uri[len("file://") :]).parents[1]
        assert folder.is_dir()
    assert not folder.exists()
