"""Media in and out: ``client.media``; see ``docs/guides/media.md``."""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, TypedDict, cast, overload
from urllib.parse import unquote, urlsplit

from vidispine import transfer
from vidispine._calls.download import claim, safe_name
from vidispine._mixins.media_time import TimeCode
from vidispine.exceptions import (
    ApiException,
    ApiResponseError,
    ApiTypeError,
    ApiValueError,
    UnexpectedKeywordError,
)
from vidispine.types import CallOptions, PageOptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from threading import Event
    from typing import BinaryIO, Literal, Union

    from typing_extensions import Unpack

    from vidispine.client import Client
    from vidispine.models.file_type import FileType
    from vidispine.models.item_type import ItemType
    from vidispine.models.job_type import JobType
    from vidispine.models.metadata_type import MetadataType
    from vidispine.models.shape_type import ShapeType
    from vidispine.types import Pairs, Progress, Strings

    Item = Union[str, ItemType]
    Source = Union[str, "os.PathLike[str]", BinaryIO]

__all__ = ["Fraction", "IngestOptions", "Media", "Picture", "Waiting"]

Fraction = Callable[[float], object]
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
    """Id of a placeholder that the file is imported to, such as that of an interrupted import. Default: a new item."""
    transfer_id: str | None
    """Unique name of the upload. If the server knows it, the upload is resumed. Default: a random one."""
    chunk_size: int
    """Size of the chunks of an upload, in bytes. Default: 16 MiB."""
    parallel: int
    """Number of chunks that are sent at the same time. Default: 3."""
    on_progress: Fraction | None
    """Called with the progress. The upload is the first half, the job the second; with a URI, the job is all."""


_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_NUMBER = re.compile(r"[0-9]+\Z")
_HASHES = {32: "md5", 40: "sha1", 64: "sha256"}
"""Hash algorithms by the number of hexadecimal digits. Servers use SHA-1 by default."""
_WAITING = frozenset({"timeout", "poll_interval", "stop"})
_UPLOADS = ("import_placeholder_raw", "import_item_raw")
_READ_SIZE = 1024 * 1024


