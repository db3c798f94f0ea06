"""Runs the command as a process, with pipes or a terminal."""

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
TIMEOUT = 60.0

NO_SETTINGS = {
    "VIDISPINE_CONFIG": str(Path(tempfile.gettempdir()) / "no-such-folder" / "config.toml"),
    "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
}
"""Environment variables that hide the profiles and passwords of the person who runs the tests."""


def environment(**changes: str) -> dict[str, str]:
    """Return an environment without variables that affect colors or widths, except those given here."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name
        not in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES", "TTY_COMPATIBLE", "PYTHONIOENCODING")
        and not name.startswith("VIDISPINE_")
    }
    return {**kept, **NO_SETTINGS, "TERM": "xterm-256color", "PYTHONUTF8": "1", **changes}


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
    """Run the command with this text on standard input."""
    return subprocess.run(
        [*COMMAND, *arguments],
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment(**changes),
        timeout=TIMEOUT,
        check=False,
    )


def finish(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    """Wait for a command, and return its exit code and output."""
    with process:
        try:
            output, errors = process.communicate(timeout=TIMEOUT)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(process.args, exit_code_of(process), output, errors)


def exit_code_of(process: subprocess.Popen[Any]) -> int:
    """Return the exit code of a command, as a shell reports it for Ctrl-C.

    With ``python -m``, Python kills itself with the signal if the signal arrived during an ``exec`` of source
    text, such as the definition of a named tuple. Shells report 130 for that, too.
    """
    exit_code = process.wait(TIMEOUT)
    return 128 + signal.SIGINT if exit_code == -signal.SIGINT else exit_code


class Terminal:
    """The command in a pseudo-terminal of a given size."""

    def __init__(self, columns: int, lines: int, *arguments: str, **changes: str) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self.columns = columns
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

        def make_controlling_terminal() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            # The tests may run under nohup, whose child processes ignore SIGHUP too.
            signal.signal(signal.SIGHUP, signal.SIG_DFL)

        self._process = subprocess.Popen(
            [*COMMAND, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment(**changes),
            start_new_session=True,
            preexec_fn=make_controlling_terminal,
        )
        os.close(slave)
        self.written = b""
        self.exit_code: int | None = None
        self._is_open = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        if self._is_open:
            os.close(self._master)

    def close(self) -> int:
        """Close the terminal, and return the exit code of the command."""
        os.close(self._master)
        self._is_open = False
        return exit_code_of(self._process)

    def press(self, keys: bytes) -> None:
        """Type something: ``\\x03`` is Ctrl-C."""
        os.write(self._master, keys)

    def interrupt(self) -> None:
        """Press Ctrl-C until the command ends. Python misses a signal that arrives when it begins to read a line."""
        end = time.monotonic() + TIMEOUT
        while self._process.poll() is None:
            assert time.monotonic() < end, f"does not end: {self.written!r}"
            self.press(b"\x03")
            # A second signal during the exit would change the exit code.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
        self.read_all()

    def signal(self, number: int) -> None:
        """Send the command a signal."""
        self._process.send_signal(number)

    def read_until(self, text: str) -> None:
        """Read until the command has written this text."""
        end = time.monotonic() + TIMEOUT
        while text.encode() not in self.written:
            assert time.monotonic() < end, f"no {text!r} in {self.written!r}"
            assert self._read(), f"ended without {text!r}: {self.written!r}"

    def read_all(self) -> Self:
        """Read until the command has ended."""
        end = time.monotonic() + TIMEOUT
        while self._read():
            assert time.monotonic() < end, f"does not end: {self.written!r}"
        self.exit_code = exit_code_of(self._process)
        return self

    def _read(self) -> bool:
        """Read available output; return whether there may be more."""
        ready, _, _ = select.select([self._master], [], [], 1.0)
        if not ready:
            return True
        block = b""
        with contextlib.suppress(OSError):  # on Linux: the other end is closed
            block = os.read(self._master, 65536)
        self.written += block
        return bool(block)

    @property
    def text(self) -> str:
        """The output without escape sequences."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.written.decode())

    @property
    def lines(self) -> list[str]:
        """The lines on the screen and in the scrollback when the command has ended."""
        return ScreenEmulator(self.columns).render(self.written.decode())


class ScreenEmulator:
    """A terminal of unlimited height. It knows the few escape sequences that the command uses and rejects others."""

    _TOKEN = re.compile(
        r"\x1b\[(?P<numbers>[0-9;?]*)(?P<code>[A-Za-z])|(?P<control>[\r\n])|(?P<text>[^\x1b\r\n]+)|.", re.S
    )

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._lines = [""]
        self._row = self._column = 0

    def render(self, written: str) -> list[str]:
        """Return the lines that the output leaves on the screen."""
        for token in self._TOKEN.finditer(written):
            if token["text"]:
                self._write(token["text"])
            elif token["control"]:
                self._control(token["control"])
            else:
                assert token["code"], f"unknown escape sequence in {token.group()!r}"
                self._code(token["code"], token["numbers"])
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
