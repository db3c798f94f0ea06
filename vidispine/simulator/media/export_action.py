"""Exporting: files of shapes, written to folders."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import uuid4

from vidispine.models import MetadataType
from vidispine.simulator.formats import site_id
from vidispine.simulator.http.xml_documents import write_xml
from vidispine.simulator.media.folders import safe_name
from vidispine.simulator.media.job_effects import Run, WorkError

if TYPE_CHECKING:
    from vidispine.simulator.catalog.item_store import Item
    from vidispine.simulator.media.file_store import File
    from vidispine.simulator.media.shape_store import Shape

__all__ = ["export"]


def export(run: Run) -> None:
    """Write the files of shapes to folders, each named by ``uri``; a URI that ends in a slash is a folder."""
    for part in run.work["parts"]:
        item = run.item(part["item"])
        shape = _exported_shape(run, item, part)
        if shape is None:
            continue
        files = run.media.shapes.files(shape)
        if not files:
            raise WorkError(f"shape {shape.id} has no files")
        for file in files:
            _write(run, shape, file)
        if run.work.get("metadata"):
            _write_metadata(run, item)


def _exported_shape(run: Run, item: Item, part: dict[str, Any]) -> Shape | None:
    if part.get("shape") is not None:
        shape = run.media.shapes.find(part["shape"])
        if shape is None:
            raise WorkError(f"shape {site_id(part['shape'])} is not there any more")
        return shape
    shape = run.media.shapes.tagged(item.serial, [part["tag"]], part.get("version"))
    if shape is None and not run.work.get("allowMissing", True):
        raise WorkError(f"item {item.id} has no shape with the tag {part['tag']}")
    return shape


def _target(run: Run, name: str) -> str:
    uri: str = run.work["uri"]
    if not uri.endswith("/"):
        return uri
    return f"{uri}{quote(name, safe='')}"


def _write(run: Run, shape: Shape, file: File) -> None:
    name = file.name
    if run.work.get("useOriginalFilename"):
        name = run.media.metadata.value(f"shape:{shape.serial}", "originalFilename") or name
    target = run.media.folders.reach(_target(run, safe_name(name)))
    target.parent.mkdir(parents=True, exist_ok=True)
    # Nobody shall find half a file there.
    part = target.with_name(f".{uuid4().hex}.part")
    try:
        shutil.copyfile(run.media.files.disk(file), part)
        os.replace(part, target)  # noqa: PTH105 - replaces on every system
    finally:
        part.unlink(missing_ok=True)


def _write_metadata(run: Run, item: Item) -> None:
    target = run.media.folders.reach(_target(run, f"{item.id}.xml"))
    if not run.work["uri"].endswith("/"):
        target = target.with_name(f"{target.name}.xml")
    target.write_bytes(write_xml(MetadataType, run.media.metadata_of(item)))
