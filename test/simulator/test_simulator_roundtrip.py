"""What the simulator holds is the same through the SDK and through bare urllib3: in JSON, in XML and as text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import pytest

from test.simulator.bare_requests import JSON, NAMESPACE, TEXT, XML, Bare, assert_json_says, assert_xml_says
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
"""Letters that JSON, XML or a URL would each have to write in its own way."""
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
"""How jobs go, by type: VX-1 is the EXPORT, and so on. Sub-jobs take the next ids."""


class World(NamedTuple):
    """A server with jobs of all kinds, and two ways to it."""

    vidicore: Simulator
    client: ApiClient
    bare: Bare

    @property
    def api(self) -> JobApi:
        return JobApi(self.client)


def _open() -> Iterator[World]:
    seconds = [1_700_000_000.123]
    simulator = Simulator(clock=lambda: seconds[0], concurrent_jobs=50)
    with simulator as vidicore, Bare(vidicore.url) as bare, ApiClient(vidicore.configuration()) as client:
        world = World(vidicore, client, bare)
        for type, events in EVENTS.items():
            vidicore.jobs.behave(type, **events)
            data = {"itemId": "VX-7", "odd": ODD, ODD_KEY: "odd", "empty": ""}
            world.api.create_custom_job(type, jobmetadata=data, priority="HIGH")
        world.api.abort_job("VX-5", reason=ODD)
        seconds[0] += 20.5
        world.api.create_custom_job("RAW_IMPORT")
        yield world


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One that is only read."""
    yield from _open()


@pytest.fixture
def fresh() -> Iterator[World]:
    """One of the test's own."""
    yield from _open()


class Read(NamedTuple):
    """The same read twice: through the SDK, and by its target."""

    sdk: Callable[..., Any]
    target: str
    text: Callable[[Any], str] | None = None
    """The answer as text, made of the model; ``None`` where the server has no such form."""


def _lines(values: list[str] | None) -> str:
    return "".join(f"{value}\r\n" for value in values or [])


def _ids(jobs: Any) -> str:
    return _lines([job.job_id for job in jobs.job or []])


def _state(job: Any) -> str:
    return str(job.status)


def _job(id: str) -> Read:
    return Read(lambda w, **o: w.api.get_job(id, **o), f"/job/{id}", _state)


READS: dict[str, Read] = {
    **{f"get_job of {type}": _job(f"VX-{number}") for number, type in enumerate(EVENTS, 1)},
    "get_job, metadata": Read(
        lambda w, **o: w.api.get_job("VX-1", metadata=True, **o), "/job/VX-1?metadata=true", _state
    ),
    "get_job, some keys": Read(
        lambda w, **o: w.api.get_job("VX-2", metadata=True, field=["odd", "errorMessage"], **o),
        "/job/VX-2?metadata=true&field=odd%2CerrorMessage",
        _state,
    ),
    "get_job_problems": Read(lambda w, **o: w.api.get_job_problems("VX-4", **o), "/job/VX-4/problem"),
    "get_job_problems, none": Read(lambda w, **o: w.api.get_job_problems("VX-1", **o), "/job/VX-1/problem"),
    "get_all_job_problems": Read(lambda w, **o: w.api.get_all_job_problems(**o), "/job/problem"),
    "get_job_types": Read(lambda w, **o: w.api.get_job_types(**o), "/jobtype", lambda types: _lines(types.uri)),
    "get_jobs": Read(lambda w, **o: w.api.get_jobs(**o), "/job", _ids),
    "get_jobs, all of them": Read(
        lambda w, **o: w.api.get_jobs(metadata=True, step=True, user=False, sort="jobId desc", **o),
        "/job?metadata=true&step=true&user=false&sort=jobId+desc",
        _ids,
    ),
    "get_jobs, ids only": Read(lambda w, **o: w.api.get_jobs(idonly=True, **o), "/job?idonly=true", _ids),
    "get_jobs, a page": Read(
        lambda w, **o: w.api.get_jobs(first=3, number=2, sort="jobId", **o), "/job?first=3&number=2&sort=jobId", _ids
    ),
    "get_jobs, by state": Read(
        lambda w, **o: w.api.get_jobs(state=["WAITING", "HOLD"], **o), "/job?state=WAITING,HOLD", _ids
    ),
    "get_jobs, by data": Read(
        lambda w, **o: w.api.get_jobs(jobmetadata={"odd": ODD}, type="EXPORT", **o),
        f"/job?{urlencode({'jobmetadata': f'odd={ODD}', 'type': 'EXPORT'})}",
        _ids,
    ),
    "get_jobs, none": Read(
        lambda w, **o: w.api.get_jobs(type="EXPORT", state="READY", **o), ("/job?type=EXPORT&state=READY"), _ids
    ),
    "get_version": Read(lambda w, **o: SystemApi(w.client).get_version(**o), "/version"),
}


