"""Every parameter of ``GET /job``."""

from __future__ import annotations

from typing import Any

import pytest

from test.simulator.clock import Clock
from test.simulator.http_client import TEXT, HttpClient
from test.simulator.scheduler_harness import FOUR_SECONDS, PRIORITIES, SchedulerHarness
from vidispine.simulator import Simulator
from vidispine.simulator.jobs.query import JobQuery


@pytest.fixture
def jobs(vidicore: Simulator, http: HttpClient, bob: HttpClient, clock: Clock) -> HttpClient:
    """Six jobs, one a second: five of the administrator's, among them a failed one, and one of bob's."""
    vidicore.jobs.behave("EXPORT", seconds=0.5, fail_at=1)
    vidicore.jobs.behave("THUMBNAIL", seconds=0.5)
    vidicore.jobs.behave("TRANSCODE", seconds=60)
    for user, name, priority, item in (
        (http, "THUMBNAIL", "LOW", "VX-1"),
        (http, "TRANSCODE", "HIGH", "VX-1"),
        (http, "EXPORT", "MEDIUM", "VX-2"),
        (bob, "THUMBNAIL", "LOWEST", "VX-2"),
        (http, "THUMBNAIL", "MEDIUM", "VX-20"),
        (http, "TRANSCODE", "HIGHEST", "VX-3"),
    ):
        user.create(name, priority=priority, jobmetadata=[f"itemId={item}", f"file=a [{item}]?.mxf"])
        clock.advance(1)
    return http


def numbers(jobs: HttpClient, **query: Any) -> str:
    return "".join(id.replace("VX-", "") for id in jobs.ids(**query))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "65321"),
        ({"user": "true"}, "65321"),
        ({"user": "false"}, "654321"),
        ({"user": "FALSE"}, "654321"),
        ({"type": "TRANSCODE"}, "62"),
        ({"type": "TRANSCODE,EXPORT"}, "632"),
        ({"type": ["TRANSCODE", "EXPORT"]}, "632"),
        ({"type": "all"}, "65321"),
        ({"type": ""}, "65321"),
        ({"type": "NO_SUCH"}, ""),
        ({"state": "FAILED_TOTAL"}, "3"),
        ({"state": "STARTED,FAILED_TOTAL"}, "632"),
        ({"state": "SOMETHING_NEW"}, ""),
        ({"state": "all"}, "65321"),
        ({"priority": "HIGH,LOW"}, "21"),
        ({"priority": "all"}, "65321"),
        ({"user": "false", "type": "THUMBNAIL", "state": "FINISHED", "priority": "LOWEST"}, "4"),
        ({"jobmetadata": "itemId=VX-2"}, "3"),
        ({"jobmetadata": "itemId=VX-2*"}, "53"),
        ({"jobmetadata": "itemId=*1"}, "21"),
        ({"jobmetadata": "itemId=*"}, "65321"),
        ({"jobmetadata": "itemId=vx-2*"}, ""),
        ({"jobmetadata": "file=a [VX-2]*"}, "3"),
        ({"jobmetadata": "file=* [VX-1]?.mxf"}, "21"),
        ({"jobmetadata": "file=a*.mx?"}, ""),
        ({"jobmetadata": ["itemId=VX-1", "username=admin"]}, "21"),
        ({"jobmetadata": ["itemId=VX-1", "itemId=VX-2"]}, ""),
        ({"jobmetadata": "username=bob", "user": "false"}, "4"),
        ({"jobmetadata": "item=VX-2"}, ""),
        ({"sort": "jobId"}, "12356"),
        ({"sort": "jobId asc"}, "12356"),
        ({"sort": "jobId desc"}, "65321"),
        ({"sort": "type asc, startTime desc"}, "35162"),
        ({"sort": "type desc,jobId desc"}, "62513"),
        ({"sort": "state asc"}, "31526"),
        ({"sort": "priority desc"}, "62531"),
        ({"sort": "priority asc, jobId asc"}, "13526"),
        ({"sort": "user desc,  startTime  ASC", "user": "false"}, "412356"),
        ({"first": 0}, "65321"),
        ({"first": 1}, "65321"),
        ({"first": 2}, "5321"),
        ({"first": 6}, ""),
        ({"number": 0}, ""),
        ({"number": 2}, "65"),
        ({"first": 3, "number": 2, "sort": "jobId asc"}, "35"),
    ],
)
def test_sort(jobs: HttpClient, query: dict[str, Any], expected: str) -> None:
    assert numbers(jobs, **query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"starttime_from": "2023-11-14T22:13:22.000Z"}, "653"),
        ({"starttime_from": "2023-11-14T22:13:22.000001"}, "65"),
        ({"starttime_from": "2023-11-14T22:13:21.999999"}, "653"),
        ({"starttime_to": "2023-11-14T22:13:22Z"}, "321"),
        ({"starttime_to": "2023-11-14T22:13:22"}, "321"),
        ({"starttime_to": "2023-11-14T22:13:21.999+00:00"}, "21"),
        ({"starttime_to": "2023-11-14T23:13:22.000+0100"}, "321"),
        ({"starttime_from": "2023-11-14T22:13:21Z", "starttime_to": "2023-11-14T22:13:22Z"}, "32"),
        ({"starttime_from": "2023-11-14"}, "65321"),
        ({"finishtime_from": "2023-11-14T22:13:20.500Z"}, "531"),
        ({"finishtime_to": "2023-11-14T22:13:20.500Z"}, "1"),
        ({"finishtime_from": "2023-11-14T22:13:20.501Z", "finishtime_to": "2030-01-01T00:00:00Z"}, "53"),
    ],
)
def test_times(jobs: HttpClient, query: dict[str, str], expected: str) -> None:
    assert numbers(jobs, **query) == expected


