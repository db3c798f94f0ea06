"""Waiting for one job."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
from typing import Any

import pytest

import vidispine
from test.jobs.fake_clock import FakeClock, document
from test.support.loopback import Loopback, hang_up, reply, reset, stall
from vidispine import JobApi, JobFailedError, JobTimeoutError, JobType
from vidispine.simulator import Simulator


class Progress:
    """Records the calls of ``on_progress``."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int | None]] = []

    def __call__(self, job: JobType) -> None:
        self.seen.append((job.status, job.current_step.number if job.current_step else None))


# The end of a job


def test_a_job_is_returned_when_it_has_ended(vidicore: Simulator, jobs: JobApi, time: FakeClock) -> None:
    vidicore.jobs.behave("TRANSCODE", steps=4, seconds=40)
    job = jobs.create_custom_job("TRANSCODE", jobmetadata={"tags": "lowres"})
    progress = Progress()
    ended = jobs.wait_for_job(job, on_progress=progress)
    assert (ended.job_id, ended.status) == (job.job_id, "FINISHED")
    assert (ended.is_final, ended.failed, ended.progress) == (True, False, 1.0)
    assert ended.log is not None
    assert len(ended.log.task or []) == 4
    assert {pair.key: pair.value for pair in ended.data or []}["tags"] == "lowres"
    assert progress.seen == [("STARTED", 1), ("STARTED", 2), ("STARTED", 3), ("STARTED", 4), ("FINISHED", None)]
    # The interval grows.
    assert time.sleeps[0] == 0.5
    assert time.sleeps == sorted(time.sleeps)
    assert max(time.sleeps) == 5
    assert 40 <= sum(time.sleeps) < 45


def test_accepts_an_id_or_a_job(jobs: JobApi) -> None:
    made = jobs.create_custom_job("TRANSCODE")
    (brief,) = jobs.get_jobs(idonly=True).job or []
    assert "status" not in brief.to_document()
    assert jobs.wait_for_job(brief).status == "FINISHED"
    assert jobs.wait_for_job(made.job_id).status == "FINISHED"


def test_a_job_that_has_ended_is_read_once(jobs: JobApi, time: FakeClock) -> None:
    ended = jobs.wait_for_job(jobs.create_custom_job("TRANSCODE"))
    naps, progress = len(time.sleeps), Progress()
    again = jobs.wait_for_job(ended, on_progress=progress)
    assert again == ended
    assert progress.seen == [("FINISHED", None)]
    assert len(time.sleeps) == naps


def test_the_interval_can_be_given(vidicore: Simulator, jobs: JobApi, time: FakeClock) -> None:
    vidicore.jobs.behave("TRANSCODE", seconds=100)
    jobs.wait_for_job(jobs.create_custom_job("TRANSCODE"), poll_interval=30)
    assert time.sleeps == [30, 30, 30, 30]


def test_failed_job_raises(vidicore: Simulator, jobs: JobApi) -> None:
    vidicore.jobs.behave("TRANSCODE", fail_at=2, message="no space")
    made = jobs.create_custom_job("TRANSCODE")
    with pytest.raises(JobFailedError) as caught:
        jobs.wait_for_job(made)
    error = caught.value
    expected = f"wait_for_job: job {made.job_id} (TRANSCODE) FAILED_TOTAL in step 2 of 4, Transcoding: no space"
    assert str(error) == expected
    assert error.job.failed
    assert error.step is not None
    assert (error.step.step, error.step.description) == (2, "Transcoding")
    assert error.error_message == "no space"
    assert isinstance(error, vidispine.OpenApiException)
    copied = pickle.loads(pickle.dumps(error))
    assert (type(copied), str(copied), copied.job, copied.step) == (JobFailedError, expected, error.job, error.step)


def test_failed_job_can_be_returned(vidicore: Simulator, jobs: JobApi) -> None:
    vidicore.jobs.behave("TRANSCODE", fail_at=2)
    job = jobs.wait_for_job(jobs.create_custom_job("TRANSCODE"), raise_on_failure=False)
    assert (job.status, job.failed) == ("FAILED_TOTAL", True)
    assert 0.25 <= job.progress < 0.5


