"""Calls the API within the process."""

from __future__ import annotations

import io
import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from vidispine._calls.operation import JSON
from vidispine._documents.json import load_json
from vidispine.simulator import SimulatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


BINARY = "application/octet-stream"


class LocalApi:
    """Calls the API of a simulator within the process. It needs no network.

    :param application: the WSGI application
    """

    def __init__(self, application: Callable[..., Iterable[bytes]], username: str, password: str) -> None:
        self._application = application
        self._credentials = "Basic " + b64encode(f"{username}:{password}".encode()).decode()

    def __call__(self, method: str, path: str, body: Any = None, content_type: str = JSON, /, **query: Any) -> Any:
        """Send a request. Return the document or the text of the response.

        :param body: a document, or the bytes of a file
        :raises SimulatorError: the response is an error
        """
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        target = f"/API{quote(path)}?{urlencode(query, doseq=True)}"
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": f"/API{path}",
            "REQUEST_URI": target,
            "CONTENT_TYPE": content_type,
            "CONTENT_LENGTH": str(len(data)),
            "HTTP_AUTHORIZATION": self._credentials,
            "HTTP_ACCEPT": "application/json, */*;q=0.5",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(data),
            "wsgi.errors": io.StringIO(),
            "wsgi.input_terminated": True,
        }
        status: list[str] = []
        response = b"".join(self._application(environ, lambda line, _headers: status.append(line)))
        if not status[0].startswith("2"):
            raise SimulatorError(f"sample data: {method} {path}: {status[0]}: {response.decode()}")
        return load_json(response) if response.startswith((b"{", b"[")) else response.decode()
