"""The work in terms of the SDK, whose names are the same in both of its versions."""

from __future__ import annotations

import json
from operator import attrgetter
from typing import Any, Callable

import vidispine
from worker import Inputs, Preparation, Work, in_threads


class Answer:
    """As much of an HTTP answer as the decoder looks at."""

    def __init__(self, data: Any) -> None:
        self.data = data


def works(body_of: Callable[[bytes], Any]) -> dict[str, Preparation]:
    """Return all work.

    :param body_of: makes of an answer's bytes what the SDK's HTTP layer hands to its decoder
    """

    def decode(inputs: Inputs) -> Any:
        return vidispine.ApiClient().deserialize(Answer(body_of(inputs.jobs)), "JobListType")

    def decode_two(inputs: Inputs) -> Work:
        return lambda: [(job.job_id, job.status) for job in decode(inputs).job]

    def decode_all(inputs: Inputs) -> Work:
        return lambda: read_all(decode(inputs))

    def encode(inputs: Inputs) -> Work:
        client, jobs = vidispine.ApiClient(), decode(inputs)
        return lambda: json.dumps(client.sanitize_for_serialization(jobs))

    def encode_edited(inputs: Inputs) -> Work:
        client, jobs = vidispine.ApiClient(), decode(inputs)

        def edit_and_encode() -> str:
            job = jobs.job[len(jobs.job) // 2]
            job.priority = "HIGH" if job.priority == "LOW" else "LOW"
            return json.dumps(client.sanitize_for_serialization(jobs))

        return edit_and_encode

    def get_job(inputs: Inputs) -> Work:
        api = job_api(inputs.host)
        return lambda: api.get_job("VX-500").status

    return {
        "decode_two": decode_two,
        "decode_all": decode_all,
        "encode": encode,
        "encode_edited": encode_edited,
        "get_job": get_job,
        "get_job_in_threads": lambda inputs: in_threads(get_job(inputs)),
    }


def job_api(host: str) -> vidispine.JobApi:
    """Return an API class that talks to a host."""
    configuration = vidispine.Configuration()
    configuration.host = host
    configuration.username = configuration.password = "admin"
    return vidispine.JobApi(vidispine.ApiClient(configuration))


_GETTERS: dict[type, attrgetter[Any]] = {}


def read_all(model: Any) -> None:
    """Read every attribute of a model and of all models below it, with as little work of our own as can be."""
    getter = _GETTERS.get(type(model))
    if getter is None:
        # attrgetter returns a tuple only when it is given two names or more.
        getter = _GETTERS[type(model)] = attrgetter(*model.openapi_types, "__doc__")
    for value in getter(model):
        if value.__class__ is list:
            for one in value:
                if hasattr(one, "openapi_types"):
                    read_all(one)
        elif hasattr(value, "openapi_types"):
            read_all(value)
