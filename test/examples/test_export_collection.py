"""The example that exports a collection."""

from __future__ import annotations

from test.examples.sandbox import Sandbox


def _collection(sandbox: Sandbox, *items: str) -> str:
    collection = sandbox.client.collection.create_collection(name="Delivery")
    assert collection.id is not None
    for item in items:
        sandbox.client.collection.add_to_collection(collection.id, item, type="item")
    return collection.id


def test_exports_all_items_with_metadata(sandbox: Sandbox) -> None:
    items = [sandbox.item("a.mov", data=b"film a"), sandbox.item("b.mov", data=b"film b")]
    collection = _collection(sandbox, *items)
    out = sandbox.folder / "delivery of today"
    run = sandbox.run("export_collection", collection, f"{out.as_uri()}/", "--metadata")
    assert run.status == 0, run
    assert run.lines == [f"2 of 2 items of {collection} are in {out.as_uri()}/"]
    assert sorted(file.read_bytes() for file in out.glob("*.mov")) == [b"film a", b"film b"]
    assert sorted(file.stem for file in out.glob("*.xml")) == items
    assert any("FINISHED 100%" in line for line in run.errors), run

    names = sorted(out.iterdir())
    again = sandbox.run("export_collection", collection, f"{out.as_uri()}/", "--metadata")
    assert again.lines == run.lines
    assert sorted(out.iterdir()) == names


def test_lists_items_without_the_shape(sandbox: Sandbox) -> None:
    sandbox.add_lowres()
    has, lacks = sandbox.item("a.mov", tag="lowres"), sandbox.item("b.mov")
    collection = _collection(sandbox, has, lacks)
    out = sandbox.folder / "out"
    run = sandbox.run("export_collection", collection, f"{out.as_uri()}/", "--tag", "lowres")
    assert run.status == 3, run
    assert run.lines == [f"1 of 2 items of {collection} are in {out.as_uri()}/", f"{lacks} has no lowres"]
    assert len(list(out.iterdir())) == 1


def test_waits_for_a_running_export(sandbox: Sandbox) -> None:
    collection, out = _collection(sandbox, sandbox.item()), sandbox.folder / "out"
    sandbox.vidicore.jobs.behave("EXPORT", seconds=200)
    run = sandbox.run("export_collection", collection, f"{out.as_uri()}/", "--timeout", "0.2")
    assert run.status == 1
    assert run.errors[-1].startswith("export_collection: wait_for_job: job VX-2 (EXPORT) is STARTED after 0.2 seconds")
    again = sandbox.run("export_collection", collection, f"{out.as_uri()}/")
    assert again.status == 0, again
    assert len(sandbox.jobs(type="EXPORT")) == 1


def test_reports_a_failed_export(sandbox: Sandbox) -> None:
    collection, out = _collection(sandbox, sandbox.item()), sandbox.folder / "out"
    sandbox.vidicore.jobs.behave("EXPORT", steps=2, seconds=1, fail_at=1, message="disk full")
    run = sandbox.run("export_collection", collection, f"{out.as_uri()}/")
    assert run.status == 1
    assert not run.lines
    assert run.errors[-1].startswith("export_collection: wait_for_job: job VX-2 (EXPORT) FAILED_TOTAL in step 1 of 2")
    assert run.errors[-1].endswith(": disk full")


def test_rejects_an_invalid_destination(sandbox: Sandbox) -> None:
    run = sandbox.run("export_collection", "VX-1", "file:///srv/out")
    assert run.status == 2
    assert run.errors[-1].endswith("error: the URI of a folder must end with a slash")
    run = sandbox.run("export_collection", "VX-99", "file:///srv/out/")
    assert run.status == 1
    (line,) = run.errors
    assert line.startswith("export_collection: get_collection_items: 404 Not Found")
