"""A script that uses one client for everything; type checkers must infer each type in ``assert_type``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

from typing_extensions import assert_type

import vidispine
from vidispine import (
    ApiClient,
    Client,
    Configuration,
    ImportApi,
    ItemApi,
    JobApi,
    JobFailedError,
    JobTaskType,
    JobTimeoutError,
    JobType,
    MetadataFieldApi,
)

with Client("http://localhost:8080", username="admin", password="admin", timeout=(2, None), retries=0) as client:
    assert_type(client, Client)
    assert_type(client.job, JobApi)
    assert_type(client.item, ItemApi)
    assert_type(client.import_, ImportApi)
    assert_type(client.metadata_field, MetadataFieldApi)
    assert_type(client.api_client, ApiClient)
    assert_type(client.job.get_job("VX-29"), JobType)
    Client()
    Client(configuration=Configuration())

    def show(job: JobType) -> None:
        print(job.status)

    job = client.job.wait_for_job("VX-29", timeout=60, poll_interval=0.5, on_progress=show)
    assert_type(job, JobType)
    assert_type(job.is_final, bool)
    assert_type(job.failed, bool)
    assert_type(job.progress, float)
    assert_type(client.job.wait_for_jobs([job, "VX-30"], raise_on_failure=False), Iterator[JobType])
    for each in client.job.wait_for_jobs(["VX-30"], on_progress=print):
        assert_type(each, JobType)
    assert_type(job.status in vidispine.jobs.FINAL, bool)
    assert_type(vidispine.jobs.failed_step(job), Optional[JobTaskType])
    try:
        client.job.wait_for_job(job)
    except JobFailedError as error:
        assert_type(error.job, JobType)
        assert_type(error.step, Optional[JobTaskType])
        assert_type(error.error_message, Optional[str])
    except JobTimeoutError as error:
        assert_type(error.job, Optional[JobType])
        assert_type(error.job_ids, tuple[str, ...])
