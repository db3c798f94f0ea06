"""The examples of 5.0.4's documentation run exactly as printed.

They name a user ``YOUR_USERNAME`` and a job ``job_id_example``, so some of them must fail with an error of the server.
The expected error of each is listed here.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from test.docs.running import run, server

PUBLISHED = Path(__file__).parent / "examples_5_0_4"

NO_SUCH_JOB = "404 Not Found\n"

EXPECTED = {
    "abort_job": f"Exception when calling JobApi->abort_job: abort_job: {NO_SUCH_JOB}",
    "create_custom_job": "Exception when calling JobApi->create_custom_job: create_custom_job: 400 Bad Request: ",
    "create_duplicate_job": f"Exception when calling JobApi->create_duplicate_job: create_duplicate_job: {NO_SUCH_JOB}",
    "delete_jobs": "Exception when calling JobApi->delete_jobs: delete_jobs: 400 Bad Request: ",
    "get_all_job_problems": "JobProblemListType()\n",
    "get_job": f"Exception when calling JobApi->get_job: get_job: {NO_SUCH_JOB}",
    "get_job_problems": f"Exception when calling JobApi->get_job_problems: get_job_problems: {NO_SUCH_JOB}",
    "get_job_types": "URIListType(\n    uri=[\n        'NONE',\n",
    "get_jobs": "Exception when calling JobApi->get_jobs: get_jobs: 400 Bad Request: ",
    "update_job": f"Exception when calling JobApi->update_job: update_job: {NO_SUCH_JOB}",
}


def test_published_examples_are_complete() -> None:
    assert {path.stem for path in PUBLISHED.glob("*.py")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_example_runs_as_printed(name: str) -> None:
    script = (PUBLISHED / f"{name}.py").read_text()
    with server(username="YOUR_USERNAME", password="YOUR_PASSWORD") as vidicore:
        # The type exists, so that the data that is not key=value is refused.
        vidicore.jobs.add_type("type_example")
        ended = run(script)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    assert ended.stdout.startswith(EXPECTED[name])


PLACEHOLDERS = {
    "job_id_example": "VX-1",
    "'id_example'": "'VX-1'",
    "type_example": "TRANSCODE",
    "jobmetadata_example": "itemId=VX-7",
    "priority_example": "HIGH",
    "sort_example": "startTime desc",
    "starttime_to_example": "2999-01-01T00:00:00Z",
    "starttime_from_example": "2000-01-01T00:00:00Z",
    "finishtime_from_example": "2000-01-01T00:00:00Z",
    "finishtime_to_example": "2999-01-01T00:00:00Z",
    "notification_example": "VX-1",
}

FILLED_IN = {
    "abort_job": "",
    "create_custom_job": "JobType(\n    job_id='VX-2',\n",
    "create_duplicate_job": "JobType(\n    job_id='VX-2',\n",
    "delete_jobs": "",
    "get_all_job_problems": "JobProblemListType()\n",
    "get_job": "JobType(\n    job_id='VX-1',\n",
    "get_job_problems": "JobProblemListType()\n",
    "get_job_types": "URIListType(\n    uri=[\n        'NONE',\n",
    "get_jobs": "JobListType(hits=1, job=[JobType(job_id='VX-1')])\n",
    "update_job": "",
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_example_succeeds_with_real_values(name: str) -> None:
    import vidispine

    script = (PUBLISHED / f"{name}.py").read_text()
    for placeholder, value in PLACEHOLDERS.items():
        script = script.replace(placeholder, value)
    with server(username="YOUR_USERNAME", password="YOUR_PASSWORD") as vidicore:
        vidicore.jobs.behave("TRANSCODE", seconds=0)
        with vidispine.ApiClient(vidicore.configuration()) as client:
            vidispine.JobApi(client).create_custom_job("TRANSCODE", jobmetadata={"itemId": "VX-7"})
            # The notification of the jobs; its trigger never occurs.
            action = {"http": {"synchronous": False, "url": "http://localhost:1/", "method": "POST", "timeout": "1"}}
            vidispine.NotificationApi(client).create_placeholder_notification(
                notification_type={"action": action, "trigger": {"job": {"fail": ""}}}
            )
        ended = run(script)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith(FILLED_IN[name])
    assert bool(ended.stdout) == bool(FILLED_IN[name])
