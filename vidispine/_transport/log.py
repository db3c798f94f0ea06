"""The package's logger."""

from __future__ import annotations

import logging

__all__ = ["LOGGER", "is_enabled", "log_debug"]

LOGGER = logging.getLogger("vidispine")


def is_enabled(debug: bool) -> bool:
    """Return whether debug messages are logged.

    :param debug: the ``debug`` setting, which applies to one client regardless of the level of the logger
    """
    return debug or LOGGER.isEnabledFor(logging.DEBUG)


def log_debug(debug: bool, message: str, *arguments: object) -> None:
    """Log a debug message, if :func:`is_enabled` returns ``True``.

    :param debug: the ``debug`` setting, stored as ``debug_setting`` of the record
    """
    # Not `LOGGER.debug`, which would compare with the logger's level again.
    extra = {"debug_setting": debug}
    LOGGER.handle(LOGGER.makeRecord(LOGGER.name, logging.DEBUG, __file__, 0, message, arguments, None, extra=extra))
