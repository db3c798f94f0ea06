"""The simulator has the same state through the SDK and through urllib3, in JSON, XML and plain text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import pytest

from test.simulator.http_client import JSON, NAMESPACE, TEXT, XML, HttpClient
from test.simulator.model_assertions import assert_json_matches, assert_xml_matches
from test.support.operations import EVERY
from vidispine import (
    ApiClient,
    ApiException,
    ApiValueError,
    Configuration,
    JobApi,
    JobState,
    JobStepState,
    KeyValueType,
    SimpleMetadataType,
    SystemApi,
    UserApi,
)
from vidispine._documents.model import Model
from vidispine.simulator import Simulator

ODD = "a b/c?d=e&f%2Fg+é,日𝄞:;#\\\"'<>]]>&amp;|~..\t\r\n\u2028 "
"""Characters that JSON, XML and URLs must each escape."""
ODD_KEY = ODD.replace("=", "")

EVENTS: dict[str, dict[str, Any]] = {
    "EXPORT": {"seconds": 1},
    "TRANSCODE": {"seconds": 4, "fail_at": 2, "attempts": 2, "message": f"no space left: {ODD}"},
    "THUMBNAIL": {"seconds": 1, "warn_at": 1, "message": "a frame was missing"},
    "ANALYZE": {"wait_for": {"type": "StorageOffline", "data": {"storage": "VX-3", "what": ODD}}},
    "COPY_FILE": {"seconds": 1000},
    "MOVE_FILE": {"hold": True},
    "CONFORM": {"seconds": 1000, "vidinet_at": 1},
    "IMPORT": {"seconds": 1000, "sub_jobs": 2},
}
"""Behavior by job type: VX-1 is the EXPORT, and so on. Sub-jobs take the next ids."""


class Server(NamedTuple):
    """A simulator with jobs of all kinds, the SDK and a plain HTTP client."""

    vidicore: Simulator
    client: ApiClient
    http: HttpClient

    @property
    def api(self) -> JobApi:
        return JobApi(self.client)


def text(server: Server, target: str, accept: str = TEXT) -> str:
    """Return the text of a successful response in a media type."""
    response = server.http.get(target, accept=accept)
    assert (response.status, response.media_type) == (200, accept), response.text
    return response.text


def _open() -> Iterator[Server]:
    seconds = [1_700_000_000.123]
    simulator = Simulator(clock=lambda: seconds[0], concurrent_jobs=50)
    with simulator as vidicore, HttpClient(vidicore.url) as http, ApiClient(vidicore.configuration()) as client:
        server = Server(vidicore, client, http)
        for type, events in EVENTS.items():
            vidicore.jobs.behave(type, **events)
            data = {"itemId": "VX-7", "odd": ODD, ODD_KEY: "odd", "empty": ""}
            server.api.create_custom_job(type, jobmetadata=data, priority="HIGH")
        server.api.abort_job("VX-5", reason=ODD)
        seconds[0] += 20.5
        server.api.create_custom_job("RAW_IMPORT")
        yield server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that tests only read."""
    yield from _open()


@pytest.fixture
def new_server() -> Iterator[Server]:
    """A server that one test may change."""
    yield from _open()


class ReadCase(NamedTuple):
    """One read operation: as a call of the SDK and as a request target."""

    sdk: Callable[..., Any]
    target: str
    text: Callable[[Any], str] | None = None
    """Builds the plain-text response from the model. ``None``: the operation has no plain-text form."""


def _lines(values: list[str] | None) -> str:
    return "".join(f"{value}\r\n" for value in values or [])


def _ids(jobs: Any) -> str:
    return _lines([job.job_id for job in jobs.job or []])


def _state(job: Any) -> str:
    return str(job.status)


def _job(id: str) -> ReadCase:
    return ReadCase(lambda s, **o: s.api.get_job(id, **o), f"/job/{id}", _state)


