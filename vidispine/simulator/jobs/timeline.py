"""The timeline: serializes access to the state and processes due events first."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vidispine.simulator import SimulatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vidispine.simulator.database.connection import Database
    from vidispine.simulator.jobs.scheduler import Scheduler


class Timeline:
    """The only access to the state, for requests and for calls of tests."""

    def __init__(self, database: Database, scheduler: Scheduler, clock: Callable[[], float]) -> None:
        """Resume from the state in the database.

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
            saved = self._database.value("SELECT value FROM setting WHERE key = 'seen'")
            if saved is not None:
                self._scheduler.jobs.shift_times(self._now - saved)
            self._save_time()
            # The number of slots may have increased.
            self._scheduler.dispatch(self._now)

    @property
    def is_closed(self) -> bool:
        """Whether the simulator is stopped."""
        return self._is_closed

    @contextmanager
    def transaction(self) -> Iterator[int]:
        """Run a transaction. Yields its time in milliseconds; due events are processed first.

        :raises SimulatorError: the simulator is stopped
        """
        with self._lock:
            self._check_open()
            # Time never goes backward, even when the clock is set back.
            self._now = now = max(self._now, round(self._clock() * 1000))
            if self._scheduler.jobs.is_due(now):
                with self._database.transaction(immediate=True):
                    self._scheduler.advance(now)
            with self._database.transaction():
                yield now
                self._save_time()

    @contextmanager
    def single_transaction(self) -> Iterator[None]:
        """Run several transactions as a single one, which is faster, and happens completely or not at all."""
        with self._lock, self._database.transaction(immediate=True):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read what does not depend on the time, without a transaction.

        :raises SimulatorError: the simulator is stopped
        """
        with self._lock:
            self._check_open()
            yield

    def _check_open(self) -> None:
        if self._is_closed:
            raise SimulatorError("the simulator is stopped")

    def _save_time(self) -> None:
        """Save the current time, so that a restart resumes jobs from here."""
        if self._database.path is not None and self._scheduler.jobs.is_busy():
            self._database.execute("INSERT OR REPLACE INTO setting (key, value) VALUES ('seen', ?)", [self._now])

    def close(self) -> None:
        """Close the database. Idempotent."""
        with self._lock:
            if not self._is_closed:
                with self.transaction():
                    pass
                self._is_closed = True
                self._database.close()
