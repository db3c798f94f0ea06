"""The handlers that a configuration adds to the logger of this package."""

from __future__ import annotations

import logging
from typing import Any

from vidispine.exceptions import ApiFileError, ApiTypeError, ApiValueError

__all__ = ["add_file_handler", "add_stream_handler", "remove_handler", "set_format"]

_LOGGER = logging.getLogger("vidispine")


def add_stream_handler(log_format: str) -> logging.Handler | None:
    """Write the log to standard error, and return the handler; ``None`` if the application handles the log already."""
    return None if _LOGGER.hasHandlers() else _added(logging.StreamHandler(), log_format)


def add_file_handler(file: Any, log_format: str) -> logging.Handler:
    """Write the log to a file, and return the handler.

    :raises ApiFileError: the file cannot be opened
    :raises ApiTypeError, ApiValueError: the value is not a path
    """
    try:
        return _added(logging.FileHandler(file, encoding="utf-8"), log_format)
    except OSError as error:
        problem = ApiFileError(f"logger_file: cannot write to {str(file)!a}: {(error.strerror or '').lower()}")
        problem.errno = error.errno
        raise problem from error
    except TypeError:
        raise ApiTypeError(f"logger_file must be the path of a file, not {type(file).__name__}") from None
    except ValueError:
        raise ApiValueError(f"logger_file: {str(file)!a} is not a valid path") from None


def _added(handler: logging.Handler, log_format: str) -> logging.Handler:
    handler.setFormatter(logging.Formatter(log_format))
    _LOGGER.addHandler(handler)
    return handler


def remove_handler(handler: logging.Handler | None) -> None:
    """Remove a handler from the logger, and close it."""
    if handler is not None:
        _LOGGER.removeHandler(handler)
        handler.close()


def set_format(log_format: str, *handlers: logging.Handler | None) -> None:
    """Set the format of the lines that handlers write.

    :raises ApiValueError: the format is not valid
    """
    try:
        formatter = logging.Formatter(log_format)
    except ValueError as error:
        raise ApiValueError(f"logger_format: {error}") from None
    for handler in handlers:
        if handler is not None:
            handler.setFormatter(formatter)