def test_job_with_warnings_is_no_failure(vidicore: Simulator, jobs: JobApi) -> None:
    vidicore.jobs.behave("TRANSCODE", warn_at=2)
    job = jobs.wait_for_job(jobs.create_custom_job("TRANSCODE"))
    assert (job.status, job.failed, job.progress) == ("FINISHED_WARNING", False, 1.0)


def test_aborted_job_raises(jobs: JobApi) -> None:
    states = []

    def abort(job: JobType) -> None:
        states.append(job.status)
        if len(states) == 1:
            jobs.abort_job(job.job_id)

    made = jobs.create_custom_job("TRANSCODE")
    with pytest.raises(JobFailedError, match=rf"^wait_for_job: job {made.job_id} \(TRANSCODE\) ABORTED") as caught:
        jobs.wait_for_job(made, on_progress=abort, poll_interval=0.2)
    assert states == ["STARTED", "ABORTED_PENDING", "ABORTED"]
    assert caught.value.job.status == "ABORTED"


def test_a_job_that_waits_for_something_is_waited_for(vidicore: Simulator, jobs: JobApi, time: FakeClock) -> None:
    vidicore.jobs.behave("TRANSCODE", wait_for={"type": "StorageNotAvailable", "data": {"storage": "VX-3"}}, wait_at=2)
    needs = []

    def look(job: JobType) -> None:
        if job.waiting is not None:
            needs.append(job.waiting.resource_id)
            vidicore.jobs.resolve("StorageNotAvailable")

    assert jobs.wait_for_job(jobs.create_custom_job("TRANSCODE"), on_progress=look).status == "FINISHED"
    assert needs == ["VX-3"]


# Timeouts


def test_a_timeout_says_how_the_job_is_and_how_to_wait_on(vidicore: Simulator, jobs: JobApi, time: FakeClock) -> None:
    vidicore.jobs.behave("TRANSCODE", hold=True)
    made = jobs.create_custom_job("TRANSCODE")
    with pytest.raises(JobTimeoutError) as caught:
        jobs.wait_for_job(made, timeout=60)
    error = caught.value
    assert sum(time.sleeps) == pytest.approx(60)
    assert str(error) == (
        f"wait_for_job: job {made.job_id} (TRANSCODE) is HOLD after 60 seconds: it continues; "
        f"wait again with wait_for_job('{made.job_id}')"
    )
    assert error.job is not None
    assert error.job.status == "HOLD"
    assert (error.job_ids, error.timeout, error.__cause__) == ((made.job_id,), 60, None)
    copied = pickle.loads(pickle.dumps(error))
    assert (str(copied), copied.job_ids, copied.job) == (str(error), error.job_ids, error.job)
    vidicore.jobs.release(made.job_id)
    assert jobs.wait_for_job(made.job_id).status == "FINISHED"


def test_a_job_that_ends_within_the_last_nap_is_returned(vidicore: Simulator, jobs: JobApi, time: FakeClock) -> None:
    vidicore.jobs.behave("TRANSCODE", seconds=19)
    assert jobs.wait_for_job(jobs.create_custom_job("TRANSCODE"), timeout=20, poll_interval=18).status == "FINISHED"
    assert time.sleeps == [18, 2]


def test_no_time_at_all_is_one_look(server: Loopback, broken: JobApi, time: FakeClock) -> None:
    server.responses = [reply(document("STARTED")), reply(document("FINISHED"))]
    with pytest.raises(JobTimeoutError, match="is STARTED after 0 seconds"):
        broken.wait_for_job("VX-29", timeout=0)
    assert broken.wait_for_job("VX-29", timeout=0).status == "FINISHED"
    assert len(server.requests) == 2
    assert time.sleeps == []


@pytest.mark.slow  # the last polls may take some seconds
def test_poll_is_bounded_by_the_timeout(server: Loopback, client: vidispine.ApiClient) -> None:
    client.configuration.timeout = None
    server.otherwise = stall(b"HTTP/1.1 200 OK\r\n")
    with pytest.raises(JobTimeoutError, match=r"job VX-29 not read after 0\.5 seconds") as caught:
        JobApi(client).wait_for_job("VX-29", timeout=0.5)
    assert caught.value.job is None
    assert isinstance(caught.value.__cause__, vidispine.ApiTimeoutError)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send SIGINT to a process")
