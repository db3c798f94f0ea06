"""Operations that import items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.entities import requested_item
from vidispine.simulator.http.arguments import split_values
from vidispine.simulator.http.errors import invalid_input, not_found
from vidispine.simulator.http.formats import job_serial
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response
from vidispine.simulator.media.effects import AttachSidecar, Images, ImportMedia, Outputs, Source
from vidispine.simulator.media.entities import importable_file
from vidispine.simulator.media.folders import without_credentials
from vidispine.simulator.media.image_store import microseconds
from vidispine.simulator.media.job_requests import existing_job_response, read_job_arguments, start_job
from vidispine.simulator.media.shape_tag_store import ORIGINAL
from vidispine.simulator.media.transfer_handlers import finish_transfer, store_upload
from vidispine.simulator.media.transfer_store import Transfer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.http.requests import Request
    from vidispine.simulator.media.file_store import File

MAX_IMAGE_SIDE = 4096
"""Maximum width and height of an image, in pixels."""


def requested_outputs(request: Request) -> Outputs:
    """Return the requested renditions and images.

    :raises ApiError: a shape tag or the storage is missing
    """
    media, arguments = request.state.media, request.arguments
    tags = [] if arguments.get("no-transcode", False) else split_values(arguments.get("tag"))
    return Outputs(
        transcode=media.shape_tags.check(tags),
        images=requested_images(arguments),
        original=arguments.get("original"),
        storage=media.storages.get(arguments["storageId"]).id if arguments.get("storageId") else None,
    )


def requested_images(arguments: Mapping[str, Any], thumbnails: bool = True) -> Images:
    """Return the requested images.

    :param thumbnails: default for ``createThumbnails``
    :raises ApiError: a time or size is invalid
    """
    posters = arguments.get("createPosters") or ""
    times = [time.strip() for time in posters.split(",") if time.strip().lower() not in ("", "true", "false")]
    if posters.strip().lower() == "true":
        times = ["0@PAL"]
    for time in times:
        microseconds(time)
    period = arguments.get("thumbnailPeriod")
    return Images(
        arguments.get("createThumbnails", thumbnails),
        times,
        microseconds(period) / 1_000_000 if period else None,
        _size(arguments, "thumbnail"),
        _size(arguments, "poster"),
    )


def _size(arguments: Mapping[str, Any], kind: str) -> list[int] | None:
    size = [arguments.get(f"{kind}{side}", 0) for side in ("Width", "Height")]
    if any(size) and not all(0 < side <= MAX_IMAGE_SIDE for side in size):
        raise invalid_input(
            f"{kind}Width", None, f"{kind}Width and {kind}Height must be used together, each from 1 to {MAX_IMAGE_SIDE}"
        )
    return size if all(size) else None


def uploaded_source(request: Request, file: File) -> Source:
    """Return the import source of an uploaded file."""
    return Source(file=file.serial, made=True, name=request.arguments.get("filename"))


def _tags(request: Request) -> list[str]:
    """Return the shape tags of the imported media."""
    tags = [tag for text in request.arguments.get("importTag", ()) for tag in text.split(",") if tag]
    return request.state.media.shape_tags.check(tags or [ORIGINAL])


def _start(request: Request, type: str, source: Source, metadata: Mapping[str, Any] | None) -> Response:
    """Create an item and start the job that imports its media."""
    effect = ImportMedia("", [source], _tags(request), requested_outputs(request))
    source.storage = effect.outputs.storage
    item = request.state.metadata.create_item(request, metadata)
    effect.item, effect.new = item.id, True
    data = {"itemId": item.id, "tags": ",".join([*effect.tags, *effect.outputs.transcode])}
    if source.uri is not None:
        data["uri"] = without_credentials(source.uri)
    if source.name:
        data["originalFilename"] = source.name
    response = start_job(request, type, effect, data)
    request.state.media.notifier.item("create", item, request.now)
    return response


@operation("_import")
def import_item(request: Request) -> Response:
    return _start(request, "PLACEHOLDER_IMPORT", Source(uri=request.arguments["uri"]), request.body)


@operation("_import")
def import_file(request: Request) -> Response:
    file = importable_file(request, request.arguments["file-id"])
    source = Source(file=file.serial, name=request.arguments.get("filename"))
    return _start(request, "PLACEHOLDER_IMPORT", source, request.body)


@operation("_import")
def import_item_raw(request: Request) -> Response:

    def start(file: File) -> Response:
        return _start(request, "RAW_IMPORT", uploaded_source(request, file), None)

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
    item = requested_item(request, "WRITE")
    sidecar = request.arguments.get("sidecar")
    if not sidecar:
        raise invalid_input("sidecar", sidecar, "sidecar must be a URI, or the id of a file")
    source = Source(uri=sidecar)
    if ":" not in sidecar:
        source = Source(file=request.state.media.files.get(sidecar).serial)
    effect = AttachSidecar(item.id, [source])
    return start_job(request, "SIDECAR_IMPORT", effect, {"itemId": item.id, "sidecar": without_credentials(sidecar)})


@operation("_import")
def import_sidecar_raw(request: Request) -> Response:
    item = requested_item(request, "WRITE")
    name = f"sidecar.{(request.arguments.get('fileExtension') or 'xml').lstrip('.')}"
    if "/" in name:
        raise not_found("file-extension", name)
    request.arguments = {**request.arguments, "filename": name}

    def start(file: File) -> Response:
        effect = AttachSidecar(item.id, [Source(file=file.serial, made=True)])
        return start_job(request, "SIDECAR_IMPORT", effect, {"itemId": item.id})

    return import_raw(request, f"sidecar {item.id}", start)
