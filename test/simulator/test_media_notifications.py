"""Notifications: triggers, filters, payloads, and receivers that fail."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import vidispine
from test.simulator.clock import Clock
from test.simulator.http_client import TEXT, HttpClient
from test.simulator.media_harness import MediaHarness
from test.support.loopback import PASSWORD, Loopback, hang_up, reply, stall
from vidispine.simulator import Simulator

JSON = "application/json"


@pytest.fixture
def media(clock: Clock) -> Iterator[MediaHarness]:
    with MediaHarness(clock) as media:
        yield media


@pytest.fixture
def notifications(media: MediaHarness) -> vidispine.NotificationApi:
    return vidispine.NotificationApi(media.api_client)


def until(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def document(server: Loopback, trigger: dict[str, Any], path: str = "/cb", **http: Any) -> dict[str, Any]:
    action = {
        "url": f"{server.origin}{path}",
        "method": "POST",
        "timeout": "5",
        "retry": 0,
        "synchronous": False,
        "contentType": JSON,
        **http,
    }
    return {"action": {"http": action}, "trigger": trigger}


def fields(server: Loopback, number: int = -1) -> dict[str, str]:
    return {pair["key"]: pair["value"] for pair in json.loads(server.requests[number].body)["field"]}


def test_notification_of_a_finished_job(
    media: MediaHarness, notifications: vidispine.NotificationApi, server: Loopback, tmp_path: Path
) -> None:
    (tmp_path / "a.mov").write_bytes(b"x" * 1000)
    wanted = document(server, {"job": {"stop": ""}})
    (id,) = notifications.create_notification("job", notification_type=wanted).uri or []
    assert notifications.get_notifications("job").uri == [f"{media.vidicore.url}/API/job/notification/{id}"]
    job = media.imports.import_item(uri=(tmp_path / "a.mov").as_uri(), metadata_type={}, jobmetadata={"ticket": "7"})
    assert server.requests == []
    media.finish(job)
    until(lambda: server.requests)
    payload = fields(server)
    assert list(payload)[:4] == ["jobId", "status", "action", "type"]
    assert [payload[key] for key in ("jobId", "status", "action", "type", "itemId", "ticket")] == [
        job.job_id,
        "FINISHED",
        "STOP",
        "PLACEHOLDER_IMPORT",
        "VX-1",
        "7",
    ]
    assert server.last.header("Content-Type") == JSON
    assert (server.last.method, server.last.target) == ("POST", "/cb")
    notifications.delete_notification("job", id)
    media.finish(media.jobs.create_custom_job("EXPORT"))
    time.sleep(0.2)
    assert len(server.requests) == 1
    with pytest.raises(vidispine.NotFoundException):
        notifications.get_notification("job", id)


def test_job_triggers(media: MediaHarness, notifications: vidispine.NotificationApi, server: Loopback) -> None:
    for event in ("create", "update", "finished", "fail", "stop"):
        wanted = document(server, {"job": {event: ""}}, f"/{event}", group="one after the other")
        notifications.create_notification("job", notification_type=wanted)
    media.vidicore.jobs.behave("EXPORT", steps=2)
    media.vidicore.jobs.behave("ANALYZE", steps=1, fail_at=1, message="no space left")
    media.finish(media.jobs.create_custom_job("EXPORT"))
    until(lambda: len(server.requests) >= 5)
    assert sorted(request.target for request in server.requests) == [
        "/create",
        "/finished",
        "/stop",
        "/update",
        "/update",
    ]
    assert server.requests[0].target == "/create"
    server.requests.clear()
    media.finish(media.jobs.create_custom_job("ANALYZE"), "FAILED_TOTAL")
    until(lambda: len(server.requests) >= 4)
    assert sorted(request.target for request in server.requests) == ["/create", "/fail", "/stop", "/update"]
    assert fields(server)["errorMessage"] == "no space left"


def test_filter_and_content_filter(
    media: MediaHarness, notifications: vidispine.NotificationApi, server: Loopback
) -> None:
    trigger = {
        "job": {
            "stop": "",
            "filter": {"type": "TRANSCODE", "jobdata": {"key": "itemId", "value-regex": "VX-[12]"}},
            "contentFilters": {"contentFilter": ["jobId", "jobState", "itemId", "startTime"]},
        }
    }
    notifications.create_notification("job", notification_type=document(server, trigger))
    for type_name, item in (("EXPORT", "VX-1"), ("TRANSCODE", "VX-3"), ("TRANSCODE", "VX-2")):
        media.finish(media.jobs.create_custom_job(type_name, jobmetadata={"itemId": item}))
    until(lambda: server.requests)
    time.sleep(0.2)
    assert len(server.requests) == 1
    payload = fields(server)
    assert payload.pop("startTime").endswith("+0000")
    assert payload == {"action": "STOP", "jobId": "VX-3", "status": "FINISHED", "itemId": "VX-2"}


def test_notification_named_by_a_job(
    media: MediaHarness, notifications: vidispine.NotificationApi, server: Loopback
) -> None:
    wanted = document(
        server, {"job": {"finished": "", "placeholder": True}}, contentType="application/xml", extradata="x"
    )
    (id,) = notifications.create_placeholder_notification(notification_type=wanted).uri or []
    media.finish(media.jobs.create_custom_job("EXPORT"))
    job = media.jobs.create_custom_job("EXPORT", notification=id, notification_data="ticket 4711")
    media.finish(job)
    until(lambda: server.requests)
    root = ET.fromstring(server.only.body)
    space = "{http://xml.vidispine.com/schema/vidispine}"
    assert root.tag == f"{space}SimpleMetadataDocument"
    payload = {field.findtext(f"{space}key"): field.findtext(f"{space}value") for field in root}
    assert (payload["jobId"], payload["notificationData"], payload["extradata"]) == (job.job_id, "ticket 4711", "x")
    with pytest.raises(vidispine.NotFoundException):
        media.jobs.create_custom_job("EXPORT", notification="VX-99")
    again = media.jobs.create_duplicate_job(job.job_id)
    media.finish(again)
    assert notifications.get_placeholder_notifications().uri == [f"{media.vidicore.url}/API/notification/{id}"]


def test_item_shape_and_file_notifications(
    media: MediaHarness, notifications: vidispine.NotificationApi, server: Loopback, tmp_path: Path
) -> None:
    (tmp_path / "a.mov").write_bytes(b"x" * 1000)
    for type_name, kind, events in (
        ("item", "item", ("create", "delete")),
        ("item", "shape", ("create", "modify", "delete")),
        ("storage", "file", ("new", "close", "delete")),
    ):
        wanted = document(server, {kind: dict.fromkeys(events, "")}, f"/{kind}", group="all")
        notifications.create_notification(type_name, notification_type=wanted)
    item = media.import_file(tmp_path / "a.mov")
    (shape,) = media.shapes.get_shapes(item).uri or []
    media.shapes.add_shape_mime_type(item, shape, "a/b")
    media.items.delete_item(item)
    until(lambda: len(server.requests) >= 8)
    payload = [(request.target, fields(server, number)["action"]) for number, request in enumerate(server.requests)]
    assert payload == [
        ("/item", "CREATE"),
        ("/file", "NEW"),
        ("/file", "CLOSE"),
        ("/shape", "CREATE"),
        ("/shape", "MODIFY"),
        ("/shape", "DELETE"),
        ("/file", "DELETE"),
        ("/item", "DELETE"),
    ]
    assert fields(server, 3) == {"action": "CREATE", "itemId": item, "shapeId": shape, "shapeTag": "original"}


def test_notification_of_one_entity(
    media: MediaHarness, notifications: vidispine.NotificationApi, server: Loopback
) -> None:
    media.vidicore.jobs.behave("EXPORT", seconds=5)
    jobs = [media.jobs.create_custom_job("EXPORT") for _ in range(2)]
    wanted = document(server, {"job": {"stop": ""}}, method="PUT", contentType=TEXT)
    notifications.create_entity_notification("job", jobs[1].job_id, notification_type=wanted)
    assert notifications.get_notifications("job").uri is None
    (uri,) = notifications.get_entity_notifications("job", jobs[1].job_id).uri or []
    id = uri.rpartition("/")[2]
    changed = notifications.update_entity_notification("job", jobs[1].job_id, id, notification_type=wanted)
    assert changed.action.http is not None
    for job in jobs:
        media.finish(job)
    until(lambda: server.requests)
    assert server.only.method == "PUT"
    assert server.only.body.startswith(f"jobId={jobs[1].job_id}\r\n".encode())
    notifications.delete_entity_notifications("job", jobs[1].job_id)
    assert notifications.get_entity_notifications("job", jobs[1].job_id).uri is None


def test_failing_receiver_affects_no_other(
    media: MediaHarness, notifications: vidispine.NotificationApi, server: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    credentials = f"http://bob:{PASSWORD}@"
    wanted = document(server, {"job": {"stop": ""}}, retry=2)
    wanted["action"]["http"]["url"] = wanted["action"]["http"]["url"].replace("http://", credentials)
    notifications.create_notification("job", notification_type=wanted)
    dead = document(server, {"job": {"stop": ""}})
    dead["action"]["http"]["url"] = "http://127.0.0.1:9/"
    notifications.create_notification("job", notification_type=dead)
    server.responses = [reply(b"", 500), hang_up, reply(b"", 200), stall()]
    media.finish(media.jobs.create_custom_job("EXPORT"))
    until(lambda: len(server.requests) >= 3)
    assert {request.header("Authorization") for request in server.requests} == {"Basic Ym9iOnMzY3JldC1wYXNzdzByZA=="}
    # A receiver that never responds delays only its own notifications.
    media.finish(media.jobs.create_custom_job("EXPORT"))
    until(lambda: len(server.requests) >= 4)
    assert media.jobs.get_jobs().hits == 2
    assert PASSWORD not in caplog.text


def test_notification_without_polling(server: Loopback) -> None:
    with Simulator(speed=10) as vidicore, HttpClient(vidicore.url) as http:
        wanted = document(server, {"job": {"stop": ""}})
        assert http.send("POST", "/job/notification", body=wanted).status == 200
        http.create("EXPORT")
        until(lambda: server.requests)
        assert fields(server)["status"] == "FINISHED"


def test_notification_of_a_job_on_hold(server: Loopback) -> None:
    with Simulator(speed=50) as vidicore, HttpClient(vidicore.url) as http:
        vidicore.jobs.behave("EXPORT", hold=True)
        assert http.send("POST", "/job/notification", body=document(server, {"job": {"stop": ""}})).status == 200
        job = http.create("EXPORT")
        time.sleep(1)
        vidicore.jobs.release(job)
        until(lambda: server.requests)


def test_restart_keeps_notifications(clock: Clock, tmp_path: Path, server: Loopback) -> None:
    with MediaHarness(clock, tmp_path / "state.db") as media:
        api = vidispine.NotificationApi(media.api_client)
        api.create_notification("job", notification_type=document(server, {"job": {"stop": ""}}))
        job = media.jobs.create_custom_job("EXPORT")
    with MediaHarness(clock, tmp_path / "state.db") as media:
        media.finish(job)
        until(lambda: server.requests)


@pytest.mark.parametrize(
    ("type_name", "change", "status"),
    [
        ("job", {"trigger": {"item": {"create": ""}}}, 400),
        ("job", {"trigger": {"job": {}}}, 400),
        ("job", {"trigger": {}}, 400),
        ("job", {"trigger": {"collection": {"create": ""}}}, 400),
        ("job", {"action": {"jms": {"synchronous": False, "queueFactory": "x", "queue": "y"}}}, 501),
        ("job", {"action": {"http": {"synchronous": False, "url": "file:///etc/passwd", "timeout": "0"}}}, 400),
        ("quota", {}, 400),
    ],
)
def test_invalid_notification(
    media: MediaHarness, server: Loopback, type_name: str, change: dict[str, Any], status: int
) -> None:
    with HttpClient(media.vidicore.url) as http:
        wanted = {**document(server, {"job": {"stop": ""}}), **change}
        assert http.send("POST", f"/{type_name}/notification", body=wanted).status == status
