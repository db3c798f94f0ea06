"""Writes generated files, or says which of them are out of date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from generator.rendering import MARK


def differing(output: Path, files: Mapping[str, str]) -> list[str]:
    """Return the paths whose file is missing or has another text."""
    return sorted(path for path, text in files.items() if _text(output / path) != text)


def stale(output: Path, files: Mapping[str, str]) -> list[str]:
    """Return the paths of generated files that nothing generates any more."""
    return sorted(
        relative
        for file in _present(output, {path.partition("/")[0] for path in files})
        if (relative := file.relative_to(output).as_posix()) not in files and _is_generated(file)
    )


def write(output: Path, files: Mapping[str, str]) -> list[str]:
    """Write the files that differ, and return their paths."""
    changed = differing(output, files)
    for path in changed:
        file = output / path
        file.parent.mkdir(parents=True, exist_ok=True)
        _write(file, files[path])
    return changed


def remove_stale(output: Path, files: Mapping[str, str]) -> list[str]:
    """Remove generated files that nothing generates any more, and return their paths. Those made by hand stay."""
    gone = stale(output, files)
    for path in gone:
        (output / path).unlink()
    return gone


def _write(file: Path, text: str) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)


def _present(output: Path, folders: Iterable[str]) -> Iterator[Path]:
    for folder in folders:
        for pattern in ("*.py", "*.md"):
            yield from (output / folder).rglob(pattern)


def _is_generated(file: Path) -> bool:
    return MARK.match(_text(file) or "") is not None


def _text(file: Path) -> str | None:
    try:
        return file.read_bytes().decode("utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None
