"""Files on storages: their rows, their bytes and their documents."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote
from uuid import uuid4

from vidispine.simulator.formats import from_milliseconds, serial_of, site_id
from vidispine.simulator.http.errors import conflict, forbidden, invalid, not_found
from vidispine.simulator.http.streams import BLOCK
from vidispine.simulator.media.folders import safe_name, safe_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vidispine.simulator.database import Database
    from vidispine.simulator.http.streams import Received
    from vidispine.simulator.media.storage_store import Storage, Storages
    from vidispine.simulator.simple_metadata import SimpleMetadata

__all__ = ["File", "Files", "checked_path", "mime_type"]

MOST_HASHED = 64 * 1024 * 1024
"""Bytes up to which a file that was not received in one go gets a hash; beyond it all others would wait too long."""


class File(NamedTuple):
    """A file's row."""

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
        """The last part of its path."""
        return self.path.rpartition("/")[2]

    @property
    def etag(self) -> str:
        """A text that is another one when the bytes are others."""
        return f"{self.serial}-{self.changed}-{self.size or 0}"


class Files:
    """All files."""

    def __init__(self, database: Database, storages: Storages, metadata: SimpleMetadata) -> None:
        """Speak about the files in this database."""
        self._database = database
        self._storages = storages
        self._metadata = metadata
        self.on_event: list[Callable[[str, File, int], None]] = []
        """Called when something happened to a file: ``new``, ``change``, ``close``, ``delete`` or ``hash``."""
        self.made: list[Path] = []
        """What was put on the disk where there was nothing, since the last job began a step."""

    def get(self, id: str) -> File:
        """Return a file by its id.

        :raises Fault: there is none
        """
        file = self.find(serial_of(id, "FILE"))
        if file is None:
            raise not_found("File", id)
        return file

    def find(self, serial: int | None) -> File | None:
        """Return a file by its number, ``None`` when there is none."""
        row = self._database.row("SELECT * FROM file WHERE serial = ?", serial)
        return None if row is None else File(*row)

    def by_serial(self, serial: int) -> File:
        """Return a file that is known to be there."""
        return File(*self._database.rows("SELECT * FROM file WHERE serial = ?", serial)[0])

    def at(self, storage: Storage, path: str) -> File | None:
        """Return the file at a path, ``None`` when there is none."""
        row = self._database.row("SELECT * FROM file WHERE storage = ? AND path = ?", storage.serial, path)
        return None if row is None else File(*row)

    def on(self, storage: Storage) -> list[File]:
        """Return all files of a storage, in the order of their ids."""
        rows = self._database.rows("SELECT * FROM file WHERE storage = ? ORDER BY serial", storage.serial)
        return [File(*row) for row in rows]

    def by_uri(self, uri: str) -> File | None:
        """Return the file that a URI leads to, ``None`` when it leads to none that is known."""
        found = self._storages.below(uri)
        if found is None:
            return None
        storage, rest = found
        return self.at(storage, unquote(rest))

    def uris(self, file: File) -> list[str]:
        """Return the URIs that the methods of its storage give a file."""
        storage = self._storages.by_serial(file.storage)
        roots = [method["uri"] for method in self._storages.methods(storage) if method["read"]]
        return [f"{root if root.endswith('/') else f'{root}/'}{quote(file.path)}" for root in roots]

    def disk(self, file: File) -> Path:
        """Return where a file's bytes are.

        :raises Fault: a link in the storage's folder leads out of it
        """
        folder = self._storages.folder(self._storages.by_serial(file.storage))
        path = (folder / file.path).resolve()
        if folder not in path.parents:
            raise forbidden(f"{file.path} leads out of the folder of the storage")
        return path

    # Making and changing

    def create(self, storage: Storage, path: str, state: str, now: int, size: int | None = None) -> File:
        """Add a file; whether there are bytes is the caller's matter.

        :raises Fault: there is one at this path
        """
        if self.at(storage, path) is not None:
            raise conflict("File", path, f"storage {storage.id} has a file at this path")
        serial = self._database.insert("file", storage=storage.serial, path=path, state=state, size=size, changed=now)
        self._metadata.put(f"file:{serial}", "created", str(now))
        file = self.by_serial(serial)
        self._tell("new", file, now)
        return file

    def receive(self, file: File, received: Received, now: int, state: str = "CLOSED") -> File:
        """Give a file the bytes that a request brought."""
        received.move_to(self.disk(file))
        return self._filled(file, received.size, received.sha1, now, state)

    def link(self, file: File, source: Path, now: int) -> File:
        """Give a file the bytes of another one on the disk, which stays, without copying them where that can be."""
        target = self._place(file)
        target.unlink(missing_ok=True)
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)
        return self.settle(file, now)

    def fill(self, file: File, source: Path, now: int, *, move: bool = False, most: int | None = None) -> File:
        """Give a file the bytes of another one on the disk.

        :param move: take the other away
        :param most: take only so many bytes from its start
        :raises OSError: it cannot be read
        """
        target = self._place(file)
        if move:
            shutil.move(source, target)
        elif most is None:
            shutil.copyfile(source, target)
        else:
            with source.open("rb") as whole, target.open("wb") as part:
                part.write(whole.read(most))
        return self.settle(file, now)

    def _place(self, file: File) -> Path:
        """Return where a file's bytes go; the folder is there then."""
        target = self.disk(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            self.made.append(target)
        return target

    def settle(self, file: File, now: int) -> File:
        """Take down what the bytes on the disk are, and close the file."""
        path = self.disk(file)
        size = path.stat().st_size
        return self._filled(file, size, _sha1(path) if size <= MOST_HASHED else None, now, "CLOSED")

    def _filled(self, file: File, size: int, sha1: str | None, now: int, state: str) -> File:
        self._database.update("file", file.serial, size=size, hash=sha1, changed=now, state=state)
        file = self.by_serial(file.serial)
        self._tell("change", file, now)
        if sha1 is not None:
            self._tell("hash", file, now)
        if state == "CLOSED":
            self._tell("close", file, now)
        return file

    def set_state(self, file: File, state: str, now: int) -> File:
        """Change a file's state."""
        self._database.update("file", file.serial, state=state, changed=now)
        file = self.by_serial(file.serial)
        self._tell("close" if state == "CLOSED" else "change", file, now)
        return file

    def set_hash(self, file: File, value: str, now: int) -> None:
        """Note a file's hash."""
        self._database.update("file", file.serial, hash=value)
        self._tell("hash", self.by_serial(file.serial), now)

    def relocate(self, file: File, storage: Storage, path: str, now: int) -> File:
        """Say that a file is at another place; no bytes are moved.

        :raises Fault: there is another file
        """
        other = self.at(storage, path)
        if other is not None and other.serial != file.serial:
            raise conflict("File", path, f"storage {storage.id} has a file at this path")
        self._database.update("file", file.serial, storage=storage.serial, path=path, changed=now)
        return self.by_serial(file.serial)

    def forget(self, file: File, now: int) -> None:
        """Remove a file's row and all ties to it, and leave the bytes."""
        self._tell("delete", file, now)
        self._database.execute("DELETE FROM component_file WHERE file = ?", [file.serial])
        self._database.execute("DELETE FROM file WHERE serial = ?", [file.serial])
        self._metadata.clear(f"file:{file.serial}")

    def remove(self, file: File, now: int) -> None:
        """Remove a file with its bytes."""
        self.disk(file).unlink(missing_ok=True)
        self.forget(file, now)

    def remove_unused(self, serials: Iterable[int], now: int) -> None:
        """Remove those of some files that no component uses."""
        for serial in serials:
            file = self.find(serial)
            used = self._database.value("SELECT 1 FROM component_file WHERE file = ? LIMIT 1", serial)
            if file is not None and used is None:
                self.remove(file, now)

    def free_path(self, storage: Storage, name: str) -> str:
        """Return a path for a new file with this name, which no other file has."""
        stem, dot, ending = safe_name(name).rpartition(".")
        while True:
            token = uuid4().hex[:8]
            path = f"{stem}-{token}.{ending}" if dot and stem else f"{dot}{ending}-{token}"
            if self.at(storage, path) is None:
                return path

    # Documents

    def document(self, file: File) -> dict[str, Any]:
        """Return a file's document, without the items that it belongs to."""
        document: dict[str, Any] = {"id": file.id, "path": file.path, "uri": self.uris(file), "state": file.state}
        if file.size is not None:
            document["size"] = file.size
        if file.hash is not None:
            document["hash"] = file.hash
        document["timestamp"] = from_milliseconds(file.changed)
        document["refreshFlag"] = 1
        document["storage"] = site_id(file.storage)
        document["metadata"] = {"field": self._metadata.pairs(f"file:{file.serial}")}
        return document

    def item_documents(self, file: File) -> list[dict[str, Any]]:
        """Return the items, shapes and components that a file belongs to."""
        rows = self._database.rows(
            "SELECT shape.item, shape.serial AS shape, component.serial AS component FROM component_file "
            "JOIN component ON component.serial = component_file.component "
            "JOIN shape ON shape.serial = component.shape WHERE component_file.file = ? ORDER BY 1, 2, 3",
            file.serial,
        )
        items: dict[int, dict[int, list[dict[str, str]]]] = {}
        for row in rows:
            components = items.setdefault(row["item"], {}).setdefault(row["shape"], [])
            components.append({"id": site_id(row["component"])})
        return [
            {
                "id": site_id(item),
                "shape": [{"id": site_id(shape), "component": parts} for shape, parts in shapes.items()],
            }
            for item, shapes in items.items()
        ]

    def _tell(self, event: str, file: File, now: int) -> None:
        for listener in self.on_event:
            listener(event, file, now)


def checked_path(path: str | None, parameter: str = "path") -> str:
    """Return a path on a storage in its plain form.

    :raises Fault: it is missing, or leads out of the storage
    """
    plain = safe_path(path or "")
    if plain is None:
        raise invalid(parameter, path, f"{parameter} must be a path below the storage's root, such as in/clip.mxf")
    return plain


def mime_type(name: str) -> str:
    """Return the type that a file's name lets expect."""
    return _MORE_TYPES.get(Path(name).suffix.lower()) or mimetypes.guess_type(name)[0] or "application/octet-stream"


# Depends on the machine otherwise.
_MORE_TYPES = {
    ".aac": "audio/aac",
    ".aif": "audio/x-aiff",
    ".aiff": "audio/x-aiff",
    ".avi": "video/x-msvideo",
    ".flac": "audio/flac",
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
        for block in iter(lambda: file.read(BLOCK), b""):
            digest.update(block)
    return digest.hexdigest()
