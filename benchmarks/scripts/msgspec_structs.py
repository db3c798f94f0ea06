"""msgspec with structs written for these documents: the limit of typed decoding.

Times remain text, because msgspec does not accept the zone format of servers (no colon).
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Callable, Optional

import msgspec  # pyright: ignore[reportMissingImports] - it is in an environment of its own
import urllib3

from benchmarks.scripts.reading import read_two
from benchmarks.scripts.typed import works
from benchmarks.scripts.worker import PAGE, THREADS, Inputs, Preparation, Work, serve


def struct(name: str, required: dict[str, Any], texts: str = "", others: dict[str, Any] | None = None) -> Any:
    """Return a class.

    :param required: attributes that are always present
    :param texts: names of attributes that are texts and may be missing
    :param others: further attributes that may be missing
    """
    optional = {**dict.fromkeys(texts.split(), str), **(others or {})}
    fields = [*required.items(), *((field, Optional[kind], None) for field, kind in optional.items())]
    return msgspec.defstruct(name, fields, rename="camel", omit_defaults=True)


list_of: Any = list.__class_getitem__
ANYTHING = list[Any]
SET = "uuid user timestamp change mode"

Pair = struct("Pair", {"key": str, "value": str})
Progress = struct("Progress", {"value": float, "total": int, "unit": str})
Task = struct(
    "Task",
    {"id": int, "step": int, "attempts": int, "status": str, "timestamp": str, "description": str},
    "error_message",
    {"progress": Progress, "sub_step": ANYTHING, "total_sub_tasks": int, "sub_task": ANYTHING},
)
Log = struct("Log", {"task": list_of(Task)})
Job = struct(
    "Job",
    {"job_id": str, "user": str, "started": str, "status": str, "type": str, "priority": str, "total_steps": int},
    "finished",
    {"data": list_of(Pair), "log": Log, "current_step": Any, "waiting": Any, "sub_job": ANYTHING},
)
Value = struct("Value", {}, f"value lang id {SET}")
Field = struct(
    "Field",
    {},
    f"name reference inheritance track {SET}",
    {"value": list_of(Value), "referenced": Any, "data": list_of(Pair), "type": Any, "id": list[str]},
)
Group = struct(
    "Group",
    {},
    f"name reference inheritance {SET}",
    {
        "field": list_of(Field),
        "group": ANYTHING,
        "referenced": Any,
        "data": list_of(Pair),
        "id": list[str],
        "cycle": bool,
    },
)
Timespan = struct("Timespan", {}, "start end base", {"field": list_of(Field), "group": list_of(Group)})
Metadata = struct("Metadata", {}, "revision template", {"timespan": list_of(Timespan), "group": list[str]})
Item = struct(
    "Item",
    {"id": str},
    "start end base",
    {
        "metadata": Metadata,
        **dict.fromkeys(("files", "merged_access", "thumbnails", "posters", "terse"), Any),
        **dict.fromkeys(("timespan", "access", "shape", "external_id"), ANYTHING),
    },
)

# The names that the shared workloads use.
MODELS = SimpleNamespace(
    JobListType=struct("JobListType", {"hits": int, "job": list_of(Job)}),
    ItemListType=struct("ItemListType", {"hits": int, "item": list_of(Item)}),
    MetadataType=Metadata,
    MetadataTypeTimespan=Timespan,
    MetadataGroupValueType=Group,
    MetadataFieldValueType=Field,
    MetadataValueType=Value,
)
DECODERS = {cls: msgspec.json.Decoder(cls).decode for cls in (MODELS.JobListType, MODELS.ItemListType, Job)}


def decoding(cls: Any) -> Callable[[bytes], Callable[[], Any]]:
    """Return what prepares the decoding of JSON to an object of a class."""
    decode = DECODERS[cls]
    return lambda data: lambda: decode(data)


def calling(cls: Any, target: str, read: Callable[[Any], object]) -> Preparation:
    """Return what prepares a call of urllib3 whose response is an object of a class."""

    def prepare(inputs: Inputs) -> Work:
        pool, decode = urllib3.PoolManager(maxsize=THREADS), DECODERS[cls]
        headers = {"Accept": "application/json", **urllib3.make_headers(basic_auth="admin:admin")}
        url = inputs.host + target
        return lambda: read(decode(pool.request("GET", url, headers=headers).data))

    return prepare


if __name__ == "__main__":
    jobs, items = decoding(MODELS.JobListType), decoding(MODELS.ItemListType)
    get_job = calling(Job, "/job/VX-500", lambda job: job.status)
    get_jobs = calling(MODELS.JobListType, f"/job?number={PAGE}", read_two)
    serve(works(MODELS, jobs, items, msgspec.json.Encoder().encode, get_job, get_jobs))
