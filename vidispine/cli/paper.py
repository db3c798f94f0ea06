"""What the command writes on, where it uses rich."""

from __future__ import annotations

from rich.console import Console

__all__ = ["Paper"]


class Paper(Console):
    """A console for text as it is, which tells of a reader that has gone as Python does."""

    def __init__(self, *, errors: bool = False, soft_wrap: bool = False) -> None:
        super().__init__(stderr=errors, highlight=False, markup=False, emoji=False, soft_wrap=soft_wrap)

    def on_broken_pipe(self) -> None:
        """Let the error go on: rich would end the process in a way of its own."""
        raise BrokenPipeError
