"""The examples of the guide and the cookbook page run unchanged."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

from vidispine.simulator import Simulator

DOCS = Path(__file__).parents[2] / "docs"
JSON = "application/json"
BODY = json.dumps({"field": [{"key": "jobId", "value": "VX-1"}, {"key": "status", "value": "FINISHED"}]})
SAID = "job VX-1 ended with FINISHED\n"


def examples(page: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


REGISTER, PARSE, APPLICATION, FLASK, FASTAPI, LAMBDA = examples("guides/notifications.md")


def names_in(example: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "callback", "__file__": __file__}
    exec(compile(example, __file__, "exec"), names)
    return names


def test_parse(capsys: pytest.CaptureFixture[str]) -> None:
    exec(PARSE, {})
    assert capsys.readouterr().out.splitlines() == re.findall(r"\)  # (.+)$", PARSE, re.MULTILINE)


@pytest.mark.shows_secrets  # the simulator's own password is in the environment
def test_register(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with Simulator() as vidicore:
        for name, value in (("HOST", vidicore.url), ("USERNAME", "admin"), ("PASSWORD", "admin")):
            monkeypatch.setenv(f"VIDISPINE_{name}", value)
        exec(REGISTER, {})
    assert capsys.readouterr().out == "True\n"


def test_application(capsys: pytest.CaptureFixture[str]) -> None:
    werkzeug = pytest.importorskip("werkzeug.test")
    client = werkzeug.Client(names_in(APPLICATION)["app"])
    assert client.post("/s3cret?vidispine-kind=job", data=BODY, content_type=JSON).status_code == 200
    assert client.post("/?vidispine-kind=job", data=BODY, content_type=JSON).status_code == 403
    assert capsys.readouterr().out == SAID


def test_flask(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("flask")
    client = names_in(FLASK)["app"].test_client()
    assert client.post("/vidicore/s3cret?vidispine-kind=job", data=BODY, content_type=JSON).status_code == 204
    assert client.post("/vidicore/other", data=BODY, content_type=JSON).status_code == 403
    assert capsys.readouterr().out == SAID


@pytest.mark.filterwarnings("ignore")  # those of FastAPI's own test client
def test_fastapi(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("fastapi")
    testclient = pytest.importorskip("fastapi.testclient")
    client = testclient.TestClient(names_in(FASTAPI)["app"])
    headers = {"Content-Type": JSON}
    assert client.post("/vidicore/s3cret?vidispine-kind=job", content=BODY, headers=headers).status_code == 200
    assert client.post("/vidicore/other", content=BODY, headers=headers).status_code == 403
    assert capsys.readouterr().out == SAID


def test_lambda(capsys: pytest.CaptureFixture[str]) -> None:
    handler = names_in(LAMBDA)["handler"]
    request = {
        "rawPath": "/vidicore/s3cret",
        "headers": {"content-type": JSON},
        "queryStringParameters": {"vidispine-kind": "job"},
        "body": base64.b64encode(BODY.encode()).decode(),
        "isBase64Encoded": True,
    }
    assert handler(request, None) == {"statusCode": 204}
    assert handler({**request, "body": BODY, "isBase64Encoded": False}, None) == {"statusCode": 204}
    assert handler({**request, "rawPath": "/vidicore/"}, None) == {"statusCode": 403}
    assert capsys.readouterr().out == SAID * 2
