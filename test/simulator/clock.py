"""A clock that tests set."""

from __future__ import annotations

__all__ = ["START", "Clock"]

START = 1_700_000_000.0


class Clock:
    """A clock for :class:`Simulator`: seconds since 1970."""

    def __init__(self) -> None:
        self.seconds = START

    def __call__(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds
