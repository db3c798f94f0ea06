"""Scripts over a dozen resources as users write them; type checkers must infer each type in ``assert_type``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Optional

from typing_extensions import assert_type

import vidispine
from vidispine import ApiClient, Configuration, JobType

client = ApiClient(Configuration())

# Import media, and wait for it.
imports = vidispine.ImportApi(client)
placeholder = imports.create_placeholder(
    {"timespan": [{"start": "-INF", "end": "+INF", "field": [{"name": "title", "value": [{"value": "My clip"}]}]}]},
    container=1,
)
assert_type(placeholder, vidispine.ItemType)
assert_type(placeholder.id, Optional[str])
assert_type(imports.import_item(uri="file:///mnt/in/clip.mov", tag=["lowres"], priority="HIGH"), JobType)
with Path("clip.mov").open("rb") as clip:
    assert_type(imports.import_item_raw(clip, filename="clip.mov"), Optional[JobType])

# Items.
items = vidispine.ItemApi(client)
found = items.get_items(content=["metadata", "shape"], field=["title"], first=1, number=100)
assert_type(found, vidispine.ItemListType)
assert_type(found.hits, Optional[int])
assert_type(list(items.iterate_search_items({"field": []}, cursor=True, page_size=1000)), list[vidispine.ItemType])
assert_type(next(vidispine.LibraryApi(client).iterate_libraries()), str)
for item in found.item or []:
    assert_type(item, vidispine.ItemType)
    assert_type(item.terse, Optional[Any])
    for shape in item.shape or []:
        assert_type(shape, vidispine.ShapeType)
        assert_type(shape.tag, Optional[list[str]])
    if item.metadata:
        for span in item.metadata.timespan or []:
            assert_type(span.start, Optional[str])
            for field in span.field or []:
                assert_type([value.value for value in field.value or []], list[Optional[str]])
assert_type(items.create_item_transcode_job("VX-93", tag="lowres", hold_job=True), JobType)
response = items.get_item_with_http_info("VX-93", content="metadata")
assert_type(response.data, vidispine.ItemType)
assert_type((response.status, response.headers), tuple[int, Mapping[str, str]])
assert_type(items.delete_item("VX-93"), None)
assert_type(items.delete_item_with_http_info("VX-93").data, None)

# Metadata and its fields.
fields = vidispine.MetadataFieldApi(client)
described = fields.get_metadata_field("title")
assert_type(described, vidispine.MetadataFieldType)
assert_type(described.type, Optional[str])

# Shapes, with inherited attributes.
video = vidispine.VideoComponentType()
assert_type(video.codec, Optional[str])
assert_type(video.file, Optional[list[vidispine.FileType]])
component: vidispine.ComponentType = video

# Files and storages.
storage = vidispine.StorageApi(client).get_storage("VX-3")
assert_type(storage, vidispine.StorageType)
assert_type(storage.capacity, Optional[int])
files = vidispine.FileApi(client)
listing = files.get_files(number=50)
assert_type(listing, vidispine.FileListType)
assert_type([file.state for file in listing.file or []], list[str])
assert_type(files.get_file_data("VX-40", _save_to="/tmp", _on_progress=lambda done, total: None), str)

# Search.
hits = vidispine.SearchApi(client).search({"field": [{"name": "title", "value": [{"value": "marathon"}]}]})
assert_type(hits, vidispine.SearchResultType)
for entry in hits.entry or []:
    assert_type(entry.type, Optional[str])

# Collections, libraries.
assert_type(vidispine.CollectionApi(client).get_collections(), vidispine.CollectionListType)
assert_type(vidispine.LibraryApi(client).delete_library("VX-12", async_=True), JobType)

# Users and their keys.
user = vidispine.UserApi(client).get_user("bob")
assert_type(user, vidispine.UserType)
key = vidispine.AccessKeyApi(client).create_user_access_key("bob", name="playout")
assert_type(key.created, datetime)
assert_type(vidispine.UserApi(client).get_who_am_i(), str)

# Notifications.
action = vidispine.NotificationHttpActionType(
    synchronous=False, url="http://example.com/", method="POST", timeout="5", retry=3
)
trigger = vidispine.NotificationTypeTrigger(job=vidispine.NotificationJobTriggerType(stop=""))
notification = vidispine.NotificationType(action=vidispine.NotificationTypeAction(http=action), trigger=trigger)
made = vidispine.NotificationApi(client).create_notification("job", notification)
assert_type(made, vidispine.URIListType)

# The system.
assert_type(vidispine.SystemApi(client).get_version().component, Optional[list[vidispine.CompType]])
assert_type(vidispine.ConfigurationApi(client).get_job_pool_configuration(), vidispine.JobPoolListType)
