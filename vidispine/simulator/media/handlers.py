"""The handlers of all operations on media."""

from __future__ import annotations

from vidispine.simulator.http.requests import handlers_by_operation
from vidispine.simulator.media.component_handlers import COMPONENT_HANDLERS
from vidispine.simulator.media.export_location_handlers import EXPORT_LOCATION_HANDLERS
from vidispine.simulator.media.file_data_handlers import FILE_DATA_HANDLERS
from vidispine.simulator.media.file_handlers import FILE_HANDLERS
from vidispine.simulator.media.file_list_handlers import FILE_LIST_HANDLERS
from vidispine.simulator.media.file_path_handlers import FILE_PATH_HANDLERS
from vidispine.simulator.media.image_handlers import PICTURE_HANDLERS
from vidispine.simulator.media.import_handlers import IMPORT_HANDLERS
from vidispine.simulator.media.job_handlers import JOB_HANDLERS
from vidispine.simulator.media.notification_handlers import NOTIFICATION_HANDLERS
from vidispine.simulator.media.placeholder_handlers import PLACEHOLDER_HANDLERS
from vidispine.simulator.media.shape_handlers import SHAPE_HANDLERS
from vidispine.simulator.media.shape_search_handlers import SHAPE_SEARCH_HANDLERS
from vidispine.simulator.media.shape_tag_handlers import SHAPE_TAG_HANDLERS
from vidispine.simulator.media.storage_group_handlers import STORAGE_GROUP_HANDLERS
from vidispine.simulator.media.storage_handlers import STORAGE_HANDLERS
from vidispine.simulator.media.transfer_handlers import TRANSFER_HANDLERS

__all__ = ["MEDIA"]

MEDIA = handlers_by_operation(
    [
        *COMPONENT_HANDLERS,
        *EXPORT_LOCATION_HANDLERS,
        *FILE_DATA_HANDLERS,
        *FILE_HANDLERS,
        *FILE_LIST_HANDLERS,
        *FILE_PATH_HANDLERS,
        *IMPORT_HANDLERS,
        *JOB_HANDLERS,
        *NOTIFICATION_HANDLERS,
        *PICTURE_HANDLERS,
        *PLACEHOLDER_HANDLERS,
        *SHAPE_HANDLERS,
        *SHAPE_SEARCH_HANDLERS,
        *SHAPE_TAG_HANDLERS,
        *STORAGE_GROUP_HANDLERS,
        *STORAGE_HANDLERS,
        *TRANSFER_HANDLERS,
    ]
)
