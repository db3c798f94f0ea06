"""Downloads: streams the body of a response to a file."""

from __future__ import annotations

import errno
import io
import os
import re
import stat
import tempfile
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine._transport.headers import decode_utf8
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

    #: Sends the request again after a delay, and returns the response. Arguments: the error, whether the transfer has
    #: progressed since the last attempt, additional headers.
    Resend = Callable[[ApiException, bool, dict[str, str]], RESTResponse]

__all__ = ["Target", "file_name", "move", "numbered_names", "replace", "safe_name", "target_of"]

_CHUNK_SIZE, _SMALL_CHUNK_SIZE = 1024 * 1024, 256 * 1024
"""Bytes that are read at a time. Small chunks report progress more often, and lose less when a connection is reset: the
part of a chunk that was received is dropped."""
_MAX_NAME_LENGTH, _MAX_SUFFIX_LENGTH = 120, 20
_MAX_NAME_BYTES = 240
_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})")
_MAX_DISPOSITION = 8192
"""The length of ``Content-Disposition`` that is read: the standard library takes quadratic time."""
_WHOLE_FILE = (200, 203)
"""Statuses of a response with the whole file."""
_REFUSED_RANGE = (400, 412, 416)
"""Statuses of servers that reject a ``Range``, or its condition."""
# Validators that do not match are not sent to the server in If-Range.
_STRONG_TAG = re.compile(r'"[!#-~\x80-\xff]{0,1000}"')
_HTTP_DATE = re.compile(r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
# Device names on Windows, with any suffix.
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³]) *(\..*)?")


class Target(NamedTuple):
    """Where to save a file: a path, a folder (the server names the file), or an open binary file."""

    folder: Path | None = None
    path: Path | None = None
    stream: Any = None

    def receive(self, response: RESTResponse, resend: Resend | None, on_progress: Progress | None) -> str:
        """Save the body of an unread response, and return the path of the file.

        The download goes to a temporary file, which is renamed when complete and deleted on failure. A path that the
        caller gave is overwritten; a symbolic link is followed. If a file of the name that the server gave exists, a
        number is added to the name.

        :param resend: requests the missing part or the whole file when the connection is lost; ``None`` if the call
            requested a range, which is saved unchanged
        :param on_progress: called with the number of bytes written, and the total or ``None``
        """
        if self.stream is not None:
            response = _Transfer(self.stream, response, resend).run(on_progress)
            name = getattr(self.stream, "name", None)
            return name if isinstance(name, str) else file_name(response)
        if self.path is not None and _is_special(self.path):
            # Devices and pipes are never replaced by a file.
            with self.path.open("wb") as stream:
                _Transfer(stream, response, resend).run(on_progress)
            return str(self.path)
        target = None if self.path is None else _followed(self.path)
        folder = self.folder or (target or Path()).parent
        temporary = folder / f".{os.urandom(8).hex()}.part"
        try:
            with _create(temporary) as stream:
                response = _Transfer(stream, response, resend).run(on_progress)
            if target is None:
                return str(move(temporary, folder, file_name(response)))
            replace(temporary, target)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
        return str(self.path)


