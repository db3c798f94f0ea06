"""A virtual environment for each contender, kept in ``.benchmarks/`` between runs."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".benchmarks"
OWN = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
"""Environment variables of a process in an environment: only installed packages are importable."""

STAMP = "contents"
"""A file that exists once the environment is complete."""


@cache  # requirements do not change during a run
def python_with(name: str, requirements: tuple[str, ...], interpreter: str = sys.executable) -> Path:
    """Return the Python of an environment with packages; it is created if it is missing or out of date.

    :param name: the environment's name, a folder in ``.benchmarks/``
    :param requirements: what pip installs; ``.`` is this project, and ``.[fast]`` that with an extra
    :param interpreter: the Python of the environment. Default: the one that runs
    :raises RuntimeError: it cannot be created
    """
    folder = CACHE / name if interpreter == sys.executable else CACHE / f"{name}-{Path(interpreter).name}"
    stamp, contents = folder / STAMP, _fingerprint(requirements, interpreter)
    if not (stamp.exists() and stamp.read_text(encoding="utf-8") == contents):
        build(folder, requirements, interpreter)
        stamp.write_text(contents, encoding="utf-8")
    return python_in(folder)


def python_in(folder: Path) -> Path:
    """Return the Python of an environment."""
    return folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"


def build(folder: Path, requirements: tuple[str, ...], interpreter: str = sys.executable) -> None:
    """Create an environment, replacing an existing one.

    :raises RuntimeError: it cannot be created
    """
    command = [interpreter, "-m", "venv", "--clear", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{interpreter} could not create the environment {folder.name!r}:\n{done.stderr.strip()}")
    install(folder, requirements)


def install(folder: Path, requirements: tuple[str, ...]) -> None:
    """Install packages in an environment.

    :raises RuntimeError: pip failed
    """
    if not requirements:
        return
    targets = [f"{ROOT}{requirement[1:]}" if requirement[0] == "." else requirement for requirement in requirements]
    command = [str(python_in(folder)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *targets]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"pip could not install the packages of {folder.name!r}:\n{done.stderr.strip()}")


def _fingerprint(requirements: tuple[str, ...], interpreter: str) -> str:
    """Return a fingerprint that changes when the environment is out of date."""
    digest = hashlib.sha256(f"{_version(interpreter)} {requirements}".encode())
    if any(requirement[0] == "." for requirement in requirements):
        _add_files(digest, [ROOT / "setup.py", ROOT / "requirements.txt", *(ROOT / "vidispine").rglob("*.py")])
    return digest.hexdigest()


@cache
def _version(interpreter: str) -> str:
    command = [interpreter, "-c", "import sys; print(sys.version, sys.prefix)"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def fingerprint_of(text: str, files: Iterable[Path]) -> str:
    """Return a fingerprint that changes when files of the project change."""
    digest = hashlib.sha256(f"{sys.version} {sys.prefix} {text}".encode())
    _add_files(digest, files)
    return digest.hexdigest()


def _add_files(digest: Any, files: Iterable[Path]) -> None:
    for path in sorted(files):
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes())
