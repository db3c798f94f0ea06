"""Folders on disk: the simulator's own, and those that ``file:`` URIs may address."""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname
from uuid import uuid4

from vidispine.simulator import SimulatorError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable


MAX_PATH_LENGTH = 1000
MAX_NAME_BYTES = 200
"""In bytes. File systems allow 255, and a suffix is added."""
EXTENSION_BYTES = 20

_INVALID_CHARACTERS = re.compile(r"[\x00-\x1f\x7f/\\]")


class UnreachableError(Exception):
    """A URI is not accessible. The message is one line."""


class Folders:
    """The folders of a simulator."""

    def __init__(self, db: str | os.PathLike[str] | None, allowed: Iterable[str | os.PathLike[str]] = ()) -> None:
        """Create the folder of the simulator: next to the state file, otherwise a temporary one.

        :param allowed: additional folders for ``file:`` URIs
        :raises SimulatorError: the folder cannot be created, or an allowed folder is missing
        """
        others = [_folder(folder) for folder in allowed]
        self._remove: Callable[[], object] | None = None
        if db is None:
            self.own = Path(tempfile.mkdtemp(prefix="vidispine-simulator-")).resolve()
            # Also runs when the program exits without stopping the simulator.
            self._remove = weakref.finalize(self, shutil.rmtree, self.own, ignore_errors=True)
        else:
            self.own = Path(f"{Path(db)}.media").resolve()
        self._storages = self.own / "storage"
        self._allowed = [self.own, Path(tempfile.gettempdir()).resolve(), *others]
        # Remove incomplete uploads of a killed process.
        shutil.rmtree(self._incoming, ignore_errors=True)
        try:
            for folder in (self._incoming, self._parts, self._storages):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SimulatorError(f"{self.own}: {error.strerror}") from error

    @property
    def _incoming(self) -> Path:
        return self.own / "incoming"

    @property
    def _parts(self) -> Path:
        return self.own / "parts"

    def new(self) -> Path:
        """Return a path for an upload."""
        return self._incoming / uuid4().hex

    def part(self, name: str) -> Path:
        """Return the path of a chunked upload."""
        return self._parts / name

    def storage(self, id: str) -> Path:
        """Return the folder for a storage that has no accessible folder."""
        return self._storages / id

    def resolve_uri(self, uri: str) -> Path:
        """Return the path of a ``file:`` URI.

        :raises UnreachableError: the URI is invalid, or outside of the allowed folders
        """
        path = local_path(uri)
        if path is None:
            raise UnreachableError(f"{without_credentials(uri)} is not the URI of a local file")
        real = path.resolve()
        if not any(folder == real or folder in real.parents for folder in self._allowed):
            raise UnreachableError(
                f"the simulator may not access {real}: allow the folder with --allow-folder or allow_folders"
            )
        return real

    def close(self) -> None:
        """Delete a temporary folder. Idempotent."""
        if self._remove is not None:
            self._remove()


def _folder(folder: str | os.PathLike[str]) -> Path:
    path = Path(folder)
    if not path.is_dir():
        raise SimulatorError(f"{path} is not a folder")
    return path.resolve()


def local_path(uri: str) -> Path | None:
    """Return the absolute path in a ``file:`` URI, ``None`` for any other text."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file" or parts.netloc not in ("", "localhost") or "\0" in unquote(parts.path):
        return None
    path = Path(url2pathname(parts.path))
    return path if path.is_absolute() else None


def without_credentials(uri: str) -> str:
    """Remove the credentials from a URI."""
    try:
        parts = urlsplit(uri)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    except ValueError:
        return uri.partition(":")[0]


def safe_path(path: str) -> str | None:
    """Normalize a path on a storage. Return ``None`` when it is empty, leads out of the storage, or has invalid
    segments.
    """
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if not parts or ".." in parts or len(path) > MAX_PATH_LENGTH or any(part != safe_name(part) for part in parts):
        return None
    return "/".join(parts)


def safe_name(name: str) -> str:
    """Return a valid file name that is similar to a name."""
    plain = _INVALID_CHARACTERS.sub("_", name).encode(errors="replace")
    if len(plain) > MAX_NAME_BYTES:
        # Keep the extension.
        plain = plain[: MAX_NAME_BYTES - EXTENSION_BYTES] + plain[-EXTENSION_BYTES:]
    return plain.decode(errors="replace").replace("\ufffd", "_")
