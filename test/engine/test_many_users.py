"""64 threads, three users, a token that expires, and a server that restarts."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from test.support.loopback import PASSWORD, Loopback, Recorded, reply
from vidispine import ApiConnectionError, ApiResponseError, CallInfo, Client, TokenSource

THREADS = 64
CALLS = 10
USERS = ("ann", "bob", "eve")


class Server:
    """Issues tokens, of which the first one expires half way, and twice drops all connections, as in a restart."""

    def __init__(self, loopback: Loopback) -> None:
        self.issued = 0
        self.users: Counter[tuple[str, str]] = Counter()
        """The requests that were accepted, by the user that they name and the user that they are sent as."""
        self.dropped = 0
        self._loopback = loopback
        self._requests = 0
        self._lock = threading.Lock()

    def __call__(self, connection: Any, request: Recorded) -> bool:
        with self._lock:
            if request.path == "/API/token":
                self.issued += 1
                return reply({"token": f"t{self.issued}"})(connection, request)
            self._requests += 1
            if self._requests in (THREADS * CALLS // 4, THREADS * CALLS * 3 // 4):
                return self._restart()
            token = (request.header("Authorization") or "").partition(" ")[2]
            has_expired = token == "t1" and self._requests > THREADS * CALLS // 2
            is_valid = not has_expired and token in [f"t{number}" for number in range(1, self.issued + 1)]
            if is_valid:
                name, user = request.segments[-1], request.header("RunAs") or ""
                self.users[name.partition("-")[0], user] += 1
                return reply({"userName": user, "realName": name})(connection, request)
        return reply({}, 401)(connection, request)

    def _restart(self) -> bool:
        for connection in list(self._loopback._open):
            self.dropped += 1
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        return False


@pytest.mark.slow
def test_each_request_is_sent_as_the_right_user_and_the_token_is_renewed_once(server: Loopback) -> None:
    vidicore = server.otherwise = Server(server)
    calls: list[CallInfo] = []
    with Client(server.url, username="admin", password=PASSWORD, retries=2, connection_pool_maxsize=THREADS) as client:
        client.settings.token = TokenSource(client.settings)
        client.settings.after_call.append(calls.append)
        clients = {user: client.with_options(run_as=user) for user in USERS}
        ready = threading.Barrier(THREADS)

        def read(user: str, name: str) -> None:
            while True:
                # More calls fail in a restart than the client has retries in its budget.
                with contextlib.suppress(ApiConnectionError, ApiResponseError):
                    got = clients[user].user.get_user(name)
                    assert (got.user_name, got.real_name) == (user, name)
                    return

        def work(thread: int) -> None:
            user = USERS[thread % len(USERS)]
            ready.wait(30)
            for number in range(CALLS):
                read(user, f"{user}-{thread}-{number}")

        with ThreadPoolExecutor(THREADS) as threads:
            for done in [threads.submit(work, thread) for thread in range(THREADS)]:
                done.result(60)
    assert vidicore.issued == 2, "the token is fetched once and renewed once"
    assert set(vidicore.users) == {(user, user) for user in USERS}
    assert sum(vidicore.users.values()) >= THREADS * CALLS
    assert vidicore.dropped > 1
    succeeded = [call for call in calls if call.error is None and call.operation == "get_user"]
    assert len(succeeded) == THREADS * CALLS
