"""Each operation for jobs, over HTTP in JSON."""

from __future__ import annotations

from typing import Any

import pytest

from test.simulator.clock import START, Clock
from test.simulator.http_client import JSON, TEXT, XML, HttpClient
from vidispine.models import JobTypeName
from vidispine.simulator import Simulator

BEGIN = "2023-11-14T22:13:20.000+0000"
assert START == 1_700_000_000.0


def data(job: dict[str, Any]) -> dict[str, str]:
    return {pair["key"]: pair["value"] for pair in job.get("data", [])}


class TestTypes:
    def test_list_job_types(self, http: HttpClient) -> None:
        assert http.get("/jobtype").json == {"uri": list(JobTypeName.values())}

    def test_list_custom_job_types(self, http: HttpClient, vidicore: Simulator) -> None:
        vidicore.jobs.add_type("ACME_REVIEW")
        response = http.send("POST", "/task-definition/jobtype/ACME_CHECK", {"id": 20007})
        assert response.status == 200
        assert [task["step"] for task in response.json["task"]] == [1, 2, 3]
        assert http.get("/jobtype").json["uri"][-2:] == ["ACME_CHECK", "ACME_REVIEW"]
        assert http.status(http.create("ACME_CHECK")) == "STARTED"

    @pytest.mark.parametrize(
        ("name", "id", "status", "kind"),
        [
            ("ACME_CHECK", 19999, 400, "invalidInput"),
            ("ACME_CHECK", 30001, 400, "invalidInput"),
            ("no name", 20001, 400, "invalidInput"),
            ("TRANSCODE", 20001, 409, "conflict"),
            ("ACME_REVIEW", 20001, 409, "conflict"),
            ("ACME_CHECK", 20000, 409, "conflict"),
        ],
    )
    def test_invalid_job_type(
        self, http: HttpClient, vidicore: Simulator, name: str, id: int, status: int, kind: str
    ) -> None:
        vidicore.jobs.add_type("ACME_REVIEW")  # takes the id 20000
        response = http.send("POST", f"/task-definition/jobtype/{name.replace(' ', '%20')}", {"id": id})
        assert (response.status, response.error[0]) == (status, kind)

    def test_only_custom_types_can_be_deleted(self, http: HttpClient, vidicore: Simulator) -> None:
        vidicore.jobs.add_type("ACME_REVIEW")
        job_id = http.create("ACME_REVIEW")
        assert http.send("DELETE", "/task-definition/jobtype/ACME_REVIEW").status == 200
        assert http.send("DELETE", "/task-definition/jobtype/ACME_REVIEW").status == 404
        assert http.send("DELETE", "/task-definition/jobtype/TRANSCODE").status == 400
        assert http.status(job_id) == "STARTED"
        assert http.send("POST", "/job", {"type": "ACME_REVIEW"}).status == 400

    def test_steps_of_a_job_type(self, http: HttpClient, vidicore: Simulator) -> None:
        vidicore.jobs.behave("EXPORT", steps=["Choose", "Send"], warn_at=2)
        assert http.get("/task-definition/jobtype/EXPORT").json["task"] == [
            {"description": "Choose", "step": 1, "jobType": "EXPORT", "critical": True, "cleanup": False},
            {"description": "Send", "step": 2, "jobType": "EXPORT", "critical": False, "cleanup": False},
        ]
        assert http.get("/task-definition/jobtype/NO_SUCH").error[0] == "notFound"


