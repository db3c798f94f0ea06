"""Formats generated code and the examples of pages with ruff, which also removes unused imports and sorts them."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ruff import find_ruff_bin

_SETTINGS = ["--isolated", "--no-cache", "--target-version=py39", "--config=format.docstring-code-format=true"]
_WIDTHS = {".py": 120, ".md": 88}
"""The line length of each kind of file: pages are read in a browser."""
_FIXES = "--select=F401,I001,TC005"  # unused imports, import order, and empty blocks for type checkers


def formatted(batches: Iterable[Mapping[str, str]], package: str) -> dict[str, str]:
    """Return the files of all batches with their Python code formatted, also that in Markdown.

    Each batch is formatted while the next one is made.

    :param package: the name of the package, whose imports come last
    :raises RuntimeError: a file is not Python
    """
    files: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(1) as thread:
        running = []
        for batch in batches:
            folder = Path(tempfile.mkdtemp(dir=name))
            code = [path for path, text in batch.items() if path.endswith(".py") or "```python" in text]
            # The other thread would wait for this one at each file that it writes.
            for path in code:
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(batch[path], encoding="utf-8", newline="\n")
            files.update(batch)
            running.append((thread.submit(_format, folder, package), folder, code))
        for done, folder, code in running:
            done.result()
            files.update({path: (folder / path).read_text(encoding="utf-8") for path in code})
    return files


def _format(folder: Path, package: str) -> None:
    own = f"--config=lint.isort.known-first-party=['{package}']"
    _ruff(folder, "check", "--fix", "--exit-zero", _FIXES, own, "--line-length=120")
    for suffix, width in _WIDTHS.items():
        _ruff(folder, "format", f"--line-length={width}", f"--config=include=['*{suffix}']")


def _ruff(folder: Path, *arguments: str) -> None:
    command = [find_ruff_bin(), *arguments, *_SETTINGS, "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"ruff rejects the generated code: {done.stderr or done.stdout}")