def test_ctrl_c_ends_a_wait_at_once(server: Loopback) -> None:
    server.otherwise = reply(document("STARTED"))
    script = (
        "import vidispine\n"
        f"client = vidispine.Client({server.url!r})\n"
        "try:\n"
        "    client.job.wait_for_job('VX-29', poll_interval=3600, on_progress=lambda job: print('begun', flush=True))\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted')\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        os.kill(process.pid, signal.SIGINT)
        assert process.communicate(timeout=60)[0] == "interrupted\n"
    finally:
        process.kill()
        process.wait()


# Polling errors


def test_a_broken_poll_is_made_again(server: Loopback, broken: JobApi, time: FakeClock) -> None:
    server.responses = [
        reply(document("STARTED", step=1)),
        reply({}, 503),
        hang_up,
        reset,
        reply({}, 429),
        reply({}, 500),
        reply(document("STARTED", step=2)),
        reply(document("FINISHED")),
    ]
    progress = Progress()
    assert broken.wait_for_job("VX-29", timeout=3600, on_progress=progress).status == "FINISHED"
    assert progress.seen == [("STARTED", 1), ("STARTED", 2), ("FINISHED", None)]
    assert len(server.requests) == 8
    assert len(time.sleeps) == 7


def test_a_server_that_is_not_there_is_waited_for_until_the_timeout(time: FakeClock) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # without listen()
        host = f"http://127.0.0.1:{taken.getsockname()[1]}/API"
        with vidispine.Client(host, retries=0) as client:
            client.job._clock = time
            with pytest.raises(JobTimeoutError, match="job VX-29 not read after 60 seconds") as caught:
                client.job.wait_for_job("VX-29", timeout=60)
    assert isinstance(caught.value.__cause__, vidispine.ApiConnectionError)
    assert sum(time.sleeps) == pytest.approx(60)


def test_a_wait_starts_no_thread(
    server: Loopback, broken: JobApi, time: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.responses = [reply(document("STARTED"))] * 30
    server.otherwise = reply(document("FINISHED"))
    broken.get_job("VX-29")  # connects, for which the server starts a thread
    started: list[threading.Thread] = []
    monkeypatch.setattr(threading.Thread, "start", started.append)
    assert broken.wait_for_job("VX-29", poll_interval=0.1).status == "FINISHED"
    assert started == []
    assert sum(time.sleeps) == pytest.approx(2.9)
    assert (len(server.requests), server.connections) == (31, 1)


@pytest.mark.parametrize("asked", ["40", "590.5"])
def test_a_wait_honors_retry_after(server: Loopback, broken: JobApi, time: FakeClock, asked: str) -> None:
    server.responses = [reply({}, 503, {"Retry-After": asked})]
    server.otherwise = reply(document("FINISHED"))
    assert broken.wait_for_job("VX-29").status == "FINISHED"
    assert time.sleeps == [float(asked)]


def test_a_wait_honors_retry_after_within_its_timeout(server: Loopback, broken: JobApi, time: FakeClock) -> None:
    server.otherwise = reply({}, 429, {"Retry-After": "3600"})
    with pytest.raises(JobTimeoutError):
        broken.wait_for_job("VX-29", timeout=100)
    assert time.sleeps == [100]
    assert len(server.requests) == 2


def test_a_wait_without_a_timeout_does_not_wait_longer_than_ten_minutes_for_the_server(
    server: Loopback, broken: JobApi, time: FakeClock
) -> None:
    server.otherwise = reply({}, 503, {"Retry-After": "601"})
    with pytest.raises(vidispine.ServiceException, match="no poll succeeded for 10 minutes") as caught:
        broken.wait_for_job("VX-29")
    assert caught.value.retry_after == 601
    assert time.sleeps == []


def test_without_a_timeout_ten_minutes_of_broken_polls_are_enough(
    server: Loopback, broken: JobApi, time: FakeClock
) -> None:
    server.responses = [*[reply({}, 503)] * 50, reply(document("STARTED"))]
    server.otherwise = reply({}, 503)
    with pytest.raises(vidispine.ServiceException, match="no poll succeeded for 10 minutes; the job ") as caught:
        broken.wait_for_job("VX-29")
    assert caught.value.operation == "get_job"
    # The successful poll restarted the ten minutes.
    first = sum(time.sleeps[:50])
    assert first < 600
    assert 600 <= sum(time.sleeps) - first < 620


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, vidispine.BadRequestException),
        (401, vidispine.UnauthorizedException),
        (403, vidispine.ForbiddenException),
        (404, vidispine.NotFoundException),
        (501, vidispine.ServiceException),
    ],
)
def test_what_will_not_get_better_ends_a_wait_at_once(
    server: Loopback, broken: JobApi, time: FakeClock, status: int, expected: type[Exception]
) -> None:
    server.otherwise = reply({}, status)
    with pytest.raises(expected):
        broken.wait_for_job("VX-29", timeout=60)
    assert len(server.requests) == 1
    assert time.sleeps == []


