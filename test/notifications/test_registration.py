"""Callbacks are registered once, with the kind in their URL, for all kinds of entities and events."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import yaml

import vidispine
from vidispine import ApiTypeError, ApiValueError, Client, Metadata, NotificationJobTriggerTypeAllOfFilter
from vidispine.notifications import Event, application
from vidispine.simulator import Simulator

URL = "http://127.0.0.1:1/hook"


@pytest.fixture
def vidicore() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def sdk(vidicore: Simulator) -> Iterator[Client]:
    with Client(configuration=vidicore.configuration()) as client:
        yield client


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        pass


class Receiver:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.server = make_server("127.0.0.1", 0, application(self.events.append, secret="s"), handler_class=Quiet)
        self.url = f"http://127.0.0.1:{self.server.server_port}/s"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait(self, condition: Callable[[Event], bool]) -> Event:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            for event in list(self.events):
                if condition(event):
                    return event
            time.sleep(0.02)
        raise AssertionError(self.events)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def test_a_second_call_returns_the_same_notification(sdk: Client) -> None:
    api = sdk.notification
    first = api.on_job(URL, filter={"type": "TRANSCODE"})
    assert api.on_job(URL, filter={"type": "TRANSCODE"}) == first
    others = {
        api.on_job(URL),
        api.on_job(f"{URL}2", filter={"type": "TRANSCODE"}),
        api.on_job(URL, filter={"type": "TRANSCODE"}, events=["stop", "create"]),
        api.on_job(URL, filter={"type": "TRANSCODE"}, method="PUT"),
        api.on_job(URL, filter={"type": "TRANSCODE"}, content_type="application/xml"),
    }
    assert len(others | {first}) == 6
    assert len(api.get_notifications("job").uri or []) == 6
    api.delete_notification("job", first)
    assert api.on_job(URL, filter={"type": "TRANSCODE"}) != first


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (URL, f"{URL}?vidispine-kind=job"),
        (f"{URL}?a=b", f"{URL}?a=b&vidispine-kind=job"),
        ("https://user:pw@host", "https://user:pw@host/?vidispine-kind=job"),
    ],
)
def test_the_kind_is_in_the_url(sdk: Client, url: str, expected: str) -> None:
    id = sdk.notification.on_job(url, timeout=2.5, retry=0, group="g", extradata="x")
    document = sdk.notification.get_notification("job", id).to_document()
    assert document["action"]["http"] == {
        "url": expected,
        "synchronous": False,
        "timeout": "2.5",
        "contentType": "application/json",
        "method": "POST",
        "retry": 0,
        "group": "g",
        "extradata": "x",
    }


CALLS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "on_job": ("job", "job", ("create", "update", "finished", "fail", "stop")),
    "on_item": ("item", "item", ("create", "modify", "delete")),
    "on_metadata": ("item", "metadata", ("modify",)),
    "on_shape": ("item", "shape", ("create", "modify", "delete")),
    "on_access": ("item", "access", ("create", "change", "delete")),
    "on_collection": ("collection", "collection", ("create", "modify", "delete")),
    "on_storage": ("storage", "storage", ("create", "delete")),
    "on_file": ("storage", "file", ("new", "close", "change", "hash", "delete")),
    "on_quota": ("quota", "quota", ("create", "delete", "warning")),
    "on_group": ("group", "group", ("create", "modify", "delete")),
    "on_document": ("document", "document", ("create", "modify", "delete")),
    "on_deletion_lock": ("deletion-lock", "deletionLock", ("create", "modify", "delete", "effective", "expire")),
}


@pytest.mark.parametrize("name", CALLS)
def test_every_kind_and_all_of_its_events(sdk: Client, name: str) -> None:
    kind, trigger, events = CALLS[name]
    id = getattr(sdk.notification, name)(URL, events=events)
    present = sdk.notification.get_notification(kind, id).to_document()["trigger"]
    assert list(present) == [trigger]
    assert set(present[trigger]) == set(events)
    (url,) = sdk.notification.get_notifications(kind).uri or []
    assert url.endswith(f"/{kind}/notification/{id}")
    assert getattr(sdk.notification, name)(URL, events=events) == id
    assert getattr(sdk.notification, name)(URL) != id or len(events) == 1
    with pytest.raises(ApiValueError, match="no event 'crete'"):
        getattr(sdk.notification, name)(URL, events="crete")
    with pytest.raises(ApiValueError, match="pass at least one event: ") as raised:
        getattr(sdk.notification, name)(URL, events=[])
    assert set(events) <= set(str(raised.value).partition(": ")[2].split(", ")) <= {*events, "filename"}
    with pytest.raises(ApiTypeError, match=f"^{name} has no parameter 'evnts': did you mean 'events'"):
        getattr(sdk.notification, name)(URL, evnts="create")


def test_all_triggers_have_a_method() -> None:
    text = (Path(__file__).parents[2] / "spec" / "schemas" / "notification.yaml").read_text(encoding="utf-8")
    triggers = yaml.safe_load(text)["NotificationTypeTrigger"]["properties"]
    assert {trigger for _, trigger, _ in CALLS.values()} == set(triggers)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"url": "ftp://host/"}, ApiValueError),
        ({"url": "/hook"}, ApiValueError),
        ({"url": 1}, ApiTypeError),
        ({"url": URL, "events": []}, ApiValueError),
        ({"url": URL, "events": 1}, ApiTypeError),
        ({"url": URL, "method": "GET"}, ApiValueError),
        ({"url": URL, "timeout": -1}, ApiValueError),
        ({"url": URL, "timeout": float("nan")}, ApiValueError),
        ({"url": URL, "timeout": 10**400}, ApiValueError),
        ({"url": URL, "timeout": float("inf")}, ApiValueError),
        ({"url": URL, "timeout": "5"}, ApiTypeError),
    ],
)
def test_wrong_arguments_send_nothing(vidicore: Simulator, sdk: Client, arguments: Any, error: Any) -> None:
    with pytest.raises(error):
        sdk.notification.on_job(**arguments)
    assert len(vidicore.requests) == 0


@pytest.mark.parametrize("content_type", ["application/json", "application/xml", "text/plain"])
def test_the_end_of_a_job_arrives(sdk: Client, receiver: Receiver, content_type: str) -> None:
    sdk.notification.on_job(receiver.url, content_type=content_type)
    job = sdk.job.wait_for_job(sdk.job.create_custom_job("NONE"))
    event = receiver.wait(lambda event: event.job_id == job.job_id)
    assert (event.kind, event.action, event.status, event.is_final) == ("job", "STOP", "FINISHED", True)


def test_events_of_entities_arrive(sdk: Client, receiver: Receiver) -> None:
    api = sdk.notification
    for call in (api.on_collection, api.on_document, api.on_group):
        call(receiver.url, events=["create", "delete"], group="one")
    api.on_item(receiver.url, events=["create", "modify", "delete"], group="one")
    api.on_access(receiver.url, group="one")
    item = sdk.import_.create_placeholder(Metadata({"title": "x"}), container=1).id or ""
    sdk.metadata.save(Metadata({"title": "y"}), "item", item)
    sdk.access.create_access_control("item", item, {"user": "admin", "permission": "READ"})
    sdk.item.delete_item(item)
    collection = sdk.collection.create_collection(name="c").id or ""
    sdk.collection.delete_collection(collection)
    sdk.metadata.save(Metadata({"title": "y"}), "document", "notes")
    sdk.document.delete_document("notes")
    sdk.group.update_or_create_group("editors", {"groupName": "editors"})
    sdk.group.delete_group("editors")
    receiver.wait(lambda event: (event.kind, event.action) == ("group", "DELETE"))
    assert [(event.kind, event.action) for event in receiver.events] == [
        ("item", "CREATE"),
        ("item", "MODIFY"),
        ("access", "CREATE"),
        ("item", "DELETE"),
        ("collection", "CREATE"),
        ("collection", "DELETE"),
        ("document", "CREATE"),
        ("document", "DELETE"),
        ("group", "CREATE"),
        ("group", "DELETE"),
    ]
    assert receiver.events[0].item_id == item


def test_changes_of_metadata_arrive_as_filtered(sdk: Client, receiver: Receiver) -> None:
    item = sdk.import_.create_placeholder(Metadata({"title": "x"}), container=1).id or ""
    other = sdk.import_.create_placeholder(Metadata({"title": "x"}), container=1).id or ""
    sdk.notification.on_metadata(receiver.url, field=["description"], entity_id=item, group="one")
    sdk.notification.on_item(receiver.url, events="delete", group="one")
    for id, name in ((other, "description"), (item, "title"), (item, "description")):
        sdk.metadata.save(Metadata({name: "z"}), "item", id)
    sdk.item.delete_item(other)
    receiver.wait(lambda event: event.action == "DELETE")
    assert [(event.kind, event.action, event.item_id) for event in receiver.events] == [
        ("metadata", "MODIFY", item),
        ("item", "DELETE", other),
    ]


def test_the_path_of_older_servers_for_files(vidicore: Simulator, sdk: Client) -> None:
    from test.simulator.http_client import HttpClient

    with HttpClient(vidicore.url) as http:
        assert http.get("/storage/file/notification").status == 200


def test_it_is_public() -> None:
    assert vidispine.notifications.application is application


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            {"filter": "TRANSCODE"},
            ApiTypeError,
            "filter must be a mapping such as {'type': 'TRANSCODE'}, not 'TRANSCODE'",
        ),
        ({"filter": {"typ": "TRANSCODE"}}, ApiValueError, "a filter of jobs has no 'typ': did you mean 'type'?"),
        ({"filter": {"x": 1}}, ApiValueError, "a filter of jobs has no 'x': must be one of "),
        ({"content_type": "xml"}, ApiValueError, "must be a media type such as 'application/xml', not 'xml'"),
        ({"content_type": 5}, ApiValueError, "must be a media type such as 'application/xml', not 5"),
        ({"retry": -1}, ApiValueError, "the retry of a callback must be an integer of at least 0, not -1"),
        ({"retry": "3"}, ApiTypeError, "the retry of a callback must be an integer, not str"),
    ],
)
def test_mistakes_in_filters_and_types_send_nothing(
    vidicore: Simulator, arguments: Any, error: Any, message: str
) -> None:
    with Client(configuration=vidicore.configuration()) as client:
        with pytest.raises(error) as raised:
            client.notification.on_job("http://localhost:9/x", **arguments)
        assert message in str(raised.value)
        assert list(vidicore.requests) == []
        model = NotificationJobTriggerTypeAllOfFilter(type="TRANSCODE")
        id = client.notification.on_job("http://localhost:9/x", filter=model)  # type: ignore[arg-type]
        assert client.notification.on_job("http://localhost:9/x", filter={"type": "TRANSCODE"}) == id


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("colection", "there is no kind of entity 'colection': did you mean 'collection'?"),
        ("items", "there is no kind of entity 'items': did you mean 'item'?"),
        (None, "there is no kind of entity None: must be one of item, "),
        (["item"], "there is no kind of entity ['item']: must be one of item, "),
    ],
)
def test_a_misspelled_kind_sends_nothing(vidicore: Simulator, kind: Any, message: str) -> None:
    with Client(configuration=vidicore.configuration()) as client:
        for call in (client.notification.on_metadata, client.notification.on_access):
            with pytest.raises(ApiValueError) as raised:
                call("http://localhost:9/x", kind=kind)
            assert str(raised.value).startswith(message)
    assert list(vidicore.requests) == []
