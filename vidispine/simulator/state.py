"""The state of a simulated server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.models import JobPriority, JobTypeName
from vidispine.simulator import SimulatorError
from vidispine.simulator.accounts.access_store import AccessStore
from vidispine.simulator.accounts.group_store import GroupStore
from vidispine.simulator.accounts.schema import ACCOUNTS
from vidispine.simulator.catalog.collection_store import CollectionStore
from vidispine.simulator.catalog.entity_store import ItemStore
from vidispine.simulator.catalog.external_id_store import ExternalIdStore
from vidispine.simulator.catalog.field_store import FieldStore
from vidispine.simulator.catalog.library_store import LibraryStore
from vidispine.simulator.catalog.metadata import MetadataService
from vidispine.simulator.catalog.relation_handlers import delete_relations
from vidispine.simulator.catalog.schema import CATALOG
from vidispine.simulator.catalog.search import SearchEngine
from vidispine.simulator.database.connection import Database
from vidispine.simulator.database.schema import SHARED
from vidispine.simulator.database.simple_metadata import SimpleMetadataStore
from vidispine.simulator.jobs.extensions import Extension
from vidispine.simulator.jobs.job_types import JobTypeStore
from vidispine.simulator.jobs.scheduler import Scheduler
from vidispine.simulator.jobs.schema import JOBS
from vidispine.simulator.jobs.timeline import Timeline
from vidispine.simulator.media.folders import Folders
from vidispine.simulator.media.library_handlers import library_actions
from vidispine.simulator.media.schema import MEDIA
from vidispine.simulator.media.state import MediaState

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping

    from vidispine.simulator.catalog.entity_store import Item


SCHEMA = SHARED + ACCOUNTS + JOBS + CATALOG + MEDIA
"""All tables. Each folder defines its own."""


class _Catalog(Extension):
    """Cleans up in the catalog."""

    def __init__(self, state: ServerState) -> None:
        self._state = state

    def item_deleted(self, item: Item, now: int, arguments: Mapping[str, Any]) -> None:
        """Remove an item from all lists, with its metadata, external ids and relations."""
        state = self._state
        state.metadata.forget(item.ref)
        state.collections.forget(item.ref)
        state.libraries.forget(item.serial)
        state.external_ids.forget(item.ref)
        delete_relations(state.database, state.simple_metadata, item.serial)


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
        self.database = Database(db, SCHEMA)
        try:
            self.extensions: list[Extension] = [_Catalog(self)]
            self.scheduler = Scheduler(self.database, concurrent_jobs, speed, self.extensions)
            self.simple_metadata = SimpleMetadataStore(self.database)
            self.fields = FieldStore(self.database)
            self.items = ItemStore(self.database, self.extensions)
            self.collections = CollectionStore(self.database)
            self.libraries = LibraryStore(self.database)
            self.external_ids = ExternalIdStore(self.database)
            self.groups = GroupStore(self.database)
            self.access = AccessStore(self.database, self.groups)
            self.metadata = MetadataService(self.database, self.fields, self.items, self.access, self.extensions)
            self.search_engine = SearchEngine(self.database, self.fields, self.access, self.extensions)
            self.job_types = JobTypeStore(self.database, JobTypeName.values())
            folders = Folders(db, allow_folders)
            self.media = MediaState(self.database, folders, self.scheduler, self.simple_metadata, self.extensions)
            self.media.connect(self.items, self.metadata)
            self.media.job_effects.actions.update(library_actions(self))
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
        folder = self.media.folders.own
        if any(path.is_file() for path in folder.rglob("*")):
            raise SimulatorError(f"{folder} has files of another state: delete them, or use a new state file")
        return False

    def start_ids(self, first: Mapping[str, int]) -> None:
        """Set the numbers of the next ids, by table."""
        for table, number in first.items():
            self.database.delete("sqlite_sequence", name=table)
            self.database.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", [table, number - 1])

    def keep_sample_data(self, shared: str, search: str) -> None:
        """Record that the sample archive is complete, and give its entries the ids that clients cannot choose.

        :param shared: UUID of the group in the global metadata
        :param search: hash of the saved search for everything
        """
        uuid = self.database.value("SELECT uuid FROM metadata WHERE kind = 'global' AND node = 'group'")
        for column in ("uuid", "parent", "within"):
            statement = f"UPDATE metadata SET {column} = ? WHERE {column} = ?"  # noqa: S608 - names are constants
            self.database.execute(statement, [shared, uuid])
        for operation in ("search", "search_items", "search_items_in_collection"):
            self.database.insert("saved_search", hash=search, operation=operation, document="[{}, {}]")
        self.database.execute("INSERT INTO setting VALUES ('sample', 1)")

    def close(self) -> None:
        """Stop background threads and close the database. Idempotent."""
        self.media.close()
        self.timeline.close()
