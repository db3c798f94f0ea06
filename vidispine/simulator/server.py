"""The simulated server over HTTP."""

from __future__ import annotations

import logging
import math
import re
import socket
import threading
import time
from contextlib import suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from cheroot.server import HTTPConnection
from cheroot.wsgi import Gateway_10, Server

from vidispine.simulator.accounts.user_store import Users
from vidispine.simulator.errors import SimulatorError
from vidispine.simulator.handlers import HANDLERS
from vidispine.simulator.http.application import Application
from vidispine.simulator.http.fault_injection import Disturbances
from vidispine.simulator.http.recorded_requests import Requests
from vidispine.simulator.http.recorder import CONNECTION, Front
from vidispine.simulator.jobs.control import Jobs
from vidispine.simulator.state import World

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable

    from typing_extensions import Self

    from vidispine.configuration import Configuration

__all__ = ["Simulator"]

logger = logging.getLogger("vidispine.simulator")

THREADS = 10
"""Requests that are worked on at a time; others wait for their turn."""

BACKLOG = 128
"""Connections that may wait to be accepted."""

STOP_SECONDS = 0.05
"""How long it may take until the server notices that it shall stop."""

HEARTBEAT_SECONDS = 1.0
"""How often a server with a file notes how far its jobs have come, when nobody asks."""


_REACHED_BY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
"""Where a server that listens on all addresses is found."""


