"""The works that jobs can have, by their names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vidispine.simulator.formats import site_id
from vidispine.simulator.media.export_action import export
from vidispine.simulator.media.import_sources import give_back, name_of, take
from vidispine.simulator.media.job_effects import Action, Run, WorkError
from vidispine.simulator.media.probe import describe
from vidispine.simulator.media.shape_builder import (
    fill_component,
    make_pictures,
    make_shape,
    make_versions,
    seconds_of,
    source_shape,
)
from vidispine.simulator.media.shape_tag_store import ORIGINAL

if TYPE_CHECKING:
    from vidispine.simulator.catalog.item_store import Item
    from vidispine.simulator.media.file_store import File
    from vidispine.simulator.media.shape_store import Shape

__all__ = ["ACTIONS"]


def _file(run: Run, source: dict[str, Any]) -> File:
    file = run.media.files.find(source["file"])
    if file is None:
        raise WorkError(f"file {site_id(source['file'])} is not there any more")
    return file


def _name(source: dict[str, Any], file: File) -> str:
    """Return what a file was called where it came from."""
    return str(source.get("name") or ("uri" in source and name_of(source["uri"])) or file.name)


def _begin(run: Run) -> int | None:
    """Bring all files in."""
    waits = [take(run, source) for source in run.work["sources"]]
    return max((wait for wait in waits if wait is not None), default=None)


def _undo(run: Run) -> None:
    """Remove what came in, and the item as well if the job was to make one and was aborted."""
    for source in run.work["sources"]:
        give_back(run, source)
        component = source.get("component")
        if component is not None:
            run.media.shapes.await_again(component, run.job.serial)
    item = run.media.items.find(run.work["item"])
    if run.work.get("new") and run.job.status == "ABORTED" and item and not run.media.shapes.of(item.serial):
        run.media.items.delete(item, run.at)


def _describe(run: Run, item: Item, shape: Shape) -> None:
    """Set the fields that an item has from its original."""
    kinds = [component.kind for component in run.media.shapes.components(shape)]
    video = [part for part in run.media.shapes.components(shape) if part.kind in ("video", "audio")]
    fields = {
        "mediaType": [next((kind for kind in ("video", "audio") if kind in kinds), "data")],
        "mimeType": shape.mime_types,
        "originalFilename": [run.media.metadata.value(f"shape:{shape.serial}", "originalFilename") or ""],
    }
    if video:
        fields["durationSeconds"] = [str(seconds_of(json.loads(video[0].document)))]
    run.media.describe(item, run.at, fields)


def _follow(run: Run, item: Item, shape: Shape) -> None:
    """Make the versions and pictures that an import is asked for beside the original."""
    made = make_versions(run, shape, run.work.get("transcode", ()), storage=run.work.get("storage"))
    make_pictures(run, shape, run.work.get("pictures", {}))
    chosen = run.work.get("original")
    for version in made:
        if chosen is not None and chosen in version.tag_names:
            run.media.shapes.set(shape, tags=[tag for tag in shape.tag_names if tag != ORIGINAL])
            run.media.shapes.set(version, tags=[*version.tag_names, ORIGINAL])
    run.media.tag_item(item, run.at)


def _import(run: Run) -> None:
    """Make the original of an item, in a new essence version if ``version`` says so."""
    item, source = run.item(), run.work["sources"][0]
    file = _file(run, source)
    version = run.media.shapes.new_version(item.serial, run.at) if run.work.get("version") else None
    shape = make_shape(run, item.serial, file, tags=run.work["tags"], version=version, name=_name(source, file))
    run.note(fileId=file.id, shapeId=shape.id)
    if ORIGINAL in run.work["tags"] or run.work.get("new"):
        _describe(run, item, shape)
    _follow(run, item, shape)


def _fill(run: Run) -> None:
    """Give components of a placeholder their files; when the last has come make what was wanted of it."""
    item = run.item()
    shape = run.media.shapes.find(run.work["shape"])
    if shape is None:
        raise WorkError(f"shape {site_id(run.work['shape'])} is not there any more")
    shape = run.media.shapes.set(shape, wanted=[*json.loads(shape.wanted), *run.work.get("transcode", ())])
    for source in run.work["sources"]:
        file = _file(run, source)
        component = run.media.shapes.find_component(source["component"])
        if component is None:
            raise WorkError(f"component {site_id(source['component'])} is not there any more")
        shape = fill_component(run.media, shape, component, file, _name(source, file))
        run.note(fileId=file.id, shapeId=shape.id)
    if run.media.shapes.is_placeholder(shape):
        run.media.shapes.tell("modify", shape, run.at)
        return
    run.media.shapes.tell("create", shape, run.at)
    _describe(run, item, shape)
    run.work["transcode"] = json.loads(shape.wanted)
    _follow(run, item, shape)


def _attach(run: Run) -> None:
    """Keep a sidecar file with an item; what it says of the item is not read."""
    file = _file(run, run.work["sources"][0])
    run.media.metadata.put(f"file:{file.serial}", "sidecarOf", run.item().id)
    run.note(fileId=file.id)


def _add_component(run: Run) -> None:
    """Add what a file holds to a shape that is there."""
    source = run.work["sources"][0]
    file, shape = _file(run, source), run.media.shapes.find(run.work["shape"])
    if shape is None:
        raise WorkError(f"shape {site_id(run.work['shape'])} is not there any more")
    described = [part for part in describe(_name(source, file), file.size or 0) if part[0] != "container"]
    run.media.shapes.add_described(shape, described, file)
    run.media.shapes.tell("modify", shape, run.at)


def _transcode(run: Run) -> None:
    """Make versions of a shape."""
    item, target = run.item(), run.item(run.work.get("destination"))
    if run.work.get("shape") is not None:
        shape = run.media.shapes.find(run.work["shape"])
        if shape is None:
            raise WorkError(f"shape {site_id(run.work['shape'])} is not there any more")
        sources = dict.fromkeys(run.work["tags"], shape)
    else:
        sources = {tag: source_shape(run, item.serial, _preferred(run, tag)) for tag in run.work["tags"]}
    for tag, shape in sources.items():
        make_versions(run, shape, [tag], item=target.serial, storage=run.work.get("storage"))
        make_pictures(run, shape, run.work.get("pictures", {}))
    run.media.tag_item(target, run.at)


def _preferred(run: Run, tag: str) -> list[str]:
    preset = run.media.shape_tags.find(tag) or {}
    return [preset["preferredSourceTag"]] if preset.get("preferredSourceTag") else []


def _thumbnails(run: Run) -> None:
    """Make pictures of an item."""
    item = run.item()
    if run.work.get("shape") is not None:
        shape = run.media.shapes.find(run.work["shape"])
    else:
        shape = source_shape(run, item.serial, run.work.get("tags", ()))
    if shape is None:
        raise WorkError("the shape is not there any more")
    make_pictures(run, shape, run.work["pictures"])


def _copy_file(run: Run) -> None:
    """Put a copy of a file on another storage; ``move`` lets the first go."""
    file = _file(run, run.work)
    storage = run.media.storages.get(run.work["storage"])
    path = run.work.get("path") or run.media.files.free_path(storage, file.name)
    if run.media.files.at(storage, path) is not None:
        raise WorkError(f"storage {storage.id} has a file at {path} already")
    if run.work.get("move"):
        source = run.media.files.disk(file)
        moved = run.media.files.relocate(file, storage, path, run.at)
        run.media.files.fill(moved, source, run.at, move=True)
        return
    made = run.media.files.create(storage, path, "OPEN", run.at)
    made = run.media.files.fill(made, run.media.files.disk(file), run.at)
    for component in run.media.shapes.components_of(file.serial):
        run.media.shapes.tie(component.serial, made.serial)
    run.note(replicatedFileIds=made.id)


def _delete_file(run: Run) -> None:
    """Remove a file with its bytes."""
    run.media.files.remove(_file(run, run.work), run.at)


def _update_shape(run: Run) -> None:
    """Say again what a shape's components are taken to be."""
    shape = run.media.shapes.find(run.work["shape"])
    if shape is None:
        raise WorkError(f"shape {site_id(run.work['shape'])} is not there any more")
    for file in run.media.shapes.files(shape):
        described = dict(reversed(describe(file.name, file.size or 0)))
        for component in run.media.shapes.components(shape):
            if file.serial in run.media.shapes.file_serials(component) and component.kind in described:
                run.media.shapes.set_component(component, document=described[component.kind])
    run.media.shapes.tell("modify", shape, run.at)


ACTIONS = {
    "import": Action(_import, _begin, _undo),
    "fill": Action(_fill, _begin, _undo),
    "sidecar": Action(_attach, _begin, _undo),
    "component": Action(_add_component, _begin, _undo),
    "transcode": Action(_transcode),
    "thumbnails": Action(_thumbnails),
    "export": Action(export),
    "copy": Action(_copy_file),
    "delete": Action(_delete_file),
    "update": Action(_update_shape),
}
"""By the word that works have in ``do``."""
