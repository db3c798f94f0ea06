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
    """What there is to tell of a description: each thing once, though several places may refer to it.

    ``problems`` are what there is no code for. ``losses`` are what the code says more loosely, or leaves out, and
    ``inventions`` are names that the description left to the generator.
    """

    def __init__(self) -> None:
        self.problems: dict[Problem, None] = {}
        self.losses: dict[Problem, None] = {}
        self.inventions: dict[Problem, None] = {}

    def problem(self, place: str, message: str) -> None:
        """Tell of something without which no code can be made."""
        self.problems[Problem(place, message)] = None

    def loss(self, place: str, message: str) -> None:
        """Tell of something that who uses the code has to know."""
        self.losses[Problem(place, message)] = None

    def invention(self, place: str, message: str) -> None:
        """Tell of a name that had to be made."""
        self.inventions[Problem(place, message)] = None

    def refuse(self, complete: bool) -> None:
        """Refuse what cannot be used.

        :param complete: the description promises to leave nothing to others, and to say nothing that is lost
        :raises DescriptionError: there are problems, or the promise is not kept
        """
        wrong = [*self.problems, *self.losses, *self.inventions] if complete else list(self.problems)
        if wrong:
            raise DescriptionError(wrong)


def one_line(text: str, limit: int = 200) -> str:
    """Return a text on one line, cut where it would become unreadable."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 3]}..."
