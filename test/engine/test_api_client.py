"""Options, headers, threads and the lifecycle of a client."""

from __future__ import annotations

import contextlib
import gc
import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import AsyncResult
from typing import Any

import pytest

import vidispine
from test.support.loopback import Loopback, raw, reply, stall
from test.support.sample_operations import CREATE
from vidispine import (
    ApiClient,
    ApiException,
    ApiResponse,
    ApiTypeError,
    ApiValueError,
    Configuration,
    ImportApi,
    JobApi,
    JobType,
    NotFoundException,
)

JOB = {"jobId": "VX-1", "status": "READY", "type": "EXPORT", "priority": "MEDIUM"}


# Options of a call


def test_with_http_info_and_its_option_return_status_and_headers(client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply(JOB, 200, {"X-Trace": "7"})
    api = JobApi(client)
    for response in (
        api.get_job_with_http_info("VX-1"),
        api.get_job("VX-1", _return_http_data_only=False),
    ):
        assert isinstance(response, ApiResponse)
        data, status, headers = response
        assert isinstance(data, JobType)
        assert (status, headers["x-trace"], headers["X-TRACE"]) == (200, "7", "7")
    assert isinstance(api.get_job_with_http_info("VX-1", _return_http_data_only=True), JobType)


def test_unread_response_is_streamed(client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply("x" * 100_000, media_type="text/plain")
    response: Any = JobApi(client).get_job("VX-1", _preload_content=False)
    assert b"".join(response.stream(1000)) == b"x" * 100_000
    response.release_conn()
    JobApi(client).get_job("VX-1", _preload_content=False).release_conn()  # type: ignore[attr-defined]
    assert server.connections <= 2


@pytest.mark.parametrize("size", [0, 10], ids=["unread", "half read"])
def test_unread_bytes_do_not_reach_the_next_call(client: ApiClient, server: Loopback, size: int) -> None:
    server.otherwise = reply({**JOB, "data": [{"key": "k", "value": "v" * 3000}]})
    for _ in range(3):
        response: Any = JobApi(client).get_job("VX-1", _preload_content=False)
        response.read(size)
        response.release_conn()
        assert JobApi(client).create_custom_job("EXPORT").job_id == "VX-1"
    assert len(server.requests) == 6


def test_async_calls(client: ApiClient, server: Loopback) -> None:
    server.responses = [reply(JOB), reply({"notFound": {"type": "Job", "id": "VX-2"}}, 404)]
    pending: Any = JobApi(client).get_job("VX-1", async_req=True)
    assert isinstance(pending, AsyncResult)
    assert pending.get(20).job_id == "VX-1"
    with pytest.raises(NotFoundException, match="no Job with id VX-2"):
        JobApi(client).get_job("VX-2", async_req=True).get(20)  # type: ignore[attr-defined]


def test_async_call_with_wrong_arguments_raises(client: ApiClient, server: Loopback) -> None:
    with pytest.raises(ApiValueError, match=r"^get_job: job_id must not be ''"):
        JobApi(client).get_job("", async_req=True).get(20)  # type: ignore[attr-defined]
    with pytest.raises(ApiTypeError, match=r"^get_job has no parameter 'metdata': did you mean 'metadata'"):
        JobApi(client).get_job("VX-1", metdata=True, async_req=True)  # type: ignore[call-arg]
    assert server.requests == []


# Headers


def test_headers_of_a_call_override_those_of_the_client(server: Loopback, configuration: Configuration) -> None:
    server.otherwise = reply(JOB)
    with ApiClient(configuration, header_name="X-Site", header_value="Oslo", cookie="a=b") as client:
        client.set_default_header("X-Count", 7)
        client.user_agent = "ingest/2.0"
        JobApi(client).get_job("VX-1", _headers={"x-site": "Bergen", "X-Call": "é"})
    assert client.cookie == "a=b"
    assert server.only.header("User-Agent") == client.user_agent == "ingest/2.0"
    assert server.only.header("X-Site") == "Bergen"
    assert server.only.header("X-Count") == "7"
    assert server.only.header("Cookie") == "a=b"
    assert server.only.header("X-Call") == "é"


@pytest.mark.parametrize(
    ("name", "value"),
    [("X-A", "a\r\nX-Evil: 1"), ("X-A", "日本"), ("X-A\n", "a"), ("", "a"), ("X A", "a"), ("X-A", object())],
    ids=range(6),
)
def test_rejects_an_invalid_header(client: ApiClient, server: Loopback, name: str, value: Any) -> None:
    with pytest.raises((ApiTypeError, ApiValueError)):
        JobApi(client).get_job("VX-1", _headers={name: value})
    with pytest.raises((ApiTypeError, ApiValueError)):
        client.set_default_header(name, value)
    assert server.requests == []


@pytest.mark.parametrize("way", ["call", "with_options", "every request", "hook"])
@pytest.mark.parametrize(
    ("name", "value"), [("content-length", "9"), ("Content-Length", "2"), ("Transfer-encoding", "gzip")]
)
def test_headers_that_contradict_the_body_are_rejected(
    client: ApiClient, server: Loopback, name: str, value: str, way: str
) -> None:
    """The server would wait for more, or take the rest of the body for another request."""
    options: dict[str, Any] = {"_headers": {name: value}} if way == "call" else {}
    if way == "with_options":
        client = client.with_options(headers={name: value})
    elif way == "every request":
        client.set_default_header(name, value)
    elif way == "hook":
        client.configuration.before_request.append(lambda request: request.headers.update({name: value}))
    with pytest.raises(ApiValueError, match=f"(?i)the header {name} .* it is made from the body"):
        client.call(CREATE, (b"abc",), options)
    assert server.requests == []


def test_length_that_a_helper_of_5_0_4_is_given(client: ApiClient, server: Loopback) -> None:
    for length in ("2", "4"):
        with pytest.raises(ApiValueError, match="the header Content-Length is wrong for a body of 3 bytes"):
            client.call_api("/job", "POST", header_params={"Content-Length": length}, body=b"abc")
    assert server.requests == []
    for body in (b"abc", io.BytesIO(b"abc")):
        client.call_api("/job", "POST", header_params={"Content-Length": "3"}, body=body)
        assert (server.last.header("Content-Length"), server.last.body) == ("3", b"abc")


@pytest.mark.parametrize(
    ("body", "given", "length"),
    [
        (b"abc", {"CONTENT-LENGTH": "3"}, "3"),
        (b"", {"Content-Length": 0}, "0"),
        (iter([b"abc"]), {"transfer-encoding": "chunked"}, None),
    ],
)
def test_headers_that_agree_with_the_body_are_sent_once(
    client: ApiClient, server: Loopback, body: Any, given: dict[str, Any], length: str | None
) -> None:
    server.responses = [reply(JOB)]
    ImportApi(client).import_item_raw(body, _headers=given)
    names = [name.lower() for name, _ in server.only.headers]
    assert names.count("content-length") + names.count("transfer-encoding") == 1
    assert (server.only.header("Content-Length"), server.only.body) == (length, b"abc"[: int(length or 3)])


def test_last_response_is_kept(client: ApiClient, server: Loopback) -> None:
    server.responses = [reply(JOB, headers={"X-Trace": "1"}), reply("", 500)]
    responses: list[Any] = [client.last_response]
    for _ in range(2):
        with contextlib.suppress(ApiException):
            JobApi(client).get_job("VX-1")
        responses.append(client.last_response)
    assert responses[0] is None
    assert responses[1].getheader("x-trace") == "1"
    assert responses[2].status == 500


# Lifecycle


def test_closed_client_rejects_calls(server: Loopback, configuration: Configuration) -> None:
    with ApiClient(configuration) as client:
        server.otherwise = reply(JOB)
        JobApi(client).get_job("VX-1")
    with pytest.raises(ApiValueError, match=r"^get_job: this client is closed: create a new client$"):
        JobApi(client).get_job("VX-1")
    client.close()
    assert len(server.requests) == 1


def test_close_waits_for_running_calls(server: Loopback, configuration: Configuration) -> None:
    def slowly(connection: Any, request: Any) -> bool:
        time.sleep(0.1)
        return reply(JOB)(connection, request)

    server.otherwise = slowly
    with ApiClient(configuration, pool_threads=3) as client:
        pending: list[Any] = [JobApi(client).get_job("VX-1", async_req=True) for _ in range(3)]
        while len(server.requests) < 3:
            time.sleep(0.005)
    assert [one.get(0).job_id for one in pending] == ["VX-1"] * 3


def test_threads_start_on_demand_and_end_with_the_client(server: Loopback, configuration: Configuration) -> None:
    before = set(threading.enumerate())

    def started() -> set[threading.Thread]:
        return set(threading.enumerate()) - before - set(server.threads)

    server.otherwise = reply(JOB)
    client = ApiClient(configuration)
    JobApi(client).get_job("VX-1")
    assert not started()
    JobApi(client).get_job("VX-1", async_req=True).get(20)  # type: ignore[attr-defined]
    assert started()
    assert all(thread.daemon for thread in started())
    client.rest_client.close()
    del client
    gc.collect()
    deadline = time.monotonic() + 20
    while started() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not started()


def test_threads_share_a_client(server: Loopback, configuration: Configuration) -> None:
    def echo(connection: Any, request: Any) -> bool:
        return reply({**JOB, "jobId": request.segments[-1]})(connection, request)

    server.otherwise = echo
    ids = [f"VX-{number}" for number in range(1, 201)]
    with ApiClient(configuration) as client, ThreadPoolExecutor(8) as threads:
        assert [job.job_id for job in threads.map(JobApi(client).get_job, ids)] == ids
    assert server.connections <= 8


def test_connections_are_reused(client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply(JOB)
    for _ in range(5):
        JobApi(client).get_job("VX-1")
    assert server.connections == 1


def test_clients_share_no_state(server: Loopback) -> None:
    server.otherwise = reply(JOB)
    with (
        ApiClient(Configuration(host=server.url, username="a", password="1")) as one,
        ApiClient(Configuration(host=f"{server.url}/v2/", username="b", password="2")) as two,
    ):
        one.set_default_header("X-One", "1")
        JobApi(one).get_job("VX-1")
        JobApi(two).get_job("VX-1")
    first, second = server.requests
    assert (first.path, second.path) == ("/API/job/VX-1", "/API/v2/job/VX-1")
    assert first.header("Authorization") != second.header("Authorization")
    assert second.header("X-One") is None


# Other methods of the published client


def test_call_api(client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply(JOB)
    data, status, headers = client.call_api(
        "/job/{job-id}",
        "GET",
        path_params={"job-id": "../VX 1"},
        query_params=[("metadata", True), ("field", ["a", "b"])],
        header_params={"Accept": "application/json", "X-A": "1"},
        collection_formats={"field": "csv"},
        response_type="JobType",
    )
    assert isinstance(data, JobType)
    assert (status, "content-length" in headers) == (200, True)
    assert server.only.target == "/API/job/..%2FVX%201?metadata=true&field=a%2Cb"
    assert server.only.header("X-A") == "1"
    assert server.only.header("Authorization")
    only = client.call_api("/job/VX-1", "GET", response_type="JobType", _return_http_data_only=True)
    assert only == data
    later = client.call_api("/job/VX-1", "GET", response_type="object", _return_http_data_only=True, async_req=True)
    assert later.get(20) == JOB


@pytest.mark.parametrize(
    ("given", "media_type", "sent"),
    [
        ({"body": {"a": [1]}}, "application/json", b'{"a":[1]}'),
        ({"body": JobType.from_document(JOB)}, "application/json", b'{"jobId":"VX-1","status":"READY",'),
        ({"body": "text"}, None, b"text"),
        ({"body": b"\xff"}, None, b"\xff"),
        ({"post_params": {"a": "b c", "d": True}}, "application/x-www-form-urlencoded", b"a=b%20c&d=true"),
        ({}, None, b""),
    ],
    ids=range(6),
)
def test_call_api_sends_bodies(
    client: ApiClient, server: Loopback, given: dict[str, Any], media_type: str | None, sent: bytes
) -> None:
    client.call_api("/x", "POST", **given)
    assert server.only.header("Content-Type") == media_type
    assert server.only.body.startswith(sent)


def test_call_api_sends_files(client: ApiClient, server: Loopback, tmp_path: Any) -> None:
    file = tmp_path / "clip.txt"
    file.write_bytes(b"\x00data")
    client.call_api("/x", "POST", files={"clip": str(file), "none": None}, post_params={"a": "b"})
    media_type = server.only.header("Content-Type") or ""
    assert media_type.startswith("multipart/form-data; boundary=")
    assert b'name="clip"; filename="clip.txt"\r\nContent-Type: text/plain\r\n\r\n\x00data\r\n' in server.only.body
    assert b'name="a"\r\n\r\nb\r\n' in server.only.body


def test_request(client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply(JOB)
    response = client.request("GET", f"{server.url}/job/VX-1", query_params={"a": "b c"}, headers={"X-A": "1"})
    assert (response.status, response.data) == (
        200,
        b'{"jobId": "VX-1", "status": "READY", "type": "EXPORT", "priority": "MEDIUM"}',
    )
    assert server.only.target == "/API/job/VX-1?a=b%20c"
    with pytest.raises(ApiValueError, match=f"^request: the URL must start with {server.url}/$"):
        client.request("GET", "http://elsewhere.invalid/API/job")


class Responder:
    def __init__(self, data: Any) -> None:
        self.data = data


@pytest.mark.parametrize(
    ("data", "response_type", "value"),
    [
        (b'{"jobId": "VX-1"}', "JobType", {"jobId": "VX-1"}),
        ('[{"jobId": "VX-1"}]', "list[JobType]", [{"jobId": "VX-1"}]),
        ('{"a": 1}', "dict(str, int)", {"a": 1}),
        ("7", "int", 7),
        ("plain", "str", "plain"),
        (b"plain", "str", "plain"),
        ("null", "JobType", None),
        ('{"a": [1]}', "object", {"a": [1]}),
    ],
)
def test_deserialize(client: ApiClient, data: Any, response_type: str, value: Any) -> None:
    result = client.deserialize(Responder(data), response_type)
    assert client.sanitize_for_serialization(result) == value


def test_deserializes_times(client: ApiClient) -> None:
    moment = client.deserialize(Responder('"2020-10-02T15:36:54.047+0000"'), "datetime")
    assert client.sanitize_for_serialization(moment) == "2020-10-02T15:36:54.047000+00:00"
    assert client.sanitize_for_serialization(client.deserialize(Responder('"2020-10-02"'), "date")) == "2020-10-02"
    assert client.sanitize_for_serialization({"a": (moment, {"b"})}.get("c")) is None


def test_selects_media_types(client: ApiClient) -> None:
    assert client.select_header_accept(["text/plain", "application/JSON"]) == "application/json"
    assert client.select_header_accept(["text/plain", "application/xml"]) == "text/plain, application/xml"
    assert client.select_header_accept([]) is None
    assert client.select_header_content_type([]) == "application/json"
    assert client.select_header_content_type(["application/xml", "application/json"]) == "application/json"
    assert client.select_header_content_type(["text/plain", "application/xml"]) == "text/plain"


def test_adds_credentials(client: ApiClient) -> None:
    headers: dict[str, str] = {}
    client.update_params_for_auth(headers, [], ["basicAuth"])
    assert headers == {"Authorization": client.configuration.get_basic_auth_token()}
    with pytest.raises(KeyError, match="there is no authentication 'oauth'"):
        client.update_params_for_auth(headers, [], ["oauth"])


@pytest.mark.parametrize("response", [stall(), raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")])
def test_client_is_usable_after_a_failed_call(client: ApiClient, server: Loopback, response: Any) -> None:
    server.responses = [response, reply(JOB)]
    with pytest.raises(ApiException):
        JobApi(client).get_job("VX-1", _request_timeout=0.2)
    assert JobApi(client).get_job("VX-1").job_id == "VX-1"


# Python keywords as names


def test_parameter_named_async(client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply(JOB)
    api = vidispine.LibraryApi(client)
    api.delete_library("VX-12", async_=True)
    words: dict[str, Any] = {"async": False, "_request_timeout": 20}
    api.delete_library("VX-12", **words)
    assert [request.query for request in server.requests] == [[("async", "true")], [("async", "false")]]
    with pytest.raises(ApiTypeError, match=r"^delete_library has no parameter 'await'"):
        api.delete_library("VX-12", **{"await": True})  # type: ignore[arg-type]
    assert len(server.requests) == 2


def test_operations_of_a_class_are_listed_by_name() -> None:
    operations = vidispine.JobApi.operations
    assert operations["get_job"].path == "/job/{job-id}"
    assert {"create_custom_job", "get_jobs", "update_job"} <= operations.keys()
    assert all(hasattr(vidispine.JobApi, name) for name in operations)

    class Mine(vidispine.JobApi):
        """A subclass in another module has the operations of its base."""

    assert Mine.operations is operations
    assert vidispine.ItemApi.operations.keys() & operations.keys() == set()
