"""The client that openapi-generator creates from our description: pydantic models and urllib3."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Callable

import urllib3
import vidicore_client as models  # pyright: ignore[reportMissingImports] - it is installed only in the environment of this script

from benchmarks.scripts.reading import read_two
from benchmarks.scripts.typed import works
from benchmarks.scripts.worker import PAGE, Inputs, Work, serve


def client_of(host: str) -> Any:
    """Return a client that talks to a host."""
    return models.ApiClient(models.Configuration(host=host, username="admin", password="admin"))


def responding(body: bytes) -> Any:
    """Return a client that gets the same response for each request."""
    client = client_of("http://127.0.0.1")
    response = urllib3.HTTPResponse(body, {"Content-Type": "application/json"}, status=200)
    client.rest_client.pool_manager = SimpleNamespace(request=lambda *_, **__: response)
    return client


def jobs_of(body: bytes) -> Callable[[], Any]:
    """Return the call whose response is a list of jobs."""
    get_jobs: Callable[[], Any] = models.JobApi(responding(body)).get_jobs
    return get_jobs


def items_of(body: bytes) -> Callable[[], Any]:
    """Return the call whose response is a list of items."""
    get_items: Callable[[], Any] = models.ItemApi(responding(body)).get_items
    return get_items


def encode(model: Any) -> Any:
    """Return the text that is sent."""
    return model.to_json()


def get_job(inputs: Inputs) -> Work:
    """Read one job."""
    api = models.JobApi(client_of(inputs.host))
    return lambda: api.get_job("VX-500").status


def get_jobs(inputs: Inputs) -> Work:
    """Read a page of jobs."""
    api = models.JobApi(client_of(inputs.host))
    return lambda: read_two(api.get_jobs(number=PAGE))


if __name__ == "__main__":
    serve(works(models, jobs_of, items_of, encode, get_job, get_jobs, {"field": "var_field"}))
