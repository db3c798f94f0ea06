"""Jobs that operations on media start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.http.arguments import split_pair
from vidispine.simulator.http.errors import conflict
from vidispine.simulator.http.responses import Response
from vidispine.simulator.jobs.documents import brief_document
from vidispine.simulator.jobs.handlers import create_job, priority_rank

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.http.requests import Request
    from vidispine.simulator.media.effects import Effect
    from vidispine.simulator.media.transfer_store import Transfer


def start_job(request: Request, type: str, effect: Effect, data: Mapping[str, str]) -> Response:
    """Create a job and return the response with it. Reads the arguments that all such operations have.

    :param effect: what the job does
    :param data: data of the job. It overrides ``jobmetadata``
    """
    given, rank = read_job_arguments(request)
    return create_job(request, type, rank, {**given, **data}, effect)


def read_job_arguments(request: Request) -> tuple[dict[str, str], int]:
    """Return the job's data and priority from a request.

    :raises ApiError: the user may not start the job, or an argument is invalid
    """
    request.require_role("_job_write")
    request.state.media.notifications.placeholder_serial(request.arguments.get("notification"))
    given = dict(split_pair(pair) for pair in request.arguments.get("jobmetadata", ()))
    return given, priority_rank(request, request.arguments.get("priority", "MEDIUM"))


def existing_job_response(request: Request, transfer: Transfer) -> Response:
    """Return the response with the job that a finished transfer started."""
    job = None if transfer.job is None else request.state.scheduler.jobs.get(transfer.job)
    if job is None:
        raise conflict("Transfer", transfer.name, "a finished transfer has this name")
    return Response(brief_document(job, request.state.priorities))
