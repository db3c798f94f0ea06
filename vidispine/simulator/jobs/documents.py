"""Documents of jobs and problems."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vidispine._documents.json import load_json
from vidispine.simulator.database.conditions import marks
from vidispine.simulator.http.formats import SITE_ID, from_milliseconds, site_id
from vidispine.simulator.jobs.job_store import Job, progress

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from sqlite3 import Row

    from vidispine.simulator.database.connection import Database

_CHUNK = 500


def brief_document(job: Job, priorities: Sequence[str]) -> dict[str, Any]:
    """Return the members that all documents of a job have. The response to its creation has no others."""
    return {
        "jobId": site_id(job.serial),
        "user": job.user,
        "started": from_milliseconds(job.started),
        "status": job.status,
        "type": job.type,
        "priority": priorities[job.priority],
    }


class JobWriter:
    """Writes documents of jobs, with the requested parts."""

    def __init__(
        self,
        database: Database,
        now: int,
        priorities: Sequence[str],
        *,
        metadata: bool = False,
        item: bool = False,
        log: bool = False,
        keys: Collection[str] | None = None,
    ) -> None:
        """Choose the parts.

        :param now: time for the progress
        :param metadata: include the job's data
        :param item: include the item of the data
        :param log: include the log of the steps and the sub-jobs
        :param keys: included keys of the data. Default: all
        """
        self._database = database
        self._now = now
        self._priorities = priorities
        self._metadata = metadata
        self._item = item
        self._log = log
        self._keys = keys

    def documents(self, jobs: Sequence[Job]) -> list[dict[str, Any]]:
        """Return the documents of jobs, in order."""
        documents: list[dict[str, Any]] = []
        for start in range(0, len(jobs), _CHUNK):
            documents += self._chunk(jobs[start : start + _CHUNK])
        return documents

    def _chunk(self, jobs: Sequence[Job]) -> Iterator[dict[str, Any]]:
        serials = [job.serial for job in jobs]
        # Final jobs have no current step.
        active = serials if self._log else [job.serial for job in jobs if not job.is_final]
        tasks = self._related("SELECT * FROM task WHERE job IN ({}) ORDER BY id", active)
        data: dict[int, list[Row]] = {}
        if self._metadata or self._item:
            data = self._related("SELECT job, key, value FROM job_data WHERE job IN ({}) ORDER BY job, key", serials)
        children: dict[int, list[Row]] = {}
        if self._log:
            children = self._related("SELECT * FROM job WHERE parent IN ({}) ORDER BY serial", serials, "parent")
        for job in jobs:
            serial = job.serial
            yield self._document(job, tasks.get(serial, []), data.get(serial, []), children.get(serial, []))

    def _related(self, statement: str, serials: Sequence[int], column: str = "job") -> dict[int, list[Row]]:
        """Return related rows, by the serial number of the job."""
        rows: dict[int, list[Row]] = {}
        for row in self._database.rows(statement.format(marks(serials)), *serials):
            rows.setdefault(row[column], []).append(row)
        return rows

    def _document(self, job: Job, tasks: Sequence[Row], data: Sequence[Row], children: Sequence[Row]) -> dict[str, Any]:
        brief = brief_document(job, self._priorities)
        document = {name: brief.pop(name) for name in ("jobId", "user", "started")}
        if job.finished is not None:
            document["finished"] = from_milliseconds(job.finished)
        document.update(brief)
        if not job.is_final:
            document.update(_current_step(job, tasks))
        if job.step:
            document["totalSteps"] = len(job.plan.steps)
        pairs = self._data({row["key"]: row["value"] for row in data})
        if pairs or self._metadata:
            document["data"] = [{"key": key, "value": value} for key, value in pairs.items()]
        if self._log:
            document["log"] = {"task": [_task(task, self._now) for task in tasks]}
        if job.status == "WAITING":
            document["waiting"] = _waiting(job)
        if children:
            document["subJob"] = self._sub_jobs(children)
        return document

    def _data(self, data: dict[str, str]) -> dict[str, str]:
        item = {"item": data["itemId"]} if "itemId" in data else {}
        chosen = {**item, **data} if self._metadata else item
        return chosen if self._keys is None else {key: chosen[key] for key in chosen if key in self._keys}

    def _sub_jobs(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        writer = JobWriter(self._database, self._now, self._priorities)
        return writer.documents([Job(**row) for row in rows])


def _current_step(job: Job, tasks: Sequence[Row]) -> dict[str, Any]:
    for task in tasks:
        if task["id"] == job.task:
            step = {"description": task["description"], "number": task["step"], "status": task["status"]}
            return {"currentStep": step}
    return {}


def _task(task: Row, now: int) -> dict[str, Any]:
    document = {
        "id": task["id"],
        "step": task["step"],
        "attempts": task["attempt"],
        "status": task["status"],
        "timestamp": from_milliseconds(task["changed"]),
        "description": task["description"],
    }
    if task["error"] is not None:
        document["errorMessage"] = task["error"]
    document["progress"] = {"value": progress(task, now), "total": 100, "unit": "percent"}
    document["subStep"] = [{"timestamp": from_milliseconds(task["begun"]), "description": "begun"}]
    if task["status"].startswith(("FINISHED", "FAILED")):
        ending = "done" if task["status"] == "FINISHED" else "failed"
        document["subStep"].append({"timestamp": from_milliseconds(task["changed"]), "description": ending})
    return document


def _waiting(job: Job) -> dict[str, str]:
    """Return what a job waits for: the type of the problem, and the first entity in its data."""
    for key, value in job.plan.wait_data.items():
        if re.fullmatch(SITE_ID, value):
            return {"resourceType": key.upper(), "resourceId": value, "requirement": job.plan.wait_for or ""}
    return {"requirement": job.plan.wait_for or ""}


def problem_documents(database: Database, serial: int | None = None) -> list[dict[str, Any]]:
    """Return the unresolved problems with their waiting jobs, for all jobs or for one."""
    problems: dict[int, dict[str, Any]] = {}
    rows = database.rows(
        "SELECT problem.id, problem.type, problem.data, job.serial FROM problem JOIN job ON job.problem = problem.id "
        "ORDER BY problem.id, job.serial"
    )
    for row in rows:
        document = problems.setdefault(row["id"], _problem(row))
        document["job"].append(site_id(row["serial"]))
    own = site_id(serial) if serial is not None else None
    return [document for document in problems.values() if own is None or own in document["job"]]


def _problem(row: Row) -> dict[str, Any]:
    document: dict[str, Any] = {"id": row["id"], "type": row["type"]}
    data = [{"key": key, "value": value} for key, value in load_json(row["data"]).items()]
    if data:
        document["data"] = data
    document["job"] = []
    return document
