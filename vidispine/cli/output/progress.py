"""The progress bar of uploads and downloads, on standard error."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vidispine.types import Progress

__all__ = ["transfer_progress"]

MIN_FULL_WIDTH = 70
"""Minimum width of a terminal that has room for speed and remaining time."""


@contextmanager
def transfer_progress(name: str, size: int | None = None) -> Iterator[Progress]:
    """Show a progress bar while a file is transferred. Without a terminal, nothing is shown.

    :param name: label of the bar
    :param size: size in bytes, until the first progress reports another
    :returns: the callback for the transfer
    """
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich import progress as rich_progress

    from vidispine.cli.output.console import open_console
    from vidispine.cli.output.text import one_line

    columns: list[rich_progress.ProgressColumn] = [
        rich_progress.TextColumn("{task.description}", markup=False),
        rich_progress.BarColumn(bar_width=None),
        rich_progress.DownloadColumn(),
        rich_progress.TransferSpeedColumn(),
        rich_progress.TimeRemainingColumn(),
    ]
    console = open_console(stderr=True, live=True)
    if console.width < MIN_FULL_WIDTH:
        columns = columns[:3]
    with rich_progress.Progress(*columns, console=console, transient=True, expand=True) as bar:
        task = bar.add_task(one_line(name), total=size)

        def update(done: int, total: int | None) -> None:
            bar.update(task, completed=done, total=total)

        yield update
