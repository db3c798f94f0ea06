"""The workloads in terms of the SDK, for both of its versions."""

from __future__ import annotations

from typing import Any, Callable

import vidispine
from benchmarks.scripts.building import metadata
from benchmarks.scripts.reading import Reader, kept, read_by_types, read_two
from benchmarks.scripts.worker import PAGE, Inputs, Preparation, Work, in_threads

Responding = Callable[[bytes], vidispine.ApiClient]
"""Returns a client whose transport gives each request the same response in JSON, without a socket."""


def works(responding: Responding, text_of: Callable[[Any, Any], Any], without: str = "") -> dict[str, Preparation]:
    """Return all work.

    :param responding: makes a client
    :param text_of: makes of a client and a model the text that is sent
    :param without: attributes of metadata that its models have not got
    """
    reader, items_reader = Reader(), Reader(without=without)

    def jobs_of(inputs: Inputs) -> Callable[[], Any]:
        return vidispine.JobApi(responding(inputs.jobs)).get_jobs

    def then(read: Callable[[Any], object]) -> Preparation:
        def prepare(inputs: Inputs) -> Work:
            jobs = jobs_of(inputs)
            return lambda: read(jobs())

        return prepare

    def decode_items(inputs: Inputs) -> Work:
        items = vidispine.ItemApi(responding(inputs.items)).get_items
        return lambda: items_reader.items(items())

    def build(_: Inputs) -> Work:
        client = vidispine.ApiClient()
        return lambda: text_of(client, metadata(vidispine))

    def sending(inputs: Inputs) -> tuple[Any, Work]:
        """Return jobs, and a call that sends them."""
        jobs, client = jobs_of(inputs)(), responding(b"{}")
        headers = {"Content-Type": "application/json"}
        return jobs, lambda: client.call_api("/job", "POST", header_params=headers, body=jobs)

    def encode_edited(inputs: Inputs) -> Work:
        jobs, send = sending(inputs)

        def edit_and_send() -> None:
            job = jobs.job[len(jobs.job) // 2]
            job.priority = "HIGH" if job.priority == "LOW" else "LOW"
            send()

        return edit_and_send

    return {
        "keep": then(kept),
        "decode": then(id),
        "decode_two": then(read_two),
        "decode_all": then(reader.jobs),
        "decode_by_types": then(read_by_types),
        "decode_items": decode_items,
        "encode": lambda inputs: sending(inputs)[1],
        "encode_edited": encode_edited,
        "build": build,
        "get_job": _get_job,
        "get_jobs": _get_jobs,
        "get_job_in_threads": lambda inputs: in_threads(_get_job(inputs)),
    }


def _get_job(inputs: Inputs) -> Work:
    api = vidispine.JobApi(client_of(inputs.host))
    return lambda: api.get_job("VX-500").status


def _get_jobs(inputs: Inputs) -> Work:
    api = vidispine.JobApi(client_of(inputs.host))
    return lambda: read_two(api.get_jobs(number=PAGE))


def client_of(host: str) -> vidispine.ApiClient:
    """Return a client that talks to a host."""
    configuration = vidispine.Configuration()
    configuration.host = host
    configuration.username = configuration.password = "admin"
    return vidispine.ApiClient(configuration)
