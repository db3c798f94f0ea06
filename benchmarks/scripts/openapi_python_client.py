"""The client that openapi-python-client makes of our description: attrs classes and httpx."""

from __future__ import annotations

import json
from typing import Any

from vidicore_client import AuthenticatedClient, models  # pyright: ignore[reportMissingImports] - made elsewhere
from vidicore_client.api.job import get_job as get_job_api  # pyright: ignore[reportMissingImports]

from benchmarks.scripts.typed import works
from benchmarks.scripts.worker import Inputs, Work, serve


def decode(cls: Any, data: bytes) -> Any:
    """Return an object of a class."""
    return cls.from_dict(json.loads(data))


def encode(model: Any) -> Any:
    """Return the text that is sent."""
    return json.dumps(model.to_dict())


def get_job(inputs: Inputs) -> Work:
    """Read one job."""
    client = AuthenticatedClient(base_url=inputs.host, token="YWRtaW46YWRtaW4=", prefix="Basic")
    return lambda: get_job_api.sync("VX-500", client=client).status


if __name__ == "__main__":
    serve(works(models, decode, encode, get_job, {"type": "type_"}))
