"""What a command says on standard output: a table for people, documents in JSON or ids for programs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Callable, TypeVar

import click

from vidispine.cli.click_classes import Option

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from vidispine.cli.output.table import Column

__all__ = ["is_terminal", "note", "output_options", "show_document", "show_documents", "show_text", "wants", "write"]

E = TypeVar("E")
F = TypeVar("F", bound="Callable[..., Any]")

FORMATS = ("table", "json", "ids")
_GIVEN = "vidispine.cli.output.formats"


def _note_format(context: click.Context, _: click.Parameter, value: str | bool | None) -> None:
    if value:
        context.meta[_GIVEN] = "json" if value is True else value


def output_options(command: F) -> F:
    """Give a command the options that say in which form it answers."""
    for option in (
        _option("--json", is_flag=True, help="The same as --output json."),
        _option(
            "-o",
            "--output",
            type=click.Choice(FORMATS),
            help="A table for people, documents, or one id a line.  [default: table]",
        ),
    ):
        command = option(command)
    return command


def _option(*names: str, **settings: Any) -> Callable[[F], F]:
    return click.option(*names, cls=Option, section="Output", expose_value=False, callback=_note_format, **settings)


def wants(context: click.Context) -> str:
    """Return the form that was asked for: ``table``, ``json`` or ``ids``."""
    return str(context.meta.get(_GIVEN, "table"))


def is_terminal() -> bool:
    """Tell whether a person reads standard output."""
    return sys.stdout.isatty()


def console(*, errors: bool = False, live: bool = False) -> Console:
    """Return what writes with colours and knows the width: standard output, or standard error.

    :param live: for what is drawn again and again: there is room left for the ``^C`` that a terminal writes itself
    """
    from vidispine.cli.output.console import Paper

    return Paper(errors=errors, soft_wrap=True, margin=len("^C") + 1 if live else 0)


def note(text: str) -> None:
    """Tell a person something that is no part of the answer."""
    click.echo(text, err=True)


def write(text: str) -> None:
    """Write text as it is, with a line end if it has none."""
    sys.stdout.write(text if not text or text.endswith("\n") else f"{text}\n")


def show_document(document: Any) -> None:
    """Write a document as JSON: a model, or what JSON can hold; on a terminal with colours."""
    text = _to_json(document)
    if is_terminal():
        from rich.highlighter import JSONHighlighter
        from rich.text import Text

        coloured = Text(_safe(text))
        JSONHighlighter().highlight(coloured)
        console().print(coloured)
    else:
        write(text)


def show_documents(
    context: click.Context, elements: Iterable[E], columns: Sequence[Column[E]], identify: Callable[[E], str | None]
) -> int:
    """Write the elements of a list in the form that was asked for; documents and ids each as soon as it is there.

    :param columns: what a table shows of each
    :param identify: the id of each
    :returns: how many there were
    """
    form = wants(context)
    if form == "table":
        from vidispine.cli.output.table import show_table

        return show_table(list(elements), columns)
    if form == "json":
        return _show_array(elements)
    count = 0
    for element in elements:
        write(identify(element) or "")
        count += 1
    return count


def show_text(text: str) -> None:
    """Write text from the server: as it is into a pipe, without what a terminal takes for commands onto one."""
    write(_safe(text) if is_terminal() else text)


def _show_array(elements: Iterable[Any]) -> int:
    count = 0
    for element in elements:
        sys.stdout.write(",\n  " if count else "[\n  ")
        sys.stdout.write(_to_json(element).replace("\n", "\n  "))
        count += 1
    write("\n]" if count else "[]")
    return count


def _to_json(document: Any) -> str:
    wire = document.to_document() if hasattr(document, "to_document") else document
    # JSON has an escape for what the encoding of the output does not have.
    return json.dumps(wire, indent=2, ensure_ascii=not _has_everything(sys.stdout.encoding))


def _has_everything(encoding: str | None) -> bool:
    return (encoding or "").lower().replace("-", "").replace("_", "").startswith("utf")


def _safe(text: str) -> str:
    return "".join(sign if sign.isprintable() or sign in "\n\t" else "\N{REPLACEMENT CHARACTER}" for sign in text)