class Picture:
    """A thumbnail or a poster of an item.

    :param read: returns the image
    :param time: where in the item it is
    """

    def __init__(self, read: Callable[[], bytes], time: TimeCode) -> None:
        self._read = read
        #: where in the item it is
        self.time = time

    def read(self) -> bytes:
        """Download the image."""
        return self._read()

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Download the image to a file, which is overwritten.

        :param path: the path of the file
        :returns: the path
        """
        target = Path(path)
        target.write_bytes(self.read())
        return target

    def __repr__(self) -> str:
        return f"<Picture at {self.time}>"


class Media:
    """Brings media in and gets it out: ``client.media``.

    Methods that start a job wait until it has ended, and raise :class:`vidispine.JobFailedError` if it failed.
    ``wait=False`` returns the job instead. ``timeout``, ``poll_interval`` and ``stop`` are those of
    :meth:`vidispine.JobApi.wait_for_job`. Other keyword arguments are those of the operation, by their names there.

    :param client: the client that makes the calls
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    # Media in

    @overload
    def ingest(
        self, source: Source, *, wait: Literal[True] = True, pattern: None = None, **options: Unpack[IngestOptions]
    ) -> ItemType: ...

    @overload
    def ingest(
        self, source: Source, *, wait: Literal[False], pattern: None = None, **options: Unpack[IngestOptions]
    ) -> JobType: ...

    @overload
    def ingest(self, source: Source, *, pattern: str, **options: Unpack[IngestOptions]) -> list[ItemType]: ...

    def ingest(self, source: Source, *, wait: bool = True, pattern: str | None = None, **options: Any) -> Any:
        """Import a file as a new item, and return the item with its metadata and shapes.

        With metadata, external ids or collections, a placeholder is created first, so that the item has them from the
        start. Files are uploaded in chunks. A URI is imported by the server itself.

        :param source: a path, a URI such as ``s3://bucket/clip.mov``, an open binary file, or with ``pattern`` a folder
        :param wait: whether to wait for the import job. ``False`` returns the job. Default: ``True``
        :param pattern: imports the files of a folder that match, such as ``*.mov``, each as an item of its own, in the
            order of their names; ``**/*.mov`` includes folders in it. Returns a list
        :param options: see :class:`vidispine.media.IngestOptions`, and other parameters of the import operation
        :raises ApiTypeError, ApiValueError: an argument is invalid, or the file does not exist. Nothing was sent
        :raises JobFailedError: the import job failed
        :raises ApiException: the upload failed. If it can be resumed, the message says how
        """
        if pattern is None:
            return _Ingest(self._client, **options).run(source, wait)
        for name in ("on_progress", "transfer_id", "item_id", "filename"):
            if options.get(name) is not None:
                raise ApiTypeError(f"{name} is for one file, not for a folder")
        files = _files_in(source, pattern)
        return [_Ingest(self._client, **options).run(file, wait) for file in files]

    # Media out

    def download(
        self,
        item: Item,
        *,
        tag: str = "original",
        to: str | os.PathLike[str] = ".",
        on_progress: Progress | None = None,
    ) -> list[Path]:
        """Download all files of a shape, each under its own name.

        Each file goes to a temporary file beside it, which is renamed when it is complete. After a failure, the same
        call continues with what is missing. If the server has a hash of the file, the download is verified. A file that
        was downloaded before is not downloaded again; if another file has the name, a number is added.

        :param item: the item, or its id
        :param tag: the shape tag. Default: ``original``. If several shapes have it, the newest one is used
        :param to: an existing folder. Default: the current folder
        :param on_progress: called with the number of bytes of all files so far, and the total or ``None``
        :returns: the paths of the files
        :raises ApiValueError: the item has no such shape, the shape has no files, or the folder does not exist
        :raises ApiResponseError: a file is not the one that the server describes
        """
        folder = Path(to)
        if not folder.is_dir():
            raise ApiValueError(f"the folder {str(folder)!r} does not exist")
        shape = self.shape(item, tag=tag)
        files = list(_files_of(shape))
        if not files:
            raise ApiValueError(f"shape {shape.id} has no files")
        sizes = [file.size for file in files]
        total = None if None in sizes else sum(size or 0 for size in sizes)
        paths, done = [], 0
        for file in files:
            before = done

            def report(count: int, _: int | None, before: int = before) -> None:
                if on_progress is not None:
                    on_progress(before + count, total)

            path = _Download(self._client, file, folder).run(report)
            paths.append(path)
            done += path.stat().st_size
        return paths

    def shape(self, item: Item, *, tag: str = "original") -> ShapeType:
        """Get the newest shape of an item that has a tag.

        :param item: the item, or its id
        :param tag: the shape tag. Default: ``original``
        :raises ApiValueError: the item has no such shape
        """
        item_id = _id_of(item)
        shapes = self._client.item.get_item(item_id, content=["shape"]).shape or []
        tagged = [shape for shape in shapes if tag in (shape.tag or [])]
        if not tagged:
            known = sorted({each for shape in shapes for each in shape.tag or []})
            has = f"it has {', '.join(known)}" if known else "it has no shapes"
            raise ApiValueError(f"item {item_id} has no shape with the tag {tag!r}: {has}")
        return max(tagged, key=_age)

    def export(
        self,
        item: Item,
        *,
        to: str | os.PathLike[str] | None = None,
        tag: str | None = None,
        wait: bool = True,
        on_progress: Fraction | None = None,
        **parameters: Any,
    ) -> JobType:
        """Export the files of an item with a job of the server.

        ``POST /item/{item-id}/export``

        :param item: the item, or its id
        :param to: where the server writes: a URI, or a path that the server has too. A folder ends with a slash.
            Default: ``location_name``, an export location
        :param tag: the shape tag. Default: the server's, ``original``
        :param wait: whether to wait for the job. Default: ``True``
        :param on_progress: called with the progress from 0 to 1
        :param parameters: parameters of ``ItemApi.create_item_export_job``, and how to wait
        :returns: the job
        """
        waiting = _split_waiting(parameters)
        if to is not None:
            parameters["uri"] = to if isinstance(to, str) and _URI.match(to) else _uri_of(to)
        job = self._client.item.create_item_export_job(_id_of(item), tag=tag, **parameters)
        return self._finish(job, wait, on_progress, waiting)

    # Renditions

    def transcode(
        self,
        item: Item,
        tag: Strings,
        *,
        wait: bool = True,
        on_progress: Fraction | None = None,
        **parameters: Any,
    ) -> JobType:
        """Create a shape for each of the tags, such as a proxy.

        ``POST /item/{item-id}/transcode``

        :param item: the item, or its id
        :param tag: the shape tag, or several
        :param wait: whether to wait for the job. Default: ``True``
        :param on_progress: called with the progress from 0 to 1
        :param parameters: parameters of ``ItemApi.create_item_transcode_job``, and how to wait
        :returns: the job
        """
        waiting = _split_waiting(parameters)
        job = self._client.item.create_item_transcode_job(_id_of(item), tag=tag, **parameters)
        return self._finish(job, wait, on_progress, waiting)

    def thumbnails(self, item: Item, *, create: bool | None = None, **parameters: Any) -> list[Picture]:
        """Return the thumbnails of an item, in order of time.

        :param item: the item, or its id
        :param create: ``True`` creates new ones with a job, ``False`` never does. Default: if there are none
        :param parameters: parameters of ``ItemApi.create_item_thumbnail_job``, such as ``thumbnail_period``, and how to
            wait
        """
        return self._pictures(item, "thumbnail", create, parameters, {"create_thumbnails": True})

    def posters(
        self, item: Item, times: str | TimeCode | Iterable[str | TimeCode] | None = None, **parameters: Any
    ) -> list[Picture]:
        """Return the posters of an item, in order of time.

        :param item: the item, or its id
        :param times: creates posters of these times with a job first. Default: returns those that exist
        :param parameters: parameters of ``ItemApi.create_item_thumbnail_job``, such as ``poster_width``, and how to
            wait
        """
        given = [times] if isinstance(times, (str, TimeCode)) else times or []
        joined = ",".join(str(TimeCode(time)) for time in given)
        return self._pictures(item, "poster", bool(joined), parameters, {"create_posters": joined})

    def _pictures(
        self, item: Item, kind: str, create: bool | None, parameters: dict[str, Any], request: Mapping[str, Any]
    ) -> list[Picture]:
        item_id = _id_of(item)
        waiting = _split_waiting(parameters)
        found = [] if create else self._listed_pictures(item_id, kind)
        if create or (create is None and not found):
            job = self._client.item.create_item_thumbnail_job(item_id, **{**request, **parameters})
            self._finish(job, True, None, waiting)
            found = self._listed_pictures(item_id, kind)
        return sorted(found, key=lambda picture: picture.time)

    def _listed_pictures(self, item_id: str, kind: str) -> list[Picture]:
        # Thumbnails are on a thumbnail service, which the server names in the URL: .../thumbnail/{service}/{item}.
        is_poster = kind == "poster"
        resources = (
            self._client.item.get_item_poster_resources if is_poster else self._client.item.get_item_thumbnail_resources
        )
        api: Any = self._client.poster_resource if is_poster else self._client.thumbnail_resource
        found = []
        for uri in resources(item_id).uri or []:
            service = unquote(urlsplit(uri).path.rstrip("/").split("/")[-2])
            for time in (api.get_posters if is_poster else api.get_thumbnails)(service, item_id).uri or []:
                get = api.get_poster if is_poster else api.get_thumbnail
                found.append(Picture(_reader(get, service, item_id, time), TimeCode(time)))
        return found

    # Storages

    def move(
        self,
        item: Item,
        storage: str,
        *,
        tag: str = "original",
        copy: bool = False,
        wait: bool = True,
        **parameters: Any,
    ) -> list[JobType]:
        """Move the files of a shape to another storage.

        ``POST /storage/file/{file-id}/storage/{target-storage-id}``, once per file.

        :param item: the item, or its id
        :param storage: the id of the storage, such as ``VX-3``
        :param tag: the shape tag. Default: ``original``. If several shapes have it, the newest one is used
        :param copy: whether the files stay where they are too. Default: ``False``
        :param wait: whether to wait for the jobs. Default: ``True``
        :param parameters: parameters of ``FileApi.create_file_move_or_copy_job``, and how to wait
        :returns: the jobs, one per file that is not on the storage
        """
        waiting = _split_waiting(parameters)
        jobs = [
            self._client.file.create_file_move_or_copy_job(file.id, storage, move=not copy, **parameters)
            for file in _files_of(self.shape(item, tag=tag))
            if file.id is not None and file.storage != storage
        ]
        return [self._finish(job, wait, None, waiting) for job in jobs]

    def archive(self, item: Item, storage: str | None = None, *, wait: bool = True, **parameters: Any) -> JobType:
        """Archive an item.

        ``POST /item/{item-id}/archive``, observed on 4.9.

        :param item: the item, or its id
        :param storage: the id of the archive storage. Default: the server selects one
        :param wait: whether to wait for the job. Default: ``True``
        :param parameters: parameters of ``ItemApi.create_item_archive_job``, and how to wait
        :returns: the job
        """
        waiting = _split_waiting(parameters)
        job = self._client.item.create_item_archive_job(_id_of(item), storage_id=storage, **parameters)
        return self._finish(job, wait, None, waiting)

    def restore(self, item: Item, storage: str | None = None, *, wait: bool = True, **parameters: Any) -> JobType:
        """Restore an archived item.

        ``POST /item/{item-id}/restore``, observed on 4.9.

        :param item: the item, or its id
        :param storage: the id of the storage to restore to. Default: the server selects one
        :param wait: whether to wait for the job. Default: ``True``
        :param parameters: parameters of ``ItemApi.create_item_restore_job``, and how to wait
        :returns: the job
        """
        waiting = _split_waiting(parameters)
        job = self._client.item.create_item_restore_job(_id_of(item), storage_id=storage, **parameters)
        return self._finish(job, wait, None, waiting)

    def _finish(self, job: JobType, wait: bool, on_progress: Fraction | None, waiting: Waiting) -> JobType:
        return wait_for(self._client, job, on_progress, **waiting) if wait else job

    def __repr__(self) -> str:
        return f"<media of {self._client!r}>"


