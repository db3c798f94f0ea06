"""Tables: in a pipe as wide as they are, on a terminal as wide as that is, without what there is no room for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Generic, NamedTuple, TypeVar

from vidispine.cli.output.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Column", "layout", "show_table"]

E = TypeVar("E")

GAP = 2
"""Columns between columns."""

ENOUGH = 16
"""Columns that the text of a column that may be cut short still has to have."""

if TYPE_CHECKING:

    class Column(NamedTuple, Generic[E]):
        """One column of a table."""

        title: str
        text: Callable[[E], object]
        """What it says of an element; ``None`` for nothing."""
        rank: int = 0
        """How much it matters: where room is scarce, columns with the highest number go first."""
        cut: bool = False
        """Whether its text may be cut short."""
        style: Callable[[E], str] | None = None
        """In which colour it says it."""

else:

    class Column(NamedTuple):
        """One column of a table."""

        title: str
        text: Any
        rank: int = 0
        cut: bool = False
        style: Any = None


def show_table(elements: Sequence[E], columns: Sequence[Column[E]]) -> int:
    """Write a table to standard output; nothing at all when there are no elements.

    :returns: how many elements there were
    """
    from vidispine.cli.output.formats import console, is_terminal, write

    if not elements:
        return 0
    if is_terminal():
        paper = console()
        for line in coloured(elements, columns, paper.width):
            paper.print(line)
    else:
        rows = [[column.title for column in columns], *_rows(elements, columns)]
        widths = _widths(rows)
        for row in rows:
            write(_joined(row, widths))
    return len(elements)


def coloured(elements: Sequence[E], columns: Sequence[Column[E]], width: int) -> list[Any]:
    """Return the lines of a table that is no wider than a terminal, as texts of rich."""
    from rich.text import Text

    rows = _rows(elements, columns)
    widths = layout(_widths([[column.title for column in columns], *rows]), columns, width)
    lines = [_line([Text(column.title, "bold") for column in columns], widths)]
    for element, row in zip(elements, rows):
        cells = [Text(text, column.style(element) if column.style else "") for column, text in zip(columns, row)]
        lines.append(_line(cells, widths))
    return lines


def layout(natural: Sequence[int], columns: Sequence[Column[Any]], width: int) -> list[int]:
    """Return the width of each column, 0 for those that there is no room for.

    :param natural: how wide each would be in an endless terminal
    :param width: columns of the terminal
    """
    least = [min(wide, ENOUGH) if column.cut else wide for wide, column in zip(natural, columns)]
    shown = set(range(len(columns)))
    while len(shown) > 1 and sum(least[index] + GAP for index in shown) - GAP > width:
        shown.remove(max(shown, key=lambda index: (columns[index].rank, index)))
    left = width - sum(least[index] + GAP for index in shown) + GAP
    found = []
    for index, column in enumerate(columns):
        # What may be cut short gets what the others leave, from the first on.
        more = min(max(left, 0), natural[index] - least[index]) if index in shown and column.cut else 0
        left -= more
        found.append(min(least[index] + more, width) if index in shown else 0)
    return found


def _rows(elements: Iterable[E], columns: Sequence[Column[E]]) -> list[list[str]]:
    return [[_text(column.text(element)) for column in columns] for element in elements]


def _text(value: object) -> str:
    return "" if value is None else one_line(str(value))


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    from rich.cells import cell_len

    return [max(map(cell_len, texts)) for texts in zip(*rows)]


def _joined(row: Sequence[str], widths: Sequence[int]) -> str:
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
