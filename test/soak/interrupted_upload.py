"""An upload that is killed and resumed repeatedly arrives completely, once, as one job."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from test.soak.large_server import MEGABYTE, checksum, chunks
from test.soak.mixed_calls import simulator
from vidispine import Client

__all__ = ["Uploaded", "interrupted_upload"]

ROOT = Path(__file__).resolve().parents[2]


class Uploaded(NamedTuple):
    """A completed upload."""

    size: int
    seconds: float
    sent: int
    """Bytes sent in all attempts together."""
    interruptions: int
    problems: list[str]
    """One line per problem; empty if there is none."""


def interrupted_upload(
    number: int, interruptions: int, folder: Path, on_progress: Callable[[int], object] = lambda _: None
) -> Uploaded:
    """Upload a file to the simulator in several processes, all of which but the last are killed.

    :param number: size of the file, in chunks of a megabyte
    :param interruptions: how many processes are killed, spread over the file
    :param folder: a folder with room for four times the file
    :param on_progress: called with the bytes that have been sent
    """
    file = folder / "upload.bin"
    with file.open("wb") as stream:
        stream.writelines(chunks(number))
    size, sent, job = number * MEGABYTE, 0, ""
    began = time.perf_counter()
    with simulator(folder / "uploads.db") as url:
        with Client(url, username="admin", password="admin") as client:
            client.storage.create_storage({"type": "LOCAL", "capacity": 4 * size})
        for attempt in range(1, interruptions + 2):
            end = size * attempt // (interruptions + 1) if attempt <= interruptions else None
            here, job = _attempt(url, file, end, on_progress)
            sent += here
        seconds = time.perf_counter() - began
        problems = _problems(url, job, checksum(chunks(number)))
    file.unlink()
    return Uploaded(size, seconds, sent, interruptions, problems)


def _attempt(url: str, file: Path, end: int | None, on_progress: Callable[[int], object]) -> tuple[int, str]:
    """Upload until some bytes are reported as sent; return their number, and the job if there is one."""
    command = [sys.executable, "-W", "error", "-m", "test.soak.uploading", url, str(file), "night-shift"]
    first = last = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("job "):
                return last - first, line.split()[1]
            last = int(line)
            first = first or last
            on_progress(last)
            if end is not None and last >= end:
                process.kill()
                break
    return last - first, ""


def _problems(url: str, job: str, expected: str) -> list[str]:
    """Compare the file on the server with the original."""
    with Client(url, username="admin", password="admin") as client:
        if not job:
            return ["the last attempt did not get a job"]
        client.job.wait_for_job(job, timeout=600)
        jobs = [one.job_id for one in client.job.iterate_jobs(user=False)]
        items = [item.id for item in client.item.iterate_items()]
        arrived = [checksum(_content(client, file.id or "")) for file in client.file.iterate_files()]
    found = {"jobs": (jobs, [job]), "number of items": (len(items), 1), "files": (arrived, [expected])}
    return [f"{name}: {is_} instead of {should}" for name, (is_, should) in found.items() if is_ != should]


def _content(client: Client, file_id: str) -> Iterator[bytes]:
    response = client.file.get_file_data(file_id, _preload_content=False)
    try:
        yield from response.stream(MEGABYTE)  # type: ignore[attr-defined]
    finally:
        response.release_conn()  # type: ignore[attr-defined]
