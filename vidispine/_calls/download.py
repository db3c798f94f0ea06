"""An answer that is a file: from the network to the disk, never whole in memory."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine.exceptions import (
    ApiDecodeError,
    ApiException,
    ApiResponseError,
    ApiTimeoutError,
    ApiTypeError,
    ApiValueError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vidispine._transport.response import RESTResponse
    from vidispine.types import Progress

    #: Waits, then sends the request again: after which failure, whether bytes arrived since, and with more headers.
    Resume = Callable[[ApiException, bool, dict[str, str]], RESTResponse]

__all__ = ["Target", "file_name", "target_of"]

_CHUNK = 256 * 1024
_LONGEST_NAME, _LONGEST_ENDING = 120, 20
_MOST_BYTES = 240
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
# Names of devices on Windows, whatever comes after a dot.
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³]) *(\..*)?")


class Target(NamedTuple):
    """Where a file goes: to a path, into a folder under the server's name, or into an open binary file."""

    folder: Path | None = None
    path: Path | None = None
    stream: Any = None

    def receive(self, response: RESTResponse, again: Resume | None, on_progress: Progress | None) -> str:
        """Write an unread answer's body to where it belongs, and return the file's path.

        On disk the file appears when it is complete: until then it has another name, and nothing is left of it when
        the transfer fails. A path that the caller gave is written over; a name that the server gave never is, but gets
        a number.

        :param again: asks for the rest of an answer that broke off, or for all of it; ``None`` when the call was for a
            part of a file, which stays as it comes
        :param on_progress: called with the bytes written so far and how many there will be, ``None`` if not known
        """
        if self.stream is not None:
            response = _Transfer(self.stream, response, again).run(on_progress)
            name = getattr(self.stream, "name", None)
            return name if isinstance(name, str) else file_name(response)
        if self.path is not None and _is_special(self.path):
            # A device or a pipe is written to, and never replaced.
            with self.path.open("wb") as stream:
                _Transfer(stream, response, again).run(on_progress)
            return str(self.path)
        folder = self.folder or (self.path or Path()).parent
        descriptor, unfinished = tempfile.mkstemp(prefix=".", suffix=".part", dir=folder)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                response = _Transfer(stream, response, again).run(on_progress)
            path = self.path or _claim(folder, file_name(response))
            Path(unfinished).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(unfinished).unlink()
            raise
        return str(path)


class _Transfer:
    """A file on its way into a stream, by as many answers as it takes.

    When an answer breaks off, the rest is asked for with ``Range``, on condition that the file is still the same
    (``If-Range``). A server that cannot do that, or whose file has changed, is asked for all of it, provided that the
    stream lets itself be written anew.
    """

    def __init__(self, stream: Any, response: RESTResponse, again: Resume | None) -> None:
        self.response = response
        self._stream = stream
        self._start = _position(stream)
        self._again = again
        self._done = 0
        self._total = _length(response)
        self._validator = _validator(response)

    def run(self, on_progress: Progress | None) -> RESTResponse:
        """Copy all of it, and return the answer that the last of it came with."""
        if self.response.status == 206 and self._again is not None:
            self.response.discard()
            raise ApiDecodeError(206, "this is a part of the file, although all of it was asked for")
        for chunk in self._chunks():
            self._stream.write(chunk)
            self._done += len(chunk)
            if on_progress is not None:
                on_progress(self._done, self._total)
        return self.response

    def _chunks(self) -> Iterator[bytes]:
        while True:
            before = self._done
            try:
                yield from self.response.stream(_CHUNK)
            except (ApiResponseError, ApiTimeoutError) as failure:
                if self._again is None:
                    raise
                # A transfer that is begun anew each time would never end if that counted.
                self._go_on(failure, self._again, self._done > before and self._validator is not None)
            else:
                return

    def _go_on(self, failure: ApiException, again: Resume, advanced: bool) -> None:
        """Ask for what is missing, or for all of it."""
        if self._done and self._validator is not None:
            condition = {"Range": f"bytes={self._done}-", "If-Range": self._validator}
            try:
                self.response = again(failure, advanced, condition)
            except ApiException as error:
                if error.status != 416:
                    raise
            else:
                if self.response.status != 206:
                    return self._begin_anew(failure)
                if self._fits():
                    return None
                self.response.discard()
            self._validator = None
        if self._done and self._start is None:
            raise failure
        self.response = again(failure, advanced, {})
        return self._begin_anew(failure)

    def _fits(self) -> bool:
        """Tell whether a partial answer (206) holds just what is missing."""
        found = _RANGE.fullmatch(self.response.getheader("Content-Range") or "")
        if not found or self.response.getheader("Content-Encoding"):
            return False
        first, last, total = (int(number) for number in found.groups())
        return first == self._done and last == total - 1 and self._total in (None, total)

    def _begin_anew(self, failure: ApiException) -> None:
        if self._done:
            if self._start is None:
                self.response.discard()
                raise failure
            self._stream.seek(self._start)
            self._stream.truncate()
            self._done = 0
        self._total = _length(self.response)
        self._validator = _validator(self.response)


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


def _is_special(path: Path) -> bool:
    return path.exists() and not path.is_file()


def _existing(folder: Path, name: str) -> Path:
    if not folder.is_dir():
        raise ApiValueError(f"{name}: there is no folder {str(folder)!r}")
    return folder


def _length(response: RESTResponse) -> int | None:
    # What is compressed on the way is longer when it has arrived.
    length = response.getheader("Content-Length") or ""
    return int(length) if re.fullmatch("[0-9]{1,18}", length) and not response.getheader("Content-Encoding") else None


def _validator(response: RESTResponse) -> str | None:
    """Return what a file is known by (``If-Range``); ``None`` if it cannot be asked for in parts."""
    if response.getheader("Content-Encoding") or response.getheader("Accept-Ranges") == "none":
        return None
    tag = response.getheader("ETag")
    if tag is not None:
        return tag if tag.startswith('"') else None
    modified = response.getheader("Last-Modified")
    # A file that was changed within the second may be changed again in the same one.
    return modified if modified and _seconds_between(modified, response.getheader("Date")) >= 1 else None


def _seconds_between(earlier: str, later: str | None) -> float:
    from email.utils import parsedate_to_datetime

    try:
        return (parsedate_to_datetime(later or "") - parsedate_to_datetime(earlier)).total_seconds()
    except (TypeError, ValueError):
        return 0


def _position(stream: Any) -> int | None:
    """Return where a stream stands; ``None`` if it cannot be written anew from there."""
    try:
        return int(stream.tell()) if stream.seekable() and hasattr(stream, "truncate") else None
    except (AttributeError, OSError, ValueError):
        return None


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
    # Nor what cannot be seen, such as what turns the order of letters round, nor half a character.
    name = "".join(letter if letter.isprintable() else "_" for letter in name)
    if not name or _DEVICE.fullmatch(name):
        return f"download{_ending(response)}"
    return _shortened(name)


def _shortened(name: str) -> str:
    stem, ending = os.path.splitext(name)  # noqa: PTH122
    ending = ending[:_LONGEST_ENDING].rstrip(" .")
    stem = stem[: _LONGEST_NAME - len(ending)]
    # Systems count bytes.
    return f"{stem.encode()[: _MOST_BYTES - len(ending.encode())].decode(errors='ignore')}{ending}".rstrip(" .")


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
