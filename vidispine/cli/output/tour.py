"""The display of the tour: the code of each step and its result, or one JSON document."""

from __future__ import annotations

import time

from rich.console import Console
from rich.text import Text

from vidispine.cli.output.console import TerminalConsole, can_encode
from vidispine.cli.output.formats import write_document, write_id

__all__ = ["TourScreen", "open_tour_screen"]


class TourScreen:
    """Writes the steps as text."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = time.monotonic()
        self._check_mark = "✓" if can_encode("✓", console.encoding) else "ok:"
        self._passed = 0

    @property
    def seconds(self) -> float:
        """Seconds since the start of the tour."""
        return time.monotonic() - self._started

    def write_heading(self, text: str) -> None:
        """Write the first lines."""
        self._write(text, "bold")
        self._write("The demo calls it over HTTP. Each step shows the code that it runs:")

    def begin(self, title: str, code: str) -> None:
        """Write a step before it runs."""
        self._write()
        self._write(title, "bold")
        for line in code.splitlines():
            self._write(f"    {line}", "cyan")

    def write_passed(self, title: str, code: str, result: str) -> None:
        """Write the result of a step."""
        self._passed += 1
        self._console.print(Text.assemble((self._check_mark, "bold green"), " ", result), soft_wrap=True)

    def finish(self) -> None:
        """Write the summary when all steps have passed."""
        self._write()
        self._write(f"All {self._passed} steps passed in {self.seconds:.1f} seconds.", "bold")
        self._write("To see the lifecycle of jobs: vidispine demo jobs")
        self._write("To run this server for your programs: vidispine simulator --sample-data")

    def _write(self, text: str = "", style: str = "") -> None:
        self._console.print(Text(text, style=style), soft_wrap=True)


class TourDocument(TourScreen):
    """Writes the steps as JSON, or their titles, when all steps have passed."""

    def __init__(self, console: Console, form: str) -> None:
        super().__init__(console)
        self._form = form
        self._steps: list[dict[str, str]] = []

    def write_heading(self, text: str) -> None:
        """Write nothing."""

    def begin(self, title: str, code: str) -> None:
        """Write nothing until the step has passed."""

    def write_passed(self, title: str, code: str, result: str) -> None:
        """Add a step that passed."""
        self._steps.append({"step": title, "code": code, "result": result})

    def finish(self) -> None:
        """Write the document, or the numbers of the steps."""
        if self._form == "json":
            write_document({"steps": self._steps, "seconds": round(self.seconds, 1)})
        else:
            for number, _ in enumerate(self._steps, 1):
                write_id(str(number))


def open_tour_screen(form: str) -> TourScreen:
    """Return the writer of an output format."""
    console = TerminalConsole()
    return TourScreen(console) if form == "table" else TourDocument(console, form)
