"""Uploads of files of any size: in pieces, several at once, each repeated by itself when it fails."""

from __future__ import annotations

import io
import os
import threading
import uuid
from collections import deque
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine._transport.errors import cause_of
from vidispine._transport.retry import RETRY_STATUS
from vidispine.api import TransferApi
from vidispine.exceptions import ApiException, ApiResponseError, ApiTimeoutError, ApiTypeError, ApiValueError
from vidispine.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO, Union

    from vidispine.api_client import ApiClient
    from vidispine.models import JobType, TransferType
    from vidispine.types import Progress

    File = Union[str, "os.PathLike[str]", BinaryIO]

__all__ = ["CHUNK_SIZE", "PARALLEL", "upload"]

CHUNK_SIZE = 16 * 1024 * 1024
"""Bytes of a piece, unless the call says otherwise."""
PARALLEL = 3
"""Pieces that are on their way at the same time, unless the call says otherwise."""
_AHEAD = 2
"""How far pieces may be ahead of the first one that has not arrived, as a multiple of those that are on their way."""


def upload(
    operation: Callable[..., JobType | None],
    file: File,
    *arguments: Any,
    transfer_id: str | None = None,
    resume: bool = False,
    chunk_size: int = CHUNK_SIZE,
    parallel: int = PARALLEL,
    on_progress: Progress | None = None,
    **parameters: Any,
) -> JobType:
    """Upload a file in pieces, and return the job that imports it.

    ::

        job = transfer.upload(vidispine.ImportApi(api_client).import_item_raw, "clip.mov", tag="lowres")

    A piece that fails is sent again by itself, as often as ``Configuration.retries`` says. An upload that ends with
    an error can be resumed: call this again with the same file, the same ``transfer_id`` and ``resume=True``.

    :param operation: the method that takes the bytes: ``ImportApi.import_item_raw`` makes an item of them,
        ``ImportApi.import_placeholder_raw``, ``ShapeApi.import_shape_raw`` and ``ShapeApi.import_shape_essence_raw``
        add them to one
    :param file: a path, or a binary file that is open and can be read at any place, used from where it stands
    :param arguments: what that method takes before the bytes, such as the id of an item
    :param transfer_id: name of the upload, which no other must have; one is made up when left out
    :param resume: go on with the upload of this ``transfer_id``: the server is asked how much it has, and is sent the
        rest and a little more. ``chunk_size`` and ``parallel`` have to be what they were.
    :param chunk_size: bytes of a piece, from 1; 16 MiB by default
    :param parallel: pieces that are on their way at the same time, from 1; 3 by default
    :param on_progress: called with the bytes that have been sent and the size of the file; never by two threads at
        once, but not always by the same
    :param parameters: what else the method takes; options such as ``_request_timeout`` hold for each piece.
        ``filename`` is the file's own name when left out.
    :raises ApiTypeError, ApiValueError: an argument is wrong; nothing was sent
    :raises NotFoundException: with ``resume``, the server knows no such transfer: it had not begun, or is over
    :raises ApiException: a piece was not taken; the message says how to resume
    """
    resource = getattr(operation, "__self__", None)
    if not isinstance(resource, Resource):
        raise ApiTypeError("operation must be a method such as ImportApi(api_client).import_item_raw")
    _check("chunk_size", chunk_size)
    _check("parallel", parallel)
    if resume and transfer_id is None:
        raise ApiValueError("resume needs the transfer_id of the upload that is to go on")
    name = transfer_id or str(uuid.uuid4())
    with _opened(file) as source:
        if source.name is not None:
            parameters.setdefault("filename", source.name)
        pieces = _cut(source.size, chunk_size)
        if resume:
            pieces = _missing(TransferApi(resource.api_client).get_transfer(name), pieces, parallel)
        # What can be iterated over once is sent with each piece.
        parameters = {key: list(value) if hasattr(value, "__next__") else value for key, value in parameters.items()}
        call = _Call(operation, arguments, {**parameters, "transfer_id": name}, resource.api_client)
        job = _Upload(call, source, pieces, on_progress, _AHEAD * parallel * chunk_size).run(parallel)
    if job is None:
        problem = f"all {source.size} bytes of transfer {name!r} have arrived, but the server names no job of it"
        raise ApiResponseError(0, problem, hint="look for the job before you upload the file again")
    return job


