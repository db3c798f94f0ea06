"""Jobs while they run: a table that keeps up with them on a terminal, a line for each change elsewhere."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from vidispine.cli.errors import whole
from vidispine.cli.output.jobs import job_line, job_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TextIO

    from rich.console import RenderableType
    from rich.live import Live

    from vidispine import JobType

__all__ = ["Follower", "drawn", "following"]

NARROW = 60
"""Columns below which there is no room for all that is to be seen of a job."""


class Follower(Protocol):
    """Shows jobs as they are now."""

    def show(self, jobs: Iterable[JobType], remark: str = "") -> None:
        """Show these jobs, and a remark below them."""


@contextmanager
def following(stream: TextIO) -> Iterator[Follower]:
    """Give what shows jobs on a stream; on a terminal, that on standard error is gone at the end.

    :param stream: standard output or standard error
    """
    if not stream.isatty() or os.environ.get("TERM") in ("dumb", "unknown"):
        yield _Lines(stream)
        return
    from rich.live import Live

    from vidispine.cli.output.formats import console

    aside = stream is sys.stderr
    paper = console(errors=aside, live=True)
    with Live(console=paper, auto_refresh=False, transient=aside, vertical_overflow="ellipsis") as live:
        yield _Table(live)


class _Lines:
    """A line whenever something has happened to a job."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._said: dict[str, str] = {}
        self._remark = ""

    def show(self, jobs: Iterable[JobType], remark: str = "") -> None:
        for job in jobs:
            line = job_line(job)
            if self._said.get(job.job_id) != line:
                self._said[job.job_id] = line
                self._write(line)
        if remark and remark != self._remark:
            self._write(remark)
        self._remark = remark

    def _write(self, line: str) -> None:
        self._stream.write(f"{line}\n")
        self._stream.flush()


class _Table:
    """A table that is drawn anew."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def show(self, jobs: Iterable[JobType], remark: str = "") -> None:
        from rich.console import Group
        from rich.text import Text

        below = [Text(remark, "yellow", no_wrap=True, overflow="ellipsis")] if remark else []
        with whole():
            self._live.update(Group(*drawn(list(jobs), self._live.console.width), *below), refresh=True)


def drawn(jobs: Sequence[JobType], width: int) -> list[RenderableType]:
    """Return a table of jobs with their logs: with all there is to see, or with what there is room for."""
    if not jobs:
        return []
    if width >= NARROW:
        return [job_table(jobs, width)]
    from vidispine.cli.commands.jobs.list import job_columns
    from vidispine.cli.output.table import coloured

    return [*coloured(jobs, job_columns(steps=True), width)]
