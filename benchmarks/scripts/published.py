"""The published SDK, 5.0.4."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import urllib3

import vidispine
from benchmarks.scripts.sdk import works
from benchmarks.scripts.worker import serve


def responding(body: bytes) -> vidispine.ApiClient:
    """Return a client that gets the same response for each request."""
    client = vidispine.ApiClient()
    response = urllib3.HTTPResponse(body, {"Content-Type": "application/json"}, status=200)
    transport: Any = client.rest_client
    transport.pool_manager = SimpleNamespace(request=lambda *_, **__: response)
    return client


if __name__ == "__main__":
    # Its metadata models lack the attributes for user and time of a change.
    without = "uuid user timestamp change mode"
    serve(works(responding, lambda client, model: json.dumps(client.sanitize_for_serialization(model)), without))
