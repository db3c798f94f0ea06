"""What a test can see of the requests to a simulator, and what it can let go wrong with them."""

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


def test_requests_are_written_down(vidicore: Simulator, client: ApiClient) -> None:
    jobs = JobApi(client)
    document = {"field": [{"key": "k", "value": "v"}]}
    jobs.create_custom_job("EXPORT", priority="HIGH", jobmetadata=["a=b", "c=d e"], simple_metadata_type=document)
    with pytest.raises(NotFoundException):
        jobs.get_job("VX-99")
    created, asked = vidicore.requests
    assert created.operation == "create_custom_job"
    assert (created.method, created.path, created.status) == ("POST", "/API/job", 200)
    assert created.values("jobmetadata") == ["a=b", "c=d e"]
    assert created.values("notification") == []
    assert created.json == document
    assert created.headers["Content-Type"] == "application/json"
    assert "Authorization" not in created.headers
    assert (asked.operation, asked.path, asked.status, asked.body) == ("get_job", "/API/job/VX-99", 404, b"")
    assert vidicore.requests.of("get_job") == [asked]
    assert vidicore.requests[-1] == asked
    assert vidicore.requests[:1] == [created]
    assert repr(vidicore.requests) == "<Requests ['POST /API/job', 'GET /API/job/VX-99']>"
    vidicore.requests.clear()
    assert len(vidicore.requests) == 0


def test_an_address_of_no_operation(vidicore: Simulator, http: HttpClient) -> None:
    http.get("/no/such/thing")
    assert [(request.operation, request.status) for request in vidicore.requests] == [(None, 404)]


def test_what_is_kept_is_bounded() -> None:
    requests = Requests()
    with Simulator() as vidicore, HttpClient(vidicore.url) as http:
        http.get("/version")
        (one,) = vidicore.requests
    for _ in range(MAX_REQUESTS + 5):
        requests.add(one)
    assert len(requests) == MAX_REQUESTS


# Faults


def test_a_status_in_place_of_the_next_answer(vidicore: Simulator, client: ApiClient) -> None:
    vidicore.faults.next(503)
    with pytest.raises(ServiceException, match=r"^create_custom_job: 503 Service Unavailable"):
        JobApi(client).create_custom_job("EXPORT")
    assert JobApi(client).get_jobs().hits == 0
    assert [request.status for request in vidicore.requests] == [503, 200]


def test_the_client_gets_over_it(vidicore: Simulator, client: ApiClient) -> None:
    client.configuration.retries = RetryPolicy(2, backoff_factor=0.01)
    vidicore.faults.next(503, times=2, retry_after=0)
    assert JobApi(client).get_jobs().hits == 0
    assert [request.status for request in vidicore.requests] == [503, 503, 200]


def test_for_one_operation(vidicore: Simulator, client: ApiClient) -> None:
    vidicore.faults.next(429, operation="get_job_types", retry_after=7)
    assert JobApi(client).get_jobs().hits == 0
    with pytest.raises(ApiException, match="429") as caught:
        JobApi(client).get_job_types()
    assert caught.value.headers is not None
    assert caught.value.headers["Retry-After"] == "7"
    assert len(vidicore.faults) == 0


def test_in_the_order_in_which_they_were_asked_for(vidicore: Simulator, client: ApiClient) -> None:
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


def test_hanging_up_does_nothing(vidicore: Simulator, client: ApiClient) -> None:
    vidicore.faults.next("hang up")
    with pytest.raises(ApiResponseError, match="the server may have processed it"):
        JobApi(client).create_custom_job("EXPORT")
    assert JobApi(client).get_jobs().hits == 0
    assert vidicore.requests[0].status == 0


def test_a_lost_answer_was_carried_out(vidicore: Simulator, client: ApiClient) -> None:
    vidicore.faults.next("lose answer")
    with pytest.raises(ApiResponseError, match="the server may have processed it"):
        JobApi(client).create_custom_job("EXPORT")
    assert JobApi(client).get_jobs().hits == 1


def test_stalling(vidicore: Simulator, client: ApiClient) -> None:
    vidicore.faults.next("stall", seconds=5)
    with pytest.raises(ApiTimeoutError):
        JobApi(client).get_jobs(_request_timeout=0.2)
    vidicore.faults.next("stall", seconds=0.01)
    assert JobApi(client).get_jobs().hits == 0


def test_stopping_does_not_wait_for_what_stalls(client: ApiClient, vidicore: Simulator) -> None:
    vidicore.faults.next("stall", seconds=1000)
    failed = threading.Event()

    def ask() -> None:
        with contextlib.suppress(ApiException):
            JobApi(client).get_jobs()
        failed.set()

    thread = threading.Thread(target=ask)
    thread.start()
    while len(vidicore.faults):
        time.sleep(0.01)
    vidicore.stop()
    assert failed.wait(30)
    thread.join()


def test_a_body_that_was_not_looked_at_is_no_next_request(vidicore: Simulator, client: ApiClient) -> None:
    vidicore.faults.next(503)
    with pytest.raises(ServiceException):
        JobApi(client).create_custom_job("EXPORT", simple_metadata_type={"field": [{"key": "k", "value": "v" * 9000}]})
    assert JobApi(client).get_jobs().hits == 0


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"kind": 200}, "a fault is a status from 400 to 599 or one of 'hang up', 'lose answer', 'stall', not 200"),
        ({"kind": "explode"}, "a fault is a status from 400 to 599 or one of .*, not 'explode'"),
        ({"kind": 503, "times": 0}, "times must be a whole number from 1, not 0"),
        ({"kind": "stall", "seconds": -1}, "seconds must be a number from 0, not -1"),
    ],
)
def test_what_is_no_fault(vidicore: Simulator, arguments: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{problem}$"):
        vidicore.faults.next(**arguments)  # type: ignore[arg-type]


def test_no_server_is_another_thing() -> None:
    with Simulator() as vidicore:
        url = vidicore.url
    with ApiClient(Configuration(host=f"{url}/API", retries=0)) as client, pytest.raises(ApiConnectionError):
        StorageApi(client).get_storages()
