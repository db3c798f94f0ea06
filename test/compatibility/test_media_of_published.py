"""The published SDK imports, transcodes, exports and searches media on the simulator."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path

from test.compatibility.published_sdk import published_python
from vidispine.simulator import Simulator

LIFE = Path(__file__).with_name("media_lifecycle.py")


def test_the_published_sdk_imports_transcodes_exports_and_searches(tmp_path: Path) -> None:
    data = os.urandom(250_000)
    (tmp_path / "clip.mov").write_bytes(data)
    folder = tmp_path / "out"
    with Simulator(speed=50) as vidicore:
        arguments = [f"{vidicore.url}/API", (tmp_path / "clip.mov").as_uri(), f"{folder.as_uri()}/"]
        done = subprocess.run(
            [published_python(), "-I", LIFE, *arguments], capture_output=True, text=True, check=False, timeout=100
        )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    shapes = found.pop("shapes")
    assert sorted(shapes) == ["lowres", "original"]
    assert found == {
        "tags": ["original", "lowres"],
        "item": "VX-1",
        "created": ["PLACEHOLDER_IMPORT", "READY"],
        "import": "FINISHED",
        "transcode": "FINISHED",
        "video": [1920],
        "file": [len(data), "CLOSED", hashlib.sha1(data).hexdigest()],
        "on the storage": True,
        "listed": 2,
        "export": "FINISHED",
        "thumbnails": "FINISHED",
        "pictures": 1,
        "search": ["VX-1"],
        "storage": ["NONE", 1000000],
        "failed": "FAILED_TOTAL",
        "gone": 404,
    }
    (exported,) = folder.iterdir()
    assert exported.read_bytes() == data
