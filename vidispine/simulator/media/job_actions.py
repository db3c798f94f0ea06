"""The effects that jobs can have, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine._calls.operation import JSON, XML
from vidispine._documents.json import load_json
from vidispine.simulator.http.formats import site_id
from vidispine.simulator.http.responses import read_document
from vidispine.simulator.http.validation import InvalidDocumentError
from vidispine.simulator.jobs.extensions import StepResult
from vidispine.simulator.media import effects
from vidispine.simulator.media.export_action import export
from vidispine.simulator.media.import_sources import discard_source, fetch_source, file_name_of
from vidispine.simulator.media.job_effects import JobAction, JobActionError, JobRun
from vidispine.simulator.media.probe import probe_file
from vidispine.simulator.media.shape_builder import (
    create_images,
    create_renditions,
    create_shape,
    duration_of,
    fill_component,
    source_shape,
)
from vidispine.simulator.media.shape_tag_store import ORIGINAL

if TYPE_CHECKING:
    from pathlib import Path

    from vidispine.simulator.catalog.entity_store import Item
    from vidispine.simulator.media.file_store import File
    from vidispine.simulator.media.shape_store import Shape

MAX_SIDECAR_BYTES = 16 * 1024 * 1024
"""Maximum size of a sidecar file that is read."""


def _file(run: JobRun[Any], serial: int | None) -> File:
    file = run.media.files.find(serial or 0)
    if file is None:
        raise JobActionError(f"file {site_id(serial or 0)} no longer exists")
    return file


def _original_name(source: effects.Source, file: File) -> str:
    return source.name or (source.uri and file_name_of(source.uri)) or file.name


def _fetch_sources(run: JobRun[effects.ImportEffect]) -> StepResult:
    return max([fetch_source(run, source) for source in run.effect.sources], key=lambda result: result.wait or 0)


def _undo_import(run: JobRun[effects.ImportEffect]) -> None:
    """Delete the imported files, and the item if the job was to create it and was aborted."""
    for source in run.effect.sources:
        discard_source(run, source)
        if source.component is not None:
            run.media.shapes.release_component(source.component, run.job.serial)
    item = run.media.items.find(run.effect.item)
    if run.effect.new and run.job.status == "ABORTED" and item and not run.media.shapes.of(item.serial):
        run.media.items.delete(item, run.at, {})


def _media_fields(run: JobRun[Any], shape: Shape) -> dict[str, list[str]]:
    """Return the metadata fields that describe the original shape."""
    # Video precedes audio.
    media = [component for component in run.media.shapes.components(shape) if component.kind in ("video", "audio")]
    fields = {
        "mediaType": [media[0].kind if media else "data"],
        "mimeType": shape.mime_types,
        "originalFilename": [run.media.simple_metadata.value(f"shape:{shape.serial}", "originalFilename") or ""],
    }
    if media:
        length = duration_of(load_json(media[0].document))
        fields.update(durationSeconds=[str(length.seconds)], durationTimeCode=[str(length)])
    return fields


def _create_outputs(run: JobRun[Any], item: Item, shape: Shape, fields: dict[str, list[str]]) -> None:
    """Create the requested renditions and images, and set metadata fields of the item."""
    created = create_renditions(run, shape, run.effect.outputs.transcode, storage=run.effect.outputs.storage)
    create_images(run, shape, run.effect.outputs.images)
    chosen = run.effect.outputs.original
    for version in created:
        if chosen is not None and chosen in version.tag_names:
            run.media.shapes.set(shape, tags=[tag for tag in shape.tag_names if tag != ORIGINAL])
            run.media.shapes.set(version, tags=[*version.tag_names, ORIGINAL])
    run.media.update_shape_tags(item, run.at, fields)


def _import(run: JobRun[effects.ImportMedia]) -> None:
    """Create the original shape of an item, in a new essence version if ``version`` is set."""
    item, source = run.item(run.effect.item), run.effect.sources[0]
    file = _file(run, source.file)
    version = run.media.shapes.new_version(item.serial, run.at) if run.effect.version else None
    shape = create_shape(
        run, item.serial, file, tags=run.effect.tags, version=version, name=_original_name(source, file)
    )
    run.write_data(fileId=file.id, shapeId=shape.id)
    is_original = ORIGINAL in run.effect.tags or run.effect.new
    _create_outputs(run, item, shape, _media_fields(run, shape) if is_original else {})


def _fill_placeholder(run: JobRun[effects.FillPlaceholder]) -> None:
    """Attach files to the components of a placeholder. When it is complete, create its renditions and images."""
    item, shape = run.item(run.effect.item), run.shape(run.effect.shape)
    shape = run.media.shapes.set(shape, wanted=[*load_json(shape.wanted), *run.effect.outputs.transcode])
    for source in run.effect.sources:
        file, serial = _file(run, source.file), source.component or 0
        component = run.media.shapes.find_component(serial)
        if component is None:
            raise JobActionError(f"component {site_id(serial)} no longer exists")
        shape = fill_component(run.media, shape, component, file, _original_name(source, file))
        run.write_data(fileId=file.id, shapeId=shape.id)
    if run.media.shapes.is_placeholder(shape):
        run.media.shapes.notify("modify", shape, run.at)
        return
    run.media.shapes.notify("create", shape, run.at)
    run.effect.outputs.transcode = load_json(shape.wanted)
    _create_outputs(run, item, shape, _media_fields(run, shape))


def _attach_sidecar(run: JobRun[effects.AttachSidecar]) -> None:
    """Attach a sidecar file to an item, and write the metadata in it to the item."""
    file, item = _file(run, run.effect.sources[0].file), run.item(run.effect.item)
    run.media.simple_metadata.put(f"file:{file.serial}", "sidecarOf", item.id)
    run.write_data(fileId=file.id)
    document = _sidecar_document(run.media.files.disk_path(file))
    if document is not None:
        run.media.item_metadata.write_as(run.job.user, run.at, item.ref, document)


def _sidecar_document(path: Path) -> dict[str, Any] | None:
    """Return the metadata document in a sidecar file, ``None`` for files of other formats."""
    if path.stat().st_size > MAX_SIDECAR_BYTES:
        return None
    data = path.read_bytes()
    media_type = {b"<": XML, b"{": JSON}.get(data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1])
    if media_type is None:
        return None
    try:
        return read_document("MetadataType", data, media_type)
    except InvalidDocumentError:
        return None


def _add_component(run: JobRun[effects.AddComponent]) -> None:
    """Add the components of a file to an existing shape."""
    source = run.effect.sources[0]
    file, shape = _file(run, source.file), run.shape(run.effect.shape)
    probed = probe_file(_original_name(source, file), run.media.files.disk_path(file), file.size or 0)
    described = [part for part in probed if part[0] != "container"]
    run.media.shapes.add_described(shape, described, file)
    run.media.shapes.notify("modify", shape, run.at)


def _transcode(run: JobRun[effects.Transcode]) -> None:
    """Create renditions of a shape."""
    effect = run.effect
    item, target = run.item(effect.item), run.item(effect.destination or effect.item)
    if effect.shape is not None:
        sources = dict.fromkeys(effect.tags, run.shape(effect.shape))
    else:
        sources = {tag: source_shape(run, item.serial, _preferred_source_tags(run, tag)) for tag in effect.tags}
    for tag, shape in sources.items():
        create_renditions(run, shape, [tag], item=target.serial, storage=effect.storage)
        create_images(run, shape, effect.images)
    run.media.update_shape_tags(target, run.at)


def _preferred_source_tags(run: JobRun[Any], tag: str) -> list[str]:
    preset = run.media.shape_tags.find(tag) or {}
    return [preset["preferredSourceTag"]] if preset.get("preferredSourceTag") else []


def _create_images(run: JobRun[effects.CreateImages]) -> None:
    item, serial = run.item(run.effect.item), run.effect.shape
    shape = source_shape(run, item.serial, run.effect.tags) if serial is None else run.shape(serial)
    create_images(run, shape, run.effect.images)


def _copy_file(run: JobRun[effects.CopyFile]) -> None:
    """Copy or move a file to another storage."""
    file = _file(run, run.effect.file)
    storage = run.media.storages.get(run.effect.storage)
    path = run.effect.path or run.media.files.free_path(storage, file.name)
    if run.media.files.at(storage, path) is not None:
        raise JobActionError(f"storage {storage.id} has a file at {path} already")
    if run.effect.move:
        source = run.media.files.disk_path(file)
        moved = run.media.files.relocate(file, storage, path, run.at)
        run.media.files.write_content(moved, source, run.at, move=True)
        return
    created = run.media.files.create(storage, path, "OPEN", run.at)
    created = run.media.files.write_content(created, run.media.files.disk_path(file), run.at)
    for component in run.media.shapes.components_with_file(file.serial):
        run.media.shapes.attach_file(component.serial, created.serial)
    run.write_data(replicatedFileIds=created.id)


def _delete_file(run: JobRun[effects.DeleteFile]) -> None:
    run.media.files.remove(_file(run, run.effect.file), run.at)


def _update_shape(run: JobRun[effects.UpdateShape]) -> None:
    """Probe the files of a shape again."""
    shape = run.shape(run.effect.shape)
    for file in run.media.shapes.files(shape):
        described = dict(reversed(probe_file(file.name, run.media.files.disk_path(file), file.size or 0)))
        for component in run.media.shapes.components(shape):
            if file.serial in run.media.shapes.file_serials(component) and component.kind in described:
                run.media.shapes.set_component(component, document=described[component.kind])
    run.media.shapes.notify("modify", shape, run.at)


ACTIONS: dict[type[effects.Effect], JobAction] = {
    effects.ImportMedia: JobAction(_import, _fetch_sources, _undo_import),
    effects.FillPlaceholder: JobAction(_fill_placeholder, _fetch_sources, _undo_import),
    effects.AttachSidecar: JobAction(_attach_sidecar, _fetch_sources, _undo_import),
    effects.AddComponent: JobAction(_add_component, _fetch_sources, _undo_import),
    effects.Transcode: JobAction(_transcode),
    effects.CreateImages: JobAction(_create_images),
    effects.Export: JobAction(export),
    effects.CopyFile: JobAction(_copy_file),
    effects.DeleteFile: JobAction(_delete_file),
    effects.UpdateShape: JobAction(_update_shape),
}
"""By the class of the effect."""
