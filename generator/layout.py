"""Texts of a description as running text, docstrings and literals. Code is formatted by ruff, see `formatting`."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterable
from typing import Any

__all__ = ["UNPRINTABLE", "WIDTH", "blocks", "docstring_text", "fill", "literal", "one_paragraph", "wrap"]

WIDTH = 120

UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
"""What cannot stand in a file as it is: control characters, other line ends and halves of surrogate pairs."""

# Stands for a blank that no line may be broken at; no description has it.
_HARD_BLANK = "\x00"


def blocks(text: str) -> list[str]:
    """Return the paragraphs and list entries of a Markdown text, each on one line."""
    found: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        for entry in re.split(r"\n(?=\s*[-*] )", paragraph):
            line = " ".join(entry.split())
            if line:
                found.append(line)
    return found


def one_paragraph(text: str) -> str:
    """Return a description as one line of running text."""
    return " ".join(blocks(text))


def docstring_text(text: str) -> str:
    """Return Markdown as reStructuredText fit for a docstring: code has two backticks there."""
    return re.sub(r"`([^`]+)`", r"``\1``", text).replace("\\", "\\\\").replace('"""', "'''")


def wrap(text: str, indent: int, hanging: int = 0, width: int = WIDTH) -> str:
    """Return one paragraph in lines, without breaking code in backticks.

    :param indent: columns before the first line, which are not written
    :param hanging: further columns before the lines after the first
    """
    glued = re.sub(r"`+[^`]+`+", lambda code: code.group().replace(" ", _HARD_BLANK), text)
    following = " " * (indent + hanging)
    lines = textwrap.wrap(
        glued,
        width - indent,
        subsequent_indent=" " * hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    joined = f"\n{following}".join(line[hanging:] if number else line for number, line in enumerate(lines))
    return joined.replace(_HARD_BLANK, " ")


def fill(items: Iterable[str], indent: int = 4) -> str:
    """Return the lines of a bracket's items, as many on a line as fit, for what the formatter leaves as it is."""
    lines: list[str] = []
    for item in items:
        if lines and len(lines[-1]) + len(item) + 2 <= WIDTH:
            lines[-1] += f" {item},"
        else:
            lines.append(f"{' ' * indent}{item},")
    return "\n".join(lines)


def literal(value: Any) -> str:
    """Return Python code for a value made of texts, numbers, booleans, lists, tuples and mappings."""
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return '"' + UNPRINTABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", escaped) + '"'
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{literal(key)}: {literal(member)}' for key, member in value.items())}}}"
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    return repr(value)
