"""How long the generator takes: ``python -m benchmarks.generator [FILE...]``.

It measures ``--check`` of our own description, and a complete SDK for each description named on the command line. The
baseline is the time that PyYAML takes to read the same files.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READ = """
import sys, yaml
for file in sys.argv[1:]:
    yaml.load(open(file, encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
"""


def seconds(*arguments: str) -> tuple[float, float]:
    """Return the elapsed and the processor time of a Python process with its children."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print a table."""
    print("| Description | Elapsed | Processor time | Reading its files with PyYAML | Ratio |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        runs = {"spec/, --check": (["--check"], sorted(map(str, (ROOT / "spec").rglob("*.yaml"))))}
        for file in sys.argv[1:]:
            path = str(Path(file).resolve())
            runs[Path(file).name] = (["--spec", path, "--output", folder, "--package", "sdk"], [path])
        for name, (arguments, files) in runs.items():
            elapsed, used = min(seconds("-m", "generator", *arguments) for _ in range(3))
            _, read = min(seconds("-c", READ, *files) for _ in range(3))
            print(f"| {name} | {elapsed:.1f} s | {used:.1f} s | {read:.1f} s | {used / read:.1f} x |")


if __name__ == "__main__":
    main()