class Simulator:
    """A stand-in for VidiCore that runs in this process and speaks HTTP.

    Used as a context manager it serves from the first line of the ``with`` block to the last.
    """

    jobs: Jobs
    """How jobs behave, and the events that come from outside."""

    users: Users
    """Who may log in."""

    requests: Requests
    """What has been asked, for tests to look at."""

    faults: Disturbances
    """What shall go wrong with the next requests."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        db: str | os.PathLike[str] | None = None,
        speed: float = 1.0,
        username: str = "admin",
        password: str = "admin",  # noqa: S107 - the one that everybody knows
        concurrent_jobs: int = 3,
        clock: Callable[[], float] = time.time,
        allow_folders: Iterable[str | os.PathLike[str]] = (),
    ) -> None:
        """Open the state; nothing is served before :meth:`start`.

        :param host: address to listen on
        :param port: port to listen on, 0 to 65535; any free one when 0
        :param db: file to keep the state in, made if it is not there; in memory when ``None``
        :param speed: how many times faster than they say jobs run; above 0
        :param username: name of an administrator that is there from the start
        :param password: the administrator's password
        :param concurrent_jobs: number of jobs that may run at a time, from 0
        :param clock: returns the time in seconds since 1970; for tests that set the time themselves
        :param allow_folders: folders that imports may read from and exports write to by ``file:`` URIs, besides the
            system's folder for temporary files and the simulator's own
        :raises ValueError: a value that makes no sense
        :raises SimulatorError: the file cannot be used, or one of the folders is none
        """
        _check(port, speed, concurrent_jobs)
        self._host = host
        self._port = port
        self._username = username
        self._password = password
        self._server: Server | None = None
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()
        self._world = World(clock, db, concurrent_jobs=concurrent_jobs, speed=speed, allow_folders=allow_folders)
        try:
            self.users = Users(self._world.database, self._world.timeline)
            self.users.ensure_administrator(username, password)
        except BaseException:
            self._world.close()
            raise
        self.jobs = Jobs(self._world)
        self.requests = Requests()
        self.faults = Disturbances()
        self._front = Front(Application(self._world, self.users, HANDLERS), self.requests, self.faults)

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
        """Where the server is: ``http://127.0.0.1:54321``. The API is below ``/API`` there.

        :raises SimulatorError: it is not started
        """
        if self._server is None:
            raise SimulatorError("the simulator is not running")
        address: Any = self._server.bind_addr
        host, port = str(address[0]), address[1]
        host = _REACHED_BY.get(host, host)
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def configuration(self) -> Configuration:
        """Return a configuration for :class:`vidispine.ApiClient` that leads here, as the administrator.

        :raises SimulatorError: the simulator is not started
        """
        from vidispine.configuration import Configuration

        return Configuration(host=f"{self.url}/API", username=self._username, password=self._password)

    def start(self) -> None:
        """Listen and serve; returns as soon as requests are taken. Without effect when it runs already.

        :raises SimulatorError: the address cannot be used, or the simulator was stopped
        """
        if self._stopping.is_set():
            raise SimulatorError("a stopped simulator does not start again; make a new one")
        if self._server is not None:
            return
        server = _Server((self._host, self._port), self._front, numthreads=THREADS, request_queue_size=BACKLOG)
        server.gateway = _Gateway
        server.shutdown_timeout = 1
        server.expiration_interval = STOP_SECONDS
        prepared: SimpleQueue[Exception | None] = SimpleQueue()
        # What the server starts are daemon threads, too, since it starts them in one: a program that forgets to stop
        # the simulator ends all the same.
        self._run("serve", lambda: _serve(server, prepared))
        error = prepared.get()
        if error is not None:
            self.stop()
            raise SimulatorError(f"cannot listen on {self._host}:{self._port}: {_reason(error)}") from error
        self._server = server
        if self._world.database.path is not None:
            self._run("heartbeat", self._beat)

    def _run(self, name: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=f"vidispine-simulator-{name}", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _beat(self) -> None:
        while not self._stopping.wait(HEARTBEAT_SECONDS):
            with self._world.timeline.moment():
                pass

    def stop(self) -> None:
        """Close the server and the state; may be called again. What is in memory is gone, a file can be used again."""
        self._stopping.set()
        self._front.close()
        server, self._server = self._server, None
        if server is not None:
            server.stop()
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        self._world.close()


def _serve(server: Server, prepared: SimpleQueue[Exception | None]) -> None:
    """Serve until the server is stopped; first tell whether it can."""
    try:
        server.prepare()
    except Exception as error:  # noqa: BLE001 - it is raised where the simulator is started
        prepared.put(error)
        return
    prepared.put(None)
    server.serve()


class _Gateway(Gateway_10):
    """Tells the application which connection a request came over."""

    def get_environ(self) -> Any:
        environ: Any = super().get_environ()  # type: ignore[no-untyped-call]
        return {**environ, CONNECTION: self.req.conn.socket}


class _Connection(HTTPConnection):
    """Throws away what the client did not stay for; else Python warns of it when it clears up, at any later time."""

    def close(self) -> None:
        with suppress(OSError):
            self.wfile.close()
        super().close()


class _Server(Server):
    """Writes what goes wrong to the log and not to the console, and closes what it cannot bind."""

    ConnectionClass = _Connection

    @staticmethod
    def bind_socket(socket_: socket.socket, bind_addr: Any) -> socket.socket:
        try:
            socket_.bind(bind_addr)
        except OSError:
            socket_.close()
            raise
        return socket_

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        logger.log(level, msg.rstrip(), exc_info=traceback)


def _check(port: Any, speed: Any, concurrent_jobs: Any) -> None:
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535:
        raise ValueError(f"port must be a whole number from 0 to 65535, not {port!r}")
    if isinstance(speed, bool) or not isinstance(speed, (int, float)) or not 0 < speed < math.inf:
        raise ValueError(f"speed must be a number above 0, not {speed!r}")
    if isinstance(concurrent_jobs, bool) or not isinstance(concurrent_jobs, int) or concurrent_jobs < 0:
        raise ValueError(f"concurrent_jobs must be a whole number from 0 up, not {concurrent_jobs!r}")


def _reason(error: Exception) -> str:
    # cheroot lists the addresses that it tried, each with the system's words.
    found = re.findall(r"\[Errno -?\d+\] ([^)]+)", str(error))
    text = found[-1] if found else str(error).splitlines()[0]
    if "in use" in text:
        return "the address is in use; choose another port, or 0 for any free one"
    if "Permission denied" in text:
        return "permission denied; choose a port above 1023"
    return text
