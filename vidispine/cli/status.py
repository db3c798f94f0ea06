"""The exit statuses of the ``vidispine`` command."""

from __future__ import annotations

__all__ = ["DONE", "FAILED", "INTERRUPTED", "MISUSED", "TERMINATED"]

DONE = 0
"""What was asked for was done."""

FAILED = 1
"""It was tried and did not succeed."""

MISUSED = 2
"""It could not even be tried: wrong arguments, or an extra that is not installed."""

INTERRUPTED = 130
"""Ctrl-C, as shells have it: 128 and the number of SIGINT."""

TERMINATED = 143
"""Told by SIGTERM to end before it was done: 128 and the number of SIGTERM."""
