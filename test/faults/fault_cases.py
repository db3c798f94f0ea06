"""What a server, or what stands before it, can do wrong, and what becomes of a call that meets it.

A case is one line of a table: the call, the fault, the error or the result, how many requests reach the server when the
client may try once more, and the seconds that all of it takes at most.
"""

from __future__ import annotations

import io
import socket
import time
from pathlib import Path
from typing import Any, Callable, NamedTuple, Union

from loopback import Answer, Early, Recorded, hang_up, hold, raw, reply, reset, reset_after, stall
from things import CHANGE, CREATE, LOOK, READ, REMOVE

from vidispine import (
    ApiClient,
    ApiException,
    ApiResponseError,
    ApiTimeoutError,
    FileApi,
    ImportApi,
    JobApi,
)

__all__ = ["CALLS", "CASES", "Case", "Outcome"]

LARGE = 8 * 1024 * 1024
"""Bytes of an upload that does not fit between the two ends of a connection."""

CALLS: dict[str, Callable[[ApiClient, Path, dict[str, Any]], Any]] = {
    "read_thing": lambda client, folder, options: client.call(READ, ("VX-1", None), options),
    "look_at_thing": lambda client, folder, options: client.call(LOOK, (), options),
    "create_thing": lambda client, folder, options: client.call(CREATE, (b"data",), options),
    "change_thing": lambda client, folder, options: client.call(CHANGE, (b"data",), options),
    "remove_thing": lambda client, folder, options: client.call(REMOVE, (), options),
    "get_jobs": lambda client, folder, options: JobApi(client).get_jobs(**options),
    "get_job": lambda client, folder, options: JobApi(client).get_job("VX-9", **options),
    "get_file_data": lambda client, folder, options: FileApi(client).get_file_data(
        "VX-40", _save_to=folder / "clip.mov", **options
    ),
    "import_item_raw": lambda client, folder, options: ImportApi(client).import_item_raw(
        io.BytesIO(bytes(LARGE)), **options
    ),
}

Outcome = Union[type[ApiException], str, bytes, dict[str, Any], list[Any], None]


class Case(NamedTuple):
    """One line of the table."""

    fault: str
    operation: str
    answer: Answer | Early
    outcome: Outcome
    """The very class of the error, or the result; of a download what is in the file."""
    requests: int
    says: str = ""
    """A part of the error's message."""
    seconds: float = 20
    options: dict[str, Any] = {}
    first: Answer | None = None
    """What the same connection answered to a call before this one."""
    stale: bool = False
    """The server has closed that connection since."""
    then: Answer | None = None
    """What is answered when the fault has happened once; the fault again when left out."""

    def __str__(self) -> str:
        return f"{self.operation}: {self.fault}"


CASES: list[Case] = []


def case(fault: str, operation: str, answer: Answer | Early, outcome: Outcome, requests: int, **more: Any) -> None:
    CASES.append(Case(fault, operation, answer, outcome, requests, **more))


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
JOB = {"jobId": "VX-1"}
IN_A_HURRY = {"_request_timeout": 0.2}
FINE = reply("fine", media_type="text/plain")


# A connection that breaks at each point of an exchange. A reading is tried once more; what may have been done is not.

POINTS: dict[str, Callable[[Answer, Callable[[bytes], Answer]], Answer | Early]] = {
    "before the request": lambda at_once, after: Early("accept", at_once),
    "after the request line": lambda at_once, after: Early("line", at_once),
    "amid the request's headers": lambda at_once, after: Early("headers", at_once),
    "after the request": lambda at_once, after: at_once,
    "amid the status line": lambda at_once, after: after(b"HTTP/1.1 2"),
    "after the status line": lambda at_once, after: after(b"HTTP/1.1 200 OK\r\n"),
    "amid the headers": lambda at_once, after: after(HEAD[:-12]),
    "after the headers": lambda at_once, after: after(HEAD + b"Content-Length: 9\r\n\r\n"),
    "amid the body": lambda at_once, after: after(HEAD + b"Content-Length: 9\r\n\r\nhalf"),
    "before a chunk": lambda at_once, after: after(CHUNKED),
    "amid a chunk's length": lambda at_once, after: after(CHUNKED + b"5\r\nhello\r\n1"),
    "amid a chunk": lambda at_once, after: after(CHUNKED + b"5\r\nhel"),
    "between chunks": lambda at_once, after: after(CHUNKED + b"5\r\nhello\r\n"),
}
for _point, _fault in POINTS.items():
    _seen = 0 if _point == "before the request" else 1
    for _operation, _times in (("read_thing", 2), ("create_thing", 1), ("change_thing", 2)):
        _reach = _seen * _times
        case(f"reset {_point}", _operation, _fault(reset, reset_after), ApiResponseError, _reach, says="broke")
        case(f"closed {_point}", _operation, _fault(hang_up, raw), ApiResponseError, _reach, says="broke")
    for _operation, _times in (("read_thing", 2), ("create_thing", 1)):
        case(
            f"stalled {_point}",
            _operation,
            _fault(hold, stall),
            ApiTimeoutError,
            _seen * _times,
            says="in time",
            options=IN_A_HURRY,
        )
for _name, _end in {"reset": reset_after, "closed": raw}.items():
    case(
        f"{_name} amid a download", "get_file_data", _end(HEAD + b"Content-Length: 9\r\n\r\nhalf"), ApiResponseError, 2
    )
    case(f"{_name} amid a download's headers", "get_file_data", _end(HEAD[:-12]), ApiResponseError, 2)
case("stalled amid a download", "get_file_data", stall(CHUNKED + b"5\r\nhello"), ApiTimeoutError, 2, options=IN_A_HURRY)
# All of the body has come by then.
case("closed amid the trailers", "read_thing", raw(CHUNKED + b"2\r\nok\r\n0\r\nX-Tra"), "ok", 1)
case(
    "stalled amid the trailers",
    "read_thing",
    stall(CHUNKED + b"2\r\nok\r\n0\r\nX-Tra"),
    ApiTimeoutError,
    2,
    options=IN_A_HURRY,
)
case("trailers", "read_thing", raw(CHUNKED + b"2\r\nok\r\n0\r\nX-Trailer: a\r\n\r\n"), "ok", 1)

# Uploads that break under way.


def slow_taker(connection: socket.socket, request: Recorded) -> bool:
    """Take the rest of a body after a while, then answer with a job."""
    left = int(request.header("Content-Length") or 0) - len(request.body)
    time.sleep(0.5)
    while left:
        left -= len(connection.recv(65536))
    return reply(JOB)(connection, request)


case("reset amid the upload", "import_item_raw", Early("body", reset), ApiResponseError, 1, says="look before")
case("closed amid the upload", "import_item_raw", Early("body", hang_up), ApiResponseError, 1, says="look before")
case(
    "stalled amid the upload",
    "import_item_raw",
    Early("body", hold),
    ApiTimeoutError,
    1,
    says="look before",
    options=IN_A_HURRY,
)
case(
    "slow to take the upload",
    "import_item_raw",
    Early("body", slow_taker),
    JOB,
    1,
    options={"_request_timeout": (0.2, 20)},
)
case(
    "stalled after the upload",
    "import_item_raw",
    stall(),
    ApiTimeoutError,
    1,
    says="look before",
    options={"_request_timeout": (20, 0.2)},
)
