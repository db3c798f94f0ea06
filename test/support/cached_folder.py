"""Folders in ``.benchmarks/`` that several test runs share, such as environments of other tools."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.environments import CACHE

__all__ = ["cached_folder"]


def cached_folder(name: str, create: Callable[[Path], None], is_complete: Callable[[Path], bool]) -> Path:
    """Return a folder, which is created if it is missing or incomplete.

    It is created under a temporary name and then renamed, because other test runs may create it at the same time.
    """
    folder = CACHE / name
    if is_complete(folder):
        return folder
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="unfinished-", dir=CACHE) as temporary:
        new = Path(temporary, "new")
        create(new)
        if folder.exists() and not is_complete(folder):
            shutil.move(folder, Path(temporary, "outdated"))
        try:
            new.rename(folder)
        except OSError:
            if not is_complete(folder):
                raise
    return folder
