"""Faults of a server or proxy, and the expected outcome of a call.

A case has the call, the fault, the error or the result, the number of requests that reach the server when the client
may make one retry, and the maximum number of seconds.
"""

from __future__ import annotations

import gzip
import io
import json
import socket
import time
import zlib
from email.utils import formatdate
from pathlib import Path
from typing import Any, Callable, NamedTuple, Union

from test.support.loopback import Early, Recorded, Responder, drip, hang_up, hold, raw, reply, reset, reset_after, stall
from test.support.sample_operations import CHANGE, CREATE, LOOK, READ, REMOVE
from vidispine import (
    ApiClient,
    ApiDecodeError,
    ApiException,
    ApiResponseError,
    ApiTimeoutError,
    BadRequestException,
    ConflictException,
    FileApi,
    ForbiddenException,
    ImportApi,
    JobApi,
    NotFoundException,
    ServiceException,
    UnauthorizedException,
)

__all__ = ["CALLS", "CASES", "Case", "Outcome"]

LARGE = 8 * 1024 * 1024
"""Size of an upload that does not fit into the socket buffers."""

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
    """One row of the table."""

    fault: str
    operation: str
    response: Responder | Early
    outcome: Outcome
    """The exact class of the error, or the result; for a download the content of the file."""
    requests: int
    says: str = ""
    """A part of the message."""
    seconds: float = 20
    options: dict[str, Any] = {}
    first: Responder | None = None
    """The response to an earlier call on the same connection."""
    stale: bool = False
    """The server has closed that connection since then."""
    late: bool = False
    """Further bytes have arrived on it since then."""
    then: Responder | None = None
    """The response after the fault has occurred once. Default: the fault again."""

    def __str__(self) -> str:
        return f"{self.operation}: {self.fault}"


CASES: list[Case] = []


def case(fault: str, operation: str, response: Responder | Early, outcome: Outcome, requests: int, **more: Any) -> None:
    CASES.append(Case(fault, operation, response, outcome, requests, **more))


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
JOB = {"jobId": "VX-1"}
SHORT_TIMEOUT = {"_request_timeout": 0.1}
FINE = reply("fine", media_type="text/plain")


# Connections that break at each point of an exchange. Idempotent requests are retried; others are not.

POINTS: dict[str, Callable[[Responder, Callable[[bytes], Responder]], Responder | Early]] = {
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
            options=SHORT_TIMEOUT,
        )
for _name, _end in {"reset": reset_after, "closed": raw}.items():
    case(
        f"{_name} amid a download", "get_file_data", _end(HEAD + b"Content-Length: 9\r\n\r\nhalf"), ApiResponseError, 2
    )
    case(f"{_name} amid a download's headers", "get_file_data", _end(HEAD[:-12]), ApiResponseError, 2)
case(
    "stalled amid a download",
    "get_file_data",
    stall(CHUNKED + b"5\r\nhello"),
    ApiTimeoutError,
    2,
    options=SHORT_TIMEOUT,
)
# The complete body has been received by then.
case("closed amid the trailers", "read_thing", raw(CHUNKED + b"2\r\nok\r\n0\r\nX-Tra"), "ok", 1)
case(
    "stalled amid the trailers",
    "read_thing",
    stall(CHUNKED + b"2\r\nok\r\n0\r\nX-Tra"),
    ApiTimeoutError,
    2,
    options=SHORT_TIMEOUT,
)
case("trailers", "read_thing", raw(CHUNKED + b"2\r\nok\r\n0\r\nX-Trailer: a\r\n\r\n"), "ok", 1)

# Interrupted uploads.


def read_slowly(connection: socket.socket, request: Recorded) -> bool:
    """Read the rest of a body after a delay, then respond with a job."""
    left = int(request.header("Content-Length") or 0) - len(request.body)
    time.sleep(0.5)
    while left:
        left -= len(connection.recv(65536))
    return reply(JOB)(connection, request)


