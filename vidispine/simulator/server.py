"""The simulator: an HTTP server with a simulated VidiCore."""

from __future__ import annotations

import math
import sqlite3
import threading
import time
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from vidispine.simulator import SimulatorError, accounts, catalog, http, jobs, media
from vidispine.simulator.accounts.user_store import UserStore
from vidispine.simulator.database.connection import damaged
from vidispine.simulator.http.application import Application
from vidispine.simulator.http.canned_responses import CannedResponses
from vidispine.simulator.http.fault_injection import FaultInjector, FaultMiddleware
from vidispine.simulator.http.formats import check_integer
from vidispine.simulator.http.recorded_requests import RequestRecorder, Requests
from vidispine.simulator.http.requests import load_handlers
from vidispine.simulator.http.wsgi_server import WsgiServer, explain_bind_error, serve
from vidispine.simulator.jobs.control import JobControl
from vidispine.simulator.state import ServerState

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator

    from typing_extensions import Self

    from vidispine.configuration import Configuration
    from vidispine.simulator.http.canned_responses import Reply

__all__ = ["Simulator"]

HANDLERS = load_handlers((accounts, catalog, http, jobs, media))
"""The handlers of all simulated operations."""

THREADS = 10
"""Number of requests that are handled concurrently, unless some of them hang."""

MAX_THREADS = 200
"""Maximum number of threads. They are added while requests wait, since clients may send, read or stall slowly."""

GROW_SECONDS = 0.25
"""Interval at which threads are added."""

SHUTDOWN_SECONDS = 1.0
"""Time for requests to end when the server stops. Then their connections are closed."""

BACKLOG = 128
"""Number of connections that may wait to be accepted."""

STOP_SECONDS = 0.05
"""Interval at which the server checks whether it is stopped."""

HEARTBEAT_SECONDS = 1.0
"""Interval at which the progress of jobs is saved to the state file while there are no requests."""

_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
"""Address to connect to when the server listens on all interfaces."""


