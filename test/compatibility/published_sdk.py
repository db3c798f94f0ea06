"""Packages from PyPI with the same import name as this one. Each needs a separate environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from benchmarks.contenders import PUBLISHED
from benchmarks.environments import CACHE, STAMP, build, python_in

__all__ = ["adapter_python", "published_python"]

GIVEN = "VIDISPINE_PUBLISHED_PYTHON"
BENCHMARKED = CACHE / PUBLISHED.environment
OWN = CACHE / "published-for-tests"

ADAPTER = "vidispine-adapter==0.0.6"
ADAPTER_GIVEN = "VIDISPINE_ADAPTER_PYTHON"


def published_python() -> Path:
    """Return a Python that has the published SDK: the one that an environment variable names, that of the
    benchmarks, or one made now and kept.

    :raises RuntimeError: there is none and none can be made
    """
    return _python(GIVEN, PUBLISHED.requirements[0], BENCHMARKED, OWN)


def adapter_python() -> Path:
    """Return a Python that has ``vidispine-adapter``; as :func:`published_python`.

    :raises RuntimeError: there is none and none can be made
    """
    return _python(ADAPTER_GIVEN, ADAPTER, CACHE / "adapter-for-tests")


def _python(variable: str, requirement: str, *folders: Path) -> Path:
    """Return a Python that has a requirement.

    :param variable: of the environment, that may name one
    :param folders: environments that may have it; the last one is made when none is there
    """
    given = os.environ.get(variable)
    if given:
        if not _has(Path(given), requirement):
            raise RuntimeError(f"{variable}={given} is no Python that has {requirement}")
        return Path(given)
    for folder in folders:
        if _is_complete(folder, requirement):
            return python_in(folder)
    _make(folders[-1], variable, requirement)
    return python_in(folders[-1])


def _make(folder: Path, variable: str, requirement: str) -> None:
    """Make the environment in a temporary folder and rename it, because other test runs may do the same."""
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="unfinished-", dir=CACHE) as aside:
        made, broken = Path(aside, "made"), Path(aside, "broken")
        try:
            build(made, (requirement,))
        except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
            raise RuntimeError(
                f"{requirement} cannot be had: {_last_line(error)} (needs PyPI, or {variable}=a Python that has it)"
            ) from error
        (made / STAMP).write_text("for test/compatibility\n", encoding="utf-8")
        if folder.exists() and not _is_complete(folder, requirement):
            shutil.move(folder, broken)
        try:
            made.rename(folder)
        except OSError:
            if not _is_complete(folder, requirement):
                raise


def _is_complete(folder: Path, requirement: str) -> bool:
    return (folder / STAMP).exists() and _has(python_in(folder), requirement)


def _has(python: Path, requirement: str) -> bool:
    name = requirement.partition("==")[0]
    code = f"from importlib.metadata import version; print('{name}==' + version('{name}'))"
    try:
        done = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return done.stdout.strip() == requirement


def _last_line(error: Exception) -> str:
    return str(error).strip().splitlines()[-1]
