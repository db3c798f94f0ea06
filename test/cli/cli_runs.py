"""The command as a person or a script runs it: as a process, with a pipe or a terminal for its output."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Self

COMMAND = [sys.executable, "-m", "vidispine.cli"]
LIMIT = 60.0

NOBODYS = {
    "VIDISPINE_CONFIG": str(Path(tempfile.gettempdir()) / "no-such-folder" / "config.toml"),
    "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
}
"""Profiles and passwords: none, whatever the person has who runs the tests."""


def environment(**changes: str) -> dict[str, str]:
    """Return an environment in which nothing decides about colours or widths but what is given here."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name
        not in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES", "TTY_COMPATIBLE", "PYTHONIOENCODING")
        and not name.startswith("VIDISPINE_")
    }
    return {**kept, **NOBODYS, "TERM": "xterm-256color", "PYTHONUTF8": "1", **changes}


def start(*arguments: str, **changes: str) -> subprocess.Popen[str]:
    """Start the command with pipes for its output."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment(**changes),
    )


def run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run the command with pipes for its output."""
    return finish(start(*arguments, **changes))


def feed(text: str, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run the command with this text as its input."""
    return subprocess.run(
        [*COMMAND, *arguments],
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment(**changes),
        timeout=LIMIT,
        check=False,
    )


def finish(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    """Return what became of a command."""
    with process:
        try:
            output, errors = process.communicate(timeout=LIMIT)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(process.args, status_of(process), output, errors)


def status_of(process: subprocess.Popen[Any]) -> int:
    """Return the exit status of a command that ends, as shells tell it of Ctrl-C.

    With ``python -m`` Python ends itself by the signal if it came amid an ``exec`` of text, as in the making of named
    tuples, whatever was made of it then. Shells tell 130 of that, too.
    """
    status = process.wait(LIMIT)
    return 128 + signal.SIGINT if status == -signal.SIGINT else status


class Terminal:
    """The command in a pseudo-terminal of some size."""

    def __init__(self, columns: int, lines: int, *arguments: str, **changes: str) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self.columns = columns
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

        def make_it_ours() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self._process = subprocess.Popen(
            [*COMMAND, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment(**changes),
            start_new_session=True,
            preexec_fn=make_it_ours,
        )
        os.close(slave)
        self.written = b""
        self.status: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def press(self, keys: bytes) -> None:
        """Type something: ``\\x03`` is Ctrl-C."""
        os.write(self._master, keys)

    def interrupt(self) -> None:
        """Press Ctrl-C, and again, until the command has ended: Python misses it while it begins to read a line."""
        end = time.monotonic() + LIMIT
        while self._process.poll() is None:
            assert time.monotonic() < end, f"does not end: {self.written!r}"
            self.press(b"\x03")
            # One that comes while it ends already would end it otherwise.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
        self.read_to_the_end()

    def signal(self, number: int) -> None:
        """Send the command a signal."""
        self._process.send_signal(number)

    def read_until(self, text: str) -> None:
        """Read until the command has written this."""
        end = time.monotonic() + LIMIT
        while text.encode() not in self.written:
            assert time.monotonic() < end, f"no {text!r} in {self.written!r}"
            assert self._read(), f"ended without {text!r}: {self.written!r}"

    def read_to_the_end(self) -> Self:
        """Read until the command has ended."""
        end = time.monotonic() + LIMIT
        while self._read():
            assert time.monotonic() < end, f"does not end: {self.written!r}"
        self.status = status_of(self._process)
        return self

    def _read(self) -> bool:
        """Read what is there; return whether there may be more."""
        ready, _, _ = select.select([self._master], [], [], 1.0)
        if not ready:
            return True
        block = b""
        with contextlib.suppress(OSError):  # how Linux tells that nobody has the other end any more
            block = os.read(self._master, 65536)
        self.written += block
        return bool(block)

    @property
    def text(self) -> str:
        """All that was written, without its codes."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.written.decode())

    @property
    def lines(self) -> list[str]:
        """What one reads, scrolled out or not, when the command has ended."""
        return Paper(self.columns).take(self.written.decode())


class Paper:
    """An endless terminal that knows the few codes that the command needs, and fails at any other."""

    _PIECE = re.compile(
        r"\x1b\[(?P<numbers>[0-9;?]*)(?P<code>[A-Za-z])|(?P<control>[\r\n])|(?P<text>[^\x1b\r\n]+)|.", re.S
    )

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._lines = [""]
        self._row = self._column = 0

    def take(self, written: str) -> list[str]:
        """Return the lines that are left of what was written."""
        for piece in self._PIECE.finditer(written):
            if piece["text"]:
                self._write(piece["text"])
            elif piece["control"]:
                self._control(piece["control"])
            else:
                assert piece["code"], f"unknown code in {piece.group()!r}"
                self._code(piece["code"], piece["numbers"])
        return [line.rstrip() for line in self._lines]

    def _write(self, text: str) -> None:
        line = self._lines[self._row].ljust(self._column)
        line = line[: self._column] + text + line[self._column + len(text) :]
        assert len(line) <= self._columns, f"wraps: {line!r}"
        self._lines[self._row] = line
        self._column += len(text)

    def _control(self, control: str) -> None:
        if control == "\r":
            self._column = 0
            return
        self._row += 1
        if self._row == len(self._lines):
            self._lines.append("")

    def _code(self, code: str, numbers: str) -> None:
        if code == "A":
            self._row -= int(numbers or 1)
            assert self._row >= 0
        elif code == "K":
            assert numbers == "2"
            self._lines[self._row] = ""
        else:
            assert code == "m" or (code in "hl" and numbers == "?25"), f"unknown code {numbers}{code}"
