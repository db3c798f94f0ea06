"""Endless and very large responses: the size of every part of a response is limited."""

from __future__ import annotations

import gzip
import pickle
import random
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3

from test.support.loopback import PASSWORD, Loopback, Recorded, Responder, drip, raw, reply
from test.support.sample_operations import CREATE, READ
from vidispine import (
    ApiClient,
    ApiDecodeError,
    ApiException,
    ApiResponseError,
    ApiTimeoutError,
    ApiTypeError,
    ApiValueError,
    CallInfo,
    Configuration,
    FileApi,
    JobApi,
    NotFoundException,
)

MIB = 1024 * 1024
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
LIMIT = 10_000
BODY = b"x" * LIMIT


@pytest.fixture
def client(server: Loopback) -> Iterator[ApiClient]:
    configuration = Configuration(server.url, username="admin", password=PASSWORD, timeout=20)
    with ApiClient(configuration) as api_client:
        yield api_client


def read_text(client: ApiClient) -> str:
    text: str = client.call(READ, ("VX-1", None))
    return text


def in_chunks(body: bytes, size: int = 4096) -> bytes:
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in [*chunks, b""])


def with_length(body: bytes, headers: bytes = b"") -> Responder:
    return raw(OK + headers + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def chunked(body: bytes, headers: bytes = b"") -> Responder:
    return raw(OK + headers + b"Transfer-Encoding: chunked\r\n\r\n" + in_chunks(body))


def until_close(body: bytes, headers: bytes = b"") -> Responder:
    return raw(OK + headers + b"\r\n" + body)


def compressed(body: bytes, headers: bytes = b"") -> Responder:
    return with_length(gzip.compress(body), headers + b"Content-Encoding: gzip\r\n")


def deflated(body: bytes, headers: bytes = b"") -> Responder:
    return chunked(zlib.compress(body), headers + b"Content-Encoding: deflate\r\n")


FRAMINGS = (with_length, chunked, until_close, compressed, deflated)


# The body


@pytest.mark.parametrize("framing", FRAMINGS)
def test_body_may_be_as_long_as_max_response_bytes(
    client: ApiClient, server: Loopback, framing: Callable[[bytes], Responder]
) -> None:
    client.configuration.max_response_bytes = LIMIT
    server.responses = [framing(BODY), framing(BODY + b"x"), reply("fine", media_type="text/plain")]
    assert read_text(client) == BODY.decode()
    with pytest.raises(ApiResponseError, match=f"larger than max_response_bytes, which is {LIMIT}") as caught:
        read_text(client)
    assert (caught.value.status, len(server.requests)) == (200, 2)
    # The rest of the body does not get into the response to the next request.
    assert read_text(client) == "fine"


@pytest.mark.parametrize("framing", FRAMINGS)
def test_body_has_no_limit_when_that_is_none(
    client: ApiClient, server: Loopback, framing: Callable[[bytes], Responder]
) -> None:
    client.configuration.max_response_bytes = None
    server.otherwise = framing(BODY * 200)
    assert read_text(client) == BODY.decode() * 200


def test_body_of_a_post_that_is_too_long_is_not_requested_again(client: ApiClient, server: Loopback) -> None:
    client.configuration.max_response_bytes = LIMIT
    server.otherwise = chunked(BODY + b"x")
    calls: list[CallInfo] = []
    client.configuration.after_call.append(calls.append)
    with pytest.raises(ApiResponseError, match="max_response_bytes") as caught:
        client.call(CREATE, (b"data",))
    assert caught.value.sent
    assert len(server.requests) == 1
    assert (calls[0].status, calls[0].error) == (200, caught.value)
    assert LIMIT < calls[0].bytes_received < LIMIT + 4096


@pytest.mark.parametrize("status", [404, 500, 302])
def test_body_of_an_error_is_limited_too(client: ApiClient, server: Loopback, status: int, tmp_path: Path) -> None:
    client.configuration.max_response_bytes = LIMIT
    server.otherwise = reply(BODY + b"x", status)
    calls: list[Callable[[], object]] = [
        lambda: read_text(client),
        lambda: FileApi(client).get_file_data("VX-1", _save_to=tmp_path / "clip"),
        lambda: client.call(READ, ("VX-1", None), {"_preload_content": False}),
    ]
    for call in calls:
        with pytest.raises(ApiResponseError, match="max_response_bytes") as caught:
            call()
        assert caught.value.status == status
    server.otherwise = reply(BODY, 404)
    with pytest.raises(NotFoundException):
        read_text(client)


@pytest.mark.parametrize("framing", FRAMINGS)
def test_files_and_unread_responses_have_no_limit(
    client: ApiClient, server: Loopback, framing: Callable[[bytes], Responder], tmp_path: Path
) -> None:
    client.configuration.max_response_bytes = 1
    server.otherwise = framing(BODY)
    assert Path(FileApi(client).get_file_data("VX-1", _save_to=tmp_path / "clip")).read_bytes() == BODY
    unread: Any = client.call(READ, ("VX-1", None), {"_preload_content": False})
    assert unread.read(decode_content=True) == BODY


@pytest.mark.parametrize("framing", FRAMINGS)
def test_bytes_of_each_framing_are_counted(
    client: ApiClient, server: Loopback, framing: Callable[[bytes], Responder], tmp_path: Path
) -> None:
    server.otherwise = framing(BODY)
    calls: list[CallInfo] = []
    client.configuration.after_call.append(calls.append)
    read_text(client)
    FileApi(client).get_file_data("VX-1", _save_to=tmp_path / "clip")
    wire = {"compressed": len(gzip.compress(BODY)), "deflated": len(zlib.compress(BODY))}.get(framing.__name__, LIMIT)
    assert [info.bytes_received for info in calls] == [wire, wire]


@pytest.mark.parametrize(
    ("value", "error"),
    [(0, ApiValueError), (-1, ApiValueError), (1e9, ApiTypeError), ("1", ApiTypeError), (True, ApiTypeError)],
)
def test_setting_is_a_number_of_bytes(value: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="max_response_bytes must be a number of bytes"):
        Configuration(max_response_bytes=value)


def test_setting_has_a_default_also_in_pickles_without_it(server: Loopback) -> None:
    configuration = Configuration(server.url)
    assert configuration.max_response_bytes == 1024**3
    del configuration.max_response_bytes
    again = pickle.loads(pickle.dumps(configuration))
    assert (again.max_response_bytes, again.host) == (1024**3, server.url)


# Compressed bodies

ZEROS = bytes(66 * MIB)
BOMBS: dict[str, Callable[[], tuple[bytes, bytes]]] = {
    "gzip": lambda: (b"gzip", gzip.compress(ZEROS)),
    "deflate": lambda: (b"deflate", zlib.compress(ZEROS)),
    "gzip within gzip": lambda: (b"gzip, gzip", gzip.compress(gzip.compress(ZEROS, 1))),
    "many members": lambda: (b"gzip", gzip.compress(bytes(MIB)) * 66),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", BOMBS)
@pytest.mark.parametrize("framing", [with_length, chunked])
def test_body_of_more_than_64_mib_may_be_200_times_its_compressed_size(
    client: ApiClient, server: Loopback, kind: str, framing: Callable[[bytes, bytes], Responder]
) -> None:
    encoding, body = BOMBS[kind]()
    server.otherwise = framing(body, b"Content-Encoding: %s\r\n" % encoding)
    with pytest.raises(ApiResponseError, match=r"200 times .* compressed: .* max_response_bytes to None"):
        read_text(client)
    assert len(server.requests) == 1


@pytest.mark.slow
def test_large_body_that_is_less_compressed_is_read(client: ApiClient, server: Loopback) -> None:
    noise = random.Random(0).randbytes(MIB)
    server.otherwise = with_length(gzip.compress(ZEROS + noise.hex().encode()), b"Content-Encoding: gzip\r\n")
    assert len(read_text(client)) == len(ZEROS) + 2 * MIB


@pytest.mark.slow
def test_any_compression_is_accepted_without_a_limit(client: ApiClient, server: Loopback) -> None:
    client.configuration.max_response_bytes = None
    server.otherwise = compressed(ZEROS)
    assert len(read_text(client)) == len(ZEROS)


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (b"rot13", "'rot13'"),
        (b"gzip, rot13", "'rot13'"),
        (b"zip\x1b[31m", r"'zip\x1b[31m'"),
        (b", ".join([b"gzip"] * 6), "6 content encodings, which cannot be decoded"),
    ],
)
def test_content_encoding_that_cannot_be_decoded_is_named(
    client: ApiClient, server: Loopback, header: bytes, named: str, tmp_path: Path
) -> None:
    server.otherwise = with_length(b"data", b"Content-Encoding: %s\r\n" % header)
    calls: list[Callable[[], object]] = [
        lambda: read_text(client),
        lambda: FileApi(client).get_file_data("VX-1", _save_to=tmp_path / "clip"),
    ]
    for call in calls:
        with pytest.raises(ApiDecodeError) as caught:
            call()
        assert named in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("header", [b"GZIP", b"gzip", b" gzip "])
