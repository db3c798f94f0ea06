"""Packages from PyPI with the same import name as this one. Each needs a separate environment."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from benchmarks.contenders import PUBLISHED
from benchmarks.environments import CACHE, STAMP, build, python_in
from test.support.cached_folder import cached_folder

__all__ = ["adapter_python", "published_python"]

GIVEN = "VIDISPINE_PUBLISHED_PYTHON"
BENCHMARKED = CACHE / PUBLISHED.environment
OWN = CACHE / "published-for-tests"

ADAPTER = "vidispine-adapter==0.0.6"
ADAPTER_GIVEN = "VIDISPINE_ADAPTER_PYTHON"


def published_python() -> Path:
    """Return a Python that has the published SDK: the one that an environment variable names, that of the
    benchmarks, or that of an environment that is created now or was on an earlier run.

    :raises RuntimeError: it is missing and cannot be created
    """
    return _python(GIVEN, PUBLISHED.requirements[0], BENCHMARKED, OWN)


def adapter_python() -> Path:
    """Return a Python that has ``vidispine-adapter``; as :func:`published_python`.

    :raises RuntimeError: it is missing and cannot be created
    """
    return _python(ADAPTER_GIVEN, ADAPTER, CACHE / "adapter-for-tests")


def _python(variable: str, requirement: str, *folders: Path) -> Path:
    """Return a Python that has a requirement.

    :param variable: the environment variable that may name one
    :param folders: environments that may have it; the last one is created if none exists
    """
    given = os.environ.get(variable)
    if given:
        if not _has(Path(given), requirement):
            raise RuntimeError(f"{variable}={given} is not a Python that has {requirement}")
        return Path(given)
    for folder in folders:
        if _is_complete(folder, requirement):
            return python_in(folder)

    def create(folder: Path) -> None:
        try:
            build(folder, (requirement,))
        except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
            raise RuntimeError(
                f"{requirement} cannot be installed: {_last_line(error)} (needs PyPI, or {variable}=PYTHON that has it)"
            ) from error
        (folder / STAMP).write_text("for test/compatibility\n", encoding="utf-8")

    return python_in(cached_folder(folders[-1].name, create, lambda folder: _is_complete(folder, requirement)))


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
