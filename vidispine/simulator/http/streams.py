"""Bodies that are streamed: uploads to files, and responses from files."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import zlib
from typing import IO, TYPE_CHECKING, Any

from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.wrappers import Response as HttpResponse
from werkzeug.wsgi import wrap_file

from vidispine.simulator.http.formats import from_milliseconds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.wrappers import Request as HttpRequest

    from vidispine._calls.operation import Operation, Parameter
    from vidispine.simulator.http.responses import FileResponse

CHUNK_SIZE = 64 * 1024

CLOSE_CONNECTION = "vidispine.close_connection"
"""Key in the WSGI environment of a function that closes the connection after the response."""

_CHUNK_LINE = re.compile(rb"([0-9a-fA-F]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n")
_MAX_LINE = 4096
_MAX_TRAILERS = 100

_SINGLE_RANGE = re.compile(r"bytes=(?:\d+-\d*|-\d+)")


class _ChunkedBody:
    """A request body in the chunked transfer coding. cheroot accepts invalid sizes and truncated bodies."""

    def __init__(self, stream: IO[bytes], close_connection: Callable[[], None]) -> None:
        """Read from a connection.

        :param close_connection: called when the coding is invalid, because what follows cannot be read
        """
        self._stream = stream
        self._close_connection = close_connection
        self._remaining = 0
        """Bytes of the current chunk."""
        self._is_complete = False

    def read(self, size: int = -1) -> bytes:
        """Read up to ``size`` bytes, everything if negative.

        :raises werkzeug.exceptions.BadRequest: the coding is invalid or truncated
        """
        parts, wanted = [], size
        while wanted and not self._is_complete:
            if not self._remaining:
                self._start_chunk()
                continue
            data = self._stream.read(self._remaining if wanted < 0 else min(wanted, self._remaining))
            if not data:
                raise self._invalid()
            parts.append(data)
            self._remaining -= len(data)
            wanted -= len(data) if wanted > 0 else 0
            if not self._remaining and self._stream.readline(_MAX_LINE) not in (b"\r\n", b"\n"):
                raise self._invalid()
        return b"".join(parts)

    def _start_chunk(self) -> None:
        line = _CHUNK_LINE.fullmatch(self._stream.readline(_MAX_LINE))
        if line is None:
            raise self._invalid()
        self._remaining = int(line[1], 16)
        if not self._remaining:
            self._is_complete = True
            self._skip_trailers()

    def _skip_trailers(self) -> None:
        for _ in range(_MAX_TRAILERS):
            if self._stream.readline(_MAX_LINE) in (b"\r\n", b"\n", b""):
                return
        raise self._invalid()

    def _invalid(self) -> BadRequest:
        self._is_complete = True
        self._close_connection()
        return BadRequest()


class _GzipBody:
    """A request body with ``Content-Encoding: gzip``, decoded."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._file = gzip.GzipFile(fileobj=stream)

    def read(self, size: int = -1) -> bytes:
        """Read up to ``size`` bytes, everything if negative.

        :raises werkzeug.exceptions.BadRequest: the body is not gzip, or truncated
        """
        try:
            return self._file.read(size)
        except (OSError, EOFError, zlib.error) as error:
            raise BadRequest from error


