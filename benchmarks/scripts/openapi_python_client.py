"""The client that openapi-python-client creates from our description: attrs classes and httpx."""

from __future__ import annotations

import json
from typing import Any, Callable

import httpx  # pyright: ignore[reportMissingImports] - it is in an environment of its own
from vidicore_client import AuthenticatedClient, models  # pyright: ignore[reportMissingImports] - made elsewhere
from vidicore_client.api.item import get_items as get_items_api  # pyright: ignore[reportMissingImports]
from vidicore_client.api.job import get_job as get_job_api  # pyright: ignore[reportMissingImports]
from vidicore_client.api.job import get_jobs as get_jobs_api  # pyright: ignore[reportMissingImports]

from benchmarks.scripts.reading import read_two
from benchmarks.scripts.typed import works
from benchmarks.scripts.worker import PAGE, Inputs, Work, serve


def client_of(host: str, **settings: Any) -> Any:
    """Return a client that talks to a host."""
    return AuthenticatedClient(base_url=host, token="YWRtaW46YWRtaW4=", prefix="Basic", **settings)


def responding(body: bytes) -> Any:
    """Return a client that gets the same response for each request."""
    headers = {"Content-Type": "application/json"}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, content=body))
    return client_of("http://127.0.0.1", httpx_args={"transport": transport})


def jobs_of(body: bytes) -> Callable[[], Any]:
    """Return the call whose response is a list of jobs."""
    client = responding(body)
    return lambda: get_jobs_api.sync(client=client)


def items_of(body: bytes) -> Callable[[], Any]:
    """Return the call whose response is a list of items."""
    client = responding(body)
    return lambda: get_items_api.sync(client=client)


def encode(model: Any) -> Any:
    """Return the text that is sent."""
    return json.dumps(model.to_dict())


def get_job(inputs: Inputs) -> Work:
    """Read one job."""
    client = client_of(inputs.host)
    return lambda: get_job_api.sync("VX-500", client=client).status


def get_jobs(inputs: Inputs) -> Work:
    """Read a page of jobs."""
    client = client_of(inputs.host)
    return lambda: read_two(get_jobs_api.sync(client=client, number=PAGE))


if __name__ == "__main__":
    serve(works(models, jobs_of, items_of, encode, get_job, get_jobs, {"type": "type_"}))
