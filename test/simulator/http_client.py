"""An HTTP client that uses urllib3 only, to test the simulator independently of the SDK."""

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


class Response:
    """A response, read completely."""

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
    def error(self) -> tuple[str, dict[str, Any]]:
        """The kind of the error and its members."""
        errors = {kind: error for kind, error in self.json.items() if error is not None}
        assert len(errors) == 1
        return next(iter(errors.items()))


class HttpClient:
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
    ) -> Response:
        """Send a request. A body that is not text or bytes is sent as JSON."""
        target = f"{self.url}/API{path}" + (f"?{urlencode(query, doseq=True)}" if query else "")
        all_headers = {**self.headers, **(headers or {}), **({"Accept": accept} if accept else {})}
        if body is not None:
            all_headers["Content-Type"] = content_type
            body = body if isinstance(body, (str, bytes)) else json.dumps(body)
        return Response(self.pool.request(method, target, body=body, headers=all_headers, redirect=False))

    def get(self, path: str, query: Mapping[str, Any] | None = None, **options: Any) -> Response:
        return self.send("GET", path, query, **options)

    def create(self, type_name: str = "TRANSCODE", **query: Any) -> str:
        """Start a job and return its id."""
        response = self.send("POST", "/job", {"type": type_name, **query})
        assert response.status == 200, response.text
        return str(response.json["jobId"])

    def status(self, job_id: str) -> str:
        return self.get(f"/job/{job_id}", accept=TEXT).text

    def ids(self, **query: Any) -> list[str]:
        """Return the ids that ``GET /job`` lists."""
        response = self.get(
            "/job", {"idonly": "true", **{name.replace("_", "-"): value for name, value in query.items()}}
        )
        assert response.status == 200, response.text
        return [job["jobId"] for job in response.json.get("job", [])]
