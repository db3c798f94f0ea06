"""Running a demo, and checking what it does."""

from __future__ import annotations

from typing import Any, Callable

from vidispine.cli.errors import CommandError, require_extras
from vidispine.cli.signals import raise_when_terminated

__all__ = ["CheckError", "expect", "run"]


class CheckError(CommandError):
    """A step of the demo did not have the expected result."""


def expect(what: str, expected: Any, found: Any) -> None:
    """Check a result.

    :raises CheckError: the result is not the expected one
    """
    if found != expected:
        raise CheckError(f"{what}: expected {expected}, found {found}")


def run(demo: Callable[[str], None], form: str) -> None:
    """Run a demo.

    :param form: output format
    :raises CommandError: a check failed, or the simulator cannot start
    """
    require_extras("demo")
    from vidispine.simulator import SimulatorError

    try:
        with raise_when_terminated():
            demo(form)
    except SimulatorError as error:
        raise CommandError(str(error)) from error
