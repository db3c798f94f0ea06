"""This SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import urllib3

import vidispine
from benchmarks.scripts.building import values
from benchmarks.scripts.reading import FIELDS, GROUP, read_two
from benchmarks.scripts.sdk import client_of, works
from benchmarks.scripts.worker import PAGE, Download, Inputs, Preparation, Work, serve
from benchmarks.scripts.xml_jobs import as_xml
from vidispine._transport.response import RESTResponse

if TYPE_CHECKING:
    from vidispine._transport.call import Call


def responding(body: bytes, media_type: str = "application/json") -> vidispine.ApiClient:
    """Return a client whose transport gives each request the same response, without a socket."""
    client = vidispine.ApiClient()

    def exchange(call: Call, *_: Any) -> RESTResponse:
        response = RESTResponse(urllib3.HTTPResponse(body, {"Content-Type": media_type}, status=200), call)
        response.data = body
        return response

    transport: Any = client.rest_client
    transport.exchange = exchange
    return client


def iterate(inputs: Inputs) -> Work:
    """Iterate over a long list."""
    api = vidispine.JobApi(client_of(inputs.host))

    def iterate() -> int:
        count = 0
        for job in api.iterate_jobs(page_size=PAGE):
            _ = job.job_id, job.status
            count += 1
        return count

    return iterate


def decode_xml(inputs: Inputs) -> Work:
    """Decode jobs in XML."""
    api = vidispine.JobApi(responding(as_xml(inputs.jobs), "application/xml"))
    return lambda: read_two(api.get_jobs())


def metadata_by_name(inputs: Inputs) -> Work:
    """Read fields of items by their names."""
    api = vidispine.ItemApi(responding(inputs.items))

    def read() -> list[list[str]]:
        return [[item.metadata[name] for name in FIELDS] for item in api.get_items() if item.metadata]

    return read


def table(inputs: Inputs) -> Work:
    """Make a table of items."""
    api = vidispine.ItemApi(responding(inputs.items))
    columns = [*FIELDS, ".".join(GROUP)]
    return lambda: list(vidispine.records(api.get_items(), columns))


def build_by_name(_: Inputs) -> Work:
    """Build metadata of values by the names of fields."""
    return lambda: vidispine.Metadata(values()).to_json()


def get_job_with_hooks(inputs: Inputs) -> Work:
    """Read one job with hooks."""
    client = client_of(inputs.host)
    client.configuration.before_request = [lambda _: None]
    client.configuration.after_call = [lambda _: None]
    api = vidispine.JobApi(client)
    return lambda: api.get_job("VX-500").status


def get_job_with_tracing(inputs: Inputs) -> Work:
    """Read one job with tracing."""
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.trace import TracerProvider

    from vidispine.opentelemetry import instrument

    client = client_of(inputs.host)
    instrument(client, tracer_provider=TracerProvider(), meter_provider=MeterProvider())
    api = vidispine.JobApi(client)
    return lambda: api.get_job("VX-500").status


def get_job_with_options(inputs: Inputs) -> Work:
    """Read one job with a client of its own."""
    client = client_of(inputs.host)
    return lambda: vidispine.JobApi(client.with_options(run_as="editor")).get_job("VX-500").status


def file_down(inputs: Inputs) -> Work:
    """Download a file."""
    api = vidispine.FileApi(client_of(inputs.host))
    return Download(lambda path: api.get_file_data("VX-1", _save_to=path))


def file_up(inputs: Inputs) -> Work:
    """Upload a file."""
    api = vidispine.ImportApi(client_of(inputs.host))

    def send() -> object:
        job = api.import_item_raw(inputs.file)
        return job and job.job_id

    return send


def all_works() -> dict[str, Preparation]:
    """Return all work that this environment has the packages for."""
    own = (
        *(iterate, decode_xml, metadata_by_name, table, build_by_name),
        *(get_job_with_hooks, get_job_with_options, file_down, file_up),
    )
    found = {**works(responding, lambda _, model: model.to_json()), **{work.__name__: work for work in own}}
    try:
        import opentelemetry.sdk  # noqa: F401 - it is an extra
    except ImportError:
        return found
    return {**found, "get_job_with_tracing": get_job_with_tracing}


if __name__ == "__main__":
    serve(all_works())