class Simulator:
    """A simulated VidiCore server, in this process.

    As a context manager, it starts and stops the server::

        with Simulator(sample_data=True) as vidicore, Client(configuration=vidicore.configuration()) as client:
            print(client.item.get_item("VX-93", content="metadata").metadata["title"])
    """

    jobs: JobControl
    """Controls the behavior of jobs."""

    users: UserStore
    """Adds, enables and disables users."""

    requests: Requests
    """The recorded requests."""

    faults: FaultInjector
    """Injects faults into the next requests."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        db: str | os.PathLike[str] | None = None,
        speed: float = 1.0,
        username: str = "admin",
        password: str = "admin",  # noqa: S107 - documented default
        concurrent_jobs: int = 3,
        clock: Callable[[], float] = time.time,
        allow_folders: Iterable[str | os.PathLike[str]] = (),
        strict: bool = True,
        sample_data: bool = False,
    ) -> None:
        """Create a simulator. Call :meth:`start` to serve requests.

        :param host: address to listen on
        :param port: port to listen on, 0 to 65535. 0: any free port
        :param db: state file, created when missing. Default: the state is in memory
        :param speed: divides all times of jobs; above 0
        :param username: name of the administrator
        :param password: password of the administrator
        :param concurrent_jobs: number of jobs that run concurrently, from 0
        :param clock: returns the time in seconds since 1970
        :param allow_folders: folders that imports may read from and exports may write to by ``file:`` URIs, in
            addition to the temporary folder of the system and the folder of the simulator
        :param sample_data: create the sample archive, a small newsroom. A state file that has it keeps it
        :param strict: reject unknown query parameters and missing documents with 400, so that tests find mistakes.
            With ``False``, they are ignored, as VidiCore does
        :raises ValueError: an argument is out of range
        :raises SimulatorError: the state file cannot be used, or has other data than the sample archive; or an allowed
            folder is missing
        """
        _check_arguments(port, speed, concurrent_jobs)
        self._host = host
        self._port = port
        self._username = username
        self._password = password
        self._server: WsgiServer | None = None
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()
        with _damage_reported(db):
            self._state = ServerState(
                clock, db, concurrent_jobs=concurrent_jobs, speed=speed, allow_folders=allow_folders
            )
            try:
                self.users = UserStore(self._state.database, self._state.timeline, self._state.groups)
                self.users.ensure_administrator(username, password)
                self.jobs = JobControl(self._state)
                self._canned = CannedResponses()
                application = Application(self._state, self.users, HANDLERS, self._canned, strict=strict)
                if sample_data:
                    self._ensure_sample_data(application)
            except BaseException:
                self._state.close()
                raise
        self.requests = Requests()
        self.faults = FaultInjector()
        self._faults = FaultMiddleware(application, self.faults)
        self._application = RequestRecorder(self._faults, self.requests)

    def _ensure_sample_data(self, application: Application) -> None:
        """Create the sample archive in an empty state."""
        from vidispine.simulator.sample_data.archive import FIRST_IDS, SAVED_SEARCH, SHARED_PERSON, create_sample_data

        state = self._state
        if state.has_sample_data:
            return
        with state.timeline.single_transaction():
            state.start_ids(FIRST_IDS)
            with state.scheduler.all_slots_free():
                create_sample_data(application, self.jobs, self._username, self._password)
            state.keep_sample_data(SHARED_PERSON, SAVED_SEARCH)

    def __repr__(self) -> str:
        state = "stopped" if self._stopping.is_set() else "not started" if self._server is None else self.url
        return f"<Simulator {state}>"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Base URL of the server, such as ``http://127.0.0.1:54321``. The API is below ``/API``.

        :raises SimulatorError: the simulator is not running
        """
        if self._server is None:
            raise SimulatorError("the simulator is not running")
        address: Any = self._server.bind_addr
        host, port = str(address[0]), address[1]
        host = _LOOPBACK.get(host, host)
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def configuration(self) -> Configuration:
        """Return a configuration for :class:`vidispine.ApiClient` with the URL and the administrator's credentials.

        All other settings have their defaults, regardless of environment variables and
        :meth:`vidispine.Configuration.set_default`. No proxy is used.

        :raises SimulatorError: the simulator is not running
        """
        from vidispine.configuration import Configuration

        return Configuration.isolated(host=f"{self.url}/API", username=self._username, password=self._password)

    def reply(self, operation: str, response: Reply) -> None:
        """Define the response to all requests for an operation, simulated or not.

        The request is authenticated, checked and recorded as always, but not executed. Documents are checked against
        the result that the operation declares; those that a callable returns are checked when they are sent, and an
        invalid one becomes a response with status 500.

        :param operation: name of the operation, such as ``get_library``
        :param response: a model or a mapping in wire form, text, bytes, or ``None``, as the operation returns it; an
            :class:`~vidispine.ApiException` with a status from 400, which the SDK then raises; or a callable that
            returns or raises one of them for a :class:`~vidispine.simulator.http.canned_responses.CannedRequest`
        :raises TypeError: the operation does not return such a value
        :raises ValueError: there is no such operation, or the document does not match its model
        """
        self._canned.set(operation, response)

    def reply_next(self, operation: str, response: Reply, *, times: int = 1) -> None:
        """Define the response to the next requests for an operation, after those already defined; see :meth:`reply`.

        :param times: number of requests, from 1
        :raises TypeError: the operation does not return such a value
        :raises ValueError: an argument is invalid, or the document does not match its model
        """
        self._canned.add(operation, response, times)

    def clear_replies(self) -> None:
        """Remove all canned responses."""
        self._canned.clear()

    def start(self) -> None:
        """Start the server. Returns when it accepts connections. No effect when it is running.

        :raises SimulatorError: the address cannot be used, or the simulator was stopped
        """
        if self._stopping.is_set():
            raise SimulatorError("a stopped simulator cannot be started again; create a new one")
        if self._server is not None:
            return
        limits = {"numthreads": THREADS, "max": MAX_THREADS, "request_queue_size": BACKLOG}
        address = (self._host, self._port)
        server = WsgiServer(address, self._application, **limits, shutdown_timeout=SHUTDOWN_SECONDS)
        server.expiration_interval = STOP_SECONDS
        prepared: SimpleQueue[Exception | None] = SimpleQueue()
        # Threads that a daemon thread starts are daemon threads too: a running server does not keep a program alive.
        self._run("serve", lambda: serve(server, prepared))
        error = prepared.get()
        if error is not None:
            self.stop()
            raise SimulatorError(f"cannot listen on {self._host}:{self._port}: {explain_bind_error(error)}") from error
        self._server = server
        self._run("threads", lambda: self._add_threads(server))
        if self._state.database.path is not None:
            self._run("heartbeat", self._save_progress)

    def _run(self, name: str, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name=f"vidispine-simulator-{name}", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _add_threads(self, server: WsgiServer) -> None:
        while not self._stopping.wait(GROW_SECONDS):
            waiting = server.requests.qsize
            if waiting:
                server.requests.grow(waiting)

    def _save_progress(self) -> None:
        while not self._stopping.wait(HEARTBEAT_SECONDS):
            with self._state.timeline.transaction():
                pass

    def stop(self) -> None:
        """Stop the server and close the state. Idempotent. State in memory is lost; a state file can be reused."""
        self._stopping.set()
        self._faults.close()
        server, self._server = self._server, None
        if server is not None:
            self._stop_server(server)
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        self._state.close()

    def _stop_server(self, server: WsgiServer) -> None:
        """Stop a server, which waits for clients that do not read their responses: these are disconnected."""
        stopped = threading.Event()

        def disconnect() -> None:
            if not stopped.wait(SHUTDOWN_SECONDS):
                server.disconnect()

        thread = threading.Thread(target=disconnect, daemon=True)
        thread.start()
        server.stop()
        stopped.set()
        thread.join()


@contextmanager
def _damage_reported(db: str | os.PathLike[str] | None) -> Iterator[None]:
    """Report a damaged state file in one line.

    :raises SimulatorError: the state file cannot be read
    """
    try:
        yield
    except sqlite3.Error as error:
        raise SimulatorError(damaged(db, str(error))) from error


def _check_arguments(port: Any, speed: Any, concurrent_jobs: Any) -> None:
    check_integer("port", port, 0, 65535)
    if isinstance(speed, bool) or not isinstance(speed, (int, float)) or not 0 < speed < math.inf:
        raise ValueError(f"speed must be a number above 0, not {speed!r}")
    if isinstance(concurrent_jobs, bool) or not isinstance(concurrent_jobs, int) or concurrent_jobs < 0:
        raise ValueError(f"concurrent_jobs must be an integer of at least 0, not {concurrent_jobs!r}")
