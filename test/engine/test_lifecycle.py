"""Lifetime of threads, connections and memory of a client, in this process and in forked ones."""

from __future__ import annotations

import contextlib
import copy
import gc
import logging
import os
import select
import signal
import subprocess
import sys
import threading
import time
import traceback
import tracemalloc
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from test.support.garbage_collector import garbage_collector_disabled
from test.support.loopback import Loopback, Responder, hang_up, reply, reset
from vidispine import (
    ApiClient,
    ApiConnectionError,
    ApiException,
    ApiResponseError,
    ApiValueError,
    Configuration,
    ImportApi,
    JobApi,
    ServiceException,
    TokenSource,
)

JOB = {"jobId": "VX-1", "status": "READY", "type": "EXPORT", "priority": "MEDIUM"}
LIMIT = 20.0


def forks(test: Any) -> Any:
    """Mark a test that forks this process."""
    skipped = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
    quiet = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
    return skipped(quiet(test))


def echo(connection: Any, request: Any) -> bool:
    """Respond with the requested job."""
    return reply({**JOB, "jobId": request.segments[-1]})(connection, request)


def read(client: ApiClient, ids: Iterable[str]) -> str:
    return " ".join(JobApi(client).get_job(id).job_id for id in ids)


class Child:
    """A forked process and its result."""

    def __init__(self, work: Callable[[], str]) -> None:
        self._end, end = os.pipe()
        self._process = os.fork()
        if not self._process:
            text = ""
            try:
                text = work()
            except BaseException:  # noqa: BLE001 - the parent is informed
                text = traceback.format_exc()
            finally:
                os.write(end, text.encode())
                os._exit(0)
        os.close(end)

    def result(self) -> str:
        """Return the result; fail if the child hangs."""
        ready, _, _ = select.select([self._end], [], [], LIMIT)
        if not ready:
            os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        with os.fdopen(self._end, "rb") as stream:
            text = stream.read().decode()
        assert ready, "the child is stuck"
        return text


# Forked processes


@forks
def test_parent_and_forked_child_make_calls_at_once(client: ApiClient, server: Loopback) -> None:
    server.otherwise = echo
    read(client, ["VX-1"])
    ours, theirs = [[f"VX-{first + number}" for number in range(100)] for first in (1000, 2000)]
    child = Child(lambda: read(client, theirs))
    assert read(client, ours) == " ".join(ours)
    assert child.result() == " ".join(theirs)
    assert server.connections == 2


def locks_of(client: ApiClient) -> list[Any]:
    """Return the locks of a client, its pools and their queues."""
    kinds = (type(threading.Lock()), type(threading.RLock()))
    seen: dict[int, Any] = {}
    locks: list[Any] = []
    todo: list[Any] = [client]
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen[id(one)] = one
        if isinstance(one, kinds):
            locks.append(one)
        elif isinstance(one, dict):
            todo += one.values()
        elif isinstance(one, (list, tuple, set)):
            todo += one
        elif type(one).__module__.partition(".")[0] in ("vidispine", "urllib3", "queue") or isinstance(
            one, threading.Condition
        ):
            todo += getattr(one, "__dict__", {}).values()
    return locks


@contextlib.contextmanager
def held_elsewhere(locks: list[Any]) -> Iterator[None]:
    """Let another thread hold some locks, as if it were in a critical section."""
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with contextlib.ExitStack() as stack:
            for lock in locks:
                stack.enter_context(lock)
            held.set()
            over.wait(LIMIT)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(LIMIT)
    try:
        yield
    finally:
        over.set()
        thread.join()


@forks
def test_forked_child_does_not_inherit_held_locks(client: ApiClient, server: Loopback) -> None:
    def response(connection: Any, request: Any) -> bool:
        return (reply({"token": "t0k3n"}) if "/token" in request.path else echo)(connection, request)

    server.otherwise = response
    client.configuration.token = TokenSource(client.configuration)
    read(client, ["VX-1"])
    locks = locks_of(client)
    assert len(locks) >= 4  # the client's, and those of its retries, of urllib3's pools and of the token

    def work() -> str:
        found = read(client, ["VX-2"])
        pending: Any = JobApi(client).get_job("VX-3", async_req=True)
        later = pending.get(LIMIT).job_id
        client.close()
        gc.collect()
        return f"{found} {later}"

    with held_elsewhere(locks):
        child = Child(work)
        assert child.result() == "VX-2 VX-3"
    assert read(client, ["VX-4"]) == "VX-4"


