"""What the command writes on, where it uses rich."""

from __future__ import annotations

from rich.console import Console, ConsoleDimensions

__all__ = ["Paper"]


class Paper(Console):
    """A console for text as it is, which tells of a reader that has gone as Python does."""

    def __init__(self, *, errors: bool = False, soft_wrap: bool = False, margin: int = 0) -> None:
        super().__init__(stderr=errors, highlight=False, markup=False, emoji=False, soft_wrap=soft_wrap)
        self._margin = margin

    @property
    def size(self) -> ConsoleDimensions:
        """How wide and high it is now, without the margin."""
        width, height = super().size
        return ConsoleDimensions(max(width - self._margin, 1), height)

    @size.setter
    def size(self, new_size: tuple[int, int]) -> None:
        """Take it to be so wide and high from now on."""
        self.width, self.height = new_size

    def on_broken_pipe(self) -> None:
        """Let the error go on: rich would end the process in a way of its own."""
        raise BrokenPipeError