def wait_for(client: Client, job: JobType, on_progress: Fraction | None, **waiting: Unpack[Waiting]) -> JobType:
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


class _Ingest:
    """One import of a file: the placeholder, the upload, the job and what follows it."""

    def __init__(
        self,
        client: Client,
        *,
        metadata: MetadataType | Mapping[str, Any] | None = None,
        tags: Strings = (),
        collections: Strings = (),
        external_ids: Strings = (),
        storage: str | None = None,
        thumbnails: bool | None = None,
        posters: Strings | None = None,
        filename: str | None = None,
        import_tags: Strings = (),
        settings: str | None = None,
        item_id: str | None = None,
        transfer_id: str | None = None,
        chunk_size: int = transfer.CHUNK_SIZE,
        parallel: int = transfer.PARALLEL,
        on_progress: Fraction | None = None,
        **parameters: Any,
    ) -> None:
        self._client = client
        self._waiting = _split_waiting(parameters)
        self._metadata = metadata
        self._collections = _listed(collections)
        self._external_ids = _listed(external_ids)
        self._item_id = item_id
        self._filename = filename
        self._settings = settings
        self._import_tags = _listed(import_tags)
        self._transfer = {"chunk_size": chunk_size, "parallel": parallel}
        self._transfer_id = transfer_id
        self._on_progress = on_progress
        posters = _listed(posters or ())
        given = {
            "tag": _listed(tags),
            "storage_id": storage,
            "create_thumbnails": thumbnails,
            "create_posters": ",".join(map(str, posters)),
        }
        self._parameters = {name: value for name, value in given.items() if value not in (None, [], "")}
        self._parameters.update(parameters)

    def run(self, source: Any, wait: bool) -> Any:
        uri = source if isinstance(source, str) and _URI.match(source) else None
        # A placeholder has an id before its job has ended.
        of_the_item = self._metadata is not None or self._external_ids or self._collections
        needs_placeholder = self._item_id is None and bool(of_the_item)
        self._check(source, uri, self._item_id is not None or needs_placeholder)
        if needs_placeholder:
            self._item_id = self._create_placeholder()
        try:
            job = self._import_uri(uri) if uri is not None else self._upload(source)
        except ApiException as error:
            if self._item_id is not None:
                also = f"to import to the same placeholder, give item_id={self._item_id!r}"
                error.hint = f"{error.hint}; {also}" if error.hint else also
            raise
        self._add_to_collections()
        if not wait:
            return job
        job = wait_for(self._client, job, self._progress(0.0 if uri is not None else 0.5), **self._waiting)
        item_id = self._item_id or job.values.get("itemId")
        if item_id is None:
            raise ApiResponseError(0, f"job {job.job_id} has ended, but does not name the item that it created")
        return self._client.item.get_item(item_id, content=["metadata", "shape"])

    def _check(self, source: Any, uri: str | None, is_placeholder: bool) -> None:
        """Check the source and the names of the parameters before anything is sent."""
        if uri is None:
            _check_file(source)
        kinds = ("import_to_placeholder", "import_item") if uri is not None else _UPLOADS
        operation = self._client.import_.operations[kinds[0] if is_placeholder else kinds[1]]
        known = {*(parameter.name for parameter in operation.parameters), *CallOptions.__annotations__}
        known |= set(PageOptions.__annotations__)
        for name in self._parameters:
            if name not in known:
                raise UnexpectedKeywordError.of("ingest", name, sorted({*known, *IngestOptions.__annotations__}))

    def _create_placeholder(self) -> str:
        placeholder = self._client.import_.create_placeholder(
            self._document(),
            container=1,
            settings=self._settings,
            import_tag=self._import_tags or None,
            external_id=self._external_ids or None,
        )
        if placeholder.id is None:
            raise ApiResponseError(0, "the server created a placeholder, but returned no id")
        return placeholder.id

    def _document(self) -> Any:
        """Return the metadata as a document, from names and values if necessary."""
        metadata = {} if self._metadata is None else self._metadata
        if not isinstance(metadata, Mapping) or "timespan" in metadata:
            return metadata
        from vidispine.metadata import Metadata

        return Metadata(metadata)

    def _import_uri(self, uri: str) -> JobType:
        parameters = {**self._parameters, **self._named()}
        if self._item_id is not None:
            return self._client.import_.import_to_placeholder(self._item_id, "container", uri=uri, **parameters)
        return self._client.import_.import_item(uri, **parameters)

    def _named(self) -> dict[str, Any]:
        """Return the parameters that only imports of new items have."""
        given = {"settings": self._settings, "import_tag": self._import_tags or None}
        return {} if self._item_id is not None else {name: value for name, value in given.items() if value is not None}

    def _upload(self, source: Any) -> JobType:
        parameters = {**self._parameters, **self._named(), **self._transfer}
        if self._filename is not None:
            parameters["filename"] = self._filename
        progress = self._progress(0.0, 0.5)
        if progress is not None:
            parameters["on_progress"] = lambda done, total: progress(done / total if total else 1.0)
        if self._transfer_id is not None:
            parameters.update(transfer_id=self._transfer_id, resume=self._is_started(self._transfer_id))
        arguments = () if self._item_id is None else (self._item_id, "container")
        operation: Any = getattr(self._client.import_, _UPLOADS[self._item_id is None])
        return transfer.upload(operation, source, *arguments, **parameters)

    def _is_started(self, transfer_id: str) -> bool:
        from vidispine.exceptions import NotFoundException

        try:
            self._client.transfer.get_transfer(transfer_id)
        except NotFoundException:
            return False
        return True

    def _progress(self, start: float, end: float = 1.0) -> Fraction | None:
        """Return a callback for a part of the whole: half of it is the upload, half the job."""
        callback = self._on_progress
        return None if callback is None else lambda part: callback(start + part * (end - start))

    def _add_to_collections(self) -> None:
        for collection in self._collections if self._item_id is not None else ():
            self._client.collection.add_to_collection(collection, str(self._item_id), type="item")


