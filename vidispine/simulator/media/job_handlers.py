"""What the simulated server does with media by jobs: shapes that are brought in, versions, exports and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.entities import item_of
from vidispine.simulator.formats import read_integer
from vidispine.simulator.http.errors import invalid, not_implemented
from vidispine.simulator.media.entities import shape_of, source_of
from vidispine.simulator.media.folders import without_credentials
from vidispine.simulator.media.import_handlers import import_raw, pictures
from vidispine.simulator.media.job_requests import start_job
from vidispine.simulator.media.shape_tag_store import ORIGINAL

if TYPE_CHECKING:
    from vidispine.simulator.catalog.item_store import Item
    from vidispine.simulator.http.requests import Call, Handler
    from vidispine.simulator.http.responses import Answer
    from vidispine.simulator.media.file_store import File

__all__ = ["JOB_HANDLERS"]


def _tags(call: Call) -> list[str]:
    """Return the shape tags of a request that names them as one text or as a list."""
    given = call.arguments.get("tag") or ()
    words = given.split(",") if isinstance(given, str) else given
    return call.world.media.shape_tags.check([word.strip() for word in words if word.strip()])


# Shapes from files


def import_shape(call: Call) -> Answer:
    """Start a job that adds a file as a shape."""
    call.need("_import")
    return _import_shape(call, item_of(call, "WRITE"), source_of(call))


def import_shape_raw(call: Call) -> Answer:
    """Take the bytes of a file and start a job that adds it as a shape."""
    call.need("_import")
    item = item_of(call, "WRITE")
    return import_raw(call, f"shape {item.id}", lambda file: _import_shape(call, item, _raw(call, file)))


def _raw(call: Call, file: File) -> dict[str, Any]:
    return {"file": file.serial, "made": True, "name": call.arguments.get("filename")}


def _import_shape(call: Call, item: Item, source: dict[str, Any]) -> Answer:
    tags = _tags(call)
    work = {"do": "import", "item": item.id, "tags": tags, "sources": [source]}
    return start_job(call, "SHAPE_IMPORT", work, _data(item, source, tags))


def _data(item: Item, source: dict[str, Any], tags: list[str]) -> dict[str, str]:
    data = {"itemId": item.id, "tags": ",".join(tags)}
    return {**data, "uri": without_credentials(source["uri"])} if "uri" in source else data


def import_shape_essence(call: Call) -> Answer:
    """Start a job that makes a file the original of a new essence version."""
    call.need("_import")
    return _import_essence(call, item_of(call, "WRITE"), source_of(call))


def import_shape_essence_raw(call: Call) -> Answer:
    """Take the bytes of a file and start a job that makes it the original of a new essence version."""
    call.need("_import")
    item = item_of(call, "WRITE")
    return import_raw(call, f"essence {item.id}", lambda file: _import_essence(call, item, _raw(call, file)))


def _import_essence(call: Call, item: Item, source: dict[str, Any]) -> Answer:
    tags = _tags(call)
    work = {
        "do": "import",
        "item": item.id,
        "version": True,
        "tags": [ORIGINAL],
        "transcode": tags,
        "sources": [source],
    }
    return start_job(call, "ESSENCE_VERSION", work, _data(item, source, tags))


def import_component(call: Call) -> Answer:
    """Start a job that adds what a file holds to a shape."""
    call.need("_import")
    item, shape = item_of(call, "WRITE"), shape_of(call, "WRITE")
    source = source_of(call)
    work = {"do": "component", "item": item.id, "shape": shape.serial, "sources": [source]}
    return start_job(call, "SHAPE_IMPORT", work, {**_data(item, source, []), "shapeId": shape.id})


# Versions and pictures


def create_item_transcode_job(call: Call) -> Answer:
    """Start a job that makes versions of an item's media."""
    return _transcode(call, None)


def create_shape_transcode_job(call: Call) -> Answer:
    """Start a job that makes versions of a shape."""
    return _transcode(call, shape_of(call, "WRITE").serial)


def _transcode(call: Call, shape: int | None) -> Answer:
    item, media = item_of(call, "WRITE"), call.world.media
    tags = _tags(call)
    wanted = pictures(call.arguments, thumbnails=False)
    if not tags and not wanted["thumbnails"] and not wanted["posters"]:
        raise invalid("tag", None, "tag must name at least one shape tag")
    work: dict[str, Any] = {"do": "transcode", "item": item.id, "shape": shape, "tags": tags, "pictures": wanted}
    if call.arguments.get("storageId"):
        work["storage"] = media.storages.get(call.arguments["storageId"]).id
    if call.arguments.get("destinationItem"):
        target = call.world.items.get(call.arguments["destinationItem"])
        call.world.access.check(target.subject, call.user, "WRITE")
        work["destination"] = target.id
    return start_job(call, "TRANSCODE", work, {"itemId": item.id, "tags": ",".join(tags)})


