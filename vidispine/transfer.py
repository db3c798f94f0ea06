"""Chunked uploads of files of any size. Chunks are sent in parallel and retried individually."""

from __future__ import annotations

import io
import os
import threading
import uuid
from collections import deque
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine._transport.errors import cause_of
from vidispine._transport.retry import MAX_OUTAGE, RETRY_STATUS
from vidispine._values.checks import check_integer
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

__all__ = ["CHUNK_SIZE", "PARALLEL", "has_started", "upload"]

CHUNK_SIZE = 16 * 1024 * 1024
"""Default chunk size in bytes: 16 MiB."""
PARALLEL = 3
"""Default number of chunks sent at the same time."""
NO_TRANSFERS = (403, 404, 405, 501)
"""Status codes of a server that does not have a transfer, or no transfers at all, or whose user may not read them."""
_AHEAD = 2
"""How far chunks can be ahead of the first incomplete chunk, as a multiple of the chunks sent in parallel."""


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
    """Upload a file in chunks, and return the job that imports it.

    ::

        job = vidispine.transfer.upload(client.import_.import_item_raw, "clip.mov", tag="lowres")

    Each failed chunk is retried up to ``Configuration.retries`` times. You can resume a failed upload: call this
    function again with the same file, the same ``transfer_id`` and ``resume=True``.

    :param operation: the method that receives the file. ``ImportApi.import_item_raw`` creates an item.
        ``ImportApi.import_placeholder_raw``, ``ShapeApi.import_shape_raw`` and ``ShapeApi.import_shape_essence_raw``
        add the file to an existing item.
    :param file: a path, or an open, seekable binary file, which is read from its current position
    :param arguments: positional arguments of the method before the body, such as the item id
    :param transfer_id: unique name of the upload. Default: a random UUID.
    :param resume: resume the upload with this ``transfer_id``. The server reports how many bytes it has, and the
        remaining chunks and a few earlier ones are sent. ``chunk_size`` and ``parallel`` must be the same as before.
        Default: ``False``.
    :param chunk_size: chunk size in bytes. Minimum: 1. Default: 16 MiB.
    :param parallel: number of chunks sent at the same time. Minimum: 1. Default: 3.
    :param on_progress: called with the number of bytes sent and the size of the file in bytes. Calls can come from
        different threads, but never at the same time.
    :param parameters: keyword arguments of the method. Options such as ``_request_timeout`` apply to each chunk.
        ``filename`` defaults to the name of the file.
    :returns: the job that imports the file
    :raises ApiTypeError, ApiValueError: an argument is invalid, the file has become shorter, or ``resume`` was used
        for a file of one chunk that is already complete
    :raises NotFoundException: with ``resume``: the server has no such transfer, because it has not started or has ended
    :raises ApiResponseError: the upload is complete, but the server returned no job
    :raises ApiException: a chunk failed. If the upload can be resumed, the message says how.
    """
    resource = getattr(operation, "__self__", None)
    if not isinstance(resource, Resource):
        raise ApiTypeError("operation must be a method such as ImportApi(api_client).import_item_raw")
    check_integer("chunk_size", chunk_size, 1)
    check_integer("parallel", parallel, 1)
    if resume and transfer_id is None:
        raise ApiValueError("resume requires the transfer_id of the upload to resume")
    name = transfer_id or str(uuid.uuid4())
    with _open(file) as source:
        if source.name is not None:
            parameters.setdefault("filename", source.name)
        chunks = _chunks(source.size, chunk_size)
        if resume:
            chunks = _missing(TransferApi(resource.api_client).get_transfer(name), chunks, parallel)
        # An iterator can be read only once, but its values are sent with each chunk.
        parameters = {key: list(value) if hasattr(value, "__next__") else value for key, value in parameters.items()}
        call = _ChunkCall(operation, arguments, {**parameters, "transfer_id": name}, resource.api_client)
        job = _Upload(call, source, chunks, on_progress, _AHEAD * parallel * chunk_size).run(parallel)
    if job is None:
        problem = f"all {source.size} bytes of transfer {name!r} were uploaded, but the server returned no job"
        raise ApiResponseError(0, problem, hint="check whether the job exists before you upload the file again")
    return job


