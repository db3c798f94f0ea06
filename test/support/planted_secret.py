"""Looks for the password of the tests' clients in everything that a test makes the package say.

That is each record of its log and of urllib3's, and each error of a call: its message, its ``repr``, its pickle, its
headers, and the traceback with all causes.
"""

from __future__ import annotations

import base64
import logging
import pickle
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from test.support.loopback import PASSWORD

__all__ = ["SHAPES", "WATCHED", "find_secret", "watch"]

SHAPES = (
    PASSWORD,
    # In base64 it looks different for each of three places where it may begin.
    *(base64.b64encode(b" " * gap + PASSWORD.encode()).decode()[(0, 2, 3)[gap] : -4] for gap in range(3)),
)
"""The password as it may look in a text."""

WATCHED = (
    "vidispine",
    "vidispine.simulator",
    "urllib3.connectionpool",
    "urllib3.poolmanager",
    "urllib3.response",
    "urllib3.util.retry",
)
"""Loggers that are heard to the last word."""

_LEVEL = logging.DEBUG - 1
"""Theirs meanwhile; one that has another was given it by the test."""


def find_secret(text: str) -> str | None:
    """Return the part of a text around the password, if it holds it."""
    for shape in SHAPES:
        at = text.find(shape)
        if at >= 0:
            return text[max(at - 40, 0) : at + len(shape) + 40]
    return None


class _Listener(logging.Filter):
    """Hears every record, and lets pass those that would have been logged without it."""

    def __init__(self) -> None:
        super().__init__()
        self.leaks: list[str] = []
        self._levels = {name: logging.getLogger(name).level for name in WATCHED}

    def filter(self, record: logging.LogRecord) -> bool:
        self.look("a log record", logging.Formatter().format(record))
        return record.levelno >= self._level(logging.getLogger(record.name))

    def _level(self, logger: logging.Logger) -> int:
        """Return the level that a logger has but for the watch."""
        level = self._levels.get(logger.name, logger.level) if logger.level == _LEVEL else logger.level
        return level if level or logger.parent is None else self._level(logger.parent)

    def look(self, where: str, text: str) -> None:
        found = find_secret(text)
        if found:
            self.leaks.append(f"{where} shows the password: {found!r}")

    def look_at(self, error: BaseException) -> None:
        self.look("a message", str(error))
        self.look("a repr", repr(error))
        # Of the frames it would show lines of source code, which know no values, and take long to find.
        self.look("a traceback", "".join(traceback.format_exception(type(error), error, error.__traceback__, limit=0)))
        self.look("a pickle", pickle.dumps(error).decode("latin-1"))
        self.look("headers", repr(getattr(error, "headers", None)))


@contextmanager
def watch() -> Iterator[list[str]]:
    """Yield the list of what shows the password, filled until the end of the block."""
    from vidispine import ApiClient, api_client
    from vidispine.exceptions import OpenApiException

    listener = _Listener()
    leave = api_client.ErrorsOf.__exit__
    close = ApiClient.close

    def leave_watched(self: Any, kind: Any, error: Any, trace: Any) -> None:
        leave(self, kind, error, trace)
        if isinstance(error, OpenApiException):
            listener.look_at(error)

    def close_watched(self: ApiClient) -> None:
        listener.look("a repr", f"{self!r} {self.configuration!r} {self.rest_client!r}")
        close(self)

    levels = {name: logging.getLogger(name).level for name in WATCHED}
    api_client.ErrorsOf.__exit__ = leave_watched  # type: ignore[method-assign]
    ApiClient.close = close_watched  # type: ignore[method-assign]
    for name in WATCHED:
        logging.getLogger(name).setLevel(_LEVEL)
        logging.getLogger(name).addFilter(listener)
    try:
        yield listener.leaks
    finally:
        api_client.ErrorsOf.__exit__ = leave  # type: ignore[method-assign]
        ApiClient.close = close  # type: ignore[method-assign]
        for name, level in levels.items():
            logging.getLogger(name).removeFilter(listener)
            if logging.getLogger(name).level == _LEVEL:
                logging.getLogger(name).setLevel(level)
