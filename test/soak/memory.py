"""What this process takes of the machine."""

from __future__ import annotations

import gc
import re
import threading
from pathlib import Path
from typing import NamedTuple

_STATUS = Path("/proc/self/status")
_DESCRIPTORS = Path("/proc/self/fd")


class Use(NamedTuple):
    """What a process takes at a moment."""

    memory: int
    """Bytes of it in the machine's memory; the most that it ever were where the system tells nothing else."""
    files: int | None
    """Open file descriptors; ``None`` where the system does not tell."""
    threads: int
    objects: int
    """Objects of this package's classes that the garbage collector knows."""


def use() -> Use:
    """Return what this process takes now."""
    gc.collect()
    objects = sum(type(one).__module__.partition(".")[0] == "vidispine" for one in gc.get_objects())
    files = len(list(_DESCRIPTORS.iterdir())) if _DESCRIPTORS.is_dir() else None
    return Use(now(), files, threading.active_count(), objects)


def now() -> int:
    """Return the bytes of this process that are in the machine's memory; the most ever where nothing else is told."""
    return _status("VmRSS")


def peak() -> int:
    """Return the most bytes of memory that this process ever had."""
    return _status("VmHWM")


def _status(name: str) -> int:
    # Linux counts in ru_maxrss what the process had before it became this program: the memory of who started it.
    if _STATUS.exists():
        found = re.search(rf"^{name}:\s+(\d+) kB$", _STATUS.read_text(), re.MULTILINE)
        assert found, name
        return int(found[1]) * 1024
    import resource
    import sys

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
