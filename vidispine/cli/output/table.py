"""Tables: complete in a pipe, fitted to the width on a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Generic, TypeVar

from vidispine.cli.output.streams import is_terminal, write
from vidispine.cli.output.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Column", "column_widths", "table_lines", "write_table"]

E = TypeVar("E")

GAP = 2
"""Spaces between columns."""

MIN_TRUNCATED_WIDTH = 16
"""Minimum width of a column that may be truncated."""


@dataclass(frozen=True)
class Column(Generic[E]):
    """A column of a table."""

    title: str
    text: Callable[[E], object]
    """Returns the content for an element; ``None`` is shown as empty."""
    rank: int = 0
    """On a narrow terminal, columns with the highest rank are omitted first."""
    truncate: bool = False
    """Whether the content may be truncated."""
    style: Callable[[E], str] | None = None
    """Returns the color for an element."""


def write_table(elements: Sequence[E], columns: Sequence[Column[E]]) -> int:
    """Write a table to standard output, or nothing if there are no elements.

    :returns: the number of elements
    """
    if not elements:
        return 0
    if is_terminal():
        from vidispine.cli.output.console import open_console

        console = open_console()
        for line in table_lines(elements, columns, console.width):
            console.print(line)
    else:
        rows = [[column.title for column in columns], *_rows(elements, columns)]
        widths = _natural_widths(rows)
        for row in rows:
            write(_plain_line(row, widths))
    return len(elements)


def table_lines(elements: Sequence[E], columns: Sequence[Column[E]], width: int) -> list[Any]:
    """Return the lines of a table for a terminal of this width, as texts of rich."""
    from rich.text import Text

    rows = _rows(elements, columns)
    widths = column_widths(_natural_widths([[column.title for column in columns], *rows]), columns, width)
    lines = [_line([Text(column.title, "bold") for column in columns], widths)]
    for element, row in zip(elements, rows):
        cells = [Text(text, column.style(element) if column.style else "") for column, text in zip(columns, row)]
        lines.append(_line(cells, widths))
    return lines


def column_widths(natural: Sequence[int], columns: Sequence[Column[Any]], width: int) -> list[int]:
    """Return the width of each column; 0 for columns that are omitted.

    :param natural: width of each column's content
    :param width: width of the terminal
    """
    minimum = [min(wide, MIN_TRUNCATED_WIDTH) if column.truncate else wide for wide, column in zip(natural, columns)]
    shown = set(range(len(columns)))
    while len(shown) > 1 and sum(minimum[index] + GAP for index in shown) - GAP > width:
        shown.remove(max(shown, key=lambda index: (columns[index].rank, index)))
    free = width - sum(minimum[index] + GAP for index in shown) + GAP
    widths = []
    for index, column in enumerate(columns):
        extra = min(max(free, 0), natural[index] - minimum[index]) if index in shown and column.truncate else 0
        free -= extra
        widths.append(min(minimum[index] + extra, width) if index in shown else 0)
    return widths


def _rows(elements: Iterable[E], columns: Sequence[Column[E]]) -> list[list[str]]:
    return [[_text(column.text(element)) for column in columns] for element in elements]


def _text(value: object) -> str:
    return "" if value is None else one_line(str(value))


def _natural_widths(rows: Sequence[Sequence[str]]) -> list[int]:
    from rich.cells import cell_len

    return [max(map(cell_len, texts)) for texts in zip(*rows)]


def _plain_line(row: Sequence[str], widths: Sequence[int]) -> str:
    from rich.cells import cell_len

    cells = (text + " " * (width - cell_len(text)) for text, width in zip(row, widths))
    return (" " * GAP).join(cells).rstrip()


def _line(cells: Sequence[Any], widths: Sequence[int]) -> Any:
    from rich.text import Text

    line = Text()
    for text, width in zip(cells, widths):
        if width:
            text.truncate(width, overflow="ellipsis", pad=True)
            line.append_text(text)
            line.append(" " * GAP)
    line.rstrip()
    return line
