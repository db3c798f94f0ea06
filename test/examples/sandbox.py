"""A simulated server, a client, and the examples run as programs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import vidispine
from test.support.loopback import PASSWORD
from vidispine.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typing_extensions import Self

__all__ = ["EXAMPLES", "Run", "Sandbox"]

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LIMIT = 100.0
"""Seconds that an example may take."""

PRESET = {"format": "mp4", "video": {"codec": "h264", "resolution": {"width": 512, "height": 288}}, "audio": {}}


class Run:
    """The result of an example."""

    def __init__(self, ended: subprocess.CompletedProcess[str]) -> None:
        self.status = ended.returncode
        self.lines = ended.stdout.splitlines()
        self.errors = ended.stderr.splitlines()
        assert "Traceback" not in ended.stderr, ended.stderr
        assert PASSWORD not in ended.stdout + ended.stderr

    def __repr__(self) -> str:
        return f"status {self.status}\n" + "\n".join([*self.lines, *self.errors])


class Sandbox:
    """The environment of the examples. The clock of the server is some weeks behind until it is moved forward."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.days_ago = 40.0
        self.vidicore = Simulator(speed=50, password=PASSWORD, clock=lambda: time.time() - self.days_ago * 86400)
        self.changes: dict[str, str] = {}
        """Additional environment variables of the examples."""

    def __enter__(self) -> Self:
        self.vidicore.start()
        self.client = vidispine.Client(configuration=self.vidicore.configuration())
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self.vidicore.stop()

    @property
    def environment(self) -> dict[str, str]:
        settings = {
            "VIDISPINE_HOST": f"{self.vidicore.url}/API",
            "VIDISPINE_USERNAME": "admin",
            "VIDISPINE_PASSWORD": PASSWORD,
            "PYTHONUTF8": "1",
        }
        return {**os.environ, **settings, **self.changes}

    def run(self, name: str, *arguments: str | Path) -> Run:
        """Run an example. Warnings are errors."""
        command = [sys.executable, "-W", "error", str(EXAMPLES / f"{name}.py"), *map(str, arguments)]
        ended = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=LIMIT,
            check=False,
        )
        return Run(ended)

    def move_to(self, *, days_ago: float) -> None:
        """Move the clock of the server forward."""
        assert days_ago <= self.days_ago
        self.days_ago = days_ago

    # State before and after an example

    def add_lowres(self) -> None:
        self.client.shape_tag.update_or_create_shape_tag(tag_name="lowres", transcode_preset_type=PRESET)

    def ended(self, jobs: Iterable[vidispine.JobType]) -> list[vidispine.JobType]:
        """Wait for jobs, regardless of their final state."""
        return list(self.client.job.wait_for_jobs(jobs, timeout=60, poll_interval=0.05, raise_on_failure=False))

    def failed(self, number: int = 1, type: str = "TRANSCODE", message: str = "no space") -> list[str]:
        """Create failed jobs and return their ids."""
        self.vidicore.jobs.behave(type, steps=2, seconds=0, fail_at=2, message=message)
        jobs = [self.client.job.create_custom_job(type, jobmetadata={"itemId": "VX-7"}) for _ in range(number)]
        self.vidicore.jobs.behave(type)
        return sorted(job.job_id for job in self.ended(jobs) if job.status == "FAILED_TOTAL")

    def item(self, name: str = "clip.mov", tag: str | None = None, data: bytes = b"some film") -> str:
        """Import a file and return the id of its item."""
        job = self.client.import_.import_item_raw(data, filename=name, tag=tag, create_thumbnails=False)
        assert job is not None
        (job,) = self.ended([job])
        assert job.status == "FINISHED", job
        return next(pair.value or "" for pair in job.data or [] if pair.key == "itemId")

    def tags(self, item_id: str) -> list[str]:
        """Return the shape tags of an item."""
        shapes = self.client.item.get_item(item_id, content="shape").shape or []
        return sorted(tag for shape in shapes for tag in shape.tag or [])

    def items(self) -> list[str]:
        return sorted(item.id or "" for item in self.client.item.iterate_items())

    def jobs(self, **filters: Any) -> list[vidispine.JobType]:
        return list(self.client.job.iterate_jobs(user=False, **filters))

    def asked(self, operation: str) -> int:
        """Return how many requests the server received for an operation."""
        return len(self.vidicore.requests.of(operation))
