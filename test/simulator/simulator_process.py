"""A simulator in its own process, which a test may kill."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["simulator_process"]


@contextmanager
def simulator_process(script: str, path: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run a script that starts a simulator and prints its URL. Yields the URL and the process.

    :param path: path of the simulator's database, passed to the script
    """
    root = Path(__file__).parents[2]
    search = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        env={**os.environ, "PYTHONPATH": search},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip(), process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
