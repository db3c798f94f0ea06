"""The workloads in terms of document classes, for contenders that are no SDK for this API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

from benchmarks.scripts.building import metadata
from benchmarks.scripts.reading import Reader, kept
from benchmarks.scripts.worker import Inputs, Preparation, Work, in_threads


def works(
    models: Any,
    decode: Callable[[Any, bytes], Any],
    encode: Callable[[Any], Any],
    get_job: Preparation,
    renamed: Mapping[str, str] | None = None,
) -> dict[str, Preparation]:
    """Return all work.

    :param models: what has the classes
    :param decode: makes an object of a class from JSON
    :param encode: makes JSON of an object
    :param get_job: prepares the call that reads one job
    :param renamed: attributes that the classes call otherwise
    """
    reader = Reader(renamed)

    def jobs_of(inputs: Inputs) -> Any:
        return decode(models.JobListType, inputs.jobs)

    def encode_edited(inputs: Inputs) -> Work:
        jobs = jobs_of(inputs)

        def edit_and_encode() -> Any:
            job = jobs.job[len(jobs.job) // 2]
            job.priority = "HIGH" if job.priority == "LOW" else "LOW"
            return encode(jobs)

        return edit_and_encode

    def encode_untouched(inputs: Inputs) -> Work:
        jobs = jobs_of(inputs)
        return lambda: encode(jobs)

    return {
        "keep": lambda inputs: lambda: kept(jobs_of(inputs)),
        "decode_two": lambda inputs: lambda: [(job.job_id, job.status) for job in jobs_of(inputs).job],
        "decode_all": lambda inputs: lambda: reader.jobs(jobs_of(inputs)),
        "decode_items": lambda inputs: lambda: reader.items(decode(models.ItemListType, inputs.items)),
        "encode": encode_untouched,
        "encode_edited": encode_edited,
        "build": lambda _: lambda: encode(metadata(models)),
        "get_job": get_job,
        "get_job_in_threads": lambda inputs: in_threads(get_job(inputs)),
    }
