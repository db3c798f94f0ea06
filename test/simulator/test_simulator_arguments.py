"""Parameters of every type that an operation can declare."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.test import Client

from vidispine._calls.operation import JSON, TEXT, Operation, body, header, path, query
from vidispine.simulator import Simulator
from vidispine.simulator.http.application import Application
from vidispine.simulator.http.arguments import read_arguments, read_body
from vidispine.simulator.http.canned_responses import CannedResponses
from vidispine.simulator.http.errors import ApiError
from vidispine.simulator.http.streams import file_parameter
from vidispine.simulator.server import HANDLERS

UPLOAD: Operation[Any] = Operation(
    "upload",
    "POST",
    "/file/{file-id}/data",
    None,
    (),
    path("file-id"),
    header("size", "int", required=True),
    header("index", "int"),
    query("rate", "float"),
    query("tag", "multi"),
    query("priority", values="JobPriority"),
    query("since", "datetime"),
    query("on", "bool"),
    body("file", ("application/octet-stream",), required=True),
)
NAMED: Operation[Any] = Operation("named", "PUT", "/named", None, (), body("str", (TEXT,)))


def read(*pairs: tuple[str, str], **headers: str) -> dict[str, object]:
    return read_arguments(UPLOAD, {"file-id": "VX-1"}, pairs, {"size": "10", **headers}.get)


def test_each_parameter_type() -> None:
    given = read(("rate", "1.5"), ("tag", "a,b"), ("tag", "c"), ("priority", "LOW"), ("on", "True"), index="4")
    assert given == {
        "file-id": "VX-1",
        "size": 10,
        "index": 4,
        "rate": 1.5,
        "tag": ["a,b", "c"],
        "priority": "LOW",
        "on": True,
    }


@pytest.mark.parametrize(
    ("pair", "explanation"),
    [
        (("rate", "fast"), "rate must be a number"),
        (("rate", "nan"), "rate must be a number"),
        (("rate", "inf"), "rate must be a number"),
        (("on", "1"), "on must be true or false"),
        (("since", "now"), "since must be a time in ISO 8601, such as 2024-03-01T10:00:00Z"),
        (("priority", "URGENT"), "priority must be one of IMMEDIATE, HIGHEST, HIGH, MEDIUM, LOW, LOWEST"),
        (("tags", "a"), "upload has no parameter tags; did you mean tag?"),
        (("index", "10"), "upload has no parameter index"),
        (("nothing", ""), "upload has no parameter nothing"),
    ],
)
def test_invalid_arguments(pair: tuple[str, str], explanation: str) -> None:
    with pytest.raises(ApiError) as fault:
        read(pair)
    assert fault.value.members["explanation"] == explanation
    assert (fault.value.members["id"], fault.value.members["value"]) == pair


def test_invalid_headers() -> None:
    with pytest.raises(ApiError) as missing:
        read_arguments(UPLOAD, {"file-id": "VX-1"}, [], lambda name: None)
    assert missing.value.members["explanation"] == "upload needs size"
    with pytest.raises(ApiError) as wrong:
        read(index="first")
    assert wrong.value.members["explanation"] == "index must be an integer"


def test_bodies_other_than_documents() -> None:
    body = file_parameter(UPLOAD, "application/octet-stream")
    assert body is not None
    assert (body.wire, file_parameter(UPLOAD, ""), file_parameter(NAMED, TEXT)) == (body.wire, body, None)
    with pytest.raises(UnsupportedMediaType):
        file_parameter(UPLOAD, JSON)
    assert read_body(NAMED, b"text", TEXT) == b"text"
    assert read_body(NAMED, b"", JSON) is None
    with pytest.raises(UnsupportedMediaType):
        read_body(NAMED, b"{}", JSON)


def test_other_wsgi_server() -> None:
    vidicore = Simulator()
    try:
        client = Client(Application(vidicore._state, vidicore.users, HANDLERS, CannedResponses()))
        client.post("/API/job?type=EXPORT", auth=("admin", "admin"))
        response = client.get(
            "/API/job;idonly=true;sort=jobId%20asc", auth=("admin", "admin"), headers={"Accept": JSON}
        )
        assert response.json == {"hits": 1, "job": [{"jobId": "VX-1"}]}
    finally:
        vidicore.stop()