class _Transfer:
    """Copies a file to a stream, with as many responses as necessary.

    When the connection is lost, the missing part is requested with ``Range``, on condition that the file is unchanged
    (``If-Range``). If the server does not support that, or if the file has changed, the whole file is requested again,
    provided that the stream is seekable.
    """

    def __init__(self, stream: Any, response: RESTResponse, resend: Resend | None) -> None:
        self.response = response
        self._stream = stream
        self._start = _position(stream)
        self._resend = resend
        self._received = 0
        self._furthest = 0
        self._chunk_size = _CHUNK_SIZE
        self._total = _length(response)
        self._validator = _validator(response)

    def run(self, on_progress: Progress | None) -> RESTResponse:
        """Copy the file, and return the last response."""
        if self.response.status == 206 and self._resend is not None:
            self.response.discard()
            raise ApiDecodeError(206, "the response contains only a part of the file, but the whole file was requested")
        if on_progress is not None:
            self._chunk_size = _SMALL_CHUNK_SIZE
        for chunk in self._chunks():
            _write(self._stream, chunk)
            self._received += len(chunk)
            if on_progress is not None:
                on_progress(self._received, self._total)
        return self.response

    def _chunks(self) -> Iterator[bytes]:
        while True:
            try:
                yield from self._checked_chunks()
            except (ApiResponseError, ApiTimeoutError) as failure:  # noqa: PERF203 - one for each response
                if self._resend is None:
                    raise
                # Bytes that are received again do not count as progress, which would allow endless retries.
                advanced = self._received > self._furthest and self._validator is not None
                self._furthest = max(self._furthest, self._received)
                self._resume(failure, self._resend, advanced)
            else:
                return

    def _checked_chunks(self) -> Iterator[bytes]:
        """Yield the body of the response, and check that its length is that of the file."""
        total = self._total
        for chunk in self.response.stream(self._chunk_size):
            if total is not None and self._received + len(chunk) > total:
                self.response.discard()
                raise self._wrong_length(f"more than {total}")
            yield chunk
        if total is not None and self._received != total:
            raise self._wrong_length(f"{self._received} of {total}")

    def _wrong_length(self, what: str) -> ApiResponseError:
        # A part with an unexpected length belongs to another file, so the whole file is requested again.
        self._validator = None
        return ApiResponseError(0, f"the file has the wrong length: received {what} bytes")

    def _resume(self, failure: ApiException, resend: Resend, advanced: bool) -> None:
        """Request the missing part, or the whole file."""
        self._chunk_size = _SMALL_CHUNK_SIZE
        if self._received and self._validator is not None:
            condition = {"Range": f"bytes={self._received}-", "If-Range": self._validator}
            try:
                self.response = resend(failure, advanced, condition)
            except ApiException as error:
                if error.status not in _REFUSED_RANGE:
                    raise
            else:
                if self.response.status != 206:
                    return self._start_over(failure)
                if self._is_missing_part():
                    return None
                self.response.discard()
            self._validator = None
            # The server does not resume this file as HTTP defines it, so the next request counts as a retry.
            advanced = False
        if self._received and self._start is None:
            raise failure
        self.response = resend(failure, advanced, {})
        return self._start_over(failure)

    def _is_missing_part(self) -> bool:
        """Return whether a response 206 contains exactly the missing part of the same file."""
        response = self.response
        found = _RANGE.fullmatch(response.getheader("Content-Range") or "")
        if not found or response.getheader("Content-Encoding") or _version(response) != self._validator:
            return False
        first, last, total = (int(number) for number in found.groups())
        if not first == self._received <= last == total - 1 or self._total not in (None, total):
            return False
        if response.getheader("Content-Length") is not None and _length(response) != total - first:
            return False
        self._total = total
        return True

    def _start_over(self, failure: ApiException) -> None:
        """Receive the whole file from the current response."""
        if self.response.status not in _WHOLE_FILE or (self._received and self._start is None):
            self.response.discard()
            raise failure
        if self._received:
            self._stream.seek(self._start)
            self._stream.truncate()
            self._received = 0
        length, validator = _length(self.response), _validator(self.response)
        is_same_file = validator is not None and validator == self._validator
        # Without its length, a truncated response could pass for the whole file.
        self._total = self._total if length is None and is_same_file else length
        self._validator = validator


def _write(stream: Any, chunk: bytes) -> None:
    """Write all of a chunk; unbuffered files may write a part of it.

    :raises BlockingIOError: an unbuffered file that does not block accepts nothing now
    """
    while chunk:
        written = stream.write(chunk)
        if not written and isinstance(stream, io.RawIOBase):
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        # Other files may return anything.
        is_part = isinstance(written, int) and not isinstance(written, bool) and written > 0
        chunk = chunk[written:] if is_part else b""


