"""The ``vidispine`` command. It needs the package's extra ``cli``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from vidispine.cli.exit_codes import INTERRUPTED, MISUSED
from vidispine.cli.extras import is_missing, requirement
from vidispine.cli.registry import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status, one of :mod:`vidispine.cli.status`.

    :param arguments: what follows the command's name; those of this process when ``None``
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        if is_missing("cli"):
            print(_needs_extra(arguments), file=sys.stderr)
            return MISUSED
        from vidispine.cli.application import run

        return run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED


def _needs_extra(arguments: Sequence[str]) -> str:
    # Named all at once, so that nobody installs one extra only to be told of the next.
    command = COMMANDS.get(arguments[0]) if arguments else None
    extras = ("cli",) if command is None else command.extras
    return f"the vidispine command needs its extra: pip install {requirement(extras)}"
