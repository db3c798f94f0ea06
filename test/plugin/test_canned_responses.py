"""Canned responses of the simulator: for any operation, checked against the description, recorded like all others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import vidispine

if TYPE_CHECKING:
    from vidispine.simulator import Simulator


def test_an_operation_that_is_not_simulated(vidicore: Simulator, vidispine_client: vidispine.Client) -> None:
    with pytest.raises(vidispine.ServiceException, match="501"):
        vidispine_client.configuration.get_log_report_configuration()
    vidicore.reply_next("get_log_report_configuration", {})
    assert vidispine_client.configuration.get_log_report_configuration().to_document() == {}
    with pytest.raises(vidispine.ServiceException, match="501"):
        vidispine_client.configuration.get_log_report_configuration()
    assert [request.status for request in vidicore.requests.of("get_log_report_configuration")] == [501, 200, 501]


def test_a_simulated_operation_is_replaced(vidicore: Simulator, vidispine_client: vidispine.Client) -> None:
    vidicore.reply_next(
        "get_job", vidispine.JobType(job_id="VX-9", status="STARTED", type="NONE", priority="LOW"), times=2
    )
    vidicore.reply("get_job", {"jobId": "VX-9", "status": "FINISHED"})
    assert vidispine_client.job.wait_for_job("VX-9", poll_interval=0.01).status == "FINISHED"
    assert len(vidicore.requests.of("get_job")) == 3
    vidicore.clear_replies()
    with pytest.raises(vidispine.NotFoundException):
        vidispine_client.job.get_job("VX-9")


def test_a_callable_gets_the_request(vidicore: Simulator, vidispine_client: vidispine.Client) -> None:
    vidicore.reply("get_job", lambda request: {"jobId": request.arguments["job-id"], "user": request.user})
    assert (vidispine_client.job.get_job("VX-7").job_id, vidispine_client.job.get_job("VX-8").user) == ("VX-7", "admin")
    vidicore.reply("create_custom_job", lambda request: {"jobId": "VX-1", "data": request.body["field"]})
    job = vidispine_client.job.create_custom_job("NONE", simple_metadata_type={"field": [{"key": "a", "value": "b"}]})
    assert [pair.key for pair in job.data or []] == ["a"]


def test_text_bytes_and_nothing(vidicore: Simulator, vidispine_client: vidispine.Client) -> None:
    vidicore.reply("get_who_am_i", "bob")
    vidicore.reply("delete_jobs", None)
    vidicore.reply("get_file_data", b"\0" * 100)
    assert vidispine_client.user.get_who_am_i() == "bob"
    vidispine_client.job.delete_jobs("VX-1")
    response = vidispine_client.raw(vidispine_client.file.get_file_data, "VX-1")
    assert response.data == b"\0" * 100


def test_documents_in_xml(vidicore: Simulator, vidispine_client: vidispine.Client) -> None:
    vidicore.reply("get_job", {"jobId": "VX-9", "status": "FINISHED"})
    assert "<jobId>VX-9</jobId>" in vidispine_client.text(
        vidispine_client.job.get_job, "VX-9", accept="application/xml"
    )


@pytest.mark.parametrize(
    ("operation", "reply", "message"),
    [
        ("get_jb", {}, "there is no operation 'get_jb'; did you mean 'get_job'?"),
        ("get_job", {"job_id": "VX-1"}, "this is no response of get_job: JobType has no member job_id"),
        ("get_job", {"jobId": ["VX-1"]}, "this is no response of get_job: jobId must be text"),
        ("get_job", vidispine.ItemType(), "get_job returns a JobType, not ItemType"),
        ("get_job", "text", "get_job returns a JobType or a mapping, not str"),
        ("get_job", None, "get_job returns a JobType or a mapping, not None"),
        ("get_who_am_i", {}, "get_who_am_i returns text, not dict"),
        ("delete_jobs", {}, "delete_jobs returns nothing, not dict"),
    ],
)
def test_invalid_responses_are_rejected(vidicore: Simulator, operation: str, reply: Any, message: str) -> None:
    for define in (vidicore.reply, vidicore.reply_next):
        with pytest.raises((TypeError, ValueError)) as caught:
            define(operation, reply)
        assert str(caught.value) == message


def test_an_invalid_response_of_a_callable(vidicore: Simulator, vidispine_client: vidispine.Client) -> None:
    vidicore.reply("get_job", lambda _: {"status": 5, "unknown": 1})
    with pytest.raises(
        vidispine.ServiceException, match="this is no response of get_job: JobType has no member unknown"
    ):
        vidispine_client.job.get_job("VX-1")


def test_requests_are_still_checked(vidicore: Simulator, vidispine_client: vidispine.Client) -> None:
    vidicore.reply("get_jobs", {"hits": 0})
    configuration = vidicore.configuration()
    configuration.password = "wrong"
    with vidispine.Client(configuration=configuration) as other, pytest.raises(vidispine.UnauthorizedException):
        other.job.get_jobs()
    with pytest.raises(ValueError, match="times must be an integer of at least 1, not 0"):
        vidicore.reply_next("get_jobs", {"hits": 0}, times=0)


@pytest.mark.parametrize("times", [0, -1, True, 1.5, "2", None])
def test_times_is_a_number(vidicore: Simulator, times: Any) -> None:
    with pytest.raises(ValueError, match="times must be an integer of at least 1, not "):
        vidicore.reply_next("get_jobs", {"hits": 0}, times=times)


def test_values_have_the_types_of_the_description(vidicore: Simulator, vidispine_client: vidispine.Client) -> None:
    vidicore.reply("get_jobs", {"hits": "7", "job": [{"jobId": 5, "totalSteps": "3"}]})
    raw = vidispine_client.raw(vidispine_client.job.get_jobs).data
    assert json.loads(raw) == {"hits": 7, "job": [{"jobId": "5", "totalSteps": 3}]}


def test_later_changes_of_a_document_have_no_effect(vidicore: Simulator, vidispine_client: vidispine.Client) -> None:
    document: dict[str, Any] = {"jobId": "VX-1"}
    job = vidispine.JobType(job_id="VX-2", status="STARTED", type="NONE", priority="LOW")
    vidicore.reply_next("get_job", document)
    vidicore.reply("get_job", job)
    document["jobId"] = job.job_id = "VX-3"
    assert [vidispine_client.job.get_job("VX-9").job_id for _ in range(2)] == ["VX-1", "VX-2"]


@pytest.mark.parametrize("accept", ["application/json", "application/xml"])
@pytest.mark.parametrize("is_raised", [False, True])
def test_errors_with_a_document(
    vidicore: Simulator, vidispine_client: vidispine.Client, accept: str, is_raised: bool
) -> None:
    details = vidispine.ServerError("conflict", type="item", id="VX-7", explanation="locked by bob")
    conflict = vidispine.ConflictException(409, error=details)

    def fail(request: Any) -> None:
        raise conflict

    vidicore.reply_next("get_job", fail if is_raised else conflict)
    with pytest.raises(vidispine.ConflictException) as caught:
        vidispine_client.job.get_job("VX-1", _accept=accept)
    assert caught.value.error == details
    assert vidicore.requests.of("get_job")[-1].status == 409


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, "invalidInput"), (404, "notFound"), (409, "conflict"), (418, "internalServer"), (503, "internalServer")],
)
def test_errors_without_a_document_get_one(
    vidicore: Simulator, vidispine_client: vidispine.Client, status: int, kind: str
) -> None:
    vidicore.reply("create_custom_job", vidispine.ApiException(status, "no luck"))
    with pytest.raises(vidispine.ApiException) as caught:
        vidispine_client.job.create_custom_job("NONE")
    assert (caught.value.status, caught.value.error) == (status, vidispine.ServerError(kind, explanation="no luck"))


def test_errors_that_no_server_sends(vidicore: Simulator, vidispine_client: vidispine.Client) -> None:
    for status in (0, 200, 302, 600):
        with pytest.raises(ValueError, match=f"an error needs a status from 400 to 599, not {status}"):
            vidicore.reply("get_job", vidispine.ApiException(status))
    with pytest.raises(ValueError, match=r"the kind of an error must be one of notFound, .*, not 'lost'"):
        vidicore.reply("get_job", vidispine.ApiException(404, error=vidispine.ServerError("lost")))

    def fail(request: Any) -> None:
        raise vidispine.ApiConnectionError(reason="no network")

    vidicore.reply("get_job", fail)
    with pytest.raises(vidispine.ServiceException, match="an error needs a status from 400 to 599, not 0"):
        vidispine_client.job.get_job("VX-1")
