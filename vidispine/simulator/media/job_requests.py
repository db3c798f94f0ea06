"""Jobs that operations on media start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.http.arguments import split_pair
from vidispine.simulator.http.errors import conflict
from vidispine.simulator.http.responses import Answer
from vidispine.simulator.jobs.documents import brief_document
from vidispine.simulator.jobs.handlers import create_job, priority_rank

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.http.requests import Call
    from vidispine.simulator.media.transfer_store import Transfer

__all__ = ["job_again", "job_arguments", "start_job"]


def start_job(call: Call, type: str, work: Mapping[str, Any], data: Mapping[str, str]) -> Answer:
    """Create a job and answer with it. Of the call's arguments those that all such operations have are heeded.

    :param work: what it brings about
    :param data: what it is about; a client's ``jobmetadata`` comes before it
    """
    given, rank = job_arguments(call)
    return create_job(call, type, rank, {**given, **data}, work)


def job_arguments(call: Call) -> tuple[dict[str, str], int]:
    """Return the data that a client gives to the job it wants, and the job's priority.

    :raises Fault: it may not start one, or not like this
    """
    call.need("_job_write")
    call.world.media.notifications.named(call.arguments.get("notification"))
    given = dict(split_pair(pair) for pair in call.arguments.get("jobmetadata", ()))
    return given, priority_rank(call, call.arguments.get("priority", "MEDIUM"))


def job_again(call: Call, transfer: Transfer) -> Answer:
    """Answer with the job that a transfer has started before."""
    job = None if transfer.job is None else call.world.scheduler.job(transfer.job)
    if job is None:
        raise conflict("Transfer", transfer.name, "this name is the one of a transfer that has ended")
    return Answer(brief_document(job, call.world.priorities))
