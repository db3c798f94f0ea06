"""The name that pickles of 6.0.0 know; new code takes ``ServerError`` from :mod:`vidispine`."""

from __future__ import annotations

from vidispine._calls.server_error import parse_server_error
from vidispine.exceptions import ServerError

__all__ = ["ServerError", "parse_server_error"]
