"""The process under test: threads that share a client and make random calls.

``python -m test.soak.calling URL SEED CALLS FOLDER``. Each thread writes a journal to the folder, a line of JSON for
each fact to be checked later, because memory is measured. Standard output has lines of JSON with the number of calls,
and at the end one with the figures.
"""

from __future__ import annotations

import faulthandler
import json
import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, NamedTuple

from urllib3.exceptions import HTTPError

import vidispine
from test.soak import memory
from vidispine import ApiClient, ApiException, CallInfo, Configuration, JobApi, PreparedRequest
from vidispine.jobs import ABORTING
from vidispine.models import JobState

THREADS = 8
KEY = "soakCall"
"""Key of a job's data with a unique value."""
WARM_UP = 0.2
"""Part of the calls after which memory is measured for the first time."""
STUCK = 60.0
"""Seconds without a finished call after which the threads count as stuck."""
TIMEOUT = (5.0, 1.0)
DEADLINE = 0.5
KNOWN = 30
"""Number of jobs that a thread remembers."""

STATES = sorted(word for name, word in vars(JobState).items() if name.isupper() and isinstance(word, str))
BROKEN = (vidispine.ApiConnectionError, vidispine.ApiTimeoutError, vidispine.ApiResponseError, vidispine.ApiDecodeError)


class Job(NamedTuple):
    """A job that a thread knows."""

    id: str
    key: str


class WrongResponseError(Exception):
    """A response that cannot be right."""


def expect(expected: object, found: object) -> None:
    """Check one fact about a response.

    :raises WrongResponseError: it is wrong
    """
    if expected != found:
        raise WrongResponseError(f"expected {expected!r}, found {found!r}")


