"""Text to read: headings, paragraphs and lists as wide as the terminal, and in a pager where they are long."""

from __future__ import annotations

import re
import shutil
import sys
from typing import TYPE_CHECKING, Any

import click

from vidispine.cli.output.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.text import Text

    from vidispine.operation import Operation, Parameter
    from vidispine.resource import Resource

__all__ = ["heading", "listing", "operation_page", "pairs", "paragraphs", "show"]

_WIDEST = 100
_CODE = re.compile(r"``(.+?)``")
_NAME = "bold"
_WORD = "cyan"


def width() -> int:
    """Return how wide a page is: as the terminal, but no wider than is good to read."""
    return min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST)


def heading(text: str) -> list[Text]:
    """Return a heading."""
    from rich.text import Text

    return [Text(text, _NAME), Text()]


def paragraphs(texts: Iterable[str], indent: int = 0) -> list[Text]:
    """Return paragraphs, with an empty line after each."""
    from rich.text import Text

    lines: list[Text] = []
    for text in texts:
        lines += [*_wrapped(_marked(text), indent, indent), Text()]
    return lines


def listing(rows: Sequence[tuple[str, str]]) -> list[Text]:
    """Return names, each with what it is beside it, or below where the page is narrow."""
    from rich.text import Text

    column = max((len(name) for name, _ in rows), default=0) + 2
    if not sys.stdout.isatty():
        # For grep and its like: one line each.
        return [Text(f"{name:<{column}}{_marked(said).plain}") for name, said in rows]
    if column > width() // 2:
        column = 4
    lines: list[Text] = []
    for name, said in rows:
        body = _wrapped(_marked(said), column, column)
        if len(name) < column - 1 and body:
            first = Text.assemble((f"{name:<{column}}", _NAME))
            lines += [first.append_text(body[0][column:]), *body[1:]]
        else:
            lines += [*_wrapped(Text(name, _NAME), 0, 2), *body]
    return lines


def operation_page(owner: type[Resource], operation: Operation[Any]) -> list[Text]:
    """Return what an operation does, takes and returns, and how to call it."""
    from rich.text import Text

    from vidispine.cli.api_index import short_name
    from vidispine.cli.docstrings import describe

    said = describe(getattr(owner, operation.name))
    short = short_name(owner.__name__)
    lines = [*heading(f"{short} {operation.name}"), *paragraphs([said.summary])]
    lines += [Text(f"{operation.method} {operation.path}", _WORD), Text()]
    lines += paragraphs(said.paragraphs)
    lines += heading("Call it")
    lines += [*_wrapped(Text(_usage(short, operation)), 2, 6), Text()]
    if operation.parameters:
        lines += heading("Parameters")
        for parameter in operation.parameters:
            lines += _parameter(parameter, said.parameters.get(parameter.name, ""))
        lines.append(Text())
    lines += heading("Returns")
    lines += paragraphs([_result(operation, said.returns)], 2)
    if said.raises:
        lines += heading("Errors")
        for name, when in said.raises:
            lines += _wrapped(_marked(f"``{name}``: {when}"), 2, 6)
    return lines


def pairs(rows: list[tuple[str, str | None]], indent: str = "") -> Iterator[Text]:
    """Return names and values in two columns, without those that have no value."""
    from rich.text import Text

    shown = [(one_line(key), one_line(str(value))) for key, value in rows if value]
    width = max((len(key) for key, _ in shown), default=0)
    for key, value in shown:
        yield Text(f"{indent}{key:<{width}}  {value}")


def show(lines: Sequence[Text]) -> None:
    """Write the lines; on a terminal with colours, and in a pager where there are more than a screen has."""
    if not sys.stdout.isatty():
        click.echo("\n".join(line.plain.rstrip() for line in lines))
        return
    from vidispine.cli.output.formats import console

    paper = console()
    with paper.capture() as capture:
        for line in lines:
            paper.print(line)
    if len(lines) < paper.height:
        click.echo(capture.get(), nl=False)
    else:
        click.echo_via_pager(capture.get())


def _parameter(parameter: Parameter, said: str) -> list[Text]:
    from rich.text import Text

    kind = {"csv": "list", "multi": "list", "pairs": "key=value, list"}.get(parameter.type, parameter.type)
    name = f"--body ({kind})" if parameter.place == "body" else f"{parameter.name}={kind.upper()}"
    line = Text.assemble((f"  {name}", _NAME), "  required" if parameter.required else "")
    words = _words(parameter)
    return [line, *_wrapped(_marked(f"{said}{words}"), 6, 6)]


def _words(parameter: Parameter) -> str:
    if parameter.values is None:
        return ""
    from vidispine import models

    words = getattr(models, parameter.values).values()
    return f" ({', '.join(words)})" if len(words) <= 12 else ""


def _usage(short: str, operation: Operation[Any]) -> str:
    words = ["vidispine call", short, operation.name]
    for parameter in operation.parameters:
        word = "--body FILE" if parameter.place == "body" else f"{parameter.name}=..."
        if parameter.required:
            words.append(word)
        elif parameter.place == "body":
            words.append(f"[{word}]")
    if operation.result == "file":
        words.append("--save-to PATH")
    return " ".join(words)


def _result(operation: Operation[Any], said: str) -> str:
    if operation.result is None:
        return "Nothing."
    kind = {"str": "Text", "file": "A file"}.get(operation.result, operation.result)
    return f"{kind}. {said}"


def _marked(text: str) -> Text:
    """Return text in which what is code has a colour in place of marks."""
    from rich.text import Text

    marked = Text()
    for index, part in enumerate(_CODE.split(one_line(text))):
        marked.append(part, _WORD if index % 2 else "")
    return marked


def _wrapped(text: Text, first: int, then: int) -> list[Text]:
    """Return text in lines as wide as the page, the first and the others each indented by so much."""
    from rich.console import Console
    from rich.text import Text as Line

    room = max(width() - max(first, then), 20)
    lines = []
    for index, line in enumerate(text.wrap(Console(width=room), room)):
        line.rstrip()
        lines.append(Line(" " * (then if index else first)).append_text(line))
    return lines
