"""The exit statuses of the ``vidispine`` command."""

from __future__ import annotations

__all__ = [
    "BROKEN_PIPE",
    "DONE",
    "FAILED",
    "INTERRUPTED",
    "JOB_FAILED",
    "MISUSED",
    "NOT_ALLOWED",
    "NOT_FOUND",
    "STILL_RUNNING",
    "TERMINATED",
    "UNREACHABLE",
]

DONE = 0
"""What was asked for was done."""

FAILED = 1
"""It was tried and did not succeed, for none of the reasons below."""

MISUSED = 2
"""It could not even be tried: wrong arguments, a setting that is missing, or an extra that is not installed."""

JOB_FAILED = 3
"""A job that was waited for failed or was aborted."""

NOT_FOUND = 4
"""The server does not have what was named (404)."""

NOT_ALLOWED = 5
"""The server refuses the credentials, or this user may not do that (401, 403)."""

UNREACHABLE = 6
"""The server could not be reached, or its answer did not come whole."""

STILL_RUNNING = 7
"""The time to wait for jobs is over, and they still run."""

INTERRUPTED = 130
"""Ctrl-C, as shells have it: 128 and the number of SIGINT."""

BROKEN_PIPE = 141
"""Whoever read the output has gone, as shells have it: 128 and the number of SIGPIPE."""

TERMINATED = 143
"""Told by SIGTERM to end before it was done: 128 and the number of SIGTERM."""
