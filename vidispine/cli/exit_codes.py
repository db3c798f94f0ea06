"""The exit codes of the ``vidispine`` command."""

from __future__ import annotations

__all__ = [
    "ACCESS_DENIED",
    "BROKEN_PIPE",
    "FAILURE",
    "HUNG_UP",
    "INTERRUPTED",
    "JOB_FAILED",
    "NOT_FOUND",
    "SUCCESS",
    "TERMINATED",
    "UNREACHABLE",
    "USAGE_ERROR",
    "WAIT_TIMEOUT",
]

SUCCESS = 0
"""The command succeeded."""

FAILURE = 1
"""The command failed for any other reason."""

USAGE_ERROR = 2
"""Nothing was attempted: invalid arguments, a missing setting or a missing extra."""

JOB_FAILED = 3
"""A job that the command waited for failed or was aborted."""

NOT_FOUND = 4
"""The server does not have what was requested (404)."""

ACCESS_DENIED = 5
"""The server rejected the credentials, or the user lacks the permission (401, 403)."""

UNREACHABLE = 6
"""The connection failed, or the response was truncated."""

WAIT_TIMEOUT = 7
"""The maximum wait time is over and jobs are still running."""

HUNG_UP = 129
"""SIGHUP ended the command, because its terminal was closed: 128 and the number of SIGHUP, as in shells."""

INTERRUPTED = 130
"""Ctrl-C: 128 and the number of SIGINT, as in shells."""

BROKEN_PIPE = 141
"""The reader closed the output: 128 and the number of SIGPIPE, as in shells."""

TERMINATED = 143
"""SIGTERM ended the command: 128 and the number of SIGTERM, as in shells."""