class TestCreate:
    def test_members_of_the_response(self, http: HttpClient) -> None:
        response = http.send("POST", "/job", {"type": "TRANSCODE"})
        assert response.text == (
            '{"jobId":"VX-1","user":"admin","started":"2023-11-14T22:13:20.000+0000","status":"READY",'
            '"type":"TRANSCODE","priority":"MEDIUM"}'
        )
        assert http.status("VX-1") == "STARTED"

    def test_document_overrides_query(self, http: HttpClient) -> None:
        query = {"type": "TRANSCODE", "jobmetadata": ["a=query", "b=query=too", "c="]}
        http.send("POST", "/job", query, body={"field": [{"key": "a", "value": "body"}, {"key": "d", "value": 5}]})
        got = data(http.get("/job/VX-1", {"metadata": "true"}).json)
        assert {key: got[key] for key in "abcd"} == {"a": "body", "b": "query=too", "c": "", "d": "5"}

    def test_document_in_xml(self, http: HttpClient) -> None:
        body = (
            '<SimpleMetadataDocument xmlns="http://xml.vidispine.com/schema/vidispine">'
            "<field><key>itemId</key><value>VX-7 &amp; more</value></field></SimpleMetadataDocument>"
        )
        response = http.send("POST", "/job", {"type": "TRANSCODE"}, body=body, content_type=XML)
        assert response.status == 200
        assert data(http.get("/job/VX-1").json) == {"item": "VX-7 & more"}

    def test_empty_document(self, http: HttpClient) -> None:
        assert http.send("POST", "/job", {"type": "TRANSCODE"}, body={}).status == 200

    def test_priority(self, http: HttpClient) -> None:
        assert http.send("POST", "/job", {"type": "TRANSCODE", "priority": "LOWEST"}).json["priority"] == "LOWEST"

    def test_on_hold(self, http: HttpClient, vidicore: Simulator) -> None:
        vidicore.jobs.behave("EXPORT", hold=True)
        assert http.send("POST", "/job", {"type": "EXPORT"}).json["status"] == "HOLD"
        vidicore.jobs.release("VX-1")
        assert http.status("VX-1") == "STARTED"

    @pytest.mark.parametrize(
        ("query", "id", "value"),
        [
            ({"type": "NO_SUCH"}, "type", "NO_SUCH"),
            ({"type": ""}, "type", ""),
            ({}, "type", None),
            ({"type": "TRANSCODE", "priority": "URGENT"}, "priority", "URGENT"),
            ({"type": "TRANSCODE", "priority": "high"}, "priority", "high"),
            ({"type": "TRANSCODE", "jobmetadata": "itemId"}, "jobmetadata", "itemId"),
            ({"type": "TRANSCODE", "jobmetadata": "=VX-1"}, "jobmetadata", "=VX-1"),
            ({"type": "TRANSCODE", "holdjob": "true"}, "holdjob", "true"),
        ],
    )
    def test_invalid_request_creates_no_job(
        self, http: HttpClient, query: dict[str, str], id: str, value: str | None
    ) -> None:
        response = http.send("POST", "/job", query)
        assert response.status == 400
        kind, error = response.error
        assert kind == "invalidInput"
        assert (error["context"], error["id"], error["value"]) == ("parameter", id, value)
        assert error["explanation"]
        assert http.ids() == []


