"""Waiting for several jobs."""

from __future__ import annotations

import pickle
import threading
from typing import Any

import pytest

import vidispine
from test.jobs.fake_clock import FakeClock, document
from test.support.loopback import Loopback, reply
from vidispine import JobApi, JobFailedError, JobTimeoutError, JobType
from vidispine.simulator import Simulator


def create(jobs: JobApi, *types: str) -> list[JobType]:
    return [jobs.create_custom_job(type, priority="IMMEDIATE") for type in types]


def test_yields_jobs_as_they_end(vidicore: Simulator, jobs: JobApi) -> None:
    for seconds, type in ((30, "IMPORT"), (10, "TRANSCODE"), (20, "EXPORT")):
        vidicore.jobs.behave(type, seconds=seconds)
    made = create(jobs, "IMPORT", "TRANSCODE", "EXPORT")
    reported = []
    ended = list(jobs.wait_for_jobs(made, on_progress=lambda job: reported.append(job.job_id)))
    assert [job.type for job in ended] == ["TRANSCODE", "EXPORT", "IMPORT"]
    assert all(job.status == "FINISHED" and job.log and job.data for job in ended)
    assert set(reported) == {job.job_id for job in made}


def test_duplicate_job_is_yielded_once(jobs: JobApi) -> None:
    first, second = create(jobs, "EXPORT", "EXPORT")
    given: list[JobType | str] = [first, second.job_id, first.job_id, second]
    assert sorted(job.job_id for job in jobs.wait_for_jobs(given)) == sorted([first.job_id, second.job_id])
    # A string is a single id, as everywhere.
    assert [job.job_id for job in jobs.wait_for_jobs(first.job_id)] == [first.job_id]


def test_an_iterator_shows_how_many_jobs_are_pending(jobs: JobApi) -> None:
    waiting = jobs.wait_for_jobs(create(jobs, "EXPORT", "EXPORT"))
    assert repr(waiting) == "<JobWaiter: 2 of 2 jobs are pending>"
    next(waiting)
    assert repr(waiting) == "<JobWaiter: 1 of 2 jobs are pending>"


def test_no_jobs_send_no_requests(server: Loopback, broken: JobApi) -> None:
    assert list(broken.wait_for_jobs([])) == []
    assert server.requests == []


def test_failed_job_does_not_lose_the_others(vidicore: Simulator, jobs: JobApi) -> None:
    vidicore.jobs.behave("TRANSCODE", fail_at=1, seconds=1)
    failing, *others = create(jobs, "TRANSCODE", "EXPORT", "EXPORT")
    waiting = jobs.wait_for_jobs([failing, *others])
    with pytest.raises(JobFailedError) as caught:
        list(waiting)
    assert caught.value.job.job_id == failing.job_id
    assert str(caught.value).startswith(f"wait_for_jobs: job {failing.job_id} (TRANSCODE) FAILED_TOTAL in step 1 of 4")
    assert sorted(job.job_id for job in waiting) == sorted(job.job_id for job in others)


def test_failed_jobs_can_be_yielded(vidicore: Simulator, jobs: JobApi) -> None:
    vidicore.jobs.behave("TRANSCODE", fail_at=1)
    made = create(jobs, "TRANSCODE", "EXPORT")
    ended = {job.type: job.failed for job in jobs.wait_for_jobs(made, raise_on_failure=False)}
    assert ended == {"TRANSCODE": True, "EXPORT": False}


def test_missing_job_does_not_lose_the_others(jobs: JobApi) -> None:
    (made,) = create(jobs, "EXPORT")
    waiting = jobs.wait_for_jobs(["VX-1000", made])
    with pytest.raises(vidispine.NotFoundException, match="VX-1000"):
        next(waiting)
    assert [job.job_id for job in waiting] == [made.job_id]


