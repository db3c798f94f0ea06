"""A simulator with a database, a faulty proxy and a client, each in its own process.

Afterwards the simulator is killed and restarted on its database, and its jobs are compared with the callers' records.
"""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from test.soak.calling import KEY
from test.soak.verdict import Figures, compare

__all__ = ["RATE", "Progress", "mixed_calls", "simulator"]

ROOT = Path(__file__).resolve().parents[2]
RATE = 0.05
"""Part of the requests with a fault."""
SPEED = 200
"""How many times faster jobs run: some are final when they are read, others still wait."""
PAGE = 1000

Progress = Callable[[int, int], object]


def mixed_calls(calls: int, seed: str, folder: Path, on_progress: Progress = lambda *_: None) -> Figures:
    """Make some calls and return the figures.

    :param calls: number of calls, by eight threads
    :param seed: determines the calls and the faults
    :param folder: an empty folder for the database and the journals of the callers
    :param on_progress: called with the number of calls so far and the memory of the client in bytes
    """
    database = folder / "simulator.db"
    with simulator(database) as url:
        with _proxy(url, seed) as (port, report):
            client = _call(f"http://127.0.0.1:{port}/API", calls, seed, folder, on_progress)
        proxy = report()
    with simulator(database) as url:
        held = list(_held(url))
    return compare(seed, client, proxy, _journals(folder), held)


def _script(name: str, *arguments: object) -> list[str]:
    # Warnings are errors, including unclosed resources.
    return [sys.executable, "-W", "error", "-m", f"test.soak.{name}", *map(str, arguments)]


@contextmanager
def simulator(database: Path) -> Iterator[str]:
    """Run the command as a user does. It is killed at the end, so that only its database remains."""
    command = [sys.executable, "-m", "vidispine.cli", "simulator", "--port", "0", "--db", str(database)]
    with subprocess.Popen([*command, "--speed", str(SPEED)], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1].rpartition("/")[0]
        finally:
            process.kill()


@contextmanager
def _proxy(url: str, seed: str) -> Iterator[tuple[int, Callable[[], dict[str, Any]]]]:
    command = _script("faulty_proxy", url.rpartition(":")[2], seed, RATE)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        reports: list[dict[str, Any]] = []
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline()), lambda: reports[0]
            output, _ = process.communicate(timeout=30)
            reports.append(json.loads(output))
        finally:
            process.kill()


def _call(url: str, calls: int, seed: str, folder: Path, on_progress: Progress) -> dict[str, Any]:
    """Run the client and return its figures, with its standard error."""
    errors = folder / "errors.txt"
    command = _script("calling", url, seed, calls, folder)
    with (
        errors.open("w") as stream,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stream, text=True, cwd=ROOT) as process,
    ):
        figures: dict[str, Any] = {}
        try:
            assert process.stdout is not None
            for line in process.stdout:
                figures = json.loads(line)
                if "done" in figures:
                    on_progress(figures["done"], figures["memory"])
        finally:
            if process.poll() is None and "done" in figures:
                process.kill()
    text = errors.read_text(encoding="utf-8")
    if process.returncode:
        raise RuntimeError(f"the client ended with {process.returncode}: {text}")
    return {**figures, "errors": text}


def _held(url: str) -> Iterator[tuple[str, str | None]]:
    """Yield id and key of every job, read without the SDK."""
    login = b64encode(b"admin:admin").decode()
    first = 1
    while True:
        query = f"metadata=true&user=false&sort=jobId%20asc&number={PAGE}&first={first}"
        request = Request(
            f"{url}/API/job?{query}", headers={"Authorization": f"Basic {login}", "Accept": "application/json"}
        )
        with closing(urlopen(request, timeout=60)) as response:
            jobs = json.load(response).get("job", [])
        for job in jobs:
            data = {pair["key"]: pair["value"] for pair in job.get("data", ())}
            yield job["jobId"], data.get(KEY)
        first += PAGE
        if len(jobs) < PAGE:
            return


def _journals(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for journal in sorted(folder.glob("*.jsonl"))
        for line in journal.read_text(encoding="utf-8").splitlines()
    ]
