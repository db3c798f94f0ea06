"""The state of one simulated server, and the parts that work on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.models import JobPriority, JobTypeName
from vidispine.simulator.accounts.access_store import AccessControls
from vidispine.simulator.catalog.collection_store import Collections
from vidispine.simulator.catalog.field_store import Fields
from vidispine.simulator.catalog.item_store import Items
from vidispine.simulator.catalog.metadata import Descriptions
from vidispine.simulator.catalog.search import Searches
from vidispine.simulator.database import Database
from vidispine.simulator.jobs.job_types import JobTypes
from vidispine.simulator.jobs.scheduler import Scheduler
from vidispine.simulator.jobs.timeline import Timeline
from vidispine.simulator.media.folders import Folders
from vidispine.simulator.media.shape_search_handlers import items_with_shape
from vidispine.simulator.media.state import Media
from vidispine.simulator.simple_metadata import SimpleMetadata

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable

__all__ = ["World"]


class World:
    """What requests and a test's own calls share."""

    def __init__(
        self,
        clock: Callable[[], float],
        db: str | os.PathLike[str] | None = None,
        *,
        concurrent_jobs: int = 3,
        speed: float = 1.0,
        allow_folders: Iterable[str | os.PathLike[str]] = (),
    ) -> None:
        """Open the database and take up where it was left.

        :param allow_folders: folders that ``file:`` URIs may lead to, besides the system's for temporary files
        :raises SimulatorError: the file cannot be used
        """
        self.priorities = JobPriority.values()
        self.database = Database(db)
        try:
            self.scheduler = Scheduler(self.database, concurrent_jobs, speed)
            self.simple_metadata = SimpleMetadata(self.database)
            self.fields = Fields(self.database)
            self.items = Items(self.database)
            self.collections = Collections(self.database)
            self.access = AccessControls(self.database)
            self.metadata = Descriptions(self.database, self.fields, self.items, self.access)
            self.searches = Searches(self.database, self.fields, self.access)
            self.searches.criteria["shape"] = items_with_shape
            self.items.on_delete.append(lambda item, _: self.metadata.forget(item.subject))
            self.items.on_delete.append(lambda item, _: self.collections.forget(item.subject))
            self.job_types = JobTypes(self.database, JobTypeName.values())
            folders = Folders(db, allow_folders)
            self.media = Media(self.database, folders, self.scheduler, self.simple_metadata)
            self.media.join(self.items, self.metadata)
            self.timeline = Timeline(self.database, self.scheduler, clock)
            self.media.start(self.timeline)
        except BaseException:
            self.database.close()
            raise

    def close(self) -> None:
        """End what goes on in the background, and close the database; may be called again."""
        self.media.close()
        self.timeline.close()
