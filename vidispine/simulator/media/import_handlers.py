"""Operations that import items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.entities import requested_item
from vidispine.simulator.formats import job_serial
from vidispine.simulator.http.arguments import split_values
from vidispine.simulator.http.errors import invalid_input, not_found
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response
from vidispine.simulator.media.entities import importable_file
from vidispine.simulator.media.folders import without_credentials
from vidispine.simulator.media.image_store import microseconds
from vidispine.simulator.media.job_requests import existing_job_response, read_job_arguments, start_job
from vidispine.simulator.media.shape_tag_store import ORIGINAL
from vidispine.simulator.media.transfer_store import Transfer
from vidispine.simulator.media.uploads import finish_transfer, store_upload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.http.requests import Request
    from vidispine.simulator.media.file_store import File

__all__ = ["import_raw", "requested_outputs"]

MAX_IMAGE_SIDE = 4096
"""Maximum width and height of an image, in pixels."""


def requested_outputs(request: Request) -> dict[str, Any]:
    """Return the renditions and images that a request asks for, as members of a job effect.

    :raises ApiError: a shape tag or the storage is missing
    """
    media, arguments = request.state.media, request.arguments
    tags = split_values(arguments.get("tag"))
    if arguments.get("no-transcode", False):
        tags = []
    effect: dict[str, Any] = {
        "transcode": media.shape_tags.check(tags),
        "pictures": requested_images(request.arguments),
    }
    if arguments.get("original"):
        effect["original"] = arguments["original"]
    if arguments.get("storageId"):
        effect["storage"] = media.storages.get(arguments["storageId"]).id
    return effect


def requested_images(arguments: Mapping[str, Any], thumbnails: bool = True) -> dict[str, Any]:
    """Return the images that a request asks for, as members of a job effect.

    :param thumbnails: default for ``createThumbnails``
    :raises ApiError: a time or size is invalid
    """
    posters = arguments.get("createPosters") or ""
    times = [time.strip() for time in posters.split(",") if time.strip().lower() not in ("", "true", "false")]
    if posters.strip().lower() == "true":
        times = ["0@PAL"]
    for time in times:
        microseconds(time)
    effect: dict[str, Any] = {"thumbnails": arguments.get("createThumbnails", thumbnails), "posters": times}
    if arguments.get("thumbnailPeriod"):
        effect["period"] = microseconds(arguments["thumbnailPeriod"]) / 1_000_000
    for kind in ("thumbnail", "poster"):
        size = [arguments.get(f"{kind}{side}", 0) for side in ("Width", "Height")]
        if any(size) and not all(0 < side <= MAX_IMAGE_SIDE for side in size):
            raise invalid_input(
                f"{kind}Width", None, f"{kind}Width and {kind}Height come together, each from 1 to {MAX_IMAGE_SIDE}"
            )
        if all(size):
            effect[kind] = size
    return effect


def _tags(request: Request) -> list[str]:
    """Return the shape tags of the imported media."""
    tags = [tag for text in request.arguments.get("importTag", ()) for tag in text.split(",") if tag]
    return request.state.media.shape_tags.check(tags or [ORIGINAL])


def _start(request: Request, type: str, source: dict[str, Any], metadata: Mapping[str, Any] | None) -> Response:
    """Create an item and start the job that imports its media."""
    effect = {"do": "import", "new": True, "tags": _tags(request), "sources": [source], **requested_outputs(request)}
    if "storage" in effect:
        source["storage"] = effect["storage"]
    item = request.state.metadata.create_item(request, metadata)
    effect["item"] = item.id
    data = {"itemId": item.id, "tags": ",".join([*effect["tags"], *effect["transcode"]])}
    if "uri" in source:
        data["uri"] = without_credentials(source["uri"])
    if source.get("name"):
        data["originalFilename"] = source["name"]
    response = start_job(request, type, effect, data)
    request.state.media.notifier.item("create", item, request.now)
    return response


@operation("_import")
def import_item(request: Request) -> Response:
    """Start a job that imports an item from a URI."""
    return _start(request, "PLACEHOLDER_IMPORT", {"uri": request.arguments["uri"]}, request.body)


@operation("_import")
def import_file(request: Request) -> Response:
    """Start a job that imports an item from a file on a storage."""
    file = importable_file(request, request.arguments["file-id"])
    source = {"file": file.serial, "name": request.arguments.get("filename")}
    return _start(request, "PLACEHOLDER_IMPORT", source, request.body)


@operation("_import")
def import_item_raw(request: Request) -> Response:
    """Upload a file and start a job that imports it as an item."""

    def start(file: File) -> Response:
        source = {"file": file.serial, "made": True, "name": request.arguments.get("filename")}
        return _start(request, "RAW_IMPORT", source, None)

    return import_raw(request, "import", start)


def import_raw(request: Request, target: str, start: Any) -> Response:
    """Upload a file. When it is complete, start a job, once for each transfer.

    :param target: purpose of the upload
    :param start: starts the job for a file and returns the response
    """
    media = request.state.media
    storage = media.storages.for_import(request.arguments.get("storageId"))
    name = (request.arguments.get("filename") or "upload").replace("\\", "/").rpartition("/")[2] or "upload"

    def open_file() -> File:
        return media.files.create(storage, media.files.free_path(storage, name), "OPEN", request.now)

    # Reject invalid requests before any content is stored.
    read_job_arguments(request)
    requested_outputs(request)
    upload = store_upload(request, target, open_file)
    if upload is None:
        return Response(status=204)
    if isinstance(upload, Transfer):
        return existing_job_response(request, upload)
    response: Response = start(upload)
    document = response.document or {}
    finish_transfer(request, file=upload.serial, job=job_serial(document["jobId"]))
    return response


# Sidecars


@operation("_import")
def import_sidecar(request: Request) -> Response:
    """Start a job that imports a sidecar file."""
    item = requested_item(request, "WRITE")
    sidecar = request.arguments.get("sidecar")
    if not sidecar:
        raise invalid_input("sidecar", sidecar, "sidecar must be a URI, or the id of a file")
    source: dict[str, Any] = {"uri": sidecar}
    if ":" not in sidecar:
        source = {"file": request.state.media.files.get(sidecar).serial}
    effect = {"do": "sidecar", "item": item.id, "sources": [source]}
    return start_job(request, "SIDECAR_IMPORT", effect, {"itemId": item.id, "sidecar": without_credentials(sidecar)})


@operation("_import")
def import_sidecar_raw(request: Request) -> Response:
    """Upload a sidecar file and start a job that imports it."""
    item = requested_item(request, "WRITE")
    name = f"sidecar.{(request.arguments.get('fileExtension') or 'xml').lstrip('.')}"
    if "/" in name:
        raise not_found("file-extension", name)
    request.arguments = {**request.arguments, "filename": name}

    def start(file: File) -> Response:
        effect = {"do": "sidecar", "item": item.id, "sources": [{"file": file.serial, "made": True}]}
        return start_job(request, "SIDECAR_IMPORT", effect, {"itemId": item.id})

    return import_raw(request, f"sidecar {item.id}", start)
