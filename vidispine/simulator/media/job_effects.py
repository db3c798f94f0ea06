"""Effects of jobs. The effect of a job is a JSON object, whose member ``do`` names an action.

An action takes a :class:`JobRun`. ``begin`` runs when the first step is over (files are transferred by then),
``finish`` when the last step is over, and ``undo`` when the job failed or was aborted.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Optional

from vidispine._documents.json import load_json
from vidispine.simulator.formats import site_id
from vidispine.simulator.http.errors import ApiError
from vidispine.simulator.jobs.effects import JobHooks, StepResult
from vidispine.simulator.media.folders import UnreachableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.catalog.item_store import Item
    from vidispine.simulator.database import Database
    from vidispine.simulator.jobs.job_store import Job
    from vidispine.simulator.jobs.scheduler import Scheduler
    from vidispine.simulator.media.state import MediaState

__all__ = ["JobAction", "JobActionError", "JobEffects", "JobRun"]

logger = logging.getLogger("vidispine.simulator")


class JobActionError(Exception):
    """An action fails its job. The message is one line."""


class JobRun:
    """The context of an action."""

    def __init__(self, media: MediaState, scheduler: Scheduler, job: Job, at: int, effect: dict[str, Any]) -> None:
        self.media = media
        self.job = job
        self.at = at
        self.effect = effect
        """The effect of the job. Changes are saved."""
        self._scheduler = scheduler

    def item(self, id: str | None = None) -> Item:
        """Return an item. Default: the item of the effect.

        :raises JobActionError: the item is missing
        """
        item = self.media.items.find(id or self.effect["item"])
        if item is None:
            raise JobActionError(f"item {id or self.effect['item']} does not exist anymore")
        return item

    def write_data(self, **data: Any) -> None:
        """Set data of the job."""
        self._scheduler.jobs.write_data(self.job.serial, **data)


class JobAction(NamedTuple):
    """The functions of an action."""

    finish: Callable[[JobRun], None]
    begin: Optional[Callable[[JobRun], Optional[int]]] = None  # noqa: UP045 - evaluated at run time, also by Python 3.9
    """Returns ``None`` when it is complete, otherwise the milliseconds until the next call."""
    undo: Optional[Callable[[JobRun], None]] = None  # noqa: UP045


class JobEffects(JobHooks):
    """Performs the effects of jobs, and passes their events on."""

    def __init__(self, database: Database, scheduler: Scheduler, media: MediaState) -> None:
        """Perform the effects of the jobs of a scheduler."""
        self._database = database
        self._scheduler = scheduler
        self._media = media
        self.actions: dict[str, JobAction] = {}
        """By the member ``do`` of an effect."""
        self.on_event: list[Callable[[str, Job, int], None]] = []
        """Called on events of jobs: ``CREATE``, ``UPDATE`` or ``STOP``."""

    def set(self, job: int, effect: Mapping[str, Any], notification: int | None, extra: str | None) -> None:
        """Set the effect of a new job.

        :param notification: serial number of its placeholder notification
        :param extra: additional data of the notification
        """
        if effect or notification is not None:
            self._database.insert("job_work", job=job, work=json.dumps(effect), notification=notification, extra=extra)

    def repeat(self, job: Job) -> dict[str, Any]:
        """Return the original effect of a job, for a duplicate."""
        effect = self._effect(job)
        return dict(effect.get("first", effect))

    def _effect(self, job: Job) -> dict[str, Any]:
        text = self._database.value("SELECT work FROM job_work WHERE job = ?", job.serial)
        return {} if text is None else dict(load_json(text))

    def complete_step(self, job: Job, at: int) -> StepResult:
        """Perform the part of the effect that belongs to the step."""
        effect = self._effect(job)
        action = self.actions.get(effect.get("do", ""))
        if action is None:
            return None
        # Actions change the effect. A duplicate of the job needs the original.
        effect.setdefault("first", load_json(json.dumps(effect)))
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
        return message

    def _perform(self, action: JobAction, run: JobRun) -> StepResult:
        wait = action.begin(run) if run.job.step == 1 and action.begin is not None else None
        if wait is None and run.job.step == len(run.job.plan.steps):
            action.finish(run)
        self._save(run)
        return wait

    def _save(self, run: JobRun) -> None:
        self._database.execute("UPDATE job_work SET work = ? WHERE job = ?", [json.dumps(run.effect), run.job.serial])

    def job_changed(self, event: str, job: Job, at: int) -> None:
        """Undo the effect of a failed or aborted job, and pass the event on."""
        if event == "STOP" and job.status in ("FAILED_TOTAL", "ABORTED"):
            self._undo(job, at)
        if job.parent is None:
            for listener in self.on_event:
                listener(event, job, at)

    def _undo(self, job: Job, at: int) -> None:
        effect = self._effect(job)
        action = self.actions.get(effect.get("do", ""))
        if action is None or action.undo is None:
            return
        run = JobRun(self._media, self._scheduler, job, at, effect)
        try:
            with self._database.savepoint():
                action.undo(run)
                self._save(run)
        except Exception:
            logger.exception("cleaning up after job %s failed", site_id(job.serial))


def _error_message(error: Exception, job: Job) -> str:
    """Return the error message of a job."""
    if isinstance(error, (JobActionError, UnreachableError)):
        return str(error)
    if isinstance(error, ApiError):
        return error.members.get("explanation") or str(error)
    if isinstance(error, OSError):
        return f"{error.filename or 'a file'}: {error.strerror or error}"
    logger.error("job %s failed", site_id(job.serial), exc_info=error)
    return "the simulator failed; see its log"