def create_item_thumbnail_job(call: Call) -> Answer:
    """Start a job that makes pictures of an item."""
    tags = [tag.strip() for tag in call.arguments.get("sourceTag", "").split(",") if tag.strip()]
    return _thumbnails(call, None, tags)


def create_shape_thumbnail_job(call: Call) -> Answer:
    """Start a job that makes pictures of a shape."""
    return _thumbnails(call, shape_of(call, "WRITE").serial, [])


def _thumbnails(call: Call, shape: int | None, tags: list[str]) -> Answer:
    item = item_of(call, "WRITE")
    if call.arguments.get("posterFormat", "png").lower() != "png":
        raise not_implemented("the simulator makes posters in PNG alone")
    wanted = pictures(call.arguments, thumbnails=not call.arguments.get("createPosters"))
    work = {"do": "thumbnails", "item": item.id, "shape": shape, "tags": tags, "pictures": wanted}
    data = {"itemId": item.id, "createThumbnails": "true" if wanted["thumbnails"] else "false"}
    return start_job(call, "THUMBNAIL", work, {**data, "posterTimeCodes": ",".join(wanted["posters"])})


def create_shape_deduction_job(call: Call) -> Answer:
    """Start a job that looks at a shape again."""
    item, shape = item_of(call, "WRITE"), shape_of(call, "WRITE")
    work = {"do": "update", "item": item.id, "shape": shape.serial}
    return start_job(call, "SHAPE_UPDATE", work, {"itemId": item.id, "shapeId": shape.id})


# Exports


def create_item_export_job(call: Call) -> Answer:
    """Start a job that writes an item's media to a place outside."""
    item = item_of(call)
    place = _place(call)
    version = call.arguments.get("version")
    tags = _tags(call) or call.world.media.shape_tags.check(place["tags"]) or [ORIGINAL]
    parts = [{"item": item.id, "tag": tag, "version": _version(version)} for tag in tags]
    return _export(call, item, parts, place["uri"])


def create_shape_export_job(call: Call) -> Answer:
    """Start a job that writes a shape to a place outside."""
    item, shape = item_of(call), shape_of(call)
    return _export(call, item, [{"item": item.id, "shape": shape.serial}], _place(call)["uri"])


def create_collection_export_job(call: Call) -> Answer:
    """Start a job that writes the media of a collection's items to a folder outside."""
    collection = call.world.collections.get(call.arguments["collection-id"])
    call.world.access.check(collection.subject, call.user, "READ")
    place = _place(call)
    if not place["uri"].endswith("/"):
        raise invalid("uri", place["uri"], "a collection is exported to a folder: uri must end with a slash")
    tags = _tags(call) or call.world.media.shape_tags.check(place["tags"]) or [ORIGINAL]
    items = call.world.collections.members(collection, "item")
    parts = [{"item": item.id, "tag": tag, "version": None} for item in items for tag in tags]
    return _export(call, None, parts, place["uri"], {"collectionId": collection.id})


def _version(text: str | None) -> int | None:
    if text is None or text == "latest":
        return None
    try:
        return read_integer(text)
    except ValueError:
        raise invalid("version", text, "version must be the number of an essence version") from None


def _place(call: Call) -> dict[str, Any]:
    """Return where to export to, and the shape tags that the place is for."""
    uri, name = call.arguments.get("uri"), call.arguments.get("locationName")
    for other in ("start", "end", "template"):
        if call.arguments.get(other) is not None:
            raise not_implemented(f"the simulator exports whole files to a folder, without {other}")
    if (uri is None) == (name is None):
        raise invalid("uri", uri, "give one of uri and locationName")
    if uri is not None:
        return {"uri": uri, "tags": []}
    location = call.world.media.export_locations.get(str(name))
    places = [location["uri"]] if location.get("uri") else location.get("uriList", [])
    if not places:
        raise invalid("locationName", name, f"export location {name} has no URI")
    return {"uri": places[0], "tags": location.get("tag", [])}


def _export(
    call: Call, item: Item | None, parts: list[dict[str, Any]], uri: str, more: dict[str, str] | None = None
) -> Answer:
    call.need("_export")
    work = {
        "do": "export",
        "uri": uri,
        "parts": parts,
        "metadata": call.arguments.get("metadata", False),
        "allowMissing": call.arguments.get("allowMissing", True),
        "useOriginalFilename": call.arguments.get("useOriginalFilename", False),
    }
    data = {"uri": without_credentials(uri), **(more or {})}
    return start_job(call, "EXPORT", work, data if item is None else {"itemId": item.id, **data})


JOB_HANDLERS: list[Handler] = [
    create_collection_export_job,
    create_item_export_job,
    create_item_thumbnail_job,
    create_item_transcode_job,
    create_shape_deduction_job,
    create_shape_export_job,
    create_shape_thumbnail_job,
    create_shape_transcode_job,
    import_component,
    import_shape,
    import_shape_essence,
    import_shape_essence_raw,
    import_shape_raw,
]
