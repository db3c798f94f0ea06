"""What the simulated server does with jobs and their types."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vidispine.operation import TEXT
from vidispine.simulator.accounts.user_store import SUPER_USER
from vidispine.simulator.formats import job_id, job_serial
from vidispine.simulator.http import errors as faults
from vidispine.simulator.http.arguments import split_pair
from vidispine.simulator.http.requests import table
from vidispine.simulator.http.responses import Answer, lines
from vidispine.simulator.jobs.documents import JobWriter, brief_document, problem_documents
from vidispine.simulator.jobs.job_types import CUSTOM_IDS
from vidispine.simulator.jobs.query import JobQuery
from vidispine.simulator.jobs.scheduler import IMMEDIATE, Job

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.http.requests import Call

__all__ = ["JOBS", "create_job", "priority_rank"]


def _job(call: Call, id: str) -> Job:
    serial = job_serial(id)
    job = None if serial is None else call.world.scheduler.job(serial)
    if job is None:
        raise faults.not_found("Job", id)
    return job


def priority_rank(call: Call, word: str) -> int:
    """Return the position of a priority in the vocabulary.

    :raises Fault: the user may not give it
    """
    rank = call.world.priorities.index(word)
    if rank == IMMEDIATE and not call.user.may(SUPER_USER):
        raise faults.forbidden(f"priority {word} needs the role {SUPER_USER}")
    return rank


# Jobs


def get_job_types(call: Call) -> Answer:
    """Answer with the names of all types."""
    call.need("_job_read")
    names = call.world.job_types.names()
    return Answer({"uri": names}, lines(names))


def create_custom_job(call: Call) -> Answer:
    """Create a job of a known type."""
    call.need("_job_write")
    type_name = call.arguments["type"]
    if not call.world.job_types.exists(type_name):
        raise faults.invalid("type", type_name, f"there is no job type {type_name}")
    data = dict(split_pair(pair) for pair in call.arguments.get("jobmetadata", ()))
    data.update({field["key"]: field["value"] for field in (call.body or {}).get("field", ())})
    return create_job(call, type_name, priority_rank(call, call.arguments.get("priority", "MEDIUM")), data)


def create_duplicate_job(call: Call) -> Answer:
    """Create a job like an old one."""
    call.need("_job_write")
    old = _job(call, call.arguments["job-id"])
    word = call.arguments.get("priority", call.world.priorities[old.priority])
    data, work = call.world.scheduler.given_data(old.serial), call.world.media.works.again(old)
    return create_job(call, old.type, priority_rank(call, word), data, work)


def create_job(
    call: Call, type_name: str, priority: int, data: Mapping[str, str], work: Mapping[str, Any] | None = None
) -> Answer:
    """Create a job and answer with it, as every operation does that starts one. Of the call's arguments
    ``holdJob``, ``notification`` and ``notificationData`` are heeded.

    :param priority: as :func:`priority_rank` returns it
    :param data: what the job is about, such as ``itemId``
    :param work: what it brings about, see :class:`vidispine.simulator.media.job_effects.Works`
    """
    world = call.world
    plan = world.job_types.behaviour(type_name)
    if call.arguments.get("holdJob", False):
        plan = replace(plan, hold=True)
    notification = world.media.notifications.named(call.arguments.get("notification"))
    serial = world.scheduler.create(call.now, call.user.name, type_name, priority, plan, data)
    world.media.works.set(serial, work or {}, notification, call.arguments.get("notificationData"))
    job = _job(call, job_id(serial))
    world.scheduler.effects.changed("CREATE", job, call.now)
    document = brief_document(job, world.priorities)
    # The answer is written before the job may start: it says READY, whatever comes next.
    world.scheduler.dispatch(call.now)
    return Answer(document)


def get_job(call: Call) -> Answer:
    """Answer with one job."""
    call.need("_job_read")
    job = _job(call, call.arguments["job-id"])
    metadata = call.arguments.get("metadata", False)
    writer = _writer(call, metadata=metadata, item=True, log=True, keys=call.arguments.get("field"))
    return Answer(writer.documents([job])[0], job.status)


def _writer(call: Call, **parts: Any) -> JobWriter:
    return JobWriter(call.world.database, call.now, call.world.priorities, **parts)


def get_jobs(call: Call) -> Answer:
    """Answer with the jobs that match."""
    call.need("_job_read")
    database = call.world.database
    query = JobQuery(call.arguments, call.user.name, call.world.priorities)
    statement, values = query.count()
    hits = database.value(statement, *values)
    if call.arguments.get("idonly", False) or call.media_type == TEXT:
        statement, values = query.page("serial")
        ids = [job_id(row["serial"]) for row in database.rows(statement, *values)]
        return Answer(_job_list(hits, [{"jobId": id} for id in ids]), lines(ids))
    statement, values = query.page()
    jobs = [Job(**row) for row in database.rows(statement, *values)]
    metadata, log = call.arguments.get("metadata", False), call.arguments.get("step", False)
    writer = _writer(call, metadata=metadata, log=log, keys=call.arguments.get("field"))
    return Answer(_job_list(hits, writer.documents(jobs)))


def _job_list(hits: int, documents: list[dict[str, Any]]) -> dict[str, Any]:
    return {"hits": hits, "job": documents} if documents else {"hits": hits}


def update_job(call: Call) -> Answer:
    """Change a job's priority."""
    call.need("_job_write")
    job = _job(call, call.arguments["job-id"])
    call.world.scheduler.set_priority(job, priority_rank(call, call.arguments.get("priority", "MEDIUM")), call.now)
    return Answer()