def test_a_timeout_names_those_that_go_on(vidicore: Simulator, jobs: JobApi, time: FakeClock) -> None:
    vidicore.jobs.behave("TRANSCODE", hold=True)
    held, quick, also_held = create(jobs, "TRANSCODE", "EXPORT", "TRANSCODE")
    waiting = jobs.wait_for_jobs([held, quick, also_held], timeout=60)
    assert next(waiting).job_id == quick.job_id
    with pytest.raises(JobTimeoutError) as caught:
        next(waiting)
    assert caught.value.job_ids == (held.job_id, also_held.job_id)
    assert str(caught.value) == (
        f"wait_for_jobs: 2 of 3 jobs have not ended after 60 seconds, job {held.job_id} (TRANSCODE) is HOLD: "
        "they continue; wait again with wait_for_jobs(error.job_ids)"
    )
    assert sum(time.sleeps) == pytest.approx(60)
    assert list(waiting) == []
    for job_id in caught.value.job_ids:
        vidicore.jobs.release(job_id)
    assert {job.status for job in jobs.wait_for_jobs(caught.value.job_ids)} == {"FINISHED"}


def test_at_the_end_of_the_time_each_job_is_looked_at_once_more(
    server: Loopback, broken: JobApi, time: FakeClock
) -> None:
    def response(connection: Any, request: Any) -> bool:
        job_id = request.path.rpartition("/")[2]
        status = "FINISHED" if time.seconds >= began + 60 else "STARTED"
        return reply(document(status, job_id))(connection, request)

    began = time.seconds
    server.otherwise = response
    ids = [f"VX-{number}" for number in range(10)]
    ended = broken.wait_for_jobs(ids, timeout=60, poll_interval=59)
    assert sorted(job.job_id for job in ended) == ids
    assert len(server.requests) == 30
    assert time.sleeps == [59, 1]


def test_no_time_at_all_is_one_look_at_each(server: Loopback, broken: JobApi, time: FakeClock) -> None:
    states = ["STARTED", "FINISHED", "WAITING", "FINISHED"]
    server.responses = [reply(document(state, f"VX-{number}")) for number, state in enumerate(states)]
    waiting = broken.wait_for_jobs([f"VX-{number}" for number in range(4)], timeout=0)
    assert [next(waiting).job_id, next(waiting).job_id] == ["VX-1", "VX-3"]
    with pytest.raises(JobTimeoutError) as caught:
        next(waiting)
    assert caught.value.job_ids == ("VX-0", "VX-2")
    assert len(server.requests) == 4
    assert time.sleeps == []


def started(connection: Any, request: Any) -> bool:
    """Respond with the requested job, which is running."""
    return reply(document("STARTED", request.path.rpartition("/")[2]))(connection, request)


@pytest.mark.slow
def test_many_jobs_are_asked_for_in_turn_and_not_too_often(server: Loopback, broken: JobApi, time: FakeClock) -> None:
    server.otherwise = started
    ids = [f"VX-{number}" for number in range(200)]
    with pytest.raises(JobTimeoutError):
        next(broken.wait_for_jobs(ids, timeout=100))
    asked = [request.path.rpartition("/")[2] for request in server.requests]
    # 200 immediately, then 20 per second, and the final poll of each job.
    assert len(asked) == 200 + 100 * 20
    assert {asked.count(job_id) for job_id in ids} == {11}


def test_time_that_the_loop_takes_counts_but_no_job_goes_unseen(
    vidicore: Simulator, jobs: JobApi, time: FakeClock
) -> None:
    made = create(jobs, "EXPORT", "EXPORT", "EXPORT")
    ended = []
    for job in jobs.wait_for_jobs(made, timeout=10):
        ended.append(job.job_id)
        time.seconds += 3600 if len(ended) == 1 else 0
    assert sorted(ended) == sorted(job.job_id for job in made)


