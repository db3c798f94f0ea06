"""The download of the files of a shape."""

from __future__ import annotations

import filecmp
import hashlib
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from vidispine._calls.download import move, numbered_names, replace, safe_name
from vidispine.exceptions import ApiResponseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from vidispine.client import Client
    from vidispine.models.file_type import FileType
    from vidispine.models.shape_type import ShapeType
    from vidispine.types import Progress

__all__ = ["Download", "complete_files", "file_name", "files_of", "is_copy"]

COMPLETE = ("CLOSED", "BEING_READ")
"""States of a file whose bytes are complete."""

_HASHES = {32: "md5", 40: "sha1", 64: "sha256"}
"""Hash algorithms by the number of hexadecimal digits. Servers use SHA-1 by default."""
_READ_SIZE = 1024 * 1024
_MAX_PART_BYTES = 220


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
        elif not any(is_copy(file, other) for other in complete):
            complete.append(file)
    return complete, [file for file in others if not any(_has_content_of(file, other) for other in complete)]


def is_copy(file: FileType, other: FileType) -> bool:
    """Return whether two complete files are copies of one file on two storages, possibly under different names."""
    if file.storage == other.storage or file.size is None or file.size != other.size:
        return False
    return file.hash == other.hash if file.hash and other.hash else file.path == other.path


def _has_content_of(file: FileType, other: FileType) -> bool:
    """Return whether two files are to have the same name and content: without hashes, if their paths are the same."""
    if safe_name(file.path or "") != safe_name(other.path or ""):
        return False
    return file.hash == other.hash if file.hash and other.hash else file.path == other.path


class Download:
    """A download of files to a folder, each under a unique name."""

    def __init__(self, client: Client, folder: Path, *, overwrite: bool = False) -> None:
        self._client = client
        self._folder = folder
        self._overwrite = overwrite
        self._used: set[str] = set()
        """The names of the files so far, case-folded, because some file systems are case-insensitive."""

    def run(self, files: list[FileType], filename: str | None, on_progress: Progress | None) -> list[Path]:
        """Download the files, and return their paths."""
        sizes = [file.size for file in files]
        total = None if None in sizes else sum(size or 0 for size in sizes)
        paths, done = [], 0
        for file in files:
            before = done

            def report(count: int, _: int | None, before: int = before) -> None:
                if on_progress is not None:
                    on_progress(before + count, total)

            path = self._download(RemoteFile(self._client, file), filename or file_name(file), report)
            self._used.add(path.name.casefold())
            paths.append(path)
            done += path.stat().st_size
        return paths

    def _download(self, file: RemoteFile, name: str, on_progress: Progress) -> Path:
        names = (each for each in numbered_names(name) if each.casefold() not in self._used)
        existing: list[Path] = []
        path = self._folder / name
        for candidate in names:
            path = self._folder / candidate
            if not path.is_file():
                if path.is_dir():
                    continue
                break
            if file.is_verified(path):
                on_progress(path.stat().st_size, None)
                return path
            if self._overwrite:
                break
            existing.append(path)
        temporary = file.save(self._folder, name, on_progress)
        same = next((each for each in existing if filecmp.cmp(each, temporary, shallow=False)), None)
        if same is not None:
            temporary.unlink()
            return same
        if self._overwrite:
            replace(temporary, path)
        else:
            path = move(temporary, self._folder, path.name)
        return path


class RemoteFile:
    """A file on the server."""

    def __init__(self, client: Client, file: FileType) -> None:
        if file.id is None:
            raise ApiResponseError(0, "the server returned a file without an id")
        self._client = client
        self._id = file.id
        self._size = file.size
        self._hash = (file.hash or "").lower()
        self._algorithm = _HASHES.get(len(self._hash))

    def is_verified(self, path: Path) -> bool:
        """Return whether a local file has the size and the hash of this one."""
        return self._algorithm is not None and self._is_described(path)

    def save(self, folder: Path, name: str, on_progress: Progress) -> Path:
        """Download the file to a temporary file in a folder, which is kept on failure if it can be resumed."""
        if self._algorithm is None:
            # Without a hash, nothing shows whether a later part belongs to the same version, so nothing is kept.
            path = folder / _part_name(f"{self._id}-{uuid4().hex}", name)
            self._client.file.get_file_data(self._id, _save_to=path, _on_progress=on_progress)
        else:
            path = folder / _part_name(self._id, name)
            if path.is_symlink():
                # Somebody else's: the download must not overwrite what it points to.
                path.unlink()
            if not self._resume(path, on_progress):
                with path.open("w+b") as stream:
                    self._client.file.get_file_data(self._id, _save_to=stream, _on_progress=on_progress)
        if not self._is_described(path):
            path.unlink()
            raise ApiResponseError(0, f"file {self._id} does not have the size or the hash that the server states")
        return path

    def _resume(self, part: Path, on_progress: Progress) -> bool:
        """Request what is missing in the temporary file; return whether it is then complete."""
        size = self._size
        start = part.stat().st_size if part.is_file() else 0
        if size is None or not 0 < start <= size:
            return False
        if start < size:
            with part.open("ab") as stream:
                self._client.file.get_file_data(
                    self._id,
                    _save_to=stream,
                    _headers={"Range": f"bytes={start}-"},
                    _on_progress=lambda done, _: on_progress(min(start + done, size), None),
                )
        # A server without ranges sent the whole file again, which then has another size.
        return self._is_described(part)

    def _is_described(self, path: Path) -> bool:
        """Return whether a file has the size and the hash that the server states, if it states any."""
        if self._size is not None and path.stat().st_size != self._size:
            return False
        if self._algorithm is None:
            return True
        digest = hashlib.new(self._algorithm, usedforsecurity=False)
        with path.open("rb") as stream:
            for chunk in iter(lambda: stream.read(_READ_SIZE), b""):
                digest.update(chunk)
        return digest.hexdigest() == self._hash


def _part_name(file_id: str, name: str) -> str:
    # File systems limit the length of names in bytes, and the name alone may reach the limit.
    stem = f".{safe_name(file_id)}-{name}".encode()[:_MAX_PART_BYTES].decode(errors="ignore")
    return f"{stem}.part"