def test_content_encoding_that_was_not_requested_is_decoded(client: ApiClient, server: Loopback, header: bytes) -> None:
    server.otherwise = with_length(gzip.compress(b"fine"), b"Content-Encoding: %s\r\n" % header)
    assert read_text(client) == "fine"


DECODED = frozenset(urllib3.HTTPResponse.CONTENT_DECODERS)
DECODES_WITHIN_LIMITS = hasattr(urllib3.response.GzipDecoder, "has_unconsumed_tail")
# What the libraries make of "fine", and of zeros.
FORMS_OF_FINE = {
    "br": b"\x8b\x01\x80fine\x03",
    "zstd": bytes.fromhex("28b52ffd2004210000") + b"fine",
    "gzip": gzip.compress(b"fine"),
    "deflate": zlib.compress(b"fine"),
}


def zstd_of_zeros(mib: int) -> bytes:
    """Return a frame of Zstandard whose blocks repeat one byte: RFC 8878, sections 3.1.1.1 and 3.1.1.2."""
    block, last = (((128 * 1024) << 3 | 1 << 1 | is_last).to_bytes(3, "little") + b"\0" for is_last in (0, 1))
    return bytes.fromhex("28b52ffd0038") + block * (mib * 8 - 1) + last


def brotli_of_zeros(mib: int) -> bytes:
    brotli = pytest.importorskip("brotli")
    compressor = brotli.Compressor(quality=5)
    compress = getattr(compressor, "process", None) or compressor.compress
    return b"".join([*(compress(bytes(MIB)) for _ in range(mib)), compressor.finish()])