@pytest.mark.parametrize("name", READS)
def test_json(world: World, name: str) -> None:
    read = READS[name]
    document = world.bare.json(read.target)
    model = read.sdk(world)
    assert model.to_document() == document
    assert_json_says(document, model)
    # Nothing has changed by being read.
    assert json.dumps(model.to_document()) == json.dumps(document)
    assert type(model).from_document(document) == model


@pytest.mark.parametrize("name", READS)
def test_xml(world: World, name: str) -> None:
    read = READS[name]
    text = world.bare.text(read.target, XML)
    assert read.sdk(world, _accept=XML) == text
    model: Model = read.sdk(world)
    root = ET.fromstring(text)
    assert root.tag == f"{{{NAMESPACE}}}{type(model).document_name}"
    assert_xml_says(root, model)


@pytest.mark.parametrize("name", [name for name, read in READS.items() if read.text])
def test_text(world: World, name: str) -> None:
    read = READS[name]
    text = world.bare.text(read.target)
    assert read.sdk(world, _accept=TEXT) == text
    assert read.text is not None
    assert read.text(read.sdk(world)) == text


def test_a_word_that_is_an_operation_of_its_own(world: World) -> None:
    assert UserApi(world.client).get_who_am_i() == world.bare.text("/whoami") == "admin"


def test_the_reads_show_what_there_is_to_see(world: World) -> None:
    """The comparisons above are worth something only if the documents hold something."""
    assert [world.api.get_job(f"VX-{number}").type for number in range(1, len(EVENTS) + 1)] == list(EVENTS)
    jobs = world.api.get_jobs(metadata=True, step=True)
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
    seen = {name for job in jobs.job for name in type(job).fields() if getattr(job, name) not in (None, [])}
    assert seen == set(type(jobs.job[0]).fields())
    steps = {task.status for job in jobs.job if job.log for task in job.log.task or []}
    assert steps >= {JobStepState.FINISHED, JobStepState.FAILED_FATAL, JobStepState.STARTED}
    assert world.api.get_jobs(jobmetadata={"odd": ODD}, type="EXPORT").hits == 1


def test_every_read_of_jobs_is_in_the_table() -> None:
    reads = {case.operation.name for case in EVERY if case.owner == "JobApi" and case.operation.method == "GET"}
    assert reads == {name.partition(",")[0].partition(" ")[0] for name in READS} - {"get_version"}


# What is written one way is read the other way.

PAIRS = {"odd": ODD, ODD_KEY: "odd", "empty": "", "long": "x" * 10_000}


def _data(document: dict[str, Any]) -> dict[str, str]:
    return {pair["key"]: pair["value"] for pair in document["data"] if pair["key"] in PAIRS}


def _by_sdk(world: World) -> str:
    fields = [KeyValueType(key=key, value=value) for key, value in PAIRS.items()]
    return world.api.create_custom_job("EXPORT", SimpleMetadataType(field=fields), priority="LOWEST").job_id


def _by_sdk_as_mapping(world: World) -> str:
    document = {"field": [{"key": key, "value": value} for key, value in PAIRS.items()]}
    return world.api.create_custom_job("EXPORT", document, priority="LOWEST").job_id


def _by_sdk_in_the_url(world: World) -> str:
    return world.api.create_custom_job("EXPORT", jobmetadata=PAIRS, priority="LOWEST").job_id


def _by_bare_json(world: World) -> str:
    body = json.dumps({"field": [{"key": key, "value": value} for key, value in PAIRS.items()]}).encode()
    return str(json.loads(world.bare.send("POST", "/job?type=EXPORT&priority=LOWEST", body=body).data)["jobId"])


def _by_bare_xml(world: World) -> str:
    root = ET.Element("SimpleMetadataDocument", xmlns=NAMESPACE)
    for key, value in PAIRS.items():
        field = ET.SubElement(root, "field")
        ET.SubElement(field, "key").text = key
        ET.SubElement(field, "value").text = value
    # A line's end that is not the system's own is lost when it is not written as a number.
    body = ET.tostring(root).replace(b"\r", b"&#13;")
    answer = world.bare.send("POST", "/job?type=EXPORT&priority=LOWEST", XML, body, XML)
    return ET.fromstring(answer.data).findtext(f"{{{NAMESPACE}}}jobId") or ""


