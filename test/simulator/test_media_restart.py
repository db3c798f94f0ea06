"""A file keeps media as well: through stops, and through the sudden death of the process in the middle of a job."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

import vidispine
from test.simulator.life import Clock
from test.simulator.mortal import server
from test.simulator.studio import TITLED, Studio
from test.simulator.wire import Wire
from test.support.loopback import Loopback, reply, stall

SERVE = """
import sys, time
from vidispine.simulator import Simulator
with Simulator(db=sys.argv[1]) as vidicore:
    vidicore.jobs.behave("PLACEHOLDER_IMPORT", seconds=4)
    print(vidicore.url, flush=True)
    time.sleep(600)
"""


def test_everything_is_there_after_a_restart(clock: Clock, tmp_path: Path) -> None:
    data = os.urandom(100_000)
    (tmp_path / "clip.mov").write_bytes(data)
    db = tmp_path / "state.db"
    with Studio(clock, db) as studio:
        studio.add_lowres()
        item = studio.item(tmp_path / "clip.mov", tag=["lowres"], create_posters="0@PAL")
        placeholder = studio.imports.create_placeholder(metadata_type=TITLED, container=1).id or ""
        storage = studio.storages.create_storage(storage_type={"type": "LOCAL", "capacity": 10}).id or ""
        shapes = studio.tagged(item)
        before = [studio.shapes.get_shape(item, id).to_dict() for id in shapes.values()]
    # The folder goes where the file goes.
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    db.rename(moved / "state.db")
    (tmp_path / "state.db.media").rename(moved / "state.db.media")
    with Studio(clock, moved / "state.db") as studio:
        assert studio.tagged(item) == shapes
        after = [studio.shapes.get_shape(item, id).to_dict() for id in shapes.values()]
        places = [str(document).replace(str(tmp_path / "state.db"), str(moved / "state.db")) for document in before]
        assert [str(document) for document in after] == places
        file = studio.file(item, shapes["original"])
        assert studio.data(file.id or "", tmp_path) == data
        assert (file.uri or []) == [(moved / "state.db.media/storage/VX-1" / (file.path or "")).as_uri()]
        assert vidispine.PosterResourceApi(studio.api_client).get_posters("VX-1", item).uri == ["0@PAL"]
        assert studio.storages.get_storage(storage).capacity == 10
        assert studio.storages.get_storages().hits == 2
        job = studio.imports.import_to_placeholder(
            item_id=placeholder, component_type="container", uri=(tmp_path / "clip.mov").as_uri(), tag=["lowres"]
        )
        studio.finished(job)
        assert sorted(studio.tagged(placeholder)) == ["lowres", "original"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_an_import_goes_on_when_the_process_was_killed(tmp_path: Path) -> None:
    data = os.urandom(100_000)
    (tmp_path / "clip.mov").write_bytes(data)
    db = tmp_path / "state.db"
    with server(SERVE, db) as (url, process), Wire(url) as wire:
        job = wire.send("POST", "/import", {"uri": (tmp_path / "clip.mov").as_uri()}, body=TITLED).json["jobId"]
        # Its file has come, and its shape has not.
        while not wire.get("/storage/file").json["hits"]:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
    (tmp_path / "clip.mov").unlink()
    with server(SERVE, db) as (url, process), Wire(url) as wire:
        while wire.status(job) not in ("FINISHED", "FAILED_TOTAL"):
            time.sleep(0.05)
        assert wire.status(job) == "FINISHED"
        assert wire.get("/storage/file").json["hits"] == 1
        (shape,) = wire.get("/item/VX-1/shape").json["uri"]
        file = wire.get(f"/item/VX-1/shape/{shape}/file").json["file"][0]["id"]
        assert wire.get(f"/file/{file}/data", accept="").data == data


def test_what_was_being_fetched_is_fetched_again(clock: Clock, tmp_path: Path) -> None:
    with Loopback() as other:
        other.answers = [stall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"), reply(b"moving")]
        with Studio(clock, tmp_path / "state.db") as studio:
            job = studio.imports.import_item(uri=f"{other.origin}/a.mov", metadata_type={})
            clock.pass_(1)
            assert studio.jobs.get_job(job.job_id).status == "STARTED"
            while not other.requests:
                time.sleep(0.01)
        with Studio(clock, tmp_path / "state.db") as studio:
            clock.pass_(1)
            while studio.jobs.get_job(job.job_id).current_step.number == 1:  # type: ignore[union-attr]
                clock.pass_(0.05)
            item = studio.finished(job)["itemId"]
            assert studio.data(studio.file(item, studio.tagged(item)["original"]).id or "", tmp_path) == b"moving"
        assert not list((tmp_path / "state.db.media" / "incoming").iterdir())


def test_without_a_file_nothing_is_left(clock: Clock) -> None:
    with Studio(clock) as studio:
        studio.files.create_file_in_storage("VX-1", b"moving", path="a.mov")
        (method,) = studio.storages.get_storage("VX-1").method or []
        folder = Path(method.uri[len("file://") :]).parents[1]
        assert folder.is_dir()
    assert not folder.exists()
