"""What the simulated server does to make items of files: by URI, of known files, and of what requests bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.entities import item_of
from vidispine.simulator.formats import job_serial
from vidispine.simulator.http.errors import invalid, not_found
from vidispine.simulator.http.responses import Answer
from vidispine.simulator.media.entities import to_be_imported
from vidispine.simulator.media.folders import without_credentials
from vidispine.simulator.media.image_store import position
from vidispine.simulator.media.job_requests import job_again, job_arguments, start_job
from vidispine.simulator.media.shape_tag_store import ORIGINAL
from vidispine.simulator.media.transfer_store import Transfer
from vidispine.simulator.media.uploads import close_upload, receive_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.http.requests import Call, Handler
    from vidispine.simulator.media.file_store import File

__all__ = ["IMPORT_HANDLERS", "import_raw", "wishes"]

LARGEST_SIDE = 4096
"""A picture is no wider and no higher, in pixels."""


def wishes(call: Call) -> dict[str, Any]:
    """Return what a request wants made beside the media itself, as works have it.

    :raises Fault: it names a shape tag or a storage that there is not
    """
    media, arguments = call.world.media, call.arguments
    tags = [tag for text in arguments.get("tag", ()) for tag in text.split(",") if tag]
    if arguments.get("no-transcode", False):
        tags = []
    work: dict[str, Any] = {"transcode": media.shape_tags.check(tags), "pictures": pictures(call.arguments)}
    if arguments.get("original"):
        work["original"] = arguments["original"]
    if arguments.get("storageId"):
        work["storage"] = media.storages.get(arguments["storageId"]).id
    return work


def pictures(arguments: Mapping[str, Any], thumbnails: bool = True) -> dict[str, Any]:
    """Return which pictures a request wants, as works have it.

    :param thumbnails: whether it wants thumbnails when it does not say
    :raises Fault: a time or size makes no sense
    """
    posters = arguments.get("createPosters") or ""
    times = [time.strip() for time in posters.split(",") if time.strip().lower() not in ("", "true", "false")]
    if posters.strip().lower() == "true":
        times = ["0@PAL"]
    for time in times:
        position(time)
    work: dict[str, Any] = {"thumbnails": arguments.get("createThumbnails", thumbnails), "posters": times}
    if arguments.get("thumbnailPeriod"):
        work["period"] = position(arguments["thumbnailPeriod"]) / 1_000_000
    for kind in ("thumbnail", "poster"):
        size = [arguments.get(f"{kind}{side}", 0) for side in ("Width", "Height")]
        if any(size) and not all(0 < side <= LARGEST_SIDE for side in size):
            raise invalid(
                f"{kind}Width", None, f"{kind}Width and {kind}Height come together, each from 1 to {LARGEST_SIDE}"
            )
        if all(size):
            work[kind] = size
    return work


def _tags(call: Call) -> list[str]:
    """Return the shape tags that the imported media gets."""
    tags = [tag for text in call.arguments.get("importTag", ()) for tag in text.split(",") if tag]
    return call.world.media.shape_tags.check(tags or [ORIGINAL])


def _start(call: Call, type: str, source: dict[str, Any], metadata: Mapping[str, Any] | None) -> Answer:
    """Make an item and start the job that gives it its media."""
    work = {"do": "import", "new": True, "tags": _tags(call), "sources": [source], **wishes(call)}
    if "storage" in work:
        source["storage"] = work["storage"]
    item = call.world.metadata.create_item(call, metadata)
    work["item"] = item.id
    data = {"itemId": item.id, "tags": ",".join([*work["tags"], *work["transcode"]])}
    if "uri" in source:
        data["uri"] = without_credentials(source["uri"])
    if source.get("name"):
        data["originalFilename"] = source["name"]
    answer = start_job(call, type, work, data)
    call.world.media.notifier.item("create", item, call.now)
    return answer


def import_item(call: Call) -> Answer:
    """Start a job that makes an item of what is at a URI."""
    call.need("_import")
    return _start(call, "PLACEHOLDER_IMPORT", {"uri": call.arguments["uri"]}, call.body)


def import_file(call: Call) -> Answer:
    """Start a job that makes an item of a file on a storage."""
    call.need("_import")
    file = to_be_imported(call, call.arguments["file-id"])
    source = {"file": file.serial, "name": call.arguments.get("filename")}
    return _start(call, "PLACEHOLDER_IMPORT", source, call.body)


def import_item_raw(call: Call) -> Answer:
    """Take the bytes of a file and start a job that makes an item of it."""
    call.need("_import")

    def start(file: File) -> Answer:
        source = {"file": file.serial, "made": True, "name": call.arguments.get("filename")}
        return _start(call, "RAW_IMPORT", source, None)

    return import_raw(call, "import", start)


def import_raw(call: Call, target: str, start: Any) -> Answer:
    """Take the bytes of a file, and when all have come start a job; one for each transfer.

    :param target: what the bytes are for
    :param start: starts the job for a file and answers with it
    """
    media = call.world.media
    storage = media.storages.for_import(call.arguments.get("storageId"))
    name = (call.arguments.get("filename") or "upload").replace("\\", "/").rpartition("/")[2] or "upload"

    def place() -> File:
        return media.files.create(storage, media.files.free_path(storage, name), "OPEN", call.now)

    # What would be refused in the end is refused before the first byte is kept.
    job_arguments(call)
    wishes(call)
    upload = receive_file(call, target, place)
    if upload is None:
        return Answer(status=204)
    if isinstance(upload, Transfer):
        return job_again(call, upload)
    answer: Answer = start(upload)
    document = answer.document or {}
    close_upload(call, file=upload.serial, job=job_serial(document["jobId"]))
    return answer


# Sidecars


def import_sidecar(call: Call) -> Answer:
    """Start a job that attaches a sidecar file to an item."""
    call.need("_import")
    item = item_of(call, "WRITE")
    sidecar = call.arguments.get("sidecar")
    if not sidecar:
        raise invalid("sidecar", sidecar, "sidecar must be a URI, or the id of a file")
    source: dict[str, Any] = {"uri": sidecar}
    if ":" not in sidecar:
        source = {"file": call.world.media.files.get(sidecar).serial}
    work = {"do": "sidecar", "item": item.id, "sources": [source]}
    return start_job(call, "SIDECAR_IMPORT", work, {"itemId": item.id, "sidecar": without_credentials(sidecar)})


def import_sidecar_raw(call: Call) -> Answer:
    """Take a sidecar file and start a job that attaches it to an item."""
    call.need("_import")
    item = item_of(call, "WRITE")
    name = f"sidecar.{(call.arguments.get('fileExtension') or 'xml').lstrip('.')}"
    if "/" in name:
        raise not_found("file-extension", name)
    call.arguments = {**call.arguments, "filename": name}

    def start(file: File) -> Answer:
        work = {"do": "sidecar", "item": item.id, "sources": [{"file": file.serial, "made": True}]}
        return start_job(call, "SIDECAR_IMPORT", work, {"itemId": item.id})

    return import_raw(call, f"sidecar {item.id}", start)


IMPORT_HANDLERS: list[Handler] = [
    import_file,
    import_item,
    import_item_raw,
    import_sidecar,
    import_sidecar_raw,
]
