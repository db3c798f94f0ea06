"""The effect of export jobs."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import uuid4

from vidispine.simulator.http.responses import encode_xml
from vidispine.simulator.http.validation import model_named
from vidispine.simulator.media.folders import safe_name
from vidispine.simulator.media.job_effects import JobActionError, JobRun

if TYPE_CHECKING:
    from vidispine.simulator.catalog.entity_store import Item
    from vidispine.simulator.media.effects import Export, ExportPart
    from vidispine.simulator.media.file_store import File
    from vidispine.simulator.media.shape_store import Shape


def export(run: JobRun[Export]) -> None:
    """Write the files of shapes to the URI. A URI with a trailing slash is a folder."""
    for part in run.effect.parts:
        item = run.item(part.item)
        shape = _exported_shape(run, item, part)
        if shape is None:
            continue
        files = run.media.shapes.files(shape)
        if not files:
            raise JobActionError(f"shape {shape.id} has no files")
        for file in files:
            _write(run, shape, file)
        if run.effect.metadata:
            _write_metadata(run, item)


def _exported_shape(run: JobRun[Export], item: Item, part: ExportPart) -> Shape | None:
    if part.shape is not None:
        return run.shape(part.shape)
    shape = run.media.shapes.tagged(item.serial, [part.tag], part.version)
    if shape is None and not run.effect.allow_missing:
        raise JobActionError(f"item {item.id} has no shape with the tag {part.tag}")
    return shape


def _target(run: JobRun[Export], name: str) -> str:
    uri = run.effect.uri
    if not uri.endswith("/"):
        return uri
    return f"{uri}{quote(name, safe='')}"


def _write(run: JobRun[Export], shape: Shape, file: File) -> None:
    name = file.name
    if run.effect.use_original_filename:
        name = run.media.simple_metadata.value(f"shape:{shape.serial}", "originalFilename") or name
    target = run.media.folders.resolve_uri(_target(run, safe_name(name)))
    target.parent.mkdir(parents=True, exist_ok=True)
    # Rename a complete file, so that no reader sees a truncated one.
    part = target.with_name(f".{uuid4().hex}.part")
    try:
        shutil.copyfile(run.media.files.disk_path(file), part)
        os.replace(part, target)  # noqa: PTH105 - also replaces on Windows
    finally:
        part.unlink(missing_ok=True)


def _write_metadata(run: JobRun[Export], item: Item) -> None:
    target = run.media.folders.resolve_uri(_target(run, f"{item.id}.xml"))
    if not run.effect.uri.endswith("/"):
        target = target.with_name(f"{target.name}.xml")
    metadata = run.media.item_metadata
    target.write_bytes(encode_xml(model_named("MetadataType"), metadata.document(item.ref, metadata.selection({}))))