class _Download:
    """One file of a shape on its way to a folder."""

    def __init__(self, client: Client, file: FileType, folder: Path) -> None:
        self._client = client
        self._file = file
        self._folder = folder
        self._name = safe_name(file.path or "") or safe_name(file.id or "") or "download"
        self._part = folder / f".{safe_name(file.id or '')}-{self._name}.part"

    def run(self, on_progress: Progress) -> Path:
        existing = self._folder / self._name
        if existing.is_file() and self._is_complete(existing):
            on_progress(existing.stat().st_size, None)
            return existing
        if self._part.is_file() and not self._resume(on_progress):
            self._part.unlink()
        if not self._part.is_file():
            with self._part.open("w+b") as stream:
                self._client.file.get_file_data(self._id, _save_to=stream, _on_progress=on_progress)
        if not self._is_complete(self._part):
            self._part.unlink()
            raise ApiResponseError(0, f"file {self._id} has another size or hash than the server says")
        path = claim(self._folder, self._name)
        self._part.replace(path)
        return path

    @property
    def _id(self) -> str:
        if self._file.id is None:
            raise ApiResponseError(0, "the server returned a file without an id")
        return self._file.id

    def _resume(self, on_progress: Progress) -> bool:
        """Request what is missing in the temporary file; return whether it is then complete."""
        start = self._part.stat().st_size
        size = self._file.size
        if size is None or start > size:
            return False
        if start < size:
            with self._part.open("ab") as stream:
                self._client.file.get_file_data(
                    self._id,
                    _save_to=stream,
                    _headers={"Range": f"bytes={start}-"},
                    _on_progress=lambda done, _: on_progress(min(start + done, size), None),
                )
        # A server without ranges sent the whole file again, which then has another size.
        return self._is_complete(self._part)

    def _is_complete(self, path: Path) -> bool:
        """Return whether a file has the size and the hash that the server says."""
        size, expected = self._file.size, (self._file.hash or "").lower()
        if size is not None and path.stat().st_size != size:
            return False
        algorithm = _HASHES.get(len(expected))
        if algorithm is None:
            return size is not None or path == self._part
        digest = hashlib.new(algorithm, usedforsecurity=False)
        with path.open("rb") as stream:
            for chunk in iter(lambda: stream.read(_READ_SIZE), b""):
                digest.update(chunk)
        return digest.hexdigest() == expected