class TestRead:
    def test_job_from_start_to_end(self, http: HttpClient, vidicore: Simulator, clock: Clock) -> None:
        vidicore.jobs.behave("EXPORT", steps=["Choose", "Send"], seconds=2)
        http.create("EXPORT", jobmetadata="itemId=VX-93")
        clock.advance(1.25)
        sub_step = {"timestamp": BEGIN, "description": "begun"}
        second = BEGIN.replace(":20.000", ":21.000")
        running = http.get("/job/VX-1").json
        assert running == {
            "jobId": "VX-1",
            "user": "admin",
            "started": BEGIN,
            "status": "STARTED",
            "type": "EXPORT",
            "priority": "MEDIUM",
            "currentStep": {"description": "Send", "number": 2, "status": "STARTED"},
            "totalSteps": 2,
            "data": [{"key": "item", "value": "VX-93"}],
            "log": {
                "task": [
                    {
                        "id": 1,
                        "step": 1,
                        "attempts": 1,
                        "status": "FINISHED",
                        "timestamp": second,
                        "description": "Choose",
                        "progress": {"value": 100.0, "total": 100, "unit": "percent"},
                        "subStep": [sub_step, {"timestamp": second, "description": "done"}],
                    },
                    {
                        "id": 2,
                        "step": 2,
                        "attempts": 1,
                        "status": "STARTED",
                        "timestamp": second,
                        "description": "Send",
                        "progress": {"value": 25.0, "total": 100, "unit": "percent"},
                        "subStep": [{**sub_step, "timestamp": second}],
                    },
                ]
            },
        }
        clock.advance(0.75)
        finished = http.get("/job/VX-1").json
        assert finished["status"] == "FINISHED"
        assert finished["finished"] == BEGIN.replace(":20.000", ":22.000")
        assert "currentStep" not in finished
        assert list(finished)[:7] == ["jobId", "user", "started", "finished", "status", "type", "priority"]

    def test_ready_job_has_no_steps(self, http: HttpClient) -> None:
        for _ in range(4):
            http.create()
        ready = http.get("/job/VX-4").json
        assert list(ready) == ["jobId", "user", "started", "status", "type", "priority", "log"]
        assert ready["log"] == {"task": []}

    def test_metadata_and_selected_fields(self, http: HttpClient) -> None:
        http.create(jobmetadata=["itemId=VX-93", "color=blue"])
        everything = data(http.get("/job/VX-1", {"metadata": "true"}).json)
        assert everything == {
            "item": "VX-93",
            "itemId": "VX-93",
            "color": "blue",
            "username": "admin",
            "totalSteps": "4",
            "currentStepNumber": "1",
            "currentStepStatus": "STARTED",
        }
        some = http.get("/job/VX-1", {"metadata": "true", "field": "color,username,nothing"}).json
        assert data(some) == {"color": "blue", "username": "admin"}
        assert data(http.get("/job/VX-1", {"field": "color"}).json) == {}

    def test_error_message_of_a_failed_job(self, http: HttpClient, vidicore: Simulator, clock: Clock) -> None:
        vidicore.jobs.behave("TRANSCODE", steps=4, seconds=2, fail_at=2, message="no space left", attempts=2)
        http.create()
        clock.advance(2)
        job = http.get("/job/VX-1", {"metadata": "true"}).json
        assert job["status"] == "FAILED_TOTAL"
        assert data(job)["errorMessage"] == "no space left"
        runs = [(task["step"], task["attempts"], task["status"]) for task in job["log"]["task"]]
        assert runs == [(1, 1, "FINISHED"), (2, 1, "FAILED_RETRY"), (2, 2, "FAILED_FATAL")]
        assert job["log"]["task"][-1]["errorMessage"] == "no space left"
        assert job["log"]["task"][-1]["progress"]["value"] == 50.0

    def test_sub_jobs(self, http: HttpClient, vidicore: Simulator, clock: Clock) -> None:
        vidicore.jobs.behave("TRANSCODE", seconds=4, sub_jobs=2)
        http.create()
        sub_jobs = http.get("/job/VX-1").json["subJob"]
        assert [(job["jobId"], job["status"]) for job in sub_jobs] == [("VX-2", "STARTED"), ("VX-3", "STARTED")]
        assert http.get("/job/VX-3").json["totalSteps"] == 1
        assert http.ids() == ["VX-1"]
        assert "subJob" not in http.get("/job").json["job"][0]
        assert len(http.get("/job", {"step": "true"}).json["job"][0]["subJob"]) == 2
        clock.advance(2)
        assert [job["status"] for job in http.get("/job/VX-1").json["subJob"]] == ["FINISHED", "FINISHED"]

    @pytest.mark.parametrize("id", ["VX-99", "AB-1", "VX-100000000000000000"])
    def test_unknown_job(self, http: HttpClient, id: str) -> None:
        response = http.get(f"/job/{id}")
        assert response.status == 404
        assert response.error == ("notFound", {"type": "Job", "id": id, "context": None})

    def test_long_form_of_an_id(self, http: HttpClient) -> None:
        http.create()
        assert http.get("/job/JOB-VX-1").json["jobId"] == "VX-1"
        assert http.get("/job/ITEM-VX-1").status == 404


