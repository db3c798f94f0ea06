"""Imports, downloads and exports media: ``client.media``; see ``docs/guides/media.md``."""

from __future__ import annotations

import io
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, cast, overload
from urllib.parse import unquote, urlsplit

from vidispine._media.download import Download, complete_files, files_of, is_copy
from vidispine._media.ingest import URI, Ingest
from vidispine._media.options import (
    IngestOptions,
    ProgressCallback,
    Waiting,
    check_names,
    listed,
    path_of,
    split_waiting,
    wait_for,
)
from vidispine._mixins.media_time import TimeCode
from vidispine.exceptions import ApiException, ApiTypeError, ApiValueError, NotFoundException, hides_arguments, kind_of
from vidispine.models.file_type import FileType
from vidispine.models.shape_type import ShapeType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import BinaryIO, Literal, Union

    from typing_extensions import Unpack

    from vidispine.client import Client
    from vidispine.models.item_type import ItemType
    from vidispine.models.job_type import JobType
    from vidispine.types import Progress, Strings

    Item = Union[str, ItemType]
    Downloadable = Union[str, ItemType, ShapeType, FileType]
    Source = Union[str, "os.PathLike[str]", BinaryIO]

__all__ = ["Image", "IngestOptions", "Media", "ProgressCallback", "Waiting"]

_NUMBER = re.compile(r"[0-9]+\Z")