def reject_then_read(connection: socket.socket, request: Recorded) -> bool:
    """Reject a body after its start and read the rest nevertheless, as some servers do."""
    connection.sendall(b"HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    left = int(request.header("Content-Length") or 0) - len(request.body)
    while left:
        left -= len(connection.recv(65536))
    return False


case("reset amid the upload", "import_item_raw", Early("body", reset), ApiResponseError, 1, says="check before")
case("closed amid the upload", "import_item_raw", Early("body", hang_up), ApiResponseError, 1, says="check before")
case(
    "stalled amid the upload",
    "import_item_raw",
    Early("body", hold),
    ApiTimeoutError,
    1,
    says="check before",
    options=SHORT_TIMEOUT,
)
case(
    "slow to take the upload",
    "import_item_raw",
    Early("body", read_slowly),
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
    says="check before",
    options={"_request_timeout": (20, 0.2)},
)


def text(body: bytes, *headers: bytes) -> Responder:
    """Return a text response with exactly these headers, after which the connection is closed."""
    return raw(HEAD + b"".join(header + b"\r\n" for header in headers) + b"\r\n" + body)


def document(body: Any, status: int = 200, **headers: str) -> Responder:
    """Return a response with the media type of JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return reply(body, status, named, reason="Reason")


def odd(status_line: bytes, body: bytes = b"") -> Responder:
    """Return a response with its own status line, on a persistent connection."""

    def respond(connection: socket.socket, request: Recorded) -> bool:
        length = f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        connection.sendall(status_line + b"\r\n" + length + body)
        return True

    return respond


def in_parts(*parts: bytes, seconds: float = 0.05) -> Responder:
    """Return a response that is sent in several parts, on a persistent connection."""

    def respond(connection: socket.socket, request: Recorded) -> bool:
        for part in parts:
            connection.sendall(part)
            time.sleep(seconds)
        return True

    return respond


def moved(location: str, status: int = 302) -> Responder:
    return reply("moved", status, {"Location": location})


def zipped(body: bytes) -> bytes:
    return gzip.compress(body)


CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
OK2 = HEAD + b"Content-Length: 2\r\n\r\nok"
EVIL = HEAD + b"Content-Length: 4\r\n\r\nevil"
GZIP = {"Content-Encoding": "gzip"}
DEFLATE = {"Content-Encoding": "deflate"}
DEEP_XML = "<a>" * 100_000
BOMB = zipped(bytes(20_000_000))
LAUGHS = (
    '<!DOCTYPE ExceptionDocument [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]><ExceptionDocument><conflict><id>&a11;</id></conflict></ExceptionDocument>"
)
NOT_FOUND = {"notFound": {"type": "Job", "id": "VX-9"}}
NO_JOB = "get_job: 404 Reason: no Job with id VX-9"

# fmt: off

# Wrong lengths.
case("a length too long", "read_thing", text(b"short", b"Content-Length: 100"), ApiResponseError, 2, says="broke")
case("a length too long", "create_thing", text(b"short", b"Content-Length: 100"), ApiResponseError, 1, says="broke")
case("a length of terabytes", "read_thing", text(b"short", b"Content-Length: 99999999999999"), ApiResponseError, 1,
     says="max_response_bytes")
case("a length beyond all numbers", "read_thing", text(b"short", b"Content-Length: " + b"9" * 40), ApiResponseError, 1)
case("a length beyond all numbers", "create_thing", text(b"x", b"Content-Length: " + b"9" * 40), ApiResponseError, 1)
case("a length of 5,000 digits", "read_thing", text(b"short", b"Content-Length: " + b"9" * 5000), "short", 1)
case("a length of terabytes", "get_file_data", text(b"short", b"Content-Length: 99999999999999"), ApiResponseError, 2)
case("a length below zero", "read_thing", text(b"till the end", b"Content-Length: -1"), "till the end", 1)
case("a length that is no number", "read_thing", text(b"till the end", b"Content-Length: many"), "till the end", 1)
case("a length that is no number", "get_file_data", text(b"till the end", b"Content-Length: \xb2"), b"till the end", 1)
case("two lengths", "read_thing", text(b"hello", b"Content-Length: 5", b"Content-Length: 6"), ApiResponseError, 1)
case("two lengths", "create_thing", text(b"hello", b"Content-Length: 5", b"Content-Length: 6"), ApiResponseError, 1)
case("the same length twice", "read_thing", text(b"hello", b"Content-Length: 5", b"Content-Length: 5"), "hello", 1)
case("a length and chunks", "read_thing",
     text(b"5\r\nhello\r\n0\r\n\r\n", b"Content-Length: 3", b"Transfer-Encoding: chunked"), "hello", 1)
case("a chunk of terabytes", "read_thing", raw(CHUNKED + b"ffffffffff\r\nhello"), ApiResponseError, 2)
case("a chunk of terabytes", "get_file_data", raw(CHUNKED + b"ffffffffff\r\nhello"), ApiResponseError, 2)
case("a chunk beyond all numbers", "read_thing", raw(CHUNKED + b"f" * 40 + b"\r\nhello"), ApiResponseError, 2)
case("a chunk below zero", "read_thing", raw(CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n"), ApiResponseError, 2)
case("a chunk below zero", "get_file_data", raw(CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n"), ApiResponseError, 2)
case("a chunk of minus one", "read_thing", raw(CHUNKED + b"-1\r\nhello\r\n0\r\n\r\n"), ApiResponseError, 2)
case("a chunk without a length", "read_thing", raw(CHUNKED + b"hello\r\n\r\n"), ApiResponseError, 2)
case("a chunk longer than it says", "read_thing", raw(CHUNKED + b"2\r\nhello\r\n0\r\n\r\n"), ApiResponseError, 2)
case("a chunk's length that never ends", "read_thing", raw(CHUNKED + b"1" * 70_000), ApiResponseError, 2)
case("a chunk's length that never ends", "get_file_data", raw(CHUNKED + b"1" * 70_000), ApiResponseError, 2)
case("a megabyte of trailers", "read_thing",
     raw(CHUNKED + b"0\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n"), ApiResponseError, 2)

# Limits.
case("a header of a megabyte", "read_thing", text(b"", b"X: " + b"x" * 1_000_000), ApiResponseError, 2)
case("a header of a megabyte", "create_thing", text(b"", b"X: " + b"x" * 1_000_000), ApiResponseError, 1)
case("a header of a megabyte in an error", "get_job",
     raw(b"HTTP/1.1 404 Not Found\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n"), ApiResponseError, 2)
case("10,000 headers", "read_thing", text(b"", *[b"X: y"] * 10_000), ApiResponseError, 2, says="100 headers")
case("10,000 headers", "create_thing", text(b"", *[b"X: y"] * 10_000), ApiResponseError, 1)
case("a status line of a megabyte", "read_thing", raw(b"HTTP/1.1 200 " + b"K" * 1_000_000), ApiResponseError, 2)
case("a reason of 10,000 letters", "read_thing", odd(b"HTTP/1.1 500 " + b"no " * 3_333), ServiceException, 1)
case("20 MB of zeros in 20 KB", "get_jobs", reply(BOMB, headers=GZIP), ApiDecodeError, 1, says="not valid JSON")
case("20 MB of zeros in 20 KB", "get_file_data",
     reply(BOMB, headers=GZIP, media_type="image/png"), bytes(20_000_000), 1)
case("a drip of a body", "read_thing", drip(HEAD + b"Content-Length: 100000\r\n\r\n", b"x"), ApiTimeoutError, 1,
     says="deadline", options={"_deadline": 0.3})
case("a drip of a body", "create_thing", drip(HEAD + b"Content-Length: 100000\r\n\r\n", b"x"), ApiTimeoutError, 1,
     says="deadline", options={"_deadline": 0.3})
case("a drip of a head", "create_thing", drip(HEAD, b"x"), ApiTimeoutError, 1,
     says="deadline", options={"_deadline": 0.3})
case("interim responses without end", "read_thing", drip(CONTINUE, CONTINUE), ApiTimeoutError, 1,
     says="deadline", options={"_deadline": 0.3})
case("a drip that comes to its end", "read_thing",
     in_parts(*[bytes([byte]) for byte in OK2], seconds=0.002), "ok", 1)

# Wrong encodings.
for _operation in ("read_thing", "create_thing", "get_file_data"):
    case("plain text as gzip", _operation, reply(b"plain", headers=GZIP), ApiDecodeError, 1, says="encoding is broken")
case("plain text as deflate", "read_thing", reply(b"plain", headers=DEFLATE), ApiDecodeError, 1)
case("gzip cut short", "read_thing", reply(zipped(b"fine" * 99)[:-9], headers=GZIP), ApiDecodeError, 1)
case("gzip cut short", "get_jobs", reply(zipped(b'{"hits": 1}')[:-9], headers=GZIP), ApiDecodeError, 1)
case("gzip cut short", "get_file_data", reply(zipped(b"fine" * 99)[:-9], headers=GZIP), ApiDecodeError, 1)
case("gzip of which only the head came", "read_thing", reply(zipped(b"fine")[:5], headers=GZIP), ApiDecodeError, 1)
case("gzip with a wrong sum", "read_thing", reply(zipped(b"fine")[:-8] + bytes(8), headers=GZIP), ApiDecodeError, 1)
case("deflate cut short", "read_thing", reply(zlib.compress(b"fine" * 99)[:-9], headers=DEFLATE), ApiDecodeError, 1)
case("gzip within gzip", "read_thing", reply(zipped(zipped(b"fine")), headers={"Content-Encoding": "gzip, gzip"},
     media_type="text/plain"), "fine", 1)
for _operation in ("get_jobs", "create_thing", "get_file_data"):
    case("an unknown encoding", _operation, reply("{}", headers={"Content-Encoding": "rot13"}), ApiDecodeError, 1,
         says="the content encoding 'rot13'")
case("an unknown encoding of a response without a body", "remove_thing",
     reply(status=204, headers={"Content-Encoding": "rot13"}), None, 1)
case("no encoding", "get_jobs", reply({"hits": 1}, headers={"Content-Encoding": "Identity"}), {"hits": 1}, 1)
case("gzip that says it is none", "get_jobs", reply(zipped(b"{}")), ApiDecodeError, 1, says="not valid JSON")
case("gzip in an error that is none", "get_job", document("{}", 404, Content_Encoding="gzip"), ApiDecodeError, 1)
case("gzip", "get_jobs", reply(zipped(b'{"hits": 1}'), headers=GZIP), {"hits": 1}, 1)
case("deflate without its head", "read_thing",
     reply(zlib.compress(b"fine")[2:-4], headers=DEFLATE, media_type="text/plain"), "fine", 1)

# Wrong charsets.
for _charset, _body, _outcome in (
    ("no-such-charset", b"fine", "fine"),
    ("no-such-charset", b"\xe9", ApiDecodeError),
    ("utf-8", b"\xe9", ApiDecodeError),
    ("us-ascii", b"\xe9", ApiDecodeError),
    ("utf-16", b"odd", ApiDecodeError),
    ("hex", b"fine", "fine"),
    ("idna", b"\xff", ApiDecodeError),
    ("idna", b"xn--a.b..", "xn--a.b.."),
    ("punycode", b"\xff", ApiDecodeError),
    ("undefined", b"fine", "fine"),
    ("unicode_escape", b"\\ud800", "\\ud800"),
    ("a\x00b", b"fine", "fine"),
    ("x" * 5000, b"fine", "fine"),
    ("../../x", b"fine", "fine"),
    ("", b"fine", "fine"),
    ("\xe9", b"fine", "fine"),
):
    case(f"text {_body!r} in {_charset[:20]!r}", "read_thing",
         reply(_body, media_type=f"text/plain; charset={_charset}"), _outcome, 1)
case("text with a byte order mark", "read_thing", reply("\ufefffine", media_type="text/plain"), "fine", 1)
case("JSON with a byte order mark", "get_jobs", reply('\ufeff{"hits": 1}'), {"hits": 1}, 1)
case("JSON in UTF-16", "get_jobs", reply('{"hits": 1}'.encode("utf-16")), {"hits": 1}, 1)
case("JSON of bad UTF-8", "get_jobs", reply(b'{"hits": "\xff"}'), ApiDecodeError, 1, says="not valid JSON")
case("JSON of bad UTF-8", "look_at_thing", reply(b'{"\xff"}'), ApiDecodeError, 1, says="not valid JSON")
case("an error of bad UTF-8", "get_job", document(b'{"notFound": "\xff"}', 404), NotFoundException, 1)
case("an error in Latin-1", "get_job", reply('{"notFound": {"id": "\xe9"}}'.encode("latin-1"), 404,
     media_type="application/json; charset=ISO-8859-1"), NotFoundException, 1, says="\xe9")
case("an error with a byte order mark", "get_job", document("\ufeff" + json.dumps(NOT_FOUND), 404),
     NotFoundException, 1, says=NO_JOB)
case("an error in XML with a byte order mark", "get_job", reply(
     "\ufeff<ExceptionDocument><notFound><type>Job</type><id>VX-9</id></notFound></ExceptionDocument>", 404,
     reason="Reason", media_type="application/xml"), NotFoundException, 1, says=NO_JOB)
case("an error in XML that says it is UTF-16", "get_job", reply(
     '<?xml version="1.0" encoding="UTF-16"?><ExceptionDocument><notFound/></ExceptionDocument>', 404,
     media_type="application/xml"), NotFoundException, 1)
case("an error in a unknown charset", "get_job", reply(json.dumps(NOT_FOUND), 404, reason="Reason",
     media_type="application/json; charset=undefined"), NotFoundException, 1, says=NO_JOB)

# Documents of another type.
for _what, _text in (("a list", "[]"), ("a text", '"x"'), ("null", "null"), ("7", "7"), ("true", "true")):
    case(f"{_what} for an object", "get_jobs", reply(_text), ApiDecodeError, 1, says="expected an object")
for _what, _text in {
    "nothing": "", "blanks": "  \r\n", "half an object": '{"job": [{"jobId', "two objects": "{}{}", "words": "{jobs}",
    "a number out of a text": "1e", "a NUL": "\x00",
}.items():
    case(f"{_what} for JSON", "get_jobs", reply(_text), ApiDecodeError, 1, says="JSON")
case("HTML for JSON", "get_jobs", reply("<html>", media_type="text/html"), ApiDecodeError, 1, says="got text/html")
case("HTML for JSON after a POST", "import_item_raw", reply("<html>", media_type="text/html"), ApiDecodeError, 1)
case("HTML that names no type", "get_jobs", reply("<html>", media_type=None), ApiDecodeError, 1, says="not valid JSON")
case("a type that is none", "get_jobs", reply({"hits": 1}, media_type=";;;"), {"hits": 1}, 1)
case("a type of 5,000 letters", "get_jobs", reply("{}", media_type="x/" + "y" * 5000), ApiDecodeError, 1)
case("a type with a bell and an escape in it", "get_jobs", reply("{}", media_type="x/\x07\x1b[31m"), ApiDecodeError, 1)
case("two types", "get_jobs", reply({"hits": 1}, headers={"content-type": "text/html"}), ApiDecodeError, 1)
case("100,000 lists", "get_jobs", reply("[" * 100_000), ApiDecodeError, 1, says="not valid JSON")
case("100,000 objects", "get_jobs", reply('{"a":' * 100_000), ApiDecodeError, 1, says="not valid JSON")
case("100,000 lists that end", "look_at_thing", reply("[" * 100_000 + "]" * 100_000), ApiDecodeError, 1)
case("100,000 objects as an error", "get_job", document('{"a":' * 100_000, 404), NotFoundException, 1)
case("100,000 lists within an error", "get_job",
     document('{"notFound": {"id": %s}}' % ("[" * 100_000 + "]" * 100_000), 404), NotFoundException, 1)
case("100,000 elements", "get_jobs", reply(DEEP_XML, media_type="application/xml"), ApiDecodeError, 1)
case("100,000 elements as an error", "get_job",
     reply(DEEP_XML, 404, media_type="application/xml"), NotFoundException, 1)
case("100,000 elements that end, as an error", "get_job",
     reply(DEEP_XML + "</a>" * 100_000, 404, media_type="application/xml"), NotFoundException, 1)
case("100,000 elements within an error", "get_job", reply(
     f"<ExceptionDocument><notFound><id>{DEEP_XML}{'</a>' * 100_000}</id></notFound></ExceptionDocument>", 404,
     media_type="application/xml"), NotFoundException, 1)
case("entities that expand", "get_job", reply(LAUGHS, 409, media_type="application/xml"), ConflictException, 1)
case("entities that expand, as text", "get_job", reply(LAUGHS, media_type="application/xml"), LAUGHS, 1,
     options={"_accept": "application/xml"})
case("a number of 100,000 digits", "get_jobs", reply('{"hits": %s}' % ("9" * 100_000)), ApiDecodeError, 1)
case("a number of 100,000 digits as an error", "get_job",
     document('{"notFound": {"id": %s}}' % ("9" * 100_000), 404), NotFoundException, 1)

# Unusual statuses.
for _status, _class in {
    300: ApiException, 304: ApiException, 305: ApiException, 400: BadRequestException, 401: UnauthorizedException,
    402: ApiException, 403: ForbiddenException, 404: NotFoundException, 405: ApiException, 408: ApiException,
    409: ConflictException, 410: ApiException, 418: ApiException, 451: ApiException, 500: ServiceException,
    501: ServiceException, 505: ServiceException, 599: ServiceException, 600: ServiceException, 999: ServiceException,
}.items():
    case(f"{_status}", "get_jobs", document(b"\x00\xff<{", _status), _class, 1, says=str(_status))
for _status in (429, 502, 503, 504):
    case(f"{_status} forever", "get_jobs", document("busy", _status),
         ApiException if _status == 429 else ServiceException, 2, says=f"{_status} Reason")
    case(f"{_status} once", "get_jobs", document("busy", _status), {"hits": 1}, 2, then=reply({"hits": 1}))
    case(f"{_status}", "create_thing", document("busy", _status),
         ApiException if _status == 429 else ServiceException, 1, says=f"{_status} Reason")
for _wait in ("0", "1", "9" * 400, "9" * 5000, "-5", "soon", "", "1.5", "\xb2",
              formatdate(0, usegmt=True), "Fri, 31 Dec 99999 23:59:59 GMT",
              "Fri, 99 Dec 2030 99:99:99 GMT", "Fri, 31 Dec 2030 23:59:59 +9999999"):
    case(f"503 with Retry-After {_wait[:32]!r} of {len(_wait)}", "get_jobs",
         document("busy", 503, Retry_After=_wait), {"hits": 1}, 2, then=reply({"hits": 1}))
for _wait in ("31", "86400", "30.01", formatdate(4e9, usegmt=True)):
    case(f"503 with Retry-After {_wait!r}, which is above the ceiling", "get_jobs",
         document("busy", 503, Retry_After=_wait), ServiceException, 1, says="503")
case("429 with Retry-After", "create_thing", document("busy", 429, Retry_After="1"), ApiException, 1, says="429")
case("204 with a body", "get_jobs", in_parts(b"HTTP/1.1 204 No\r\nContent-Length: 4\r\n\r\n", b"evil"), None, 1)
case("304 with a body", "get_jobs",
     in_parts(b"HTTP/1.1 304 Kept\r\nContent-Length: 4\r\n\r\n", b"evil"), ApiException, 1, says="304")
case("205 and nothing", "remove_thing", raw(b"HTTP/1.1 205 Reset\r\nContent-Length: 0\r\n\r\n"), None, 1)
case("206 unasked", "read_thing", reply("part", 206, media_type="text/plain"), "part", 1)
case("100 and then the response", "read_thing", in_parts(CONTINUE, CONTINUE + OK2), "ok", 1)
case("102 and then the response", "read_thing", in_parts(b"HTTP/1.1 102 Processing\r\n\r\n", OK2), "ok", 1)
case("103 and then the response", "create_thing",
     in_parts(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", OK2), "ok", 1)
case("103 and 100 with the response", "read_thing",
     raw(b"HTTP/1.1 103 Early Hints\r\n\r\n" + CONTINUE + OK2), "ok", 1)
case("103 and then nothing", "read_thing", raw(b"HTTP/1.1 103 Early Hints\r\n\r\n"), ApiResponseError, 2)
case("101 unasked", "read_thing", in_parts(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", EVIL), ApiException, 1,
     says="101")
case("101 unasked", "create_thing", in_parts(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", EVIL), ApiException, 1,
     says="101")
case("417", "create_thing", odd(b"HTTP/1.1 417 No"), ApiException, 1, says="417")
case("413 amid the upload", "import_item_raw", Early("body", reject_then_read), ApiException, 1, says="413")

# Other protocols.
for _what, _bytes in {
    "a banner of SSH": b"SSH-2.0-OpenSSH_9.2\r\n",
    "a banner of SMTP": b"220 mail ESMTP\r\n",
    "an alert of TLS": b"\x15\x03\x01\x00\x02\x02\x28",
    "settings of HTTP/2": b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64",
    "HTTP/2 in words": b"HTTP/2 200 OK\r\n\r\nfine",
    "HTTP/0.9": b"<html>fine</html>\n",
    "HTTP/0.9 in one line without end": b"fine" * 20_000,
    "ICY": b"ICY 200 OK\r\n\r\nfine",
    "a request": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "JSON alone": b'{"jobId": "VX-1"}\n',
    "an escape sequence": b"\x1b[31mred\x07\r\n\r\n",
    "random bytes": bytes(range(128, 256)) * 9 + b"\n",
    "zeros": bytes(1000),
    "no number as status": b"HTTP/1.1 abc OK\r\n\r\n",
    "a status below all": b"HTTP/1.1 99 Low\r\n\r\n",
    "a status above all": b"HTTP/1.1 1000 High\r\n\r\n",
    "an empty line first": b"\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "a version alone": b"HTTP/1.1\r\n\r\n",
}.items():
    case(_what, "read_thing", raw(_bytes), ApiResponseError, 2)
    case(_what, "create_thing", raw(_bytes), ApiResponseError, 1)
case("HTTP/1.0", "read_thing", raw(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nfine"), "fine", 1)
case("HTTP/1.7", "read_thing", raw(b"HTTP/1.7 200 OK\r\nContent-Type: text/plain\r\n\r\nfine"), "fine", 1)
case("no reason", "read_thing", raw(b"HTTP/1.1 500\r\nContent-Length: 0\r\n\r\n"), ServiceException, 1, says="500")
case("lines that end in LF alone", "read_thing", raw(OK2.replace(b"\r\n", b"\n")), "ok", 1)
case("a header without a colon", "look_at_thing",
     raw(b"HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 2\r\n\r\n{}"), {}, 1)

# Redirects.
case("redirects in a circle", "read_thing", moved("/API/round"), ApiResponseError, 6, says="more than 5 redirects")
case("redirects to itself", "get_jobs", moved(""), ApiResponseError, 6, says="more than 5 redirects")
case("redirects of a file in a circle", "get_file_data", moved("/API/round", 307), ApiResponseError, 6)
case("redirects of a POST in a circle", "create_thing", moved("/API/round", 307), ApiResponseError, 6)
for _where in ("http://evil.invalid/API", "//evil.invalid/API", "https://127.0.0.1/API", "http://127.0.0.1:1/API",
               "ftp://127.0.0.1/API", "file:///etc/hostname", "javascript:alert(1)", "data:,x", "mailto:a@b",
               "http://user:pw@evil.invalid/"):
    case(f"redirect to {_where}", "read_thing", moved(_where), ApiException, 1, says="refused to follow a redirect")
case("redirect to evil", "create_thing", moved("http://evil.invalid/", 307), ApiException, 1, says="another host")
case("redirect to evil", "get_file_data", moved("http://evil.invalid/"), ApiException, 1, says="another host")
for _where in ("http:///API", "http://", "//", "?", "#x"):
    case(f"redirects to {_where}", "read_thing", moved(_where), ApiResponseError, 6, says="more than 5 redirects")
for _where in ("http://[::1", "http://h:port/", "http://h:99999999/", "http://[v1.x]/", "http://" + "x" * 5000):
    case(f"redirect to {_where[:20]}", "read_thing", moved(_where), ApiException, 1, says="refused to follow")
for _where in ("?a=b", "#part", "a b", "\x00\x07", "\xe9", "%zz", "../../../../..", "./x/../y"):
    case(f"redirect to {_where!r}", "read_thing", moved(_where), "fine", 2, then=FINE)
case("redirect of a POST", "create_thing", moved("/API/other"), ApiException, 1, says="of a POST request to /API/other")
case("redirect without a Location", "read_thing", reply("moved", 302), ApiException, 1, says="302")
case("redirect that breaks after", "create_thing", moved("/API/other", 307), ApiResponseError, 2, then=reset)

# Reused connections.
case("closed while idle", "read_thing", FINE, "fine", 1, first=raw(OK2), stale=True)
case("closed while idle", "create_thing", FINE, "fine", 1, first=raw(OK2), stale=True)
case("closed while idle", "import_item_raw", reply(JOB), JOB, 1, first=raw(OK2), stale=True)
case("reset while idle", "create_thing", FINE, "fine", 1, first=reset_after(OK2), stale=True)
case("408 while idle", "create_thing", FINE, "fine", 1, stale=True,
     first=raw(OK2 + b"HTTP/1.1 408 Timeout\r\nContent-Length: 0\r\n\r\n"))
for _name, _how in {"closed": hang_up, "reset": reset}.items():
    _broken = Early("line", _how)
    case(f"kept, and {_name} as the request comes", "read_thing", _broken, "fine", 2, first=FINE, then=FINE)
    case(f"kept, and {_name} as the request comes", "create_thing", _broken, ApiResponseError, 1, first=FINE, then=FINE)
    case(f"kept, and {_name} as a PUT comes", "change_thing", _broken, None, 2, first=FINE, then=FINE)
    case(f"kept, and {_name} as a DELETE comes", "remove_thing", _broken, None, 2, first=FINE, then=FINE)
case("close, said and done", "create_thing", FINE, "fine", 1, first=text(b"ok", b"Connection: close"))
case("close, said and not done", "create_thing", FINE, "fine", 1, first=in_parts(HEAD +
     b"Connection: close\r\nContent-Length: 2\r\n\r\nok"))
case("kept, and nothing of it", "read_thing", FINE, "fine", 1, first=in_parts(
     b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"))
case("another response after the response", "read_thing", FINE, "fine", 1, first=in_parts(OK2 + EVIL))
case("another response after the response", "create_thing", FINE, "fine", 1, first=in_parts(OK2 + EVIL))
case("another response soon after", "read_thing", FINE, "fine", 1, first=in_parts(OK2, EVIL), late=True)
case("bytes after the response", "create_thing", FINE, "fine", 1, first=in_parts(OK2 + b"surplus"))
case("a megabyte after the response", "create_thing", FINE, "fine", 1, first=in_parts(OK2 + b"x" * 1_000_000))
case("another response after chunks", "create_thing", FINE, "fine", 1,
     first=in_parts(CHUNKED + b"2\r\nok\r\n0\r\n\r\n" + EVIL))
case("a response after a 204", "create_thing", FINE, "fine", 1, first=in_parts(b"HTTP/1.1 204 No\r\n\r\n" + EVIL))

# fmt: on
