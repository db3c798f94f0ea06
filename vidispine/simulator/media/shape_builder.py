"""Creates shapes, renditions and images, for job actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine._documents.json import load_json
from vidispine.simulator.catalog.time_codes import seconds
from vidispine.simulator.http.formats import site_id
from vidispine.simulator.media.file_store import mime_type
from vidispine.simulator.media.image_store import KINDS, frame_times
from vidispine.simulator.media.job_effects import JobActionError
from vidispine.simulator.media.media_files import WRITABLE, encode_image, encode_media
from vidispine.simulator.media.probe import probe_file, transcoded_components
from vidispine.timecode import TimeCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from vidispine.simulator.media.effects import Images
    from vidispine.simulator.media.file_store import File
    from vidispine.simulator.media.job_effects import JobRun
    from vidispine.simulator.media.probe import Component as Described
    from vidispine.simulator.media.shape_store import Component, Shape
    from vidispine.simulator.media.state import MediaState

SIZES = {"thumbnail": (320, 180), "poster": (640, 360)}
DEFAULT_RESOLUTION = {"width": 640, "height": 360}
DEFAULT_SECONDS = 1.0
"""Duration of a rendition of a file that is neither video nor audio."""
MAX_SIDE = 8192
"""Maximum width and height of a rendition, in pixels."""
PERIOD = 10.0
"""Default interval of thumbnails, in seconds."""

_FILE_EXTENSIONS = {**WRITABLE, "mpegts": "ts", "matroska": "mkv"}
DEFAULT_EXTENSION = "mp4"
_OF_THE_FILE = ("codec", "resolution", "channelCount")


def create_shape(
    run: JobRun[Any],
    item: int,
    file: File,
    *,
    tags: Iterable[str] = (),
    version: int | None = None,
    name: str | None = None,
) -> Shape:
    """Create a shape with the components of a file.

    :param name: original name of the file
    """
    shapes = run.media.shapes
    name = name or file.name
    shape = shapes.create(item, run.at, tags=tags, mime=[mime_type(name)], version=version)
    shapes.add_described(shape, probe_file(name, run.media.files.disk_path(file), file.size or 0), file)
    run.media.simple_metadata.put(f"shape:{shape.serial}", "originalFilename", name)
    shapes.notify("create", shape, run.at)
    return shape


def fill_component(media: MediaState, shape: Shape, component: Component, file: File, name: str) -> Shape:
    """Attach a file to a component of a placeholder. A container adds the components within it.

    :param name: original name of the file
    :returns: the updated shape
    """
    described = probe_file(name, media.files.disk_path(file), file.size or 0)
    own = next((document for kind, document in described if kind == component.kind), {})
    media.shapes.set_component(component, document=own, awaited=0, job=None)
    media.shapes.attach_file(component.serial, file.serial)
    if component.kind == "container":
        media.shapes.add_described(shape, [part for part in described if part[0] != "container"], file)
    media.simple_metadata.put(f"shape:{shape.serial}", "originalFilename", name)
    return media.shapes.set(shape, mime=[*shape.mime_types, mime_type(name)])


def source_shape(run: JobRun[Any], item: int, tags: Iterable[str] = ()) -> Shape:
    """Return the source shape: the first of the tags that the item has, otherwise the original, otherwise any.

    :raises JobActionError: the item has no shapes
    """
    shape = run.media.shapes.tagged(item, [*tags, "original"])
    if shape is None:
        shape = next(iter(run.media.shapes.latest(item)), None)
    if shape is None:
        raise JobActionError(f"item {site_id(item)} has no media")
    return shape


def create_renditions(
    run: JobRun[Any], source: Shape, tags: Iterable[str], *, item: int | None = None, storage: str | None = None
) -> list[Shape]:
    """Create a rendition of a shape for each shape tag.

    :param item: the target item. Default: the item of the shape
    :param storage: id of the storage for the files
    """
    return [_create_rendition(run, source, tag, source.item if item is None else item, storage) for tag in tags]


def _create_rendition(run: JobRun[Any], source: Shape, tag: str, item: int, storage_id: str | None) -> Shape:
    media = run.media
    preset = media.shape_tags.find(tag)
    if preset is None:
        raise JobActionError(f"there is no shape tag {tag}")
    files = media.shapes.files(source)
    if not files:
        raise JobActionError(f"shape {source.id} has no files")
    storage = media.storages.for_import(storage_id)
    stem = _original_name(run, source, files[0]).rpartition(".")[0] or files[0].name
    extension = _file_extension(preset, files[0])
    name = f"{stem}_{tag}.{extension}"
    described = transcoded_components(media.shapes.described(source), preset)
    created = media.files.create(storage, media.files.free_path(storage, name), "OPEN", run.at)
    created = media.files.write_bytes(created, _encode(described, extension, f"{source.item}"), run.at)
    version = source.version if item == source.item else None
    shape = media.shapes.create(item, run.at, tags=[tag], mime=[mime_type(name)], version=version)
    probed = probe_file(name, media.files.disk_path(created), created.size or 0)
    media.shapes.add_described(shape, _merge(described, probed, preset), created)
    media.simple_metadata.put_pairs(f"shape:{shape.serial}", preset.get("shapeMetadata", ()))
    media.shapes.notify("create", shape, run.at)
    return shape


def _original_name(run: JobRun[Any], shape: Shape, file: File) -> str:
    return run.media.simple_metadata.value(f"shape:{shape.serial}", "originalFilename") or file.name


def _file_extension(preset: Mapping[str, Any], source: File) -> str:
    """Return the file extension of a rendition. Default: that of the source."""
    wanted = (preset.get("format") or "").partition(",")[0].lower()
    return _FILE_EXTENSIONS.get(wanted, wanted) or source.name.rpartition(".")[2] or DEFAULT_EXTENSION


def _merge(
    described: Iterable[Described], probed: Iterable[Described], preset: Mapping[str, Any]
) -> Iterator[Described]:
    """Return the components of the file of a rendition, according to the source and the preset."""
    known = dict(reversed(list(described)))
    for kind, document in probed:
        component = {**document, **known.get(kind, {})}
        component.update({name: document[name] for name in _OF_THE_FILE if name in document})
        wanted = (preset.get(kind) or {}).get("codec")
        yield kind, {**component, "codec": wanted} if wanted else component


def _encode(described: Iterable[Described], extension: str, seed: str) -> bytes:
    """Return the file of a rendition with these components."""
    parts = dict(reversed(list(described)))
    video, sound = parts.get("video"), parts.get("audio")
    resolution = (video or {}).get("resolution") or DEFAULT_RESOLUTION
    has_video = video is not None or sound is None
    size = (min(resolution["width"], MAX_SIDE), min(resolution["height"], MAX_SIDE)) if has_video else None
    length = max(duration_of(video or {}), duration_of(sound or {})).seconds or DEFAULT_SECONDS
    # Formats that cannot be written have an MP4 file.
    kind = WRITABLE.get(extension.lower(), DEFAULT_EXTENSION)
    return encode_media(kind, length, size, sound is not None or video is None, seed)


def create_images(run: JobRun[Any], shape: Shape, images: Images) -> None:
    """Create images, if the shape has video."""
    components = run.media.shapes.components(shape) if images.thumbnails or images.posters else []
    video = [load_json(part.document) for part in components if part.kind == "video"]
    if not video:
        return
    length = duration_of(video[0]).seconds
    wanted = {"thumbnail": frame_times(length, images.period or PERIOD) if images.thumbnails else []}
    wanted["poster"] = images.posters
    for kind in KINDS:
        width, height = {"thumbnail": images.thumbnail, "poster": images.poster}[kind] or SIZES[kind]
        for time in wanted[kind]:
            data = encode_image(width, height, f"{shape.item} {seconds(time)}")
            run.media.images.put(shape.item, kind, time, data, "image/jpeg", run.at)


def duration_of(component: Mapping[str, Any]) -> TimeCode:
    """Return the duration of a component; zero if it has none."""
    duration = component.get("duration") or {"samples": 0, "timeBase": {"numerator": 1, "denominator": 1}}
    base = duration["timeBase"]
    return TimeCode(duration["samples"], f"{base['denominator']}:{base['numerator']}")
