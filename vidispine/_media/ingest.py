"""Imports one file: creates the placeholder, uploads, waits for the job, and adds the item to collections."""

from __future__ import annotations

import io
import os
import re
from typing import TYPE_CHECKING, Any

from vidispine import transfer
from vidispine._media.options import IngestOptions, check_names, listed, path_of, split_waiting, wait_for
from vidispine.exceptions import (
    ApiException,
    ApiResponseError,
    ApiTypeError,
    ApiValueError,
    kind_of,
)
from vidispine.models.transfer_state import TransferState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine._media.options import ProgressCallback
    from vidispine.client import Client
    from vidispine.models.job_type import JobType
    from vidispine.models.metadata_type import MetadataType
    from vidispine.types import Strings

__all__ = ["URI", "Ingest"]

URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
"""The start of a URI. A single letter is a Windows drive."""

_OF_ITEM = "@"
"""Separates the ``transfer_id`` and the id of the placeholder in the name of an upload."""

_UPLOADS = ("import_placeholder_raw", "import_item_raw")


class Ingest:
    """The import of one file."""

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
        on_progress: ProgressCallback | None = None,
        **parameters: Any,
    ) -> None:
        self._client = client
        self._waiting = split_waiting(parameters, on_progress)
        self._metadata = metadata
        self._collections = listed("collections", collections)
        self._external_ids = listed("external_ids", external_ids)
        self._item_id = item_id
        self._filename = filename
        self._settings = settings
        self._import_tags = listed("import_tags", import_tags)
        self._transfer = {"chunk_size": chunk_size, "parallel": parallel}
        self._transfer_id = transfer_id
        self._on_progress = on_progress
        self._is_new_placeholder = False
        posters = listed("posters", posters or ())
        given = {
            "tag": listed("tags", tags),
            "storage_id": storage,
            "create_thumbnails": thumbnails,
            "create_posters": ",".join(map(str, posters)),
        }
        self._parameters = {name: value for name, value in given.items() if value not in (None, [], "")}
        self._parameters.update(parameters)

    def run(self, source: Any, wait: bool) -> Any:
        uri = source if isinstance(source, str) and URI.match(source) else None
        # A placeholder has an id before its job has ended.
        of_the_item = self._metadata is not None or self._external_ids or self._collections
        needs_placeholder = self._is_new_placeholder = self._item_id is None and bool(of_the_item)
        self._check(source, uri, self._item_id is not None or needs_placeholder)
        if needs_placeholder:
            self._item_id = (self._started_placeholder() if uri is None else None) or self._create_placeholder()
        try:
            # Before the upload, so that a missing collection is reported before anything is uploaded.
            self._add_to_collections()
            job = self._import_uri(uri) if uri is not None else self._upload(source, 0.5 if wait else 1.0)
        except ApiException as error:
            hints = [(error.hint or "").replace(" and resume=True", "")]
            if self._item_id is not None:
                hints.append(f"to import to the same placeholder, pass item_id={self._item_id!r}")
            error.hint = "; ".join(filter(None, hints))
            raise
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
        check_names("ingest", operation, self._parameters, IngestOptions.__annotations__)

    def _create_placeholder(self) -> str:
        placeholder = self._client.import_.create_placeholder(
            {} if self._metadata is None else self._metadata,
            container=1,
            settings=self._settings,
            import_tag=self._import_tags or None,
            external_id=self._external_ids or None,
        )
        if placeholder.id is None:
            raise ApiResponseError(0, "the server created a placeholder, but returned no id")
        return placeholder.id

    def _started_placeholder(self) -> str | None:
        """Return the placeholder of an earlier call with this ``transfer_id``; its upload has the id in its name."""
        if self._transfer_id is None:
            return None
        prefix = f"{self._transfer_id}{_OF_ITEM}"
        try:
            for state in (TransferState.TRANSFERRING, TransferState.FINISHED):
                for started in self._client.transfer.iterate_transfers(state=state, page_size=1000):
                    if (started.name or "").startswith(prefix):
                        return str(started.name)[len(prefix) :]
        except ApiException as error:
            # A server without transfers, or a user who may not read them, can still upload.
            if error.status not in transfer.NO_TRANSFERS:
                raise
        return None

    def _transfer_name(self, transfer_id: str) -> tuple[str, bool]:
        """Return the name of the upload, and whether the server has it."""
        names = [transfer_id] if self._item_id is None else [f"{transfer_id}{_OF_ITEM}{self._item_id}", transfer_id]
        started = [name for name in names if transfer.has_started(self._client.api_client, name)]
        if started:
            return started[0], True
        return names[0] if self._is_new_placeholder else transfer_id, False

    def _import_uri(self, uri: str) -> JobType:
        parameters = {**self._parameters, **self._named()}
        if self._item_id is not None:
            return self._client.import_.import_to_placeholder(self._item_id, "container", uri=uri, **parameters)
        return self._client.import_.import_item(uri, **parameters)

    def _named(self) -> dict[str, Any]:
        """Return the parameters that only imports of new items take."""
        given = {"settings": self._settings, "import_tag": self._import_tags or None}
        return {} if self._item_id is not None else {name: value for name, value in given.items() if value is not None}

    def _upload(self, source: Any, part: float) -> JobType:
        parameters = {**self._parameters, **self._named(), **self._transfer}
        if self._filename is not None:
            parameters["filename"] = self._filename
        progress = self._progress(0.0, part)
        if progress is not None:
            parameters["on_progress"] = lambda done, total: progress(done / total if total else 1.0)
        name = self._transfer_id
        if name is not None:
            name, is_started = self._transfer_name(name)
            parameters.update(transfer_id=name, resume=is_started)
        arguments = () if self._item_id is None else (self._item_id, "container")
        operation: Any = getattr(self._client.import_, _UPLOADS[self._item_id is None])
        return transfer.upload(operation, source, *arguments, **parameters)

    def _progress(self, start: float, end: float = 1.0) -> ProgressCallback | None:
        """Return a callback that reports a part of the total progress: the upload is one half, the job the other."""
        callback = self._on_progress
        return None if callback is None else lambda part: callback(start + part * (end - start))

    def _add_to_collections(self) -> None:
        for collection in self._collections:
            self._client.collection.add_to_collection(collection, str(self._item_id), type="item")


def _check_file(source: Any) -> None:
    """Check a path before anything is sent.

    :raises ApiValueError: there is no such file
    """
    if not isinstance(source, (str, os.PathLike)):
        if isinstance(source, io.TextIOBase) or not hasattr(source, "read"):
            raise ApiTypeError(f"source must be a path, a URI or an open binary file, not {kind_of(source)}")
        return
    path = path_of("source", source)
    if not path.is_file():
        raise ApiValueError(f"{str(path)!r} is not a file" if path.exists() else f"there is no file {str(path)!r}")
