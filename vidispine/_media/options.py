"""Options of the methods of ``client.media``, and waiting for the jobs that they start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, TypedDict, cast

from vidispine.exceptions import ApiTypeError, ApiValueError, UnexpectedKeywordError, short_repr
from vidispine.types import CallOptions, PageOptions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from threading import Event

    from typing_extensions import Unpack

    from vidispine._calls.operation import Operation
    from vidispine.client import Client
    from vidispine.models.job_type import JobType
    from vidispine.models.metadata_type import MetadataType
    from vidispine.types import Pairs, Strings

__all__ = [
    "IngestOptions",
    "ProgressCallback",
    "Waiting",
    "check_names",
    "listed",
    "path_of",
    "split_waiting",
    "wait_for",
]

ProgressCallback = Callable[[float], object]
"""Called with the progress, from 0 to 1. It never decreases."""


class Waiting(TypedDict, total=False):
    """How to wait for a job: see :meth:`vidispine.JobApi.wait_for_job`."""

    timeout: float | None
    """The maximum time to wait, in seconds. Default: waits until the job ends."""
    poll_interval: float | None
    """The time between polls, in seconds. Default: 0.5 seconds, increasing to 5."""
    stop: Event | None
    """Ends the wait when it is set."""


class IngestOptions(Waiting, total=False):
    """Options of :meth:`Media.ingest`. All are optional."""

    metadata: MetadataType | Mapping[str, Any] | None
    """The metadata of the item: a ``Metadata``, a document, or a mapping of names to values."""
    tags: Strings
    """Shape tags to transcode to."""
    collections: Strings
    """Ids of collections to add the item to."""
    external_ids: Strings
    """External ids of the item."""
    storage: str | None
    """Id of the storage for the file. Default: the server selects one."""
    thumbnails: bool | None
    """Whether to create thumbnails. Default: the server's."""
    posters: Strings | None
    """Time codes of posters to create, such as ``100@PAL``."""
    filename: str | None
    """The original file name. Default: the name of the file."""
    import_tags: Strings
    """Shape tags of the imported file. Default: ``original``."""
    settings: str | None
    """Id of import settings, such as access control."""
    priority: str | None
    """Priority of the job, see :class:`vidispine.JobPriority`. Default: ``MEDIUM``."""
    notification: str | None
    """Id of a placeholder notification for the events of the job."""
    notification_data: str | None
    """Text that notifications of the job contain."""
    jobmetadata: Pairs | None
    """Data of the job: a mapping, or texts ``key=value``."""
    no_transcode: bool | None
    """Whether the file is imported without being transcoded."""
    original: str | None
    """Shape tag whose preset the file is transcoded to, as the original shape."""
    resource_id: str | None
    """Id of the transcoder to use."""
    item_id: str | None
    """Id of the placeholder to import the file to, for example after an interrupted import. Default: a new item."""
    transfer_id: str | None
    """Unique name of the upload. If the server has it, the upload is resumed, to the placeholder that the earlier call
    created, if any. The name on the server then ends with ``@`` and the id of the placeholder. Default: a random
    one."""
    chunk_size: int
    """Size of the chunks of an upload, in bytes. Default: 16 MiB."""
    parallel: int
    """Number of chunks that are sent at the same time. Default: 3."""
    on_progress: ProgressCallback | None
    """Called with the progress. The upload is the first half, the job the second; with a URI, the job is all. With
    ``wait=False``, the upload is all."""


_WAITING = frozenset({"timeout", "poll_interval", "stop"})
_DEFAULTS: Any = {"timeout": None, "poll_interval": None, "raise_on_failure": True}


def split_waiting(parameters: dict[str, Any], on_progress: Any = None) -> Waiting:
    """Remove and return the keyword arguments of the wait, which are checked before the work begins.

    :param on_progress: the function that is called with the progress, which is checked too
    :raises ApiTypeError, ApiValueError: one of them is invalid
    """
    from vidispine._mixins.waiting import WaitOptions

    waiting: Any = {name: parameters.pop(name) for name in _WAITING & set(parameters)}
    WaitOptions("wait_for_job", on_progress=on_progress, **{**_DEFAULTS, **waiting})
    return cast("Waiting", waiting)


def listed(name: str, values: Any) -> list[Any]:
    """Return one text or several as a list.

    :raises ApiTypeError: the values are something else
    """
    if isinstance(values, str):
        return [values]
    if isinstance(values, (bytes, Mapping)) or not hasattr(values, "__iter__"):
        raise ApiTypeError(f"{name} must be text or several texts, not {type(values).__name__}")
    return list(values)


def check_names(method: str, operation: Operation[Any], given: Iterable[str], others: Iterable[str]) -> None:
    """Check the names of keyword arguments.

    :param operation: the operation that takes the arguments
    :param others: the names of the method's own arguments
    :raises UnexpectedKeywordError: the operation has no such parameter
    """
    options = (*CallOptions.__annotations__, *PageOptions.__annotations__)
    known = {*(parameter.name for parameter in operation.parameters), *options}
    for name in given:
        if name not in known:
            raise UnexpectedKeywordError.of(method, name, sorted({*known, *others}))


def wait_for(client: Client, job: JobType, on_progress: ProgressCallback | None, **waiting: Unpack[Waiting]) -> JobType:
    """Wait for a job, and report its progress as one fraction that never decreases and ends with 1."""
    reached = 0.0

    def report(polled: JobType) -> None:
        nonlocal reached
        if on_progress is not None and (polled.progress > reached or not reached):
            reached = max(reached, polled.progress)
            on_progress(reached)

    ended = client.job.wait_for_job(job, on_progress=report, **waiting)
    if on_progress is not None and reached < 1 and not ended.failed:
        on_progress(1.0)
    return ended


def path_of(name: str, value: Any) -> Path:
    """Return a path that was given as an argument.

    :raises ApiTypeError: it is neither text nor a path
    :raises ApiValueError: it is empty, or no file system has such a path
    """
    text = os.fspath(value) if isinstance(value, (str, os.PathLike)) else None
    if not isinstance(text, str):
        raise ApiTypeError(f"{name} must be a path, not {type(value).__name__}")
    if not text:
        raise ApiValueError(f"{name} must not be empty; for the current folder, pass '.'")
    try:
        os.fsencode(text)
        Path(text).exists()
    except (OSError, ValueError):
        raise ApiValueError(f"{name}: {short_repr(text)} is not a valid path") from None
    return Path(text)
