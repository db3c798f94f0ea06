"""A service: hooks, options, futures and other forms of responses; type checkers must infer each ``assert_type``."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Optional

import urllib3
from typing_extensions import assert_type

import vidispine
from vidispine import CallInfo, Client, Configuration, JobListType, JobType, PreparedRequest


def report(call: CallInfo) -> None:
    assert_type(call.operation, Optional[str])
    assert_type(call.status, int)
    assert_type(call.seconds, float)
    assert_type(call.error, Optional[BaseException])


def prepare(request: PreparedRequest) -> None:
    request.headers["X-Request-Id"] = "1"
    assert_type(request.attempt, int)


with Client(max_requests_per_second=20, accept_gzip=True, after_call=[report], retry_after_ceiling=5) as client:
    client.settings.after_call.append(report)
    client.settings.before_request.append(prepare)
    assert_type(client.settings, Configuration)
    bob = client.with_options(run_as="bob", timeout=5, retries=0, headers={"X-Site": "a"})
    assert_type(bob, Client)
    assert_type(client.submit(client.job.get_job, "VX-29", metadata=True), Future[JobType])
    assert_type(client.submit(client.job.get_jobs, number=1).result(), JobListType)
    assert_type(client.submit(client.job.wait_for_job, "VX-29").result(), JobType)
    assert_type(client.raw(client.job.get_job, "VX-29"), urllib3.BaseHTTPResponse)
    assert_type(client.text(client.job.get_job, "VX-29", accept="application/xml"), str)
    try:
        client.job.wait_for_job("VX-29", stop=threading.Event())
    except vidispine.WaitStoppedError as error:
        assert_type(error.job_ids, tuple[str, ...])
    except vidispine.ServiceException as error:
        assert_type(error.retry_after, Optional[float])
