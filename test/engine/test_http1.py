"""Headers of responses: the same results as the standard library for valid ones, and errors for invalid ones."""

from __future__ import annotations

import gc
import io
import string
import sys
from http.client import HTTPException, LineTooLong, parse_headers
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidispine._transport.http1 import Http1Response, read_headers

NAMES = st.text(string.ascii_letters + string.digits + "-_!#$%&'*+.^`|~", min_size=1, max_size=20)
VALUES = st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f\x85"), max_size=40)


class Connection:
    """The part of a socket that a response is read from."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, _: str) -> io.BufferedReader:
        return io.BufferedReader(io.BytesIO(self._data))

    def gettimeout(self) -> None:
        return None


def response_to(method: str, data: bytes) -> Http1Response:
    response = Http1Response(Connection(data), method=method)
    response.begin()
    return response


def fields(head: bytes) -> list[tuple[str, str]]:
    return read_headers(io.BytesIO(head)).items()


@given(st.lists(st.tuples(NAMES, VALUES), max_size=30))
def test_reads_headers_like_the_standard_library(given_fields: list[tuple[str, str]]) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in given_fields).encode("iso-8859-1") + b"\r\n"
    assert fields(head) == given_fields == parse_headers(io.BytesIO(head)).items()


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"A: 1\nB: 2\n\n", [("A", "1"), ("B", "2")]),
        (b"A : 1\r\nB:2  \r\n\r\n", [("A", "1"), ("B", "2")]),
        (b"A: 1\r\n  more\r\n\tand more\r\nB: 2\r\n\r\n", [("A", "1 more and more"), ("B", "2")]),
        (b" A: 1\r\nB: 2\r\n\r\n", [("A", "1"), ("B", "2")]),
        (b"nonsense\r\nB: 2\r\n\r\n", [("B", "2")]),
        (b"A: \x0b1\x1c2\x853\r\n\r\n", [("A", "\x0b1\x1c2\x853")]),
        (b"A: b: c\r\n\r\n", [("A", "b: c")]),
        (b"A: 1\r\nA: 2\r\n\r\n", [("A", "1"), ("A", "2")]),
        (b"\r\n", []),
    ],
)
def test_unusual_headers_are_kept(head: bytes, expected: list[tuple[str, str]]) -> None:
    assert fields(head) == expected


@pytest.mark.parametrize("head", [b"", b"A: 1\r\n", b"A: 1\r\nB: ", b"A: 1\r\n\r"])
def test_truncated_headers_are_an_error(head: bytes) -> None:
    with pytest.raises(HTTPException, match="headers are truncated"):
        fields(head)


def test_number_and_size_of_headers_are_bounded() -> None:
    with pytest.raises(LineTooLong):
        fields(b"A: " + b"x" * 70_000 + b"\r\n\r\n")
    with pytest.raises(HTTPException, match="more than 100 headers"):
        fields(b"A: 1\r\n" * 101 + b"\r\n")
    assert len(fields(b"A: 1\r\n" * 100 + b"\r\n")) == 100


@pytest.mark.parametrize(
    ("method", "head", "body", "closes"),
    [
        ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", b"ab", False),
        ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n", b"ab", True),
        ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n", b"ab", False),
        ("GET", b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n", b"ab", True),
        ("GET", b"HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n", b"ab", False),
        ("GET", b"HTTP/1.1 200\r\n", b"2\r\nab\r\n0\r\n\r\n", True),
        ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n", b"2\r\nab\r\n0\r\n\r\n", True),
        ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n", b"2\r\nab\r\n0\r\n\r\n", True),
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", b"", False),
        ("GET", b"HTTP/1.1 204 No Content\r\n", b"", False),
        ("GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n", b"", False),
        ("GET", b"HTTP/1.1 101 Switching Protocols\r\n", b"", True),
        ("GET", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 204 No Content\r\n", b"", False),
    ],
)
def test_body_length_and_connection_reuse(method: str, head: bytes, body: bytes, closes: bool) -> None:
    whole = b"ab" if b"Content-Length: 2" in head else b"2\r\nab\r\n0\r\n\r\n"
    response = response_to(method, head + b"\r\n" + whole)
    assert (response.read(), response.will_close) == (body, closes)


def test_interrupted_construction_is_finalized_silently(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: str) -> io.BufferedReader:
        raise KeyboardInterrupt

    complaints: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    connection = Connection(b"")
    monkeypatch.setattr(connection, "makefile", interrupted)
    with pytest.raises(KeyboardInterrupt):
        Http1Response(connection, method="GET")
    gc.collect()
    assert complaints == []
