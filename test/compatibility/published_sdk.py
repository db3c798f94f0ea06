"""The published SDK, which has this one's import name: it needs an environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from benchmarks.contenders import PUBLISHED
from benchmarks.environments import CACHE, STAMP, build, python_in

__all__ = ["published_python"]

GIVEN = "VIDISPINE_PUBLISHED_PYTHON"
BENCHMARKED = CACHE / PUBLISHED.environment
OWN = CACHE / "published-for-tests"


def published_python() -> Path:
    """Return a Python that has the published SDK: the one that an environment variable names, that of the
    benchmarks, or one made now and kept.

    :raises RuntimeError: there is none and none can be made
    """
    given = os.environ.get(GIVEN)
    if given:
        if not _has_it(Path(given)):
            raise RuntimeError(f"{GIVEN}={given} is no Python that has {PUBLISHED.requirements[0]}")
        return Path(given)
    for folder in (BENCHMARKED, OWN):
        if _is_complete(folder):
            return python_in(folder)
    _make()
    return python_in(OWN)


def _make() -> None:
    """Make the environment aside and then move it to its place: other test runs may be doing the same."""
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="unfinished-", dir=CACHE) as aside:
        made, broken = Path(aside, "made"), Path(aside, "broken")
        try:
            build(made, PUBLISHED.requirements)
        except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
            raise RuntimeError(
                f"the published SDK cannot be had: {_last_line(error)} "
                f"(needs PyPI, or {GIVEN}=a Python that has {PUBLISHED.requirements[0]})"
            ) from error
        (made / STAMP).write_text("for test/compatibility\n", encoding="utf-8")
        if OWN.exists() and not _is_complete(OWN):
            shutil.move(OWN, broken)
        try:
            made.rename(OWN)
        except OSError:
            if not _is_complete(OWN):
                raise


def _is_complete(folder: Path) -> bool:
    return (folder / STAMP).exists() and _has_it(python_in(folder))


def _has_it(python: Path) -> bool:
    code = "from importlib.metadata import version; print(f'vidispine=={version(\"vidispine\")}')"
    try:
        done = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return (done.stdout.strip(),) == PUBLISHED.requirements


def _last_line(error: Exception) -> str:
    return str(error).strip().splitlines()[-1]
