"""The display of the demo: a live table below its report on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from vidispine.cli.output.console import TerminalConsole, can_encode
from vidispine.cli.output.formats import write_document, write_id
from vidispine.cli.output.jobs import job_line, job_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Self

    from vidispine import JobType

__all__ = ["LiveScreen", "PlainScreen", "Screen", "open_screen"]

MIN_WIDTH = 60
"""Minimum width of a terminal that has room for a table."""


class Screen:
    """Shows the report and the jobs. As a context manager, it restores the terminal."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = time.monotonic()
        self._check_mark = "✓" if can_encode("✓", console.encoding) else "ok:"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Restore the terminal."""

    @property
    def seconds(self) -> float:
        """Seconds since the start of the demo."""
        return time.monotonic() - self._started

    def write(self, text: str = "", style: str = "") -> None:
        """Write a line of the report."""
        self._console.print(Text(text, style=style), soft_wrap=True)

    def write_passed(self, text: str) -> None:
        """Write a step that succeeded."""
        self._console.print(Text.assemble((self._check_mark, "bold green"), " ", text), soft_wrap=True)

    def set_caption(self, text: str) -> None:
        """Set the caption of the table, if there is one."""

    def show(self, jobs: Sequence[JobType]) -> None:
        """Show the current state of the jobs."""
        raise NotImplementedError

    def finish(self) -> None:
        """Write the summary when all steps have passed."""


class DocumentScreen(Screen):
    """Writes the passed steps as JSON, or the ids of the jobs, when all steps have passed."""

    def __init__(self, console: Console, form: str) -> None:
        super().__init__(console)
        self._form = form
        self._steps: list[str] = []
        self._ids: dict[str, None] = {}

    def write(self, text: str = "", style: str = "") -> None:
        """Write nothing: only the passed steps are part of the document."""

    def write_passed(self, text: str) -> None:
        """Add a step that succeeded."""
        self._steps.append(text)

    def show(self, jobs: Sequence[JobType]) -> None:
        """Add the ids of new jobs."""
        self._ids.update(dict.fromkeys(job.job_id for job in jobs))

    def finish(self) -> None:
        """Write the document or the ids."""
        if self._form == "json":
            write_document({"steps": self._steps, "jobs": list(self._ids), "seconds": round(self.seconds, 1)})
        else:
            for job_id in self._ids:
                write_id(job_id)


class PlainScreen(Screen):
    """Writes a line for each change of a job."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._last_lines: dict[str, str] = {}

    def show(self, jobs: Sequence[JobType]) -> None:
        """Write a line for each job that has changed."""
        for job in jobs:
            line = job_line(job)
            if self._last_lines.get(job.job_id) != line:
                self._last_lines[job.job_id] = line
                self.write(f"  {self.seconds:4.1f} s  {line}")


class LiveScreen(Screen):
    """Shows a live table of the jobs below the report."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        # The table is drawn on each change, so no refresh thread is needed.
        self._live = Live(console=console, auto_refresh=False)
        self._jobs: Sequence[JobType] = ()
        self._caption = ""

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def set_caption(self, text: str) -> None:
        """Set the caption of the table."""
        self._caption = text
        self._draw()

    def show(self, jobs: Sequence[JobType]) -> None:
        """Redraw the table."""
        self._jobs = jobs
        self._draw()

    def _draw(self) -> None:
        parts: list[RenderableType] = [Text(), job_table(self._jobs, self._console.width), Text()] if self._jobs else []
        if self._caption:
            parts.append(Text(self._caption, style="italic", no_wrap=True, overflow="ellipsis"))
        self._live.update(Group(*parts), refresh=True)


def open_screen(form: str = "table") -> Screen:
    """Return the display for standard output.

    :param form: output format
    """
    console = TerminalConsole()
    if form != "table":
        return DocumentScreen(console, form)
    # console.is_terminal would be true for a pipe with FORCE_COLOR, which build servers set.
    is_live = sys.stdout.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")
    return LiveScreen(console) if is_live and console.width >= MIN_WIDTH else PlainScreen(console)