class ReceivedFile:
    """The body of an upload, in a temporary file."""

    def __init__(self, path: Path, media_type: str) -> None:
        """Set the path of the temporary file.

        :param media_type: media type of the body, without parameters
        """
        self.path = path
        self.media_type = media_type
        self.size = 0
        """Number of bytes received so far."""
        self.sha1 = ""
        """Digest of the body, once it is complete."""
        self._created: Path | None = None

    def write_content(self, stream: IO[bytes], length: int | None) -> None:
        """Write the stream to the temporary file.

        :param length: the announced Content-Length
        :raises werkzeug.exceptions.BadRequest: the body is truncated
        """
        digest = hashlib.sha1(usedforsecurity=False)
        with self.path.open("wb") as file:
            while True:
                try:
                    chunk = stream.read(CHUNK_SIZE)
                except (OSError, ValueError) as error:
                    raise BadRequest from error
                if not chunk:
                    break
                digest.update(chunk)
                self.size += file.write(chunk)
        # A client that disconnects ends the stream without an error.
        if length is not None and self.size != length:
            raise BadRequest
        self.sha1 = digest.hexdigest()

    def read(self, limit: int) -> bytes:
        """Return the whole body.

        :raises werkzeug.exceptions.RequestEntityTooLarge: the body exceeds ``limit`` bytes
        """
        if self.size > limit:
            raise RequestEntityTooLarge
        return self.path.read_bytes()

    def move_to(self, path: Path) -> None:
        """Move the file to a path, replacing an existing file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._created = None if path.exists() else path
        self.path.replace(path)

    def roll_back(self) -> None:
        """Delete the file that :meth:`move_to` created. A file that it replaced is lost."""
        if self._created is not None:
            self._created.unlink(missing_ok=True)

    def copy_into(self, path: Path, offset: int) -> None:
        """Write the body into another file at an offset."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        with self.path.open("rb") as source, path.open("r+b") as target:
            target.seek(offset)
            shutil.copyfileobj(source, target, CHUNK_SIZE)

    def discard(self) -> None:
        """Delete the temporary file unless it was moved."""
        self.path.unlink(missing_ok=True)


def file_parameter(operation: Operation[Any], media_type: str) -> Parameter | None:
    """Return the parameter that takes a file as the request's body, ``None`` when there is none.

    :param media_type: media type of the body, without parameters
    :raises werkzeug.exceptions.UnsupportedMediaType: the operation does not accept the media type
    """
    for parameter in operation.parameters:
        if parameter.location == "body" and parameter.type == "file":
            if media_type and media_type not in parameter.content_types:
                raise UnsupportedMediaType
            return parameter
    return None


def prepare_body(request: HttpRequest) -> None:
    """Check how the end of a request's body is found, and decode the body.

    :raises werkzeug.exceptions.BadRequest: the Content-Length is invalid
    :raises werkzeug.exceptions.UnsupportedMediaType: the Content-Encoding is unknown
    """
    environ = request.environ
    _check_length(environ)
    encoding = environ.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if encoding in ("gzip", "x-gzip"):
        environ["wsgi.input"] = _GzipBody(request.stream)
        environ["wsgi.input_terminated"] = True
        environ.pop("CONTENT_LENGTH", None)
        request.__dict__.pop("stream", None)
    elif encoding not in ("", "identity"):
        raise UnsupportedMediaType


def _check_length(environ: WSGIEnvironment) -> None:
    """Check the Content-Length, and read chunks. cheroot accepts what RFC 9112 forbids."""
    close_connection = environ.get(CLOSE_CONNECTION)
    if close_connection is None:
        return  # another WSGI server
    if environ.get("wsgi.input_terminated"):
        environ["wsgi.input"] = _ChunkedBody(environ["wsgi.input"].rfile, close_connection)
    elif not re.fullmatch(r"[0-9]*", environ.get("CONTENT_LENGTH", "")):
        environ["CONTENT_LENGTH"] = "0"
        close_connection()
        raise BadRequest


def discard_body(request: HttpRequest) -> None:
    """Read the unread rest of a request's body. Otherwise the client cannot read the response."""
    request.max_content_length = None
    try:
        while request.stream.read(CHUNK_SIZE):
            pass
    except (OSError, ValueError, HTTPException):
        return


def stream_file(request: HttpRequest, response: FileResponse) -> HttpResponse:
    """Return the HTTP response for a file, or for the range that the client requests.

    :raises werkzeug.exceptions.RequestedRangeNotSatisfiable: the range is outside of the file
    """
    http_response = HttpResponse(
        wrap_file(request.environ, response.file, CHUNK_SIZE), content_type=response.media_type, direct_passthrough=True
    )
    http_response.content_length = response.size
    http_response.headers["Accept-Ranges"] = "bytes"
    http_response.last_modified = from_milliseconds(response.modified)
    http_response.set_etag(response.etag)
    # RFC 9110 allows a server to ignore invalid and multiple ranges.
    if not _SINGLE_RANGE.fullmatch(request.headers.get("Range", "").replace(" ", "")):
        request.environ.pop("HTTP_RANGE", None)
    try:
        return http_response.make_conditional(request.environ, accept_ranges=True, complete_length=response.size)
    except BaseException:
        response.file.close()
        raise