ZEROS_IN: dict[str, Callable[[int], bytes]] = {
    "br": brotli_of_zeros,
    "zstd": zstd_of_zeros,
    "gzip": lambda mib: gzip.compress(bytes(mib * MIB)),
    "gzip, br": lambda mib: pytest.importorskip("brotli").compress(gzip.compress(bytes(mib * MIB))),
    "br, gzip": lambda mib: gzip.compress(brotli_of_zeros(mib)),
    "gzip, zstd": lambda mib: pytest.importorskip("backports.zstd").compress(gzip.compress(bytes(mib * MIB))),
}


class BlockSizes:
    """A file that keeps the sizes of what is written to it."""

    def __init__(self) -> None:
        self.total = self.largest = 0

    def write(self, block: bytes) -> int:
        self.total += len(block)
        self.largest = max(self.largest, len(block))
        return len(block)


def responds_with(server: Loopback, framing: Callable[[bytes, bytes], Responder], encoding: str, body: bytes) -> None:
    missing = {name.strip() for name in encoding.split(",")} - DECODED
    if missing:
        pytest.skip(f"urllib3 does not decode {missing}")
    # The server closes the connection, so the next call must not use it again.
    server.otherwise = framing(body, b"Connection: close\r\nContent-Encoding: %s\r\n" % encoding.encode())


@pytest.mark.parametrize("framing", [with_length, chunked])
@pytest.mark.parametrize("encoding", FORMS_OF_FINE)
def test_encodings_of_urllib3_are_decoded(
    client: ApiClient, server: Loopback, encoding: str, framing: Callable[[bytes, bytes], Responder], tmp_path: Path
) -> None:
    responds_with(server, framing, encoding, FORMS_OF_FINE[encoding])
    assert read_text(client) == "fine"
    assert Path(FileApi(client).get_file_data("VX-1", _save_to=tmp_path / "clip")).read_bytes() == b"fine"


@pytest.mark.parametrize("framing", [with_length, chunked])
@pytest.mark.parametrize("encoding", FORMS_OF_FINE)
def test_encoded_body_that_is_truncated_is_an_error(
    client: ApiClient, server: Loopback, encoding: str, framing: Callable[[bytes, bytes], Responder], tmp_path: Path
) -> None:
    client.configuration.retries = 0
    responds_with(server, framing, encoding, FORMS_OF_FINE[encoding][:-1])
    with pytest.raises(ApiDecodeError):
        read_text(client)
    with pytest.raises(ApiDecodeError):
        FileApi(client).get_file_data("VX-1", _save_to=tmp_path / "clip")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("encoding", ["br", "zstd", "rot13"])
def test_encoding_of_a_library_that_is_missing_is_named(client: ApiClient, server: Loopback, encoding: str) -> None:
    if encoding in DECODED:
        pytest.skip("urllib3 decodes it")
    server.otherwise = with_length(b"data", b"Content-Encoding: %s\r\n" % encoding.encode())
    with pytest.raises(ApiDecodeError, match=f"'{encoding}'"):
        read_text(client)