@forks
def test_fork_during_a_call_of_another_thread(client: ApiClient, server: Loopback) -> None:
    arrived, go_on = threading.Event(), threading.Event()

    def slowly(connection: Any, request: Any) -> bool:
        arrived.set()
        go_on.wait(LIMIT)
        return echo(connection, request)

    server.responses = [slowly]
    server.otherwise = echo
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(read(client, ["VX-1"])))
    thread.start()
    assert arrived.wait(LIMIT)
    assert Child(lambda: read(client, ["VX-2"])).result() == "VX-2"
    go_on.set()
    thread.join()
    assert found == ["VX-1"]
    assert read(client, ["VX-3"]) == "VX-3"
    assert server.connections == 2


@forks
def test_forked_child_has_its_own_threads_for_async_calls(client: ApiClient, server: Loopback) -> None:
    server.otherwise = echo
    api: Any = JobApi(client)
    assert api.get_job("VX-1", async_req=True).get(LIMIT).job_id == "VX-1"

    def work() -> str:
        found: str = api.get_job("VX-2", async_req=True).get(LIMIT).job_id
        client.close()
        return found

    assert Child(work).result() == "VX-2"
    assert api.get_job("VX-3", async_req=True).get(LIMIT).job_id == "VX-3"


# After close()


def test_closed_client_starts_no_threads(client: ApiClient) -> None:
    client.close()
    with pytest.raises(ApiValueError, match=r"^get_job: this client is closed: create a new client$"):
        JobApi(client).get_job("VX-1", async_req=True)


@pytest.mark.parametrize(
    ("response", "error"),
    [(hang_up, ApiResponseError), (reply("", 503), ServiceException)],
    ids=["broken", "later"],
)
def test_close_stops_retries(server: Loopback, response: Responder, error: type[ApiException]) -> None:
    configuration = Configuration(host=server.url, username="admin", timeout=20, retries=5)
    with ApiClient(configuration) as client:

        def close_meanwhile(connection: Any, request: Any) -> bool:
            client.close()
            return response(connection, request)

        server.otherwise = close_meanwhile
        with pytest.raises(error):
            read(client, ["VX-1"])
    assert len(server.requests) == 1


class Closing:
    """A file that closes the client when it is first used: after a connection was requested, before it is acquired."""

    def __init__(self, client: ApiClient) -> None:
        self._client = client

    def tell(self) -> int:
        self._client.close()
        return 0

    def seek(self, position: int, whence: int = 0) -> int:
        return position

    def read(self, size: int = -1) -> bytes:
        return b""


