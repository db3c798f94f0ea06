"""Convert text of a description to paragraphs, docstrings and literals. For code formatting, see `formatting`."""

from __future__ import annotations

import json
import math
import re
import textwrap
from pathlib import Path
from typing import Any

WIDTH = 120

TEMPLATES = Path(__file__).parent / "templates"

UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028-\u202e\u2066-\u2069]")
"""Characters that must be escaped: control characters, Unicode line separators, and what changes the direction."""

# Code and tables, whose lines are kept.
_LINES = re.compile(r"^(```(?:.*\n)+?```.*|(?:\|.*(?:\n|\Z)){2,})", re.MULTILINE)
_HEADING = re.compile("^(#{1,6} .*)$", re.MULTILINE)
_ENTRY = r"(?:[-*+]|\d+[.)]) "
_BETWEEN = re.compile(rf"\n\s*\n|\n(?=\s*{_ENTRY})")

# Marks a non-breaking space. Descriptions never contain this character.
_NO_BREAK = "\x00"


def blocks(text: str) -> list[str]:
    """Return the paragraphs, headings and list entries of Markdown text, each as one line, and its code and tables."""
    found: list[str] = []
    parts = _LINES.split("\n".join(text.splitlines())) if "\n" in text else [text]
    for number, part in enumerate(parts):
        entries = [part.rstrip()] if number % 2 else map(one_paragraph, _BETWEEN.split(_HEADING.sub(r"\n\1\n", part)))
        found += filter(None, entries)
    return found


def file_of(pointer: str) -> str:
    """Return the file of a location."""
    return pointer.partition("#")[0]


def one_paragraph(text: str) -> str:
    """Return a description as one line."""
    return " ".join(text.split())


def list_together(text: str) -> str:
    """Return blocks without empty lines between the entries of a list."""
    return re.sub(rf"(?m)^({_ENTRY}.*)\n\n(?={_ENTRY})", r"\1\n", text)


def code(value: object) -> str:
    """Return a value as inline code; as a literal if the text alone would not show it."""
    text, backtick = str(value), "\\u0060"
    is_shown = text == text.strip() != "" and text.isprintable() and "`" not in text
    return f"`{text if is_shown else literal(text).replace('`', backtick)}`"


def docstring_text(text: str) -> str:
    """Return Markdown as reStructuredText for a docstring: inline code gets double backticks."""
    return re.sub(r"(?<!`)`([^`\n]+)`(?!`)", r"``\1``", text).replace("\\", "\\\\").replace('"""', "'''")


def wrap(text: str, indent: int, hanging: int = 0, width: int = WIDTH) -> str:
    """Wrap a paragraph without breaking inline code.

    :param indent: columns already used before the first line; not written
    :param hanging: additional indentation of all lines after the first, in columns
    """
    if "\n" in text:
        return text.replace("\n", f"\n{' ' * indent}")
    if len(text) <= width - indent:
        return text
    unbroken = re.sub(r"`+[^`]+`+", lambda code: code.group().replace(" ", _NO_BREAK), text)
    lines = textwrap.wrap(
        unbroken, width - indent, subsequent_indent=" " * hanging, break_long_words=False, break_on_hyphens=False
    )
    return f"\n{' ' * indent}".join(lines).replace(_NO_BREAK, " ")


def literal(value: Any) -> str:
    """Return the Python literal for a value of strings, numbers, booleans, lists, tuples and dicts."""
    if isinstance(value, str):
        return UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", json.dumps(value, ensure_ascii=False))
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{literal(key)}: {literal(member)}' for key, member in value.items())}}}"
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    return repr(value)
