"""The problems of a description, each as one line with its location."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Problem(NamedTuple):
    """A problem and its location: ``spec/schemas/job.yaml#/JobType``, or file and line."""

    location: str
    message: str

    def __str__(self) -> str:
        return f"{' '.join(self.location.split()).rstrip('#')}: {one_line(self.message)}"


class DescriptionError(Exception):
    """The description cannot be used; ``problems`` lists the reasons."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))

    @classmethod
    def at(cls, location: str, message: str) -> DescriptionError:
        """Return an error about a single location."""
        return cls([Problem(location, message)])


class Notices:
    """What the generated code does not express, without duplicates, because several references may lead to the same
    object.

    ``losses`` are what the code omits or expresses more loosely, ``inventions`` the names that the generator chose.
    """

    def __init__(self) -> None:
        self.at = ""
        """The location that was read last, for errors that have none."""
        self.moved: dict[str, str] = {}
        """The locations of lists and mappings that references lead to, by the locations of the references."""
        self.losses: dict[Problem, None] = {}
        self.inventions: dict[Problem, None] = {}

    def loss(self, location: str, message: str) -> None:
        """Add an omission that users of the code should know."""
        self.losses[Problem(self._true(location), message)] = None

    def invention(self, location: str, message: str) -> None:
        """Add a name that the generator chose."""
        self.inventions[Problem(self._true(location), message)] = None

    def _true(self, location: str) -> str:
        moved = (old for old in self.moved if f"{location}/".startswith(f"{old}/"))
        return next((f"{self.moved[old]}{location[len(old) :]}" for old in moved), location)

    def raise_if_any(self) -> None:
        """Raise an error if there are problems.

        :raises DescriptionError: naming each
        """
        if self.losses or self.inventions:
            raise DescriptionError([*self.losses, *self.inventions])


def one_line(text: str, limit: int = 200) -> str:
    """Return a text on one line, truncated if it is long."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 3]}..."
