"""A script with media as users write it; type checkers must infer each type in ``assert_type``."""

from __future__ import annotations

from pathlib import Path

from typing_extensions import assert_type

import vidispine
from vidispine import FileType, ItemType, JobType, ShapeType, TimeCode
from vidispine.media import Image, Media

client = vidispine.Client("http://localhost:8080")
assert_type(client.media, Media)
item = client.media.ingest("clip.mov", metadata={"title": "News"}, tags=["lowres"], timeout=60, on_progress=print)
assert_type(item, ItemType)
assert_type(client.media.ingest(Path("clip.mov"), wait=False), JobType)
assert_type(client.media.ingest("incoming", pattern="*.mov"), list[ItemType])
assert_type(client.media.ingest("incoming", pattern="*.mov", wait=False), list[JobType])
assert_type(client.media.download(item, tag="lowres", to="folder"), list[Path])
assert_type(client.media.download(["VX-1", item], overwrite=True), list[Path])
assert_type(client.media.files(item), list[FileType])
assert_type(client.media.download(client.media.files(item)[0], filename="a.mov"), list[Path])
assert_type(client.media.download(client.item.iterate_items(), to=Path("folder")), list[Path])
assert_type(client.media.shape("VX-1"), ShapeType)
assert_type(client.media.transcode(item, "lowres", on_progress=print), JobType)
assert_type(client.media.export(item, to="s3://bucket/"), JobType)
assert_type(client.media.move(item, "VX-3"), list[JobType])
assert_type(client.media.archive(item), JobType)
assert_type(client.media.restore(item, "VX-3", wait=False), JobType)
assert_type(client.media.thumbnails(item), list[Image])
(image, *_) = client.media.posters(item, "100@PAL")
assert_type(image.time, TimeCode)
assert_type(image.read(), bytes)