def has_started(api_client: ApiClient, transfer_id: str) -> bool:
    """Return whether the server has an upload of this ``transfer_id``, which can then be resumed.

    ``GET /transfer/{transfer-id}``. ``False`` too if the server has no transfers, or the user may not read them.

    :param api_client: makes the call
    :param transfer_id: unique name of the upload
    """
    try:
        TransferApi(api_client).get_transfer(transfer_id)
    except ApiException as error:
        if error.status in NO_TRANSFERS:
            return False
        raise
    return True


# The file


class _Source:
    """An open file from which threads read chunks."""

    def __init__(self, stream: Any, start: int, size: int, name: str | None) -> None:
        self.size = size
        self.name = name
        self._stream = stream
        self._start = start
        self._lock = threading.Lock()

    def read(self, offset: int, length: int) -> bytes:
        """Return up to ``length`` bytes from this offset.

        :raises ApiValueError: the file has become shorter and has no bytes at this offset
        """
        with self._lock:
            self._stream.seek(self._start + offset)
            data: bytes = self._stream.read(length)
        if not data and length:
            raise ApiValueError(f"the file is shorter than its initial size of {self.size} bytes")
        return data


@contextmanager
def _open(file: Any) -> Iterator[_Source]:
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
        raise ApiTypeError(f"file must be a path or an open binary file, not {type(file).__name__}")
    name = getattr(file, "name", None)
    yield _source(file, Path(name).name if isinstance(name, str) else None)


def _source(stream: Any, name: str | None) -> _Source:
    try:
        start = stream.tell()
        size = stream.seek(0, os.SEEK_END) - start
    except (AttributeError, OSError):
        raise ApiTypeError("file must be seekable, which a pipe is not") from None
    return _Source(stream, start, size, name)


class _Chunk(NamedTuple):
    offset: int
    length: int
    is_all: bool
    """Whether this chunk is the entire file."""


def _chunks(size: int, chunk_size: int) -> list[_Chunk]:
    offsets = range(0, max(size, 1), chunk_size)
    return [_Chunk(offset, min(chunk_size, size - offset), len(offsets) == 1) for offset in offsets]


