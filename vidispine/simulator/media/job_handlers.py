"""Operations that start jobs on media: shape imports, transcodes, images and exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.entities import EntityRef, requested_item
from vidispine.simulator.catalog.library_handlers import requested_library
from vidispine.simulator.http.arguments import split_values
from vidispine.simulator.http.errors import invalid_input, not_implemented
from vidispine.simulator.http.formats import read_integer
from vidispine.simulator.http.requests import operation, register
from vidispine.simulator.media import effects
from vidispine.simulator.media.entities import requested_shape, requested_source
from vidispine.simulator.media.folders import without_credentials
from vidispine.simulator.media.import_handlers import import_raw, requested_images, uploaded_source
from vidispine.simulator.media.job_requests import start_job
from vidispine.simulator.media.shape_tag_store import ORIGINAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vidispine.simulator.catalog.entity_store import Item
    from vidispine.simulator.http.requests import Request
    from vidispine.simulator.http.responses import Response


def _tags(request: Request) -> list[str]:
    """Return the shape tags of a request, in a text or a list."""
    return request.state.media.shape_tags.check(split_values(request.arguments.get("tag")))


# Shape imports


def _register_import(name: str, kind: str, start: Callable[[Request, Item, effects.Source], Response]) -> None:
    """Register the handlers of an import from a URI, and of the same import of an upload."""

    def import_uri(request: Request) -> Response:
        return start(request, requested_item(request, "WRITE"), requested_source(request))

    def import_upload(request: Request) -> Response:
        item = requested_item(request, "WRITE")
        return import_raw(
            request, f"{kind} {item.id}", lambda file: start(request, item, uploaded_source(request, file))
        )

    register(name, import_uri, "_import")
    register(f"{name}_raw", import_upload, "_import")


def _import_shape(request: Request, item: Item, source: effects.Source) -> Response:
    tags = _tags(request)
    return start_job(request, "SHAPE_IMPORT", effects.ImportMedia(item.id, [source], tags), _data(item, source, tags))


def _data(item: Item, source: effects.Source, tags: list[str]) -> dict[str, str]:
    data = {"itemId": item.id, "tags": ",".join(tags)}
    return data if source.uri is None else {**data, "uri": without_credentials(source.uri)}


def _import_essence(request: Request, item: Item, source: effects.Source) -> Response:
    tags = _tags(request)
    effect = effects.ImportMedia(item.id, [source], [ORIGINAL], effects.Outputs(transcode=tags), version=True)
    return start_job(request, "ESSENCE_VERSION", effect, _data(item, source, tags))


_register_import("import_shape", "shape", _import_shape)
_register_import("import_shape_essence", "essence", _import_essence)


@operation("_import")
def import_component(request: Request) -> Response:
    item, shape = requested_item(request, "WRITE"), requested_shape(request, "WRITE")
    source = requested_source(request)
    effect = effects.AddComponent(item.id, [source], shape.serial)
    return start_job(request, "SHAPE_IMPORT", effect, {**_data(item, source, []), "shapeId": shape.id})


# Renditions and images


@operation()
def create_item_transcode_job(request: Request) -> Response:
    return _transcode(request, None)


@operation()
def create_shape_transcode_job(request: Request) -> Response:
    return _transcode(request, requested_shape(request, "WRITE").serial)


def _transcode(request: Request, shape: int | None) -> Response:
    item, media = requested_item(request, "WRITE"), request.state.media
    tags = _tags(request)
    wanted = requested_images(request.arguments, thumbnails=False)
    if not tags and not wanted.thumbnails and not wanted.posters:
        raise invalid_input("tag", None, "tag must name at least one shape tag")
    effect = effects.Transcode(item.id, shape, tags, wanted)
    if request.arguments.get("storageId"):
        effect.storage = media.storages.get(request.arguments["storageId"]).id
    if request.arguments.get("destinationItem"):
        target = request.state.items.get(request.arguments["destinationItem"])
        request.state.access.check(target.ref, request.user, "WRITE")
        effect.destination = target.id
    return start_job(request, "TRANSCODE", effect, {"itemId": item.id, "tags": ",".join(tags)})


@operation()
def create_item_thumbnail_job(request: Request) -> Response:
    tags = [tag.strip() for tag in request.arguments.get("sourceTag", "").split(",") if tag.strip()]
    return _thumbnails(request, None, tags)


@operation()
def create_shape_thumbnail_job(request: Request) -> Response:
    return _thumbnails(request, requested_shape(request, "WRITE").serial, [])


def _thumbnails(request: Request, shape: int | None, tags: list[str]) -> Response:
    item = requested_item(request, "WRITE")
    if request.arguments.get("posterFormat", "jpeg").lower() not in ("jpg", "jpeg"):
        raise not_implemented("the simulator creates posters in JPEG only")
    wanted = requested_images(request.arguments, thumbnails=not request.arguments.get("createPosters"))
    effect = effects.CreateImages(item.id, shape, tags, wanted)
    data = {"itemId": item.id, "createThumbnails": "true" if wanted.thumbnails else "false"}
    return start_job(request, "THUMBNAIL", effect, {**data, "posterTimeCodes": ",".join(wanted.posters)})


@operation()
def create_shape_deduction_job(request: Request) -> Response:
    item, shape = requested_item(request, "WRITE"), requested_shape(request, "WRITE")
    effect = effects.UpdateShape(item.id, shape.serial)
    return start_job(request, "SHAPE_UPDATE", effect, {"itemId": item.id, "shapeId": shape.id})


# Exports


@operation()
def create_item_export_job(request: Request) -> Response:
    item = requested_item(request)
    target = _export_target(request)
    version = request.arguments.get("version")
    tags = _tags(request) or request.state.media.shape_tags.check(target["tags"]) or [ORIGINAL]
    parts = [effects.ExportPart(item.id, tag, _version(version)) for tag in tags]
    return _export(request, item, parts, target["uri"])


@operation()
def create_shape_export_job(request: Request) -> Response:
    item, shape = requested_item(request), requested_shape(request)
    return _export(request, item, [effects.ExportPart(item.id, shape=shape.serial)], _export_target(request)["uri"])


@operation()
def create_collection_export_job(request: Request) -> Response:
    collection = request.state.collections.get(request.arguments["collection-id"])
    request.state.access.check(collection.ref, request.user, "READ")
    items = [member for member in request.state.collections.members(collection) if member.kind == "item"]
    return _export_all(request, items, {"collectionId": collection.id})


@operation()
def create_library_export_job(request: Request) -> Response:
    library = requested_library(request, "READ")
    items = [EntityRef("item", serial) for serial in request.state.libraries.items(library)]
    return _export_all(request, items, {"libraryId": library.id})


def _export_all(request: Request, items: Iterable[EntityRef], data: dict[str, str]) -> Response:
    target = _export_target(request)
    if not target["uri"].endswith("/"):
        raise invalid_input("uri", target["uri"], "several items are exported to a folder: uri must end with a slash")
    tags = _tags(request) or request.state.media.shape_tags.check(target["tags"]) or [ORIGINAL]
    parts = [effects.ExportPart(item.id, tag) for item in items for tag in tags]
    return _export(request, None, parts, target["uri"], data)


def _version(text: str | None) -> int | None:
    if text is None or text == "latest":
        return None
    try:
        return read_integer(text)
    except ValueError:
        raise invalid_input("version", text, "version must be the number of an essence version") from None


def _export_target(request: Request) -> dict[str, Any]:
    """Return the URI of the export, and the shape tags of its location."""
    uri, name = request.arguments.get("uri"), request.arguments.get("locationName")
    for other in ("start", "end", "template"):
        if request.arguments.get(other) is not None:
            raise not_implemented(f"the simulator exports whole files to a folder, and does not support {other}")
    if (uri is None) == (name is None):
        raise invalid_input("uri", uri, "specify either uri or locationName")
    if uri is not None:
        return {"uri": uri, "tags": []}
    location = request.state.media.export_locations.get(str(name))
    uris = [location["uri"]] if location.get("uri") else location.get("uriList", [])
    if not uris:
        raise invalid_input("locationName", name, f"export location {name} has no URI")
    return {"uri": uris[0], "tags": location.get("tag", [])}


def _export(
    request: Request, item: Item | None, parts: list[effects.ExportPart], uri: str, more: dict[str, str] | None = None
) -> Response:
    request.require_role("_export")
    given = request.arguments.get
    effect = effects.Export(
        uri, parts, given("metadata", False), given("allowMissing", True), given("useOriginalFilename", False)
    )
    data = {"uri": without_credentials(uri), **(more or {})}
    return start_job(request, "EXPORT", effect, data if item is None else {"itemId": item.id, **data})