def target_of(save_to: Any, default_folder: str | None) -> Target:
    """Return where to save a download. The target is checked before the request is sent.

    :param save_to: the option ``_save_to`` of the call
    :param default_folder: the folder if ``save_to`` is ``None``. Default: the system's folder for temporary files
    :raises ApiValueError: the folder does not exist
    :raises ApiTypeError: ``save_to`` is neither a path nor a writable file
    """
    if hasattr(save_to, "write"):
        return Target(stream=_check_stream(save_to))
    if save_to is None:
        return Target(
            folder=_check_folder(_path(default_folder or tempfile.gettempdir(), "temp_folder_path"), "temp_folder_path")
        )
    path = _path(save_to, "_save_to")
    if path.is_dir():
        return Target(folder=_check_folder(path, "_save_to"))
    if os.fspath(save_to).endswith(_SEPARATORS):
        raise ApiValueError(f"_save_to: the folder {str(path)!r} does not exist")
    if not _is_special(path):
        _check_folder(_followed(path).parent, "_save_to")
    return Target(path=path)


_SEPARATORS = tuple({os.sep, os.altsep or os.sep})


def _check_stream(stream: Any) -> Any:
    if isinstance(stream, io.TextIOBase):
        raise ApiTypeError("_save_to must be a file opened in binary mode ('wb'), not in text mode")
    if getattr(stream, "closed", False) is True:
        raise ApiValueError("_save_to must be an open file, but is closed")
    if isinstance(stream, io.IOBase) and not stream.writable():
        raise ApiValueError("_save_to must be a file opened for writing ('wb'), not for reading")
    return stream


def _path(given: Any, name: str) -> Path:
    """Return a path that is valid on the operating system, whether or not the file exists.

    :raises ApiTypeError, ApiValueError: the value is not a valid path
    """
    if not isinstance(given, (str, os.PathLike)) or isinstance(os.fspath(given), bytes):
        what = "a path or a writable binary file" if name == "_save_to" else "a path"
        raise ApiTypeError(f"{name} must be {what}, not {type(given).__name__}")
    path = Path(given)
    try:
        os.stat(path)  # noqa: PTH116 - pathlib does not report all errors
    except (FileNotFoundError, NotADirectoryError):
        pass
    except (OSError, ValueError) as error:
        problem = error.strerror if isinstance(error, OSError) and error.strerror else "not a valid path"
        raise ApiValueError(f"{name}: cannot use the path {ascii(str(path))[:200]}: {problem.lower()}") from None
    return path


def _followed(path: Path) -> Path:
    """Return the target of a symbolic link, which may not exist; any other path unchanged."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _is_special(path: Path) -> bool:
    return path.exists() and not path.is_file()


def _check_folder(folder: Path, name: str) -> Path:
    if not folder.is_dir():
        raise ApiValueError(f"{name}: the folder {str(folder)!r} does not exist")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ApiValueError(f"{name}: no file can be created in the folder {str(folder)!r}")
    return folder


def _create(path: Path) -> Any:
    """Create a file, whose mode is that of any file that is opened for writing; tempfile's is always 0600."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    return os.fdopen(os.open(path, flags, 0o666), "wb")


def _length(response: RESTResponse) -> int | None:
    # With Content-Encoding, this is the compressed length; Transfer-Encoding takes precedence.
    length = response.getheader("Content-Length") or ""
    has_other_length = response.getheader("Content-Encoding") or response.getheader("Transfer-Encoding")
    return int(length) if re.fullmatch("[0-9]{1,18}", length) and not has_other_length else None


def _validator(response: RESTResponse) -> str | None:
    """Return the value for ``If-Range``; ``None`` if the server does not support ranges for the file."""
    if response.getheader("Content-Encoding") or response.getheader("Accept-Ranges") == "none":
        return None
    if response.getheader("ETag") is not None:
        return _version(response)
    modified = _version(response)
    # The date has a resolution of one second: the file may have changed again within that second.
    return modified if modified and _seconds_between(modified, response.getheader("Date")) >= 1 else None


def _version(response: RESTResponse) -> str | None:
    """Return the strong ``ETag``, or without an ``ETag`` the ``Last-Modified``; ``None`` if it is not valid HTTP."""
    tag = response.getheader("ETag")
    if tag is not None:
        return tag if _STRONG_TAG.fullmatch(tag) else None
    modified = response.getheader("Last-Modified") or ""
    return modified if _HTTP_DATE.fullmatch(modified) else None


