"""Detects leaks of the password of the tests' clients.

It watches the records of all loggers; message, ``repr``, traceback, pickle and headers of each error of the package;
and the ``repr`` of clients and their configurations. It replaces nothing in the package: filters, a handler and
``sys.monitoring`` (from Python 3.12) report records, errors and closed clients.
"""

from __future__ import annotations

import base64
import copy
import logging
import os
import pickle
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any

from test.support.loopback import PASSWORD

__all__ = ["WATCHES_ERRORS", "find_secret", "watch"]

_monitoring: Any = getattr(sys, "monitoring", None)

WATCHES_ERRORS = _monitoring is not None
"""Whether errors and closed clients are reported."""

_SHAPES = (
    PASSWORD,
    # Base64 has three forms of a text, depending on its offset.
    *(base64.b64encode(b" " * gap + PASSWORD.encode()).decode()[(0, 2, 3)[gap] : -4] for gap in range(3)),
)

_LEVEL = logging.DEBUG - 1
"""The level of the watched loggers; another level was set by the test."""

_TOOL = 4
"""A tool id that ``sys.monitoring`` does not reserve."""

_active: _Watch | None = None


def find_secret(text: str) -> str | None:
    """Return the part of a text around the password, if there is one."""
    for shape in _SHAPES:
        at = text.find(shape)
        if at >= 0:
            return text[max(at - 40, 0) : at + len(shape) + 40]
    return None


class _Watch:
    """The leaks of one test."""

    def __init__(self) -> None:
        self.leaks: list[str] = []
        self._last: tuple[int, str] | None = None

    def look(self, where: str, text: str) -> None:
        found = find_secret(text)
        if found:
            self.leaks.append(f"{where} shows the password: {found!r}")

    def look_at_record(self, record: logging.LogRecord) -> None:
        # Formatting caches its result in the record, where handlers of the test would find it.
        self.look("a log record", logging.Formatter().format(copy.copy(record)))

    def look_at_error(self, error: BaseException) -> None:
        text = str(error)
        if self._last == (id(error), text):
            return  # RAISE is reported for each frame that the error leaves
        self._last = (id(error), text)
        self.look("a message", text)
        self.look("a repr", repr(error))
        # Frames would show source code, which has no values, and are slow to format.
        self.look("a traceback", "".join(traceback.format_exception(type(error), error, error.__traceback__, limit=0)))
        self.look("a pickle", pickle.dumps(error).decode("latin-1"))
        self.look("headers", repr(getattr(error, "headers", None)))

    def look_at_client(self, client: Any) -> None:
        self.look("a repr", f"{client!r} {client.configuration!r} {client.rest_client!r}")


@contextmanager
def watch() -> Iterator[list[str]]:
    """Yield the list of leaks, which grows until the end of the block."""
    global _active
    if WATCHES_ERRORS and _monitoring.get_tool(_TOOL) is None:
        _start_monitoring()
    before, _active = _active, _Watch()
    try:
        with _records_seen_by(_active):
            yield _active.leaks
    finally:
        _active = before


def _start_monitoring() -> None:
    """Report errors and closed clients from this call on."""
    import vidispine
    from vidispine import ApiClient, OpenApiException

    package = os.path.dirname(vidispine.__file__)  # noqa: PTH120 - compared with file names of code
    programs = tuple(os.path.join(package, name) for name in ("cli", "simulator"))  # noqa: PTH118

    def on_raise(code: CodeType, offset: int, error: BaseException) -> None:
        # Inside the engine errors are incomplete: the operation is added and secrets are removed later.
        inside = code.co_filename.startswith(package) and not code.co_filename.startswith(programs)
        if _active is not None and isinstance(error, OpenApiException) and not inside:
            _active.look_at_error(error)

    def on_close(code: CodeType, offset: int) -> None:
        if _active is not None:
            _active.look_at_client(sys._getframe(1).f_locals["self"])

    events = _monitoring.events
    _monitoring.use_tool_id(_TOOL, "planted secret")
    _monitoring.register_callback(_TOOL, events.RAISE, on_raise)
    _monitoring.register_callback(_TOOL, events.PY_START, on_close)
    _monitoring.set_events(_TOOL, events.RAISE)
    _monitoring.set_local_events(_TOOL, ApiClient.close.__code__, events.PY_START)


@contextmanager
def _records_seen_by(watch: _Watch) -> Iterator[None]:
    """Have the package and urllib3 log at every level, and check the records that pass the loggers' filters."""
    loggers = [logging.getLogger(name) for name in _logger_names()]
    listener = _Listener(watch, {logger.name: logger.level for logger in loggers})
    others = _OtherLoggers(watch)
    for logger in loggers:
        logger.addFilter(listener)
        logger.setLevel(_LEVEL)
    logging.root.addHandler(others)
    try:
        yield
    finally:
        logging.root.removeHandler(others)
        for logger in loggers:
            logger.removeFilter(listener)
            if logger.level == _LEVEL:
                logger.setLevel(listener.levels[logger.name])


def _logger_names() -> set[str]:
    known = {name for name in logging.root.manager.loggerDict if name.split(".")[0] in ("vidispine", "urllib3")}
    return known | {"vidispine", "vidispine.simulator", "urllib3.connectionpool"}


class _Listener(logging.Filter):
    """Looks at every record, and passes those that would have been logged without the watch."""

    def __init__(self, watch: _Watch, levels: dict[str, int]) -> None:
        super().__init__()
        self.levels = levels
        self._watch = watch

    def filter(self, record: logging.LogRecord) -> bool:
        self._watch.look_at_record(record)
        by_setting: bool = getattr(record, "debug_setting", False)
        return by_setting or record.levelno >= self._level(logging.getLogger(record.name))

    def _level(self, logger: logging.Logger) -> int:
        level = self.levels.get(logger.name, logger.level) if logger.level == _LEVEL else logger.level
        return level if level or logger.parent is None else self._level(logger.parent)


class _OtherLoggers(logging.Handler):
    """Looks at the records of all loggers that propagate."""

    def __init__(self, watch: _Watch) -> None:
        super().__init__()
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        self._watch.look_at_record(record)
