"""The examples of the README and of hand-written pages run as they are, each in a process, against the simulator."""

from __future__ import annotations

import pytest

import vidispine
from test.docs.running import run, server
from test.support.examples_in_docs import PAGE_EXAMPLES
from vidispine.simulator import Simulator


def prepare(simulator: Simulator, example: str) -> None:
    """Create what the examples need: jobs up to VX-30, a problem that jobs wait for, and an item with a shape tag."""
    simulator.jobs.behave("EXPORT", seconds=0)
    if "problem" in example:
        simulator.jobs.behave(
            "EXPORT", wait_for={"type": "StorageNotAvailable", "data": {"storage": "VX-3"}}, wait_at=1
        )
    if "ACME_REVIEW" in example and "create_custom_job_type" not in example:
        simulator.jobs.add_type("ACME_REVIEW")
    with vidispine.ApiClient(simulator.configuration()) as client:
        api = vidispine.JobApi(client)
        for number in range(1, 31):
            api.create_custom_job("EXPORT", jobmetadata={"itemId": f"VX-{number}"}, priority="IMMEDIATE")
        if "create_item_transcode_job" in example:
            preset = {"format": "mp4", "video": {"codec": "h264"}}
            vidispine.ShapeTagApi(client).update_or_create_shape_tag("lowres", preset)
            simulator.jobs.behave("RAW_IMPORT", seconds=0)
            vidispine.ImportApi(client).import_item_raw(b"a clip", filename="clip.mov")


@pytest.mark.parametrize("name", PAGE_EXAMPLES)
def test_example_runs(name: str) -> None:
    example = PAGE_EXAMPLES[name]
    if "localhost:8080" not in example:
        ended = run(example)
    else:
        with server() as simulator:
            prepare(simulator, example)
            ended = run(example)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    assert ended.stdout.strip(), "an example shows what it did"


def test_pages_have_examples() -> None:
    pages = {name.rpartition("-")[0] for name in PAGE_EXAMPLES}
    assert {"README", "errors", "simulator"} <= pages
