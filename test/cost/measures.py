"""Measures of cost that are the same on every machine."""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from test.support.garbage_collector import garbage_collector_disabled
from vidispine import JobListType
from vidispine._documents.conversion import Origin
from vidispine._documents.json import load_json

__all__ = ["ROOT", "as_bytes", "blocks", "calls", "decoded", "instructions", "modules", "profiled_by", "read_two"]

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = str(ROOT / "vidispine")


@contextmanager
def profiled_by(see: Callable[[Any, str, Any], object]) -> Iterator[None]:
    """Report each call within the block to a function, as ``sys.setprofile`` does."""
    before = sys.getprofile()
    with garbage_collector_disabled():
        sys.setprofile(see)
        try:
            yield
        finally:
            sys.setprofile(before)


def modules(statements: str) -> set[str]:
    """Return the names of the modules that an interpreter has loaded after some statements."""
    program = f"import json, sys; {statements}; print(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(json.loads(done.stdout))


def calls(work: Callable[[], object]) -> int:
    """Return how many functions of the package are called, after everything lazy is loaded."""
    work()
    count = 0

    def see(frame: Any, event: str, _: object) -> None:
        nonlocal count
        code = frame.f_code
        # Before Python 3.12, a comprehension is a separate function.
        if event == "call" and code.co_filename.startswith(PACKAGE) and not code.co_name.startswith("<"):
            count += 1

    with profiled_by(see):
        work()
    return count


def blocks(make: Callable[[], object]) -> int:
    """Return the number of memory blocks that the result uses."""
    make()
    with garbage_collector_disabled():
        before = sys.getallocatedblocks()
        kept = make()
        after = sys.getallocatedblocks()
        del kept
    return after - before


def instructions(statements: str, *, with_what: str) -> int:
    """Return the number of processor instructions of some statements, without those of their setup.

    :raises LookupError: valgrind is missing or does not run this interpreter
    """
    command = valgrind()
    return _instructions(command, f"{with_what}\n{statements}") - _instructions(command, with_what)


@cache
def valgrind() -> tuple[str, ...]:
    """Return the command that counts the instructions of an interpreter."""
    program = shutil.which("valgrind")
    if program is None:
        raise LookupError("instructions are counted by valgrind, which is not installed")
    # valgrind's log is not used.
    output = f"--callgrind-out-file={_folder()}/%p"
    command = (program, "--tool=callgrind", output, sys.executable, "-c")
    if subprocess.run([*command, "pass"], capture_output=True, check=False).returncode:
        raise LookupError("instructions are counted by valgrind, and the one of this machine does not run this Python")
    return command


@cache
def _folder() -> str:
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    return folder.name


@cache
def _instructions(command: tuple[str, ...], program: str) -> int:
    # Hash seeds and compilation would change the figures, so the seed is fixed and modules are compiled before, in a
    # folder that no other test run uses.
    settings = {"PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": _folder()}
    env = {**os.environ, **settings, "PYTHONDONTWRITEBYTECODE": ""}
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, env=env)
    done = subprocess.run([*command, program], capture_output=True, text=True, check=False, cwd=ROOT, env=env)
    counted = re.search(r"Collected : (\d+)", done.stderr)
    assert done.returncode == 0, done.stderr
    assert counted, done.stderr
    return int(counted[1])


def decoded(data: bytes) -> JobListType:
    """Return the model of a response."""
    return JobListType._view(load_json(data), Origin("JobListType"))


def as_bytes(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def read_two(jobs: Any) -> list[tuple[str, str]]:
    return [(one.job_id, one.status) for one in jobs.job]
