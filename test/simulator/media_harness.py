"""A simulator with a clock that tests set, and the SDK's classes for media."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import vidispine
from test.simulator.clock import Clock
from vidispine.simulator import Simulator

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["TITLED", "MediaHarness"]

TITLED = {"timespan": [{"start": "-INF", "end": "+INF", "field": [{"name": "title", "value": [{"value": "My clip"}]}]}]}
LOWRES = {"format": "mp4", "video": {"codec": "h264", "resolution": {"width": 512, "height": 288}}, "audio": {}}


class MediaHarness:
    """A simulator, accessed with the SDK as the administrator."""

    def __init__(self, clock: Clock, db: Path | None = None, **options: Any) -> None:
        self.clock = clock
        self.vidicore = Simulator(db=db, clock=clock, **options)

    def __enter__(self) -> Self:
        self.vidicore.start()
        self.api_client = vidispine.ApiClient(self.vidicore.configuration())
        self.files = vidispine.FileApi(self.api_client)
        self.imports = vidispine.ImportApi(self.api_client)
        self.items = vidispine.ItemApi(self.api_client)
        self.jobs = vidispine.JobApi(self.api_client)
        self.shapes = vidispine.ShapeApi(self.api_client)
        self.storages = vidispine.StorageApi(self.api_client)
        self.tags = vidispine.ShapeTagApi(self.api_client)
        self.transfers = vidispine.TransferApi(self.api_client)
        return self

    def __exit__(self, *_: object) -> None:
        self.api_client.close()
        self.vidicore.stop()

    def add_lowres(self) -> None:
        self.tags.update_or_create_shape_tag(tag_name="lowres", transcode_preset_type=LOWRES)

    def finish(self, job: vidispine.JobType, status: str = "FINISHED") -> dict[str, str]:
        """Advance the clock until a job has ended, check its status and return its data."""
        self.clock.advance(60)
        ended = self.jobs.get_job(job.job_id, metadata=True)
        data = {pair.key or "": pair.value or "" for pair in ended.data or []}
        assert ended.status == status, (ended.status, data.get("errorMessage"))
        return data

    def import_file(self, path: Path, **options: Any) -> str:
        """Import a file and return the id of its item."""
        job = self.imports.import_item(uri=path.as_uri(), metadata_type=TITLED, **options)
        return self.finish(job)["itemId"]

    def shapes_by_tag(self, item: str) -> dict[str, str]:
        """Return the ids of an item's shapes by tag."""
        ids = self.shapes.get_shapes(item).uri or []
        return {",".join(self.shapes.get_shape(item, id).tag or []): id for id in ids}

    def shape_file(self, item: str, shape: str) -> vidispine.FileType:
        """Return the one file of a shape."""
        (file,) = self.shapes.get_shape_files(item, shape).file or []
        return file

    def download(self, file: str, folder: Path) -> bytes:
        """Download a file with the SDK and return its bytes."""
        target = folder / f"{file}.data"
        self.files.get_file_data(file, _save_to=target)
        return target.read_bytes()
