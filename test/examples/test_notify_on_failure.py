"""The example that notifies a webhook of failed jobs."""

from __future__ import annotations

import json

import pytest

from test.examples.sandbox import Sandbox
from test.support.loopback import Loopback, Responder, hang_up, reply


@pytest.fixture
def reported(sandbox: Sandbox, server: Loopback) -> Loopback:
    sandbox.changes = {"NOTIFY_URL": f"{server.origin}/hooks/s3cret"}
    return server


def _texts(reported: Loopback) -> list[str]:
    return [json.loads(request.body)["text"] for request in reported.requests]


def test_each_failure_is_reported_once(sandbox: Sandbox, reported: Loopback) -> None:
    sandbox.move_to(days_ago=2)
    sandbox.failed(message="long ago")
    sandbox.move_to(days_ago=0)
    first = sandbox.failed(2)
    run = sandbox.run("notify_on_failure", "reported.json")
    assert (run.status, run.lines, run.errors) == (0, ["2 jobs reported"], [])
    (request,) = reported.requests
    assert (request.method, request.path) == ("POST", "/hooks/s3cret")
    assert request.header("Content-Type") == "application/json"
    assert _texts(reported) == ["\n".join(f"TRANSCODE {job} of item VX-7 failed: no space" for job in first)]

    assert sandbox.run("notify_on_failure", "reported.json").lines == ["0 jobs reported"]
    (later,) = sandbox.failed(type="EXPORT", message="disk full")
    assert sandbox.run("notify_on_failure", "reported.json").lines == ["1 jobs reported"]
    assert _texts(reported)[1:] == [f"EXPORT {later} of item VX-7 failed: disk full"]


@pytest.mark.parametrize(
    ("response", "problem"),
    [(reply("no", 503), "the webhook returned 503"), (hang_up, "cannot reach the webhook (ProtocolError)")],
    ids=["refused", "hung up"],
)
def test_undelivered_message_is_sent_later(
    sandbox: Sandbox, reported: Loopback, response: Responder, problem: str
) -> None:
    reported.responses = [response]
    sandbox.move_to(days_ago=0)
    (job,) = sandbox.failed()
    run = sandbox.run("notify_on_failure", "reported.json")
    assert (run.status, run.lines, run.errors) == (1, [], [f"notify_on_failure: {problem}"])
    assert sandbox.run("notify_on_failure", "reported.json").lines == ["1 jobs reported"]
    assert _texts(reported)[1:] == [f"TRANSCODE {job} of item VX-7 failed: no space"]


def test_invalid_webhook_url_is_not_shown(sandbox: Sandbox) -> None:
    sandbox.move_to(days_ago=0)
    sandbox.failed()
    for url in ("http://127.0.0.1:1/hooks/s3cret", "http://[s3cret", "https://:x/s3cret"):
        sandbox.changes = {"NOTIFY_URL": url}
        run = sandbox.run("notify_on_failure", "reported.json")
        assert run.status == 1
        (line,) = run.errors
        assert line.startswith("notify_on_failure: cannot reach the webhook"), line
        assert "s3cret" not in line


@pytest.mark.parametrize("url", ["", "hooks/s3cret", "ftp://chat.example/s3cret"])
def test_webhook_url_is_required(sandbox: Sandbox, url: str) -> None:
    sandbox.changes = {"NOTIFY_URL": url}
    run = sandbox.run("notify_on_failure", "reported.json")
    assert run.status == 2
    assert run.errors[-1].endswith("error: set NOTIFY_URL to the URL of the webhook, which must begin with https://")
