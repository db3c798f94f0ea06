"""Large downloads and uploads, each in a new process whose memory is measured."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from test.soak.large_server import MEGABYTE, checksum, chunks
from test.soak.transferring import DOWN, UP

__all__ = ["MORE_MEMORY", "Brought", "large_files"]

ROOT = Path(__file__).resolve().parents[2]

MORE_MEMORY = 16 * 1024 * 1024
"""Bytes of memory that a transfer of any size may need."""


class Brought(NamedTuple):
    """A finished transfer."""

    way: str
    size: int
    seconds: float
    memory: int
    """Bytes of memory that the process needed in addition."""
    problems: list[str]
    """One line per problem; empty if there is none."""


def large_files(number: int, folder: Path, on_progress: Callable[[str], object] = lambda _: None) -> Iterator[Brought]:
    """Transfer a file in each way, and yield the results.

    :param number: size of the file in megabytes
    :param folder: a folder with enough space
    :param on_progress: called with the name of the next way
    """
    file = folder / "large"
    expected = checksum(chunks(number))
    with _server() as url:
        for way in (*DOWN, *UP):
            on_progress(way)
            # The downloaded file is then uploaded.
            yield _bring(url, way, file, number, expected)
    file.unlink()


def _bring(url: str, way: str, file: Path, number: int, expected: str) -> Brought:
    command = [sys.executable, "-W", "error", "-m", "test.soak.transferring", url, way, str(file), str(number)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode or done.stderr:
        raise RuntimeError(f"{way}: {done.stderr}")
    reported = json.loads(done.stdout)
    more = reported["peak"] - reported["before"]
    arrived = reported["checksum"] if way in UP else checksum(_content(file))
    problems = []
    if more > MORE_MEMORY:
        problems.append(f"{way}: took {more} bytes of memory, {MORE_MEMORY} at most are allowed")
    if arrived != expected:
        problems.append(f"{way}: what arrived is not what was sent")
    return Brought(way, number * MEGABYTE, reported["seconds"], more, problems)


def _content(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        yield from iter(lambda: stream.read(MEGABYTE), b"")


@contextmanager
def _server() -> Iterator[str]:
    command = [sys.executable, "-m", "test.soak.large_server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/API"
        finally:
            process.kill()
