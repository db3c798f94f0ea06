"""All of media: the parts, and how they are tied to each other and to the rest."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from vidispine.simulator.media.export_location_store import ExportLocations
from vidispine.simulator.media.file_store import Files
from vidispine.simulator.media.image_store import Pictures
from vidispine.simulator.media.import_sources import Fetcher
from vidispine.simulator.media.item_content import forget_item, item_parts, shape_fields
from vidispine.simulator.media.job_actions import ACTIONS
from vidispine.simulator.media.job_effects import Works
from vidispine.simulator.media.notification_store import Notifications
from vidispine.simulator.media.notifier import Notifier
from vidispine.simulator.media.shape_store import Shapes
from vidispine.simulator.media.shape_tag_store import ShapeTags
from vidispine.simulator.media.storage_group_store import StorageGroups
from vidispine.simulator.media.storage_store import Storages
from vidispine.simulator.media.transfer_store import Transfers
from vidispine.simulator.simple_metadata import SimpleMetadata

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vidispine.simulator.catalog.item_store import Item, Items
    from vidispine.simulator.catalog.metadata import Descriptions
    from vidispine.simulator.database import Database
    from vidispine.simulator.http.streams import Received
    from vidispine.simulator.jobs.scheduler import Scheduler
    from vidispine.simulator.jobs.timeline import Timeline
    from vidispine.simulator.media.folders import Folders

__all__ = ["Media"]


class Media:
    """Files and what is made of them. All but :meth:`receive` is to be used within a moment of the timeline."""

    def __init__(self, database: Database, folders: Folders, scheduler: Scheduler, metadata: SimpleMetadata) -> None:
        """Keep rows in this database and bytes in these folders; do the works of this scheduler's jobs."""
        self.folders = folders
        self.metadata = metadata
        self.storages = Storages(database, folders, self.metadata)
        self.storage_groups = StorageGroups(database, self.storages)
        self.files = Files(database, self.storages, self.metadata)
        self.shapes = Shapes(database, self.files, self.metadata)
        self.shape_tags = ShapeTags(database)
        self.pictures = Pictures(database)
        self.transfers = Transfers(database, folders)
        self.export_locations = ExportLocations(database)
        self.notifications = Notifications(database)
        self.notifier = Notifier(database, self.notifications)
        self.fetcher = Fetcher(folders)
        self.works = Works(database, scheduler, self)
        self.works.actions.update(ACTIONS)
        self._scheduler = scheduler
        scheduler.effects = self.works
        self.works.on_event.append(self.notifier.job)
        self.shapes.on_event.append(self.notifier.shape)
        self.files.on_event.append(self.notifier.file)

    def join(self, items: Items, descriptions: Descriptions) -> None:
        """Give items what media has to say of them, and hear when one goes."""
        self.items = items
        self.descriptions = descriptions
        descriptions.transient["item"].append(shape_fields)
        items.parts.update(item_parts(self))
        items.on_delete.append(lambda item, now: forget_item(self, item, now))
        items.on_delete.append(lambda item, now: self.notifier.item("delete", item, now))

    def describe(self, item: Item, at: int, fields: Mapping[str, Sequence[str]]) -> None:
        """Set fields of an item that the server keeps."""
        self.descriptions.set_fields(item, at, fields)

    def tag_item(self, item: Item, at: int) -> None:
        """Note in an item's metadata which shape tags it has."""
        tags = {tag for shape in self.shapes.latest(item.serial) for tag in shape.tag_names}
        self.describe(item, at, {"shapeTag": sorted(tags)})

    def metadata_of(self, item: Item) -> dict[str, Any]:
        """Return an item's metadata as a document."""
        return self.descriptions.document(item.subject, self.descriptions.selection({}))

    def start(self, timeline: Timeline) -> None:
        """Make sure that there is a storage, and begin to look after the time for those who want to hear of jobs."""
        with timeline.moment() as now:
            self.storages.ensure_own(now)
            self.transfers.clear()

        def tick() -> bool:
            if timeline.is_closed:
                return False
            with timeline.moment():
                return self.notifications.any() and self._scheduler.has_unfinished()

        self.notifier.start(tick)

    @contextmanager
    def receive(self, stream: Any, length: int | None, media_type: str, transfer: str | None) -> Iterator[Received]:
        """Receive the bytes of a request; nobody waits for that.

        :param length: how many bytes the client said it would send
        :param media_type: of the bytes
        :param transfer: name of the transfer that they belong to
        """
        with self.transfers.receive(stream, length, media_type, transfer) as received:
            yield received

    def close(self) -> None:
        """End what goes on in the background, and remove a temporary folder."""
        self.notifier.close()
        self.fetcher.close()
        self.folders.close()