READS: dict[str, ReadCase] = {
    **{f"get_job of {type}": _job(f"VX-{number}") for number, type in enumerate(EVENTS, 1)},
    "get_job, metadata": ReadCase(
        lambda s, **o: s.api.get_job("VX-1", metadata=True, **o), "/job/VX-1?metadata=true", _state
    ),
    "get_job, some keys": ReadCase(
        lambda s, **o: s.api.get_job("VX-2", metadata=True, field=["odd", "errorMessage"], **o),
        "/job/VX-2?metadata=true&field=odd%2CerrorMessage",
        _state,
    ),
    "get_job_problems": ReadCase(lambda s, **o: s.api.get_job_problems("VX-4", **o), "/job/VX-4/problem"),
    "get_job_problems, none": ReadCase(lambda s, **o: s.api.get_job_problems("VX-1", **o), "/job/VX-1/problem"),
    "get_all_job_problems": ReadCase(lambda s, **o: s.api.get_all_job_problems(**o), "/job/problem"),
    "get_job_types": ReadCase(lambda s, **o: s.api.get_job_types(**o), "/jobtype", lambda types: _lines(types.uri)),
    "get_jobs": ReadCase(lambda s, **o: s.api.get_jobs(**o), "/job", _ids),
    "get_jobs, all of them": ReadCase(
        lambda s, **o: s.api.get_jobs(metadata=True, step=True, user=False, sort="jobId desc", **o),
        "/job?metadata=true&step=true&user=false&sort=jobId+desc",
        _ids,
    ),
    "get_jobs, ids only": ReadCase(lambda s, **o: s.api.get_jobs(idonly=True, **o), "/job?idonly=true", _ids),
    "get_jobs, a page": ReadCase(
        lambda s, **o: s.api.get_jobs(first=3, number=2, sort="jobId", **o), "/job?first=3&number=2&sort=jobId", _ids
    ),
    "get_jobs, by state": ReadCase(
        lambda s, **o: s.api.get_jobs(state=["WAITING", "HOLD"], **o), "/job?state=WAITING,HOLD", _ids
    ),
    "get_jobs, by data": ReadCase(
        lambda s, **o: s.api.get_jobs(jobmetadata={"odd": ODD}, type="EXPORT", **o),
        f"/job?{urlencode({'jobmetadata': f'odd={ODD}', 'type': 'EXPORT'})}",
        _ids,
    ),
    "get_jobs, none": ReadCase(
        lambda s, **o: s.api.get_jobs(type="EXPORT", state="READY", **o), ("/job?type=EXPORT&state=READY"), _ids
    ),
    "get_version": ReadCase(lambda s, **o: SystemApi(s.client).get_version(**o), "/version"),
}


@pytest.mark.parametrize("name", READS)
def test_json(server: Server, name: str) -> None:
    read = READS[name]
    document = server.http.get(read.target).json
    model = read.sdk(server)
    assert model.to_document() == document
    assert_json_matches(document, model)
    # Reading attributes does not change the document.
    assert json.dumps(model.to_document()) == json.dumps(document)
    assert type(model).from_document(document) == model


@pytest.mark.parametrize("name", READS)
def test_xml(server: Server, name: str) -> None:
    read = READS[name]
    document = text(server, read.target, XML)
    assert read.sdk(server, _accept=XML) == document
    model: Model = read.sdk(server)
    root = ET.fromstring(document)
    assert root.tag == f"{{{NAMESPACE}}}{type(model).document_name}"
    assert_xml_matches(root, model)


@pytest.mark.parametrize("name", [name for name, read in READS.items() if read.text])
def test_text(server: Server, name: str) -> None:
    read = READS[name]
    document = text(server, read.target)
    assert read.sdk(server, _accept=TEXT) == document
    assert read.text is not None
    assert read.text(read.sdk(server)) == document


def test_who_am_i_returns_text(server: Server) -> None:
    assert UserApi(server.client).get_who_am_i() == text(server, "/whoami") == "admin"


