"""The docstrings of the API classes, parsed."""

from __future__ import annotations

import inspect
import re
from typing import NamedTuple

__all__ = ["Docstring", "parse_docstring", "summary_of"]

_FIELD = re.compile(r"^:(?P<kind>param|returns|raises) ?(?P<name>\w*):\s*", re.MULTILINE)
_EXAMPLE = re.compile(r"^(?:(?:>>>|\.\.\.) .*\n)+", re.MULTILINE)
_REQUEST = re.compile(r"^``[A-Z]+ /\S*``\.? ?")


class Docstring(NamedTuple):
    """A parsed docstring."""

    summary: str
    paragraphs: list[str]
    """The paragraphs after the summary, one line each, without the HTTP request and the example."""
    parameters: dict[str, str]
    """Descriptions of the parameters, by name."""
    returns: str
    """Description of the result; may be empty."""
    raises: list[tuple[str, str]]
    """Names of exceptions and their conditions."""


def parse_docstring(documented: object) -> Docstring:
    """Parse the docstring of a class or a method of the API."""
    text, fields = _split(_EXAMPLE.sub("", inspect.getdoc(documented) or ""))
    summary, *paragraphs = [_unwrap(paragraph) for paragraph in text.split("\n\n") if paragraph.strip()] or [""]
    return Docstring(
        summary,
        list(filter(None, (_REQUEST.sub("", paragraph) for paragraph in paragraphs))),
        {name: text for kind, name, text in fields if kind == "param"},
        next((text for kind, _, text in fields if kind == "returns"), ""),
        [(name, text) for kind, name, text in fields if kind == "raises"],
    )


def summary_of(documented: object) -> str:
    """Return the summary of a class or a method, without markup."""
    return parse_docstring(documented).summary.replace("``", "")


def _split(text: str) -> tuple[str, list[tuple[str, str, str]]]:
    """Split a docstring into the text before the fields, and the kind, name and text of each field."""
    starts = list(_FIELD.finditer(text))
    ends = [start.start() for start in starts[1:]] + [len(text)]
    fields = [(start["kind"], start["name"], _unwrap(text[start.end() : end])) for start, end in zip(starts, ends)]
    return text[: starts[0].start()] if starts else text, fields


def _unwrap(text: str) -> str:
    return " ".join(text.split())
