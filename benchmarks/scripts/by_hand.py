"""urllib3 and a JSON module used directly."""

from __future__ import annotations

from typing import Any, Callable

import urllib3

from benchmarks.scripts.building import Plain, metadata
from benchmarks.scripts.reading import FIELDS, GROUP
from benchmarks.scripts.worker import PAGE, THREADS, Inputs, Preparation, Work, in_threads


def works(loads: Callable[[bytes], Any], dumps: Callable[[Any], Any]) -> dict[str, Preparation]:
    """Return all workloads. Reading attributes of a parsed response costs nothing here."""
    return {**_documents(loads, dumps), **_calls(loads)}


def _documents(loads: Callable[[bytes], Any], dumps: Callable[[Any], Any]) -> dict[str, Preparation]:
    def decode(inputs: Inputs) -> Work:
        return lambda: loads(inputs.jobs)

    def decode_items(inputs: Inputs) -> Work:
        return lambda: loads(inputs.items)

    def metadata_by_name(inputs: Inputs) -> Work:
        return lambda: [[_value_of(item, name) for name in FIELDS] for item in loads(inputs.items)["item"]]

    def table(inputs: Inputs) -> Work:
        return lambda: [_row(item) for item in loads(inputs.items)["item"]]

    def encode(inputs: Inputs) -> Work:
        jobs = loads(inputs.jobs)
        return lambda: dumps(jobs)

    def build(_: Inputs) -> Work:
        return lambda: dumps(metadata(Plain))

    return {
        "keep": decode,
        "decode": decode,
        "decode_two": decode,
        "decode_all": decode,
        "decode_items": decode_items,
        "metadata_by_name": metadata_by_name,
        "table": table,
        "encode": encode,
        "encode_edited": encode,
        "build": build,
        "build_by_name": build,
    }


def _calls(loads: Callable[[bytes], Any]) -> dict[str, Preparation]:
    headers = {"Accept": "application/json", **urllib3.make_headers(basic_auth="admin:admin")}

    def get_job(inputs: Inputs) -> Work:
        pool = urllib3.PoolManager(maxsize=THREADS)
        url = f"{inputs.host}/job/VX-500"
        return lambda: loads(pool.request("GET", url, headers=headers).data)["status"]

    def get_jobs(inputs: Inputs) -> Work:
        pool = urllib3.PoolManager()
        url = f"{inputs.host}/job?number={PAGE}"

        def read() -> list[tuple[str, str]]:
            return [
                (job["jobId"], job["status"]) for job in loads(pool.request("GET", url, headers=headers).data)["job"]
            ]

        return read

    def iterate(inputs: Inputs) -> Work:
        pool = urllib3.PoolManager()

        def iterate() -> int:
            count, hits = 0, 1
            while count < hits:
                # Like the SDK: each page except the first begins with the last job of the previous page.
                query = f"first={max(count, 1)}&number={PAGE}&sort=jobId+asc"
                page = loads(pool.request("GET", f"{inputs.host}/job?{query}", headers=headers).data)
                hits = page["hits"]
                for job in page["job"][1 if count else 0 :]:
                    _ = job["jobId"], job["status"]
                    count += 1
            return count

        return iterate

    return {
        "get_job": get_job,
        "get_jobs": get_jobs,
        "iterate": iterate,
        "get_job_in_threads": lambda inputs: in_threads(get_job(inputs)),
    }


def _whole(item: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the timespans that cover an item as a whole."""
    timespans = item["metadata"]["timespan"]
    return [one for one in timespans if one["start"] == "-INF" and one["end"] == "+INF"]


def _value_of(item: dict[str, Any], name: str) -> str:
    for timespan in _whole(item):
        for field in timespan["field"]:
            if field["name"] == name:
                value: str = field["value"][0]["value"]
                return value
    raise KeyError(name)


def _row(item: dict[str, Any]) -> dict[str, Any]:
    """Return a line of the table."""
    group, name = GROUP
    found = [
        value["value"]
        for timespan in _whole(item)
        for one in timespan["group"]
        if one["name"] == group
        for field in one["field"]
        if field["name"] == name
        for value in field["value"]
    ]
    return {**{name: _value_of(item, name) for name in FIELDS}, ".".join(GROUP): found}
