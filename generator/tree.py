"""Finds which generated files are out of date."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from generator.rendering import MARK


def differing(output: Path, files: Mapping[str, str]) -> list[str]:
    """Return the paths whose file is missing or has another text."""
    return sorted(path for path, text in files.items() if _text(output / path) != text)


def stale(output: Path, files: Mapping[str, str]) -> list[str]:
    """Return the paths of generated files that are no longer generated. Files made by hand are none."""
    folders = {path.partition("/")[0] for path in files if path.endswith((".md", ".py"))}
    present = (file for folder in folders for suffix in ("py", "md") for file in (output / folder).rglob(f"*.{suffix}"))
    paths = {file.relative_to(output).as_posix() for file in present} - files.keys()
    return sorted(path for path in paths if MARK.match(_text(output / path) or ""))


def _text(file: Path) -> str | None:
    try:
        return file.read_bytes().decode("utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None