def test_error_names_a_missing_job(jobs: JobApi) -> None:
    with pytest.raises(vidispine.NotFoundException, match=r"get_job: 404 .*VX-1000"):
        jobs.wait_for_job("VX-1000")


# States


def test_unknown_state_is_not_final(server: Loopback, broken: JobApi) -> None:
    server.responses = [reply(document("FINISHED_SOMEHOW")), reply({"jobId": "VX-29"}), reply(document("FINISHED"))]
    progress = Progress()
    assert broken.wait_for_job("VX-29", on_progress=progress).status == "FINISHED"
    assert progress.seen == [("FINISHED_SOMEHOW", None), (None, None), ("FINISHED", None)]


def test_both_spellings_of_aborting_are_one_state(server: Loopback, broken: JobApi) -> None:
    states = ("ABORT_PENDING", "ABORTED_PENDING", "ABORTED")
    server.responses = [reply(document(state, step=2)) for state in states]
    progress = Progress()
    job = broken.wait_for_job("VX-29", on_progress=progress, raise_on_failure=False)
    assert job.failed
    assert progress.seen == [("ABORT_PENDING", 2), ("ABORTED", 2)]


def test_exception_of_on_progress_ends_the_wait(server: Loopback, broken: JobApi) -> None:
    server.otherwise = reply(document("STARTED"))

    def stop(job: JobType) -> None:
        raise RuntimeError(f"enough of {job.job_id}")

    with pytest.raises(RuntimeError, match="enough of VX-29"):
        broken.wait_for_job("VX-29", on_progress=stop)
    assert len(server.requests) == 1


# Arguments


@pytest.mark.parametrize(
    ("job", "options", "error", "message"),
    [
        (29, {}, vidispine.ApiTypeError, "a job must be a JobType or a job id, not int"),
        (None, {}, vidispine.ApiTypeError, "a job must be a JobType or a job id, not None"),
        (["VX-29"], {}, vidispine.ApiTypeError, "a job must be a JobType or a job id, not list"),
        ("", {}, vidispine.ApiValueError, "the job id must not be ''"),
        ("..", {}, vidispine.ApiValueError, "the job id must not be '..'"),
        (JobType.from_document({"status": "READY"}), {}, vidispine.ApiValueError, "the job has no job_id"),
        ("VX-29", {"timeout": -1}, vidispine.ApiValueError, "timeout must be a non-negative number of seconds, not -1"),
        (
            "VX-29",
            {"timeout": float("nan")},
            vidispine.ApiValueError,
            "timeout must be a non-negative number of seconds",
        ),
        ("VX-29", {"timeout": "60"}, vidispine.ApiTypeError, "timeout must be a number of seconds, not str"),
        ("VX-29", {"timeout": True}, vidispine.ApiTypeError, "timeout must be a number of seconds, not bool"),
        ("VX-29", {"poll_interval": 0}, vidispine.ApiValueError, "poll_interval must be a positive number of seconds"),
        ("VX-29", {"on_progress": "print"}, vidispine.ApiTypeError, "on_progress must be callable, not str"),
        ("VX-29", {"raise_on_failure": 0}, vidispine.ApiTypeError, "raise_on_failure must be True or False"),
    ],
)
def test_invalid_arguments_send_nothing(
    server: Loopback, broken: JobApi, job: Any, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        broken.wait_for_job(job, **options)
    assert str(caught.value).startswith(f"wait_for_job: {message}")
    assert "\n" not in str(caught.value)
    assert server.requests == []
