"""urllib3 and a JSON module used directly."""

from __future__ import annotations

from typing import Any, Callable

import urllib3

from benchmarks.scripts.building import Plain, metadata
from benchmarks.scripts.worker import PAGE, THREADS, Inputs, Preparation, Work, in_threads


def works(loads: Callable[[bytes], Any], dumps: Callable[[Any], Any]) -> dict[str, Preparation]:
    """Return all workloads. Reading values of a parsed response costs nothing here."""

    def decode(inputs: Inputs) -> Work:
        return lambda: loads(inputs.jobs)

    def decode_items(inputs: Inputs) -> Work:
        return lambda: loads(inputs.items)

    def encode(inputs: Inputs) -> Work:
        jobs = loads(inputs.jobs)
        return lambda: dumps(jobs)

    def build(_: Inputs) -> Work:
        return lambda: dumps(metadata(Plain))

    def get_job(inputs: Inputs) -> Work:
        pool = urllib3.PoolManager(maxsize=THREADS)
        headers = {"Accept": "application/json", **urllib3.make_headers(basic_auth="admin:admin")}
        url = f"{inputs.host}/job/VX-500"
        return lambda: loads(pool.request("GET", url, headers=headers).data)["status"]

    def iterate(inputs: Inputs) -> Work:
        pool = urllib3.PoolManager()
        headers = {"Accept": "application/json", **urllib3.make_headers(basic_auth="admin:admin")}

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
        "keep": decode,
        "decode_two": decode,
        "decode_all": decode,
        "decode_items": decode_items,
        "encode": encode,
        "encode_edited": encode,
        "build": build,
        "build_by_name": build,
        "get_job": get_job,
        "iterate": iterate,
        "get_job_in_threads": lambda inputs: in_threads(get_job(inputs)),
    }