def test_read_cases_cover_every_member_and_status(server: Server) -> None:
    """The comparisons above only count if the documents have contents."""
    assert [server.api.get_job(f"VX-{number}").type for number in range(1, len(EVENTS) + 1)] == list(EVENTS)
    jobs = server.api.get_jobs(metadata=True, step=True)
    assert jobs.job is not None
    assert {job.status for job in jobs.job} >= {
        JobState.FINISHED,
        JobState.FAILED_TOTAL,
        JobState.FINISHED_WARNING,
        JobState.WAITING,
        JobState.STARTED,
        JobState.ABORTED,
        JobState.HOLD,
        JobState.VIDINET_JOB,
    }
    names = {name for job in jobs.job for name in type(job).fields() if getattr(job, name) not in (None, [])}
    assert names == set(type(jobs.job[0]).fields())
    steps = {task.status for job in jobs.job if job.log for task in job.log.task or []}
    assert steps >= {JobStepState.FINISHED, JobStepState.FAILED_FATAL, JobStepState.STARTED}
    assert server.api.get_jobs(jobmetadata={"odd": ODD}, type="EXPORT").hits == 1


def test_every_get_operation_of_jobs_has_a_read_case() -> None:
    reads = {case.operation.name for case in EVERY if case.owner == "JobApi" and case.operation.method == "GET"}
    assert reads == {name.partition(",")[0].partition(" ")[0] for name in READS} - {"get_version"}


# Writes

PAIRS = {"odd": ODD, ODD_KEY: "odd", "empty": "", "long": "x" * 10_000}


def _data(document: dict[str, Any]) -> dict[str, str]:
    return {pair["key"]: pair["value"] for pair in document["data"] if pair["key"] in PAIRS}


def _by_sdk(server: Server) -> str:
    fields = [KeyValueType(key=key, value=value) for key, value in PAIRS.items()]
    return server.api.create_custom_job("EXPORT", SimpleMetadataType(field=fields), priority="LOWEST").job_id


def _by_sdk_as_mapping(server: Server) -> str:
    document = {"field": [{"key": key, "value": value} for key, value in PAIRS.items()]}
    return server.api.create_custom_job("EXPORT", document, priority="LOWEST").job_id


def _by_sdk_as_query(server: Server) -> str:
    return server.api.create_custom_job("EXPORT", jobmetadata=PAIRS, priority="LOWEST").job_id


def _by_http_json(server: Server) -> str:
    body = {"field": [{"key": key, "value": value} for key, value in PAIRS.items()]}
    return str(server.http.send("POST", "/job?type=EXPORT&priority=LOWEST", body=body).json["jobId"])


def _by_http_xml(server: Server) -> str:
    root = ET.Element("SimpleMetadataDocument", xmlns=NAMESPACE)
    for key, value in PAIRS.items():
        field = ET.SubElement(root, "field")
        ET.SubElement(field, "key").text = key
        ET.SubElement(field, "value").text = value
    # XML parsers turn an unescaped carriage return into a line feed.
    body = ET.tostring(root).replace(b"\r", b"&#13;")
    response = server.http.send("POST", "/job?type=EXPORT&priority=LOWEST", accept=XML, body=body, content_type=XML)
    return response.xml.findtext(f"{{{NAMESPACE}}}jobId") or ""


@pytest.mark.parametrize("create", [_by_sdk, _by_sdk_as_mapping, _by_sdk_as_query, _by_http_json, _by_http_xml])
def test_create_job_is_independent_of_the_request_format(new_server: Server, create: Callable[[Server], str]) -> None:
    id = create(new_server)
    target = f"/job/{id}?metadata=true"
    document, model = new_server.http.get(target).json, new_server.api.get_job(id, metadata=True)
    assert document["priority"] == model.priority == "LOWEST"
    assert _data(document) == PAIRS
    assert {pair.key: pair.value for pair in model.data or [] if pair.key in PAIRS} == PAIRS
    assert_json_matches(document, model)
    assert_xml_matches(ET.fromstring(text(new_server, target, XML)), model)