@pytest.mark.parametrize("write", [_by_sdk, _by_sdk_as_mapping, _by_sdk_in_the_url, _by_bare_json, _by_bare_xml])
def test_a_new_job_reads_alike_however_it_was_written(fresh: World, write: Callable[[World], str]) -> None:
    id = write(fresh)
    target = f"/job/{id}?metadata=true"
    document, model = fresh.bare.json(target), fresh.api.get_job(id, metadata=True)
    assert document["priority"] == model.priority == "LOWEST"
    assert _data(document) == PAIRS
    assert {pair.key: pair.value for pair in model.data or [] if pair.key in PAIRS} == PAIRS
    assert_json_says(document, model)
    assert_xml_says(ET.fromstring(fresh.bare.text(target, XML)), model)


def test_a_key_that_would_be_read_as_another_is_not_written(fresh: World) -> None:
    before = fresh.bare.text("/job")
    with pytest.raises(ApiValueError, match=r"^create_custom_job: jobmetadata must not have the key 'a=b': [^\n]+$"):
        fresh.api.create_custom_job("EXPORT", jobmetadata={"a=b": "c"})
    assert fresh.bare.text("/job") == before


def test_what_the_sdk_changes_is_seen_by_urllib3(fresh: World) -> None:
    fresh.api.update_job("VX-6", priority="IMMEDIATE")
    assert fresh.bare.json("/job/VX-6")["priority"] == "IMMEDIATE"
    fresh.api.abort_job("VX-7")
    assert fresh.bare.text("/job/VX-7") == "ABORTED_PENDING"
    copy = fresh.api.create_duplicate_job("VX-1", priority="LOW")
    document = fresh.bare.json(f"/job/{copy.job_id}?metadata=true")
    assert (document["type"], document["priority"]) == ("EXPORT", "LOW")
    assert {"key": "odd", "value": ODD} in document["data"]
    fresh.api.delete_jobs(["VX-1", "VX-2"])
    ids = fresh.bare.text("/job").split()
    assert "VX-3" in ids
    assert not {"VX-1", "VX-2"} & set(ids)


def test_what_urllib3_changes_is_seen_by_the_sdk(fresh: World) -> None:
    fresh.bare.send("PUT", "/job/VX-6?priority=IMMEDIATE")
    assert fresh.api.get_job("VX-6").priority == "IMMEDIATE"
    fresh.bare.send("DELETE", "/job/VX-7")
    assert fresh.api.get_job("VX-7").status == "ABORTED_PENDING"
    fresh.bare.send("DELETE", "/job?id=VX-1%2CVX-2")
    assert not {"VX-1", "VX-2"} & {job.job_id for job in fresh.api.get_jobs().job or []}


# Errors, too.

WRONG: dict[str, tuple[Callable[..., Any], str, dict[str, str | None]]] = {
    "an unknown job": (
        lambda w, **o: w.api.get_job("VX-999", **o),
        "/job/VX-999",
        {"kind": "notFound", "type": "Job", "id": "VX-999"},
    ),
    "a strange order": (
        lambda w, **o: w.api.get_jobs(sort=ODD, **o),
        f"/job?sort={quote(ODD, safe='')}",
        {"kind": "invalidInput", "id": "sort"},
    ),
    "a strange time": (
        lambda w, **o: w.api.get_jobs(starttime_to="yesterday", **o),
        "/job?starttime-to=yesterday",
        {"kind": "invalidInput", "id": "starttime-to", "value": "yesterday"},
    ),
}


@pytest.mark.parametrize("accept", [JSON, XML, TEXT])
@pytest.mark.parametrize("name", WRONG)
def test_errors(world: World, name: str, accept: str) -> None:
    call, target, expected = WRONG[name]
    answer = world.bare.send("GET", target, accept)
    assert answer.headers["Content-Type"].startswith(accept)
    with pytest.raises(ApiException) as caught:
        call(world, _accept=accept)
    assert (caught.value.status, caught.value.body) == (answer.status, answer.data.decode())
    error = caught.value.error
    assert error is not None
    assert {name: getattr(error, name) for name in expected} == expected
    if accept == JSON:
        assert error.explanation == json.loads(answer.data)[expected["kind"]].get("explanation")


def test_a_wrong_password(world: World) -> None:
    configuration = Configuration(host=f"{world.vidicore.url}/API", username="admin", password="wrong")
    with Bare(world.vidicore.url, password="wrong") as bare, ApiClient(configuration) as client:
        answer = bare.send("GET", "/job")
        with pytest.raises(ApiException) as caught:
            JobApi(client).get_jobs()
    assert (caught.value.status, caught.value.body) == (answer.status, answer.data.decode())
    assert answer.status == 401
