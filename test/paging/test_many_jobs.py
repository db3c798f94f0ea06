"""Iteration over 100,000 jobs of the simulator while jobs are added and deleted."""

from __future__ import annotations

import gc
import random
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import vidispine
from vidispine import ApiClient, JobApi, Pages
from vidispine.simulator import Simulator

COUNT = 100_000
PAGE = 500
EARLY = 10_000


@pytest.fixture(scope="module")
def vidicore() -> Iterator[Simulator]:
    with Simulator() as simulator:
        simulator.jobs.behave("EXPORT", seconds=0)
        with vidispine.ApiClient(simulator.configuration()) as client:
            first = JobApi(client).create_custom_job("EXPORT", jobmetadata={"itemId": "VX-7"})
            while JobApi(client).get_job(first.job_id).status != "FINISHED":
                time.sleep(0.01)
        yield simulator


def fill(simulator: Simulator) -> None:
    """Replace all jobs with copies of the first one, from VX-1 to VX-100000."""
    database = simulator._state.database
    with simulator._state.timeline.transaction():
        database.execute("DELETE FROM job WHERE serial > 1")
        columns = "user, type, status, priority, started, finished, behaviour, step, phase, slot, warned"
        database.execute(
            "WITH RECURSIVE number(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM number WHERE n < ?) "
            f"INSERT INTO job (serial, {columns}) SELECT n, {columns} FROM number, (SELECT {columns} FROM job)",
            [COUNT],
        )


class BackgroundChanges:
    """Adds and deletes jobs at random, as fast as the server allows, until it is stopped."""

    def __init__(self, configuration: vidispine.Configuration) -> None:
        self.added = 0
        self.deleted = bytearray(COUNT + 1)
        """1 for the number of each deleted job. Smaller than a set."""
        self._configuration = configuration
        self._random = random.Random(5)
        self._stop = threading.Event()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        thread = threading.Thread(target=self._run)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join(60)
            assert not thread.is_alive()

    def _run(self) -> None:
        with ApiClient(self._configuration) as client:
            api = JobApi(client)
            while not self._stop.is_set():
                api.create_custom_job("EXPORT")
                self.added += 1
                # Consecutive jobs, so that whole pages are deleted, and random ones.
                begin = self._random.randrange(2, COUNT - 700)
                chosen = {*range(begin, begin + 700), *(self._random.randrange(2, COUNT) for _ in range(5))}
                for number in chosen:
                    self.deleted[number] = 1
                api.delete_jobs([f"VX-{number}" for number in chosen])
                self._stop.wait(0.1)


def serial(job: vidispine.JobType) -> int:
    return int(job.job_id.removeprefix("VX-"))


def iterate(jobs: Pages[vidispine.JobType]) -> tuple[bytearray, int, int]:
    """Return the number of times that each job was returned, and the peak memory at the start and afterwards, in
    bytes."""
    came = bytearray(2 * COUNT)
    gc.collect()
    tracemalloc.start()
    try:
        early = 0
        for count, job in enumerate(jobs):
            came[serial(job)] += 1
            if count == EARLY:
                early = tracemalloc.get_traced_memory()[1]
                tracemalloc.reset_peak()
        return came, early, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_iterates_over_every_job_once_in_constant_memory(vidicore: Simulator) -> None:
    fill(vidicore)
    with ApiClient(vidicore.configuration()) as client:
        # The simulator is faster with short documents.
        jobs = JobApi(client).iterate_jobs(page_size=PAGE, idonly=True)
        assert jobs.hits == COUNT
        came, early, late = iterate(jobs)
    assert came[1 : COUNT + 1] == b"\1" * COUNT
    # All jobs would need forty times as much. The simulator, in this process, records the requests.
    assert late < early + 1_000_000


@pytest.mark.parametrize("sort", [None, "jobId desc"])
def test_iterates_over_every_job_once_while_jobs_change(vidicore: Simulator, sort: str | None) -> None:
    fill(vidicore)
    background = BackgroundChanges(vidicore.configuration())
    with ApiClient(vidicore.configuration()) as client, background():
        came, early, late = iterate(JobApi(client).iterate_jobs(page_size=PAGE, sort=sort, idonly=True))
    assert background.added > 10
    assert background.deleted.count(1) > 5000
    assert all(times == 1 for times, deleted in zip(came[1:], background.deleted[1:]) if not deleted)
    assert max(came) == 1
    # Going back may keep ten pages in memory; all jobs would need 40 MB.
    assert late < early + 5_000_000