class Image:
    """A thumbnail or a poster of an item.

    :param read: returns the image
    :param time: its time code in the item
    """

    def __init__(self, read: Callable[[], bytes], time: TimeCode) -> None:
        self._read = read
        #: its time code in the item
        self.time = time

    def read(self) -> bytes:
        """Download the image."""
        return self._read()

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Download the image to a file, which is overwritten.

        :param path: the path of the file
        :returns: the path
        :raises ApiValueError: the path is a folder, or the folder of the file does not exist
        """
        target = path_of("path", path)
        if target.is_dir() or str(path).endswith(("/", os.sep)):
            raise ApiValueError(
                f"{str(path)!r} is a folder: pass the path of a file, such as {str(target / 'a.jpg')!r}"
            )
        if not target.parent.is_dir():
            raise ApiValueError(f"the folder {str(target.parent)!r} does not exist")
        target.write_bytes(self.read())
        return target

    def __repr__(self) -> str:
        return f"<Image at {self.time}>"


class Media:
    """Imports, transcodes, downloads and exports media: ``client.media``.

    Methods that start a job wait until it has ended, and raise :class:`vidispine.JobFailedError` if it failed.
    ``wait=False`` returns the job instead. ``timeout``, ``poll_interval`` and ``stop`` are those of
    :meth:`vidispine.JobApi.wait_for_job`. Other keyword arguments are parameters of the operation.

    :param client: the client that makes the calls
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    # Import

    @overload
    def ingest(
        self, source: Source, *, wait: Literal[True] = True, pattern: None = None, **options: Unpack[IngestOptions]
    ) -> ItemType: ...

    @overload
    def ingest(
        self, source: Source, *, wait: Literal[False], pattern: None = None, **options: Unpack[IngestOptions]
    ) -> JobType: ...

    @overload
    def ingest(
        self, source: Source, *, wait: Literal[True] = True, pattern: str, **options: Unpack[IngestOptions]
    ) -> list[ItemType]: ...

    @overload
    def ingest(
        self, source: Source, *, wait: Literal[False], pattern: str, **options: Unpack[IngestOptions]
    ) -> list[JobType]: ...

    @hides_arguments
    def ingest(self, source: Source, *, wait: bool = True, pattern: str | None = None, **options: Any) -> Any:
        """Import a file as a new item, and return the item with its metadata and shapes.

        ::

            item = client.media.ingest("clip.mov", metadata={"title": "Harbor at dawn"}, tags=["lowres"])
            print(item.id, item.metadata["title"])

        With metadata, external ids or collections, a placeholder is created first, so that the item has them from the
        start. Files are uploaded in chunks. A URI is imported by the server itself.

        :param source: a path, a URI such as ``s3://bucket/clip.mov``, an open binary file, or a folder. Each
            file of a folder becomes an item, in the order of their names, without hidden files; returns a list
        :param wait: whether to wait for the import job. ``False`` returns the job. Default: ``True``
        :param pattern: which files of a folder to import, such as ``*.mov``; ``**/*.mov`` includes subfolders.
            Default: ``*``. Set it for a folder if you use a type checker, which then expects the list
        :param options: see :class:`vidispine.media.IngestOptions`, and other parameters of the import operation
        :returns: the item; without waiting, the job; for a folder, a list of them
        :raises ApiTypeError, ApiValueError: an argument is invalid, or the file does not exist. Nothing was sent
        :raises JobFailedError: the import job failed
        :raises ApiException: the upload failed. If it can be resumed, the message says how
        """
        if pattern is None:
            if not _is_folder(source):
                return Ingest(self._client, **options).run(source, wait)
            pattern = "*"
        for name in ("on_progress", "transfer_id", "item_id", "filename"):
            if options.get(name) is not None:
                raise ApiTypeError(f"{name} is for one file, not for a folder")
        results: list[Any] = []
        for file in _files_in(source, pattern):
            try:
                results.append(Ingest(self._client, **options).run(file, wait))
            except ApiException as error:  # noqa: PERF203 - one for each upload
                error.hint = "; ".join(filter(None, [error.hint, _imported(file, results)]))
                raise
        return results

    # Download and export

    def download(
        self,
        item: Downloadable | Iterable[Downloadable],
        tag: str = "original",
        *,
        to: str | os.PathLike[str] = ".",
        filename: str | None = None,
        overwrite: bool = False,
        on_progress: Progress | None = None,
    ) -> list[Path]:
        """Download all files of a shape under their own names.

        ::

            for path in client.media.download("VX-93", tag="lowres", to="proxies"):
                print(path)

        ``GET /storage/file/{file-id}/data``, once per file. Nothing is downloaded if one of the files is missing.

        Each file is written to a temporary file in the same folder, which is renamed when it is complete. If the server
        has a hash of the file, the download is verified, the same call continues after a failure, and a file that was
        downloaded before is not downloaded again. If another file has the name, a number is added. Of several copies of
        a file on different storages, one is downloaded.

        :param item: the item, or its id; a shape or a file, for which ``tag`` is ignored; or several of these
        :param tag: the shape tag. Default: ``original``. If several shapes have it, the newest one is used
        :param to: the folder, which is created if it does not exist. Default: the current folder
        :param filename: the name to save a single file under. Default: its name on the storage, without characters that
            are unsafe in file names
        :param overwrite: whether a file of the name is replaced. Default: ``False``
        :param on_progress: called with the number of bytes of all files so far, and the total or ``None``
        :returns: the paths of the files
        :raises ApiTypeError: ``filename`` was given for several files
        :raises ApiValueError: the item has no such shape, the shape has no files or incomplete ones, or the folder is
            read-only or cannot be created
        :raises ApiResponseError: a file does not have the size or the hash that the server states
        """
        folder = _folder(to)
        if not isinstance(filename, (str, type(None))):
            raise ApiTypeError(f"filename must be text, not {type(filename).__name__}")
        if filename in ("", ".", "..") or (filename and (Path(filename).name != filename or "\0" in filename)):
            raise ApiValueError(f"{filename!r} is not a file name")
        is_one = isinstance(item, str) or not hasattr(item, "__iter__")
        several = cast("Iterable[Downloadable]", [item] if is_one else item)
        if on_progress is not None and not callable(on_progress):
            raise ApiTypeError(f"on_progress must be callable, not {type(on_progress).__name__}")
        files = [file for each in several for file in self.files(each, tag=tag)]
        if filename is not None and len(files) != 1:
            raise ApiTypeError(f"{len(files)} files need a folder: a filename is for one file")
        _create(folder)
        return Download(self._client, folder, overwrite=overwrite).run(files, filename, on_progress)

    def files(self, item: Downloadable, tag: str = "original") -> list[FileType]:
        """Get the files of a shape that ``download`` saves: of several copies on different storages, one.

        ::

            for file in client.media.files("VX-93"):
                print(file.id, file.path, file.size)

        ``GET /item/{item-id}``, with its shapes; for servers that list these by their ids only,
        ``GET /item/{item-id}/shape`` and ``GET /item/{item-id}/shape/{shape-id}/file``.

        :param item: the item, or its id; or a shape; or a file, which is returned unchanged
        :param tag: the shape tag. Default: ``original``. If several shapes have it, the newest one is used
        :returns: the files, with their paths, sizes and hashes
        :raises ApiValueError: the item has no such shape, or the shape has no files or incomplete ones
        """
        if isinstance(item, FileType):
            return [item]
        shape = item if isinstance(item, ShapeType) else self.shape(item, tag=tag)
        found = list(files_of(shape))
        if not found and not isinstance(item, ShapeType):
            found = self._listed_files(_id_of(item), shape)
        files, incomplete = complete_files(found)
        if incomplete:
            raise ApiValueError(f"file {incomplete[0].id} of shape {shape.id} is {incomplete[0].state}")
        if not files:
            raise ApiValueError(f"shape {shape.id} has no complete file")
        return files

    def shape(self, item: Item, tag: str = "original") -> ShapeType:
        """Get the newest shape of an item that has a tag.

        ::

            shape = client.media.shape("VX-93", tag="lowres")
            print(shape.id, shape.mime_type)

        :param item: the item, or its id
        :param tag: the shape tag. Default: ``original``
        :returns: the shape, with its components and files
        :raises ApiValueError: the item has no such shape
        """
        if not isinstance(tag, str):
            raise ApiTypeError(f"tag must be the name of one shape tag, not {type(tag).__name__}")
        item_id = _id_of(item)
        shapes = self._client.item.get_item(item_id, content=["shape"]).shape
        if shapes is None:  # some servers list the shapes of an item only by their ids
            shapes, tagged = [], self._listed_shapes(item_id, tag)
        else:
            tagged = [shape for shape in shapes if tag in (shape.tag or [])]
        if not tagged:
            known = sorted({each for shape in shapes for each in shape.tag or []})
            has = f"it has {', '.join(known)}" if known else "it has no shapes"
            raise ApiValueError(f"item {item_id} has no shape with the tag {tag!r}: {has}")
        return max(tagged, key=_age)

    def _listed_shapes(self, item_id: str, tag: str) -> list[ShapeType]:
        shapes = []
        with suppress(NotFoundException):
            for shape_id in self._client.shape.get_shapes(item_id, tag=[tag]).uri or []:
                shape = self._client.shape.get_shape(item_id, shape_id)
                shape.id = shape_id
                shapes.append(shape)
        return shapes

    def _listed_files(self, item_id: str, shape: ShapeType) -> list[FileType]:
        with suppress(NotFoundException):
            return self._client.shape.get_shape_files(item_id, shape.id or "").file or []
        return []

    @hides_arguments
    def export(
        self,
        item: Item,
        *,
        to: str | os.PathLike[str] | None = None,
        tag: str | None = None,
        wait: bool = True,
        on_progress: ProgressCallback | None = None,
        **parameters: Any,
    ) -> JobType:
        """Export the files of an item with a job of the server.

        ::

            job = client.media.export("VX-93", to="file:///mnt/out/", tag="lowres")
            print(job.status)

        ``POST /item/{item-id}/export``

        :param item: the item, or its id
        :param to: where the server writes: a URI, or a path on the server. A folder ends with a slash. Default:
            ``location_name``, an export location
        :param tag: the shape tag. Default: the server's, ``original``
        :param wait: whether to wait for the job. Default: ``True``
        :param on_progress: called with the progress from 0 to 1
        :param parameters: parameters of ``ItemApi.create_item_export_job``, and how to wait
        :returns: the job
        :raises ApiTypeError: neither ``to`` nor ``location_name`` was given
        :raises JobFailedError: the job failed or was aborted
        """
        waiting = split_waiting(parameters, on_progress)
        if to is None and not (parameters.get("location_name") or parameters.get("uri")):
            raise ApiTypeError("export needs to, a path or URI, or location_name")
        if to is not None:
            parameters["uri"] = to if isinstance(to, str) and URI.match(to) else _uri_of(to)
        job = self._client.item.create_item_export_job(_id_of(item), tag=tag, **parameters)
        return self._finish(job, wait, on_progress, waiting)

    # Shapes and images

    def transcode(
        self,
        item: Item,
        tag: Strings,
        *,
        wait: bool = True,
        on_progress: ProgressCallback | None = None,
        **parameters: Any,
    ) -> JobType:
        """Create a shape for each of the tags, such as a proxy.

        ::

            job = client.media.transcode("VX-93", "lowres", timeout=3600)
            print(job.status, client.media.shape("VX-93", tag="lowres").id)

        ``POST /item/{item-id}/transcode``

        :param item: the item, or its id
        :param tag: the shape tag, or several
        :param wait: whether to wait for the job. Default: ``True``
        :param on_progress: called with the progress from 0 to 1
        :param parameters: parameters of ``ItemApi.create_item_transcode_job``, and how to wait
        :returns: the job
        :raises ApiValueError: there is no tag
        :raises NotFoundException: the item or a shape tag does not exist
        :raises JobFailedError: the job failed or was aborted
        """
        waiting = split_waiting(parameters, on_progress)
        tags = listed("tag", tag)
        if not tags:
            raise ApiValueError("transcode needs at least one shape tag")
        job = self._client.item.create_item_transcode_job(_id_of(item), tag=tags, **parameters)
        return self._finish(job, wait, on_progress, waiting)

    def thumbnails(self, item: Item, *, create: bool | None = None, **parameters: Any) -> list[Image]:
        """Return the thumbnails of an item, in order of time.

        ::

            for image in client.media.thumbnails("VX-93"):
                print(image.time, len(image.read()))

        :param item: the item, or its id
        :param create: ``True`` creates new ones with a job, ``False`` never does. Default: if there are none
        :param parameters: parameters of ``ItemApi.create_item_thumbnail_job``, such as ``thumbnail_period``, and how to
            wait
        :returns: the images, which are downloaded by ``read()`` and ``save(path)``
        :raises JobFailedError: the job failed or was aborted
        """
        return self._images(item, "thumbnail", create, parameters, {"create_thumbnails": True})

    def posters(
        self, item: Item, times: str | TimeCode | Iterable[str | TimeCode] | None = None, **parameters: Any
    ) -> list[Image]:
        """Return the posters of an item, in order of time.

        ::

            (poster,) = client.media.posters("VX-93", ["250@PAL"])
            print(poster.save("poster.jpg"))

        :param item: the item, or its id
        :param times: creates posters of these times with a job first. Default: returns those that exist
        :param parameters: parameters of ``ItemApi.create_item_thumbnail_job``, such as ``poster_width``, and how to
            wait
        :returns: the images, which are downloaded by ``read()`` and ``save(path)``
        :raises ApiValueError: a time is not a time code
        :raises JobFailedError: the job failed or was aborted
        """
        given = [times] if isinstance(times, (str, TimeCode)) else times or []
        if not hasattr(given, "__iter__"):
            raise ApiTypeError(f"times must be time codes, not {type(times).__name__}")
        joined = ",".join(map(_time_text, given))
        return self._images(item, "poster", bool(joined), parameters, {"create_posters": joined})

    def _images(
        self, item: Item, kind: str, create: bool | None, parameters: dict[str, Any], request: Mapping[str, Any]
    ) -> list[Image]:
        item_id = _id_of(item)
        waiting = split_waiting(parameters)
        operation = self._client.item.operations["create_item_thumbnail_job"]
        check_names(f"{kind}s", operation, parameters, ("create", *Waiting.__annotations__))
        found = [] if create else self._listed_images(item_id, kind)
        if create or (create is None and not found):
            job = self._client.item.create_item_thumbnail_job(item_id, **{**request, **parameters})
            self._finish(job, True, None, waiting)
            found = self._listed_images(item_id, kind)
        return sorted(found, key=lambda image: image.time)

    def _listed_images(self, item_id: str, kind: str) -> list[Image]:
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
                found.append(Image(_reader(get, service, item_id, time), TimeCode(time)))
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

        ::

            for job in client.media.move("VX-93", "VX-3", copy=True):
                print(job.type, job.status)

        ``POST /storage/file/{file-id}/storage/{target-storage-id}``, once per file.

        :param item: the item, or its id
        :param storage: the id of the storage, such as ``VX-3``
        :param tag: the shape tag. Default: ``original``. If several shapes have it, the newest one is used
        :param copy: whether to keep the original files. Default: ``False``
        :param wait: whether to wait for the jobs. Default: ``True``
        :param parameters: parameters of ``FileApi.create_file_move_or_copy_job``, and how to wait
        :returns: the jobs, one per file of which there is no copy on the storage
        :raises ApiValueError: the item has no such shape, or the shape has no files or incomplete ones
        :raises JobFailedError: the job failed or was aborted
        """
        waiting = split_waiting(parameters)
        shape = self.shape(item, tag=tag)
        there = [file for file in files_of(shape) if file.storage == storage]
        jobs = [
            self._client.file.create_file_move_or_copy_job(str(file.id), storage, move=not copy, **parameters)
            for file in self.files(shape)
            if file.storage != storage and not any(is_copy(file, other) for other in there)
        ]
        return [self._finish(job, wait, None, waiting) for job in jobs]

    def archive(self, item: Item, storage: str | None = None, *, wait: bool = True, **parameters: Any) -> JobType:
        """Archive an item.

        ::

            job = client.media.archive("VX-93", "VX-5")
            print(job.status)

        ``POST /item/{item-id}/archive``, observed on 4.9.

        :param item: the item, or its id
        :param storage: the id of the archive storage. Default: the server selects one
        :param wait: whether to wait for the job. Default: ``True``
        :param parameters: parameters of ``ItemApi.create_item_archive_job``, and how to wait
        :returns: the job
        :raises JobFailedError: the job failed or was aborted
        """
        waiting = split_waiting(parameters)
        job = self._client.item.create_item_archive_job(_id_of(item), storage_id=storage, **parameters)
        return self._finish(job, wait, None, waiting)

    def restore(self, item: Item, storage: str | None = None, *, wait: bool = True, **parameters: Any) -> JobType:
        """Restore an archived item.

        ::

            job = client.media.restore("VX-93")
            print(job.status)

        ``POST /item/{item-id}/restore``, observed on 4.9.

        :param item: the item, or its id
        :param storage: the id of the storage to restore to. Default: the server selects one
        :param wait: whether to wait for the job. Default: ``True``
        :param parameters: parameters of ``ItemApi.create_item_restore_job``, and how to wait
        :returns: the job
        :raises JobFailedError: the job failed or was aborted
        """
        waiting = split_waiting(parameters)
        job = self._client.item.create_item_restore_job(_id_of(item), storage_id=storage, **parameters)
        return self._finish(job, wait, None, waiting)

    def _finish(self, job: JobType, wait: bool, on_progress: ProgressCallback | None, waiting: Waiting) -> JobType:
        return wait_for(self._client, job, on_progress, **waiting) if wait else job

    def __repr__(self) -> str:
        return f"<media of {self._client!r}>"


def _id_of(item: Item) -> str:
    found = item if isinstance(item, str) else getattr(item, "id", None)
    if not isinstance(found, str):
        raise ApiTypeError(f"item must be the id of an item, or an item that has one, not {kind_of(item)}")
    return found


def _folder(to: str | os.PathLike[str]) -> Path:
    folder = path_of("to", to)
    if folder.exists() and not folder.is_dir():
        raise ApiValueError(f"{str(folder)!r} is a file, not a folder")
    if folder.is_dir() and not os.access(folder, os.W_OK):
        raise ApiValueError(f"the folder {str(folder)!r} is read-only")
    return folder


def _create(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ApiValueError(f"the folder {str(folder)!r} cannot be created: {reason}") from error


def _time_text(time: Any) -> str:
    # A number would be one of seconds, but may be meant as frames.
    if isinstance(time, (int, float)):
        raise ApiTypeError(f"times must be time codes, such as '100@PAL', not {time!r}")
    return str(TimeCode(time))


def _is_folder(source: Any) -> bool:
    return isinstance(source, (str, os.PathLike)) and path_of("source", source).is_dir()


def _files_in(folder: Any, pattern: str) -> list[Path]:
    path = path_of("source", folder) if isinstance(folder, (str, os.PathLike)) else None
    if path is None or not path.is_dir():
        from vidispine._text.redaction import redact_text

        raise ApiValueError(f"pattern is for a folder, which {redact_text(str(folder))!r} is not")
    try:
        found = list(path.glob(pattern))
    except (NotImplementedError, ValueError, TypeError) as error:
        raise ApiValueError(f"{pattern!r} is not a pattern relative to the folder, such as *.mov") from error
    return sorted(file for file in found if file.is_file() and not _is_hidden(file.relative_to(path)))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _imported(failed: Path, results: list[Any]) -> str:
    """Return what was imported before an import of a folder failed."""
    ids = ", ".join(str(getattr(result, "job_id", None) or result.id) for result in results)
    return f"{failed.name} is file {len(results) + 1} of the folder; imported before it: {ids or 'none'}"


def _uri_of(path: str | os.PathLike[str]) -> str:
    given = path_of("to", path)
    text = os.fspath(path)
    return given.absolute().as_uri() + ("/" if text.endswith(("/", os.sep)) or Path(text).is_dir() else "")


def _age(shape: ShapeType) -> tuple[bool, float, int]:
    """Return the sort key of a shape: those with files first, then newer ones."""
    created = shape.created.timestamp() if shape.created else 0.0
    number = _NUMBER.search(shape.id or "")
    return any(True for _ in files_of(shape)), created, int(number[0]) if number else 0


def _reader(get: Callable[..., Any], service: str, item_id: str, time: str) -> Callable[[], bytes]:
    def read() -> bytes:
        stream = io.BytesIO()
        get(service, item_id, time, _save_to=stream)
        return stream.getvalue()

    return read
