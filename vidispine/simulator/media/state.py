"""The state of media: its stores, connected to each other, to items and to jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.database.named_documents import NamedDocuments
from vidispine.simulator.database.simple_metadata import SimpleMetadataStore
from vidispine.simulator.http.errors import not_found
from vidispine.simulator.media.file_store import FileStore
from vidispine.simulator.media.image_store import ImageStore
from vidispine.simulator.media.import_sources import Fetcher
from vidispine.simulator.media.item_content import ItemMedia
from vidispine.simulator.media.job_actions import ACTIONS
from vidispine.simulator.media.job_effects import JobEffects
from vidispine.simulator.media.notification_store import NotificationStore
from vidispine.simulator.media.notifier import Notifier
from vidispine.simulator.media.shape_store import ShapeStore
from vidispine.simulator.media.shape_tag_store import ShapeTagStore
from vidispine.simulator.media.storage_group_store import StorageGroupStore
from vidispine.simulator.media.storage_store import StorageStore
from vidispine.simulator.media.transfer_store import TransferStore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vidispine.simulator.catalog.entity_store import Item, ItemStore
    from vidispine.simulator.catalog.metadata import MetadataService
    from vidispine.simulator.database.connection import Database
    from vidispine.simulator.jobs.extensions import Extension
    from vidispine.simulator.jobs.scheduler import Scheduler
    from vidispine.simulator.jobs.timeline import Timeline
    from vidispine.simulator.media.folders import Folders


_NO_FIELDS: Mapping[str, Sequence[str]] = {}


class MediaState:
    """The stores of media. Except to receive uploads, use them within a transaction of the timeline."""

    def __init__(
        self,
        database: Database,
        folders: Folders,
        scheduler: Scheduler,
        simple_metadata: SimpleMetadataStore,
        extensions: list[Extension],
    ) -> None:
        """Create the stores, and extend the server by media, the effects of jobs and notifications."""
        self.folders = folders
        self.simple_metadata = simple_metadata
        self.storages = StorageStore(database, folders, self.simple_metadata)
        self.storage_groups = StorageGroupStore(database, self.storages)
        self.files = FileStore(database, self.storages, self.simple_metadata, extensions)
        self.shapes = ShapeStore(database, self.files, self.simple_metadata, extensions)
        self.shape_tags = ShapeTagStore(database)
        self.images = ImageStore(database)
        self.transfers = TransferStore(database, folders)
        self.export_locations = NamedDocuments(database, "export_location", "export-location")
        self.notifications = NotificationStore(database)
        self.notifier = Notifier(database, self.notifications)
        self.fetcher = Fetcher(folders)
        self.job_effects = JobEffects(database, scheduler, self)
        self.job_effects.actions.update(ACTIONS)
        self._scheduler = scheduler
        extensions += [ItemMedia(self, database), self.job_effects, self.notifier]

    def file_id(self, storage: str | None, key: str, value: str) -> str:
        """Return the id of the file that a path names.

        :param storage: id of its storage. Default: any storage
        :param key: ``id``, ``path`` or ``uri``
        :raises ApiError: the file is missing
        """
        found = None if storage is None else self.storages.get(storage)
        for candidate in self.files.named(key, value):
            if found is None or candidate.storage == found.serial:
                return candidate.id
        raise not_found("File", value)

    def connect(self, items: ItemStore, item_metadata: MetadataService) -> None:
        """Connect to items and their metadata."""
        self.items = items
        self.item_metadata = item_metadata

    def update_shape_tags(self, item: Item, at: int, fields: Mapping[str, Sequence[str]] = _NO_FIELDS) -> None:
        """Set the metadata field with the shape tags of an item, and other fields in the same change."""
        tags = {tag for shape in self.shapes.latest(item.serial) for tag in shape.tag_names}
        self.item_metadata.set_fields(item, at, {**fields, "shapeTag": sorted(tags)})

    def start(self, timeline: Timeline) -> None:
        """Create the storage of the simulator, and start the clock for notifications."""
        with timeline.transaction() as now:
            self.storages.ensure_default_storage(now)
            self.transfers.clear()

        def tick() -> bool:
            if timeline.is_closed:
                return False
            with timeline.transaction():
                return self.notifications.any() and self._scheduler.jobs.has_unfinished()

        self.notifier.start(tick)

    def close(self) -> None:
        """Stop background threads, and delete a temporary folder."""
        self.notifier.close()
        self.fetcher.close()
        self.folders.close()
