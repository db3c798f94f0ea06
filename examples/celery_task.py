"""A Celery task that waits for a job without blocking a worker.

    pip install vidispine 'celery[redis]'
    export VIDISPINE_HOST=http://vidicore:8080/API VIDISPINE_USERNAME=admin VIDISPINE_PASSWORD=...
    export CELERY_BROKER_URL=redis://localhost/0 CELERY_RESULT_BACKEND=redis://localhost/1
    celery --app celery_task worker
    python celery_task.py VX-93 lowres

``wait_for_job`` polls the job once. If the job is running or the server cannot be reached, Celery retries the task
later, and the worker is free for other tasks until then. In a chain, the next task receives the job's data, such as
``itemId``.

Celery delivers a task again when a worker is lost. ``transcode`` then finds the job that it started before, because
it wrote the task's id into the job's data.
"""

from __future__ import annotations

import argparse
import sys

from celery import Celery, Task, chain
from kombu.exceptions import OperationalError

import vidispine

app = Celery("celery_task")

LONGEST = 30.0
"""Longest interval between two polls of a job, in seconds."""


class JobError(Exception):
    """A job failed. It holds only text, so that any result backend can store it."""


@app.task(bind=True, acks_late=True)
def transcode(self: Task, item_id: str, tag: str) -> str:
    """Start a transcode of an item, and return the id of the job."""
    note = {"celeryTask": str(self.request.id)}
    try:
        with vidispine.Client() as client:
            known = client.job.iterate_jobs(user=False, jobmetadata=note, limit=1)
            job = next(known, None) or client.item.create_item_transcode_job(item_id, tag=tag, jobmetadata=note)
    except vidispine.OpenApiException as error:
        raise JobError(str(error)) from error
    return job.job_id


@app.task(bind=True, acks_late=True, max_retries=24 * 60 * 2)
def wait_for_job(self: Task, job_id: str) -> dict[str, str]:
    """Return the data of a job when it has ended. Retries for about a day."""
    try:
        with vidispine.Client() as client:
            job = client.job.wait_for_job(job_id, timeout=0)
    except vidispine.JobTimeoutError:
        raise self.retry(countdown=min(0.5 * 1.5 ** min(self.request.retries, 20), LONGEST)) from None
    except vidispine.OpenApiException as error:
        raise JobError(str(error)) from error
    return {pair.key or "": pair.value or "" for pair in job.data or []}


def main() -> int:
    """Parse the command line and return the exit code."""
    parser = argparse.ArgumentParser(description="Transcode an item with Celery.")
    parser.add_argument("item", help="id of the item, such as VX-93")
    parser.add_argument("tag", help="shape tag, such as lowres")
    arguments = parser.parse_args()
    try:
        result = chain(transcode.s(arguments.item, arguments.tag), wait_for_job.s()).delay()
    except OperationalError as error:
        print(f"celery_task: cannot reach the broker: {error}", file=sys.stderr)
        return 1
    outcome = result.get(propagate=False)
    if isinstance(outcome, Exception):
        print(f"celery_task: {outcome}", file=sys.stderr)
        return 1
    print(f"{outcome['itemId']} has {arguments.tag}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