def test_close_before_a_request_is_sent(client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply(JOB)
    JobApi(client).get_job("VX-1")
    with pytest.raises(ApiValueError, match=r"this client is closed: create a new client$"):
        client.call_api("/x", "POST", body=Closing(client))
    assert len(server.requests) == 1


class ClosingConfiguration(Configuration):
    """Closes the client immediately before a call is sent."""

    client: ApiClient | None = None

    @property
    def retries(self) -> int:
        if self.client is not None:
            self.client.close()
        return 0

    @retries.setter
    def retries(self, value: object) -> None:
        pass


def test_close_during_a_call(server: Loopback) -> None:
    """Which of both happens depends on urllib3; a request that was not sent must not be reported as sent."""
    server.otherwise = reply(JOB)
    configuration = ClosingConfiguration(host=server.url, username="admin", timeout=20)
    client = ApiClient(configuration)
    JobApi(client).create_custom_job("EXPORT")
    configuration.client = client
    try:
        JobApi(client).create_custom_job("EXPORT")
    except ApiConnectionError as error:
        assert "this client is closed" in str(error)  # noqa: PT017 - it may succeed, too
        assert len(server.requests) == 1
    else:
        assert len(server.requests) == 2


# Threads, and the end of the interpreter

SCRIPT = """
import os, sys, threading, time
from vidispine import ApiClient, Configuration, JobApi
client = ApiClient(Configuration(host=sys.argv[1], username="admin", timeout=None, retries=0), pool_threads=3)
api = JobApi(client)
{}
print("over", flush=True)
"""


def run(server: Loopback, work: str) -> tuple[str, str, int]:
    """Run a program with a client that it never closes; return its output and its exit code."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", SCRIPT.format(work), server.url],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.stdout, done.stderr, done.returncode


@pytest.mark.slow
@pytest.mark.parametrize(
    "work",
    [
        'api.get_job("VX-1")',
        '[api.get_job("VX-1", async_req=True).get() for _ in range(3)]',
        'pending = [api.get_job("VX-slow", async_req=True) for _ in range(5)]; time.sleep(0.5)',
        'api.get_job("VX-1", _deadline=300)',
        'api.get_job("VX-slow", async_req=True, _deadline=300); time.sleep(0.5)',
        'threading.Thread(target=lambda: api.get_job("VX-slow", _deadline=300), daemon=True).start(); time.sleep(0.5)',
    ],
    ids=["open", "responded", "in flight", "deadline", "deadline in flight", "deadline in a thread"],
)
def test_interpreter_exits_with_open_clients(server: Loopback, work: str) -> None:
    over = threading.Event()

    def response(connection: Any, request: Any) -> bool:
        if request.path.endswith("slow"):
            over.wait(60)
        return reply(JOB)(connection, request)

    server.otherwise = response
    try:
        assert run(server, work) == ("over\n", "", 0)
    finally:
        over.set()


FORK = """
api.get_job("VX-1", async_req=True).get()
child = os.fork()
api.get_job("VX-1")
api.get_job("VX-1", async_req=True).get()
child and os.waitpid(child, 0)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
def test_forked_process_exits_with_open_clients(server: Loopback) -> None:
    server.otherwise = reply(JOB)
    assert run(server, FORK) == ("over\nover\n", "", 0)
    assert len(server.requests) == 5


def test_deadline_leaves_no_thread(client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply(JOB)
    before = threading.active_count()
    for _ in range(20):
        JobApi(client).get_job("VX-1", _deadline=300)
    end = time.monotonic() + LIMIT
    while any(isinstance(thread, threading.Timer) for thread in threading.enumerate()) and time.monotonic() < end:
        time.sleep(0.01)
    # The server has one more for the client's connection.
    assert threading.active_count() <= before + 1


# Memory


def memory_of_calls() -> int:
    """Return the bytes that the package and its HTTP libraries hold, without those of the server."""
    gc.collect()
    places = [f"*/{name}/*" for name in ("vidispine", "urllib3", "http", "email", "json", "multiprocessing")]
    filters = [tracemalloc.Filter(True, place) for place in places]
    snapshot = tracemalloc.take_snapshot().filter_traces(filters)
    return sum(trace.size for trace in snapshot.traces)


@pytest.mark.slow
def test_calls_leave_nothing_in_memory(
    server: Loopback, configuration: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    # pytest keeps log records.
    monkeypatch.setattr(logging.getLogger("vidispine"), "disabled", True)
    configuration.retries = 1
    configuration.timeout = 20
    failing = {"/API/job/VX-404": reply({"notFound": {"type": "Job", "id": "VX-404"}}, 404), "/API/job/VX-0": reset}

    def response(connection: Any, request: Any) -> bool:
        server.requests.clear()
        return failing.get(request.path, reply(JOB))(connection, request)

    server.otherwise = response
    client = ApiClient(configuration)
    api: Any = JobApi(client)

    def some_calls(number: int) -> None:
        for _ in range(number):
            assert api.get_job("VX-1").status == "READY"
            api.create_custom_job("EXPORT", jobmetadata={"a": "b"})
            api.get_job("VX-1", _deadline=60)
            api.get_job_with_http_info("VX-1", _headers={"X-A": "b"})
            api.get_job("VX-1", _preload_content=False).release_conn()
            api.get_job("VX-1", async_req=True).get(LIMIT)
            ImportApi(client).import_item_raw(b"data")
            with pytest.raises(ApiException):
                api.get_job("VX-404")
            with pytest.raises(ApiResponseError):
                api.create_duplicate_job("VX-0", _request_timeout=20)
            with pytest.raises(ApiValueError):
                api.get_job("")

    failing["/API/job/VX-0/re-run"] = reset
    with client:
        some_calls(40)
        tracemalloc.start()
        try:
            some_calls(10)
            before = memory_of_calls()
            some_calls(300)
            after = memory_of_calls()
        finally:
            tracemalloc.stop()
    # Caches of the standard library fill up to their limits. A leak would be hundreds of bytes per call.
    assert (after - before) / 3000 < 16, "bytes a call"


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="references are not counted")
def test_models_responses_and_errors_are_in_no_reference_cycles(client: ApiClient, server: Loopback) -> None:
    listed = reply({"hits": 1, "job": [{**JOB, "subJob": [JOB], "started": "2026-03-01T10:00:00Z"}]})
    server.responses = [listed, listed, reply({"notFound": {"type": "Job", "id": "VX-404"}}, 404)]
    api: Any = JobApi(client)

    def things() -> list[Any]:
        jobs, response = api.get_jobs(), api.get_jobs_with_http_info()
        within = jobs.job[0].sub_job[0]
        within.priority = "HIGH"
        made_of_it = [jobs.to_dict(), jobs.to_json(), repr(jobs), copy.deepcopy(jobs)]
        assert jobs == made_of_it[-1]
        try:
            api.get_job("VX-404")
        except ApiException as error:
            return list(map(weakref.ref, (jobs, jobs.job[0], within, response.data, error)))
        return []

    with garbage_collector_disabled():
        assert [one() for one in things()] == [None] * 5