def test_a_slow_server_does_not_draw_the_end_of_the_time_out(server: Loopback, broken: JobApi, time: FakeClock) -> None:
    def response(connection: Any, request: Any) -> bool:
        time.seconds += 1
        return started(connection, request)

    server.otherwise = response
    ids = [f"VX-{number}" for number in range(10)]
    with pytest.raises(JobTimeoutError) as caught:
        next(broken.wait_for_jobs(ids, timeout=60, poll_interval=59))
    assert caught.value.job_ids == tuple(ids)
    # The first poll of each job, and three final polls.
    assert len(server.requests) == 13


def test_exception_of_on_progress_loses_no_job(server: Loopback, broken: JobApi) -> None:
    server.otherwise = reply(document("FINISHED"))

    def stop(job: JobType) -> None:
        raise RuntimeError

    waiting = broken.wait_for_jobs(["VX-29"], on_progress=stop)
    with pytest.raises(RuntimeError):
        next(waiting)
    assert [job.job_id for job in waiting] == ["VX-29"]


@pytest.mark.parametrize(
    ("jobs", "error", "message"),
    [
        (29, vidispine.ApiTypeError, "wait_for_jobs: jobs must be an iterable of jobs or job ids, not int"),
        (
            JobType.from_document({"jobId": "VX-29"}),
            vidispine.ApiTypeError,
            "wait_for_jobs: jobs must be an iterable",
        ),
        (["VX-29", 30], vidispine.ApiTypeError, "wait_for_jobs: a job must be a JobType or a job id, not int"),
        (["VX-29", ""], vidispine.ApiValueError, "wait_for_jobs: the job id must not be ''"),
    ],
)
def test_rejects_invalid_jobs_before_iteration(
    server: Loopback, broken: JobApi, jobs: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        broken.wait_for_jobs(jobs)
    assert str(caught.value).startswith(message)
    assert server.requests == []


# Stopping


class Stop:
    """An event that is set after some waits; time passes while it waits."""

    def __init__(self, clock: FakeClock, waits: int) -> None:
        self._clock = clock
        self._left = waits

    def is_set(self) -> bool:
        return self._left < 0

    def wait(self, seconds: float) -> bool:
        self._left -= 1
        if seconds > 0:
            self._clock.sleep(seconds)
        return self.is_set()


def test_a_wait_can_be_stopped(broken: JobApi, server: Loopback, time: FakeClock) -> None:
    server.otherwise = started
    stop: Any = Stop(time, 4)
    waiting = broken.wait_for_jobs(["VX-1", "VX-2"], stop=stop)
    with pytest.raises(vidispine.WaitStoppedError) as caught:
        next(waiting)
    assert caught.value.job_ids == ("VX-1", "VX-2")
    assert caught.value.operation == "wait_for_jobs"
    assert str(caught.value) == (
        "wait_for_jobs: stopped waiting for 2 jobs: continue with wait_for_jobs(error.job_ids)"
    )
    assert len(server.requests) == 4
    assert list(waiting) == []


def test_a_wait_that_is_stopped_before_it_begins_polls_nothing(broken: JobApi, server: Loopback) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(vidispine.WaitStoppedError, match=r"^wait_for_job: stopped waiting for job VX-1: "):
        broken.wait_for_job("VX-1", stop=stop)
    assert server.requests == []


def test_a_wait_is_stopped_while_it_sleeps(broken: JobApi, server: Loopback) -> None:
    stop = threading.Event()

    def response(connection: Any, request: Any) -> bool:
        threading.Thread(target=stop.set).start()
        return started(connection, request)

    server.otherwise = response
    with pytest.raises(vidispine.WaitStoppedError) as caught:
        broken.wait_for_job("VX-1", stop=stop, poll_interval=3600)
    assert pickle.loads(pickle.dumps(caught.value)).job_ids == ("VX-1",)
    assert len(server.requests) == 1


@pytest.mark.parametrize("stop", [True, "stop", 5])
def test_stop_must_be_an_event(broken: JobApi, stop: Any) -> None:
    with pytest.raises(vidispine.ApiTypeError, match=r"stop must be a threading\.Event"):
        broken.wait_for_job("VX-1", stop=stop)
