"""Random requests about media: none causes an internal error, and the state stays readable."""

from __future__ import annotations

import json
import random
from typing import Any
from urllib.parse import quote, urlencode

from test.simulator.clock import Clock
from test.simulator.http_client import JSON, TEXT, XML, HttpClient
from vidispine._calls.operation import Operation
from vidispine.simulator import Simulator
from vidispine.simulator.http.routes import find_operation
from vidispine.simulator.server import HANDLERS

BYTES = "application/octet-stream"
MEDIA = {name for name, handler in HANDLERS.items() if handler.__module__.startswith("vidispine.simulator.media.")}
PNG = "image/png"

METHOD = {"uri": "file:///srv/a/", "read": True, "write": True, "browse": True}
DOCUMENTS: dict[str, list[Any]] = {
    "NotificationType": [
        {
            "action": {"http": {"synchronous": False, "url": "http://127.0.0.1:9/", "timeout": "1"}},
            "trigger": {kind: {event: ""}},
        }
        for kind, event in (("job", "stop"), ("item", "create"), ("file", "new"), ("shape", "create"), ("quota", "x"))
    ],
    "StorageType": [{"type": "LOCAL", "capacity": 1000, "method": [METHOD]}, {"capacity": 0}, {"autoDetect": True}],
    "FileType": [{"path": path, "state": "OPEN", "storage": "VX-1"} for path in ("a/b.mov", "../a", "c.wav")],
    "SimpleMetadataType": [{"field": [{"key": "a", "value": "b"}]}, {"field": [{"key": "a"}]}],
    "MetadataType": [{"timespan": [{"start": "-INF", "end": "+INF", "field": [{"name": "title", "value": []}]}]}],
    "TranscodePresetType": [{"format": "mp4", "video": {"codec": "h264"}}, {}],
    "ShapeType": [{"mimeType": ["a/b"], "binaryComponent": [{"file": [{"id": "VX-1", "state": "CLOSED"}]}]}],
    "PlaceholderImportRequestType": [{"video": ["file:///nowhere/a.mxf"]}, {"container": "http://127.0.0.1:9/"}],
    "ExportLocationType": [{"uri": "file:///in/vidispine-nowhere/"}, {"uriList": []}],
}
VALUES = (
    "", "VX-1", "VX-99", "true", "false", "0", "1", "-1", "9" * 40, "HIGH", "all", "fileId desc", "a=b", "a/b.mov", "*",
    "original", "CLOSED", "%", "\x00", "\u00e5\U0001f600", "../../etc/passwd", "file:///etc/passwd", "0@PAL",
    "mailto:x", "http://[", "file:///%00", "250@0", "10-1", "http://127.0.0.1:9/a.mov",
)  # fmt: skip
NAMES = {
    "component-type": ["container", "video"],
    "type": ["item", "job", "file", "storage", "LOCAL", "video"],
    "time": ["0@PAL", "25@25", "x"],
    "service": ["VX-1"],
    "tag-name": ["original", "lowres"],
    "group-name": ["a", "b"],
    "storagegroup-name": ["a", "b"],
    "location-name": ["a"],
    "keypath": ["a", "created"],
    "mime-type": ["video/quicktime", "a/b"],
    "state": ["CLOSED", "OPEN", "x"],
    "version": ["0", "1", "all"],
    "new-version": ["1", "x"],
    "transfer-id": ["t1"],
    "uri": ["file:///nowhere/a.mov", "http://127.0.0.1:9/a.mov"],
    "path": ["a/b.mov", "c.wav", ".."],
    "tag": ["original", "lowres"],
    "url": ["true", "file:///srv/b/"],
    "transferId": ["t1", "t2"],
    "createPosters": ["0@PAL,25@PAL", "true", "x"],
    "container": ["1", "2"],
    "first": ["0", "1", "-1"],
    "number": ["0", "3"],
    "priority": ["LOW", "x"],
    "sort": ["fileId desc", "size", "x"],
    "cursor": ["*", "1", "x"],
}


class RandomRequests:
    """Sends random requests."""

    def __init__(self, http: HttpClient) -> None:
        self.http = http
        self.random = random.Random(20240302)

    def value(self, name: str) -> str:
        known = NAMES.get(name) or (["VX-1", "VX-2", "VX-3", "VX-4"] if name.endswith(("id", "Id")) else ["true", "1"])
        return self.random.choice(known if self.random.random() < 0.85 else VALUES[1:])

    def body(self, operation: Operation[Any]) -> tuple[Any, str]:
        for parameter in operation.parameters:
            if parameter.location == "body":
                document = self.random.choice(DOCUMENTS.get(parameter.type, ["bytes", "\x89PNG\r\n\x1a\n"]))
                content_type = self.random.choice(parameter.content_types)
                if self.random.random() < 0.9 and not (isinstance(document, dict) and content_type == XML):
                    return document, content_type
                return self.random.choice(["<a/>", "[]", "x", None, {}]), self.random.choice([JSON, XML, TEXT, BYTES])
        return None, JSON

    def send(self, operation: Operation[Any]) -> int:
        path = operation.path
        for parameter in operation.parameters:
            path = path.replace(f"{{{parameter.wire}}}", quote(self.value(parameter.wire), safe=""))
        query = [
            (parameter.wire, self.value(parameter.wire))
            for parameter in operation.parameters
            if parameter.location == "query" and self.random.random() < (0.9 if parameter.required else 0.12)
        ]
        body, content_type = self.body(operation)
        response = self.http.send(
            operation.method,
            f"{path}?{urlencode(query)}",
            accept=self.random.choice(["", "*/*", *operation.accept]),
            body=json.dumps(body) if isinstance(body, (dict, list)) else body,
            content_type=content_type,
            headers=self.random.choice([{}, {}, {}, {"index": "0", "size": "9"}, {"index": "-1", "size": "x"}]),
        )
        assert response.status != 500, (operation.name, path, query, body, response.text)
        return response.status


def test_random_requests_never_cause_500(http: HttpClient, vidicore: Simulator, clock: Clock) -> None:
    requests = RandomRequests(http)
    for type_name in ("PLACEHOLDER_IMPORT", "RAW_IMPORT", "TRANSCODE", "EXPORT", "COPY_FILE", "SHAPE_IMPORT"):
        vidicore.jobs.behave(type_name, seconds=0)
    known = [find_operation(name) for name in sorted(MEDIA)]
    seen: dict[str, set[int]] = {}
    for turn in range(14):
        # Entities for the requests to find. They are rarely deleted.
        for name in ("a.mov", "b.wav"):
            response = http.send("POST", "/import/raw", {"filename": name}, body=b"moving", content_type=BYTES)
            assert response.status == 200, response.text
        assert http.send("PUT", "/shape-tag/lowres", body={"format": "mp4"}).status == 200
        clock.advance(1)
        for operation in known:
            if operation.method != "DELETE" or turn % 7 == 6:
                seen.setdefault(operation.name, set()).add(requests.send(operation))
    assert {200, 204, 400, 404, 409, 501} <= set().union(*seen.values())
    successful = [name for name, statuses in seen.items() if statuses & {200, 204}]
    assert len(successful) > 0.6 * len(seen)
    assert http.get("/storage/file", {"number": 1000, "includeItem": "true"}).status == 200
    assert http.get("/item", {"content": "shape,uri,thumbnail,poster,metadata", "number": 1000}).status == 200
