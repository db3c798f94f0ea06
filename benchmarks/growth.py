"""How the cost of decoding and encoding grows with the size of a document."""

from __future__ import annotations

import json
import subprocess

from benchmarks.contenders import OURS, script_command
from benchmarks.environments import OWN

JOBS = (10, 100, 1_000, 10_000, 100_000)
LEVELS = (1, 10, 50, 100, 200)

Growth = dict[str, dict[int, dict[str, float]]]
"""For ``jobs`` and ``levels``, by size: seconds for each kind of work."""


def measure() -> Growth:
    """Return the fastest of several runs for each size, measured in our own environment.

    :raises RuntimeError: the script failed
    """
    order = json.dumps({"jobs": JOBS, "levels": LEVELS})
    command = script_command(OURS.python(), "growing")
    done = subprocess.run(command, input=order, capture_output=True, text=True, check=False, env=OWN)
    if done.returncode:
        raise RuntimeError(f"growing failed:\n{done.stderr.strip()}")
    found = json.loads(done.stdout)
    return {kind: {int(size): seconds for size, seconds in sizes.items()} for kind, sizes in found.items()}
