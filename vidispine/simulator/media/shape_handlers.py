"""What the simulated server does with shapes and their essence versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.entities import item_of
from vidispine.simulator.formats import from_milliseconds, read_integer
from vidispine.simulator.http.errors import invalid, not_found
from vidispine.simulator.http.responses import Answer, lines
from vidispine.simulator.media.entities import file_document, shape_of
from vidispine.simulator.media.shape_store import KINDS
from vidispine.simulator.simple_metadata import metadata_handlers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine.simulator.catalog.item_store import Item
    from vidispine.simulator.http.requests import Call, Handler
    from vidispine.simulator.media.shape_store import Shape

__all__ = ["SHAPE_HANDLERS"]


def get_shapes(call: Call) -> Answer:
    """Answer with the ids of an item's shapes."""
    call.need("_item_shape_read")
    item, media = item_of(call), call.world.media
    tags = call.arguments.get("tag", ())
    wanted = call.arguments.get("placeholder", "false").lower()
    if wanted not in ("true", "false", "all"):
        raise invalid("placeholder", wanted, "placeholder must be true, false or all")
    shapes = [
        shape
        for shape in media.shapes.of(item.serial)
        if wanted == "all" or media.shapes.is_placeholder(shape) == (wanted == "true")
    ]
    shapes = _of_version(call, item, shapes)
    ids = [shape.id for shape in shapes if not tags or set(tags) & set(shape.tag_names)]
    if call.arguments.get("url", False):
        ids = [f"{call.root}/item/{item.id}/shape/{id}" for id in ids]
    return Answer({"uri": ids} if ids else {}, lines(ids))


def _of_version(call: Call, item: Item, shapes: Sequence[Shape]) -> list[Shape]:
    version = call.arguments.get("version", "latest")
    if version == "all":
        return list(shapes)
    if version == "latest-per-shapetag":
        newest = {tag: shape for shape in shapes for tag in shape.tag_names}
        return [shape for shape in shapes if shape in newest.values()]
    latest = call.world.media.shapes.latest_version(item.serial)
    number = latest if version == "latest" else _version(version)
    return [shape for shape in shapes if shape.version == number]


def _version(text: str) -> int:
    try:
        return read_integer(text)
    except ValueError:
        explanation = "version must be latest, all, latest-per-shapetag or a number"
        raise invalid("version", text, explanation) from None


def get_shape(call: Call) -> Answer:
    """Answer with one shape."""
    call.need("_item_shape_read")
    shapes, shape = call.world.media.shapes, shape_of(call)
    document = shapes.document(shape, call.arguments.get("includePlaceholder", False))
    for component in _component_documents(document):
        if "file" in component:
            files = [call.world.media.files.get(file["id"]) for file in component["file"]]
            component["file"] = [file_document(call, file) for file in files]
    return Answer(document)


def _component_documents(shape: dict[str, Any]) -> list[dict[str, Any]]:
    parts = [part for kind in KINDS[1:] for part in shape.get(f"{kind}Component", ())]
    return [shape["containerComponent"], *parts] if "containerComponent" in shape else parts


def get_shape_files(call: Call) -> Answer:
    """Answer with the files of a shape, each once."""
    call.need("_item_shape_read")
    files = call.world.media.shapes.files(shape_of(call))
    if call.arguments.get("closedFiles", False):
        files = [file for file in files if file.state == "CLOSED"]
    documents = [file_document(call, file) for file in files]
    return Answer({"hits": len(documents), **({"file": documents} if documents else {})})


def import_shape_create(call: Call) -> Answer:
    """Add a shape as the document says."""
    call.need("_item_shape_write")
    item, media = item_of(call, "WRITE"), call.world.media
    tags = [*call.body.get("tag", ()), *([call.arguments["tag"]] if call.arguments.get("tag") else [])]
    shape = media.shapes.create(
        item.serial, call.now, tags=media.shape_tags.check(tags), mime=call.body.get("mimeType", ())
    )
    for kind in KINDS:
        members = call.body.get(f"{kind}Component", ())
        for member in [members] if isinstance(members, dict) else members:
            files = [media.files.get(file.get("id", "")).serial for file in member.get("file", ())]
            document = {name: value for name, value in member.items() if name not in ("id", "file", "metadata")}
            component = media.shapes.add_component(shape, kind, document, files)
            for pair in member.get("metadata", ()):
                media.metadata.put(f"component:{component.serial}", pair["key"], pair["value"])
    for pair in call.body.get("metadata", {}).get("field", ()):
        media.metadata.put(f"shape:{shape.serial}", pair["key"], pair.get("value", ""))
    media.shapes.tell("create", shape, call.now)
    media.tag_item(item, call.now)
    return Answer(media.shapes.document(shape))


def delete_shape(call: Call) -> Answer:
    """Delete a shape, and those of its files that no other one uses."""
    call.need("_item_shape_write")
    item, shape = item_of(call, "WRITE"), shape_of(call, "WRITE")
    call.world.media.shapes.delete(shape, call.now, call.arguments.get("keepFiles", False))
    call.world.media.tag_item(item, call.now)
    return Answer({}, "")


def delete_shapes(call: Call) -> Answer:
    """Delete all shapes of an item."""
    call.need("_item_shape_write")
    item, shapes = item_of(call, "WRITE"), call.world.media.shapes
    for shape in shapes.of(item.serial):
        shapes.delete(shape, call.now, call.arguments.get("keepFiles", False))
    call.world.media.tag_item(item, call.now)
    return Answer(status=204)


# Tags and MIME types


