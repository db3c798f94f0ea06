"""Work on documents of any size, whose cost may only grow linearly."""

from __future__ import annotations

from typing import Any

from benchmarks.scripts.reading import read_job, read_jobs
from test.cost.measures import as_bytes
from vidispine import JobListType, JobType
from vidispine._documents.json import dump_json, load_json
from vidispine._documents.model import Model

__all__ = ["append_and_encode", "decoded", "edit_and_encode", "last_job", "read", "read_and_encode"]


def decoded(cls: type[Model], document: dict[str, Any]) -> Any:
    """Return the model of a response with a document."""
    return cls._view(load_json(as_bytes(document)), cls._origin)


def read(model: Any) -> None:
    (read_jobs if isinstance(model, JobListType) else read_job)(model)


def last_job(model: Any) -> Any:
    """Return the last job of a list, or the innermost job of a job."""
    jobs = model.job if isinstance(model, JobListType) else [model]
    while jobs:
        job, jobs = jobs[-1], jobs[-1].sub_job
    return job


def read_and_encode(model: Any) -> None:
    read(model)
    dump_json(model)


def edit_and_encode(model: Any) -> None:
    read(model)
    last_job(model).status = "FINISHED"
    dump_json(model)


def append_and_encode(model: Any) -> None:
    last_job(model).sub_job = [JobType.from_document({"jobId": "VX-1"})]
    dump_json(model)