def _missing(transfer: TransferType, chunks: list[_Chunk], parallel: int) -> list[_Chunk]:
    """Return the chunks to send on resume: all chunks, except those that the server certainly has.

    The server reports how many bytes it has, but not which ones. Up to ``_AHEAD * parallel`` chunks can be after a gap.

    :raises ApiValueError: the file has one chunk and is complete
    """
    transferred = transfer.transferred or 0
    last = chunks[-1]
    if transferred < last.offset + last.length:
        received = max(transferred // chunks[0].length - _AHEAD * parallel, 0)
        return chunks[received:]
    if last.is_all:
        # Sending the chunk again would import the file again.
        raise ApiValueError(f"transfer {transfer.name!r} is complete: find the job that it started")
    return [last]


class _Body:
    """A file-like view of one chunk."""

    def __init__(self, source: _Source, chunk: _Chunk) -> None:
        self._source = source
        self._chunk = chunk
        self._position = 0

    def read(self, size: int = -1) -> bytes:
        remaining = self._chunk.length - self._position
        data = self._source.read(self._chunk.offset + self._position, remaining if size < 0 else min(size, remaining))
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._position = offset + (self._chunk.length if whence == os.SEEK_END else 0)
        return self._position

    def tell(self) -> int:
        return self._position


# The upload


class _ChunkCall(NamedTuple):
    """The operation and the arguments shared by all chunks."""

    operation: Callable[..., JobType | None]
    arguments: tuple[Any, ...]
    parameters: dict[str, Any]
    api_client: ApiClient


class _StoppedError(Exception):
    """Stops sending a chunk after another chunk has failed."""


class _Upload:
    """The state of one upload: pending and active chunks, progress, job and first failure."""

    def __init__(
        self, call: _ChunkCall, source: _Source, chunks: list[_Chunk], on_progress: Progress | None, ahead: int
    ) -> None:
        self._call = call
        self._source = source
        self._pending = deque(chunks)
        self._on_progress = on_progress
        self._job: JobType | None = None
        self._failure: BaseException | None = None
        self._done = source.size - sum(chunk.length for chunk in chunks)
        self._lock = threading.Lock()
        # In bytes. Resuming relies on no chunk being further ahead of an incomplete one.
        self._ahead = ahead
        self._active: set[int] = set()
        self._changed = threading.Condition()

    def run(self, parallel: int) -> JobType | None:
        """Send all chunks: the first one alone, because it may be rejected, and the last one after all others."""
        last = self._pending.pop()
        if self._pending:
            self._send(self._pending.popleft())
            self._send_parallel(parallel)
        self._send(last)
        return self._job

    def _send_parallel(self, parallel: int) -> None:
        threads: list[threading.Thread] = []
        try:
            for number in range(min(parallel, len(self._pending))):
                # The thread keeps the caller's deadline and the current span of a trace.
                send = partial(copy_context().run, self._send_pending)
                thread = threading.Thread(target=send, daemon=True, name=f"vidispine-upload-{number}")
                try:
                    thread.start()
                except RuntimeError:  # the system has no more threads, or the interpreter is shutting down
                    break
                threads.append(thread)
            if not threads:
                self._send_pending()
            for thread in threads:
                thread.join()
        except BaseException as error:
            self._fail(error)
            raise
        if self._failure is not None:
            raise self._failure

    def _send_pending(self) -> None:
        try:
            for chunk in iter(self._next, None):
                self._send(chunk)
                with self._changed:
                    self._active.discard(chunk.offset)
                    self._changed.notify_all()
        except _StoppedError:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that joins this one
            self._fail(error)

    def _next(self) -> _Chunk | None:
        """Wait for and return the next chunk to send; ``None`` if none is left or the upload has failed."""
        with self._changed:
            while self._failure is None and self._pending:
                offset = self._pending[0].offset
                if offset - min(self._active, default=offset) < self._ahead:
                    self._active.add(offset)
                    return self._pending.popleft()
                self._changed.wait()
        return None

    def _fail(self, error: BaseException) -> None:
        with self._changed:
            self._failure = self._failure or error
            self._changed.notify_all()

    def _send(self, chunk: _Chunk) -> None:
        """Send a chunk, with retries."""
        # A server that is busy may ask to wait longer than a single call does.
        ceiling = self._call.parameters.get("_deadline") or MAX_OUTAGE
        loop = self._call.api_client.rest_client.retry_loop(is_idempotent=True, ceiling=ceiling)
        while True:
            progress = _ChunkProgress(self)
            try:
                job = self._call_operation(chunk, progress)
            except ApiException as failure:
                progress.undo()
                if chunk.is_all or not _is_transient(failure):
                    raise
                failure.hint = f"resume with transfer_id={self._call.parameters['transfer_id']!r} and resume=True"
                if not loop.wait("POST", cause_of(failure), asked=failure.retry_after):
                    raise failure from failure.__cause__
            else:
                progress(chunk.length, None)
                self._job = job or self._job
                return

    def _call_operation(self, chunk: _Chunk, progress: _ChunkProgress) -> JobType | None:
        parameters = dict(self._call.parameters)
        range_headers = {"size": str(self._source.size), "index": str(chunk.offset)}
        parameters["_headers"] = {**(parameters.get("_headers") or {}), **range_headers}
        body = _Body(self._source, chunk)
        return self._call.operation(*self._call.arguments, body, _on_progress=progress, **parameters)

    def advance(self, difference: int) -> None:
        """Add to the number of bytes sent, and report progress unless it decreased.

        :raises _StoppedError: another chunk has failed
        """
        if self._failure is not None:
            raise _StoppedError
        with self._lock:
            self._done += difference
            if self._on_progress is not None and difference > 0:
                self._on_progress(self._done, self._source.size)


class _ChunkProgress:
    """Counts the bytes of a chunk that one attempt has sent."""

    def __init__(self, upload: _Upload) -> None:
        self._upload = upload
        self._done = 0

    def __call__(self, done: int, _: int | None) -> None:
        self._done, difference = done, done - self._done
        self._upload.advance(difference)

    def undo(self) -> None:
        """Subtract the counted bytes after a failed attempt."""
        self(0, None)


def _is_transient(failure: ApiException) -> bool:
    # The client has already retried requests that were not sent. Sending a chunk twice is safe.
    return isinstance(failure, (ApiTimeoutError, ApiResponseError)) or failure.status in RETRY_STATUS
