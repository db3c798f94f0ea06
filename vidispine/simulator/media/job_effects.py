"""Performs the effects of jobs by actions.

An action takes a :class:`JobRun`. ``begin`` runs when the first step is over (files are transferred by then),
``finish`` when the last step is over, and ``undo`` when the job failed or was aborted.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Callable, Generic, NamedTuple, TypeVar

from vidispine.simulator.http.errors import ApiError
from vidispine.simulator.http.formats import site_id
from vidispine.simulator.jobs.extensions import DONE, Extension, StepResult
from vidispine.simulator.media.effects import Effect, effect_of
from vidispine.simulator.media.folders import UnreachableError

if TYPE_CHECKING:
    from vidispine.simulator.catalog.entity_store import Item
    from vidispine.simulator.database.connection import Database
    from vidispine.simulator.jobs.job_store import Job
    from vidispine.simulator.jobs.scheduler import Scheduler
    from vidispine.simulator.media.shape_store import Shape
    from vidispine.simulator.media.state import MediaState

logger = logging.getLogger("vidispine.simulator")


class JobActionError(Exception):
    """An action fails its job. The message is one line."""


E = TypeVar("E", bound=Effect)


class JobRun(Generic[E]):
    """The context of an action."""

    def __init__(self, media: MediaState, scheduler: Scheduler, job: Job, at: int, effect: E) -> None:
        self.media = media
        self.job = job
        self.at = at
        self.effect = effect
        """The effect of the job. Changes are saved."""
        self._scheduler = scheduler

    def item(self, id: str) -> Item:
        """Return an item.

        :raises JobActionError: the item is missing
        """
        item = self.media.items.find(id)
        if item is None:
            raise JobActionError(f"item {id} no longer exists")
        return item

    def shape(self, serial: int) -> Shape:
        """Return a shape.

        :raises JobActionError: the shape is missing
        """
        shape = self.media.shapes.find(serial)
        if shape is None:
            raise JobActionError(f"shape {site_id(serial)} no longer exists")
        return shape

    def write_data(self, **data: Any) -> None:
        """Set data of the job."""
        self._scheduler.jobs.write_data(self.job.serial, **data)


class JobAction(NamedTuple):
    """The functions of an action."""

    finish: Callable[[JobRun[Any]], None]
    begin: Callable[[JobRun[Any]], StepResult] = lambda _: DONE
    undo: Callable[[JobRun[Any]], None] = lambda _: None


class JobEffects(Extension):
    """Performs the effects of jobs."""

    def __init__(self, database: Database, scheduler: Scheduler, media: MediaState) -> None:
        """Perform the effects of the jobs of a scheduler."""
        self._database = database
        self._scheduler = scheduler
        self._media = media
        self.actions: dict[type[Effect], JobAction] = {}
        """By the class of the effect."""

    def set(self, job: int, effect: Effect | None, notification: int | None, extra: str | None) -> None:
        """Set the effect of a new job.

        :param notification: serial number of its placeholder notification
        :param extra: additional data of the notification
        """
        if effect is not None or notification is not None:
            work = None if effect is None else effect.to_json()
            self._database.insert("job_work", job=job, original=work, work=work, notification=notification, extra=extra)

    def repeat(self, job: Job) -> Effect | None:
        """Return the effect of a job before actions changed it, for a duplicate."""
        return self._effect(job, "original")

    def _effect(self, job: Job, column: str = "work") -> Effect | None:
        text = self._database.value(f"SELECT {column} FROM job_work WHERE job = ?", job.serial)  # noqa: S608
        return None if text is None else effect_of(text)

    def complete_step(self, job: Job, at: int) -> StepResult:
        """Perform the part of the effect that belongs to the step."""
        effect = self._effect(job)
        if effect is None:
            return DONE
        action = self.actions[type(effect)]
        run = JobRun(self._media, self._scheduler, job, at, effect)
        created = self._media.files.created_paths
        created.clear()
        try:
            with self._database.savepoint():
                return self._perform(action, run)
        except Exception as error:  # noqa: BLE001 - any error fails this job only
            message = _error_message(error, job)
        # The rollback of the database includes the files on disk.
        for path in created:
            path.unlink(missing_ok=True)
        return StepResult(error=message)

    def _perform(self, action: JobAction, run: JobRun[Any]) -> StepResult:
        result = action.begin(run) if run.job.step == 1 else DONE
        if result == DONE and run.job.step == len(run.job.plan.steps):
            action.finish(run)
        self._save(run)
        return result

    def _save(self, run: JobRun[Any]) -> None:
        self._database.execute("UPDATE job_work SET work = ? WHERE job = ?", [run.effect.to_json(), run.job.serial])

    def job_changed(self, event: str, job: Job, at: int) -> None:
        """Undo the effect of a failed or aborted job."""
        if event == "STOP" and job.status in ("FAILED_TOTAL", "ABORTED"):
            self._undo(job, at)

    def _undo(self, job: Job, at: int) -> None:
        effect = self._effect(job)
        if effect is None:
            return
        run = JobRun(self._media, self._scheduler, job, at, effect)
        try:
            with self._database.savepoint():
                self.actions[type(effect)].undo(run)
                self._save(run)
        except Exception:
            logger.exception("cleaning up after job %s failed", site_id(job.serial))


def _error_message(error: Exception, job: Job) -> str:
    if isinstance(error, (JobActionError, UnreachableError)):
        return str(error)
    if isinstance(error, ApiError):
        return error.members.get("explanation") or str(error)
    if isinstance(error, OSError):
        return f"{error.filename or 'a file'}: {error.strerror or error}"
    logger.error("job %s failed", site_id(job.serial), exc_info=error)
    return "the simulator failed; see its log"
