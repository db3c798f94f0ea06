"""Files: rows, content and documents."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote

from vidispine.models import FileState
from vidispine.simulator.http.errors import conflict, forbidden, invalid_input, not_found
from vidispine.simulator.http.formats import from_milliseconds, serial_of, site_id
from vidispine.simulator.http.streams import CHUNK_SIZE
from vidispine.simulator.media.folders import safe_name, safe_path

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from vidispine.simulator.database.connection import Database
    from vidispine.simulator.database.simple_metadata import SimpleMetadataStore
    from vidispine.simulator.http.streams import ReceivedFile
    from vidispine.simulator.jobs.extensions import Extension
    from vidispine.simulator.media.storage_store import Storage, StorageStore

MAX_HASHED_BYTES = 64 * 1024 * 1024
"""Files up to this size are hashed when they were not uploaded in one request. Hashing blocks other requests."""


class File(NamedTuple):
    """A row of the table ``file``."""

    serial: int
    storage: int
    path: str
    state: str
    size: int | None
    hash: str | None
    changed: int

    @property
    def id(self) -> str:
        """The file's id, such as ``VX-40``."""
        return site_id(self.serial)

    @property
    def name(self) -> str:
        """The last segment of the path."""
        return self.path.rpartition("/")[2]

    @property
    def etag(self) -> str:
        """Changes whenever the content changes."""
        return f"{self.serial}-{self.changed}-{self.size or 0}"


