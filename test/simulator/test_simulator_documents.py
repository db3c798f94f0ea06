"""Documents in JSON and XML, compared with the models."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from test.simulator.clock import Clock
from test.simulator.http_client import JSON, XML, HttpClient
from vidispine import models
from vidispine.simulator import Simulator
from vidispine.simulator.http.formats import json_time, read_time, xml_time
from vidispine.simulator.http.responses import Response, encode, read_document
from vidispine.simulator.http.validation import InvalidDocumentError, check_document, model_named

TASK = {
    "id": 31,
    "step": 1,
    "attempts": 1,
    "status": "FINISHED",
    "timestamp": "2024-03-01T10:00:01.000Z",
    "description": "Checking <&> \u00e5\U0001f600",
    "progress": {"value": 12.5, "total": 100, "unit": "percent"},
    "subStep": [{"timestamp": "2024-03-01T10:00:01.500Z", "description": "one"}],
}
JOB = {
    "jobId": "VX-12",
    "user": "admin",
    "started": "2024-03-01T10:00:00.000Z",
    "status": "STARTED",
    "type": "TRANSCODE",
    "priority": "MEDIUM",
    "totalSteps": 4,
    "data": [{"key": "itemId", "value": "VX-7"}, {"key": "empty", "value": ""}],
    "log": {"task": [TASK, {**TASK, "subTask": [TASK]}]},
    "subJob": [{"jobId": "VX-13", "status": "READY", "type": "TRANSCODE", "priority": "LOW"}],
}


def test_xml_round_trip() -> None:
    data = encode(Response(JOB), "JobType", XML)
    assert read_document("JobType", data, XML) == JOB
    assert b'<task id="31"><step>1</step>' in data


def test_json_round_trip() -> None:
    assert read_document("JobType", encode(Response(JOB), "JobType", JSON), JSON) == JOB


def test_text_is_converted_to_the_declared_type() -> None:
    given = {**JOB, "totalSteps": "4", "log": {"task": [{**TASK, "step": "1", "progress": {"value": "12.5"}}]}}
    checked = check_document(model_named("JobType"), given)
    assert checked["totalSteps"] == 4
    assert checked["log"]["task"][0]["progress"] == {"value": 12.5}


@pytest.mark.parametrize(
    ("change", "path", "explanation"),
    [
        ({"totalSteps": "many"}, "totalSteps", "totalSteps must be an integer"),
        ({"totalSteps": 1.5}, "totalSteps", "totalSteps must be an integer"),
        ({"totalSteps": True}, "totalSteps", "totalSteps must be an integer"),
        ({"started": "yesterday"}, "started", "started must be a time in ISO 8601"),
        ({"started": 5}, "started", "started must be a time in ISO 8601"),
        ({"status": None}, "status", "status is missing"),
        ({"color": "blue"}, "color", "JobType has no member color"),
        ({"log": {"task": [TASK, {**TASK, "attempts": []}]}}, "log.task[1].attempts", None),
        ({"log": {"task": [{**TASK, "progress": {"unit": "miles"}}]}}, "log.task[0].progress.unit", None),
        ({"log": {"task": [{**TASK, "progress": {"value": "nan"}}]}}, "log.task[0].progress.value", None),
        ({"subJob": [{"jobId": "VX-1"}]}, "subJob[0].status", "subJob[0].status is missing"),
    ],
)
def test_error_names_the_member(change: dict[str, Any], path: str, explanation: str | None) -> None:
    with pytest.raises(InvalidDocumentError) as error:
        check_document(model_named("JobType"), {**JOB, **change})
    assert error.value.path == path
    assert explanation is None or error.value.explanation == explanation


def test_format_of_times() -> None:
    time = datetime(2020, 10, 2, 17, 36, 54, 47_900, tzinfo=timezone(timedelta(hours=2)))
    assert json_time(time) == "2020-10-02T15:36:54.047+0000"
    assert xml_time(time) == "2020-10-02T15:36:54.047Z"
    assert read_time("2020-10-02T15:36:54.047+0000") == read_time("2020-10-02T17:36:54.047+02:00")
    assert read_time("2016-02-03T12:00:00.000000") == datetime(2016, 2, 3, 12, tzinfo=timezone.utc)


def test_xml_without_namespace() -> None:
    text = "<SimpleMetadataDocument><!----><field><key>a<![CDATA[<b>]]></key><value/></field></SimpleMetadataDocument>"
    assert read_document("SimpleMetadataType", text.encode(), XML) == {"field": [{"key": "a<b>", "value": ""}]}
    latin = '<?xml version="1.0" encoding="ISO-8859-1"?>' + text.replace("<b>", "\u00e5")
    document = read_document("SimpleMetadataType", latin.encode("latin-1"), XML)
    assert document == {"field": [{"key": "a\u00e5", "value": ""}]}


def test_xml_without_what_it_cannot_represent() -> None:
    response = Response({"field": [{"key": "a\x00\ud800b", "value": None}]}, model="SimpleMetadataType")
    assert encode(response, None, XML).endswith(b"<field><key>ab</key></field></SimpleMetadataDocument>")


def test_responses_match_the_models(http: HttpClient, vidicore: Simulator, clock: Clock) -> None:
    vidicore.jobs.behave("TRANSCODE", seconds=4, wait_for={"type": "P", "data": {"storage": "VX-3"}}, sub_jobs=2)
    vidicore.jobs.behave("EXPORT", fail_at=1, attempts=2)
    for name in ("TRANSCODE", "EXPORT", "THUMBNAIL", "ANALYZE"):
        http.create(name, jobmetadata="itemId=VX-7")
    clock.advance(1.25)
    for path, name in (
        ("/job/VX-1?metadata=true", "JobType"),
        ("/job?metadata=true&step=true", "JobListType"),
        ("/job?idonly=true", "JobListType"),
        ("/job/problem", "JobProblemListType"),
        ("/jobtype", "URIListType"),
        ("/token", "AuthenticationTokenType"),
        ("/version", "VersionType"),
        ("/task-definition/jobtype/EXPORT", "TaskDefinitionListType"),
    ):
        document = http.get(path).json
        model = getattr(models, name)
        if "idonly" not in path:
            model.from_document(document).validate()
            checked = check_document(model, document)
            assert json.dumps(checked, sort_keys=True) == json.dumps(document, sort_keys=True)
            assert in_order(model, document)
        assert len(http.get(path, accept=XML).xml) == sum(
            len(value) if isinstance(value, list) else 1 for value in document.values()
        )


def in_order(model: Any, document: dict[str, Any]) -> bool:
    """Return whether the members are in the order of the model."""
    wires = [field.wire for field in model.fields().values()]
    return sorted(document, key=wires.index) == list(document)
