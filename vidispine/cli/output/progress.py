"""Progress of bytes on their way: a bar on standard error, where a person sees it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vidispine.types import Progress

__all__ = ["transfer_progress"]


@contextmanager
def transfer_progress(name: str, size: int | None = None) -> Iterator[Progress]:
    """Give what to tell of bytes that have come or gone; on a terminal they are shown until the end.

    :param name: what is on its way
    :param size: bytes that there will be; what is told of the way replaces it
    """
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    from vidispine.cli.output.formats import console
    from vidispine.cli.output.text import one_line

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    paper = console(errors=True, live=True)
    # A narrow terminal has no room for all of it.
    with Bar(*(columns if paper.width >= 70 else columns[:3]), console=paper, transient=True, expand=True) as bar:
        task = bar.add_task(one_line(name), total=size)

        def show(done: int, total: int | None) -> None:
            bar.update(task, completed=done, total=total)

        yield show
