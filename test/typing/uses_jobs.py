"""A script as users write it; type checkers must infer each type in ``assert_type``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Optional

from typing_extensions import assert_type

import vidispine
from vidispine import ApiClient, Configuration, JobApi, JobState, JobType, KeyValueType, SimpleMetadataType
from vidispine.models.job_list_type import JobListType
from vidispine.models.job_problem_list_type import JobProblemListType
from vidispine.models.uri_list_type import URIListType

configuration = Configuration(host="http://localhost:8080/API", username="admin", password="admin", timeout=(2, 30.5))
assert_type(configuration.host, str)

with ApiClient(configuration) as client:
    assert_type(client, ApiClient)
    api = JobApi(client)

    job = api.get_job("VX-29", field=["itemId"], metadata=True, _request_timeout=2.5)
    assert_type(job, JobType)
    assert_type(job.job_id, str)
    assert_type(job.started, Optional[datetime])
    assert_type(job.total_steps, Optional[int])
    for pair in job.data or []:
        assert_type(pair, KeyValueType)
        assert_type(pair.value, str)
    if job.log and job.log.task:
        task = job.log.task[0]
        assert_type(task.attempts, int)
        assert_type(task.timestamp, datetime)
        if task.progress:
            assert_type(task.progress.value, Optional[float])
    assert_type(job.status in JobState.FINAL, bool)

    jobs = api.get_jobs(user=False, state=JobState.FINAL, type="TRANSCODE", starttime_from=datetime.now(), number=10)
    assert_type(jobs, JobListType)
    assert_type(jobs.hits, Optional[int])
    assert_type([each.job_id for each in jobs.job or []], list[str])
    api.get_jobs(jobmetadata={"itemId": "VX-1"})
    api.get_jobs(jobmetadata=["itemId=VX-1"])

    iterate = api.iterate_jobs(user=False, state=JobState.FINAL, page_size=500, limit=None, _deadline=30)
    assert_type(iterate, vidispine.Pages[JobType])
    assert_type(iterate.hits, Optional[int])
    assert_type(next(iterate), JobType)
    for each in iterate:
        assert_type(each, JobType)
    assert_type([each.job_id for each in api.iterate_jobs()], list[str])

    response = api.get_job_with_http_info("VX-29", metadata=True)
    assert_type(response.data, JobType)
    assert_type(response.status, int)
    assert_type(response.headers, Mapping[str, str])
    data, status, headers = api.get_jobs_with_http_info()
    assert_type(data, JobListType)
    assert_type(api.abort_job_with_http_info("VX-29").data, None)

    assert_type(api.get_job_types(), URIListType)
    assert_type(api.get_all_job_problems(), JobProblemListType)
    assert_type(api.create_custom_job("TRANSCODE"), JobType)
    document = SimpleMetadataType(field=[KeyValueType(key="tags", value="lowres")])
    assert_type(api.create_custom_job("TRANSCODE", document, priority="HIGH"), JobType)
    assert_type(api.create_custom_job("TRANSCODE", {"field": [{"key": "tags", "value": "lowres"}]}), JobType)
    assert_type(api.create_duplicate_job(job_id="VX-29"), JobType)
    assert_type(vidispine.UserApi(client).get_who_am_i(), str)

job.priority = "HIGH"
job.finished = datetime.now()
assert_type(job.to_dict(), dict[str, Any])
assert_type(JobType.from_document({"jobId": "VX-1"}), JobType)

try:
    api.update_job("VX-29", priority="LOW")
except vidispine.NotFoundException as error:
    assert_type(error.status, int)
    assert_type(error.error, Optional[vidispine.ServerError])
except (vidispine.ApiConnectionError, vidispine.ApiException, vidispine.OpenApiException):
    raise
