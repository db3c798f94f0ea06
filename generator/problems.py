"""What is wrong with a description, each problem one line with its place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["DescriptionError", "Problem", "one_line"]


class Problem(NamedTuple):
    """One thing that is wrong, and where: ``spec/schemas/job.yaml#/JobType``."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {one_line(self.message)}"


class DescriptionError(Exception):
    """The description cannot be used; ``problems`` says why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))

    @classmethod
    def at(cls, place: str, message: str) -> DescriptionError:
        """Return an error about a single place."""
        return cls([Problem(place, message)])


def one_line(text: str, limit: int = 200) -> str:
    """Return a text on one line, cut where it would become unreadable."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 3]}..."
