"""Third-party OpenAPI tools, kept in ``.benchmarks/`` between runs, and their input.

They read only the bundled file, not the result of this project's own reader.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from benchmarks.environments import STAMP, build, python_in
from benchmarks.generated import CLIENT_GENERATOR
from test.support.cached_folder import cached_folder

__all__ = ["ROOT", "client_generator", "node", "prism", "read", "write_bundle"]

ROOT = Path(__file__).resolve().parents[2]

# Pinned, because the tests check their warnings and messages.
PRISM = "@stoplight/prism-cli@5.14.2"  # the last version that runs on Node.js 18, 20 and 22
OLDEST_NODE = (18, 20)

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def write_bundle(file: Path) -> Path:
    """Write the description as one file, and return the file."""
    file.write_bytes(_bundle())
    return file


@cache  # shared by the tests of one process
def _bundle() -> bytes:
    """Return the bundled description, written by the command that users run."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "vidicore.yaml")
        command = [sys.executable, "-m", "generator", "--bundle", str(file)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
        assert done.returncode == 0, done.stderr
        return file.read_bytes()


def read(file: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), _LOADER)
    return document


def client_generator() -> Path:
    """Return the Python of an environment with ``openapi-python-client``, created now or on an earlier run.

    :raises RuntimeError: it is missing and cannot be created
    """
    # An environment works as long as the Python that it was created with.
    contents = f"{CLIENT_GENERATOR} for Python {sys.version} in {sys.base_prefix}"
    folder = _cached("client-generator", contents, lambda folder: build(folder, (CLIENT_GENERATOR,)))
    return python_in(folder)


def node() -> str:
    """Return the program of Node.js.

    :raises LookupError: Node.js is missing or too old, or npm is missing
    """
    program = shutil.which("node")
    if program is None or shutil.which("npm") is None:
        raise LookupError("the mock server needs Node.js and npm, which are not installed")
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=60)
    version = re.match(r"v(\d+)\.(\d+)", done.stdout)
    if version is None or (int(version[1]), int(version[2])) < OLDEST_NODE:
        oldest = ".".join(map(str, OLDEST_NODE))
        raise LookupError(
            f"the mock server needs Node.js {oldest} or newer, not {done.stdout.strip() or 'a broken one'}"
        )
    return program


def prism() -> Path:
    """Return the program of the mock server, a script for Node.js, installed now or on an earlier run.

    :raises RuntimeError: it is missing and cannot be installed
    """
    return _cached("prism", PRISM, _install_prism) / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"


def _install_prism(folder: Path) -> None:
    folder.mkdir()
    npm = shutil.which("npm") or "npm"  # on Windows a script, which needs its extension
    command = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--loglevel", "error", PRISM]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"npm could not install {PRISM}:\n{done.stderr.strip() or done.stdout.strip()}")


def _cached(name: str, contents: str, install: Callable[[Path], None]) -> Path:
    """Return a folder of the cache in which these contents are installed.

    :raises RuntimeError: they cannot be installed
    """

    def create(folder: Path) -> None:
        install(folder)
        (folder / STAMP).write_text(contents, encoding="utf-8")

    def is_complete(folder: Path) -> bool:
        stamp = folder / STAMP
        return stamp.exists() and stamp.read_text(encoding="utf-8") == contents

    return cached_folder(name, create, is_complete)