def test_ambiguous_key_is_rejected(new_server: Server) -> None:
    before = text(new_server, "/job")
    with pytest.raises(ApiValueError, match=r"^create_custom_job: jobmetadata must not have the key 'a=b': [^\n]+$"):
        new_server.api.create_custom_job("EXPORT", jobmetadata={"a=b": "c"})
    assert text(new_server, "/job") == before


def test_changes_by_sdk(new_server: Server) -> None:
    new_server.api.update_job("VX-6", priority="IMMEDIATE")
    assert new_server.http.get("/job/VX-6").json["priority"] == "IMMEDIATE"
    new_server.api.abort_job("VX-7")
    assert text(new_server, "/job/VX-7") == "ABORTED_PENDING"
    copy = new_server.api.create_duplicate_job("VX-1", priority="LOW")
    document = new_server.http.get(f"/job/{copy.job_id}?metadata=true").json
    assert (document["type"], document["priority"]) == ("EXPORT", "LOW")
    assert {"key": "odd", "value": ODD} in document["data"]
    new_server.api.delete_jobs(["VX-1", "VX-2"])
    ids = text(new_server, "/job").split()
    assert "VX-3" in ids
    assert not {"VX-1", "VX-2"} & set(ids)


def test_changes_by_http(new_server: Server) -> None:
    new_server.http.send("PUT", "/job/VX-6?priority=IMMEDIATE")
    assert new_server.api.get_job("VX-6").priority == "IMMEDIATE"
    new_server.http.send("DELETE", "/job/VX-7")
    assert new_server.api.get_job("VX-7").status == "ABORTED_PENDING"
    new_server.http.send("DELETE", "/job?id=VX-1%2CVX-2")
    assert not {"VX-1", "VX-2"} & {job.job_id for job in new_server.api.get_jobs().job or []}


# Errors

ERROR_CASES: dict[str, tuple[Callable[..., Any], str, dict[str, str | None]]] = {
    "an unknown job": (
        lambda s, **o: s.api.get_job("VX-999", **o),
        "/job/VX-999",
        {"kind": "notFound", "type": "Job", "id": "VX-999"},
    ),
    "an invalid sort": (
        lambda s, **o: s.api.get_jobs(sort=ODD, **o),
        f"/job?sort={quote(ODD, safe='')}",
        {"kind": "invalidInput", "id": "sort"},
    ),
    "an invalid time": (
        lambda s, **o: s.api.get_jobs(starttime_to="yesterday", **o),
        "/job?starttime-to=yesterday",
        {"kind": "invalidInput", "id": "starttime-to", "value": "yesterday"},
    ),
}


@pytest.mark.parametrize("accept", [JSON, XML, TEXT])
@pytest.mark.parametrize("name", ERROR_CASES)
def test_errors(server: Server, name: str, accept: str) -> None:
    call, target, expected = ERROR_CASES[name]
    response = server.http.get(target, accept=accept)
    assert response.headers["Content-Type"].startswith(accept)
    with pytest.raises(ApiException) as caught:
        call(server, _accept=accept)
    assert (caught.value.status, caught.value.body) == (response.status, response.text)
    error = caught.value.error
    assert error is not None
    assert {name: getattr(error, name) for name in expected} == expected
    if accept == JSON:
        assert error.explanation == response.json[expected["kind"]].get("explanation")


def test_wrong_password(server: Server) -> None:
    configuration = Configuration(host=f"{server.vidicore.url}/API", username="admin", password="wrong")
    with HttpClient(server.vidicore.url, password="wrong") as http, ApiClient(configuration) as client:
        response = http.get("/job")
        with pytest.raises(ApiException) as caught:
            JobApi(client).get_jobs()
    assert (caught.value.status, caught.value.body) == (response.status, response.text)
    assert response.status == 401
