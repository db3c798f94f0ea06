"""What the simulated server does for each operation that it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.operation import TEXT
from vidispine.simulator import faults
from vidispine.simulator.job_document import JobWriter, brief_document, problem_documents
from vidispine.simulator.job_query import JobQuery, split_pair
from vidispine.simulator.job_types import CUSTOM_IDS
from vidispine.simulator.notation import job_id, job_serial
from vidispine.simulator.representation import Answer, lines
from vidispine.simulator.scheduler import IMMEDIATE, Job
from vidispine.simulator.users import SUPER_USER
from vidispine.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vidispine.simulator.users import User, Users
    from vidispine.simulator.world import World

__all__ = ["HANDLERS", "Call"]


class Call:
    """One request, after all checks, and the moment in which it is answered."""

    __slots__ = ("arguments", "body", "media_type", "now", "user", "users", "world")

    def __init__(
        self,
        world: World,
        users: Users,
        user: User,
        now: int,
        arguments: Mapping[str, Any],
        body: Any,
        media_type: str,
    ) -> None:
        self.world = world
        self.users = users
        self.user = user
        self.now = now
        self.arguments = arguments
        self.body = body
        self.media_type = media_type

    def need(self, role: str) -> None:
        """Refuse a user without a role.

        :raises Fault: the user has it not
        """
        if not self.user.may(role):
            raise faults.forbidden(f"{self.user.name} needs the role {role}")

    def writer(self, **parts: Any) -> JobWriter:
        """Return what writes the documents of jobs; the parts are those of :class:`JobWriter`."""
        return JobWriter(self.world.database, self.now, self.world.priorities, **parts)


def _job(call: Call, id: str) -> Job:
    serial = job_serial(id)
    job = None if serial is None else call.world.scheduler.job(serial)
    if job is None:
        raise faults.not_found("Job", id)
    return job


def _priority(call: Call, word: str) -> int:
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
    return _create(call, type_name, _priority(call, call.arguments.get("priority", "MEDIUM")), data)


def create_duplicate_job(call: Call) -> Answer:
    """Create a job like an old one."""
    call.need("_job_write")
    old = _job(call, call.arguments["job-id"])
    word = call.arguments.get("priority", call.world.priorities[old.priority])
    return _create(call, old.type, _priority(call, word), call.world.scheduler.given_data(old.serial))


def _create(call: Call, type_name: str, priority: int, data: Mapping[str, str]) -> Answer:
    world = call.world
    plan = world.job_types.behaviour(type_name)
    serial = world.scheduler.create(call.now, call.user.name, type_name, priority, plan, data)
    document = brief_document(_job(call, job_id(serial)), world.priorities)
    # The answer is written before the job may start: it says READY, whatever comes next.
    world.scheduler.dispatch(call.now)
    return Answer(document)


def get_job(call: Call) -> Answer:
    """Answer with one job."""
    call.need("_job_read")
    job = _job(call, call.arguments["job-id"])
    metadata = call.arguments.get("metadata", False)
    writer = call.writer(metadata=metadata, item=True, log=True, keys=call.arguments.get("field"))
    return Answer(writer.documents([job])[0], job.status)


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
    writer = call.writer(metadata=metadata, log=log, keys=call.arguments.get("field"))
    return Answer(_job_list(hits, writer.documents(jobs)))


def _job_list(hits: int, documents: list[dict[str, Any]]) -> dict[str, Any]:
    return {"hits": hits, "job": documents} if documents else {"hits": hits}


def update_job(call: Call) -> Answer:
    """Change a job's priority."""
    call.need("_job_write")
    job = _job(call, call.arguments["job-id"])
    call.world.scheduler.set_priority(job, _priority(call, call.arguments.get("priority", "MEDIUM")), call.now)
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


# Users and the system


def get_auth_token(call: Call) -> Answer:
    """Answer with a token for the calling user."""
    token = _token(call, call.user.name)
    return Answer({"token": token, "user": call.user.name}, token)


def get_user_auth_token(call: Call) -> Answer:
    """Answer with a token for a user."""
    return Answer(text=_token(call, call.arguments["username"]))


def _token(call: Call, name: str) -> str:
    seconds, refreshing = call.arguments.get("seconds"), call.arguments.get("autoRefresh", False)
    return call.users.new_token(call.now, call.user, name, seconds, refreshing)


def get_who_am_i(call: Call) -> Answer:
    """Answer with the calling user's name."""
    return Answer(text=call.user.name)


def get_version(_: Call) -> Answer:
    """Answer with what runs here: no VidiCore."""
    version = f"{__version__}-simulator"
    document = {"component": [{"name": "API", "version": version}], "licenseInfo": {"licenseStatus": "valid"}}
    return Answer(document, lines([f"API\t{version}"]))


HANDLERS: dict[str, Callable[[Call], Answer]] = {
    handler.__name__: handler
    for handler in (
        abort_job,
        create_custom_job,
        create_custom_job_type,
        create_duplicate_job,
        delete_custom_job_type,
        delete_jobs,
        get_all_job_problems,
        get_auth_token,
        get_job,
        get_job_problems,
        get_job_type_task_definitions,
        get_job_types,
        get_jobs,
        get_user_auth_token,
        get_version,
        get_who_am_i,
        update_job,
    )
}
"""By the name of the operation."""
