"""The example that transcodes items without a proxy."""

from __future__ import annotations

from test.examples.sandbox import Sandbox


def test_transcodes_only_items_without_a_proxy(sandbox: Sandbox) -> None:
    sandbox.add_lowres()
    lacking = [sandbox.item("a.mov"), sandbox.item("b.mov")]
    has = sandbox.item("c.mov", tag="lowres")
    placeholder = sandbox.client.import_.create_placeholder({"timespan": []}, container=1).id
    run = sandbox.run("transcode_missing_proxies", "lowres")
    assert run.status == 0, run
    assert sorted(run.lines) == [f"{item} FINISHED" for item in lacking]
    assert run.errors == ["2 items have no lowres"]
    assert [sandbox.tags(item) for item in [*lacking, has]] == [["lowres", "original"]] * 3
    assert [job.priority for job in sandbox.jobs(type="TRANSCODE")] == ["LOW", "LOW"]
    assert placeholder is not None
    assert sandbox.tags(placeholder) == []

    again = sandbox.run("transcode_missing_proxies", "lowres")
    assert (again.status, again.lines, again.errors) == (0, [], ["0 items have no lowres"])
    assert sandbox.asked("create_item_transcode_job") == 2


def test_running_transcode_is_not_started_again(sandbox: Sandbox) -> None:
    sandbox.add_lowres()
    item = sandbox.item()
    sandbox.vidicore.jobs.behave("TRANSCODE", seconds=200)
    run = sandbox.run("transcode_missing_proxies", "lowres", "--timeout", "0.2")
    assert run.status == 1
    assert run.errors[-1].startswith("transcode_missing_proxies: wait_for_jobs: job VX-")
    again = sandbox.run("transcode_missing_proxies", "lowres")
    assert again.lines == [f"{item} FINISHED"]
    assert sandbox.asked("create_item_transcode_job") == 1


def test_respects_the_limit(sandbox: Sandbox) -> None:
    sandbox.add_lowres()
    items = [sandbox.item(f"{number}.mov") for number in range(3)]
    run = sandbox.run("transcode_missing_proxies", "lowres", "--limit", "2")
    assert run.status == 0
    assert sorted(run.lines) == [f"{item} FINISHED" for item in items[:2]]


def test_reports_a_failed_job(sandbox: Sandbox) -> None:
    sandbox.add_lowres()
    item = sandbox.item()
    sandbox.vidicore.jobs.behave("TRANSCODE", steps=2, seconds=1, fail_at=2, message="codec not known")
    run = sandbox.run("transcode_missing_proxies", "lowres")
    assert run.status == 1
    assert run.lines == [f"{item} codec not known"]


def test_reports_an_unknown_tag(sandbox: Sandbox) -> None:
    sandbox.item()
    run = sandbox.run("transcode_missing_proxies", "lowers")
    assert run.status == 1
    (line,) = run.errors
    assert line.startswith("transcode_missing_proxies: create_item_transcode_job: 404 Not Found")
