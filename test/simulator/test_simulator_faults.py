"""Recorded requests and injected faults."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

import pytest

from test.simulator.http_client import HttpClient
from vidispine import (
    ApiClient,
    ApiConnectionError,
    ApiException,
    ApiResponseError,
    ApiTimeoutError,
    Configuration,
    JobApi,
    NotFoundException,
    ServiceException,
    StorageApi,
)
from vidispine._transport.retry import RetryPolicy
from vidispine.simulator import Simulator
from vidispine.simulator.http.recorded_requests import MAX_REQUESTS, Requests


@pytest.fixture
def client(vidicore: Simulator) -> Iterator[ApiClient]:
    configuration = vidicore.configuration()
    configuration.retries = 0
    with ApiClient(configuration) as api_client:
        yield api_client


# Requests


def test_recorded_requests(vidicore: Simulator, client: ApiClient) -> None:
    jobs = JobApi(client)
    document = {"field": [{"key": "k", "value": "v"}]}
    jobs.create_custom_job("EXPORT", priority="HIGH", jobmetadata=["a=b", "c=d e"], simple_metadata_type=document)
    with pytest.raises(NotFoundException):
        jobs.get_job("VX-99")
    created, requested = vidicore.requests
    assert created.operation == "create_custom_job"
    assert (created.method, created.path, created.status) == ("POST", "/API/job", 200)
    assert created.values("jobmetadata") == ["a=b", "c=d e"]
    assert created.values("notification") == []
    assert created.json == document
    assert created.headers["Content-Type"] == "application/json"
    assert "Authorization" not in created.headers
    assert (requested.operation, requested.path, requested.status, requested.body) == (
        "get_job",
        "/API/job/VX-99",
        404,
        b"",
    )
    assert vidicore.requests.of("get_job") == [requested]
    assert vidicore.requests[-1] == requested
    assert vidicore.requests[:1] == [created]
    assert repr(vidicore.requests) == "<Requests ['POST /API/job', 'GET /API/job/VX-99']>"
    vidicore.requests.clear()
    assert len(vidicore.requests) == 0


def test_recorded_request_of_unknown_path(vidicore: Simulator, http: HttpClient) -> None:
    http.get("/no/such/thing")
    assert [(request.operation, request.status) for request in vidicore.requests] == [(None, 404)]


def test_recorded_requests_are_bounded() -> None:
    requests = Requests()
    with Simulator() as vidicore, HttpClient(vidicore.url) as http:
        http.get("/version")
        (one,) = vidicore.requests
    for _ in range(MAX_REQUESTS + 5):
        requests.add(one)
    assert len(requests) == MAX_REQUESTS


# Faults


def test_status(vidicore: Simulator, client: ApiClient) -> None:
    vidicore.faults.next(503)
    with pytest.raises(ServiceException, match=r"^create_custom_job: 503 Service Unavailable"):
        JobApi(client).create_custom_job("EXPORT")
    assert JobApi(client).get_jobs().hits == 0
    assert [request.status for request in vidicore.requests] == [503, 200]


def test_client_retries(vidicore: Simulator, client: ApiClient) -> None:
    client.configuration.retries = RetryPolicy(2, backoff_factor=0.01)
    vidicore.faults.next(503, times=2, retry_after=0)
    assert JobApi(client).get_jobs().hits == 0
    assert [request.status for request in vidicore.requests] == [503, 503, 200]


def test_fault_for_one_operation(vidicore: Simulator, client: ApiClient) -> None:
    vidicore.faults.next(429, operation="get_job_types", retry_after=7)
    assert JobApi(client).get_jobs().hits == 0
    with pytest.raises(ApiException, match="429") as caught:
        JobApi(client).get_job_types()
    assert caught.value.headers is not None
    assert caught.value.headers["Retry-After"] == "7"
    assert len(vidicore.faults) == 0


def test_faults_are_applied_in_order(vidicore: Simulator, client: ApiClient) -> None:
    for status in (500, 404):
        vidicore.faults.next(status)
    assert repr(vidicore.faults) == "<FaultInjector [500, 404]>"
    seen = []
    for _ in range(2):
        with pytest.raises(ApiException) as caught:
            JobApi(client).get_jobs()
        seen.append(caught.value.status)
    assert seen == [500, 404]
    vidicore.faults.next(500)
    vidicore.faults.clear()
    JobApi(client).get_jobs()


def test_hang_up_does_not_execute_the_request(vidicore: Simulator, client: ApiClient) -> None:
    vidicore.faults.next("hang up")
    with pytest.raises(ApiResponseError, match="the server may have processed it"):
        JobApi(client).create_custom_job("EXPORT")
    assert JobApi(client).get_jobs().hits == 0
    assert vidicore.requests[0].status == 0


def test_lost_response_executes_the_request(vidicore: Simulator, client: ApiClient) -> None:
    vidicore.faults.next("lose response")
    with pytest.raises(ApiResponseError, match="the server may have processed it"):
        JobApi(client).create_custom_job("EXPORT")
    assert JobApi(client).get_jobs().hits == 1


def test_old_name_of_the_lost_response(vidicore: Simulator) -> None:
    with pytest.warns(
        DeprecationWarning, match=r"^use 'lose response' instead of 'lose answer', which 7\.0\.0 removes$"
    ):
        vidicore.faults.next("lose answer")
    assert repr(vidicore.faults) == "<FaultInjector ['lose response']>"


def test_stall(vidicore: Simulator, client: ApiClient) -> None:
    vidicore.faults.next("stall", seconds=5)
    with pytest.raises(ApiTimeoutError):
        JobApi(client).get_jobs(_request_timeout=0.2)
    vidicore.faults.next("stall", seconds=0.01)
    assert JobApi(client).get_jobs().hits == 0


def test_stop_ends_stalled_requests(client: ApiClient, vidicore: Simulator) -> None:
    vidicore.faults.next("stall", seconds=1000)
    failed = threading.Event()

    def call() -> None:
        with contextlib.suppress(ApiException):
            JobApi(client).get_jobs()
        failed.set()

    thread = threading.Thread(target=call)
    thread.start()
    while len(vidicore.faults):
        time.sleep(0.01)
    vidicore.stop()
    assert failed.wait(30)
    thread.join()


def test_unread_body_is_not_parsed_as_a_request(vidicore: Simulator, client: ApiClient) -> None:
    vidicore.faults.next(503)
    with pytest.raises(ServiceException):
        JobApi(client).create_custom_job("EXPORT", simple_metadata_type={"field": [{"key": "k", "value": "v" * 9000}]})
    assert JobApi(client).get_jobs().hits == 0


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"kind": 200}, "a fault is a status from 400 to 599 or one of 'hang up', 'lose response', 'stall', not 200"),
        ({"kind": "explode"}, "a fault is a status from 400 to 599 or one of .*, not 'explode'"),
        ({"kind": 503, "times": 0}, "times must be an integer of at least 1, not 0"),
        ({"kind": "stall", "seconds": -1}, "seconds must be a number of at least 0, not -1"),
    ],
)
def test_invalid_faults(vidicore: Simulator, arguments: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{problem}$"):
        vidicore.faults.next(**arguments)  # type: ignore[arg-type]


def test_stopped_server() -> None:
    with Simulator() as vidicore:
        url = vidicore.url
    with ApiClient(Configuration(host=f"{url}/API", retries=0)) as client, pytest.raises(ApiConnectionError):
        StorageApi(client).get_storages()