def _split_waiting(parameters: dict[str, Any]) -> Waiting:
    """Remove and return the keyword arguments that say how to wait."""
    return cast("Waiting", {name: parameters.pop(name) for name in _WAITING & set(parameters)})


def _id_of(item: Item) -> str:
    found = item if isinstance(item, str) else getattr(item, "id", None)
    if not isinstance(found, str):
        raise ApiTypeError(f"item must be the id of an item, or an item that has one, not a {type(item).__name__}")
    return found


def _listed(values: Any) -> list[str]:
    return [values] if isinstance(values, str) else list(values)


def _check_file(source: Any) -> None:
    """Check a path before anything is sent.

    :raises ApiValueError: there is no such file
    """
    if not isinstance(source, (str, os.PathLike)):
        if isinstance(source, io.TextIOBase) or not hasattr(source, "read"):
            raise ApiTypeError(f"source must be a path, a URI or an open binary file, not a {type(source).__name__}")
        return
    path = Path(source)
    if path.is_dir():
        raise ApiValueError(f"{str(path)!r} is a folder: give pattern='*' to import each of its files")
    if not path.is_file():
        raise ApiValueError(f"there is no file {str(path)!r}")


def _files_in(folder: Any, pattern: str) -> list[Path]:
    path = Path(folder) if isinstance(folder, (str, os.PathLike)) else None
    if path is None or not path.is_dir():
        raise ApiValueError(f"pattern is for a folder, which {str(folder)!r} is not")
    return sorted(file for file in path.glob(pattern) if file.is_file() and not file.name.startswith("."))


def _uri_of(path: str | os.PathLike[str]) -> str:
    text = os.fspath(path)
    return Path(text).absolute().as_uri() + ("/" if text.endswith(("/", os.sep)) or Path(text).is_dir() else "")


def _files_of(shape: ShapeType) -> Iterator[FileType]:
    """Yield the files of a shape, each once, in the order of its components."""
    components: list[Any] = [shape.container_component] if shape.container_component else []
    for name in ("video", "audio", "subtitle", "descriptor", "binary"):
        components += getattr(shape, f"{name}_component") or []
    seen = set()
    for component in components:
        for file in component.file or []:
            if file.id not in seen:
                seen.add(file.id)
                yield file


def _age(shape: ShapeType) -> tuple[bool, float, int]:
    """Return the sort key of a shape: those with files first, then newer ones."""
    created = shape.created.timestamp() if shape.created else 0.0
    number = _NUMBER.search(shape.id or "")
    return any(True for _ in _files_of(shape)), created, int(number[0]) if number else 0


def _reader(get: Callable[..., Any], service: str, item_id: str, time: str) -> Callable[[], bytes]:
    def read() -> bytes:
        stream = io.BytesIO()
        get(service, item_id, time, _save_to=stream)
        return stream.getvalue()

    return read
