"""Runs the workloads of a contender by name, on request, and reports how long they take.

Each script in this folder runs in its own environment, so they import only each other and what they measure.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Callable

if TYPE_CHECKING:
    from collections.abc import Mapping

Work = Callable[[], object]
"""One call that is timed."""

Preparation = Callable[["Inputs"], Work]
"""Prepares work outside the timing, and returns it."""

THREADS = 8
CALLS_OF_A_THREAD = 25

PAGE = 1000
"""Page size when iterating over a list."""

BLOCK = 256 * 1024
"""Block size of the baseline's downloads and uploads in bytes."""


class Inputs:
    """The inputs of all contenders.

    :param jobs: a ``JobListDocument`` of a thousand jobs as JSON
    :param items: an ``ItemListDocument`` with metadata as JSON
    :param file: a file to send, as large as the one that the server returns
    :param host: base URL of the server
    """

    def __init__(self, jobs: bytes, items: bytes, file: Path, host: str) -> None:
        self.jobs = jobs
        self.items = items
        self.file = file
        self.host = host


def serve(works: Mapping[str, Preparation]) -> None:
    """Run the work named on each line of standard input, until the input ends.

    The first line is ``{"jobs": <path>, "items": <path>, "file": <path>, "host": <URL>}``, each other
    ``{"work": <name>, "calls": <number>}``. The reply to each is ``{"seconds": <for one call>}``, with ``null``
    for work that this contender does not support. With ``"keep": true`` in the line, the reply is ``{"bytes": <in
    all>}``: the growth of the process while it keeps the results of the calls.
    """
    first = json.loads(sys.stdin.readline())
    jobs, items = (Path(first[name]).read_bytes() for name in ("jobs", "items"))
    inputs = Inputs(jobs, items, Path(first["file"]), first["host"])
    prepared: dict[str, Work] = {}
    for line in sys.stdin:
        order = json.loads(line)
        name = order["work"]
        if name in works and name not in prepared:
            prepared[name] = works[name](inputs)
        if order.get("keep"):
            print(json.dumps({"bytes": _keep(prepared[name], order["calls"])}), flush=True)
            continue
        seconds = _time(prepared[name], order["calls"]) if name in prepared else None
        print(json.dumps({"seconds": seconds}), flush=True)


class Download:
    """Work that saves a file under a path that does not exist.

    The file of the call before is deleted outside the timing, because the time for that depends on the file system.
    Replacing it is slower still: ext4 then writes it to the disk first.

    :param save: saves the file under a path
    """

    def __init__(self, save: Callable[[Path], object]) -> None:
        self._folder = TemporaryDirectory()
        self._path = Path(self._folder.name, "file")
        self._save = save

    def __call__(self) -> None:
        """Save the file."""
        self._save(self._path)

    def clear(self) -> None:
        """Delete the file of the last call, if there is one."""
        self._path.unlink(missing_ok=True)


def in_threads(call: Work) -> Work:
    """Return work that makes a call several times in each of some threads at once."""
    pool = ThreadPoolExecutor(THREADS)

    def one_thread(_: int) -> None:
        for _ in range(CALLS_OF_A_THREAD):
            call()

    def all_threads() -> None:
        list(pool.map(one_thread, range(THREADS)))

    return all_threads


def _time(work: Work, calls: int) -> float:
    gc.collect()
    if isinstance(work, Download):
        return _time_download(work)
    start = perf_counter()
    for _ in range(calls):
        work()
    return (perf_counter() - start) / calls


def _time_download(work: Download) -> float:
    """Return the seconds of one call, which is long enough for a turn."""
    work.clear()
    start = perf_counter()
    work()
    return perf_counter() - start


def _keep(work: Work, calls: int) -> int:
    work()
    gc.collect()
    before = _resident()
    kept = [work() for _ in range(calls)]
    grown = _resident() - before
    del kept
    return grown


def _resident() -> int:
    """Return the memory of this process in bytes. Linux only."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
