"""What the demo shows: a live table below its report in a terminal, and plain lines anywhere else."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from vidispine.cli.output.console import Paper
from vidispine.cli.output.jobs import job_line, job_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Self

    from vidispine import JobType

__all__ = ["LiveScreen", "PlainScreen", "Screen", "open_screen"]

NARROWEST = 60
"""Columns below which a table shows too little of each job."""


class Screen:
    """Where the demo reports. As a context manager, it gives the terminal back as it was."""

    def __init__(self, console: Console) -> None:
        """Report on this console."""
        self._console = console
        self._began = time.monotonic()
        self._mark = "✓" if _can_encode("✓", console.encoding) else "ok:"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Give the terminal back."""

    @property
    def seconds(self) -> float:
        """How long ago it began."""
        return time.monotonic() - self._began

    def say(self, text: str = "", style: str = "") -> None:
        """Write a line."""
        self._console.print(Text(text, style=style), soft_wrap=True)

    def passed(self, text: str) -> None:
        """Write what a step did, now that it is checked."""
        self._console.print(Text.assemble((self._mark, "bold green"), " ", text), soft_wrap=True)

    def caption(self, text: str) -> None:
        """Tell what the table shows, where there is one."""

    def show(self, jobs: Sequence[JobType]) -> None:
        """Show how the jobs are."""
        raise NotImplementedError


class PlainScreen(Screen):
    """Lines one after another, one for each change of a job."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._shown: dict[str, str] = {}

    def show(self, jobs: Sequence[JobType]) -> None:
        """Write a line for each job that is not as it was shown last."""
        for job in jobs:
            line = job_line(job)
            if self._shown.get(job.job_id) != line:
                self._shown[job.job_id] = line
                self.say(f"  {self.seconds:4.1f} s  {line}")


class LiveScreen(Screen):
    """A table of the jobs that is kept up to date, and the report above it."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        # Drawn when there is something new, so there is no thread that draws.
        self._live = Live(console=console, auto_refresh=False)
        self._jobs: Sequence[JobType] = ()
        self._caption = ""

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def caption(self, text: str) -> None:
        """Write this below the table."""
        self._caption = text
        self._draw()

    def show(self, jobs: Sequence[JobType]) -> None:
        """Draw the table anew."""
        self._jobs = jobs
        self._draw()

    def _draw(self) -> None:
        parts: list[RenderableType] = [Text(), job_table(self._jobs, self._console.width), Text()] if self._jobs else []
        if self._caption:
            parts.append(Text(self._caption, style="italic", no_wrap=True, overflow="ellipsis"))
        self._live.update(Group(*parts), refresh=True)


def open_screen() -> Screen:
    """Return the screen that suits standard output."""
    console = Paper()
    # Not console.is_terminal: FORCE_COLOR, which build servers set, makes that true for a pipe as well.
    is_live = sys.stdout.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")
    return LiveScreen(console) if is_live and console.width >= NARROWEST else PlainScreen(console)


def _can_encode(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return False
    return True