class HookCounter:
    """The hooks of the client, which count what they are called with."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def before_request(self, request: PreparedRequest) -> None:
        """Count a request, and change its headers."""
        request.headers["X-Attempt"] = str(request.attempt)
        with self._lock:
            self.counts["requests"] += 1

    def after_call(self, info: CallInfo) -> None:
        """Count a call and its attempts."""
        with self._lock:
            self.counts["calls"] += 1
            self.counts["attempts"] += info.attempts


class Caller:
    """The work of one thread."""

    def __init__(self, client: ApiClient, seed: str, number: int, folder: Path) -> None:
        self.done = 0
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self._api = JobApi(client)
        self._seed = seed
        self._name = str(number)
        self._journal = (folder / f"{number}.jsonl").open("w", encoding="utf-8")
        self._jobs: list[Job] = []
        self._aborted: list[Job] = []
        self._chance = random.Random()

    def run(self, first: int, end: int) -> None:
        """Make some calls, which are determined by the seed and their numbers."""
        for number in range(first, end):
            call = f"{self._name}-{number}"
            self._chance.seed(f"{self._seed}/{call}")
            options: dict[str, Any] = {"_headers": {"X-Call": call}}
            if self._chance.random() < 0.03:
                options["_deadline"] = DEADLINE
            self._call(call, options)
            self.done += 1
        self._journal.flush()

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()

    def _call(self, call: str, options: dict[str, Any]) -> None:
        (kind,) = self._chance.choices(list(KINDS), list(KINDS.values()))
        if not self._jobs and kind not in (Caller.create, Caller.list_filtered, Caller.ask_for_none):
            kind = Caller.create
        outcome = "done"
        try:
            kind(self, call, options)
        except BROKEN as error:
            outcome = type(error).__name__
            self._note(call, error=outcome, text=str(error))
        except vidispine.ServiceException as error:
            outcome = type(error).__name__
            if error.status != 503:
                self._note(call, wrong=str(error))
        except (WrongResponseError, ApiException) as error:
            outcome = type(error).__name__
            self._note(call, wrong=f"{kind.__name__}: {error}")
        self.outcomes[kind.__name__, outcome] += 1

    def _note(self, call: str, **what: Any) -> None:
        self._journal.write(json.dumps({"call": call, **what}) + "\n")

    def _any(self) -> Job:
        return self._chance.choice(self._jobs)

    # Kinds of calls

    def create(self, call: str, options: dict[str, Any]) -> None:
        """Start a job whose data names this call."""
        key = f"{self._seed}/{call}"
        data: dict[str, Any] = {"jobmetadata": {KEY: key}}
        if self._chance.random() < 0.5:
            data = {"simple_metadata_type": {"field": [{"key": KEY, "value": key}]}}
        try:
            job = self._api.create_custom_job("TRANSCODE", priority=self._priority(), **data, **options)
        except ApiException as error:
            # Only the proxy responds with 503, and it has not forwarded the call.
            sent = error.sent and not isinstance(error, vidispine.ServiceException)
            self._note(call, key=key, perhaps=sent)
            raise
        self._note(call, key=key, job=job.job_id)
        expect(JobState.READY, job.status)
        self._jobs.append(Job(job.job_id, key))
        if len(self._jobs) > KNOWN:
            self._jobs.remove(self._any())

    def read(self, call: str, options: dict[str, Any]) -> None:
        """Read a job with its data."""
        job = self._any()
        self._check(job, self._api.get_job(job.id, metadata=True, **options))

    def read_with_headers(self, call: str, options: dict[str, Any]) -> None:
        """Read a job with status and headers of the response."""
        job = self._any()
        data, status, headers = self._api.get_job_with_http_info(job.id, metadata=True, **options)
        self._check(job, data)
        expect((200, "application/json"), (status, headers["Content-Type"]))

    def read_word(self, call: str, options: dict[str, Any]) -> None:
        """Read the state of a job as text."""
        word: Any = self._api.get_job(self._any().id, _accept="text/plain", **options)
        # Python takes a response that is truncated in its headers for a complete, empty one.
        if word and word not in STATES:
            raise WrongResponseError(f"{word!r} is no state")

    def read_later(self, call: str, options: dict[str, Any]) -> None:
        """Read a job with an async call."""
        job = self._any()
        pending: Any = self._api.get_job(job.id, metadata=True, async_req=True, **options)
        self._check(job, pending.get(STUCK))

    def read_in_part(self, call: str, options: dict[str, Any]) -> None:
        """Read an unread response completely, in part or not at all, and release its connection."""
        response: Any = self._api.get_job(self._any().id, metadata=True, _preload_content=False, **options)
        try:
            response.read(self._chance.choice([0, 10, None]))
        except HTTPError as error:
            # It is urllib3's own response, and raises urllib3's own errors.
            raise vidispine.ApiResponseError(0, f"unread response: {error}") from error
        finally:
            response.release_conn()

    def find(self, call: str, options: dict[str, Any]) -> None:
        """Search for the one job with some data."""
        job = self._any()
        found = self._api.get_jobs(jobmetadata={KEY: job.key}, metadata=True, **options)
        expect(1, found.hits)
        self._check(job, found.job[0] if found.job else None)

    def list_filtered(self, call: str, options: dict[str, Any]) -> None:
        """List some jobs in some states."""
        states = self._chance.sample(STATES, 3)
        found = self._api.get_jobs(state=states, number=20, sort="jobId desc", step=True, user=False, **options)
        # A filter for one spelling of aborting returns both.
        asked = {*states, *(ABORTING if not ABORTING.isdisjoint(states) else ())}
        expect(set(), {job.status for job in found.job or ()} - asked)

    def update(self, call: str, options: dict[str, Any]) -> None:
        """Give a job another priority."""
        self._api.update_job(self._any().id, priority=self._priority(), **options)

    def abort(self, call: str, options: dict[str, Any]) -> None:
        """Abort a job, which is deleted later."""
        job = self._any()
        self._api.abort_job(job.id, cleanup=False, reason=call, **options)
        if job not in self._aborted:
            self._aborted.append(job)

    def delete(self, call: str, options: dict[str, Any]) -> None:
        """Delete final jobs."""
        jobs = self._aborted[:3]
        if not jobs:
            self.abort(call, options)
            return
        del self._aborted[:3]
        self._jobs = [job for job in self._jobs if job not in jobs]
        keys = [job.key for job in jobs]
        try:
            self._api.delete_jobs([job.id for job in jobs], **options)
        except vidispine.ConflictException:
            pass  # its cleanup is still running
        except ApiException as error:
            self._note(call, deleted=keys, perhaps=error.sent)
            raise
        else:
            self._note(call, deleted=keys)

    def ask_for_problems(self, call: str, options: dict[str, Any]) -> None:
        """Get the problems of a job, which has none here."""
        found = self._api.get_job_problems(self._any().id, **options)
        expect(0, len(found.problem or ()))

    def ask_for_none(self, call: str, options: dict[str, Any]) -> None:
        """Get a missing job, and an id that is invalid."""
        try:
            self._api.get_job("VX-999999999", **options)
        except vidispine.NotFoundException as error:
            if error.error is not None:
                expect("VX-999999999", error.error.id)
        else:
            raise WrongResponseError("there is such a job")
        try:
            self._api.get_job("..", **options)
        except vidispine.ApiValueError:
            return
        raise WrongResponseError("'..' was sent")

    def _priority(self) -> str:
        return self._chance.choice(["HIGH", "MEDIUM", "LOW"])

    def _check(self, job: Job, found: Any) -> None:
        expect(job.id, getattr(found, "job_id", None))
        data = {pair.key: pair.value for pair in found.data or ()}
        expect(job.key, data.get(KEY))


Kind = Callable[[Caller, str, "dict[str, Any]"], None]

KINDS: dict[Kind, int] = {
    Caller.create: 22,
    Caller.read: 14,
    Caller.read_with_headers: 6,
    Caller.read_word: 4,
    Caller.read_later: 3,
    Caller.read_in_part: 7,
    Caller.find: 8,
    Caller.list_filtered: 4,
    Caller.update: 8,
    Caller.abort: 8,
    Caller.delete: 8,
    Caller.ask_for_problems: 4,
    Caller.ask_for_none: 4,
}
"""Frequency of each in percent."""


def tell(**what: Any) -> None:
    """Write a line for the parent process."""
    print(json.dumps(what), flush=True)


def work(threads: ThreadPoolExecutor, callers: list[Caller], first: int, end: int) -> None:
    """Let all callers make their calls from one number to another, and report progress."""
    running = {threads.submit(caller.run, first, end) for caller in callers}
    done, moved = -1, time.monotonic()
    while running:
        ended, running = wait(running, timeout=0.5)
        for future in ended:
            future.result()
        before, done = done, sum(caller.done for caller in callers)
        tell(done=done, memory=memory.now())
        now = time.monotonic()
        moved = moved if done == before else now
        if running and now - moved > STUCK:
            faulthandler.dump_traceback()
            os._exit(3)


def main() -> None:
    """Make the calls and report the figures."""
    url, seed, calls, folder = sys.argv[1:]
    each = int(calls) // THREADS
    warm = round(each * WARM_UP)
    began = time.monotonic()
    uses = [memory.use()]
    hooks = HookCounter()
    configuration = Configuration(host=url, username="admin", password="admin", timeout=TIMEOUT)
    configuration.before_request, configuration.after_call = [hooks.before_request], [hooks.after_call]
    with ThreadPoolExecutor(THREADS) as threads, ApiClient(configuration, pool_threads=2) as client:
        callers = [Caller(client, seed, number, Path(folder)) for number in range(THREADS)]
        for first, end in ((0, warm), (warm, each)):
            work(threads, callers, first, end)
            uses.append(memory.use())
    outcomes: Counter[tuple[str, str]] = Counter()
    while callers:
        caller = callers.pop()
        caller.close()
        outcomes += caller.outcomes
    del client, caller
    uses.append(memory.use())
    tell(
        seconds=time.monotonic() - began,
        hooks=hooks.counts,
        outcomes=[[*names, number] for names, number in sorted(outcomes.items())],
        **dict(zip(("start", "warm", "end", "closed"), (use._asdict() for use in uses))),
    )


if __name__ == "__main__":
    main()
