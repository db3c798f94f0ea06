"""This SDK."""

from __future__ import annotations

import tempfile

import vidispine
from benchmarks.scripts.building import values
from benchmarks.scripts.sdk import client_of, job_api, works
from benchmarks.scripts.worker import PAGE, Inputs, Work, new_file, serve
from benchmarks.scripts.xml_jobs import as_xml


def iterate(inputs: Inputs) -> Work:
    """Iterate over a long list."""
    api = job_api(inputs.host)

    def iterate() -> int:
        count = 0
        for job in api.iterate_jobs(page_size=PAGE):
            _ = job.job_id, job.status
            count += 1
        return count

    return iterate


def decode_xml(inputs: Inputs) -> Work:
    """Decode jobs in XML."""
    data = as_xml(inputs.jobs)
    return lambda: [(job.job_id, job.status) for job in vidispine.JobListType.from_xml(data)]


def build_by_name(_: Inputs) -> Work:
    """Build metadata of values by the names of fields."""
    return lambda: vidispine.Metadata(values()).to_json()


def file_down(inputs: Inputs) -> Work:
    """Download a file."""
    api = vidispine.FileApi(client_of(inputs.host))
    folder = tempfile.TemporaryDirectory()

    def bring() -> None:
        api.get_file_data("VX-1", _save_to=new_file(folder))

    return bring


def file_up(inputs: Inputs) -> Work:
    """Upload a file."""
    api = vidispine.ImportApi(client_of(inputs.host))

    def send() -> object:
        job = api.import_item_raw(inputs.file)
        return job and job.job_id

    return send


if __name__ == "__main__":
    all_work = works(bytes, lambda _, model: model.to_json())
    all_work.update(build_by_name=build_by_name, decode_xml=decode_xml, iterate=iterate)
    serve({**all_work, "file_down": file_down, "file_up": file_up})
