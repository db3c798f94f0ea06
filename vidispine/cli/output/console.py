"""The rich console on which the command writes."""

from __future__ import annotations

from rich.console import Console, ConsoleDimensions

__all__ = ["TerminalConsole", "open_console"]

_INTERRUPT_WIDTH = len("^C") + 1


def open_console(*, stderr: bool = False, live: bool = False) -> TerminalConsole:
    """Return a console for standard output or standard error.

    :param live: for live displays; leaves room for the ``^C`` that the terminal itself writes
    """
    return TerminalConsole(stderr=stderr, soft_wrap=True, margin=_INTERRUPT_WIDTH if live else 0)


class TerminalConsole(Console):
    """A console without markup and highlighting that reports a closed pipe as ``BrokenPipeError``.

    :param margin: columns to leave free on the right
    """

    def __init__(self, *, stderr: bool = False, soft_wrap: bool = False, margin: int = 0) -> None:
        super().__init__(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=soft_wrap)
        self._margin = margin

    @property
    def size(self) -> ConsoleDimensions:
        """Current width and height, without the margin."""
        width, height = super().size
        return ConsoleDimensions(max(width - self._margin, 1), height)

    @size.setter
    def size(self, new_size: tuple[int, int]) -> None:
        """Set width and height."""
        self.width, self.height = new_size

    def on_broken_pipe(self) -> None:
        """Raise the error; rich would exit the process with another exit code."""
        raise BrokenPipeError


def can_encode(text: str, encoding: str) -> bool:
    """Return whether an encoding has all characters of a text."""
    try:
        text.encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return False
    return True
