"""The resources that this process uses."""

from __future__ import annotations

import gc
import re
import threading
from pathlib import Path
from typing import NamedTuple

_STATUS = Path("/proc/self/status")
_DESCRIPTORS = Path("/proc/self/fd")


class Use(NamedTuple):
    """The resources of a process at one time."""

    memory: int
    """Resident memory in bytes; its maximum where the system provides nothing else."""
    files: int | None
    """Open file descriptors; ``None`` where the system does not provide them."""
    threads: int
    objects: int
    """Objects of this package's classes that the garbage collector tracks."""


def use() -> Use:
    """Return the current use."""
    gc.collect()
    objects = sum(type(one).__module__.partition(".")[0] == "vidispine" for one in gc.get_objects())
    files = len(list(_DESCRIPTORS.iterdir())) if _DESCRIPTORS.is_dir() else None
    return Use(now(), files, threading.active_count(), objects)


def now() -> int:
    """Return the resident memory in bytes; its maximum where the system provides nothing else."""
    return _status("VmRSS")


def peak() -> int:
    """Return the peak memory of this process in bytes."""
    return _status("VmHWM")


def _status(name: str) -> int:
    # On Linux ru_maxrss includes the memory of the parent process before exec.
    if _STATUS.exists():
        found = re.search(rf"^{name}:\s+(\d+) kB$", _STATUS.read_text(), re.MULTILINE)
        assert found, name
        return int(found[1]) * 1024
    import resource
    import sys

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
