"""The name that pickles of 6.0.0 refer to. Import ``ServerError`` from :mod:`vidispine` instead."""

from __future__ import annotations

from vidispine._calls.server_error import parse_server_error
from vidispine.exceptions import ServerError

__all__ = ["ServerError", "parse_server_error"]
