"""Responses: a result, or an error of one line that names the call and the place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from test.support.loopback import Loopback, reply
from test.support.sample_operations import LOOK, READ
from vidispine import (
    ApiClient,
    ApiDecodeError,
    ApiException,
    ImportApi,
    JobApi,
    JobListType,
    JobType,
    NotFoundException,
    ServiceException,
    UnauthorizedException,
    UserApi,
)
from vidispine._calls.operation import JSON, TEXT, Operation

NUMBERS: Operation[Any] = Operation("list_numbers", "GET", "/numbers", "list[int]", (JSON,))
JOB = {"jobId": "VX-1", "status": "READY", "type": "EXPORT", "priority": "MEDIUM"}


def one_line(error: BaseException) -> str:
    text = str(error)
    assert len(text.splitlines()) == 1
    assert len(text) <= 400
    return text


# Wrong responses


@pytest.mark.parametrize(
    ("body", "media_type", "problem"),
    [
        ("<html><body>Welcome</body></html>", "text/html", "200: expected JSON, got text/html"),
        ("<html><body>Welcome</body></html>", None, "200: not valid JSON: "),
        ("", "application/json", "200: expected JSON, got an empty response"),
        ('{"hits": 1, "job": [{"jobId', "application/json", "200: not valid JSON: "),
        ("[]", "application/json", "200: JobListType: expected an object, got a list"),
        ('"text"', "application/json", '200: JobListType: expected an object, got "text"'),
        ("null", "application/json", "200: JobListType: expected an object, got null"),
        ("7", "application/json; charset=utf-8", "200: JobListType: expected an object, got 7"),
        (b"\xff\xfe\xff", "application/json", "200: not valid JSON: "),
        ("[" * 100_000, "application/json", "200: not valid JSON: "),
    ],
    ids=range(10),
)
def test_rejects_a_response_of_the_wrong_type(
    client: ApiClient, server: Loopback, body: Any, media_type: str | None, problem: str
) -> None:
    server.responses = [reply(body, media_type=media_type)]
    with pytest.raises(ApiDecodeError) as caught:
        JobApi(client).get_jobs()
    assert one_line(caught.value).startswith(f"get_jobs: {problem}")
    assert caught.value.operation == "get_jobs"
    assert caught.value.status == 200
    assert caught.value.body == body
    assert caught.value.headers is not None
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("document", "read", "problem"),
    [
        ({"hits": "many"}, lambda jobs: jobs.hits, 'JobListType.hits: expected an integer, got "many"'),
        ({"hits": 1.5}, lambda jobs: jobs.hits, "JobListType.hits: expected an integer, got 1.5"),
        ({"job": {}}, lambda jobs: jobs.job, "JobListType.job: expected a list, got an object"),
        ({"job": [JOB, "x"]}, lambda jobs: jobs.job, 'JobListType.job[1]: expected an object, got "x"'),
        (
            {"job": [JOB, {**JOB, "totalSteps": []}]},
            lambda jobs: jobs.job[1].total_steps,
            "JobListType.job[1].totalSteps: expected an integer, got a list",
        ),
        (
            {"job": [{**JOB, "started": "soon"}]},
            lambda jobs: jobs.job[0].started,
            'JobListType.job[0].started: expected an ISO 8601 time, got "soon"',
        ),
        (
            {"job": [{**JOB, "log": {"task": [{"progress": {"value": "half"}}]}}]},
            lambda jobs: jobs.job[0].log.task[0].progress.value,
            'JobListType.job[0].log.task[0].progress.value: expected a number, got "half"',
        ),
    ],
    ids=range(7),
)
def test_wrong_nested_value_is_reported_when_read(
    client: ApiClient, server: Loopback, document: Any, read: Any, problem: str
) -> None:
    server.responses = [reply(document)]
    jobs = JobApi(client).get_jobs()
    with pytest.raises(ApiDecodeError) as caught:
        read(jobs)
    assert one_line(caught.value) == f"get_jobs: 200: {problem}"
    assert caught.value.place == problem.partition(":")[0]
    assert isinstance(caught.value.body, str)
    with pytest.raises(ApiDecodeError):
        jobs.validate()
    # Everything else can still be read and sent back.
    assert jobs.to_document() == document


def test_validate_reports_missing_members(client: ApiClient, server: Loopback) -> None:
    server.responses = [reply({"job": [JOB, {"jobId": "VX-2"}]})]
    jobs = JobApi(client).get_jobs()
    assert jobs.job is not None
    assert [job.job_id for job in jobs.job] == ["VX-1", "VX-2"]
    assert jobs.to_dict()["job"][1]["status"] is None
    with pytest.raises(ApiDecodeError, match=r"^get_jobs: 200: JobListType\.job\[1\]\.status: is missing$"):
        jobs.validate()


def test_reads_known_variants_of_values(client: ApiClient, server: Loopback) -> None:
    document = {
        "hits": "3",
        "job": [
            {"jobId": "VX-1", "status": "SOMETHING_NEW", "totalSteps": "4", "started": "2020-10-02T15:36:54.047+0000"},
            {"jobId": "VX-2", "unheardOf": {"deep": [1]}, "finished": None},
            {"jobId": 3},
        ],
        "later": True,
    }
    server.responses = [reply(document)]
    jobs = JobApi(client).get_jobs(idonly=True)
    assert jobs.hits == 3
    first, second, third = jobs.job or []
    assert (first.status, first.total_steps, first.started and first.started.year) == ("SOMETHING_NEW", 4, 2020)
    assert second.additional_properties == {"unheardOf": {"deep": [1]}}
    assert (second.to_dict()["status"], second.finished, third.job_id) == (None, None, "3")
    assert jobs.additional_properties == {"later": True}
    assert jobs.to_document() == document


def test_reads_lists_of_scalars(client: ApiClient, server: Loopback) -> None:
    server.responses = [reply([1, "2", 3.0]), reply({"a": 1})]
    assert client.call(NUMBERS, ()) == [1, 2, 3]
    with pytest.raises(ApiDecodeError, match=r"^list_numbers: 200: list\[int\]: expected a list, got an object$"):
        client.call(NUMBERS, ())


# Text


@pytest.mark.parametrize("text", ["admin", "true", "null", "1234", '{"a":1}', "", " \r\n", "[1]", '"quoted"', "é日"])
def test_text_response_is_not_decoded_as_json(client: ApiClient, server: Loopback, text: str) -> None:
    server.responses = [reply(text, media_type="text/plain;charset=UTF-8")]
    assert UserApi(client).get_who_am_i() == text


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        ("é€", "utf-8"),
        ("é", "ISO-8859-1"),
        ("é€", "'windows-1252'"),
        ("é日", '"utf-16"'),
        ("plain", "no-such-charset"),
    ],
)
def test_text_is_decoded_with_its_charset(client: ApiClient, server: Loopback, data: str, charset: str) -> None:
    known = charset.strip("\"'")
    body = data.encode("ascii" if known.startswith("no-") else known)
    server.responses = [reply(body, media_type=f"text/plain; format=flowed; charset={charset}")]
    assert client.call(READ, ("VX-1", None)) == data


def test_rejects_undecodable_text(client: ApiClient, server: Loopback) -> None:
    server.responses = [reply(b"\xff\xff", media_type="text/plain; charset=utf-8")]
    with pytest.raises(ApiDecodeError, match=r"^read_thing: 200: not valid text: ") as caught:
        client.call(READ, ("VX-1", None))
    assert caught.value.body == b"\xff\xff"


def test_reads_text_sent_as_json(client: ApiClient, server: Loopback) -> None:
    server.responses = [reply('"quoted"'), reply("bare words"), reply('{"a": 1}')]
    assert [client.call(READ, ("VX-1", None)) for _ in range(3)] == ["quoted", "bare words", '{"a": 1}']


@pytest.mark.parametrize("accept", ["text/plain", "application/xml"])
def test_accept_option_returns_text(client: ApiClient, server: Loopback, accept: str) -> None:
    server.responses = [reply("STARTED", media_type=accept)]
    assert JobApi(client).get_job("VX-1", _accept=accept) == "STARTED"
    assert server.only.header("Accept") == accept


def test_no_content_returns_none(client: ApiClient, server: Loopback) -> None:
    server.responses = [reply(b"", 204), reply("ignored", media_type="text/html")]
    assert client.call(LOOK, ()) is None
    assert client.call(Operation("remove_thing", "DELETE", "/thing", None, ()), ()) is None


@pytest.mark.parametrize("status", [200, 204])
def test_empty_response_returns_none_where_allowed(client: ApiClient, server: Loopback, status: int) -> None:
    server.responses = [reply(b"", status, media_type=None), reply(JOB)]
    assert ImportApi(client).import_item_raw(b"first half") is None
    assert ImportApi(client).import_item_raw(b"other half") == JobType.from_document(JOB)


# Error responses


NOT_FOUND = {"notFound": {"type": "Job", "id": "VX-9", "context": None}, "forbidden": None, "invalidInput": None}
NOT_FOUND_XML = (
    '<ExceptionDocument xmlns="http://xml.vidispine.com/schema/vidispine">'
    "<notFound><type>Job</type><id>VX-9</id></notFound></ExceptionDocument>"
)
NOT_FOUND_TEXT = "404 A resource could not be found\r\nType: Job\r\nID: VX-9\r\n"


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (json.dumps(NOT_FOUND), "application/json"),
        (json.dumps(NOT_FOUND), None),
        (NOT_FOUND_XML, "application/xml;charset=UTF-8"),
        (NOT_FOUND_TEXT, "text/plain"),
    ],
    ids=["json", "no type", "xml", "text"],
)
def test_reads_error_documents_in_every_format(
    client: ApiClient, server: Loopback, body: str, media_type: str | None
) -> None:
    server.responses = [reply(body, 404, reason="Not Found", media_type=media_type)]
    with pytest.raises(NotFoundException) as caught:
        JobApi(client).get_job("VX-9")
    error = caught.value
    assert one_line(error) == "get_job: 404 Not Found: no Job with id VX-9"
    assert error.error is not None
    assert (error.error.kind, error.error.type, error.error.id) == ("notFound", "Job", "VX-9")
    assert error.body == body
    assert (error.headers or {})["content-length"] == str(len(body))


@pytest.mark.parametrize("body", ["<html>Bad Gateway</html>", "", "No server available", b"\xff\xfe", "{", "[]"])
def test_reads_an_error_page_of_a_proxy(client: ApiClient, server: Loopback, body: Any) -> None:
    server.responses = [reply(body, 502, reason="Bad Gateway", media_type="text/html")]
    with pytest.raises(ServiceException) as caught:
        JobApi(client).get_job("VX-9")
    assert one_line(caught.value) == "get_job: 502 Bad Gateway"
    assert (caught.value.error, caught.value.body) == (None, body)


def test_wrong_password_raises_unauthorized(client: ApiClient, server: Loopback) -> None:
    server.responses = [reply({"notAuthorized": {}}, 401, reason="Unauthorized")]
    with pytest.raises(UnauthorizedException) as caught:
        JobApi(client).get_jobs()
    assert one_line(caught.value) == (
        "get_jobs: 401 Unauthorized: notAuthorized: check the username and password, or the token, of the Configuration"
    )


def test_error_status_is_raised_for_an_unread_response(client: ApiClient, server: Loopback) -> None:
    server.responses = [reply(NOT_FOUND, 404, reason="Not Found")]
    with pytest.raises(NotFoundException, match="no Job with id VX-9"):
        JobApi(client).get_job("VX-9", _preload_content=False)


def test_reads_an_error_in_another_format_than_requested(client: ApiClient, server: Loopback) -> None:
    server.responses = [reply(NOT_FOUND_TEXT, 404, media_type=TEXT)]
    with pytest.raises(ApiException, match="no Job with id VX-9"):
        JobApi(client).get_job("VX-9", _accept=JSON)


def test_creates_a_list_from_its_document() -> None:
    jobs = JobListType(hits=1, job=[JobType(job_id="VX-1", status="READY", type="EXPORT", priority="MEDIUM")])
    assert jobs.to_document() == {"hits": 1, "job": [JOB]}
