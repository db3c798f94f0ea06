"""The lifecycle of a media file with the published SDK. This file runs in its environment.

Arguments: URL of the API, a file to import, a folder to export to. Prints what was found, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from typing import Any

# imported by name, because type checkers would find this checkout
vidispine: Any = import_module("vidispine")

FINAL = ("FINISHED", "FINISHED_WARNING", "FAILED_TOTAL", "ABORTED")


def main(host: str, source: str, folder: str) -> None:
    configuration = vidispine.Configuration(host=host, username="admin", password="admin")
    found: dict[str, Any] = {}
    api_client = vidispine.ApiClient(configuration)
    imports = vidispine.ImportApi(api_client)
    items = vidispine.ItemApi(api_client)
    jobs = vidispine.JobApi(api_client)
    shapes = vidispine.ShapeApi(api_client)
    files = vidispine.FileApi(api_client)

    def wait(job: Any) -> str:
        while job.status not in FINAL:
            time.sleep(0.02)
            job = jobs.get_job(job.job_id, metadata="true")
        return str(job.status)

    metadata = vidispine.MetadataType(
        timespan=[
            vidispine.MetadataTypeTimespan(
                start="-INF",
                end="+INF",
                field=[
                    vidispine.MetadataFieldValueType(
                        name="title", value=[vidispine.MetadataValueType(value="Published clip")]
                    )
                ],
            )
        ]
    )
    vidispine.ShapeTagApi(api_client).update_or_create_shape_tag(
        "lowres",
        vidispine.TranscodePresetType(
            format="mp4",
            video=vidispine.VideoTranscodePresetType(
                codec="h264", resolution=vidispine.ResolutionType(width=512, height=288)
            ),
            audio=vidispine.AudioTranscodePresetType(codec="aac"),
        ),
    )
    found["tags"] = vidispine.ShapeTagApi(api_client).get_all_shape_tags().uri
    item = imports.create_placeholder(metadata, container=1).id
    found["item"] = item
    job = imports.import_to_placeholder(item, "container", uri=source)
    found["created"] = [job.type, job.status]
    found["import"] = wait(job)
    found["transcode"] = wait(items.create_item_transcode_job(item, tag=["lowres"]))
    ids = shapes.get_shapes(item).uri
    found["shapes"] = {shapes.get_shape(item, id).tag[0]: id for id in ids}
    original = shapes.get_shape(item, found["shapes"]["original"])
    found["video"] = [part.resolution.width for part in original.video_component]
    file = original.container_component.file[0]
    found["file"] = [file.size, file.state, file.hash]
    found["on the storage"] = files.get_file(file.id).path == file.path
    found["listed"] = files.get_files(storage=["VX-1"]).hits
    found["export"] = wait(items.create_item_export_job(item, uri=folder, tag="original"))
    found["thumbnails"] = wait(items.create_item_thumbnail_job(item, create_thumbnails="true"))
    found["pictures"] = len(vidispine.ThumbnailResourceApi(api_client).get_thumbnails("VX-1", item).uri)
    search = vidispine.ItemSearchType(
        field=[vidispine.SearchFieldType(name="title", value=[vidispine.ItemSearchValueType(value="Published clip")])]
    )
    found["search"] = [hit.id for hit in items.search_items(search).item]
    storage = vidispine.StorageApi(api_client).create_storage(
        vidispine.StorageType(
            type="LOCAL",
            capacity=1000000,
            method=[vidispine.StorageMethodType(uri="file:///srv/media1/", read=True, write=True, browse=True)],
        )
    )
    found["storage"] = [storage.state, storage.free_capacity]
    found["failed"] = wait(imports.import_item("file:///nowhere/at/all.mov", metadata))
    items.delete_item(item)
    try:
        shapes.get_shapes(item)
    except vidispine.ApiException as error:
        found["gone"] = error.status
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
