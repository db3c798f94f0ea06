"""Storages and their methods."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine._documents.json import load_json
from vidispine.simulator.http.errors import not_found
from vidispine.simulator.http.formats import serial_of, site_id
from vidispine.simulator.media.folders import Folders, UnreachableError, local_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from sqlite3 import Row

    from vidispine.simulator.database.connection import Database
    from vidispine.simulator.database.simple_metadata import SimpleMetadataStore

_COMPUTED = ("id", "type", "state", "method", "metadata", "freeCapacity", "timestamp")


class Storage(NamedTuple):
    """A row of the table ``storage``."""

    serial: int
    type: str
    state: str
    created: int
    own: int
    document: str

    @property
    def id(self) -> str:
        """The storage's id, such as ``VX-3``."""
        return site_id(self.serial)


class StorageStore:
    """Stores storages and their methods."""

    def __init__(self, database: Database, folders: Folders, simple_metadata: SimpleMetadataStore) -> None:
        self._database = database
        self._folders = folders
        self._simple_metadata = simple_metadata
        self._known: dict[int, Storage] = database.new_cache()

    def ensure_default_storage(self, now: int) -> None:
        """Create the storage of the simulator, and set its method to the current folder."""
        serial = self._database.value("SELECT serial FROM storage WHERE own = 1")
        if serial is None:
            values = {"type": "LOCAL", "state": "READY", "document": '{"autoDetect": true}'}
            serial = self._database.insert("storage", **values, created=now, own=1)
        folder = self._folders.storage(site_id(serial))
        folder.mkdir(parents=True, exist_ok=True)
        uri = f"{folder.as_uri()}/"
        method = self._database.value("SELECT serial FROM storage_method WHERE storage = ? AND type = 'OWN'", serial)
        if method is None:
            rights = {"read": True, "write": True, "browse": True}
            self._database.insert("storage_method", storage=serial, uri=uri, type="OWN", **rights)
        else:
            self._database.update("storage_method", method, uri=uri)

    def get(self, id: str) -> Storage:
        """Return a storage.

        :raises ApiError: the storage is missing
        """
        try:
            return self.by_serial(serial_of(id, "STORAGE") or 0)
        except IndexError:
            raise not_found("Storage", id) from None

    def by_serial(self, serial: int) -> Storage:
        """Return an existing storage by its serial number."""
        storage = self._known.get(serial)
        if storage is None:
            storage = Storage(*self._database.rows("SELECT * FROM storage WHERE serial = ?", serial)[0])
            self._known[serial] = storage
        return storage

    def all(self) -> list[Storage]:
        """Return all storages, by id."""
        return self._database.records(Storage, "SELECT * FROM storage ORDER BY serial")

    def for_import(self, id: str | None = None) -> Storage:
        """Return the storage for a new file: the requested one, otherwise the first that accepts files.

        :raises ApiError: there is none
        """
        if id is not None:
            return self.get(id)
        accepts = "type IN ('LOCAL', 'SHARED') AND state IN ('NONE', 'READY')"
        statement = f"SELECT * FROM storage WHERE {accepts} ORDER BY own DESC, serial LIMIT 1"  # noqa: S608 - a constant
        storage = self._database.find(Storage, statement)
        if storage is None:
            raise not_found("Storage", "")
        return storage

    def methods(self, storage: Storage) -> list[Row]:
        """Return the rows of the methods of a storage."""
        return self._database.rows("SELECT * FROM storage_method WHERE storage = ? ORDER BY serial", storage.serial)

    def folder(self, storage: Storage) -> Path:
        """Return the folder of a storage: that of its method, if it is allowed."""
        if storage.own:
            return self._folders.storage(storage.id)
        for method in self.methods(storage):
            if local_path(method["uri"]) is not None:
                try:
                    return self._folders.resolve_uri(method["uri"])
                except UnreachableError:
                    continue
        return self._folders.storage(storage.id)

    def locate(self, uri: str) -> tuple[Storage, str] | None:
        """Return the storage that contains a URI and the path on it, ``None`` when there is none."""
        for method in self._database.rows("SELECT * FROM storage_method ORDER BY length(uri) DESC, serial"):
            root = method["uri"] if method["uri"].endswith("/") else f"{method['uri']}/"
            if uri.startswith(root) and len(uri) > len(root):
                return self.by_serial(method["storage"]), uri[len(root) :]
        return None

    def used(self, storage: Storage) -> int:
        """Return the size of all files of a storage."""
        return int(self._database.value("SELECT coalesce(sum(size), 0) FROM file WHERE storage = ?", storage.serial))

    def count(self, storage: Storage) -> int:
        """Return the number of files of a storage."""
        return int(self._database.value("SELECT count(*) FROM file WHERE storage = ?", storage.serial))

    def capacity(self, storage: Storage) -> tuple[int | None, int | None]:
        """Return capacity and free space in bytes, ``None`` when they are unknown."""
        document = load_json(storage.document)
        if document.get("autoDetect"):
            folder = self.folder(storage)
            while not folder.exists():
                folder = folder.parent
            usage = shutil.disk_usage(folder)
            return usage.total, usage.free
        capacity = document.get("capacity")
        return capacity, None if capacity is None else max(0, capacity - self.used(storage))

    def document(self, storage: Storage) -> dict[str, Any]:
        """Return the document of a storage."""
        stored = load_json(storage.document)
        capacity, free = self.capacity(storage)
        document: dict[str, Any] = {"id": storage.id, "state": storage.state, "type": storage.type}
        document.update({"capacity": capacity, "freeCapacity": free, **stored} if capacity is not None else stored)
        if capacity is not None:
            document["capacity"] = capacity
            document.update(_watermarks(stored, capacity))
        document["method"] = [self.method_document(method) for method in self.methods(storage)]
        document["metadata"] = {"field": self._simple_metadata.pairs(f"storage:{storage.serial}")}
        document.setdefault("showImportables", True)
        return document

    def method_document(self, method: Row) -> dict[str, Any]:
        """Return the document of a method."""
        document = {
            "id": site_id(method["serial"]),
            "uri": method["uri"],
            "read": bool(method["read"]),
            "write": bool(method["write"]),
            "browse": bool(method["browse"]),
            "type": "NONE" if method["type"] == "OWN" else method["type"],
        }
        if method["bandwidth"] is not None:
            document["bandwidth"] = method["bandwidth"]
        return document

    def create(self, document: Mapping[str, Any], now: int) -> Storage:
        """Create a storage from a document. Its stored state is ``READY``."""
        stored = {name: value for name, value in document.items() if name not in _COMPUTED}
        values = {"type": document.get("type", "LOCAL"), "state": "READY", "document": json.dumps(stored)}
        serial = self._database.insert("storage", **values, created=now)
        storage = self.by_serial(serial)
        for method in document.get("method", ()):
            self.add_method(storage, method["uri"], method)
        self._simple_metadata.put_pairs(f"storage:{serial}", document.get("metadata", {}).get("field", ()))
        return storage

    def update(self, storage: Storage, document: Mapping[str, Any]) -> Storage:
        """Update the members that a document contains."""
        stored = load_json(storage.document)
        stored.update({name: value for name, value in document.items() if name not in _COMPUTED})
        # A watermark in bytes replaces one in percent, and the reverse.
        for name in ("lowWatermark", "highWatermark"):
            if f"{name}Percentage" in document:
                stored.pop(name, None)
            elif name in document:
                stored.pop(f"{name}Percentage", None)
        values = {"document": json.dumps(stored), "type": document.get("type", storage.type)}
        self._known.clear()
        self._database.update("storage", storage.serial, **values)
        return self.by_serial(storage.serial)

    def add_method(self, storage: Storage, uri: str, values: Mapping[str, Any]) -> Row:
        """Add a method."""
        rights = {name: values.get(name, True) for name in ("read", "write", "browse")}
        other = {"bandwidth": values.get("bandwidth"), "type": values.get("type", "NONE")}
        serial = self._database.insert("storage_method", storage=storage.serial, uri=uri, **rights, **other)
        return self._database.rows("SELECT * FROM storage_method WHERE serial = ?", serial)[0]

    def set_method(self, method: Row, values: Mapping[str, Any]) -> Row:
        """Update a method."""
        names = ("uri", "read", "write", "browse", "bandwidth", "type")
        changed = {name: values[name] for name in names if values.get(name) is not None}
        if method["type"] == "OWN":
            changed = {name: changed[name] for name in changed if name not in ("uri", "type")}
        if changed:
            self._database.update("storage_method", method["serial"], **changed)
        return self._database.rows("SELECT * FROM storage_method WHERE serial = ?", method["serial"])[0]

    def delete_method(self, method: Row) -> None:
        """Delete a method."""
        self._database.delete("storage_method", serial=method["serial"])
        self._simple_metadata.clear(f"storage-method:{method['serial']}")

    def delete(self, storage: Storage) -> None:
        """Delete a storage and its methods."""
        self._known.clear()
        self._database.delete("storage_method", storage=storage.serial)
        self._database.delete("storage_group_member", storage=storage.serial)
        self._database.delete("storage", serial=storage.serial)
        self._simple_metadata.clear(f"storage:{storage.serial}")


def _watermarks(stored: Mapping[str, Any], capacity: int) -> dict[str, int]:
    """Return both watermarks, in bytes and in percent of the capacity."""
    document = {}
    for name, default in (("lowWatermark", 90), ("highWatermark", 75)):
        percent = stored.get(f"{name}Percentage", default)
        if name in stored:
            percent = round(100 * stored[name] / capacity) if capacity else 0
        document[name] = stored.get(name, capacity * percent // 100)
        document[f"{name}Percentage"] = percent
    return document
