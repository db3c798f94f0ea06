"""Regular expressions of clients, matched within a time limit.

Python cannot interrupt a match. Expressions that may take exponential time are therefore matched in another process,
which is killed when it is late.
"""

from __future__ import annotations

import atexit
import json
import logging
import re
import sys
import threading
from queue import Empty, SimpleQueue
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable

logger = logging.getLogger("vidispine.simulator")

MATCH_SECONDS = 1.0
"""Maximum time of a match. An expression that exceeded it is not matched again."""

_MAX_SLOW_PATTERNS = 1000
_START_SECONDS = 10.0

_PROGRAM = """
import json, re, sys
print("ready", flush=True)
for line in sys.stdin:
    pattern, texts = json.loads(line)
    print(json.dumps([re.fullmatch(pattern, text) is not None for text in texts]), flush=True)
"""


class PatternTimeoutError(Exception):
    """Matching a regular expression takes too long."""


def check_pattern(pattern: str) -> None:
    """Check that a regular expression can be used.

    :raises ValueError: it cannot be compiled
    """
    try:
        re.compile(pattern)
    except (re.error, OverflowError) as error:
        raise ValueError(str(error)) from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def full_matches(pattern: str, texts: Iterable[str]) -> list[bool]:
    """Return for each text whether a regular expression matches all of it.

    :raises ValueError: the expression cannot be compiled
    :raises PatternTimeoutError: matching takes longer than ``MATCH_SECONDS``
    """
    check_pattern(pattern)
    texts = list(texts)
    if _takes_polynomial_time(pattern):
        return [re.fullmatch(pattern, text) is not None for text in texts]
    return _matcher.match(pattern, texts)


def _takes_polynomial_time(pattern: str) -> bool:
    """Return whether there is at most one repetition, and no choice, so that a match cannot take exponential time.

    A fixed number of repetitions of one character, such as ``[0-9]{4}``, counts as none.
    """
    plain = re.sub(r"(?<!\))\{\d+\}", "", re.sub(r"\\.", "x", pattern, flags=re.DOTALL))
    return "|" not in plain and sum(plain.count(character) for character in "*+?{") <= 1


class _Matcher:
    """Matches in another process, which is started for the first match and after a timeout."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._lines: SimpleQueue[str] = SimpleQueue()
        self._slow: dict[str, None] = {}

    def match(self, pattern: str, texts: list[str]) -> list[bool]:
        """Return for each text whether a pattern matches all of it.

        :raises PatternTimeoutError: matching takes too long
        """
        with self._lock:
            if pattern in self._slow:
                raise PatternTimeoutError
            try:
                process = self._process or self._start()
                _input(process).write(json.dumps([pattern, texts]) + "\n")
                _input(process).flush()
                result: list[bool] = json.loads(self._lines.get(timeout=MATCH_SECONDS))
            except (Empty, OSError, ValueError) as error:
                self._kill()
                if len(self._slow) >= _MAX_SLOW_PATTERNS:
                    self._slow.clear()
                self._slow[pattern] = None
                logger.warning("the regular expression %.100r takes too long and matches nothing", pattern)
                raise PatternTimeoutError from error
            return result

    def _start(self) -> subprocess.Popen[str]:
        import subprocess

        self._process = process = subprocess.Popen(  # noqa: S603 - a constant program
            [sys.executable, "-I", "-S", "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            errors="surrogatepass",
        )
        lines: SimpleQueue[str] = SimpleQueue()
        self._lines = lines
        name = "vidispine-simulator-patterns"
        threading.Thread(target=_read_lines, args=(process, lines), name=name, daemon=True).start()
        lines.get(timeout=_START_SECONDS)
        return process

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._kill()


def _input(process: subprocess.Popen[str]) -> IO[str]:
    stream: Any = process.stdin
    return stream  # type: ignore[no-any-return]


def _read_lines(process: subprocess.Popen[str], lines: SimpleQueue[str]) -> None:
    with process:
        for line in process.stdout or ():
            lines.put(line)
    lines.put("")


_matcher = _Matcher()
atexit.register(_matcher.close)
