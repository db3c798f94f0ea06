"""A third-party client, ``vidispine-adapter`` from PyPI, against the simulator: all its methods for fields, items,
collections, jobs, shapes, tags, storages and searches, and their results.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from test.compatibility.published_sdk import adapter_python
from vidispine.simulator import Simulator

CALLS = Path(__file__).with_name("adapter_calls.py")
UNKNOWN = ["NotFound", "notFound"]
EMPTY = None


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The result of each call, or its error."""
    clip = tmp_path_factory.mktemp("media") / "clip.mov"
    clip.write_bytes(os.urandom(1000))
    # The clock is stopped, so that no job ends in between.
    with Simulator(clock=lambda: 1_700_000_000.0) as vidicore:
        done = subprocess.run(
            [adapter_python(), "-I", CALLS, vidicore.url, clip.as_uri()],
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
    assert done.returncode == 0, done.stderr
    results: dict[str, Any] = json.loads(done.stdout)
    return results


def values(document: dict[str, Any]) -> dict[str, list[str]]:
    """Return the values of a metadata document by field."""
    return {field["name"]: [v["value"] for v in field["value"]] for field in document["timespan"][0]["field"]}


def test_fields_and_groups(found: dict[str, Any]) -> None:
    assert found["version"]["component"][0]["name"] == "API"
    assert found["field create"] == {"name": "field_one", "type": "string", "origin": "VX"}
    assert found["field without a namespace"] == ["APIError", "invalidInput"]
    assert found["field update"] == found["field get"] == {"name": "field_one", "type": "integer", "origin": "VX"}
    assert {"field_one", "title", "itemId"} <= set(found["field list"])
    assert found["field delete"] is EMPTY
    assert {found[f"group {done}"] for done in ("create", "add field", "add group", "remove field", "delete")} == {
        EMPTY
    }
    group = found["group get"]
    assert (group["name"], group["field"][0]["name"], group["group"]) == (
        "group_one",
        "field_one",
        [{"name": "group_two"}],
    )
    assert found["group list"] == {"group": [{"name": "group_one"}, {"name": "group_two"}]}
    assert found["group get unknown"] == UNKNOWN


def test_items(found: dict[str, Any]) -> None:
    assert found["item create"] == found["item get alone"] == {"id": "VX-1"}
    assert found["item get"]["id"] == "VX-1"
    before = values(found["item get"]["metadata"])
    assert (before["title"], before["mediaType"], before["user"]) == (["Foo"], ["none"], ["admin"])
    (entry,) = found["item update"]["item"]
    assert list(entry) == ["metadata"]
    after = values(entry["metadata"])
    assert (after["title"], after["field_one"]) == (["Bar"], ["123"])
    assert found["item update unknown field"] == found["item get unknown"] == UNKNOWN
    assert (found["item delete"], found["item delete unknown"]) == (EMPTY, UNKNOWN)


def test_jobs(found: dict[str, Any]) -> None:
    created = found["import"]
    assert list(created) == ["jobId", "user", "started", "status", "type", "priority"]
    assert (created["jobId"], created["type"], created["status"]) == ("VX-1", "PLACEHOLDER_IMPORT", "READY")
    assert found["import no more"] == ["APIError", "invalidInput"]
    assert found["job get"]["jobId"] == "VX-1"
    assert {"key": "item", "value": "VX-1"} in found["job get"]["data"]
    assert found["job problems"] == {}
    assert found["job get unknown"] == UNKNOWN


def test_shapes_and_shape_search(found: dict[str, Any]) -> None:
    metadata = {"field": [{"key": "test", "value": "test"}]}
    assert found["shape create"]["id"] == "VX-2"
    assert found["shape get"]["metadata"] == metadata
    assert "VX-2" in found["shape list"]["uri"]
    assert found["shape import"]["type"] == "SHAPE_IMPORT"
    assert found["shape search"] == {
        "hits": 1,
        "shape": [{"id": "VX-2", "metadata": metadata, "item": [{"id": "VX-1"}]}],
    }
    assert found["shape search page"] == {"hits": 1}
    assert [found["shape delete"], found["shape delete all"]] == [EMPTY, EMPTY]
    assert found["shape list after"] == {}


def test_collections(found: dict[str, Any]) -> None:
    assert found["collection create"] == "VX-1"
    assert values(found["collection update"])["title"] == ["Bar"]
    assert (found["collection get"]["id"], found["collection get"]["name"]) == ("VX-1", "Bar")
    assert found["collection get"]["loc"].endswith("/API/collection/VX-1/")
    assert [c["id"] for c in found["collection list"]["collection"]] == ["VX-2", "VX-1"]
    assert found["collection list page"]["hits"] == 2
    assert [c["id"] for c in found["collection list page"]["collection"]] == ["VX-1"]
    assert [found["collection delete"], found["collection delete multiple"]] == [EMPTY, EMPTY]
    assert found["collection delete unknown"] == UNKNOWN


def test_shape_tags_and_storages(found: dict[str, Any]) -> None:
    assert {found[f"tag {done}"] for done in ("create", "update", "delete")} == {EMPTY}
    assert (found["tag get"]["format"], found["tag list"]) == ("mov", {"uri": ["original", "lowres"]})
    storage = found["storage create"]
    assert (storage["id"], storage["state"], storage["capacity"]) == ("VX-2", "NONE", 1500000)
    assert (storage["lowWatermark"], storage["highWatermark"]) == (1350000, 1125000)
    assert found["storage update"]["capacity"] == found["storage get"]["capacity"] == 2000000
    assert found["storage list"] == ["VX-1", "VX-2"]
    assert found["storage delete"] is EMPTY
    assert found["storage get unknown"] == found["tag get unknown"] == UNKNOWN


def test_operations_that_are_not_simulated(found: dict[str, Any]) -> None:
    assert found["log"] == ["APIError", "notYetImplemented"]
