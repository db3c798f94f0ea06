"""Operations on jobs and job types."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vidispine._calls.operation import TEXT
from vidispine.simulator.accounts.user_store import SUPER_USER
from vidispine.simulator.http import errors
from vidispine.simulator.http.arguments import split_pair
from vidispine.simulator.http.formats import job_serial, site_id
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response, text_lines
from vidispine.simulator.jobs.documents import JobWriter, brief_document, problem_documents
from vidispine.simulator.jobs.job_store import Job
from vidispine.simulator.jobs.job_types import CUSTOM_IDS
from vidispine.simulator.jobs.query import JobQuery
from vidispine.simulator.jobs.scheduler import IMMEDIATE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.http.requests import Request
    from vidispine.simulator.media.effects import Effect


def _job(request: Request, id: str) -> Job:
    serial = job_serial(id)
    job = None if serial is None else request.state.scheduler.jobs.get(serial)
    if job is None:
        raise errors.not_found("Job", id)
    return job


def priority_rank(request: Request, word: str) -> int:
    """Return the position of a priority in the enum.

    :raises ApiError: the user may not use this priority
    """
    rank = request.state.priorities.index(word)
    if rank == IMMEDIATE and not request.user.has_role(SUPER_USER):
        raise errors.forbidden(f"priority {word} needs the role {SUPER_USER}")
    return rank


# Jobs


@operation("_job_read")
def get_job_types(request: Request) -> Response:
    names = request.state.job_types.names()
    return Response({"uri": names}, text_lines(names))


@operation("_job_write")
def create_custom_job(request: Request) -> Response:
    type_name = request.arguments["type"]
    if not request.state.job_types.exists(type_name):
        raise errors.invalid_input("type", type_name, f"there is no job type {type_name}")
    data = dict(split_pair(pair) for pair in request.arguments.get("jobmetadata", ()))
    data.update({field["key"]: field["value"] for field in (request.body or {}).get("field", ())})
    return create_job(request, type_name, priority_rank(request, request.arguments.get("priority", "MEDIUM")), data)


@operation("_job_write")
def create_duplicate_job(request: Request) -> Response:
    """Create a job with the type, data and effect of another one."""
    old = _job(request, request.arguments["job-id"])
    word = request.arguments.get("priority", request.state.priorities[old.priority])
    data, effect = request.state.scheduler.jobs.initial_data(old.serial), request.state.media.job_effects.repeat(old)
    return create_job(request, old.type, priority_rank(request, word), data, effect)


def create_job(
    request: Request, type_name: str, priority: int, data: Mapping[str, str], effect: Effect | None = None
) -> Response:
    """Create a job and return the response with it. Reads the arguments ``holdJob``, ``notification`` and
    ``notificationData`` of the request.

    :param priority: result of :func:`priority_rank`
    :param data: data of the job, such as ``itemId``
    :param effect: what the job does, see :class:`vidispine.simulator.media.job_effects.JobEffects`
    """
    state = request.state
    plan = state.job_types.behavior(type_name)
    if request.arguments.get("holdJob", False):
        plan = replace(plan, hold=True)
    notification = state.media.notifications.placeholder_serial(request.arguments.get("notification"))
    serial = state.scheduler.jobs.create(request.now, request.user.name, type_name, priority, plan, data)
    state.media.job_effects.set(serial, effect, notification, request.arguments.get("notificationData"))
    job = _job(request, site_id(serial))
    state.scheduler.notify("CREATE", job, request.now)
    document = brief_document(job, state.priorities)
    # As on the server, the response says READY even when the job starts immediately.
    state.scheduler.dispatch(request.now)
    return Response(document)


@operation("_job_read")
def get_job(request: Request) -> Response:
    job = _job(request, request.arguments["job-id"])
    metadata = request.arguments.get("metadata", False)
    writer = _writer(request, metadata=metadata, item=True, log=True, keys=request.arguments.get("field"))
    return Response(writer.documents([job])[0], job.status)


def _writer(request: Request, **parts: Any) -> JobWriter:
    return JobWriter(request.state.database, request.now, request.state.priorities, **parts)


@operation("_job_read")
def get_jobs(request: Request) -> Response:
    database = request.state.database
    query = JobQuery(request.arguments, request.user.name, request.state.priorities)
    statement, values = query.count()
    hits = database.value(statement, *values)
    if request.arguments.get("idonly", False) or request.media_type == TEXT:
        statement, values = query.page("serial")
        ids = [site_id(serial) for serial in database.column(statement, *values)]
        return Response(_job_list(hits, [{"jobId": id} for id in ids]), text_lines(ids))
    statement, values = query.page()
    jobs = database.records(Job, statement, *values)
    metadata, log = request.arguments.get("metadata", False), request.arguments.get("step", False)
    writer = _writer(request, metadata=metadata, log=log, keys=request.arguments.get("field"))
    return Response(_job_list(hits, writer.documents(jobs)))


def _job_list(hits: int, documents: list[dict[str, Any]]) -> dict[str, Any]:
    return {"hits": hits, "job": documents} if documents else {"hits": hits}


@operation("_job_write")
def update_job(request: Request) -> None:
    job = _job(request, request.arguments["job-id"])
    rank = priority_rank(request, request.arguments.get("priority", "MEDIUM"))
    request.state.scheduler.set_priority(job, rank, request.now)


@operation("_job_write")
def abort_job(request: Request) -> None:
    job = _job(request, request.arguments["job-id"])
    cleanup, reason = request.arguments.get("cleanup", True), request.arguments.get("reason")
    request.state.scheduler.abort(job, request.now, cleanup=cleanup, reason=reason)


@operation("_job_write")
def delete_jobs(request: Request) -> None:
    """Delete several jobs. If one is not final, none is deleted. Unknown ids are ignored."""
    scheduler = request.state.scheduler
    jobs = []
    for id in dict.fromkeys(request.arguments["id"]):
        try:
            serial = job_serial(id)
        except ValueError as error:
            raise errors.invalid_input("id", id, str(error)) from None
        job = None if serial is None else scheduler.jobs.get(serial)
        if job is not None and not job.is_final:
            raise errors.conflict("Job", id, f"the job is {job.status}; abort it first")
        jobs += [job] if job is not None else []
    for job in jobs:
        scheduler.jobs.delete(job)


@operation("_job_read")
def get_all_job_problems(request: Request) -> Response:
    return _problems(problem_documents(request.state.database))


@operation("_job_read")
def get_job_problems(request: Request) -> Response:
    job = _job(request, request.arguments["job-id"])
    return _problems(problem_documents(request.state.database, job.serial))


def _problems(documents: list[dict[str, Any]]) -> Response:
    return Response({"problem": documents} if documents else {})


# Job types


@operation("_taskdefinition_write")
def create_custom_job_type(request: Request) -> Response:
    types = request.state.job_types
    name, number = request.arguments["type"], request.arguments["id"]
    if number not in CUSTOM_IDS:
        raise errors.invalid_input("id", str(number), f"id must be from {CUSTOM_IDS[0]} to {CUSTOM_IDS[-1]}")
    if types.exists(name):
        raise errors.conflict("job-type", name, "the job type already exists")
    if types.id_is_taken(number):
        raise errors.conflict("job-type", str(number), "the id belongs to another type")
    try:
        types.add(name, number)
    except ValueError as error:
        raise errors.invalid_input("type", name, str(error)) from None
    return _task_definitions(request, name)


@operation("_taskdefinition_write")
def delete_custom_job_type(request: Request) -> None:
    name = request.arguments["type"]
    if request.state.job_types.is_built_in(name):
        raise errors.invalid_input("type", name, f"{name} is built in and cannot be deleted")
    if not request.state.job_types.exists(name):
        raise errors.not_found("job-type", name)
    request.state.job_types.remove(name)


@operation("_taskdefinition_read")
def get_job_type_task_definitions(request: Request) -> Response:
    name = request.arguments["type"]
    if not request.state.job_types.exists(name):
        raise errors.not_found("job-type", name)
    return _task_definitions(request, name)


def _task_definitions(request: Request, name: str) -> Response:
    plan = request.state.job_types.behavior(name)
    tasks = [
        {"description": description, "step": step, "jobType": name, "critical": step != plan.warn_at, "cleanup": False}
        for step, description in enumerate(plan.steps, start=1)
    ]
    return Response({"task": tasks})