def _seconds_between(earlier: str, later: str | None) -> float:
    from email.utils import parsedate_to_datetime

    try:
        return (parsedate_to_datetime(later or "") - parsedate_to_datetime(earlier)).total_seconds()
    except (TypeError, ValueError, OverflowError, IndexError):
        return 0


def _position(stream: Any) -> int | None:
    """Return the position of a stream; ``None`` if the stream cannot be rewritten from there."""
    try:
        return int(stream.tell()) if stream.seekable() and hasattr(stream, "truncate") else None
    except (AttributeError, OSError, ValueError):
        return None


def replace(temporary: Path, path: Path) -> None:
    """Rename a temporary file. A file that it replaces keeps its mode."""
    if path.exists():
        temporary.chmod(stat.S_IMODE(path.stat().st_mode))
    temporary.replace(path)


def move(temporary: Path, folder: Path, name: str) -> Path:
    """Rename a file to a name in a folder, and return its path. A number is added to a name that is in use."""
    for candidate in numbered_names(name):
        path = folder / candidate
        try:
            # A rename could replace a file that was created meanwhile.
            os.link(temporary, path)
        except FileExistsError:
            continue
        except OSError:  # some file systems have no links
            if not _renamed(temporary, path):
                continue
        else:
            temporary.unlink()
        return path
    raise AssertionError("the names have no end")


def _renamed(temporary: Path, path: Path) -> bool:
    """Rename a file if nothing has the new name; return whether that was so."""
    try:
        path.touch(0o600, exist_ok=False)
    except FileExistsError:
        return False
    try:
        temporary.replace(path)
    except BaseException:
        path.unlink()
        raise
    return True


def file_name(response: RESTResponse) -> str:
    """Return the file name in the response, made safe for all operating systems."""
    name = safe_name(_disposition_name(response.getheader("Content-Disposition") or ""))
    return name or f"download{_suffix(response)}"


def safe_name(path: str) -> str:
    """Return the last part of a path, made safe for all operating systems; empty if it cannot be a file name."""
    name = _UNSAFE.sub("_", re.split(r"[/\\]", path)[-1]).strip(" .")
    # Invisible characters can disguise the suffix (right-to-left override); lone surrogates cannot be encoded.
    name = "".join(character if character.isprintable() else "_" for character in name)
    return "" if _DEVICE.fullmatch(name) else _truncated(name)


def numbered_names(name: str) -> Iterator[str]:
    """Yield a name, then the name with increasing numbers: ``clip.mov``, ``clip-1.mov``, ``clip-2.mov``, ..."""
    yield name
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - pathlib has no function for both parts
    for number in count(1):
        yield f"{stem}-{number}{suffix}"


def _truncated(name: str) -> str:
    stem, suffix = os.path.splitext(name)  # noqa: PTH122
    suffix = suffix[:_MAX_SUFFIX_LENGTH].rstrip(" .")
    stem = stem[: _MAX_NAME_LENGTH - len(suffix)]
    # File systems limit the length of names in bytes.
    return f"{stem.encode()[: _MAX_NAME_BYTES - len(suffix.encode())].decode(errors='ignore')}{suffix}".rstrip(" .")


def _disposition_name(header: str) -> str:
    """Return the file name in a ``Content-Disposition`` header; the encoded form (RFC 6266) takes precedence."""
    from email.message import Message
    from email.utils import collapse_rfc2231_value

    message = Message()
    message["Content-Disposition"] = re.sub(r"[\r\n]", " ", header[:_MAX_DISPOSITION])
    try:
        parameters = message.get_params([], "content-disposition")
        names = [value for name, value in parameters if name.lower() == "filename"]
        # An encoded value is a tuple of charset, language and text.
        name: Any = max(names, key=lambda value: isinstance(value, tuple), default="")
        return decode_utf8(name) if isinstance(name, str) else collapse_rfc2231_value(name)
    except (LookupError, UnicodeError, ValueError):
        return ""


def _suffix(response: RESTResponse) -> str:
    from mimetypes import guess_extension

    kind = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    return guess_extension(kind) or ""
