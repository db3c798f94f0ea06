"""The workloads in terms of the SDK, for both of its versions."""

from __future__ import annotations

from typing import Any, Callable

import vidispine
from benchmarks.scripts.building import metadata
from benchmarks.scripts.reading import Reader, kept
from benchmarks.scripts.worker import Inputs, Preparation, Work, in_threads


class Responder:
    """The part of an HTTP response that the decoder uses."""

    def __init__(self, data: Any) -> None:
        self.data = data


def works(
    body_of: Callable[[bytes], Any], text_of: Callable[[Any, Any], Any], without: str = ""
) -> dict[str, Preparation]:
    """Return all work.

    :param body_of: makes of a response's bytes what the SDK's HTTP layer hands to its decoder
    :param text_of: makes of a client and a model the text that is sent
    :param without: attributes of metadata that its models have not got
    """
    reader, items_reader = Reader(), Reader(without=without)

    def decode(inputs: Inputs) -> Any:
        return vidispine.ApiClient().deserialize(Responder(body_of(inputs.jobs)), "JobListType")

    def decode_items(inputs: Inputs) -> Work:
        client = vidispine.ApiClient()
        return lambda: items_reader.items(client.deserialize(Responder(body_of(inputs.items)), "ItemListType"))

    def build(_: Inputs) -> Work:
        client = vidispine.ApiClient()
        return lambda: text_of(client, metadata(vidispine))

    def decode_two(inputs: Inputs) -> Work:
        return lambda: [(job.job_id, job.status) for job in decode(inputs).job]

    def decode_all(inputs: Inputs) -> Work:
        return lambda: reader.jobs(decode(inputs))

    def encode(inputs: Inputs) -> Work:
        client, jobs = vidispine.ApiClient(), decode(inputs)
        return lambda: text_of(client, jobs)

    def encode_edited(inputs: Inputs) -> Work:
        client, jobs = vidispine.ApiClient(), decode(inputs)

        def edit_and_encode() -> Any:
            job = jobs.job[len(jobs.job) // 2]
            job.priority = "HIGH" if job.priority == "LOW" else "LOW"
            return text_of(client, jobs)

        return edit_and_encode

    def get_job(inputs: Inputs) -> Work:
        api = job_api(inputs.host)
        return lambda: api.get_job("VX-500").status

    return {
        "keep": lambda inputs: lambda: kept(decode(inputs)),
        "decode_two": decode_two,
        "decode_all": decode_all,
        "decode_items": decode_items,
        "encode": encode,
        "encode_edited": encode_edited,
        "build": build,
        "get_job": get_job,
        "get_job_in_threads": lambda inputs: in_threads(get_job(inputs)),
    }


def job_api(host: str) -> vidispine.JobApi:
    """Return an API class that talks to a host."""
    return vidispine.JobApi(client_of(host))


def client_of(host: str) -> vidispine.ApiClient:
    """Return a client that talks to a host."""
    configuration = vidispine.Configuration()
    configuration.host = host
    configuration.username = configuration.password = "admin"
    return vidispine.ApiClient(configuration)
