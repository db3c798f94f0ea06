"""What jobs make: each has its work beside it, a JSON object whose ``do`` names an action.

An action takes a :class:`Run`. Its ``begin`` is done when the time of the job's first step is over (files have been
transferred then), its ``finish`` when that of the last is. ``undo`` follows when the job fails or is aborted.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Optional

from vidispine.simulator.formats import site_id
from vidispine.simulator.http.errors import Fault
from vidispine.simulator.jobs.effects import Effects, Verdict
from vidispine.simulator.media.folders import UnreachableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.catalog.item_store import Item
    from vidispine.simulator.database import Database
    from vidispine.simulator.jobs.scheduler import Job, Scheduler
    from vidispine.simulator.media.state import Media

__all__ = ["Action", "Run", "WorkError", "Works"]

logger = logging.getLogger("vidispine.simulator")


class WorkError(Exception):
    """Why a job fails, in one line."""


class Run:
    """A job at a moment of its work."""

    def __init__(self, media: Media, scheduler: Scheduler, job: Job, at: int, work: dict[str, Any]) -> None:
        self.media = media
        self.job = job
        self.at = at
        self.work = work
        """What is to be done; changes are kept."""
        self._scheduler = scheduler

    def item(self, id: str | None = None) -> Item:
        """Return an item, the one that the work is about without an id.

        :raises WorkError: it is not there any more
        """
        item = self.media.items.find(id or self.work["item"])
        if item is None:
            raise WorkError(f"item {id or self.work['item']} is not there any more")
        return item

    def note(self, **data: Any) -> None:
        """Write into the job's data."""
        self._scheduler.note(self.job.serial, **data)


class Action(NamedTuple):
    """How a work is done."""

    finish: Callable[[Run], None]
    begin: Optional[Callable[[Run], Optional[int]]] = None  # noqa: UP045 - evaluated, and Python 3.9 counts
    """Returns the milliseconds after which to ask again, ``None`` when it is done."""
    undo: Optional[Callable[[Run], None]] = None  # noqa: UP045


def nothing(run: Run) -> None:
    """Make nothing."""


class Works(Effects):
    """Does the works of all jobs, and tells those who watch the jobs."""

    def __init__(self, database: Database, scheduler: Scheduler, media: Media) -> None:
        """Do what the jobs of this scheduler are to bring about."""
        self._database = database
        self._scheduler = scheduler
        self._media = media
        self.actions: dict[str, Action] = {}
        """By the word that works have in ``do``."""
        self.on_event: list[Callable[[str, Job, int], None]] = []
        """Called with what happened to a job: ``CREATE``, ``UPDATE`` or ``STOP``."""

    def set(self, job: int, work: Mapping[str, Any], notification: int | None, extra: str | None) -> None:
        """Say what a new job is to do.

        :param notification: number of the notification that tells about it
        :param extra: what that one is to add
        """
        if work or notification is not None:
            self._database.insert("job_work", job=job, work=json.dumps(work), notification=notification, extra=extra)

    def again(self, job: Job) -> dict[str, Any]:
        """Return the work of a job for another one that does the same."""
        work = self._work(job)
        return dict(work.get("first", work))

    def _work(self, job: Job) -> dict[str, Any]:
        text = self._database.value("SELECT work FROM job_work WHERE job = ?", job.serial)
        return {} if text is None else dict(json.loads(text))

    def step_over(self, job: Job, at: int) -> Verdict:
        """Do the part of the work that belongs to the step."""
        work = self._work(job)
        action = self.actions.get(work.get("do", ""))
        if action is None:
            return None
        # A new job of the same work begins with what this one began with.
        work.setdefault("first", json.loads(json.dumps(work)))
        run = Run(self._media, self._scheduler, job, at, work)
        made = self._media.files.made
        made.clear()
        try:
            with self._database.savepoint():
                return self._do(action, run)
        except Exception as error:  # noqa: BLE001 - whatever it is, it fails this job and no other
            why = _reason(error, job)
        # What is taken back in the database is so on the disk as well.
        for path in made:
            path.unlink(missing_ok=True)
        return why

    def _do(self, action: Action, run: Run) -> Verdict:
        later = action.begin(run) if run.job.step == 1 and action.begin is not None else None
        if later is None and run.job.step == len(run.job.plan.steps):
            action.finish(run)
        self._keep(run)
        return later

    def _keep(self, run: Run) -> None:
        self._database.execute("UPDATE job_work SET work = ? WHERE job = ?", [json.dumps(run.work), run.job.serial])

    def changed(self, event: str, job: Job, at: int) -> None:
        """Clean up after a job that came to nothing, and pass on what happened."""
        if event == "STOP" and job.status in ("FAILED_TOTAL", "ABORTED"):
            self._undo(job, at)
        if job.parent is None:
            for listener in self.on_event:
                listener(event, job, at)

    def _undo(self, job: Job, at: int) -> None:
        work = self._work(job)
        action = self.actions.get(work.get("do", ""))
        if action is None or action.undo is None:
            return
        run = Run(self._media, self._scheduler, job, at, work)
        try:
            with self._database.savepoint():
                action.undo(run)
                self._keep(run)
        except Exception:
            logger.exception("cleaning up after job %s failed", site_id(job.serial))


def _reason(error: Exception, job: Job) -> str:
    """Return why a job fails, in one line."""
    if isinstance(error, (WorkError, UnreachableError)):
        return str(error)
    if isinstance(error, Fault):
        return error.members.get("explanation") or str(error)
    if isinstance(error, OSError):
        return f"{error.filename or 'a file'}: {error.strerror or error}"
    logger.error("job %s failed", site_id(job.serial), exc_info=error)
    return "the simulator failed; see its log"
