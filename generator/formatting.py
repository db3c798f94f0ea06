"""Formats generated code and the examples of pages with ruff, which also removes unused imports and sorts them."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ruff import find_ruff_bin

_SETTINGS = ["--isolated", "--no-cache", "--target-version=py39", "--config=format.docstring-code-format=true"]
_WIDTHS = {".py": 120, ".md": 88}
"""The line length of each kind of file: pages are read in a browser."""
_FIXES = [
    "--select=F401,I001,TC005",  # unused imports, import order, and empty blocks for type checkers
    "--config=lint.isort.known-first-party=['vidispine']",
]


def formatted(files: Mapping[str, str]) -> dict[str, str]:
    """Return the files with their Python code formatted, also that in Markdown.

    :raises RuntimeError: a file is not Python
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        code = {path: text for path, text in files.items() if path.endswith(".py") or "```python" in text}
        for path, text in code.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8", newline="\n")
        _ruff(folder, "check", "--fix", "--exit-zero", *_FIXES, *_SETTINGS, "--line-length=120", ".")
        for suffix, width in _WIDTHS.items():
            paths = [path for path in code if path.endswith(suffix)]
            if paths:
                _ruff(folder, "format", *_SETTINGS, f"--line-length={width}", *paths)
        return {**files, **{path: (folder / path).read_text(encoding="utf-8") for path in code}}


def _ruff(folder: Path, *arguments: str) -> None:
    command = [find_ruff_bin(), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"ruff rejects the generated code: {done.stderr or done.stdout}")
