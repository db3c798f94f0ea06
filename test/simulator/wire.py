"""Bare urllib3 requests, so that nothing of the SDK stands between a test and the simulator."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import urllib3

if TYPE_CHECKING:
    from typing_extensions import Self

JSON, TEXT, XML = "application/json", "text/plain", "application/xml"
NAMESPACE = "http://xml.vidispine.com/schema/vidispine"


class Reply:
    """An answer, as it came."""

    def __init__(self, response: urllib3.BaseHTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.data = response.data

    @property
    def text(self) -> str:
        return self.data.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    @property
    def xml(self) -> ET.Element:
        return ET.fromstring(self.data)

    @property
    def media_type(self) -> str:
        return self.headers["Content-Type"].partition(";")[0]

    @property
    def fault(self) -> tuple[str, dict[str, Any]]:
        """The kind of the error document and its members."""
        faults = {kind: fault for kind, fault in self.json.items() if fault is not None}
        assert len(faults) == 1
        return next(iter(faults.items()))


class Wire:
    """One user's requests to one server."""

    def __init__(self, url: str, username: str | None = "admin", password: str = "admin", token: str = "") -> None:
        self.url = url
        self.headers: dict[str, str] = {}
        if token:
            self.headers["Authorization"] = f"token {token}"
        elif username is not None:
            self.headers.update(urllib3.make_headers(basic_auth=f"{username}:{password}"))
        self.pool = urllib3.PoolManager(retries=False, timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.clear()

    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        *,
        accept: str = JSON,
        body: Any = None,
        content_type: str = JSON,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request; a body that is no text is sent as JSON."""
        target = f"{self.url}/API{path}" + (f"?{urlencode(query, doseq=True)}" if query else "")
        sent = {**self.headers, **(headers or {}), **({"Accept": accept} if accept else {})}
        if body is not None:
            sent["Content-Type"] = content_type
            body = body if isinstance(body, (str, bytes)) else json.dumps(body)
        return Reply(self.pool.request(method, target, body=body, headers=sent, redirect=False))

    def get(self, path: str, query: Mapping[str, Any] | None = None, **options: Any) -> Reply:
        return self.send("GET", path, query, **options)

    def create(self, type_name: str = "TRANSCODE", **query: Any) -> str:
        """Start a job and return its id."""
        reply = self.send("POST", "/job", {"type": type_name, **query})
        assert reply.status == 200, reply.text
        return str(reply.json["jobId"])

    def status(self, job_id: str) -> str:
        return self.get(f"/job/{job_id}", accept=TEXT).text

    def ids(self, **query: Any) -> list[str]:
        """Return the ids that ``GET /job`` lists."""
        reply = self.get("/job", {"idonly": "true", **{name.replace("_", "-"): value for name, value in query.items()}})
        assert reply.status == 200, reply.text
        return [job["jobId"] for job in reply.json.get("job", [])]
