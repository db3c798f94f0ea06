"""The requests of JobApi, written out by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from enum import Enum, IntEnum
from typing import Any

import pytest

from test.support.loopback import Loopback, reply
from vidispine import ApiClient, JobApi, JobPriority, JobState, JobType, KeyValueType, SimpleMetadataType

JOB = {"jobId": "VX-1", "user": "admin", "status": "READY", "type": "X", "priority": "MEDIUM"}


class Word(str, Enum):
    LOW = "LOW"


class Number(IntEnum):
    TEN = 10


# Accepted beyond the signature, because the meaning is unambiguous.
AS_TYPED: Any = {"user": "False", "first": "1", "number": Number.TEN, "step": 0}

Call = Callable[[JobApi], Any]

REQUESTS: list[tuple[str, Call, str]] = [
    ("abort", lambda api: api.abort_job("VX-1"), "DELETE /API/job/VX-1"),
    (
        "abort with all",
        lambda api: api.abort_job("VX-1", reason="no longer needed", cleanup=False),
        "DELETE /API/job/VX-1?reason=no%20longer%20needed&cleanup=false",
    ),
    ("abort a strange id", lambda api: api.abort_job("a/../b?c#d"), "DELETE /API/job/a%2F..%2Fb%3Fc%23d"),
    ("create", lambda api: api.create_custom_job("TRANSCODE"), "POST /API/job?type=TRANSCODE"),
    (
        "create with all but a body",
        lambda api: api.create_custom_job(
            "X Y", jobmetadata=["a=b", "c=d=e"], notification_data="n&d", priority="HIGH", notification="VX-5"
        ),
        (
            "POST /API/job?type=X%20Y&jobmetadata=a%3Db&jobmetadata=c%3Dd%3De&notificationData=n%26d&priority=HIGH"
            "&notification=VX-5"
        ),
    ),
    (
        "create with a mapping",
        lambda api: api.create_custom_job("X", jobmetadata={"itemId": "VX-1", "tags": ["a", "b"], "n": 1, "on": True}),
        (
            "POST /API/job?type=X&jobmetadata=itemId%3DVX-1&jobmetadata=tags%3Da&jobmetadata=tags%3Db&jobmetadata=n%3D1"
            "&jobmetadata=on%3Dtrue"
        ),
    ),
    (
        "create with one pair",
        lambda api: api.create_custom_job("X", jobmetadata="a=b,c"),
        "POST /API/job?type=X&jobmetadata=a%3Db%2Cc",
    ),
    ("create with no pairs", lambda api: api.create_custom_job("X", jobmetadata={}), "POST /API/job?type=X"),
    ("run again", lambda api: api.create_duplicate_job("VX-1"), "POST /API/job/VX-1/re-run"),
    (
        "run again sooner",
        lambda api: api.create_duplicate_job(job_id="VX-1", priority=JobPriority.HIGHEST),
        "POST /API/job/VX-1/re-run?priority=HIGHEST",
    ),
    ("delete one", lambda api: api.delete_jobs("VX-1"), "DELETE /API/job?id=VX-1"),
    ("delete two", lambda api: api.delete_jobs(["VX-1", "VX-2"]), "DELETE /API/job?id=VX-1%2CVX-2"),
    (
        "delete from a generator",
        lambda api: api.delete_jobs(f"VX-{n}" for n in (1, 2)),
        "DELETE /API/job?id=VX-1%2CVX-2",
    ),
    ("all problems", lambda api: api.get_all_job_problems(), "GET /API/job/problem"),
    ("get", lambda api: api.get_job("VX-1"), "GET /API/job/VX-1"),
    (
        "get with all",
        lambda api: api.get_job("VX-1", field=("itemId", "tags"), metadata=True),
        "GET /API/job/VX-1?field=itemId%2Ctags&metadata=true",
    ),
    ("problems of one", lambda api: api.get_job_problems("VX-1"), "GET /API/job/VX-1/problem"),
    ("types", lambda api: api.get_job_types(), "GET /API/jobtype"),
    ("list", lambda api: api.get_jobs(), "GET /API/job"),
    (
        "list with all",
        lambda api: api.get_jobs(
            jobmetadata={"itemId": "VX-1"},
            field="itemId",
            starttime_to="2024-03-01",
            user=False,
            first=1,
            type=["IMPORT", "EXPORT"],
            starttime_from=datetime(2024, 3, 1, 10, tzinfo=timezone.utc),
            step=True,
            idonly=False,
            number=100,
            state=[JobState.READY, JobState.STARTED],
            sort="jobId desc,user asc",
            metadata=True,
            finishtime_from=datetime(2024, 3, 1, 10, tzinfo=timezone(timedelta(hours=5, minutes=30))),
            finishtime_to=datetime(2024, 3, 1, 10, 0, 0, 47000),
        ),
        (
            "GET /API/job?jobmetadata=itemId%3DVX-1&field=itemId&starttime-to=2024-03-01&user=false&first=1"
            "&type=IMPORT%2CEXPORT&starttime-from=2024-03-01T10%3A00%3A00%2B00%3A00&step=true&idonly=false&number=100"
            "&state=READY%2CSTARTED&sort=jobId%20desc%2Cuser%20asc&metadata=true"
            "&finishtime-from=2024-03-01T10%3A00%3A00%2B05%3A30&finishtime-to=2024-03-01T10%3A00%3A00.047000"
        ),
    ),
    (
        "list as people type it",
        lambda api: api.get_jobs(**AS_TYPED),
        "GET /API/job?user=false&first=1&step=false&number=10",
    ),
    ("change", lambda api: api.update_job("VX-1"), "PUT /API/job/VX-1"),
    ("change with all", lambda api: api.update_job("VX-1", priority=Word.LOW), "PUT /API/job/VX-1?priority=LOW"),
]


@pytest.mark.filterwarnings("ignore:.* a datetime without a time zone")
@pytest.mark.parametrize(("call", "line"), [row[1:] for row in REQUESTS], ids=[row[0] for row in REQUESTS])
def test_request_line(client: ApiClient, server: Loopback, call: Call, line: str) -> None:
    server.responses = [reply(JOB)]
    call(JobApi(client))
    assert server.only.line == f"{line} HTTP/1.1"
    assert server.only.body == b""
    assert server.only.header("Content-Type") is None


DOCUMENT = {"field": [{"key": "itemId", "value": "VX-1"}, {"key": "ключ", "value": 'a\n"b"'}]}


@pytest.mark.parametrize(
    "document",
    [
        DOCUMENT,
        SimpleMetadataType.from_document(DOCUMENT),
        SimpleMetadataType(field=[KeyValueType(key="itemId", value="VX-1"), KeyValueType(key="ключ", value='a\n"b"')]),
        {"field": [KeyValueType(key="itemId", value="VX-1"), DOCUMENT["field"][1]]},
    ],
    ids=["mapping", "read", "made", "mixed"],
)
@pytest.mark.parametrize("by_keyword", [False, True])
def test_body(client: ApiClient, server: Loopback, document: Any, by_keyword: bool) -> None:
    server.responses = [reply(JOB)]
    if by_keyword:
        JobApi(client).create_custom_job("X", simple_metadata_type=document)
    else:
        JobApi(client).create_custom_job("X", document)
    assert server.only.line == "POST /API/job?type=X HTTP/1.1"
    assert server.only.header("Content-Type") == "application/json"
    assert server.only.header("Content-Length") == str(len(server.only.body))
    assert json.loads(server.only.body) == DOCUMENT
    assert "ключ".encode() in server.only.body


def test_an_empty_document_is_sent(client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply(JOB)
    JobApi(client).create_custom_job("X", {})
    JobApi(client).create_custom_job("X", SimpleMetadataType())
    assert [request.body for request in server.requests] == [b"{}", b"{}"]


@pytest.mark.parametrize("method", ["create_custom_job", "create_duplicate_job", "get_job"])
def test_job_is_returned(client: ApiClient, server: Loopback, method: str) -> None:
    server.responses = [reply({**JOB, "later": 1})]
    job = getattr(JobApi(client), method)("VX-1")
    assert isinstance(job, JobType)
    assert (job.job_id, job.status, job.priority, job.started) == ("VX-1", "READY", "MEDIUM", None)
    assert job.additional_properties == {"later": 1}


def test_lists_are_returned(client: ApiClient, server: Loopback) -> None:
    server.responses = [
        reply({"hits": 7, "job": [JOB, {"jobId": "VX-2"}]}),
        reply({"problem": [{"id": 12, "type": "T", "job": ["VX-1"], "data": [{"key": "k", "value": "v"}]}]}),
        reply({}),
        reply({"uri": ["IMPORT", "EXPORT"]}),
    ]
    api = JobApi(client)
    jobs = api.get_jobs()
    assert jobs.hits == 7
    assert [job.job_id for job in jobs.job or []] == ["VX-1", "VX-2"]
    (problem,) = api.get_all_job_problems().problem or []
    assert (problem.id, problem.type, problem.job) == (12, "T", ["VX-1"])
    assert [(pair.key, pair.value) for pair in problem.data or []] == [("k", "v")]
    assert api.get_job_problems("VX-1").problem is None
    assert api.get_job_types().uri == ["IMPORT", "EXPORT"]


def test_nothing_is_returned(client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply(b"")
    api = JobApi(client)
    results: list[object] = []
    results.append(api.abort_job("VX-1"))  # type: ignore[func-returns-value]
    results.append(api.delete_jobs("VX-1"))  # type: ignore[func-returns-value]
    results.append(api.update_job("VX-1"))  # type: ignore[func-returns-value]
    assert results == [None, None, None]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda api, accept: api.get_job("VX-1", _accept=accept), "STARTED"),
        (lambda api, accept: api.get_jobs(_accept=accept), "VX-1\r\nVX-2\r\n"),
        (lambda api, accept: api.get_job_types(_accept=accept), "1234"),
        (lambda api, accept: api.get_job("VX-1", _accept=accept), "null"),
        (lambda api, accept: api.get_job("VX-1", _accept=accept), '{"a": 1}'),
    ],
)
@pytest.mark.parametrize("accept", ["text/plain", "application/xml"])
def test_other_media_type_is_returned_as_text(
    client: ApiClient, server: Loopback, call: Any, text: str, accept: str
) -> None:
    server.responses = [reply(text, media_type=accept)]
    assert call(JobApi(client), accept) == text
    assert server.only.header("Accept") == accept