class FileStore:
    """Stores files."""

    def __init__(
        self,
        database: Database,
        storages: StorageStore,
        simple_metadata: SimpleMetadataStore,
        extensions: Sequence[Extension],
    ) -> None:
        self._database = database
        self._storages = storages
        self._simple_metadata = simple_metadata
        self._extensions = extensions
        self.created_paths: list[Path] = []
        """Files on disk that the current job step created."""

    def get(self, id: str) -> File:
        """Return a file.

        :raises ApiError: the file is missing
        """
        file = self.find(serial_of(id, "FILE"))
        if file is None:
            raise not_found("File", id)
        return file

    def find(self, serial: int | None) -> File | None:
        """Return a file by its serial number, ``None`` when it is missing."""
        return self._database.find(File, "SELECT * FROM file WHERE serial = ?", serial)

    def by_serial(self, serial: int) -> File:
        """Return an existing file by its serial number."""
        return self._database.records(File, "SELECT * FROM file WHERE serial = ?", serial)[0]

    def named(self, key: str, value: str) -> list[File]:
        """Return the files with an id, a path or a URI, the oldest first."""
        if key == "id":
            file = self.find(serial_of(value, "FILE"))
            return [] if file is None else [file]
        if key == "path":
            return self._database.records(File, "SELECT * FROM file WHERE path = ? ORDER BY serial", value)
        file = self.by_uri(value)
        return [] if file is None else [file]

    def at(self, storage: Storage, path: str) -> File | None:
        """Return the file at a path, ``None`` when there is none."""
        return self._database.find(File, "SELECT * FROM file WHERE storage = ? AND path = ?", storage.serial, path)

    def on(self, storage: Storage) -> list[File]:
        """Return all files of a storage, by id."""
        return self._database.records(File, "SELECT * FROM file WHERE storage = ? ORDER BY serial", storage.serial)

    def by_uri(self, uri: str) -> File | None:
        """Return the file at a URI, ``None`` when it is unknown."""
        found = self._storages.locate(uri)
        if found is None:
            return None
        storage, rest = found
        return self.at(storage, unquote(rest))

    def uris(self, file: File) -> list[str]:
        """Return the URIs of a file, one for each readable method of its storage."""
        storage = self._storages.by_serial(file.storage)
        roots = [method["uri"] for method in self._storages.methods(storage) if method["read"]]
        return [f"{root if root.endswith('/') else f'{root}/'}{quote(file.path)}" for root in roots]

    def disk_path(self, file: File) -> Path:
        """Return the path of a file on disk.

        :raises ApiError: a symbolic link leads out of the folder of the storage
        """
        folder = f"{self._storages.folder(self._storages.by_serial(file.storage))}{os.sep}"
        path = os.path.realpath(f"{folder}{file.path}")
        if not path.startswith(folder):
            raise forbidden(f"{file.path} leads out of the folder of the storage")
        return Path(path)

    # Create and update

    def create(self, storage: Storage, path: str, state: str, now: int, size: int | None = None) -> File:
        """Create a file entity. The caller writes the content.

        :raises ApiError: a file with this path exists
        """
        if self.at(storage, path) is not None:
            raise conflict("File", path, f"storage {storage.id} has a file at this path")
        values: dict[str, Any] = {"storage": storage.serial, "path": path, "state": state, "size": size}
        values.update(hash=None, changed=now)
        file = File(self._database.insert("file", **values), **values)
        self._simple_metadata.put(f"file:{file.serial}", "created", str(now))
        self._notify("new", file, now)
        return file

    def receive(self, file: File, received: ReceivedFile, now: int, state: str = "CLOSED") -> File:
        """Move an upload into a file."""
        received.move_to(self.disk_path(file))
        return self._store_content(file, received.size, received.sha1, now, state)

    def link_content(self, file: File, source: Path, now: int) -> File:
        """Write another file's content, as a hard link if possible. The source remains."""
        target = self._prepare_path(file)
        target.unlink(missing_ok=True)
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)
        return self.refresh(file, now)

    def write_bytes(self, file: File, data: bytes, now: int) -> File:
        """Write the content of a file."""
        self._prepare_path(file).write_bytes(data)
        return self.refresh(file, now)

    def write_content(self, file: File, source: Path, now: int, *, move: bool = False) -> File:
        """Write another file's content.

        :param move: move the source
        :raises OSError: the source cannot be read
        """
        target = self._prepare_path(file)
        if move:
            shutil.move(source, target)
        else:
            shutil.copyfile(source, target)
        return self.refresh(file, now)

    def _prepare_path(self, file: File) -> Path:
        """Return the path of a file on disk, after creating its folder."""
        target = self.disk_path(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            self.created_paths.append(target)
        return target

    def refresh(self, file: File, now: int) -> File:
        """Update size and hash from the file on disk, and close the file."""
        path = self.disk_path(file)
        size = path.stat().st_size
        return self._store_content(file, size, _sha1(path) if size <= MAX_HASHED_BYTES else None, now, "CLOSED")

    def _store_content(self, file: File, size: int, sha1: str | None, now: int, state: str) -> File:
        file = self._update(file, size=size, hash=sha1, changed=now, state=state)
        self._notify("change", file, now)
        if sha1 is not None:
            self._notify("hash", file, now)
        if state == "CLOSED":
            self._notify("close", file, now)
        return file

    def set_state(self, file: File, state: str, now: int) -> File:
        """Set the state of a file."""
        file = self._update(file, state=state, changed=now)
        self._notify("close" if state == "CLOSED" else "change", file, now)
        return file

    def set_hash(self, file: File, value: str, now: int) -> None:
        """Set the hash of a file."""
        self._notify("hash", self._update(file, hash=value), now)

    def relocate(self, file: File, storage: Storage, path: str, now: int) -> File:
        """Set storage and path of a file. The content is not moved.

        :raises ApiError: another file has this path
        """
        other = self.at(storage, path)
        if other is not None and other.serial != file.serial:
            raise conflict("File", path, f"storage {storage.id} has a file at this path")
        return self._update(file, storage=storage.serial, path=path, changed=now)

    def _update(self, file: File, **values: Any) -> File:
        self._database.update("file", file.serial, **values)
        return file._replace(**values)

    def forget(self, file: File, now: int) -> None:
        """Delete the entity of a file. Its content remains."""
        self._notify("delete", file, now)
        self._database.delete("component_file", file=file.serial)
        self._database.delete("file", serial=file.serial)
        self._simple_metadata.clear(f"file:{file.serial}")

    def remove(self, file: File, now: int) -> None:
        """Delete a file and its content."""
        self.disk_path(file).unlink(missing_ok=True)
        self.forget(file, now)

    def remove_unused(self, serials: Iterable[int], now: int, kept_on: Container[str] = ()) -> None:
        """Delete those files that no component uses, except on some storages."""
        for serial in serials:
            file = self.find(serial)
            used = self._database.value("SELECT 1 FROM component_file WHERE file = ? LIMIT 1", serial)
            if file is not None and used is None and site_id(file.storage) not in kept_on:
                self.remove(file, now)

    def free_path(self, storage: Storage, name: str) -> str:
        """Return an unused path for a new file: its name, with a number if another file has it."""
        path = safe_name(name)
        stem, dot, ending = path.rpartition(".")
        folder = self._storages.folder(storage)
        number = 0
        while self.at(storage, path) is not None or os.path.lexists(folder / path):
            # Not from 1, which would take longer with each file of the same name.
            number = (number or self._database.value("SELECT max(serial) FROM file") or 0) + 1
            path = f"{stem}-{number}.{ending}" if dot and stem else f"{dot}{ending}-{number}"
        return path

    # Documents

    def document(self, file: File) -> dict[str, Any]:
        """Return the document of a file, without its items."""
        document: dict[str, Any] = {"id": file.id, "path": file.path, "uri": self.uris(file), "state": file.state}
        if file.size is not None:
            document["size"] = file.size
        if file.hash is not None:
            document["hash"] = file.hash
        document["timestamp"] = from_milliseconds(file.changed)
        document["refreshFlag"] = 1
        document["storage"] = site_id(file.storage)
        document["metadata"] = {"field": self._simple_metadata.pairs(f"file:{file.serial}")}
        return document

    def item_documents(self, file: File) -> list[dict[str, Any]]:
        """Return the items, shapes and components that use a file."""
        statement = (
            "SELECT shape.item, shape.serial, component.serial FROM component_file"
            " JOIN component ON component.serial = component_file.component"
            " JOIN shape ON shape.serial = component.shape WHERE component_file.file = ? ORDER BY 1, 2, 3"
        )
        items: dict[int, dict[str, Any]] = {}
        shapes: dict[int, dict[str, Any]] = {}
        for item, shape, component in self._database.rows(statement, file.serial):
            if item not in items:
                items[item] = {"id": site_id(item), "shape": []}
            if shape not in shapes:
                shapes[shape] = {"id": site_id(shape), "component": []}
                items[item]["shape"].append(shapes[shape])
            shapes[shape]["component"].append({"id": site_id(component)})
        return list(items.values())

    def _notify(self, event: str, file: File, now: int) -> None:
        for extension in self._extensions:
            extension.file_changed(event, file, now)


def checked_state(state: str | None, default: str = "CLOSED") -> str:
    """Check the state of a file.

    :raises ApiError: the state is unknown
    """
    if state is None:
        return default
    if state not in FileState.values():
        raise invalid_input("state", state, f"state must be one of {', '.join(FileState.values())}")
    return state


def checked_path(path: str | None, parameter: str = "path") -> str:
    """Normalize a path on a storage.

    :raises ApiError: the path is missing, or leads out of the storage
    """
    plain = safe_path(path or "")
    if plain is None:
        explanation = f"{parameter} must be a path below the storage's root, such as in/clip.mxf"
        raise invalid_input(parameter, path, explanation)
    return plain


def mime_type(name: str) -> str:
    """Return the MIME type for a file name."""
    return _MORE_TYPES.get(Path(name).suffix.lower()) or mimetypes.guess_type(name)[0] or "application/octet-stream"


# The types that mimetypes knows depend on the system.
_MORE_TYPES = {
    ".aac": "audio/aac",
    ".aif": "audio/x-aiff",
    ".aiff": "audio/x-aiff",
    ".avi": "video/x-msvideo",
    ".flac": "audio/flac",
    ".jpg": "image/jpeg",
    ".m4a": "audio/mp4",
    ".m4v": "video/mp4",
    ".mkv": "video/x-matroska",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".mpg": "video/mpeg",
    ".mts": "video/mp2t",
    ".mxf": "application/mxf",
    ".ogg": "audio/ogg",
    ".srt": "application/x-subrip",
    ".ts": "video/mp2t",
    ".vtt": "text/vtt",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".xml": "application/xml",
}


def _sha1(path: Path) -> str:
    digest = hashlib.sha1(usedforsecurity=False)
    with path.open("rb") as file:
        for block in iter(lambda: file.read(CHUNK_SIZE), b""):
            digest.update(block)
    return digest.hexdigest()
