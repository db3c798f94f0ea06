"""The state of a simulated server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.models import JobPriority, JobTypeName
from vidispine.simulator.accounts.access_store import AccessStore
from vidispine.simulator.catalog.collection_store import CollectionStore
from vidispine.simulator.catalog.field_store import FieldStore
from vidispine.simulator.catalog.item_store import ItemStore
from vidispine.simulator.catalog.metadata import MetadataService
from vidispine.simulator.catalog.search import SearchEngine
from vidispine.simulator.database import Database
from vidispine.simulator.errors import SimulatorError
from vidispine.simulator.jobs.job_types import JobTypeStore
from vidispine.simulator.jobs.scheduler import Scheduler
from vidispine.simulator.jobs.timeline import Timeline
from vidispine.simulator.media.folders import Folders
from vidispine.simulator.media.shape_search_handlers import items_with_shape
from vidispine.simulator.media.state import MediaState
from vidispine.simulator.simple_metadata import SimpleMetadataStore

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["ServerState"]


class ServerState:
    """The state that requests and tests share."""

    def __init__(
        self,
        clock: Callable[[], float],
        db: str | os.PathLike[str] | None = None,
        *,
        concurrent_jobs: int = 3,
        speed: float = 1.0,
        allow_folders: Iterable[str | os.PathLike[str]] = (),
    ) -> None:
        """Open the database and resume from its state.

        :param allow_folders: additional folders for ``file:`` URIs
        :raises SimulatorError: the state file cannot be used
        """
        self.priorities = JobPriority.values()
        self.database = Database(db)
        try:
            self.scheduler = Scheduler(self.database, concurrent_jobs, speed)
            self.simple_metadata = SimpleMetadataStore(self.database)
            self.fields = FieldStore(self.database)
            self.items = ItemStore(self.database)
            self.collections = CollectionStore(self.database)
            self.access = AccessStore(self.database)
            self.metadata = MetadataService(self.database, self.fields, self.items, self.access)
            self.search_engine = SearchEngine(self.database, self.fields, self.access)
            self.search_engine.criteria["shape"] = items_with_shape
            self.items.on_delete.append(lambda item, _: self.metadata.forget(item.ref))
            self.items.on_delete.append(lambda item, _: self.collections.forget(item.ref))
            self.job_types = JobTypeStore(self.database, JobTypeName.values())
            folders = Folders(db, allow_folders)
            self.media = MediaState(self.database, folders, self.scheduler, self.simple_metadata)
            self.media.connect(self.items, self.metadata)
            self.timeline = Timeline(self.database, self.scheduler, clock)
            self.media.start(self.timeline)
        except BaseException:
            self.database.close()
            raise

    @property
    def has_sample_data(self) -> bool:
        """Whether the state has the complete sample archive.

        :raises SimulatorError: it has other data
        """
        if self.database.value("SELECT 1 FROM setting WHERE key = 'sample'") is not None:
            return True
        if self.database.value("SELECT 1 FROM item UNION SELECT 1 FROM job UNION SELECT 1 FROM collection LIMIT 1"):
            raise SimulatorError(f"{self.database.path} has data: the sample archive needs a new state file")
        return False

    def start_ids(self, first: Mapping[str, int]) -> None:
        """Set the numbers of the next ids, by table."""
        with self.timeline.transaction():
            for table, number in first.items():
                self.database.execute("DELETE FROM sqlite_sequence WHERE name = ?", [table])
                self.database.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", [table, number - 1])

    def keep_sample_data(self) -> None:
        """Record that the sample archive is complete."""
        with self.timeline.transaction():
            self.database.execute("INSERT INTO setting VALUES ('sample', 1)")

    def close(self) -> None:
        """Stop background threads and close the database. Idempotent."""
        self.media.close()
        self.timeline.close()