def abort_job(call: Call) -> Answer:
    """Abort a job."""
    call.need("_job_write")
    job = _job(call, call.arguments["job-id"])
    cleanup, reason = call.arguments.get("cleanup", True), call.arguments.get("reason")
    call.world.scheduler.abort(job, call.now, cleanup=cleanup, reason=reason)
    return Answer()


def delete_jobs(call: Call) -> Answer:
    """Delete jobs that are over; all of them or, when one is not, none. Ids of no job are passed over."""
    call.need("_job_write")
    scheduler = call.world.scheduler
    jobs = []
    for id in dict.fromkeys(call.arguments["id"]):
        try:
            serial = job_serial(id)
        except ValueError as error:
            raise faults.invalid("id", id, str(error)) from None
        job = None if serial is None else scheduler.job(serial)
        if job is not None and not job.is_final:
            raise faults.conflict("Job", id, f"the job is {job.status}; abort it first")
        jobs += [job] if job is not None else []
    for job in jobs:
        scheduler.delete(job)
    return Answer()


def get_all_job_problems(call: Call) -> Answer:
    """Answer with the problems that jobs wait for."""
    call.need("_job_read")
    return _problems(problem_documents(call.world.database))


def get_job_problems(call: Call) -> Answer:
    """Answer with the problems that one job waits for."""
    call.need("_job_read")
    job = _job(call, call.arguments["job-id"])
    return _problems(problem_documents(call.world.database, job.serial))


def _problems(documents: list[dict[str, Any]]) -> Answer:
    return Answer({"problem": documents} if documents else {})


# Job types


def create_custom_job_type(call: Call) -> Answer:
    """Add a custom type."""
    call.need("_taskdefinition_write")
    types = call.world.job_types
    name, number = call.arguments["type"], call.arguments["id"]
    if number not in CUSTOM_IDS:
        raise faults.invalid("id", str(number), f"id must be from {CUSTOM_IDS[0]} to {CUSTOM_IDS[-1]}")
    if types.exists(name):
        raise faults.conflict("job-type", name, "there is such a type already")
    if types.id_is_taken(number):
        raise faults.conflict("job-type", str(number), "the id is another type's")
    try:
        types.add(name, number)
    except ValueError as error:
        raise faults.invalid("type", name, str(error)) from None
    return _task_definitions(call, name)


def delete_custom_job_type(call: Call) -> Answer:
    """Remove a custom type."""
    call.need("_taskdefinition_write")
    name = call.arguments["type"]
    if call.world.job_types.is_built_in(name):
        raise faults.invalid("type", name, f"{name} is built in and cannot be deleted")
    if not call.world.job_types.exists(name):
        raise faults.not_found("job-type", name)
    call.world.job_types.remove(name)
    return Answer()


def get_job_type_task_definitions(call: Call) -> Answer:
    """Answer with the steps of a type."""
    call.need("_taskdefinition_read")
    name = call.arguments["type"]
    if not call.world.job_types.exists(name):
        raise faults.not_found("job-type", name)
    return _task_definitions(call, name)


def _task_definitions(call: Call, name: str) -> Answer:
    plan = call.world.job_types.behaviour(name)
    tasks = [
        {"description": description, "step": step, "jobType": name, "critical": step != plan.warn_at, "cleanup": False}
        for step, description in enumerate(plan.steps, start=1)
    ]
    return Answer({"task": tasks})


JOBS = table(
    [
        abort_job,
        create_custom_job,
        create_custom_job_type,
        create_duplicate_job,
        delete_custom_job_type,
        delete_jobs,
        get_all_job_problems,
        get_job,
        get_job_problems,
        get_job_type_task_definitions,
        get_job_types,
        get_jobs,
        update_job,
    ]
)