@pytest.mark.parametrize("header", [b"gzip, ", b"identity, gzip", b", gzip, identity", b"gzip,,"])
def test_names_without_a_meaning_in_a_list_of_encodings_are_ignored(
    client: ApiClient, server: Loopback, header: bytes
) -> None:
    server.otherwise = with_length(gzip.compress(b"fine"), b"Content-Encoding: %s\r\n" % header)
    assert read_text(client) == "fine"


@pytest.mark.slow
@pytest.mark.parametrize("framing", [with_length, chunked])
@pytest.mark.parametrize("encoding", ZEROS_IN)
def test_bombs_of_every_encoding_are_bounded(
    client: ApiClient, server: Loopback, encoding: str, framing: Callable[[bytes, bytes], Responder]
) -> None:
    responds_with(server, framing, encoding, ZEROS_IN[encoding](200))
    downloaded: Any = BlockSizes()
    if "," in encoding and not DECODES_WITHIN_LIMITS:
        with pytest.raises(ApiDecodeError, match=r"2 content encodings, which cannot .* urllib3 2\.6"):
            read_text(client)
        with pytest.raises(ApiDecodeError, match="2 content encodings"):
            FileApi(client).get_file_data("VX-1", _save_to=downloaded)
        assert downloaded.total == 0
        return
    with pytest.raises(ApiResponseError, match="200 times"):
        read_text(client)
    client.configuration.max_response_bytes = MIB
    with pytest.raises(ApiResponseError, match=f"larger than max_response_bytes, which is {MIB}"):
        read_text(client)
    FileApi(client).get_file_data("VX-1", _save_to=downloaded)
    assert (downloaded.total, downloaded.largest <= 32 * MIB) == (200 * MIB, True)


