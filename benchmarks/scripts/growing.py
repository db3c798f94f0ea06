"""Times the decoding and encoding of documents of many sizes, whose numbers come from standard input."""

from __future__ import annotations

import gc
import json
import sys
from time import perf_counter
from typing import Any, Callable

import vidispine
from benchmarks.documents import deep_job, job_list
from benchmarks.scripts.ours import responding
from benchmarks.scripts.reading import read_job, read_jobs

RUNS, LEAST_SECONDS = 3, 0.3
"""Minimum number of runs of each kind of work, and minimum seconds in total."""


def main() -> None:
    """Read the sizes from standard input and print the seconds."""
    sizes = json.load(sys.stdin)
    print(
        json.dumps(
            {
                "jobs": {size: _times(job_list(size), _get_jobs, read_jobs) for size in sizes["jobs"]},
                "levels": {size: _times(deep_job(size), _get_job, read_job) for size in sizes["levels"]},
            }
        )
    )


def _get_jobs(api: vidispine.JobApi) -> Any:
    return api.get_jobs()


def _get_job(api: vidispine.JobApi) -> Any:
    return api.get_job("VX-1")


def _times(document: Any, call: Callable[[vidispine.JobApi], Any], read: Callable[[Any], None]) -> dict[str, float]:
    data = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    api = vidispine.JobApi(responding(data))
    view = call(api)

    def decode() -> None:
        read(call(api))

    return {
        "json.loads": _best(lambda: json.loads(data)),
        "decode and read everything": _best(decode),
        "the same, garbage collector off": _without_collector(decode),
        "encode": _best(view.to_json),
    }


def _without_collector(work: Callable[[], object]) -> float:
    gc.disable()
    try:
        return _best(work)
    finally:
        gc.enable()


def _best(work: Callable[[], object]) -> float:
    """Return the seconds of the fastest run."""
    best, runs = float("inf"), 0
    gc.collect()
    end = perf_counter() + LEAST_SECONDS
    while runs < RUNS or perf_counter() < end:
        start = perf_counter()
        work()
        best = min(best, perf_counter() - start)
        runs += 1
    return best


if __name__ == "__main__":
    main()