class TestProblems:
    def test_waiting_jobs_of_a_problem(self, http: HttpClient, vidicore: Simulator, clock: Clock) -> None:
        assert http.get("/job/problem").text == "{}"
        problem = {"type": "StorageNotAvailable", "data": {"storage": "VX-3"}}
        vidicore.jobs.behave("TRANSCODE", seconds=4, wait_for=problem)
        vidicore.jobs.behave("EXPORT", seconds=4, wait_for="LicenseMissing", wait_at=1)
        for name in ("TRANSCODE", "TRANSCODE", "EXPORT"):
            http.create(name)
        clock.advance(1)
        storage = {
            "id": 2,
            "type": "StorageNotAvailable",
            "data": [{"key": "storage", "value": "VX-3"}],
            "job": ["VX-1", "VX-2"],
        }
        license = {"id": 1, "type": "LicenseMissing", "job": ["VX-3"]}
        assert http.get("/job/problem").json == {"problem": [license, storage]}
        assert http.get("/job/VX-2/problem").json == {"problem": [storage]}
        assert http.get("/job/VX-99/problem").status == 404
        waiting = {"resourceType": "STORAGE", "resourceId": "VX-3", "requirement": "StorageNotAvailable"}
        job = http.get("/job/VX-1").json
        assert (job["status"], job["waiting"], job["currentStep"]["status"]) == ("WAITING", waiting, "WAITING")
        assert http.get("/job/VX-3").json["waiting"] == {"requirement": "LicenseMissing"}

        assert vidicore.jobs.resolve("StorageNotAvailable") == ["VX-1", "VX-2"]
        assert vidicore.jobs.resolve(1) == ["VX-3"]
        assert http.get("/job/problem").json == {}
        assert http.get("/job/VX-1/problem").json == {}
        clock.advance(4)
        assert [http.status(id) for id in ("VX-1", "VX-2", "VX-3")] == ["FINISHED"] * 3


class TestChange:
    def test_priority(self, http: HttpClient) -> None:
        http.create()
        response = http.send("PUT", "/job/VX-1", {"priority": "HIGHEST"})
        assert (response.status, response.data, response.media_type) == (200, b"", JSON)
        assert http.get("/job/VX-1").json["priority"] == "HIGHEST"

    def test_default_priority_is_medium(self, http: HttpClient) -> None:
        http.create(priority="LOW")
        http.send("PUT", "/job/VX-1")
        assert http.get("/job/VX-1").json["priority"] == "MEDIUM"

    def test_rerun(self, http: HttpClient, vidicore: Simulator, clock: Clock) -> None:
        vidicore.jobs.behave("TRANSCODE", fail_at=1, message="no space left")
        http.create(priority="LOW", jobmetadata=["itemId=VX-93", "color=blue"])
        clock.advance(3)
        before = http.get("/job/VX-1", {"metadata": "true"}).text
        vidicore.jobs.behave("TRANSCODE")
        response = http.send("POST", "/job/VX-1/re-run")
        assert response.json == {
            "jobId": "VX-2",
            "user": "admin",
            "started": BEGIN.replace(":20", ":23"),
            "status": "READY",
            "type": "TRANSCODE",
            "priority": "LOW",
        }
        assert http.send("POST", "/job/VX-1/re-run", {"priority": "HIGH"}).json["priority"] == "HIGH"
        clock.advance(3)
        assert http.get("/job/VX-1", {"metadata": "true"}).text == before
        job = http.get("/job/VX-2", {"metadata": "true"}).json
        assert job["status"] == "FINISHED"
        got = data(job)
        assert (got["itemId"], got["color"], "errorMessage" in got) == ("VX-93", "blue", False)

    def test_abort_and_delete(self, http: HttpClient, clock: Clock) -> None:
        http.create()
        response = http.send("DELETE", "/job/VX-1", {"reason": "wrong clip"})
        assert (response.status, response.data) == (200, b"")
        assert http.status("VX-1") == "ABORTED_PENDING"
        conflict = http.send("DELETE", "/job", {"id": "VX-1"})
        assert conflict.status == 409
        assert conflict.error[1]["id"] == "VX-1"
        clock.advance(0.5)
        job = http.get("/job/VX-1", {"metadata": "true"}).json
        assert (job["status"], data(job)["abortReason"]) == ("ABORTED", "wrong clip")
        assert http.send("DELETE", "/job/VX-1").status == 200
        assert http.send("DELETE", "/job", {"id": "VX-1"}).status == 200
        assert http.get("/job/VX-1").status == 404
        assert http.create() == "VX-2"

    def test_delete_is_atomic_and_ignores_unknown_ids(self, http: HttpClient, clock: Clock) -> None:
        for _ in range(3):
            http.create()
        clock.advance(60)
        http.create()
        assert http.send("DELETE", "/job", {"id": "VX-1,VX-4"}).status == 409
        assert len(http.ids()) == 4
        assert http.send("DELETE", "/job", {"id": "VX-1,VX-99,VX-2"}).status == 200
        assert http.ids() == ["VX-4", "VX-3"]

    @pytest.mark.parametrize("query", [{}, {"id": ""}, {"id": ","}, {"id": "VX-1,x"}])
    def test_delete_without_ids(self, http: HttpClient, query: dict[str, str], clock: Clock) -> None:
        http.create()
        clock.advance(60)
        assert http.send("DELETE", "/job", query).status == 400
        assert http.ids() == ["VX-1"]

    @pytest.mark.parametrize(
        ("method", "path"),
        [("PUT", "/job/VX-9"), ("DELETE", "/job/VX-9"), ("POST", "/job/VX-9/re-run"), ("GET", "/job/VX-9/problem")],
    )
    def test_unknown_job(self, http: HttpClient, method: str, path: str) -> None:
        assert http.send(method, path).error == ("notFound", {"type": "Job", "id": "VX-9", "context": None})


