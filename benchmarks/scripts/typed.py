"""The workloads in terms of document classes, for contenders with other SDKs or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

from benchmarks.scripts.building import metadata
from benchmarks.scripts.reading import Reader, kept, read_two
from benchmarks.scripts.worker import Inputs, Preparation, Work, in_threads


def works(
    models: Any,
    jobs_of: Callable[[bytes], Callable[[], Any]],
    items_of: Callable[[bytes], Callable[[], Any]],
    encode: Callable[[Any], Any],
    get_job: Preparation,
    get_jobs: Preparation,
    renamed: Mapping[str, str] | None = None,
) -> dict[str, Preparation]:
    """Return all workloads.

    :param models: an object with the classes as attributes
    :param jobs_of: prepares the call whose response is a list of jobs in JSON, without a socket
    :param items_of: the same for items
    :param encode: returns an object as JSON
    :param get_job: prepares the call that reads one job
    :param get_jobs: prepares the call that reads a page of jobs, and two attributes of each
    :param renamed: attributes that have other names in these classes
    """
    reader = Reader(renamed)

    def then(read: Callable[[Any], object]) -> Preparation:
        def prepare(inputs: Inputs) -> Work:
            jobs = jobs_of(inputs.jobs)
            return lambda: read(jobs())

        return prepare

    def decode_items(inputs: Inputs) -> Work:
        items = items_of(inputs.items)
        return lambda: reader.items(items())

    def encode_edited(inputs: Inputs) -> Work:
        jobs = jobs_of(inputs.jobs)()

        def edit_and_encode() -> Any:
            job = jobs.job[len(jobs.job) // 2]
            job.priority = "HIGH" if job.priority == "LOW" else "LOW"
            return encode(jobs)

        return edit_and_encode

    def encode_untouched(inputs: Inputs) -> Work:
        jobs = jobs_of(inputs.jobs)()
        return lambda: encode(jobs)

    return {
        "keep": then(kept),
        "decode_two": then(read_two),
        "decode_all": then(reader.jobs),
        "decode_items": decode_items,
        "encode": encode_untouched,
        "encode_edited": encode_edited,
        "build": lambda _: lambda: encode(metadata(models)),
        "get_job": get_job,
        "get_jobs": get_jobs,
        "get_job_in_threads": lambda inputs: in_threads(get_job(inputs)),
    }