def test_compressed_body_of_a_retried_download_is_not_decoded(
    client: ApiClient, server: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Some versions of urllib3 decode what they drain from the connection.
    monkeypatch.setattr("time.sleep", lambda _: None)
    server.responses = [reply(gzip.compress(b"busy"), 503, {"Content-Encoding": "gzip"}), reply(b"clip")]
    assert Path(FileApi(client).get_file_data("VX-1", _save_to=tmp_path / "clip")).read_bytes() == b"clip"
    assert (len(server.requests), server.connections) == (2, 2)


# What is not the body

FINE = OK + b"Content-Length: 4\r\n\r\nfine"
LONG = b"X: " + b"x" * 60_000 + b"\r\n"

BOUNDED: dict[str, tuple[bytes, str]] = {
    "interim responses": (b"HTTP/1.1 102 Processing\r\n\r\n" * 101 + FINE, "100 interim responses"),
    "early hints": (b"HTTP/1.1 103 Hints\r\nLink: x\r\n\r\n" * 500 + FINE, "100 interim responses"),
    "interim responses without an end": (b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000, "100 interim responses"),
    "headers of an interim response": (b"HTTP/1.1 100 Continue\r\n" + LONG * 5 + b"\r\n" + FINE, "bytes of headers"),
    "headers": (OK + LONG * 5 + b"\r\nfine", "262144 bytes of headers"),
    "headers of an error": (b"HTTP/1.1 404 No\r\n" + LONG * 5 + b"\r\n", "262144 bytes of headers"),
    "headers without an end": (OK + LONG * 50, "262144 bytes of headers"),
    "continued headers": (OK + b"A: b\r\n" + b" more\r\n" * 200 + b"\r\n", "100 headers"),
    "trailers": (CHUNKED + b"4\r\nfine\r\n0\r\n" + b"A: b\r\n" * 101 + b"\r\n", "100 trailers"),
    "trailers without an end": (CHUNKED + b"4\r\nfine\r\n0\r\n" + b"A: b\r\n" * 10_000, "100 trailers"),
    "a trailer": (CHUNKED + b"4\r\nfine\r\n0\r\nA: " + b"b" * 70_000, "65536 bytes when reading trailer"),
    "trailers after another form of 0": (CHUNKED + b"4\r\nfine\r\n000 ;a=b\r\n" + b"A: b\r\n" * 102, "100 trailers"),
    "a chunk's extension": (CHUNKED + b"4;" + b"x" * 70_000, "65536 bytes when reading chunk size"),
    "a chunk's size": (CHUNKED + b"0" * 70_000 + b"4\r\nfine\r\n", "65536 bytes when reading chunk size"),
    "chunks": (CHUNKED + b"1\r\n \r\n" * 150_000, "100000 chunks of a few bytes"),
    "chunks of two bytes": (CHUNKED + b"2\r\n  \r\n" * 150_000, "100000 chunks of a few bytes"),
    "chunks with extensions": (CHUNKED + b"1;a=b\r\n \r\n" * 150_000, "100000 chunks of a few bytes"),
    "chunks of a body with two codings": (
        OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + b"1\r\n \r\n" * 150_000,
        "100000 chunks of a few bytes",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("part", BOUNDED)
def test_parts_that_are_not_the_body_are_bounded(
    client: ApiClient, server: Loopback, part: str, tmp_path: Path
) -> None:
    client.configuration.retries = 0
    response, message = BOUNDED[part]
    server.responses = [raw(response)] * 3
    calls: list[Callable[[], object]] = [
        lambda: read_text(client),
        lambda: client.call(CREATE, (b"data",)),
        lambda: FileApi(client).get_file_data("VX-1", _save_to=tmp_path / "clip"),
    ]
    for call in calls:
        with pytest.raises(ApiException, match=message) as caught:
            call()
        assert type(caught.value) is ApiResponseError
    assert len(server.requests) == 3
    server.responses = [raw(FINE)]
    assert read_text(client) == "fine"


@pytest.mark.slow
@pytest.mark.parametrize("deadline", [None, 0.4])
@pytest.mark.parametrize(
    ("first", "more"),
    [(b"HTTP/1.1 200 OK\r\nX: ", b"a" * 1000), (b"HTTP", b"/" * 1000), (b"HTTP/1.1 200 OK\r\n", b"A: b\r\n" * 2)],
    ids=["header", "status line", "headers"],
)
def test_time_of_headers_is_bounded(
    client: ApiClient, server: Loopback, first: bytes, more: bytes, deadline: float | None
) -> None:
    client.configuration.retries, client.configuration.timeout = 0, 0.5
    server.otherwise = drip(first, more)
    # Without a limit in time, those in bytes and in number raise another error.
    with pytest.raises(ApiTimeoutError):
        JobApi(client).get_job("VX-1", _deadline=deadline)


def test_headers_may_arrive_in_parts(client: ApiClient, server: Loopback) -> None:
    def slowly(connection: Any, request: Recorded) -> bool:
        for byte in b"HTTP/1.1 100 Wait\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n":
            connection.sendall(bytes([byte]))
            time.sleep(0.001)
        connection.sendall(b"fine")
        return True

    server.otherwise = slowly
    assert [read_text(client) for _ in range(2)] == ["fine", "fine"]
    assert server.connections == 1


@pytest.mark.parametrize(
    "response",
    [
        b"HTTP/1.1 102 Processing\r\n\r\n" * 100 + FINE,
        OK + LONG * 4 + b"Content-Length: 4\r\n\r\nfine",
        CHUNKED + b"4\r\nfine\r\n0\r\n" + b"A: b\r\n" * 100 + b"\r\n",
        CHUNKED + b"4;" + b"x" * 60_000 + b"\r\nfine\r\n0\r\n\r\n",
        CHUNKED + b"1;a=b\r\nf\r\n03\r\nine\r\n000\r\n\r\n",
    ],
    ids=["interim", "headers", "trailers", "extension", "sizes"],
)
def test_parts_within_their_bounds_are_accepted(client: ApiClient, server: Loopback, response: bytes) -> None:
    server.otherwise = raw(response)
    assert read_text(client) == "fine"


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 16, 200])
def test_many_chunks_of_a_useful_size_are_accepted(client: ApiClient, server: Loopback, size: int) -> None:
    body = b"x" * size * (90_000 if size < 16 else 110_000)
    server.otherwise = raw(CHUNKED + in_chunks(body, size))
    assert len(read_text(client)) == len(body)


# last_response


@pytest.mark.parametrize("framing", FRAMINGS)
def test_last_response_keeps_bodies_of_up_to_1_mib(
    client: ApiClient, server: Loopback, framing: Callable[[bytes], Responder]
) -> None:
    for body, kept in ((b"x" * MIB, True), (b"x" * (MIB + 1), False)):
        server.otherwise = framing(body)
        assert read_text(client) == body.decode()
        last: Any = client.last_response
        assert last.data == (body if kept else None)
        assert last.urllib3_response.data == (body if kept else b"")
        assert (last.status, last.getheader("content-type")) == (200, "text/plain")


def test_last_response_keeps_no_large_body_of_an_error(client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply(b"x" * (MIB + 1), 404)
    with pytest.raises(NotFoundException) as caught:
        read_text(client)
    assert len(caught.value.body or "") == MIB + 1
    last: Any = client.last_response
    assert (last.status, last.data) == (404, None)