class TestRoles:
    def test_immediate_needs_a_role(self, bob: HttpClient, vidicore: Simulator) -> None:
        response = bob.send("POST", "/job", {"type": "EXPORT", "priority": "IMMEDIATE"})
        assert (response.status, response.error[0]) == (403, "forbidden")
        bob.create("EXPORT")
        assert bob.send("PUT", "/job/VX-1", {"priority": "IMMEDIATE"}).status == 403
        assert bob.send("POST", "/job/VX-1/re-run", {"priority": "IMMEDIATE"}).status == 403
        vidicore.users.add("eve", "e", roles=["_super_access_user"])
        with HttpClient(vidicore.url, "eve", "e") as eve:
            eve.create("EXPORT", priority="IMMEDIATE")
            assert eve.ids() == ["VX-2"]
            assert bob.send("POST", "/job/VX-2/re-run").status == 403

    @pytest.mark.parametrize(
        ("roles", "statuses"),
        [
            ([], [403, 403, 403, 403]),
            (["_job_read"], [200, 403, 403, 403]),
            (["_job_write"], [403, 200, 403, 403]),
            (["_taskdefinition_read"], [403, 403, 200, 403]),
            (["_taskdefinition_write"], [403, 403, 403, 200]),
            (["_administrator"], [200, 200, 200, 200]),
        ],
    )
    def test_roles_of_operations(self, vidicore: Simulator, roles: list[str], statuses: list[int]) -> None:
        vidicore.users.add("eve", "e", roles=roles)
        with HttpClient(vidicore.url, "eve", "e") as eve:
            responses = [
                eve.get("/job"),
                eve.send("POST", "/job", {"type": "EXPORT"}),
                eve.get("/task-definition/jobtype/EXPORT"),
                eve.send("POST", "/task-definition/jobtype/ACME", {"id": 20001}),
            ]
        assert [response.status for response in responses] == statuses


def test_user_type_and_state(http: HttpClient, bob: HttpClient) -> None:
    assert bob.get("/whoami", accept=TEXT).text == "bob"
    version = http.get("/version").json
    name = version["component"][0]
    assert name["name"] == "API"
    assert name["version"].endswith("-simulator")
    assert http.get("/version", accept=TEXT).text == f"API\t{name['version']}\r\n"
