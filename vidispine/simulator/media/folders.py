"""Where bytes lie: the simulator's own folder, and which others it may reach by ``file:`` URIs."""

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

from vidispine.simulator.errors import SimulatorError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable

__all__ = ["Folders", "UnreachableError", "local_path", "safe_name", "safe_path", "without_credentials"]


LONGEST_PATH = 1000
LONGEST_NAME = 200
"""In bytes; file systems take 255, and some letters are added."""
KEPT_ENDING = 20

_UNNAMEABLE = re.compile(r"[\x00-\x1f\x7f/\\]")


class UnreachableError(Exception):
    """A place that the simulator cannot or must not reach; its text says why, in one line."""


class Folders:
    """The folders of one simulator."""

    def __init__(self, db: str | os.PathLike[str] | None, allowed: Iterable[str | os.PathLike[str]] = ()) -> None:
        """Make the simulator's own folder: beside the file of its state, temporary without one.

        :param allowed: further folders in which ``file:`` URIs may lie
        :raises SimulatorError: the folder cannot be made, or one of the others is none
        """
        others = [_folder(folder) for folder in allowed]
        self._remove: Callable[[], object] | None = None
        if db is None:
            self.own = Path(tempfile.mkdtemp(prefix="vidispine-simulator-")).resolve()
            # Also when nobody stops the simulator before the program ends.
            self._remove = weakref.finalize(self, shutil.rmtree, self.own, ignore_errors=True)
        else:
            self.own = Path(f"{Path(db)}.media").resolve()
        self._allowed = [self.own, Path(tempfile.gettempdir()).resolve(), *others]
        # What a killed process left half received is nobody's any more.
        shutil.rmtree(self._incoming, ignore_errors=True)
        try:
            for folder in (self._incoming, self._parts, self.own / "storage"):
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
        """Return a path for bytes that come in."""
        return self._incoming / uuid4().hex

    def part(self, name: str) -> Path:
        """Return the path of a file that is sent in pieces."""
        return self._parts / name

    def storage(self, id: str) -> Path:
        """Return the folder of a storage that has none of its own within reach."""
        return self.own / "storage" / id

    def reach(self, uri: str) -> Path:
        """Return the path that a ``file:`` URI names.

        :raises UnreachableError: it is no such URI, or leads out of the folders that may be reached
        """
        path = local_path(uri)
        if path is None:
            raise UnreachableError(f"{without_credentials(uri)} is not the URI of a local file")
        real = path.resolve()
        if not any(folder == real or folder in real.parents for folder in self._allowed):
            raise UnreachableError(
                f"the simulator must not reach {real}: give it the folder with --allow-folder or allow_folders"
            )
        return real

    def close(self) -> None:
        """Remove the folder, if it is a temporary one; may be called again."""
        if self._remove is not None:
            self._remove()


def _folder(folder: str | os.PathLike[str]) -> Path:
    path = Path(folder)
    if not path.is_dir():
        raise SimulatorError(f"{path} is no folder")
    return path.resolve()


def local_path(uri: str) -> Path | None:
    """Return the path that a ``file:`` URI with an absolute path names, ``None`` for any other text."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file" or parts.netloc not in ("", "localhost") or "\0" in unquote(parts.path):
        return None
    path = Path(url2pathname(parts.path))
    return path if path.is_absolute() else None


def without_credentials(uri: str) -> str:
    """Return a URI as it may be shown."""
    try:
        parts = urlsplit(uri)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    except ValueError:
        return uri.partition(":")[0]


def safe_path(path: str) -> str | None:
    """Return a path below a storage's root in its plain form, ``None`` for one that is empty, leads out of it, or has
    parts that are no names of files.
    """
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if not parts or ".." in parts or len(path) > LONGEST_PATH or any(part != safe_name(part) for part in parts):
        return None
    return "/".join(parts)


def safe_name(name: str) -> str:
    """Return a name for a file that is as near to another one as it can be."""
    plain = _UNNAMEABLE.sub("_", name).encode(errors="replace")
    if len(plain) > LONGEST_NAME:
        # The ending tells what it is.
        plain = plain[: LONGEST_NAME - KEPT_ENDING] + plain[-KEPT_ENDING:]
    return plain.decode(errors="replace").replace("\ufffd", "_")
