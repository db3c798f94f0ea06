"""Runs scripts as users do: in a separate process, against a server on localhost:8080."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vidispine.simulator import Simulator, SimulatorError

PORT = 8080
PATIENCE = 90
"""Seconds to wait for the port, which tests in other processes use as well."""


@contextmanager
def server(**settings: Any) -> Iterator[Simulator]:
    """Run a simulator on the port that the examples name."""
    until = time.monotonic() + PATIENCE
    while True:
        simulator = Simulator(port=PORT, **settings)
        try:
            simulator.start()
            break
        except SimulatorError as error:
            simulator.stop()
            if "in use" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.2)
    try:
        yield simulator
    finally:
        simulator.stop()


SETTINGS = {"HOST": f"http://localhost:{PORT}/API", "USERNAME": "admin", "PASSWORD": "admin"}


def run(script: str, arguments: Iterable[str] = ()) -> subprocess.CompletedProcess[str]:
    """Run a script in a folder with the file ``clip.mov``, and return its result and its output."""
    # Warnings are errors, because users would see them.
    command = [sys.executable, "-W", "error", "-", *arguments]
    with tempfile.TemporaryDirectory() as folder:
        settings = {f"VIDISPINE_{name}": value for name, value in SETTINGS.items()}
        env = {**os.environ, **settings, "TMPDIR": folder}
        (Path(folder) / "clip.mov").write_bytes(b"the bytes of a clip")
        return subprocess.run(
            command, input=script, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False
        )
