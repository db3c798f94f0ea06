"""The commands there are. A new one is a module and a row here."""

from __future__ import annotations

__all__ = ["COMMANDS", "Entry"]


class Entry:
    """Where a command is, what it does, and which extras it needs. Its module is not imported before it is used."""

    __slots__ = ("extras", "module", "name", "summary")

    def __init__(self, place: str, summary: str, *extras: str) -> None:
        """Enter a command.

        :param place: module whose ``command`` it is; with another name after a colon where it is called so
        :param summary: what it does, in a line: the first of its help, which the module goes on with
        :param extras: extras that it needs besides ``cli``
        """
        self.module, _, name = place.partition(":")
        self.name = name or "command"
        self.summary = summary
        self.extras = ("cli", *extras)


COMMANDS = {
    "api": Entry("vidispine.cli.commands.api", "Look up resources and operations of the API."),
    "call": Entry("vidispine.cli.commands.call", "Call any operation of the API."),
    "completion": Entry("vidispine.cli.commands.completion", "Write a script by which a shell completes commands."),
    "demo": Entry(
        "vidispine.cli.commands.demo.command", "Watch jobs live, from their start to their end.", "simulator"
    ),
    "download": Entry("vidispine.cli.commands.download", "Download the media of items."),
    "items": Entry("vidispine.cli.commands.items", "List, show and delete items."),
    "jobs": Entry("vidispine.cli.commands.jobs", "List, start, follow, abort and delete jobs."),
    "login": Entry("vidispine.cli.commands.login", "Keep a password in this machine's keyring."),
    "logout": Entry("vidispine.cli.commands.logout", "Remove a password from this machine's keyring."),
    "profile": Entry("vidispine.cli.commands.profile", "Give names to servers, and choose among them."),
    "search": Entry("vidispine.cli.commands.search", "Find items and collections."),
    "simulator": Entry("vidispine.cli.commands.simulator", "Run a stand-in for VidiCore until Ctrl-C.", "simulator"),
    "upload": Entry("vidispine.cli.commands.upload", "Upload files, each of which becomes an item."),
    "whoami": Entry("vidispine.cli.commands.whoami", "Say which user and which server commands work with."),
}
