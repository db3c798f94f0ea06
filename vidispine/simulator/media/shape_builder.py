"""Making shapes, versions and pictures: what jobs have in common at their end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vidispine.simulator.catalog.time_codes import seconds
from vidispine.simulator.formats import site_id
from vidispine.simulator.media.file_store import mime_type
from vidispine.simulator.media.image_store import KINDS, draw, times
from vidispine.simulator.media.job_effects import WorkError
from vidispine.simulator.media.probe import describe, transcoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vidispine.simulator.media.file_store import File
    from vidispine.simulator.media.job_effects import Run
    from vidispine.simulator.media.shape_store import Component, Shape
    from vidispine.simulator.media.state import Media

__all__ = ["fill_component", "make_pictures", "make_shape", "make_versions", "source_shape"]

HEAD = 64 * 1024
"""The file of a version that a transcode makes holds so many bytes of its source's, or all when there are fewer."""

SIZES = {"thumbnail": (320, 180), "poster": (640, 360)}
PERIOD = 10.0
"""Seconds from one thumbnail to the next."""

_ENDINGS = {"mpegts": "ts", "matroska": "mkv", "image2": "jpg", "mjpeg": "jpg", "quicktime": "mov", "mpeg4": "mp4"}


def make_shape(
    run: Run, item: int, file: File, *, tags: Iterable[str] = (), version: int | None = None, name: str | None = None
) -> Shape:
    """Add a shape with the components that a file is taken to have.

    :param name: what the file was called where it came from
    """
    shapes = run.media.shapes
    name = name or file.name
    shape = shapes.create(item, run.at, tags=tags, mime=[mime_type(name)], version=version)
    shapes.add_described(shape, describe(name, file.size or 0), file)
    run.media.metadata.put(f"shape:{shape.serial}", "originalFilename", name)
    shapes.tell("create", shape, run.at)
    return shape


def fill_component(media: Media, shape: Shape, component: Component, file: File, name: str) -> Shape:
    """Give a component of a placeholder its file. A container brings what is in it as well.

    :param name: what the file was called where it came from
    :returns: the shape as it is then
    """
    described = describe(name, file.size or 0)
    own = next((document for kind, document in described if kind == component.kind), {})
    media.shapes.set_component(component, document=own, awaited=0, job=None)
    media.shapes.tie(component.serial, file.serial)
    if component.kind == "container":
        media.shapes.add_described(shape, [part for part in described if part[0] != "container"], file)
    media.metadata.put(f"shape:{shape.serial}", "originalFilename", name)
    return media.shapes.set(shape, mime=[*shape.mime_types, mime_type(name)])


def source_shape(run: Run, item: int, tags: Iterable[str] = ()) -> Shape:
    """Return the shape to work from: the first of some tags that the item has, else its original, else any.

    :raises WorkError: it has none
    """
    shape = run.media.shapes.tagged(item, [*tags, "original"])
    if shape is None:
        shape = next(iter(run.media.shapes.latest(item)), None)
    if shape is None:
        raise WorkError(f"item {site_id(item)} has no media")
    return shape


def make_versions(
    run: Run, source: Shape, tags: Iterable[str], *, item: int | None = None, storage: str | None = None
) -> list[Shape]:
    """Add a version of a shape for each of some shape tags, as their presets say.

    :param item: the item to add them to, the shape's own when ``None``
    :param storage: id of the storage for their files
    """
    return [_make_version(run, source, tag, source.item if item is None else item, storage) for tag in tags]


def _make_version(run: Run, source: Shape, tag: str, item: int, storage_id: str | None) -> Shape:
    media = run.media
    preset = media.shape_tags.find(tag)
    if preset is None:
        raise WorkError(f"there is no shape tag {tag}")
    files = media.shapes.files(source)
    if not files:
        raise WorkError(f"shape {source.id} has no files")
    storage = media.storages.for_import(storage_id)
    stem = _original_name(run, source, files[0]).rpartition(".")[0] or files[0].name
    name = f"{stem}_{tag}.{_ending(preset, files[0])}"
    made = media.files.create(storage, media.files.free_path(storage, name), "OPEN", run.at)
    made = media.files.fill(made, media.files.disk(files[0]), run.at, most=HEAD)
    version = source.version if item == source.item else None
    shape = media.shapes.create(item, run.at, tags=[tag], mime=[mime_type(name)], version=version)
    media.shapes.add_described(shape, transcoded(media.shapes.described(source), preset), made)
    for pair in preset.get("shapeMetadata", ()):
        media.metadata.put(f"shape:{shape.serial}", pair["key"], pair["value"])
    media.shapes.tell("create", shape, run.at)
    return shape


def _original_name(run: Run, shape: Shape, file: File) -> str:
    return run.media.metadata.value(f"shape:{shape.serial}", "originalFilename") or file.name


def _ending(preset: Mapping[str, Any], source: File) -> str:
    wanted = (preset.get("format") or "").partition(",")[0].lower()
    return _ENDINGS.get(wanted, wanted) or source.name.rpartition(".")[2]


def make_pictures(run: Run, shape: Shape, wishes: Mapping[str, Any]) -> None:
    """Add the pictures that a request wants, if the media is one to be seen.

    :param wishes: ``thumbnails`` (whether), ``posters`` (time codes), ``period`` in seconds, and ``width`` and
        ``height`` of thumbnails under ``thumbnail``, of posters under ``poster``
    """
    video = [json.loads(part.document) for part in run.media.shapes.components(shape) if part.kind == "video"]
    if not video:
        return
    length = seconds_of(video[0])
    wanted = {"thumbnail": times(length, wishes.get("period") or PERIOD) if wishes.get("thumbnails") else []}
    wanted["poster"] = wishes.get("posters") or []
    for kind in KINDS:
        width, height = wishes.get(kind) or SIZES[kind]
        for time in wanted[kind]:
            data = draw(width, height, f"{shape.item} {seconds(time)}")
            run.media.pictures.put(shape.item, kind, time, data, "image/png", run.at)


def seconds_of(component: Mapping[str, Any]) -> float:
    """Return how long the media of a component lasts."""
    duration = component.get("duration")
    if not duration:
        return 0.0
    base = duration["timeBase"]
    return float(duration["samples"] * base["numerator"] / base["denominator"])
