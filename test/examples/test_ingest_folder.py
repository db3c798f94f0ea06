"""The example that imports a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from test.examples.sandbox import Sandbox


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "card 1"
    (made / "below").mkdir(parents=True)
    (made / "below" / "c.mov").write_bytes(b"c")
    (made / ".hidden").write_bytes(b"h")
    (made / "a.mov").write_bytes(b"film a")
    (made / "Überblick=*.wav").write_bytes(b"sound b")
    return made


def test_each_file_becomes_an_item_with_its_shape(sandbox: Sandbox, folder: Path) -> None:
    sandbox.add_lowres()
    run = sandbox.run("ingest_folder", folder, "--tag", "lowres")
    assert run.status == 0, run
    items = sandbox.items()
    assert len(items) == 2
    assert sorted(run.lines) == sorted(f"{name} {id}" for name, id in _imported(sandbox).items())
    assert set(_imported(sandbox)) == {"a.mov", "Überblick=*.wav"}
    assert [sandbox.tags(item) for item in items] == [["lowres", "original"]] * 2


def _imported(sandbox: Sandbox) -> dict[str | None, str]:
    """Return the ids of items by file name."""
    found: dict[str | None, str] = {}
    for item in sandbox.client.item.iterate_items(content="shape"):
        (shape,) = [shape for shape in item.shape or [] if "original" in (shape.tag or [])]
        (name,) = [pair.value for pair in (shape.metadata and shape.metadata.field) or [] if pair.value]
        found[name] = item.id or ""
    return found


def test_existing_files_are_not_ingested_again(sandbox: Sandbox, folder: Path) -> None:
    first = sandbox.run("ingest_folder", folder)
    again = sandbox.run("ingest_folder", folder)
    assert (first.status, again.status) == (0, 0)
    assert sorted(again.lines) == sorted(first.lines)
    assert not again.errors
    assert sandbox.asked("import_item_raw") == 2
    (folder / "a.mov").write_bytes(b"film a has grown")
    assert sandbox.run("ingest_folder", folder).status == 0
    assert sandbox.asked("import_item_raw") == 3


def test_failed_file_is_reported_and_ingested_again(sandbox: Sandbox, folder: Path) -> None:
    sandbox.vidicore.jobs.behave("RAW_IMPORT", steps=3, seconds=1, fail_at=2, message="no space")
    run = sandbox.run("ingest_folder", folder)
    assert run.status == 1
    assert sorted(run.lines) == ["a.mov no space", "Überblick=*.wav no space"]
    sandbox.vidicore.jobs.behave("RAW_IMPORT")
    again = sandbox.run("ingest_folder", folder)
    assert again.status == 0, again
    assert sandbox.asked("import_item_raw") == 4


def test_wait_continues_after_a_timeout(sandbox: Sandbox, folder: Path) -> None:
    sandbox.vidicore.jobs.behave("RAW_IMPORT", hold=True)
    run = sandbox.run("ingest_folder", folder, "--timeout", "0.2")
    assert run.status == 1
    assert not run.lines
    assert run.errors[-1].startswith("ingest_folder: wait_for_jobs: 2 of 2 jobs have not ended after 0.2 seconds")
    for job in sandbox.jobs(state="HOLD"):
        sandbox.vidicore.jobs.release(job.job_id)
    again = sandbox.run("ingest_folder", folder)
    assert again.status == 0, again
    assert len(again.lines) == 2
    assert sandbox.asked("import_item_raw") == 2


def test_reports_a_missing_folder(sandbox: Sandbox) -> None:
    run = sandbox.run("ingest_folder", "nowhere")
    assert run.status == 1
    (line,) = run.errors
    assert line.startswith("ingest_folder: ")
    assert "nowhere" in line
