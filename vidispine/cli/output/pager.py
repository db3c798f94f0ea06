"""Headings, paragraphs and lists, wrapped to the terminal and shown in a pager when they are long."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import click

from vidispine.cli.output.streams import is_terminal
from vidispine.cli.output.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.text import Text

__all__ = ["CODE_STYLE", "NAME_STYLE", "definitions", "heading", "key_values", "paragraphs", "show", "styled", "wrap"]

MAX_WIDTH = 100
NAME_STYLE = "bold"
CODE_STYLE = "cyan"
_CODE = re.compile(r"``(.+?)``")


def _width() -> int:
    return min(shutil.get_terminal_size((MAX_WIDTH, 24)).columns, MAX_WIDTH)


def heading(text: str) -> list[Text]:
    """Return a heading and an empty line."""
    from rich.text import Text

    return [Text(text, NAME_STYLE), Text()]


def paragraphs(texts: Iterable[str], indent: int = 0) -> list[Text]:
    """Return wrapped paragraphs, each followed by an empty line."""
    from rich.text import Text

    lines: list[Text] = []
    for text in texts:
        lines += [*wrap(styled(text), indent, indent), Text()]
    return lines


def definitions(rows: Sequence[tuple[str, str]]) -> list[Text]:
    """Return names with descriptions in a second column, or below on a narrow terminal. In a pipe, one per line."""
    from rich.text import Text

    column = max((len(name) for name, _ in rows), default=0) + 2
    if not is_terminal():
        return [Text(f"{name:<{column}}{styled(description).plain}") for name, description in rows]
    if column > _width() // 2:
        column = 4
    lines: list[Text] = []
    for name, description in rows:
        body = wrap(styled(description), column, column)
        if len(name) < column - 1 and body:
            first = Text.assemble((f"{name:<{column}}", NAME_STYLE))
            lines += [first.append_text(body[0][column:]), *body[1:]]
        else:
            lines += [*wrap(Text(name, NAME_STYLE), 0, 2), *body]
    return lines


def key_values(rows: Iterable[tuple[str, str | None]], indent: str = "") -> Iterator[Text]:
    """Return keys and values in two columns. Rows without a value are omitted."""
    from rich.text import Text

    shown = [(one_line(key), one_line(value)) for key, value in rows if value]
    width = max((len(key) for key, _ in shown), default=0)
    for key, value in shown:
        yield Text(f"{indent}{key:<{width}}  {value}")


def show(lines: Sequence[Text]) -> None:
    """Write the lines. On a terminal they are colored, and shown in a pager if they do not fit on the screen."""
    if not is_terminal():
        click.echo("\n".join(line.plain.rstrip() for line in lines))
        return
    from vidispine.cli.output.console import open_console

    console = open_console()
    with console.capture() as capture:
        for line in lines:
            console.print(line)
    if len(lines) < console.height:
        click.echo(capture.get(), nl=False)
    else:
        click.echo_via_pager(capture.get())


def styled(text: str) -> Text:
    """Return text with its ````code```` in color."""
    from rich.text import Text

    result = Text()
    for index, part in enumerate(_CODE.split(one_line(text))):
        result.append(part, CODE_STYLE if index % 2 else "")
    return result


def wrap(text: Text, first_indent: int, indent: int) -> list[Text]:
    """Return text in lines that fit the terminal.

    :param first_indent: indentation of the first line
    :param indent: indentation of the other lines
    """
    from rich.console import Console
    from rich.text import Text as Line

    room = max(_width() - max(first_indent, indent), 20)
    lines = []
    for index, line in enumerate(text.wrap(Console(width=room), room)):
        line.rstrip()
        lines.append(Line(" " * (indent if index else first_indent)).append_text(line))
    return lines
