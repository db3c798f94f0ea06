"""Jobs while they run: a live table on a terminal, a line per change elsewhere."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from vidispine.cli.output.formats import check_id, to_json
from vidispine.cli.output.jobs import job_line, job_table
from vidispine.cli.output.streams import is_terminal, write, write_note
from vidispine.cli.output.text import escape_json, one_line
from vidispine.cli.signals import defer_interrupt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TextIO

    from rich.console import RenderableType
    from rich.live import Live

    from vidispine import JobType
    from vidispine.cli.output.table import Column

__all__ = ["JobDisplay", "job_display"]

MIN_WIDTH = 60
"""Minimum width of a terminal that has room for all columns of the live table."""


class JobDisplay(Protocol):
    """Shows the current state of jobs."""

    def show(self, jobs: Iterable[JobType], message: str = "") -> None:
        """Show these jobs, with a message below them."""


@contextmanager
def job_display(stream: TextIO, columns: Sequence[Column[JobType]], form: str = "table") -> Iterator[JobDisplay]:
    """Open a display on a stream. On a terminal, a display on standard error is erased at the end.

    :param stream: standard output or standard error
    :param columns: columns for a narrow terminal
    :param form: output format. ``json`` and ``ids`` write lines to standard output
    """
    if form != "table":
        yield _Records(_document if form == "json" else _id_if_ended)
        return
    if not stream.isatty() or os.environ.get("TERM") in ("dumb", "unknown"):
        yield _Lines(stream)
        return
    from rich.live import Live

    from vidispine.cli.output.console import open_console

    is_stderr = stream is sys.stderr
    console = open_console(stderr=is_stderr, live=True)
    with Live(console=console, auto_refresh=False, transient=is_stderr, vertical_overflow="ellipsis") as live:
        yield _LiveTable(live, columns)


class _Lines:
    """Writes a line for each change of a job."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last_lines: dict[str, str] = {}
        self._last_message = ""

    def show(self, jobs: Iterable[JobType], message: str = "") -> None:
        for job in jobs:
            line = job_line(job)
            if self._last_lines.get(job.job_id) != line:
                self._last_lines[job.job_id] = line
                self._write(line)
        if message and message != self._last_message:
            self._write(one_line(message))
        self._last_message = message

    def _write(self, line: str) -> None:
        self._stream.write(f"{line}\n")
        self._stream.flush()


class _Records:
    """Writes a record of each job to standard output, and again when it changes. Messages go to standard error."""

    def __init__(self, record_of: Callable[[JobType], str | None]) -> None:
        self._record_of = record_of
        self._last_records: dict[str, str] = {}
        self._last_message = ""

    def show(self, jobs: Iterable[JobType], message: str = "") -> None:
        for job in jobs:
            record = self._record_of(job)
            if record is not None and self._last_records.get(job.job_id) != record:
                self._last_records[job.job_id] = record
                write(record)
        sys.stdout.flush()
        if message and message != self._last_message:
            write_note(message)
        self._last_message = message


def _document(job: JobType) -> str:
    text = to_json(job, indent=None)
    return escape_json(text) if is_terminal() else text


def _id_if_ended(job: JobType) -> str | None:
    return check_id(job.job_id) if job.is_final else None


class _LiveTable:
    """Redraws a table."""

    def __init__(self, live: Live, columns: Sequence[Column[JobType]]) -> None:
        self._live = live
        self._columns = columns

    def show(self, jobs: Iterable[JobType], message: str = "") -> None:
        from rich.console import Group
        from rich.text import Text

        below = [Text(one_line(message), "yellow", no_wrap=True, overflow="ellipsis")] if message else []
        with defer_interrupt():
            self._live.update(Group(*self._table(list(jobs)), *below), refresh=True)

    def _table(self, jobs: Sequence[JobType]) -> list[RenderableType]:
        width = self._live.console.width
        if not jobs:
            return []
        if width >= MIN_WIDTH:
            return [job_table(jobs, width)]
        from vidispine.cli.output.table import table_lines

        return [*table_lines(jobs, self._columns, width)]
