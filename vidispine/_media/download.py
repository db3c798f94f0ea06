"""The download of the files of a shape."""

from __future__ import annotations

import filecmp
import hashlib
from typing import TYPE_CHECKING, Any

from vidispine._calls.download import claim, safe_name
from vidispine.exceptions import ApiResponseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from vidispine.client import Client
    from vidispine.models.file_type import FileType
    from vidispine.models.shape_type import ShapeType
    from vidispine.types import Progress

__all__ = ["Download", "complete_files", "file_name", "files_of"]

COMPLETE = ("CLOSED", "BEING_READ")
"""States of a file whose bytes are complete."""

_HASHES = {32: "md5", 40: "sha1", 64: "sha256"}
"""Hash algorithms by the number of hexadecimal digits. Servers use SHA-1 by default."""
_READ_SIZE = 1024 * 1024


def file_name(file: FileType) -> str:
    """Return the name of a file on its storage, made safe for all operating systems."""
    return safe_name(file.path or "") or safe_name(file.id or "") or "download"


def files_of(shape: ShapeType) -> Iterator[FileType]:
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


def complete_files(files: Iterable[FileType]) -> tuple[list[FileType], list[FileType]]:
    """Return the complete files, one of several copies, and the incomplete ones of which there is no complete copy.

    A file whose state the server omits counts as complete.
    """
    complete: list[FileType] = []
    others: list[FileType] = []
    for file in files:
        if file.state not in (*COMPLETE, None):
            others.append(file)
        elif not any(_is_copy(file, other) for other in complete):
            complete.append(file)
    return complete, [file for file in others if not any(_has_content_of(file, other) for other in complete)]


def _is_copy(file: FileType, other: FileType) -> bool:
    """Return whether two complete files are the same one on two storages."""
    is_known = file.storage != other.storage and file.size is not None and file.size == other.size
    return is_known and _has_content_of(file, other)


def _has_content_of(file: FileType, other: FileType) -> bool:
    """Return whether two files are to have the same name and content: without hashes, if their paths are the same."""
    if safe_name(file.path or "") != safe_name(other.path or ""):
        return False
    return file.hash == other.hash if file.hash and other.hash else file.path == other.path


class Download:
    """One file of a shape on its way to a folder."""

    def __init__(self, client: Client, file: FileType, folder: Path) -> None:
        self._client = client
        self._file = file
        self._folder = folder
        self._name = file_name(file)
        self._part = folder / f".{safe_name(file.id or '')}-{self._name}.part"
        self._algorithm = _HASHES.get(len(file.hash or ""))

    def run(self, on_progress: Progress) -> Path:
        target = self._folder / self._name
        if self._algorithm is not None and target.is_file() and self._is_described(target):
            on_progress(target.stat().st_size, None)
            return target
        if not self._resume(on_progress):
            with self._part.open("w+b") as stream:
                self._client.file.get_file_data(self._id, _save_to=stream, _on_progress=on_progress)
        if not self._is_described(self._part):
            self._part.unlink()
            raise ApiResponseError(0, f"file {self._id} has another size or hash than the server says")
        if target.is_file() and filecmp.cmp(target, self._part, shallow=False):
            self._part.unlink()
            return target
        path = claim(self._folder, self._name)
        self._part.replace(path)
        return path

    @property
    def _id(self) -> str:
        if self._file.id is None:
            raise ApiResponseError(0, "the server returned a file without an id")
        return self._file.id

    def _resume(self, on_progress: Progress) -> bool:
        """Request what is missing in the temporary file; return whether it is then complete.

        Only with a hash: nothing else shows that both parts are of the same version.
        """
        size = self._file.size
        start = self._part.stat().st_size if self._part.is_file() else 0
        if self._algorithm is None or size is None or not 0 < start <= size:
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
        return self._is_described(self._part)

    def _is_described(self, path: Path) -> bool:
        """Return whether a file has the size and the hash that the server says, if it says any."""
        size = self._file.size
        if size is not None and path.stat().st_size != size:
            return False
        if self._algorithm is None:
            return True
        digest = hashlib.new(self._algorithm, usedforsecurity=False)
        with path.open("rb") as stream:
            for chunk in iter(lambda: stream.read(_READ_SIZE), b""):
                digest.update(chunk)
        return digest.hexdigest() == (self._file.hash or "").lower()
