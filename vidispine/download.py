"""An answer that is a file: from the network to the disk, never whole in memory."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine.exceptions import ApiTypeError, ApiValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vidispine.rest import RESTResponse

    Progress = Callable[[int, "int | None"], object]

__all__ = ["Target", "file_name", "target_of"]

_CHUNK = 256 * 1024
_LONGEST_NAME = 120
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
# Names of devices on Windows, whatever comes after a dot.
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


class Target(NamedTuple):
    """Where a file goes: to a path, into a folder under the server's name, or into an open binary file."""

    folder: Path | None = None
    path: Path | None = None
    stream: Any = None

    def receive(self, response: RESTResponse, on_progress: Progress | None) -> str:
        """Write an unread answer's body to where it belongs, and return the file's path.

        On disk the file appears when it is complete: until then it has another name, and nothing is left of it when
        the transfer fails. A path that the caller gave is written over; a name that the server gave never is, but gets
        a number.

        :param on_progress: called with the bytes written so far and how many there will be, ``None`` if not known
        """
        chunks = _counted(response, on_progress)
        if self.stream is not None:
            for chunk in chunks:
                self.stream.write(chunk)
            name = getattr(self.stream, "name", None)
            return name if isinstance(name, str) else file_name(response)
        folder = self.folder or (self.path or Path()).parent
        descriptor, unfinished = tempfile.mkstemp(prefix=".", suffix=".part", dir=folder)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                for chunk in chunks:
                    stream.write(chunk)
            path = self.path or _claim(folder, file_name(response))
            Path(unfinished).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(unfinished).unlink()
            raise
        return str(path)


def target_of(save_to: Any, default_folder: str | None) -> Target:
    """Return where a download goes, checked before anything is sent.

    :param save_to: the call's ``_save_to``
    :param default_folder: folder when that is ``None``; the system's for temporary files when that is ``None`` too
    :raises ApiValueError: the folder does not exist
    :raises ApiTypeError: this is neither a path nor a writable file
    """
    if hasattr(save_to, "write"):
        return Target(stream=save_to)
    if save_to is None:
        return Target(folder=_existing(Path(default_folder or tempfile.gettempdir()), "temp_folder_path"))
    if not isinstance(save_to, (str, os.PathLike)) or isinstance(os.fspath(save_to), bytes):
        raise ApiTypeError(f"_save_to must be a path or a writable binary file, not a {type(save_to).__name__}")
    path = Path(save_to)
    if path.is_dir():
        return Target(folder=path)
    _existing(path.parent, "_save_to")
    return Target(path=path)


def _existing(folder: Path, name: str) -> Path:
    if not folder.is_dir():
        raise ApiValueError(f"{name}: there is no folder {str(folder)!r}")
    return folder


def _counted(response: RESTResponse, on_progress: Progress | None) -> Iterator[bytes]:
    total = _length(response)
    done = 0
    for chunk in response.stream(_CHUNK):
        yield chunk
        done += len(chunk)
        if on_progress is not None:
            on_progress(done, total)


def _length(response: RESTResponse) -> int | None:
    # What is compressed on the way is longer when it has arrived.
    length = response.getheader("Content-Length") or ""
    return int(length) if length.isdigit() and not response.getheader("Content-Encoding") else None


def _claim(folder: Path, name: str) -> Path:
    """Return the path of a new, empty file in a folder: of this name, or of one with a number when that is taken."""
    stem, ending = os.path.splitext(name)  # noqa: PTH122 - pathlib has no word for the two halves of a name
    number = 0
    while True:
        path = folder / (f"{stem}-{number}{ending}" if number else name)
        try:
            path.touch(0o600, exist_ok=False)
        except FileExistsError:
            number += 1
        else:
            return path


def file_name(response: RESTResponse) -> str:
    """Return the name that the server gives to a file, as one that is safe in any folder of any system."""
    given = _disposition_name(response.getheader("Content-Disposition") or "")
    name = _UNSAFE.sub("_", re.split(r"[/\\]", given)[-1]).strip(" .")
    if not name or _DEVICE.fullmatch(name):
        return f"download{_ending(response)}"
    stem, ending = os.path.splitext(name)  # noqa: PTH122
    return f"{stem[: _LONGEST_NAME - len(ending[:20])]}{ending[:20]}"


def _disposition_name(header: str) -> str:
    """Return the file name in a ``Content-Disposition`` header; the encoded form (RFC 6266) wins."""
    from email.message import Message
    from email.utils import collapse_rfc2231_value

    message = Message()
    message["Content-Disposition"] = re.sub(r"[\r\n]", " ", header)
    try:
        parameters = message.get_params([], "content-disposition")
        names = [value for name, value in parameters if name.lower() == "filename"]
        # An encoded value is a tuple of charset, language and text.
        return collapse_rfc2231_value(max(names, key=lambda value: isinstance(value, tuple), default=""))
    except (LookupError, UnicodeError, ValueError):
        return ""


def _ending(response: RESTResponse) -> str:
    from mimetypes import guess_extension

    kind = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    return guess_extension(kind) or ""
