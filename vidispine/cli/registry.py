"""The commands there are. A new one is a module and a row here."""

from __future__ import annotations

__all__ = ["COMMANDS", "Entry"]


class Entry:
    """Where a command is, and which extras it needs. Nothing of it is imported before it is asked for."""

    __slots__ = ("extras", "module")

    def __init__(self, module: str, *extras: str) -> None:
        """Enter a command.

        :param module: module whose ``command`` it is
        :param extras: extras that it needs besides ``cli``
        """
        self.module = module
        self.extras = ("cli", *extras)


COMMANDS = {
    "demo": Entry("vidispine.cli.demo.command", "simulator"),
    "simulator": Entry("vidispine.cli.simulator", "simulator"),
}
