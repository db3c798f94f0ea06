"""The client that openapi-generator makes of our description: pydantic models and urllib3."""

from __future__ import annotations

from typing import Any

import vidicore_client as models  # pyright: ignore[reportMissingImports] - it is made in an environment of its own

from benchmarks.scripts.typed import works
from benchmarks.scripts.worker import Inputs, Work, serve


def decode(cls: Any, data: bytes) -> Any:
    """Return an object of a class."""
    return cls.from_json(data.decode())


def encode(model: Any) -> Any:
    """Return the text that is sent."""
    return model.to_json()


def get_job(inputs: Inputs) -> Work:
    """Read one job."""
    configuration = models.Configuration(host=inputs.host, username="admin", password="admin")
    api = models.JobApi(models.ApiClient(configuration))
    return lambda: api.get_job("VX-500").status


if __name__ == "__main__":
    serve(works(models, decode, encode, get_job, {"field": "var_field"}))
