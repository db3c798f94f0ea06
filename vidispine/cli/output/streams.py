"""Plain text on standard output and standard error."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from vidispine.cli.output.text import escape, escape_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

__all__ = ["ClosedInput", "is_terminal", "standard_streams", "write", "write_note"]


class ClosedInput(io.TextIOWrapper):
    """Standard input that is closed: reading returns nothing."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO())


class _ClosedOutput(io.TextIOBase):
    """Standard output that is closed: writing fails, as it does in other programs."""

    encoding = "utf-8"

    def write(self, _: str) -> int:
        raise OSError(errno.EBADF, "standard output is closed")

    @property
    def buffer(self) -> BinaryIO:
        raise OSError(errno.EBADF, "standard output is closed")


@contextmanager
def standard_streams() -> Iterator[None]:
    """Replace standard streams that are closed or ``None``. Their descriptors are reserved.

    Otherwise the connection to the server could get the descriptor of standard output.
    """
    before = sys.stdin, sys.stdout, sys.stderr
    with suppress(OSError):
        while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
            pass
        os.close(descriptor)
    if not _is_open(sys.stdin):
        sys.stdin = ClosedInput()
    if not _is_open(sys.stdout):
        sys.stdout = _ClosedOutput()
    if not _is_open(sys.stderr):
        sys.stderr = io.TextIOWrapper(io.BytesIO())
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = before


def _is_open(stream: object) -> bool:
    return stream is not None and not getattr(stream, "closed", False)


def is_terminal() -> bool:
    """Return whether standard output is a terminal."""
    return sys.stdout.isatty()


def write(text: str) -> None:
    """Write text to standard output, and a line end if the text has none. On a terminal, it is escaped."""
    shown = escape(text) if is_terminal() else text
    sys.stdout.write(shown if not shown or shown.endswith("\n") else f"{shown}\n")


def write_note(text: str) -> None:
    """Write a message to standard error, as one line. Standard output is reserved for results."""
    print(escape_line(text), file=sys.stderr)
