"""Time and order: one access at a time, and before each everything that is due has happened."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vidispine.simulator.errors import SimulatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vidispine.simulator.database import Database
    from vidispine.simulator.jobs.scheduler import Scheduler

__all__ = ["Timeline"]


class Timeline:
    """The only way to the state, for requests and for a test's own calls alike."""

    def __init__(self, database: Database, scheduler: Scheduler, clock: Callable[[], float]) -> None:
        """Take up where the database was left.

        :param clock: returns the seconds since 1970
        """
        self._database = database
        self._scheduler = scheduler
        self._clock = clock
        self._lock = threading.RLock()
        self._is_closed = False
        self._now = round(clock() * 1000)
        self._resume()

    def _resume(self) -> None:
        with self._database.transaction(immediate=True):
            seen = self._database.value("SELECT value FROM setting WHERE key = 'seen'")
            if seen is not None:
                self._scheduler.shift(self._now - seen)
            self._remember()
            # There may be more slots than before.
            self._scheduler.dispatch(self._now)

    @property
    def is_closed(self) -> bool:
        """Whether the simulator is stopped."""
        return self._is_closed

    @contextmanager
    def moment(self) -> Iterator[int]:
        """Hold the time still: gives it, in milliseconds, and makes what is done within one transaction.

        :raises SimulatorError: the simulator is stopped
        """
        with self._lock:
            if self._is_closed:
                raise SimulatorError("the simulator is stopped")
            # A clock that is set back must not undo anything.
            self._now = now = max(self._now, round(self._clock() * 1000))
            if self._scheduler.is_due(now):
                with self._database.transaction(immediate=True):
                    self._scheduler.advance(now)
            with self._database.transaction():
                yield now
                self._remember()

    def _remember(self) -> None:
        """Note how far jobs have come, so that a restart goes on from there and not from an earlier moment."""
        if self._database.path is not None and self._scheduler.is_busy():
            self._database.execute("INSERT OR REPLACE INTO setting (key, value) VALUES ('seen', ?)", [self._now])

    def close(self) -> None:
        """Close the database; may be called again."""
        with self._lock:
            if not self._is_closed:
                with self.moment():
                    pass
                self._is_closed = True
                self._database.close()
