"""What is wrong with a description, each problem one line with its place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["DescriptionError", "Notices", "Problem", "one_line"]


class Problem(NamedTuple):
    """One thing that is wrong, and where: ``spec/schemas/job.yaml#/JobType``."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{' '.join(self.place.split())}: {one_line(self.message)}"


class DescriptionError(Exception):
    """The description cannot be used; ``problems`` says why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))

    @classmethod
    def at(cls, place: str, message: str) -> DescriptionError:
        """Return an error about a single place."""
        return cls([Problem(place, message)])


class Notices:
    """What the code of a description does not express: each thing once, though several places may refer to it.

    ``losses`` are what the code leaves out or expresses more loosely, ``inventions`` the names that the description
    left to the generator.
    """

    def __init__(self) -> None:
        self.at = ""
        """The place that was looked at last, for errors that have none."""
        self.losses: dict[Problem, None] = {}
        self.inventions: dict[Problem, None] = {}

    def loss(self, place: str, message: str) -> None:
        """Add what users of the code have to know."""
        self.losses[Problem(place, message)] = None

    def invention(self, place: str, message: str) -> None:
        """Add a name that had to be made."""
        self.inventions[Problem(place, message)] = None

    def refuse(self) -> None:
        """Reject a description that has any.

        :raises DescriptionError: naming each
        """
        if self.losses or self.inventions:
            raise DescriptionError([*self.losses, *self.inventions])


def one_line(text: str, limit: int = 200) -> str:
    """Return a text on one line, cut where it would become unreadable."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 3]}..."
