"""The output formats: a table, or JSON or ids for programs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, TypeVar

import click

from vidispine.cli.click_classes import Option
from vidispine.cli.errors import CommandError
from vidispine.cli.output.streams import is_terminal, write, write_note
from vidispine.cli.output.text import escape_json
from vidispine.cli.parameter_types import is_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vidispine.cli.output.table import Column

__all__ = [
    "Done",
    "check_id",
    "document_output_options",
    "output_format",
    "output_options",
    "to_json",
    "write_array",
    "write_document",
    "write_documents",
    "write_done",
    "write_id",
]

E = TypeVar("E")
F = TypeVar("F", bound="Callable[..., Any]")

FORMATS = ("table", "json", "ids")
_KEY = "vidispine.cli.output_format"


class Done(NamedTuple):
    """The result of a command for one entity."""

    id: str | None
    document: Any
    """The entity in JSON output."""
    note: str | None = None
    """The message in table output."""


def _store_format(context: click.Context, _: click.Parameter, value: str | bool | None) -> None:
    if value:
        context.meta[_KEY] = "json" if value is True else value


def output_options(command: F) -> F:
    """Add the options that select the output format to a command. Default: a table."""
    return _with_options(command, "table")


def document_output_options(command: F) -> F:
    """Add the options that select the output format to a command. Default: JSON."""
    return _with_options(command, "json")


def _with_options(command: F, default: str) -> F:
    for option in (
        _option("--json", is_flag=True, help="Short for --output json."),
        _option(
            "-o",
            "--output",
            type=click.Choice(FORMATS),
            help=f"Output format: a table, JSON documents, or one id per line.  [default: {default}]",
        ),
    ):
        command = option(command)
    return command


def _option(*names: str, **settings: Any) -> Callable[[F], F]:
    return click.option(*names, cls=Option, section="Output", expose_value=False, callback=_store_format, **settings)


def output_format(context: click.Context, default: str = "table") -> str:
    """Return the selected format: ``table``, ``json`` or ``ids``."""
    return str(context.meta.get(_KEY, default))


def write_document(document: Any) -> None:
    """Write a model or plain data as JSON, in color on a terminal."""
    text = to_json(document)
    if is_terminal():
        from rich.highlighter import JSONHighlighter
        from rich.text import Text

        from vidispine.cli.output.console import open_console

        colored = Text(escape_json(text))
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
    :raises CommandError: an id cannot be written as one line
    """
    selected = output_format(context)
    if selected == "table":
        from vidispine.cli.output.table import write_table

        return write_table(list(elements), columns)
    if selected == "json":
        return write_array(elements)
    count = 0
    for element in elements:
        write_id(get_id(element))
        count += 1
    return count


def write_done(context: click.Context, entities: Iterable[Done]) -> None:
    """Write the results of a command in the selected format, each as soon as it is available.

    :raises CommandError: an id cannot be written as one line
    """
    selected = output_format(context)
    if selected == "json":
        write_array(done.document for done in entities)
        return
    for done in entities:
        if selected == "ids":
            write_id(done.id)
        elif done.note is not None:
            write_note(done.note)


def write_id(text: str | None) -> None:
    """Write an id as one line, for the next command in a pipe.

    :raises CommandError: the id is empty, or has white space or control characters
    """
    write(check_id(text))


def check_id(text: str | None) -> str:
    """Return the id.

    :raises CommandError: the id is empty, or has white space or control characters
    """
    if not text:
        raise CommandError("an id is empty; --output json shows all data")
    if not is_id(text):
        raise CommandError(f"{text!a} is not an id: an id has no white space or control characters")
    return text


def write_array(elements: Iterable[Any]) -> int:
    """Write documents as a JSON array, each as soon as it is available, and return their number."""
    count = 0
    for element in elements:
        text = to_json(element)
        sys.stdout.write(",\n  " if count else "[\n  ")
        sys.stdout.write((escape_json(text) if is_terminal() else text).replace("\n", "\n  "))
        count += 1
    write("\n]" if count else "[]")
    return count


def to_json(document: Any, indent: int | None = 2) -> str:
    """Return a model or plain data as JSON."""
    wire = document.to_document() if hasattr(document, "to_document") else document
    # Characters that the encoding of the output lacks are escaped, so that the output stays valid JSON.
    return json.dumps(wire, indent=indent, ensure_ascii=not _is_unicode(sys.stdout.encoding))


def _is_unicode(encoding: str | None) -> bool:
    return (encoding or "").lower().replace("-", "").replace("_", "").startswith("utf")
