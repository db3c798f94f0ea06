"""The state of one simulated server, and the parts that work on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.models import JobPriority, JobTypeName
from vidispine.simulator.catalogue.access import AccessControls
from vidispine.simulator.catalogue.collections import Collections
from vidispine.simulator.catalogue.descriptions import Descriptions
from vidispine.simulator.catalogue.fields import Fields
from vidispine.simulator.catalogue.items import Items
from vidispine.simulator.catalogue.search import Searches
from vidispine.simulator.database import Database
from vidispine.simulator.job_types import JobTypes
from vidispine.simulator.scheduler import Scheduler
from vidispine.simulator.timeline import Timeline

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

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
    ) -> None:
        """Open the database and take up where it was left.

        :raises SimulatorError: the file cannot be used
        """
        self.priorities = JobPriority.values()
        self.database = Database(db)
        try:
            self.scheduler = Scheduler(self.database, concurrent_jobs, speed)
            self.fields = Fields(self.database)
            self.items = Items(self.database)
            self.collections = Collections(self.database)
            self.access = AccessControls(self.database)
            self.metadata = Descriptions(self.database, self.fields, self.items, self.access)
            self.searches = Searches(self.database, self.fields, self.access)
            self.items.on_delete.append(lambda item, _: self.metadata.forget(item.subject))
            self.items.on_delete.append(lambda item, _: self.collections.forget(item.subject))
            self.job_types = JobTypes(self.database, JobTypeName.values())
            self.timeline = Timeline(self.database, self.scheduler, clock)
        except BaseException:
            self.database.close()
            raise