def get_shape_tags(call: Call) -> Answer:
    """Answer with a shape's tags."""
    call.need("_item_shape_read")
    names = shape_of(call).tag_names
    if call.arguments.get("url", False):
        names = [f"{call.root}/shape-tag/{name}" for name in names]
    return Answer({"uri": names} if names else {}, lines(names))


def add_shape_tag(call: Call) -> Answer:
    """Put a tag on a shape."""
    call.need("_item_shape_write")
    shape, media = shape_of(call, "WRITE"), call.world.media
    media.shapes.set(shape, tags=[*shape.tag_names, *media.shape_tags.check([call.arguments["tag-name"]])])
    return _modified(call, shape)


def remove_shape_tag(call: Call) -> Answer:
    """Take a tag from a shape."""
    call.need("_item_shape_write")
    shape, name = shape_of(call, "WRITE"), call.arguments["tag-name"]
    if name not in shape.tag_names:
        raise not_found("shape-tag", name)
    call.world.media.shapes.set(shape, tags=[tag for tag in shape.tag_names if tag != name])
    return _modified(call, shape)


def _modified(call: Call, shape: Shape) -> Answer:
    media = call.world.media
    media.shapes.tell("modify", media.shapes.by_serial(shape.serial), call.now)
    media.tag_item(item_of(call, "WRITE"), call.now)
    return Answer()


def get_shape_mime_types(call: Call) -> Answer:
    """Answer with a shape's MIME types."""
    call.need("_item_shape_read")
    types = shape_of(call).mime_types
    return Answer({"uri": types} if types else {}, lines(types))


def add_shape_mime_type(call: Call) -> Answer:
    """Give a shape another MIME type."""
    call.need("_item_shape_write")
    shape = shape_of(call, "WRITE")
    call.world.media.shapes.set(shape, mime=[*shape.mime_types, call.arguments["mime-type"]])
    return _modified(call, shape)


def delete_shape_mime_type(call: Call) -> Answer:
    """Take a MIME type from a shape."""
    call.need("_item_shape_write")
    shape, name = shape_of(call, "WRITE"), call.arguments["mime-type"]
    if name not in shape.mime_types:
        raise not_found("mime-type", name)
    call.world.media.shapes.set(shape, mime=[type for type in shape.mime_types if type != name])
    return _modified(call, shape)


# Essence versions


def get_shape_versions(call: Call) -> Answer:
    """Answer with the essence versions of an item."""
    call.need("_item_shape_read")
    item = item_of(call)
    documents = [
        {
            "id": version,
            "uri": f"{call.root}/item/{item.id}/shape/version/{version}",
            "created": from_milliseconds(created),
        }
        for version, created in call.world.media.shapes.versions(item.serial)
    ]
    return Answer({"version": documents} if documents else {})


def get_shape_essence_version(call: Call) -> Answer:
    """Answer with the shapes of an essence version."""
    call.need("_item_shape_read")
    item, shapes = item_of(call), call.world.media.shapes
    number = _existing_version(call, item)
    created = dict(shapes.versions(item.serial))[number]
    documents = [shapes.document(shape) for shape in shapes.of(item.serial) if shape.version == number]
    return Answer({"created": from_milliseconds(created), **({"shape": documents} if documents else {})})


def _existing_version(call: Call, item: Item) -> int:
    number = _version(call.arguments["version"])
    if number not in dict(call.world.media.shapes.versions(item.serial)):
        raise not_found("essence-version", call.arguments["version"])
    return number


def delete_shape_essence_version(call: Call) -> Answer:
    """Delete an essence version with its shapes."""
    call.need("_item_shape_write")
    item, media = item_of(call, "WRITE"), call.world.media
    number = _existing_version(call, item)
    for shape in media.shapes.of(item.serial):
        if shape.version == number:
            media.shapes.delete(shape, call.now)
    media.shapes.delete_version(item.serial, number)
    media.tag_item(item, call.now)
    return Answer()


def copy_shape_essence_version(call: Call) -> Answer:
    """Let a copy of a shape begin another essence version."""
    call.need("_item_shape_write")
    shape, shapes = shape_of(call, "WRITE"), call.world.media.shapes
    copied = shapes.copy(shape, shapes.new_version(shape.item, call.now), call.now)
    call.world.media.tag_item(item_of(call), call.now)
    return Answer(shapes.document(copied))


def copy_shape_essence_version_to_version(call: Call) -> Answer:
    """Copy a shape into an essence version, which begins to be if it was not there."""
    call.need("_item_shape_write")
    shape, shapes = shape_of(call, "WRITE"), call.world.media.shapes
    number = _version(call.arguments["new-version"])
    if number < 0:
        raise invalid("new-version", str(number), "the number of a version is 0 or more")
    copied = shapes.copy(shape, number, call.now)
    call.world.media.tag_item(item_of(call), call.now)
    return Answer(shapes.document(copied))


SHAPE_HANDLERS: list[Handler] = [
    add_shape_mime_type,
    add_shape_tag,
    copy_shape_essence_version,
    copy_shape_essence_version_to_version,
    delete_shape,
    delete_shape_essence_version,
    delete_shape_mime_type,
    delete_shapes,
    get_shape,
    get_shape_essence_version,
    get_shape_files,
    get_shape_mime_types,
    get_shape_tags,
    get_shape_versions,
    get_shapes,
    import_shape_create,
    remove_shape_tag,
    *metadata_handlers(
        "shape", lambda call: f"shape:{shape_of(call).serial}", "_item_shape_read", "_item_shape_write", status=204
    ),
]
