"""The ``vidispine`` command. Requires the extra ``cli``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from vidispine.cli.exit_codes import INTERRUPTED, USAGE_ERROR
from vidispine.cli.extras import is_missing, required_extras, requirement
from vidispine.cli.output.streams import standard_streams

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code, one of :mod:`vidispine.cli.exit_codes`.

    :param arguments: arguments after the name of the command; default: those of this process
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        with standard_streams():
            return _run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(arguments: Sequence[str]) -> int:
    if is_missing("cli"):
        # All missing extras in one message, so that a single installation is sufficient.
        needed = requirement(required_extras(arguments[0] if arguments else ""))
        print(f"the vidispine command requires its extra: pip install {needed}", file=sys.stderr)
        return USAGE_ERROR
    from vidispine.cli.application import run

    return run(arguments)
