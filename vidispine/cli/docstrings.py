"""What the classes of the API say about themselves: their docstrings, taken apart."""

from __future__ import annotations

import inspect
import re
from typing import NamedTuple

__all__ = ["Description", "describe", "first_line"]

_FIELD = re.compile(r"^:(?P<kind>param|returns|raises) ?(?P<name>\w*):\s*", re.MULTILINE)


class Description(NamedTuple):
    """A docstring, taken apart."""

    summary: str
    """The first line."""
    paragraphs: list[str]
    """What follows, a line each, without the request that it makes."""
    parameters: dict[str, str]
    """What is said of each parameter."""
    returns: str
    """What comes back; empty where nothing is said of it."""
    raises: list[tuple[str, str]]
    """Names of errors, and when they come."""


def describe(thing: object) -> Description:
    """Return what a class or a method of the API says about itself."""
    text, fields = _split(inspect.getdoc(thing) or "")
    summary, *paragraphs = [_joined(paragraph) for paragraph in text.split("\n\n") if paragraph.strip()] or [""]
    request = re.compile(r"``[A-Z]+ /\S*``")
    return Description(
        summary,
        [paragraph for paragraph in paragraphs if not request.fullmatch(paragraph)],
        {name: said for kind, name, said in fields if kind == "param"},
        next((said for kind, _, said in fields if kind == "returns"), ""),
        [(name, said) for kind, name, said in fields if kind == "raises"],
    )


def first_line(thing: object) -> str:
    """Return the first line of what a class or a method says about itself, without marks for code."""
    return describe(thing).summary.replace("``", "")


def _split(text: str) -> tuple[str, list[tuple[str, str, str]]]:
    """Return what a docstring says before its fields, and the kind, the name and the text of each field."""
    starts = list(_FIELD.finditer(text))
    ends = [start.start() for start in starts[1:]] + [len(text)]
    fields = [(start["kind"], start["name"], _joined(text[start.end() : end])) for start, end in zip(starts, ends)]
    return text[: starts[0].start()] if starts else text, fields


def _joined(text: str) -> str:
    return " ".join(text.split())
