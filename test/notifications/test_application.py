"""The WSGI application responds with 200 only after the handler has returned, and rejects unauthorized requests."""

from __future__ import annotations

import io
import json
import threading
from base64 import b64encode
from typing import Any

import pytest

from vidispine import ApiTypeError, ApiValueError
from vidispine.notifications import Event, application

BODY = json.dumps(
    {
        "field": [
            {"key": "jobId", "value": "VX-1"},
            {"key": "status", "value": "FINISHED"},
            {"key": "action", "value": "STOP"},
        ]
    }
).encode()


def post(app: Any, body: bytes = BODY, **environ: Any) -> tuple[int, dict[str, str]]:
    response: list[Any] = []
    request = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "QUERY_STRING": "vidispine-kind=job",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **environ,
    }
    content = b"".join(app(request, lambda status, headers: response.extend([status, dict(headers)])))
    assert response[1]["Content-Length"] == str(len(content))
    return int(response[0].split()[0]), response[1]


def test_the_handler_gets_the_event() -> None:
    events: list[Event] = []
    assert post(application(events.append))[0] == 200
    assert post(application({"job": events.append}), REQUEST_METHOD="PUT")[0] == 200
    assert post(application({"job": events.append}), QUERY_STRING="")[0] == 200
    assert [(event.kind, event.job_id) for event in events] == [("job", "VX-1")] * 3


def test_the_kind_is_that_of_the_url() -> None:
    events: list[Event] = []
    app = application({"metadata": events.append})
    body = b'{"field": [{"key": "itemId", "value": "VX-1"}]}'
    assert post(app, body, QUERY_STRING="a=b&vidispine-kind=metadata")[0] == 200
    assert post(app, body, QUERY_STRING="")[0] == 404
    assert [event.kind for event in events] == ["metadata"]


def test_a_handler_that_fails_gets_the_notification_again(caplog: pytest.LogCaptureFixture) -> None:
    calls: list[Event] = []

    def handle(event: Event) -> None:
        calls.append(event)
        if len(calls) == 1:
            raise ZeroDivisionError

    app = application(handle, once=True)
    assert [post(app)[0] for _ in range(3)] == [500, 200, 200]
    assert len(calls) == 2
    assert "the handler of a notification failed" in caplog.text


def test_once_drops_only_repeated_ends_of_jobs() -> None:
    events: list[Event] = []
    app = application(events.append, once=True)
    for status, action in (("STARTED", "UPDATE"), ("STARTED", "UPDATE"), ("FINISHED", "STOP"), ("FINISHED", "STOP")):
        pairs = {"jobId": "VX-1", "status": status, "action": action}
        document = {"field": [{"key": key, "value": value} for key, value in pairs.items()]}
        assert post(app, json.dumps(document).encode())[0] == 200
    assert [event.action for event in events] == ["UPDATE", "UPDATE", "STOP"]


def test_an_end_that_arrives_twice_at_once_is_handled_once() -> None:
    entered, go, calls = threading.Event(), threading.Event(), []

    def handle(event: Event) -> None:
        calls.append(event)
        entered.set()
        assert go.wait(20)

    app = application(handle, once=True)
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(post(app)[0])) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert entered.wait(20)
    assert statuses == []
    go.set()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 3
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({"PATH_INFO": "/hooks/s3cret/jobs"}, 200),
        ({"QUERY_STRING": "token=s3cret"}, 200),
        ({"SCRIPT_NAME": "/s3cret", "PATH_INFO": "/"}, 200),
        ({}, 403),
        ({"PATH_INFO": "/s3cre"}, 403),
        ({"PATH_INFO": "/s3cretx"}, 403),
        ({"QUERY_STRING": "s3cret=1"}, 403),
    ],
)
def test_a_secret_in_the_url(environ: dict[str, str], status: int) -> None:
    events: list[Event] = []
    assert post(application(events.append, secret="s3cret"), BODY, **environ)[0] == status
    assert len(events) == (status == 200)


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        ("Basic " + b64encode("vidicore:pÄss".encode()).decode(), 200),
        ("basic " + b64encode("vidicore:pÄss".encode()).decode(), 200),
        ("Basic " + b64encode(b"vidicore:pass").decode(), 401),
        ("Bearer x", 401),
        ("Basic ###", 401),
        ("", 401),
    ],
)
def test_basic_credentials(authorization: str, status: int) -> None:
    app = application(lambda event: None, credentials=("vidicore", "pÄss"))
    code, headers = post(app, HTTP_AUTHORIZATION=authorization)
    assert code == status
    assert ("WWW-Authenticate" in headers) == (status == 401)


@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({"REQUEST_METHOD": "GET"}, 405),
        ({"CONTENT_LENGTH": ""}, 411),
        ({"CONTENT_LENGTH": "", "wsgi.input_terminated": True}, 200),
        ({"CONTENT_LENGTH": "x"}, 400),
        ({"CONTENT_LENGTH": "-1"}, 400),
        ({"CONTENT_LENGTH": "1000"}, 400),
        ({"wsgi.input": io.BytesIO(b"{" * len(BODY))}, 400),
    ],
)
def test_requests_that_are_no_notifications(environ: dict[str, Any], status: int) -> None:
    assert post(application(lambda event: None), **environ)[0] == status


def test_size_is_bounded() -> None:
    assert post(application(lambda event: None, max_bytes=10))[0] == 413
    chunked = {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}
    assert post(application(lambda event: None, max_bytes=10), BODY, **chunked)[0] == 413


def test_wrong_arguments() -> None:
    for handlers in (None, {}, {"job": 1}):
        with pytest.raises(ApiTypeError, match="handlers must be"):
            application(handlers)  # type: ignore[arg-type]
    with pytest.raises(ApiValueError, match="must not be empty"):
        application(print, secret="")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"handlers": {"jobs": print}}, ApiValueError, "there is no kind of notification 'jobs': did you mean 'job'?"),
        ({"handlers": {"deletionLock": print}}, ApiValueError, "did you mean 'deletion-lock'?"),
        ({"handlers": print, "credentials": "ab"}, ApiTypeError, "credentials must be a pair of texts"),
        ({"handlers": print, "credentials": ("user",)}, ApiTypeError, "credentials must be a pair of texts"),
        ({"handlers": print, "credentials": ("user", None)}, ApiTypeError, "credentials must be a pair of texts"),
        ({"handlers": print, "secret": 5}, ApiTypeError, "the secret must be text, not int"),
        ({"handlers": print, "secret": b"s"}, ApiTypeError, "the secret must be text, not bytes"),
    ],
)
def test_mistakes_are_reported_at_the_start(arguments: Any, error: Any, message: str) -> None:
    with pytest.raises(error) as raised:
        application(**arguments)
    assert message in str(raised.value)
    application({"job": print, "unknown": print, "acme-review": print})
