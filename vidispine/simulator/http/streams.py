"""Bytes that are too many to be held in memory: bodies received into files, and answers sent from them."""

from __future__ import annotations

import hashlib
import re
import shutil
from typing import IO, TYPE_CHECKING, Any

from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.wrappers import Response
from werkzeug.wsgi import wrap_file

from vidispine.simulator.formats import from_milliseconds
from vidispine.simulator.http.responses import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.wrappers import Request

    from vidispine.operation import Operation, Parameter

__all__ = ["BLOCK", "ByteAnswer", "Received", "byte_response", "drain", "file_body"]

BLOCK = 64 * 1024
"""Bytes are read and written by so many at a time."""

_ONE_RANGE = re.compile(r"bytes=(?:\d+-\d*|-\d+)")


class Received:
    """The bytes of a request's body, in a file until somebody takes it."""

    def __init__(self, path: Path, media_type: str) -> None:
        """Name the file to write to.

        :param media_type: the body's own, without parameters
        """
        self.path = path
        self.media_type = media_type
        self.size = 0
        """How many bytes have come so far."""
        self.sha1 = ""
        """Their digest, when all have."""
        self._placed: Path | None = None

    def fill(self, stream: IO[bytes], length: int | None) -> None:
        """Write what comes until there is no more.

        :param length: how many bytes the client said it would send
        :raises werkzeug.exceptions.BadRequest: the client went away in between
        """
        digest = hashlib.sha1(usedforsecurity=False)
        with self.path.open("wb") as file:
            while True:
                try:
                    block = stream.read(BLOCK)
                except (OSError, ValueError) as error:
                    raise BadRequest from error
                if not block:
                    break
                digest.update(block)
                self.size += file.write(block)
        # Whoever goes away in between ends the stream as if all had come.
        if length is not None and self.size != length:
            raise BadRequest
        self.sha1 = digest.hexdigest()

    def read(self, most: int) -> bytes:
        """Return the bytes.

        :raises werkzeug.exceptions.RequestEntityTooLarge: there are more than ``most``
        """
        if self.size > most:
            raise RequestEntityTooLarge
        return self.path.read_bytes()

    def move_to(self, path: Path) -> None:
        """Make the file another one; what was there is replaced."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._placed = None if path.exists() else path
        self.path.replace(path)

    def take_back(self) -> None:
        """Delete the file that was made of it, since the request came to nothing; what it replaced is gone."""
        if self._placed is not None:
            self._placed.unlink(missing_ok=True)

    def copy_into(self, path: Path, offset: int) -> None:
        """Write the bytes into another file from an offset on."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        with self.path.open("rb") as source, path.open("r+b") as target:
            target.seek(offset)
            shutil.copyfileobj(source, target, BLOCK)

    def discard(self) -> None:
        """Delete the file, if nobody took it."""
        self.path.unlink(missing_ok=True)


def file_body(operation: Operation[Any], media_type: str) -> Parameter | None:
    """Return the parameter whose value is a file, ``None`` for an operation that takes none.

    :param media_type: the request's, without parameters
    :raises werkzeug.exceptions.UnsupportedMediaType: the body is of another type
    """
    for parameter in operation.parameters:
        if parameter.place == "body" and parameter.type == "file":
            if media_type and media_type not in parameter.content_types:
                raise UnsupportedMediaType
            return parameter
    return None


def drain(request: Request) -> None:
    """Read what nobody wanted, so that the client can read its answer."""
    request.max_content_length = None
    try:
        while request.stream.read(BLOCK):
            pass
    except (OSError, ValueError, BadRequest):
        return


class ByteAnswer(Answer):
    """An answer whose body are the bytes of an open file."""

    __slots__ = ("etag", "file", "media_type", "modified", "size")

    def __init__(self, file: IO[bytes], size: int, media_type: str, etag: str, modified: int) -> None:
        """Take over the file.

        :param size: number of the file's bytes
        :param etag: a text that changes with the bytes
        :param modified: when they last changed, in milliseconds since 1970
        """
        super().__init__()
        self.file = file
        self.size = size
        self.media_type = media_type
        self.etag = etag
        self.modified = modified


def byte_response(request: Request, answer: ByteAnswer) -> Response:
    """Return the response for a file, or for the part of it that the client asks for.

    :raises werkzeug.exceptions.RequestedRangeNotSatisfiable: the file has no such part
    """
    response = Response(
        wrap_file(request.environ, answer.file, BLOCK), content_type=answer.media_type, direct_passthrough=True
    )
    response.content_length = answer.size
    response.headers["Accept-Ranges"] = "bytes"
    response.last_modified = from_milliseconds(answer.modified)
    response.set_etag(answer.etag)
    # What is no range, or several at once, is answered with the whole, as the standard allows.
    if not _ONE_RANGE.fullmatch(request.headers.get("Range", "").replace(" ", "")):
        request.environ.pop("HTTP_RANGE", None)
    try:
        return response.make_conditional(request.environ, accept_ranges=True, complete_length=answer.size)
    except BaseException:
        answer.file.close()
        raise