@pytest.mark.parametrize(
    "query",
    [
        {"user": "yes"},
        {"first": "one"},
        {"first": "-1"},
        {"first": "1.5"},
        {"first": "1_0"},
        {"number": "-1"},
        {"number": "9" * 30},
        {"number": ["1", "2"]},
        {"priority": "URGENT"},
        {"sort": "color asc"},
        {"sort": "jobId upwards"},
        {"sort": "jobId asc,,"},
        {"jobmetadata": "itemId"},
        {"starttime-from": "yesterday"},
        {"finishtime-to": "2023-11-14T22:13:20 0100"},
        {"finishtime-from": "0001-01-01T00:00:00+14:00"},
        {"stat": "READY"},
    ],
)
def test_invalid_query(jobs: HttpClient, query: dict[str, Any]) -> None:
    response = jobs.get("/job", query)
    assert response.status == 400
    kind, error = response.error
    assert (kind, error["context"], error["id"]) == ("invalidInput", "parameter", next(iter(query)))
    assert error["explanation"]
    assert "\n" not in error["explanation"]


def test_hits_counts_all_matches(jobs: HttpClient) -> None:
    page = jobs.get("/job", {"number": 2, "first": 2}).json
    assert (page["hits"], len(page["job"])) == (5, 2)
    assert jobs.get("/job", {"number": 0}).json == {"hits": 5}
    assert jobs.get("/job", {"type": "CONFORM"}).json == {"hits": 0}


def test_default_page_size_is_100(http: HttpClient) -> None:
    for _ in range(103):
        http.create()
    assert len(http.ids()) == 100
    assert http.ids(first=101) == ["VX-3", "VX-2", "VX-1"]


def test_ids_only(jobs: HttpClient) -> None:
    assert jobs.get("/job", {"idonly": "true", "number": 2}).json == {
        "hits": 5,
        "job": [{"jobId": "VX-6"}, {"jobId": "VX-5"}],
    }
    assert jobs.get("/job", {"number": 2}, accept=TEXT).data == b"VX-6\r\nVX-5\r\n"
    assert jobs.get("/job", {"type": "CONFORM"}, accept=TEXT).data == b""


def test_members_of_each_job(jobs: HttpClient) -> None:
    def listed(**query: str) -> dict[str, Any]:
        job: dict[str, Any] = jobs.get("/job", {"type": "EXPORT", **query}).json["job"][0]
        return job

    brief = ["jobId", "user", "started", "finished", "status", "type", "priority", "totalSteps"]
    assert list(listed()) == brief
    assert list(listed(metadata="true")) == [*brief, "data"]
    assert list(listed(step="true")) == [*brief, "log"]
    assert [task["status"] for task in listed(step="true")["log"]["task"]] == ["FAILED_FATAL"]
    both = listed(step="true", metadata="true", field="item,errorMessage")
    assert list(both) == [*brief, "data", "log"]
    assert [pair["key"] for pair in both["data"]] == ["item", "errorMessage"]


def test_matrix_parameters_and_trailing_slash(jobs: HttpClient) -> None:
    assert len(jobs.get("/job;user=False;first=1;number=10;sort=jobId%20desc?metadata=True&step=True").json["job"]) == 6
    response = jobs.get("/job;user=False;number=1?metadata=False&idonly=True")
    assert response.json == {"hits": 6, "job": [{"jobId": "VX-6"}]}
    assert jobs.get("/job/", {"idonly": "true"}).json["hits"] == 5
    assert jobs.get("/job;stat=READY").status == 400


def test_old_name_of_the_aborted_state(jobs: HttpClient) -> None:
    jobs.send("DELETE", "/job/VX-6")
    assert jobs.ids(state="ABORT_PENDING") == jobs.ids(state="ABORTED_PENDING") == ["VX-6"]


@pytest.mark.parametrize(
    ("arguments", "index"),
    [
        ({}, "job_user"),
        ({"user": False}, "rowid"),
        ({"user": False, "sort": "startTime desc"}, "job_started"),
        ({"user": False, "state": ["STARTED", "READY"]}, "job_status"),
        ({"user": False, "type": ["EXPORT"]}, "job_type_of"),
        ({"user": False, "jobmetadata": ["itemId=VX-7"]}, "job_data_value"),
        ({"user": False, "jobmetadata": ["itemId=VX-7*"]}, "job_data_value"),
    ],
)
def test_common_queries_do_not_scan_all_jobs(harness: SchedulerHarness, arguments: dict[str, Any], index: str) -> None:
    with harness.timeline.transaction():
        for number in range(2000):
            harness.scheduler.jobs.create(0, "admin", "EXPORT", 3, FOUR_SECONDS, {"itemId": f"VX-{number}"})
        statement, values = JobQuery(arguments, "admin", PRIORITIES).page()
        plan = " | ".join(row["detail"] for row in harness.database.rows(f"EXPLAIN QUERY PLAN {statement}", *values))
    # In the order of rowid, SQLite reads the newest jobs only until the page is full.
    assert "TEMP B-TREE FOR ORDER BY" not in plan if index == "rowid" else index in plan, plan