def _check(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ApiTypeError(f"{name} must be a whole number, not a {type(value).__name__}")
    if value < 1:
        raise ApiValueError(f"{name} must be a whole number from 1, not {value}")


# The file


class _Source:
    """An open file that threads read pieces of."""

    def __init__(self, stream: Any, start: int, size: int, name: str | None) -> None:
        self.size = size
        self.name = name
        self._stream = stream
        self._start = start
        self._lock = threading.Lock()

    def read(self, offset: int, length: int) -> bytes:
        """Return ``length`` bytes from this offset.

        :raises ApiValueError: they are no longer there
        """
        with self._lock:
            self._stream.seek(self._start + offset)
            data: bytes = self._stream.read(length)
        if not data and length:
            raise ApiValueError(f"the file has become shorter than the {self.size} bytes that it had")
        return data


@contextmanager
def _opened(file: Any) -> Iterator[_Source]:
    if isinstance(file, (str, os.PathLike)):
        path = Path(file)
        try:
            stream = path.open("rb")
        except OSError as error:
            raise ApiValueError(f"cannot read {str(path)!r}: {(error.strerror or '').lower()}") from error
        with stream:
            yield _source(stream, path.name)
        return
    if isinstance(file, io.TextIOBase) or not hasattr(file, "read"):
        raise ApiTypeError(f"file must be a path or an open binary file, not a {type(file).__name__}")
    name = getattr(file, "name", None)
    yield _source(file, Path(name).name if isinstance(name, str) else None)


def _source(stream: Any, name: str | None) -> _Source:
    try:
        start = stream.tell()
        size = stream.seek(0, os.SEEK_END) - start
    except (AttributeError, OSError):
        raise ApiTypeError("file must be one that can be read at any place, which a pipe cannot") from None
    return _Source(stream, start, size, name)


class _Piece(NamedTuple):
    offset: int
    length: int
    is_all: bool
    """Whether the file is no more than this."""


def _cut(size: int, chunk_size: int) -> list[_Piece]:
    offsets = range(0, max(size, 1), chunk_size)
    return [_Piece(offset, min(chunk_size, size - offset), len(offsets) == 1) for offset in offsets]


def _missing(transfer: TransferType, pieces: list[_Piece], parallel: int) -> list[_Piece]:
    """Return the pieces that a transfer certainly has, left out of all of them.

    The server tells how many bytes it has, but not which. Of those, as many as may be ahead may lie behind a gap.
    """
    transferred = transfer.transferred or 0
    last = pieces[-1]
    if transferred < last.offset + last.length:
        certain = max(transferred // pieces[0].length - _AHEAD * parallel, 0)
        return pieces[certain:]
    if last.is_all:
        # Sent again, it would be imported again.
        raise ApiValueError(f"transfer {transfer.name!r} is complete: look for the job that it began")
    return [last]


class _Body:
    """One piece of the file as something to read."""

    def __init__(self, source: _Source, piece: _Piece) -> None:
        self._source = source
        self._piece = piece
        self._position = 0

    def read(self, size: int = -1) -> bytes:
        left = self._piece.length - self._position
        data = self._source.read(self._piece.offset + self._position, left if size < 0 else min(size, left))
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._position = offset + (self._piece.length if whence == os.SEEK_END else 0)
        return self._position

    def tell(self) -> int:
        return self._position


# The upload


class _Call(NamedTuple):
    """What each piece is sent with."""

    operation: Callable[..., JobType | None]
    arguments: tuple[Any, ...]
    parameters: dict[str, Any]
    api_client: ApiClient


class _StoppedError(Exception):
    """Ends a piece on its way when the upload has failed elsewhere."""


class _Upload:
    """The pieces on their way, and what became of them."""

    def __init__(
        self, call: _Call, source: _Source, pieces: list[_Piece], on_progress: Progress | None, ahead: int
    ) -> None:
        self._call = call
        self._source = source
        self._pieces = deque(pieces)
        self._on_progress = on_progress
        self._job: JobType | None = None
        self._failure: BaseException | None = None
        self._done = source.size - sum(piece.length for piece in pieces)
        self._lock = threading.Lock()
        # Resuming takes that no piece is farther ahead, in bytes, of one that has not arrived.
        self._ahead = ahead
        self._busy: set[int] = set()
        self._turn = threading.Condition()

    def run(self, parallel: int) -> JobType | None:
        """Send all pieces: the first by itself, since it may be refused, and the last when all others are there."""
        last = self._pieces.pop()
        if self._pieces:
            self._send(self._pieces.popleft())
            self._send_at_once(parallel)
        self._send(last)
        return self._job

    def _send_at_once(self, parallel: int) -> None:
        threads = [
            threading.Thread(target=self._send_waiting, daemon=True, name=f"vidispine-upload-{number}")
            for number in range(min(parallel, len(self._pieces)))
        ]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        except BaseException as error:
            self._fail(error)
            raise
        if self._failure is not None:
            raise self._failure

    def _send_waiting(self) -> None:
        try:
            for piece in iter(self._next, None):
                self._send(piece)
                with self._turn:
                    self._busy.discard(piece.offset)
                    self._turn.notify_all()
        except _StoppedError:
            pass
        except BaseException as error:  # noqa: BLE001 - raised in the thread that waits for this one
            self._fail(error)

    def _next(self) -> _Piece | None:
        """Return the piece that a thread sends next, once its turn has come; ``None`` when there is no more to do."""
        with self._turn:
            while self._failure is None and self._pieces:
                offset = self._pieces[0].offset
                if offset - min(self._busy, default=offset) < self._ahead:
                    self._busy.add(offset)
                    return self._pieces.popleft()
                self._turn.wait()
        return None

    def _fail(self, error: BaseException) -> None:
        with self._turn:
            self._failure = self._failure or error
            self._turn.notify_all()

    def _send(self, piece: _Piece) -> None:
        """Send a piece, again if need be."""
        loop = self._call.api_client.rest_client.retry_loop(is_idempotent=True)
        while True:
            told = _Told(self)
            try:
                job = self._call_with(piece, told)
            except ApiException as failure:
                told.forget()
                if piece.is_all or not _is_passing(failure):
                    raise
                failure.hint = f"go on with transfer_id={self._call.parameters['transfer_id']!r} and resume=True"
                if not loop.wait("POST", cause_of(failure)):
                    raise failure from failure.__cause__
            else:
                told(piece.length, None)
                self._job = job or self._job
                return

    def _call_with(self, piece: _Piece, told: _Told) -> JobType | None:
        parameters = dict(self._call.parameters)
        place = {"size": str(self._source.size), "index": str(piece.offset)}
        parameters["_headers"] = {**(parameters.get("_headers") or {}), **place}
        body = _Body(self._source, piece)
        return self._call.operation(*self._call.arguments, body, _on_progress=told, **parameters)

    def advance(self, difference: int) -> None:
        """Count bytes that were sent, and say so.

        :raises _StoppedError: the upload has failed elsewhere
        """
        if self._failure is not None:
            raise _StoppedError
        with self._lock:
            self._done += difference
            if self._on_progress is not None and difference > 0:
                self._on_progress(self._done, self._source.size)


class _Told:
    """How much of a piece has been sent in one attempt."""

    def __init__(self, upload: _Upload) -> None:
        self._upload = upload
        self._done = 0

    def __call__(self, done: int, _: int | None) -> None:
        self._done, difference = done, done - self._done
        self._upload.advance(difference)

    def forget(self) -> None:
        """Take back what was counted: the attempt has failed."""
        self(0, None)


def _is_passing(failure: ApiException) -> bool:
    # What never was sent has been repeated already; a piece that arrives twice does no harm.
    return isinstance(failure, (ApiTimeoutError, ApiResponseError)) or failure.status in RETRY_STATUS
