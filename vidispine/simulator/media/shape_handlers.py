"""Operations on shapes and essence versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.entities import requested_item
from vidispine.simulator.database.simple_metadata import register_simple_metadata
from vidispine.simulator.http.arguments import split_values
from vidispine.simulator.http.errors import invalid_input, not_found
from vidispine.simulator.http.formats import from_milliseconds, read_integer
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response, text_lines
from vidispine.simulator.media.entities import file_document, requested_shape
from vidispine.simulator.media.shape_store import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine.simulator.catalog.entity_store import Item
    from vidispine.simulator.http.requests import Request
    from vidispine.simulator.media.shape_store import Shape


@operation("_item_shape_read")
def get_shapes(request: Request) -> Response:
    item, media = requested_item(request), request.state.media
    tags = split_values(request.arguments.get("tag"))
    wanted = request.arguments.get("placeholder", "false").lower()
    if wanted not in ("true", "false", "all"):
        raise invalid_input("placeholder", wanted, "placeholder must be true, false or all")
    shapes = [
        shape
        for shape in media.shapes.of(item.serial)
        if wanted == "all" or media.shapes.is_placeholder(shape) == (wanted == "true")
    ]
    shapes = _of_version(request, item, shapes)
    ids = [shape.id for shape in shapes if not tags or set(tags) & set(shape.tag_names)]
    if request.arguments.get("url", False):
        ids = [f"{request.base_url}/item/{item.id}/shape/{id}" for id in ids]
    return Response({"uri": ids} if ids else {}, text_lines(ids))


def _of_version(request: Request, item: Item, shapes: Sequence[Shape]) -> list[Shape]:
    version = request.arguments.get("version", "latest")
    if version == "all":
        return list(shapes)
    if version == "latest-per-shapetag":
        newest = {tag: shape for shape in shapes for tag in shape.tag_names}
        return [shape for shape in shapes if shape in newest.values()]
    latest = request.state.media.shapes.latest_version(item.serial)
    number = latest if version == "latest" else _version(version)
    return [shape for shape in shapes if shape.version == number]


def _version(text: str) -> int:
    try:
        return read_integer(text)
    except ValueError:
        explanation = "version must be latest, all, latest-per-shapetag or a number"
        raise invalid_input("version", text, explanation) from None


@operation("_item_shape_read")
def get_shape(request: Request) -> Response:
    shapes, shape = request.state.media.shapes, requested_shape(request)
    document = shapes.document(shape, request.arguments.get("includePlaceholder", False))
    for component in _component_documents(document):
        if "file" in component:
            files = [request.state.media.files.get(file["id"]) for file in component["file"]]
            component["file"] = [file_document(request, file) for file in files]
    return Response(document)


def _component_documents(shape: dict[str, Any]) -> list[dict[str, Any]]:
    parts = [part for kind in KINDS[1:] for part in shape.get(f"{kind}Component", ())]
    return [shape["containerComponent"], *parts] if "containerComponent" in shape else parts


@operation("_item_shape_read")
def get_shape_files(request: Request) -> Response:
    files = request.state.media.shapes.files(requested_shape(request))
    if request.arguments.get("closedFiles", False):
        files = [file for file in files if file.state == "CLOSED"]
    documents = [file_document(request, file) for file in files]
    return Response({"hits": len(documents), **({"file": documents} if documents else {})})


@operation("_item_shape_write")
def import_shape_create(request: Request) -> Response:
    item, media = requested_item(request, "WRITE"), request.state.media
    tags = [*request.body.get("tag", ()), *split_values(request.arguments.get("tag"))]
    shape = media.shapes.create(
        item.serial, request.now, tags=media.shape_tags.check(tags), mime=request.body.get("mimeType", ())
    )
    for kind in KINDS:
        members = request.body.get(f"{kind}Component", ())
        for member in [members] if isinstance(members, dict) else members:
            files = [media.files.get(file.get("id", "")).serial for file in member.get("file", ())]
            document = {name: value for name, value in member.items() if name not in ("id", "file", "metadata")}
            component = media.shapes.add_component(shape, kind, document, files)
            media.simple_metadata.put_pairs(f"component:{component.serial}", member.get("metadata", ()))
    media.simple_metadata.put_pairs(f"shape:{shape.serial}", request.body.get("metadata", {}).get("field", ()))
    media.shapes.notify("create", shape, request.now)
    media.update_shape_tags(item, request.now)
    return Response(media.shapes.document(shape))


@operation("_item_shape_write")
def delete_shape(request: Request) -> Response:
    """Delete a shape, and its files that no other shape uses."""
    item, shape = requested_item(request, "WRITE"), requested_shape(request, "WRITE")
    request.state.media.shapes.delete(shape, request.now, request.arguments.get("keepFiles", False))
    request.state.media.update_shape_tags(item, request.now)
    return Response({}, "")


@operation("_item_shape_write")
def delete_shapes(request: Request) -> Response:
    item, shapes = requested_item(request, "WRITE"), request.state.media.shapes
    for shape in shapes.of(item.serial):
        shapes.delete(shape, request.now, request.arguments.get("keepFiles", False))
    request.state.media.update_shape_tags(item, request.now)
    return Response(status=204)


# Tags and MIME types


@operation("_item_shape_read")
def get_shape_tags(request: Request) -> Response:
    names = requested_shape(request).tag_names
    if request.arguments.get("url", False):
        names = [f"{request.base_url}/shape-tag/{name}" for name in names]
    return Response({"uri": names} if names else {}, text_lines(names))


@operation("_item_shape_write")
def add_shape_tag(request: Request) -> None:
    shape, media = requested_shape(request, "WRITE"), request.state.media
    _set(request, shape, tags=[*shape.tag_names, *media.shape_tags.check([request.arguments["tag-name"]])])


@operation("_item_shape_write")
def remove_shape_tag(request: Request) -> None:
    shape = requested_shape(request, "WRITE")
    _set(request, shape, tags=_without(shape.tag_names, "shape-tag", request.arguments["tag-name"]))


def _without(names: list[str], type: str, name: str) -> list[str]:
    if name not in names:
        raise not_found(type, name)
    return [each for each in names if each != name]


def _set(request: Request, shape: Shape, **values: list[str]) -> None:
    media = request.state.media
    media.shapes.notify("modify", media.shapes.set(shape, **values), request.now)
    media.update_shape_tags(requested_item(request, "WRITE"), request.now)


@operation("_item_shape_read")
def get_shape_mime_types(request: Request) -> Response:
    types = requested_shape(request).mime_types
    return Response({"uri": types} if types else {}, text_lines(types))


@operation("_item_shape_write")
def add_shape_mime_type(request: Request) -> None:
    shape = requested_shape(request, "WRITE")
    _set(request, shape, mime=[*shape.mime_types, request.arguments["mime-type"]])


@operation("_item_shape_write")
def delete_shape_mime_type(request: Request) -> None:
    shape = requested_shape(request, "WRITE")
    _set(request, shape, mime=_without(shape.mime_types, "mime-type", request.arguments["mime-type"]))


# Essence versions


@operation("_item_shape_read")
def get_shape_versions(request: Request) -> Response:
    item = requested_item(request)
    documents = [
        {
            "id": version,
            "uri": f"{request.base_url}/item/{item.id}/shape/version/{version}",
            "created": from_milliseconds(created),
        }
        for version, created in request.state.media.shapes.versions(item.serial)
    ]
    return Response({"version": documents} if documents else {})


@operation("_item_shape_read")
def get_shape_essence_version(request: Request) -> Response:
    item, shapes = requested_item(request), request.state.media.shapes
    number = _existing_version(request, item)
    created = dict(shapes.versions(item.serial))[number]
    documents = [shapes.document(shape) for shape in shapes.of(item.serial) if shape.version == number]
    return Response({"created": from_milliseconds(created), **({"shape": documents} if documents else {})})


def _existing_version(request: Request, item: Item) -> int:
    number = _version(request.arguments["version"])
    if number not in dict(request.state.media.shapes.versions(item.serial)):
        raise not_found("essence-version", request.arguments["version"])
    return number


@operation("_item_shape_write")
def delete_shape_essence_version(request: Request) -> None:
    item, media = requested_item(request, "WRITE"), request.state.media
    number = _existing_version(request, item)
    for shape in media.shapes.of(item.serial):
        if shape.version == number:
            media.shapes.delete(shape, request.now)
    media.shapes.delete_version(item.serial, number)
    media.update_shape_tags(item, request.now)


@operation("_item_shape_write")
def copy_shape_essence_version(request: Request) -> Response:
    shape, shapes = requested_shape(request, "WRITE"), request.state.media.shapes
    copied = shapes.copy(shape, shapes.new_version(shape.item, request.now), request.now)
    request.state.media.update_shape_tags(requested_item(request), request.now)
    return Response(shapes.document(copied))


@operation("_item_shape_write")
def copy_shape_essence_version_to_version(request: Request) -> Response:
    """Copy a shape to an essence version. Create it when it is missing."""
    shape, shapes = requested_shape(request, "WRITE"), request.state.media.shapes
    number = _version(request.arguments["new-version"])
    if number < 0:
        raise invalid_input("new-version", str(number), "the number of a version is 0 or more")
    copied = shapes.copy(shape, number, request.now)
    request.state.media.update_shape_tags(requested_item(request), request.now)
    return Response(shapes.document(copied))


register_simple_metadata(
    "shape",
    lambda request: f"shape:{requested_shape(request).serial}",
    "_item_shape_read",
    "_item_shape_write",
    status=204,
)
