"""Notifications are read in JSON, XML and text, and nothing of them is lost."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

from vidispine import ApiTypeError, ApiValueError, SimpleMetadataType
from vidispine.notifications import Event, parse

# As a real server sent it (the job's data shortened).
PAIRS = [
    ("jobId", "VX-12"),
    ("status", "FINISHED"),
    ("action", "STOP"),
    ("type", "THUMBNAIL"),
    ("itemId", "VX-6"),
    ("acme", "kept"),
    ("tags", "a"),
    ("tags", "b"),
]
DOCUMENT = {"field": [{"key": key, "value": value} for key, value in PAIRS]}
XML = (
    '<?xml version="1.0"?><SimpleMetadataDocument xmlns="http://xml.vidispine.com/schema/vidispine">'
    + "".join(f"<field><key>{key}</key><value>{value}</value></field>" for key, value in PAIRS)
    + "</SimpleMetadataDocument>"
)
TEXT = "".join(f"{key}={value}\r\n" for key, value in PAIRS)
FORMS: list[tuple[Any, Any]] = [
    (json.dumps(DOCUMENT).encode(), "application/json"),
    (json.dumps(DOCUMENT), "application/json; charset=utf-8"),
    (json.dumps(DOCUMENT).encode(), None),
    (XML.encode(), "application/xml"),
    (XML.encode(), "text/xml;charset=UTF-8"),
    (XML, None),
    (TEXT.encode(), "text/plain"),
    (TEXT.replace("=", "\t").encode(), "text/plain"),
]


@pytest.mark.parametrize(("body", "content_type"), FORMS)
def test_the_end_of_a_job_in_every_format(body: Any, content_type: Any) -> None:
    event = parse(body, content_type)
    assert (event.kind, event.action, event.job_id, event.item_id, event.status, event.is_final) == (
        "job",
        "STOP",
        "VX-12",
        "VX-6",
        "FINISHED",
        True,
    )
    assert event.values["acme"] == "kept"
    assert event.get_all("tags") == ["a", "b"]
    assert isinstance(event.document, SimpleMetadataType)
    assert event.document.field
    assert [(pair.key, pair.value) for pair in event.document.field] == PAIRS
    assert repr(event) == "<Event job action=STOP jobId=VX-12 itemId=VX-6 status=FINISHED>"


def event(kind: str | None = None, **values: str) -> Event:
    return parse(json.dumps({"field": [{"key": key, "value": value} for key, value in values.items()]}), None, kind)


@pytest.mark.parametrize(
    ("parsed", "kind", "is_final"),
    [
        (event(jobId="VX-1", status="STARTED", action="UPDATE"), "job", False),
        (event(jobId="VX-1", status="FAILED_TOTAL", action="STOP"), "job", True),
        (event(jobId="VX-1", action="STOP"), "job", True),
        (event(jobId="VX-1", status="ABORTED_PENDING", action="UPDATE"), "job", False),
        (event(itemId="VX-1", action="CREATE"), "item", False),
        (event(acme="x"), "unknown", False),
        (event("quota", itemId="VX-1"), "quota", False),
        (event(), "unknown", False),
    ],
)
def test_kind_and_end(parsed: Event, kind: str, is_final: bool) -> None:
    assert (parsed.kind, parsed.is_final) == (kind, is_final)


def test_an_event_can_be_queued() -> None:
    """Such as for a worker in another process."""
    body = '{"field": [{"key": "jobId", "value": "VX-1"}, {"key": "k", "value": "a"}, {"key": "k", "value": "b"}]}'
    reported = parse(body, kind="job")
    for again in (pickle.loads(pickle.dumps(reported)), copy.deepcopy(reported)):
        assert (again.kind, again.job_id, again.get_all("k")) == ("job", "VX-1", ["a", "b"])
        assert again.document == reported.document
    assert json.loads(json.dumps(reported.values)) == {"jobId": "VX-1", "k": "a"}


def test_unknown_documents_are_kept() -> None:
    reported = parse('{"acmeId": 7, "nested": {"a": 1}, "ok": true}', "application/json")
    assert dict(reported.values) == {"acmeId": "7", "ok": "true"}
    assert reported.document.to_document() == {"acmeId": 7, "nested": {"a": 1}, "ok": True}
    item = parse(
        '<ItemDocument xmlns="http://xml.vidispine.com/schema/vidispine" id="VX-3"/>', "application/xml", "item"
    )
    assert (type(item.document).__name__, item.values["id"], item.kind) == ("ItemType", "VX-3", "item")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b"null", "application/json"),
        (b"\xff\xfe\xfa", "application/json"),
        (b"<a", "application/xml"),
        (b"", "application/xml"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "application/xml"),
        (b"[" * 100_000, "application/json"),
        (b"\xff", "text/plain"),
    ],
)
def test_what_is_no_notification(body: bytes, content_type: str) -> None:
    with pytest.raises(ApiValueError, match="the notification is"):
        parse(body, content_type)


def test_wrong_types() -> None:
    with pytest.raises(ApiTypeError, match="bytes or text"):
        parse({"field": []})  # type: ignore[arg-type]
    with pytest.raises(ApiTypeError, match="must be text, not int"):
        parse(b"", "text/plain", 5)  # type: ignore[arg-type]
