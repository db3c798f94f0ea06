"""The output formats: a table for people, JSON or ids for programs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Callable, TypeVar

import click

from vidispine.cli.click_classes import Option
from vidispine.cli.output.streams import is_terminal, write
from vidispine.cli.output.text import without_control_characters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vidispine.cli.output.table import Column

__all__ = ["output_format", "output_options", "write_document", "write_documents", "write_text"]

E = TypeVar("E")
F = TypeVar("F", bound="Callable[..., Any]")

FORMATS = ("table", "json", "ids")
_KEY = "vidispine.cli.output_format"


def _store_format(context: click.Context, _: click.Parameter, value: str | bool | None) -> None:
    if value:
        context.meta[_KEY] = "json" if value is True else value


def output_options(command: F) -> F:
    """Add the options that select the output format to a command."""
    for option in (
        _option("--json", is_flag=True, help="Short for --output json."),
        _option(
            "-o",
            "--output",
            type=click.Choice(FORMATS),
            help="Output format: a table, JSON documents, or one id per line.  [default: table]",
        ),
    ):
        command = option(command)
    return command


def _option(*names: str, **settings: Any) -> Callable[[F], F]:
    return click.option(*names, cls=Option, section="Output", expose_value=False, callback=_store_format, **settings)


def output_format(context: click.Context) -> str:
    """Return the selected format: ``table``, ``json`` or ``ids``."""
    return str(context.meta.get(_KEY, "table"))


def write_document(document: Any) -> None:
    """Write a model or plain data as JSON, in color on a terminal."""
    text = _to_json(document)
    if is_terminal():
        from rich.highlighter import JSONHighlighter
        from rich.text import Text

        from vidispine.cli.output.console import open_console

        colored = Text(without_control_characters(text))
        JSONHighlighter().highlight(colored)
        open_console().print(colored)
    else:
        write(text)


def write_documents(
    context: click.Context, elements: Iterable[E], columns: Sequence[Column[E]], get_id: Callable[[E], str | None]
) -> int:
    """Write a list in the selected format. JSON and ids are streamed.

    :param columns: columns of the table
    :param get_id: returns the id of an element
    :returns: the number of elements
    """
    selected = output_format(context)
    if selected == "table":
        from vidispine.cli.output.table import write_table

        return write_table(list(elements), columns)
    if selected == "json":
        return _write_array(elements)
    count = 0
    for element in elements:
        write(get_id(element) or "")
        count += 1
    return count


def write_text(text: str) -> None:
    """Write text from the server: unchanged into a pipe, without control characters to a terminal."""
    write(without_control_characters(text) if is_terminal() else text)


def _write_array(elements: Iterable[Any]) -> int:
    count = 0
    for element in elements:
        sys.stdout.write(",\n  " if count else "[\n  ")
        sys.stdout.write(_to_json(element).replace("\n", "\n  "))
        count += 1
    write("\n]" if count else "[]")
    return count


def _to_json(document: Any) -> str:
    wire = document.to_document() if hasattr(document, "to_document") else document
    # Characters that the encoding of the output lacks are escaped, so that the output stays valid JSON.
    return json.dumps(wire, indent=2, ensure_ascii=not _is_unicode(sys.stdout.encoding))


def _is_unicode(encoding: str | None) -> bool:
    return (encoding or "").lower().replace("-", "").replace("_", "").startswith("utf")
